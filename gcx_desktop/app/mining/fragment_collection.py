"""Fragments of many molecules, gathered as they come, so that no molecule's own are held."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from ...substructure.fragments import OpenBonds
from ...substructure.labelled_graph import LabelledGraph
from .cut_records import MoleculeFragments, Values


@dataclass(slots=True)
class Candidate:
    """A pattern of one class before it is counted; how it is written is left for those that are listed."""

    smarts: str
    graph: LabelledGraph
    """In canonical order."""
    forms: Counter[OpenBonds] = field(default_factory=Counter)
    """By which bonds molecules go on beyond it."""
    shown_in: list[int] = field(default_factory=list)
    """Indices of molecules."""
    means: dict[int, tuple[float, float]] = field(default_factory=dict)
    """By molecule that gives it: mean and sum of its atoms' values, where the mean is largest."""


@dataclass(frozen=True, slots=True)
class FragmentCollection:
    """What is kept of the molecules that were taken apart, gathered as they come."""

    explained: set[int] = field(default_factory=set)
    """Indices of molecules."""
    candidates: dict[int, dict[str, Candidate]] = field(default_factory=dict)
    """By class and SMARTS."""
    parts: dict[int, list[tuple[int, LabelledGraph, Values]]] = field(default_factory=dict)
    """Of the scheme ``FREQUENT``, by class: molecule, all that is salient, and its atoms' values."""

    def add(self, i: int, class_index: int, pieces: MoleculeFragments) -> None:
        """What was found in a molecule of a class; molecules come in order."""
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
