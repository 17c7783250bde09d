"""The cut that divides records into those of high and of low value. Imports no torch."""

from __future__ import annotations

from dataclasses import dataclass

GROUPS = ("high", "low")
"""Of the records among which what raises the value is looked for, and what lowers it."""


@dataclass(frozen=True, slots=True)
class ValueCut:
    """Where high values begin, and what was compared with it."""

    endpoint: str
    limit: float
    """The least high value, in the unit of the endpoint."""
    is_median: bool
    """Whether nobody chose it, so that it is the median of the values."""
    of_measured: bool
    """Whether measured values were compared with it; else predicted ones."""

    def in_words(self, class_index: int) -> str:
        """The group that belongs to a class, such as "measured pIC50 ≥ 6.5" of what raises it."""
        sign = "<" if class_index else "≥"
        which = "measured" if self.of_measured else "predicted"
        return f"{which} {self.endpoint} {sign} {number_in_words(self.limit)}"

    @property
    def sentence(self) -> str:
        """Such as "high: measured pIC50 ≥ 6.5 (the median), low: below"."""
        return f"{GROUPS[0]}: {self.in_words(0)}{' (the median)' if self.is_median else ''}, {GROUPS[1]}: below"


def number_in_words(value: float) -> str:
    """A value with up to four digits and a true minus sign."""
    return f"{value:.4g}".replace("-", "−")
