"""A cache of the depictions that were drawn last."""

from __future__ import annotations

from collections import OrderedDict

from ...depict.drawing import Depiction

MAX_DEPICTIONS = 4000
MAX_PHOTOGRAPHS = 64_000_000
"""Largest total size in bytes of the depictions' photographs."""


class KeptDepictions:
    """Keeps a bounded number of depictions by position, and drops the oldest ones first.

    Attribute ``matched_atoms``: for depictions drawn with an outline, the atoms that match the substructure.
    """

    def __init__(self) -> None:
        self.matched_atoms: dict[int, frozenset[int]] = {}
        self._depictions: OrderedDict[int, Depiction | str] = OrderedDict()

    def __contains__(self, position: int) -> bool:
        return position in self._depictions

    @property
    def positions(self) -> list[int]:
        """Positions, oldest first."""
        return list(self._depictions)

    def get(self, position: int) -> Depiction | str | None:
        """The depiction, a text where there can be none, or ``None`` while it is not there."""
        return self._depictions.get(position)

    def keep(self, position: int, depiction: Depiction | str, matched: frozenset[int] | None = None) -> None:
        """:param matched: the atoms that match the outlined substructure; ``None`` if none is outlined"""
        self._depictions[position] = depiction
        if matched is not None:
            self.matched_atoms[position] = matched
        bytes_ = sum(map(_photograph_bytes, self._depictions.values()))
        while len(self._depictions) > MAX_DEPICTIONS or bytes_ > MAX_PHOTOGRAPHS:
            dropped, oldest = self._depictions.popitem(last=False)
            self.matched_atoms.pop(dropped, None)
            bytes_ -= _photograph_bytes(oldest)

    def clear(self) -> None:
        self._depictions.clear()
        self.matched_atoms.clear()


def _photograph_bytes(depiction: Depiction | str) -> int:
    """Size in bytes of a depiction's photograph; 0 for a text."""
    if isinstance(depiction, str) or depiction.photograph is None:
        return 0
    return len(depiction.photograph.jpeg)
