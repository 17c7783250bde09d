"""Prediction sets: the classes that a prediction does not exclude, with a promised share of sets that hold the truth.

Cross-conformal prediction (Vovk, Ann. Math. Artif. Intell. 2015), for each class by itself (Mondrian; Vovk,
Gammerman and Shafer, Algorithmic Learning in a Random World, 2005). Each member of an ensemble compares a new record
with the records of its fold, which it had not seen. Imports no torch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

DEFAULT_ALPHA = 0.1
"""The share of records whose set may lack their class: sets of 90 %."""


@dataclass(frozen=True, slots=True)
class ConformalPredictor:
    """The nonconformity 1 − p_c of the training records of each fold and class c, of the member that had not seen
    them."""

    nonconformity: tuple[tuple[NDArray[np.float64], ...], ...]
    """[n_members][n_classes], each ascending: of the records of that fold and class"""

    @property
    def n_members(self) -> int:
        return len(self.nonconformity)

    @property
    def n_classes(self) -> int:
        return len(self.nonconformity[0])

    def p_values(self, member_probabilities: ArrayLike) -> NDArray[np.float64]:
        """[n, n_classes]: how usual it would be for a record of the class to look so little like it.

        p_c = (1 + Σ_k #{i of fold k and class c: a_i ≥ a_k(x, c)}) / (1 + n_c), with a_k(x, c) = 1 − p_c of member k
        (Vovk 2015, eq. 6, within the class).

        :param member_probabilities: [n, n_members, n_classes], calibrated as those of the training records
        :raises ValueError: if these are not the members or classes
        """
        probabilities = np.asarray(member_probabilities, dtype=np.float64)
        if probabilities.ndim != 3 or probabilities.shape[1:] != (self.n_members, self.n_classes):
            raise ValueError(f"expected [n, {self.n_members}, {self.n_classes}], got {probabilities.shape}")
        as_unusual = np.ones((len(probabilities), self.n_classes))
        total = np.ones(self.n_classes)
        for member, of_classes in enumerate(self.nonconformity):
            for c, known in enumerate(of_classes):
                as_unusual[:, c] += len(known) - np.searchsorted(known, 1 - probabilities[:, member, c], side="left")
                total[c] += len(known)
        p: NDArray[np.float64] = as_unusual / total
        return p

    def sets(self, member_probabilities: ArrayLike, alpha: float = DEFAULT_ALPHA) -> NDArray[np.bool_]:
        """[n, n_classes]: the classes in the set of each record, those with p > ``alpha``. No class: the record is
        unlike those of any.

        :param member_probabilities: as for :meth:`p_values`
        """
        return self.p_values(member_probabilities) > alpha


def fit_conformal(out_of_fold: ArrayLike, labels: ArrayLike, folds: ArrayLike, n_members: int) -> ConformalPredictor:
    """:param out_of_fold: [n, n_classes], probabilities of each record by the member that had not seen it
    :param labels: [n], class indices
    :param folds: [n], the member that had not seen the record, 0 … n_members − 1
    """
    probabilities = np.asarray(out_of_fold, dtype=np.float64)
    truth, fold = np.asarray(labels, dtype=np.int64), np.asarray(folds, dtype=np.int64)
    return ConformalPredictor(
        tuple(
            tuple(np.sort(1 - probabilities[(fold == k) & (truth == c), c]) for c in range(probabilities.shape[1]))
            for k in range(n_members)
        )
    )


def with_most_probable(sets: NDArray[np.bool_], probabilities: ArrayLike) -> NDArray[np.bool_]:
    """[n, n_classes]: the sets, each that is not empty with the most probable class, so that no class is said to be the
    only one while another is more probable, as may be where classes are not equally common. Larger sets keep the
    promise.

    :param sets: [n, n_classes]
    :param probabilities: [n, n_classes]
    """
    values = np.asarray(probabilities)
    most = values == values.max(axis=1, keepdims=True)
    return np.where(sets.any(axis=1, keepdims=True), sets | most, sets)


def coverage(sets: NDArray[np.bool_], labels: ArrayLike) -> float:
    """The share of records whose set holds their class.

    :param sets: [n, n_classes]
    :param labels: [n], class indices
    """
    return float(sets[np.arange(len(sets)), np.asarray(labels, dtype=np.int64)].mean())


def set_in_words(classes: Sequence[str], n_classes: int) -> str:
    """What a set says, in words.

    :param classes: names of the classes in the set
    :param n_classes: how many classes there are
    """
    if not classes:
        return "none of the classes: unlike anything learned"
    if len(classes) == 1:
        return classes[0]
    if len(classes) == n_classes:
        return "undecided: either" if n_classes == 2 else "undecided: any class"
    return f"undecided: {', '.join(classes[:-1])} or {classes[-1]}"
