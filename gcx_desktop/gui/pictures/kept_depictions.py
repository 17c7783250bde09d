"""The depictions that were drawn last."""

from __future__ import annotations

from collections import OrderedDict

from ...depict.drawing import Depiction

MAX_DEPICTIONS = 4000
MAX_PHOTOGRAPHS = 64_000_000
"""Bytes of the photographs that depictions have."""


class KeptDepictions:
    """As many as there is room for, by position; those kept first are dropped first.

    Attribute ``matched_atoms``: the atoms of each that match what is outlined, for those drawn with an outline.
    """

    def __init__(self) -> None:
        self.matched_atoms: dict[int, frozenset[int]] = {}
        self._depictions: OrderedDict[int, Depiction | str] = OrderedDict()

    def __contains__(self, position: int) -> bool:
        return position in self._depictions

    @property
    def positions(self) -> list[int]:
        """Those kept first come first."""
        return list(self._depictions)

    def get(self, position: int) -> Depiction | str | None:
        """The depiction, words where there can be none, ``None`` while it is not there."""
        return self._depictions.get(position)

    def keep(self, position: int, depiction: Depiction | str, matched: frozenset[int] | None = None) -> None:
        """:param matched: the atoms that match what is outlined; ``None`` if nothing is"""
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
    """Of a depiction, or of the words in its place."""
    if isinstance(depiction, str) or depiction.photograph is None:
        return 0
    return len(depiction.photograph.jpeg)
