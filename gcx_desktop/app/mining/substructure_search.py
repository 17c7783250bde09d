"""Request and result of a search for substructures. Imports no torch."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ...errors import UsageError
from ...explain.saliency_cutoff import PAPER_CUTOFF
from ...kinds.kind import Capability, Kind, Words
from ...library.labels.label_meaning import LabelMeaning
from ...library.labels.measurements import ValueMeaning
from ...library.record import Rejected
from ...library.writing.output import ROW_KINDS
from ...substructure.findings import Finding
from ...substructure.frequency import check_bounds
from ...substructure.scheme import Scheme
from ...wording import capitalised, counted
from .value_cut import GROUPS, ValueCut

RANDOM_DRAWS = 5
"""Number of random draws for each record, each of as many nodes as are salient."""
MOST_PATTERNS = 5_000
"""Largest number of patterns that a request may ask for."""
SUBSTRUCTURE_FILE_KINDS = (*ROW_KINDS, "sdf", "smarts", "html")
"""Suffixes of files that can hold substructures."""


def file_kinds(kind: Kind) -> tuple[str, ...]:
    """The suffixes of files that can hold the substructures of a kind of graph."""
    needed = {"sdf": Capability.STRUCTURE_FILES, "smarts": Capability.QUERIES}
    return tuple(each for each in SUBSTRUCTURE_FILE_KINDS if each not in needed or needed[each] in kind.capabilities)


@dataclass(frozen=True, slots=True)
class MiningRequest:
    """Which substructures are searched for, and which of them are listed."""

    scheme: Scheme = Scheme.SALIENT
    cutoff: float = PAPER_CUTOFF
    """Share of a record's largest value above which a node is salient."""
    complete: bool = False
    """Whether salient parts are completed to whole rings and functional groups."""
    min_records: int = 10
    """A pattern is listed if more records than this contain it."""
    min_explained: int = 1
    """Least number of records predicted as the class that have the pattern as a fragment."""
    min_atoms: int = 2
    max_atoms: int = 50
    """At most 12 for the scheme ``FREQUENT``."""
    min_support: float = 0.05
    """For the scheme ``FREQUENT`` and for sets: least share of the class's explained records."""
    max_patterns: int = 1_000
    """Beyond it, the least frequent patterns are left out."""
    classes: tuple[str, ...] = ()
    """Names of classes; empty for all."""
    cut: float | None = None
    """Of a model of values: the least value that is high; ``None`` for the median."""
    seed: int = 0

    def check(self) -> None:
        """:raises UsageError: if a number is out of bounds"""
        for name, value, low, high in (
            ("cutoff", self.cutoff, 0, 1),
            ("minimum support", self.min_support, 0, 1),
            ("number of patterns", self.max_patterns, 1, MOST_PATTERNS),
            ("minimum number of atoms", self.min_atoms, 1, self.max_atoms),
        ):
            if not low <= value <= high:
                raise UsageError(f"the {name} must lie between {low:,} and {high:,}, not be {value:,}")
        if self.cut is not None and not math.isfinite(self.cut):
            raise UsageError(f"the cut must be a number, not {self.cut}")
        if self.scheme is Scheme.FREQUENT:
            check_bounds(1, self.max_atoms)

    def in_words(self, kind: Kind, *, labelled: bool, cut: ValueCut | None = None) -> str:
        """Sentences that say which nodes count as shown, and in which records.

        :param labelled: whether the true classes are known
        :param cut: by which values were divided
        """
        shown = kind.fragmenter.listing.in_words(self, kind.words)
        if cut is not None:
            sided = "predicted and measured" if cut.of_measured else "predicted"
            return (
                f"{shown} What raises {cut.endpoint} is looked for among the {kind.words.records} that are {sided} "
                f"high, what lowers it among those {sided} low ({cut.sentence})."
            )
        explained = f"Explained are {kind.words.records} predicted as the class"
        return f"{shown} {explained}{', and rightly by their labels' if labelled else ''}."


@dataclass(frozen=True, slots=True)
class SearchFailures:
    """How many steps of a search took too long or crashed, so that their results are unknown."""

    n_records: int = 0
    """Records whose substructures are unknown; they are rejected and not counted."""
    n_patterns: int = 0
    """Frequent patterns that could not be written and are not listed."""
    n_comparisons: int = 0
    """Findings for which it is unknown which others are parts of them."""

    def in_words(self, words: Words) -> tuple[str, ...]:
        """A sentence for each kind of failure, without a full stop."""
        sentences = []
        if self.n_records:
            unknown = f"unknown in {words.counted(self.n_records)}, whose search took too long or failed"
            sentences.append(f"{unknown}; rejected, and counted nowhere")
        if self.n_patterns:
            verb = "is" if self.n_patterns == 1 else "are"
            sentences.append(
                f"{counted(self.n_patterns, 'pattern')} could not be written in time and {verb} not listed"
            )
        if self.n_comparisons:
            wholes = counted(self.n_comparisons, "listed one")
            sentences.append(f"which substructures are part of {wholes} is unknown; comparing took too long or failed")
        return tuple(sentences)


NO_FAILURES = SearchFailures()


def search_description(description: str, mined: MiningResult) -> str:
    """Sentences that describe a search and its failures.

    :param description: see :meth:`MiningRequest.in_words`
    """
    failures = mined.failures.in_words(mined.kind.words)
    return " ".join((description, *(f"{capitalised(failure)}." for failure in failures)))


@dataclass(frozen=True, slots=True)
class MiningResult:
    """The substructures that were found in a library."""

    kind: Kind
    findings: tuple[Finding, ...]
    """Class by class, those that most explanations show first."""
    class_names: tuple[str, ...]
    n_records: tuple[int, ...]
    """[n_classes]: records of each class, by label, or by prediction if there are no labels."""
    n_explained: tuple[int, ...]
    """[n_classes]: records predicted as each class, correctly if there are labels."""
    n_left_out: int
    """Number of patterns that were not counted, since there were too many."""
    rejected: tuple[Rejected, ...]
    labels: LabelMeaning | ValueMeaning | None = None
    """What the label column's cells are taken for; ``None`` if the prediction is the class."""
    suspicion: str = ""
    """A sentence that asks whether the labels are swapped; "" if the predictions do not suggest it."""
    failures: SearchFailures = NO_FAILURES
    cut: ValueCut | None = None
    """By which the values were divided; ``None`` of classes."""

    def group_name(self, class_index: int) -> str:
        """The records of a class: its name, or "high" of what raises a value and "low" of what lowers it."""
        return self.class_names[class_index] if self.cut is None else GROUPS[class_index]

    @property
    def labels_in_words(self) -> str:
        """The label column, the meaning of its values, and whether they may be swapped; "" without labels."""
        if self.labels is None:
            return ""
        column = "" if isinstance(self.labels, ValueMeaning) else f"{self.labels.column}: "
        return ". ".join(part for part in (f"{column}{self.labels.summary}", self.suspicion) if part)

    def first_of_each_class(self, n: int) -> list[Finding]:
        """For each class the ``n`` findings that most explanations show."""
        return [
            finding
            for index in range(len(self.class_names))
            for finding in [each for each in self.findings if each.class_index == index][:n]
        ]
