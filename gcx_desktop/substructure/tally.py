"""Counts and tests what was met in the records of a library: the one place where a finding is made."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from .findings import Finding, Recurring, smallest_wholes
from .statistics import benjamini_hochberg, fisher_exact, log_factorials, odds_ratio

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Occurrences:
    """Where a pattern that explains a class was met; records are rows of a :class:`Tally`."""

    pattern: Recurring
    class_index: int
    shown_in: Rows
    """Records predicted (rightly, if there are labels) as the class whose explanation shows it."""
    held_by: Rows
    """Records that contain it."""
    means: NDArray[np.float64]
    """Of each record that gives it, the mean relative value of its nodes, where that is largest."""
    sums: NDArray[np.float64]
    """Of the same records and places, the sum."""
    n_at_random: float
    """How many explained records of the class would show it, had as many nodes been drawn at random in each."""
    attached: str = ""
    """As :attr:`Finding.attached`."""
    n_scaffolds: int | None = None
    """As :attr:`Finding.n_scaffolds`."""


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """The records among which patterns are counted."""

    positions: Rows
    """[n_rows], in the library."""
    of_class: Rows
    """[n_rows], by label or else by prediction."""
    n_records: Rows
    """[n_classes], those that count."""
    n_explained: Rows
    """[n_classes]"""

    def findings(self, met: Iterable[Occurrences]) -> list[Finding]:
        """Each with its test, q over all of them; the most often shown first, class by class."""
        logs = log_factorials(int(self.n_records.sum()))
        found = [self._finding(each, logs) for each in met]
        q_values = benjamini_hochberg([each.p_value for each in found]).tolist()
        found = [replace(each, q_value=q) for each, q in zip(found, q_values, strict=True)]
        return sorted(found, key=lambda each: (each.class_index, -each.n_explained, each.p_value))

    def _finding(self, met: Occurrences, log_factorial: NDArray[np.float64]) -> Finding:
        """Without the q value."""
        a = int((self.of_class[met.held_by] == met.class_index).sum())
        b = len(met.held_by) - a
        c = int(self.n_records[met.class_index]) - a
        d = int(self.n_records.sum()) - a - b - c
        n_explained = max(int(self.n_explained[met.class_index]), 1)
        return Finding(
            pattern=met.pattern,
            attached=met.attached,
            class_index=met.class_index,
            shown_in=self.positions[met.shown_in],
            held_by=self.positions[met.held_by],
            n_positive=a,
            n_negative=b,
            odds=odds_ratio(a, b, c, d),
            p_value=fisher_exact(a, b, c, d, log_factorial),
            q_value=math.nan,
            mean_saliency=float(met.means.mean()),
            sd_saliency=float(met.means.std(ddof=1)) if len(met.means) > 1 else math.nan,
            sum_saliency=float(met.sums.mean()),
            prevalence=len(met.shown_in) / n_explained,
            random_prevalence=met.n_at_random / n_explained,
            n_scaffolds=met.n_scaffolds,
        )


Within = Callable[[Sequence[Recurring]], Sequence[Sequence[int]]]
"""By pattern, which of the same patterns lie within it, itself perhaps counted."""


def with_wholes(findings: Sequence[Finding], within: Within) -> list[Finding]:
    """With what each is a part of, among those of its class."""
    related = list(findings)
    for class_index in dict.fromkeys(each.class_index for each in findings):
        own = [i for i, each in enumerate(findings) if each.class_index == class_index]
        wholes = smallest_wholes(within([findings[i].pattern for i in own]))
        for at, each in zip(own, wholes, strict=True):
            related[at] = replace(related[at], part_of=tuple(own[whole] for whole in each))
    return related
