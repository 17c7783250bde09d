"""What a report says: plain data, ready to be typeset."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from ..depict.colour import Floats
from ..depict.drawing import Depiction
from ..library.record import Rejected
from ..substructure.findings import Finding


class Nouns(Protocol):
    """What a report calls the things that it tells of."""

    @property
    def record(self) -> str:
        """Such as "molecule"."""

    @property
    def records(self) -> str: ...

    @property
    def node(self) -> str:
        """Such as "atom"."""

    @property
    def nodes(self) -> str: ...

    @property
    def a_node(self) -> str:
        """With its article."""

    @property
    def picture(self) -> str:
        """Such as "Structure"."""

    @property
    def drawn(self) -> str:
        """What must be known of pictures of substructures; "" if nothing."""


@dataclass(frozen=True, slots=True)
class ReportHeader:
    """What the title page tells."""

    words: Nouns
    library_name: str
    n_records: int
    """All records wanted, the rejected ones among them."""
    n_rejected: int
    class_counts: tuple[tuple[str, int], ...]
    """(class, records predicted as it)."""
    model_name: str
    model_task: str
    model_facts: tuple[tuple[str, str], ...]
    """(name, value) from the model's card: training data, split, metrics."""
    limits: tuple[str, ...]
    """Where the model is known not to hold, a sentence each."""
    method_name: str
    method_id: str
    method_paper: str
    signed: bool
    """Whether the method's values can be negative."""
    scale_maximum: float
    """The value of the strongest colour, for ``scale_mode`` "library"; greater values have it too."""
    scale_mode: str
    """"library": one scale for all records; "molecule": each has its own, up to its greatest value."""
    colour_threshold: float
    """0 … 1, the share of the scale's maximum below which a node is not coloured."""
    command_line: str
    """What makes this report again; "" if nothing does."""
    created: str
    program: str
    """Name and version."""
    preparation: str = ""
    """What was done to records before they were predicted, and to how many; "" if nothing was to be done."""
    labels: str = ""
    """What the values of the label column were taken for; "" if labels play no part."""
    substructure_search: str = ""
    """How the substructures were looked for, in a sentence; "" if nothing is to be said of it."""
    substructures_alone: bool = True
    """Whether an explanation that shows one shows no more at that place."""


@dataclass(frozen=True, slots=True, eq=False)
class ReportMolecule:
    """One picture of the report: a molecule or another graph, its prediction, and one class explained."""

    record: int
    """1-based position in the library."""
    title: str
    smiles: str
    """Or what else is written in its place."""
    predicted_class: str
    probability: float
    """Of the predicted class."""
    probabilities: tuple[tuple[str, float], ...]
    """(class, probability), all classes."""
    explained_class: str
    saliency: Floats
    """[n_places], in the record's order; NaN where there is none."""
    depiction: Depiction | None
    """``None`` if it could not be drawn; then ``note`` says why."""
    note: str = ""
    preparation: str = ""
    """What was done to it before it was predicted; "" if nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class ReportSubstructure:
    """A substructure that explains a class."""

    finding: Finding
    class_name: str
    depiction: Depiction | None
    """``None`` if it could not be drawn."""


@dataclass(frozen=True, slots=True, eq=False)
class ReportContent:
    """All that a report says."""

    header: ReportHeader
    molecules: Iterable[ReportMolecule]
    """Consumed one by one, so that any number of them fits in memory."""
    rejected: Sequence[Rejected]
    substructures: Sequence[ReportSubstructure] = ()
