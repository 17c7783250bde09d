"""Stores the predictions of a library's records as they arrive. Imports neither Qt nor torch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from .shown_class import PREDICTED

MAX_PROBABILITIES = 200_000_000
"""Limit of stored values (4 bytes each); beyond it only the predicted class's probability is stored."""
_BLOCK = 1 << 14
"""Number of records in a block, which is allocated when one of them is predicted."""


@dataclass(slots=True)
class Predictions:
    """Predictions in blocks, so that a growing library needs no copies.

    Other threads may read while results arrive.
    """

    _blocks: dict[int, tuple[NDArray[np.int16], NDArray[np.float32]]] = field(default_factory=dict)
    """Block → [_BLOCK] classes, −1 where there is none, and [n_classes, _BLOCK] probabilities, NaN where there is none;
    [1, _BLOCK] for the predicted class only, if there would be more than ``MAX_PROBABILITIES``."""
    _decided: dict[int, NDArray[np.int16]] = field(default_factory=dict)
    """Block → [_BLOCK], as :meth:`decided_at`."""
    _n_kept: int = 0
    """Number of stored probabilities for each record, 0 until one is predicted."""

    def store(
        self, position: int, predicted: int, probabilities: Sequence[float], n_records: int, decided: int
    ) -> None:
        """:param probabilities: [n_classes], as many for each record
        :param n_records: of the library
        :param decided: as :meth:`decided_at`
        """
        if not self._n_kept:
            self._n_kept = len(probabilities) if len(probabilities) * n_records <= MAX_PROBABILITIES else 1
        number, place = divmod(position, _BLOCK)
        if number not in self._blocks:
            unknown = np.full((self._n_kept, _BLOCK), np.nan, dtype=np.float32)
            self._decided[number] = np.full(_BLOCK, -1, dtype=np.int16)
            self._blocks[number] = np.full(_BLOCK, -1, dtype=np.int16), unknown
        classes, known = self._blocks[number]
        known[:, place] = probabilities[predicted] if self._n_kept < len(probabilities) else probabilities
        classes[place] = predicted
        self._decided[number][place] = decided

    def predicted_at(self, position: int) -> int:
        """Index of the most probable class, −1 where there is none yet."""
        number, place = divmod(position, _BLOCK)
        block = self._blocks.get(number)
        return -1 if block is None else int(block[0][place])

    def predicted(self, n_records: int) -> NDArray[np.int16]:
        """[n_records], the first ones, as :meth:`predicted_at`."""
        return _joined({number: classes for number, (classes, _) in list(self._blocks.items())}, n_records)

    def decided_at(self, position: int) -> int:
        """The class for which a record's prediction decides, as of :func:`~..explaining.decision.decisions`; −1 where
        there is none yet."""
        number, place = divmod(position, _BLOCK)
        block = self._decided.get(number)
        return -1 if block is None else int(block[place])

    def decided(self, n_records: int) -> NDArray[np.int16]:
        """[n_records], the first ones, as :meth:`decided_at`."""
        return _joined(dict(self._decided), n_records)

    def clear_known(self, missing: NDArray[np.bool_]) -> None:
        """Sets a mask [n_records] to false where a record is predicted."""
        for number, (classes, _) in list(self._blocks.items()):
            here = missing[number * _BLOCK : (number + 1) * _BLOCK]
            here[classes[: len(here)] >= 0] = False

    def probability_at(self, position: int, class_index: int) -> float:
        """The probability of a class, or with ``PREDICTED`` that of the predicted class; NaN if unknown."""
        number, place = divmod(position, _BLOCK)
        block = self._blocks.get(number)
        if block is None:
            return float("nan")
        here = slice(place, place + 1)
        return float(_of_class(block[1][:, here], block[0][here], class_index)[0])

    def probabilities(self, n_records: int, class_index: int) -> NDArray[np.float32]:
        """[n_records], the first ones, as :meth:`probability_at`."""
        found = np.full(n_records, np.nan, dtype=np.float32)
        for number, (classes, known) in list(self._blocks.items()):
            here = found[number * _BLOCK : (number + 1) * _BLOCK]
            here[:] = _of_class(known, classes, class_index)[: len(here)]
        return found


def _joined(blocks: Mapping[int, NDArray[np.int16]], n_records: int) -> NDArray[np.int16]:
    """[n_records], −1 where there is no block."""
    found = np.full(n_records, -1, dtype=np.int16)
    for number, block in blocks.items():
        here = found[number * _BLOCK : (number + 1) * _BLOCK]
        here[:] = block[: len(here)]
    return found


def _of_class(known: NDArray[np.float32], predicted: NDArray[np.int16], class_index: int) -> NDArray[np.float32]:
    """Selects a class's probabilities [n] from [n_classes, n] or [1, n]."""
    if len(known) == 1:
        of_class: NDArray[np.float32] = known[0]
        return of_class if class_index == PREDICTED else np.where(predicted == class_index, of_class, np.nan)
    if class_index == PREDICTED:
        likely: NDArray[np.int64] = np.maximum(predicted, 0).astype(np.int64)[None]
        found: NDArray[np.float32] = np.take_along_axis(known, likely, axis=0)[0]
        return found
    return known[class_index] if class_index < len(known) else np.full(len(predicted), np.nan, dtype=np.float32)
