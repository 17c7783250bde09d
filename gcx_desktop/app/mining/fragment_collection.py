"""Collects the fragments of many molecules one by one, so that those of single molecules are not kept in memory."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from ...substructure.fragments import OpenBonds
from ...substructure.labelled_graph import LabelledGraph
from .cut_records import MoleculeFragments, RelativeMap


@dataclass(slots=True)
class Candidate:
    """A pattern of one class before it is counted. Its written form is made later, for listed patterns only."""

    smarts: str
    graph: LabelledGraph
    """In canonical order."""
    forms: Counter[OpenBonds] = field(default_factory=Counter)
    """How often each set of bonds leads from it to the rest of a molecule."""
    shown_in: list[int] = field(default_factory=list)
    """Indices of the molecules whose explanations show it."""
    means: dict[int, tuple[float, float]] = field(default_factory=dict)
    """Index of a molecule that has it as a fragment → mean and sum of its atoms' values, where the mean is largest."""


@dataclass(frozen=True, slots=True)
class FragmentCollection:
    """The fragments of the molecules that were cut so far."""

    explained: set[int] = field(default_factory=set)
    """Indices of the molecules that were cut."""
    candidates: dict[int, dict[str, Candidate]] = field(default_factory=dict)
    """Class → SMARTS → candidate."""
    parts: dict[int, list[tuple[int, LabelledGraph, RelativeMap]]] = field(default_factory=dict)
    """For the scheme ``FREQUENT``, class → index of the molecule, its salient part, and the values of its atoms."""

    def add(self, i: int, class_index: int, pieces: MoleculeFragments) -> None:
        """Adds the fragments of a molecule of a class; molecules must come in order."""
        self.explained.add(i)
        if pieces.part is not None and pieces.values is not None:
            self.parts.setdefault(class_index, []).append((i, pieces.part, pieces.values))
        found = self.candidates.setdefault(class_index, {})
        for fragment in pieces.fragments:
            candidate = found.get(fragment.smarts)
            if candidate is None:
                candidate = found[fragment.smarts] = Candidate(fragment.smarts, fragment.graph)
            candidate.forms[fragment.ends] += 1
            if fragment.shown and (not candidate.shown_in or candidate.shown_in[-1] != i):
                candidate.shown_in.append(i)
            if i not in candidate.means or fragment.mean > candidate.means[i][0]:
                candidate.means[i] = fragment.mean, fragment.total
