"""The content of a report: plain data, ready to be typeset."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from ..depict.colour import Floats
from ..depict.drawing import Depiction
from ..library.record import Rejected
from ..substructure.findings import Finding


class Nouns(Protocol):
    """The words of a report for records and nodes."""

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
        """A node with its article, such as "an atom"."""

    @property
    def picture(self) -> str:
        """Such as "Structure"."""

    @property
    def drawn(self) -> str:
        """A note on pictures of substructures; "" if none is needed."""


@dataclass(frozen=True, slots=True)
class ReportHeader:
    """The content of the title page."""

    words: Nouns
    library_name: str
    n_records: int
    """All records asked for, including rejected ones."""
    n_rejected: int
    class_counts: tuple[tuple[str, int], ...]
    """(class, records predicted as it)."""
    model_name: str
    model_task: str
    model_facts: tuple[tuple[str, str], ...]
    """(name, value) from the model's card: training data, split, metrics."""
    limits: tuple[str, ...]
    """Known limits of the model, a sentence each."""
    method_name: str
    method_id: str
    method_paper: str
    signed: bool
    """Whether the method's values can be negative."""
    scale_maximum: float
    """The value with the strongest colour, for ``scale_mode`` "library"; larger values have the same colour."""
    scale_mode: str
    """"library": one scale for all records; "molecule": each has its own, up to its largest value."""
    colour_threshold: float
    """0 … 1, the share of the scale's maximum below which a node is not coloured."""
    command_line: str
    """The command line that makes this report again; "" if there is none."""
    created: str
    program: str
    """Name and version."""
    preparation: str = ""
    """How records were prepared before they were predicted, and how many; "" if there was no preparation."""
    labels: str = ""
    """The class of each value of the label column; "" if labels are not used."""
    substructure_search: str = ""
    """How the substructures were searched for, in a sentence; "" to leave it out."""
    substructures_alone: bool = True
    """Whether an explanation that shows a substructure shows nothing around it."""
    value_name: str = ""
    """Of a model of values: the name of the value; "" of classes."""
    value_unit: str = ""
    """Its unit; "" if it is not known, or of classes."""
    median: str = ""
    """The median of the predicted values; "" of classes."""


@dataclass(frozen=True, slots=True)
class ReportValue:
    """A predicted value."""

    number: float
    text: str
    """With the digits that it is worth, such as "6.8", and its unit."""
    interval: str = ""
    """Such as "5.9 to 7.6"; "" if it is not known."""


@dataclass(frozen=True, slots=True, eq=False)
class ReportMolecule:
    """One picture of the report: a molecule or another graph, its prediction, and one class explained."""

    record: int
    """1-based position in the library."""
    title: str
    smiles: str
    """SMILES of a molecule, or the text of another record."""
    predicted_class: str
    """Of a value its name."""
    probability: float
    """Of the predicted class; NaN of a value."""
    probabilities: tuple[tuple[str, float], ...]
    """(class, probability), all classes; empty of a value."""
    explained_class: str
    """Of a value what is explained of it, such as "what raises pIC50"."""
    saliency: Floats
    """[n_places], in the record's order; NaN where there is none."""
    depiction: Depiction | None
    """``None`` if it could not be drawn; ``note`` then gives the reason."""
    note: str = ""
    preparation: str = ""
    """How it was prepared before it was predicted; "" if it was not."""
    value: ReportValue | None = None
    """``None`` of classes."""


@dataclass(frozen=True, slots=True, eq=False)
class ReportSubstructure:
    """A substructure that explains a class."""

    finding: Finding
    class_name: str
    depiction: Depiction | None
    """``None`` if it could not be drawn."""


@dataclass(frozen=True, slots=True, eq=False)
class ReportContent:
    """The whole content of a report."""

    header: ReportHeader
    molecules: Iterable[ReportMolecule]
    """Read one by one, so that memory does not limit their number."""
    rejected: Sequence[Rejected]
    substructures: Sequence[ReportSubstructure] = ()
