"""What was found of each substructure, and what makes it doubtful."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from .statistics import OddsRatio

FEW_RECORDS = 5
"""Below so many records that show it, a pattern is flagged."""


class Recurring(Protocol):
    """What recurs in explanations: a pattern of atoms, or what another kind of graph names."""

    @property
    def key(self) -> str:
        """By which its places in a record are found again; no two have the same."""

    @property
    def text(self) -> str:
        """As people read it."""

    @property
    def name(self) -> str:
        """As tables and files list it."""

    @property
    def notations(self) -> tuple[tuple[str, str], ...]:
        """What each notation is called, and how it writes the pattern; empty of what has its name alone."""

    @property
    def plain(self) -> dict[str, Any]:
        """As JSON holds it, from which its kind makes it again."""

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

    pattern: Recurring
    attached: str
    """The SMILES of its most frequent form with a dummy atom wherever the molecule goes on; "" if there is none."""
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
    """Of belonging to the class, with the pattern against without."""
    p_value: float
    """Fisher's exact test of the same, two-sided."""
    q_value: float
    """Benjamini and Hochberg, over all patterns listed."""
    mean_saliency: float
    """Over records: the mean relative saliency of its nodes, of several places in a record the largest."""
    sd_saliency: float
    """Over the same records; NaN of one."""
    sum_saliency: float
    """Over the same records, the mean of the sum over its nodes."""
    prevalence: float
    """Share of the explained records of the class whose explanation shows it."""
    random_prevalence: float
    """The same, had as many nodes been drawn at random in each record, connected ones of a molecule."""
    n_scaffolds: int | None
    """Different scaffolds among the molecules whose explanation shows it; those without a ring count as one. ``None``
    of what is no molecule."""
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


def flags(finding: Finding, few: int = FEW_RECORDS, *, records: str) -> tuple[str, ...]:
    """What makes a substructure doubtful, in a few words each.

    :param few: records below which a pattern rests on few
    :param records: what they are called
    """
    doubts = (
        (finding.pattern.is_chain_of_one_element, "chain of one element"),
        (finding.n_explained < few, f"fewer than {few} {records}"),
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
