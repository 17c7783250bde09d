"""Counts and tests the patterns that occur in the records of a library. All findings are made here."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from .findings import Finding, RecurringPattern, smallest_containing
from .statistics import benjamini_hochberg, fisher_exact, log_factorials, odds_ratio

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Occurrences:
    """Where a pattern that explains a class occurs; records are rows of a :class:`Tally`."""

    pattern: RecurringPattern
    class_index: int
    shown_in: Rows
    """Records predicted (rightly, if there are labels) as the class whose explanation shows it."""
    held_by: Rows
    """Records that contain it."""
    means: NDArray[np.float64]
    """For each record with values, the mean relative value of its nodes at the occurrence where that is largest."""
    sums: NDArray[np.float64]
    """For the same records and occurrences, the sum."""
    n_at_random: float
    """How many explained records of the class show it if as many nodes of each are drawn at random."""
    attached: str = ""
    """As :attr:`Finding.attached`."""
    n_scaffolds: int | None = None
    """As :attr:`Finding.n_scaffolds`."""


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """The records among which patterns are counted."""

    positions: Rows
    """[n_rows], positions in the library."""
    of_class: Rows
    """[n_rows], the class by label, or by prediction if there are no labels."""
    n_records: Rows
    """[n_classes], records that are counted."""
    n_explained: Rows
    """[n_classes]"""

    def findings(self, met: Iterable[Occurrences]) -> list[Finding]:
        """The findings with their tests, q values over all of them; class by class, the most often shown first."""
        logs = log_factorials(int(self.n_records.sum()))
        found = [self._finding(each, logs) for each in met]
        q_values = benjamini_hochberg([each.p_value for each in found]).tolist()
        found = [replace(each, q_value=q) for each, q in zip(found, q_values, strict=True)]
        return sorted(found, key=lambda each: (each.class_index, -each.n_explained, each.p_value))

    def _finding(self, met: Occurrences, log_factorial: NDArray[np.float64]) -> Finding:
        """A finding without its q value."""
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


Within = Callable[[Sequence[RecurringPattern]], Sequence[Sequence[int]]]
"""For each pattern the indices of the patterns that it contains, perhaps including itself."""


def with_containing_findings(findings: Sequence[Finding], within: Within) -> list[Finding]:
    """The findings with ``part_of``, among those of the same class."""
    related = list(findings)
    for class_index in dict.fromkeys(each.class_index for each in findings):
        own = [i for i, each in enumerate(findings) if each.class_index == class_index]
        wholes = smallest_containing(within([findings[i].pattern for i in own]))
        for at, each in zip(own, wholes, strict=True):
            related[at] = replace(related[at], part_of=tuple(own[whole] for whole in each))
    return related
