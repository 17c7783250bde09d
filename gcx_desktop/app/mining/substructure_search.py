"""What is asked of a search for substructures, and what it gives. Needs no torch."""

from __future__ import annotations

from dataclasses import dataclass

from ...errors import UsageError
from ...explain.saliency_cutoff import PAPER_CUTOFF
from ...kinds.kind import Kind, Part, Words
from ...library.labels.label_meaning import LabelMeaning
from ...library.record import Rejected
from ...library.writing.output import ROW_KINDS
from ...substructure.findings import Finding
from ...substructure.frequency import check_bounds
from ...substructure.scheme import Scheme
from ...wording import counted, sentence

RANDOM_DRAWS = 5
"""Random choices of as many nodes beside the salient ones of a record."""
MOST_PATTERNS = 5_000
"""That may be asked for."""
KINDS = (*ROW_KINDS, "sdf", "smarts", "html")
"""Of files that hold substructures."""


def file_kinds(kind: Kind) -> tuple[str, ...]:
    """The suffixes of files that can hold the substructures of a kind of graph."""
    needed = {"sdf": Part.STRUCTURE_FILES, "smarts": Part.QUERIES}
    return tuple(each for each in KINDS if each not in needed or needed[each] in kind.parts)


@dataclass(frozen=True, slots=True)
class MiningRequest:
    """Which substructures are looked for, and which of them are listed."""

    scheme: Scheme = Scheme.SALIENT
    cutoff: float = PAPER_CUTOFF
    """Share of a record's largest value above which a node is salient."""
    complete: bool = False
    """Whether salient parts are completed to whole rings and functional groups."""
    min_records: int = 10
    """Listed are patterns that more records than this contain."""
    min_explained: int = 1
    """Records predicted as the class that give a pattern, at least."""
    min_atoms: int = 2
    max_atoms: int = 50
    """Of the scheme ``FREQUENT`` at most 12 are looked for."""
    min_support: float = 0.05
    """Of the scheme ``FREQUENT`` and of sets: share of the class's explained records, at least."""
    max_patterns: int = 1_000
    """Those that the fewest records give are left out beyond it."""
    classes: tuple[str, ...] = ()
    """Names; none for all."""
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
        if self.scheme is Scheme.FREQUENT:
            check_bounds(1, self.max_atoms)

    def in_words(self, kind: Kind, *, labelled: bool) -> str:
        """A sentence or two that say what counts as shown.

        :param labelled: whether the true classes are known
        """
        shown = kind.fragmenter.listing.in_words(self, kind.words)
        explained = f"Explained are {kind.words.records} predicted as the class"
        return f"{shown} {explained}{', and rightly by their labels' if labelled else ''}."


@dataclass(frozen=True, slots=True)
class SearchFailures:
    """What took too long or crashed, so that what it would have said is unknown."""

    n_records: int = 0
    """Whose substructures are unknown; they are among the rejected and count nowhere."""
    n_patterns: int = 0
    """That explanations have in common and that could not be written, so that they are not listed."""
    n_comparisons: int = 0
    """Findings of which it is unknown which others are parts of them."""

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


def search_description(asked: str, mined: MiningResult) -> str:
    """How substructures were looked for, and what is unknown of them, in sentences.

    :param asked: as :meth:`MiningRequest.in_words` has it
    """
    failures = mined.failures.in_words(mined.kind.words)
    return " ".join((asked, *(f"{sentence(failure)}." for failure in failures)))


@dataclass(frozen=True, slots=True)
class MiningResult:
    """What was found in a library."""

    kind: Kind
    findings: tuple[Finding, ...]
    """The most often shown first, class by class."""
    class_names: tuple[str, ...]
    n_records: tuple[int, ...]
    """By class: records of it, by label or else by prediction."""
    n_explained: tuple[int, ...]
    """By class: records predicted as it, rightly if there are labels."""
    n_left_out: int
    """Patterns that were not counted, since there were too many."""
    rejected: tuple[Rejected, ...]
    labels: LabelMeaning | None = None
    """What the values of the label column were taken for; ``None`` if the prediction is the class."""
    suspicion: str = ""
    """A sentence that asks whether the labels are swapped; "" if the predictions give no reason to."""
    failures: SearchFailures = NO_FAILURES

    @property
    def labels_in_words(self) -> str:
        """The column, what its values were taken for, and whether they may be swapped; "" without labels."""
        if self.labels is None:
            return ""
        return ". ".join(part for part in (f"{self.labels.column}: {self.labels.taken}", self.suspicion) if part)

    def first_of_each_class(self, n: int) -> list[Finding]:
        """The ``n`` that most explanations show, class by class."""
        return [
            finding
            for index in range(len(self.class_names))
            for finding in [each for each in self.findings if each.class_index == index][:n]
        ]
