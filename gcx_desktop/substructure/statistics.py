"""Statistics of two-by-two tables: odds ratio, Fisher's exact test, and the false discovery rate of many tests.

A table counts molecules: a of the class and b of the others contain a pattern, c and d do not.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_TIE = 1e-7
"""Relative difference of probabilities that counts as rounding: such a table is as extreme as the observed one."""
NORMAL_975 = 1.959963984540054
"""The 97.5 % quantile of the standard normal distribution, for a 95 % interval."""


@dataclass(frozen=True, slots=True)
class OddsRatio:
    """The sample odds ratio and its 95 % confidence interval."""

    value: float
    """ad / bc; infinite if bc = 0, NaN if ad = 0, too."""
    low: float
    high: float


def odds_ratio(a: int, b: int, c: int, d: int) -> OddsRatio:
    """The odds ratio with Woolf's interval of its logarithm. If a count is 0, one half is added to each (Haldane,
    Anscombe), so that the interval is finite.
    """
    over, under = a * d, b * c
    value = over / under if under else math.inf if over else math.nan
    w, x, y, z = (n + 0.5 for n in (a, b, c, d)) if 0 in (a, b, c, d) else (a, b, c, d)
    centre = math.log(w * z / (x * y))
    reach = NORMAL_975 * math.sqrt(1 / w + 1 / x + 1 / y + 1 / z)
    return OddsRatio(value, math.exp(centre - reach), math.exp(centre + reach))


def log_factorials(largest: int) -> NDArray[np.float64]:
    """[largest + 1], ln n!"""
    logs = np.log(np.arange(1, largest + 1, dtype=np.longdouble))
    return np.concatenate([[0.0], np.cumsum(logs)]).astype(np.float64)


def fisher_exact(a: int, b: int, c: int, d: int, log_factorial: NDArray[np.float64]) -> float:
    """Two-sided p value: the probability of all tables with the same margins that are not more likely than this one
    (Fisher, 1935).

    :param log_factorial: from :func:`log_factorials`, at least up to a + b + c + d
    """
    row, column, total = a + b, a + c, a + b + c + d
    low, high = max(0, row + column - total), min(row, column)
    f = log_factorial
    k = np.arange(low, high + 1)
    logs = (
        (f[row] + f[total - row] + f[column] + f[total - column] - f[total])
        - f[k] - f[row - k] - f[column - k] - f[total - row - column + k]
    )  # fmt: skip
    observed = logs[a - low]
    as_extreme = logs[logs <= observed + _TIE]
    top = float(as_extreme.max())
    return min(1.0, math.exp(top) * float(np.exp(as_extreme - top).sum()))


def benjamini_hochberg(p: Sequence[float] | NDArray[np.float64]) -> NDArray[np.float64]:
    """[n_tests], q values: the smallest false discovery rate at which each test is a discovery (J. R. Stat. Soc. B
    1995).

    :param p: [n_tests]
    """
    values = np.asarray(p, dtype=np.float64)
    n = len(values)
    order = np.argsort(values, kind="stable")
    scaled = values[order] * n / np.arange(1, n + 1)
    q = np.empty(n)
    q[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return q
