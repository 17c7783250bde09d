"""Value, rank and a sentence for each atom of a molecule, or each node of another graph."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from ...app.explaining.value_words import ValueWords
from ...depict.halos import AGAINST_CLASS, FOR_CLASS
from ...kinds.kind import Words
from ...kinds.registry import DEFAULT_KIND

_Floats = npt.NDArray[np.float64]
_SAME = 1e-6
"""Relative difference below which two saliencies count as equal: symmetric atoms share a rank."""


def number_text(value: float) -> str:
    """Three significant digits, with a true minus sign."""
    text = "0" if value == 0 else f"{value:#.3g}".rstrip(".")
    return text.replace("-", "−")


def _short(value: float) -> str:
    """Two significant digits."""
    return "0" if value == 0 else f"{value:#.2g}".rstrip(".").replace("-", "−")


@dataclass(frozen=True, slots=True, eq=False)
class AtomReadings:
    """The saliency of every atom of a record in words. Indices are 0-based here and 1-based in the words."""

    names: Sequence[str] = ()
    """[n_places], for atoms the symbols of their elements; may be shorter while they are not known."""
    values: _Floats | None = None
    """[n_places], NaN at hydrogens folded into their heavy atom and at what was left out of the graph; ``None`` while
    not computed."""
    predictable: bool = True
    """Whether the record can have values."""
    signed: bool = False
    """Whether values may be below zero, which speaks against the class."""
    folded: frozenset[int] = frozenset()
    """Places that never have a value of their own, such as hydrogens."""
    words: Words = DEFAULT_KIND.words
    spread: _Floats | None = None
    """[n_places], the standard deviation of the members' values; ``None`` if there are no members, or while it is not
    known."""
    n_members: int = 1
    of_value: ValueWords | None = None
    """Of a model of a value, in whose unit signed maps are; ``None`` of a model of classes."""
    order: list[int] = field(init=False, repr=False)
    """Atoms that have a value, the most salient (by magnitude) first."""
    _rank: dict[int, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        strength = np.abs(self.values) if self.values is not None else np.empty(0)
        order = [i for i in np.argsort(-strength, kind="stable").tolist() if not np.isnan(strength[i])]
        ranks: dict[int, int] = {}
        rank, last = 1, np.inf
        for place, atom in enumerate(order, start=1):
            if strength[atom] < last * (1 - _SAME) or place == 1:
                rank, last = place, float(strength[atom])
            ranks[atom] = rank
        object.__setattr__(self, "order", order)
        object.__setattr__(self, "_rank", ranks)

    @property
    def maximum(self) -> float:
        """The largest magnitude; 0 if there are no values."""
        return float(abs(self.values[self.order[0]])) if self.values is not None and self.order else 0.0

    @property
    def silent(self) -> bool:
        """Whether there are values, and all of them are zero."""
        return self.values is not None and self.maximum == 0.0

    def can_point_at(self, atom: int) -> bool:
        """Whether the atom can be pointed at; hydrogens without a value of their own cannot."""
        return self.values is None or atom in self._rank or self._left_out(atom)

    def _left_out(self, atom: int) -> bool:
        """Whether the atom has no value because it was left out of the graph, as by a preparation."""
        known = self.values is not None and atom < len(self.names)
        return known and atom not in self._rank and atom not in self.folded

    def name(self, atom: int) -> str:
        """The name of an atom, such as ``"C 7"``."""
        name = self.names[atom] if atom < len(self.names) else self.words.node
        return f"{name} {atom + 1}"

    def sentence(self, atom: int) -> str:
        """Such as ``"C 7 · saliency 0.182 ± 0.031 · rank 3 of 24"``; for a signed map, also whether it speaks for the
        class; of a value ``"C 7 · pIC50 +0.41 ± 0.08 log units · rank 3 of 24"``."""
        if not self.predictable:
            return self.name(atom)
        if self._left_out(atom):
            return f"{self.name(atom)} · {self.words.left_out}"
        if self.values is None or atom not in self._rank:
            return f"{self.name(atom)} · saliency not computed yet"
        return f"{self.value_sentence(atom)} · rank {self._rank[atom]} of {len(self.order)}"

    def value_sentence(self, atom: int) -> str:
        """The same without the rank, of an atom that has a value."""
        assert self.values is not None  # noqa: S101
        value = float(self.values[atom])
        differ = f" ± {_short(float(self.spread[atom]))}" if self.spread is not None and self._differs(atom) else ""
        if self.of_value is not None and self.signed:
            unit = f" {self.of_value.unit}".rstrip()
            return f"{self.name(atom)} · {self.of_value.name} {self.of_value.change(value)}{differ}{unit}"
        return f"{self.name(atom)} · saliency {number_text(value)}{differ}{self._side(atom)}"

    def full_sentence(self, atom: int) -> str:
        """The sentence, and what is meant by ±."""
        meaning = f" (±: standard deviation over the model's {self.n_members:,} members)" if self._differs(atom) else ""
        return f"{self.sentence(atom)}{meaning}"

    def _differs(self, atom: int) -> bool:
        """Whether it is known how much the members differ in an atom's value."""
        spread = self.spread
        return spread is not None and atom in self._rank and atom < len(spread) and bool(np.isfinite(spread[atom]))

    def _side(self, atom: int) -> str:
        if not self.signed or self.values is None or self.values[atom] == 0:
            return ""
        return f", {FOR_CLASS if self.values[atom] > 0 else AGAINST_CLASS}"

    def strongest(self, n: int = 3) -> str:
        """The most salient atoms in words, such as ``"N 3 0.412, C 2 0.398"``; empty if there are none."""
        if self.values is None or self.silent:
            return ""
        return ", ".join(f"{self.name(atom)} {number_text(float(self.values[atom]))}" for atom in self.order[:n])
