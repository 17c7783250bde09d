"""What was found of each substructure, and what makes it doubtful."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .patterns import Pattern
from .statistics import OddsRatio

FEW_MOLECULES = 5
"""Below so many molecules that show it, a pattern is flagged."""


@dataclass(frozen=True, slots=True, eq=False)
class Finding:
    """A substructure that explains a class, counted over the library."""

    pattern: Pattern
    attached: str
    """The SMILES of its most frequent form with a dummy atom wherever the molecule goes on; "" if not asked."""
    class_index: int
    shown_in: NDArray[np.int64]
    """[n_explained], records of molecules predicted (rightly, if there are labels) as the class whose explanation
    shows it, 0-based."""
    held_by: NDArray[np.int64]
    """[n_positive + n_negative], records of molecules that contain it."""
    n_positive: int
    """Molecules of the class that contain it: by label, without labels by prediction."""
    n_negative: int
    """Molecules of the other classes that contain it."""
    odds: OddsRatio
    """Of belonging to the class, with the pattern against without."""
    p_value: float
    """Fisher's exact test of the same, two-sided."""
    q_value: float
    """Benjamini and Hochberg, over all patterns listed."""
    mean_saliency: float
    """Over molecules: the mean relative saliency of its atoms, of several places in a molecule the largest."""
    sd_saliency: float
    """Over the same molecules; NaN of one."""
    sum_saliency: float
    """Over the same molecules, the mean of the sum over its atoms."""
    prevalence: float
    """Share of the explained molecules of the class whose explanation shows it."""
    random_prevalence: float
    """The same, had as many connected atoms been drawn at random in each molecule."""
    n_scaffolds: int
    """Different scaffolds among the molecules whose explanation shows it; those without a ring count as one."""
    part_of: tuple[int, ...] = ()
    """Of the findings of the same class, the smallest that contain it."""

    @property
    def n_explained(self) -> int:
        return len(self.shown_in)

    @property
    def r_explained(self) -> float:
        return self.n_explained / len(self.held_by)

    @property
    def r_class(self) -> float:
        return self.n_positive / len(self.held_by)


def flags(finding: Finding, few: int = FEW_MOLECULES) -> tuple[str, ...]:
    """What makes a substructure doubtful, in a few words each.

    :param few: molecules below which a pattern rests on few
    """
    doubts = (
        (finding.pattern.is_chain_of_one_element, "chain of one element"),
        (finding.n_explained < few, f"fewer than {few} molecules"),
        (finding.n_scaffolds == 1 and finding.n_explained > 1, "one scaffold"),
        (finding.prevalence <= finding.random_prevalence, "no more than at random"),
    )
    return tuple(words for doubtful, words in doubts if doubtful)


def smallest_wholes(within: Sequence[Sequence[int]]) -> list[tuple[int, ...]]:
    """Of each pattern the patterns that it is a part of, but for those that contain another of them.

    :param within: by pattern, the patterns that lie within it, itself perhaps counted
    """
    n = len(within)
    contains = np.zeros((n, n), dtype=np.float32)
    for whole, parts in enumerate(within):
        contains[whole, list(parts)] = 1
    # A pattern of plain atoms lies within one of the same atoms with charges, and perhaps the other way round.
    contains[contains * contains.T > 0] = 0
    direct = (contains > 0) & ~(contains @ contains > 0)
    return [tuple(np.flatnonzero(direct[:, part]).tolist()) for part in range(n)]
