"""The findings: what is known of each substructure that recurs, and what makes it doubtful."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from .statistics import OddsRatio

FEW_RECORDS = 5
"""A pattern that fewer records show is flagged."""


class RecurringPattern(Protocol):
    """What recurs in explanations: a pattern of atoms, or a piece that another kind of graph names."""

    @property
    def key(self) -> str:
        """A unique text by which its occurrences in a record are found again."""

    @property
    def text(self) -> str:
        """As people read it, such as a SMILES."""

    @property
    def name(self) -> str:
        """As tables and files list it."""

    @property
    def notations(self) -> tuple[tuple[str, str], ...]:
        """(notation, the pattern in it); empty for a pattern that has a name only."""

    @property
    def plain(self) -> dict[str, Any]:
        """Plain values for JSON, from which its kind restores it."""

    @property
    def nodes_text(self) -> str:
        """Its nodes as tables write them, such as a SMILES."""

    @property
    def n_nodes(self) -> int: ...

    @property
    def is_chain_of_one_element(self) -> bool: ...


@dataclass(frozen=True, slots=True, eq=False)
class Finding:
    """A substructure that explains a class, counted over the library."""

    pattern: RecurringPattern
    attached: str
    """The SMILES of its most frequent form with a dummy atom at each attachment point; "" if there is none."""
    class_index: int
    shown_in: NDArray[np.int64]
    """[n_explained], positions of the records predicted (rightly, if there are labels) as the class whose explanation
    shows it."""
    held_by: NDArray[np.int64]
    """[n_positive + n_negative], positions of the records that contain it."""
    n_positive: int
    """Records of the class that contain it: by label, without labels by prediction."""
    n_negative: int
    """Records of the other classes that contain it."""
    odds: OddsRatio
    """The odds of belonging to the class with the pattern, relative to those without."""
    p_value: float
    """Fisher's exact test of the same, two-sided."""
    q_value: float
    """Benjamini and Hochberg, over all patterns listed."""
    mean_saliency: float
    """Mean over records of the mean relative saliency of its nodes; of several occurrences in a record the largest."""
    sd_saliency: float
    """Standard deviation over the same records; NaN for a single one."""
    sum_saliency: float
    """Mean over the same records of the sum over its nodes."""
    prevalence: float
    """Share of the explained records of the class whose explanation shows it."""
    random_prevalence: float
    """The same share if as many nodes of each record are drawn at random, connected ones in a molecule."""
    n_scaffolds: int | None
    """Different scaffolds among the molecules whose explanation shows it; those without a ring count as one. ``None``
    for records that are not molecules."""
    part_of: tuple[int, ...] = ()
    """Indices of the smallest findings of the same class that contain it."""

    @property
    def n_explained(self) -> int:
        return len(self.shown_in)

    @property
    def r_explained(self) -> float:
        return self.n_explained / len(self.held_by)

    @property
    def r_class(self) -> float:
        return self.n_positive / len(self.held_by)


def flags(finding: Finding, few: int = FEW_RECORDS, *, records: str) -> tuple[str, ...]:
    """What makes a substructure doubtful, in a few words each.

    :param few: a pattern that fewer records show is flagged
    :param records: what records are called, in the plural
    """
    doubts = (
        (finding.pattern.is_chain_of_one_element, "chain of one element"),
        (finding.n_explained < few, f"fewer than {few} {records}"),
        (finding.n_scaffolds == 1 and finding.n_explained > 1, "one scaffold"),
        (finding.prevalence <= finding.random_prevalence, "no more than at random"),
    )
    return tuple(words for doubtful, words in doubts if doubtful)


def smallest_containing(within: Sequence[Sequence[int]]) -> list[tuple[int, ...]]:
    """For each pattern the smallest patterns that contain it.

    :param within: for each pattern the patterns that it contains, perhaps including itself
    """
    n = len(within)
    contains = np.zeros((n, n), dtype=np.float32)
    for whole, parts in enumerate(within):
        contains[whole, list(parts)] = 1
    # Two patterns that contain each other count as the same.
    contains[contains * contains.T > 0] = 0
    direct = (contains > 0) & ~(contains @ contains > 0)
    return [tuple(np.flatnonzero(direct[:, part]).tolist()) for part in range(n)]
