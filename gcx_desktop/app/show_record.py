"""What a window needs to show one record at once: graph, depiction, atoms, fingerprint. Made in worker processes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..depict.colour import Paper
from ..depict.drawing import Depiction, DepictionError, depict
from ..graph.fingerprint import fingerprint
from ..graph.molgraph import molecule_graph
from ..kinds.kind import ReadRecord
from ..library.formats import read_text
from ..library.molecule import Molecule
from ..library.preparation import AS_RECORDED, Preparation, prepare
from ..library.record import RecordText, Rejected, Source, Span
from ..library.source import read_raw
from .read_records import ReadMolecule, as_graph, read_molecule_at

if TYPE_CHECKING:
    from ..gcn.bundle import Bundle
    from .explain_library import ExplainedRecord


@dataclass(frozen=True, slots=True)
class RecordToShow:
    """A record that was read, ready to be shown and explained."""

    read: ReadMolecule
    symbols: tuple[str, ...]
    """[n_record_atoms], element symbols."""
    depiction: Depiction | None
    message: str = ""
    """Why there is no depiction."""
    fingerprint: bytes = b""
    """Of the molecule as it is predicted, to be compared with those that a model knows."""


@dataclass(frozen=True, slots=True)
class UnpredictableRecord:
    """A record that cannot be predicted, but is a structure that can be drawn."""

    rejected: Rejected
    symbols: tuple[str, ...]
    """[n_record_atoms], element symbols."""
    depiction: Depiction | None
    message: str = ""
    """Why there is no depiction."""


def read_to_show(
    source: Source, paper: Paper | None, span: Span, preparation: Preparation = AS_RECORDED
) -> RecordToShow | UnpredictableRecord | Rejected:
    """A record's graph and, unless ``paper`` is ``None``, its depiction. Runs in a worker process.

    :param preparation: of the molecule for its graph; the depiction shows the record as it is
    """
    read = read_molecule_at(source, span)
    if isinstance(read, Rejected):
        return read
    shown = as_graph(read, span, preparation)
    symbols = tuple(atom.GetSymbol() for atom in read.mol.GetAtoms())
    depiction, message = _drawn(read, paper)
    if isinstance(shown, Rejected):
        return UnpredictableRecord(shown, symbols, depiction, message)
    predicted = prepare(read.mol, preparation).mol if preparation else read.mol
    return RecordToShow(shown, symbols, depiction, message, fingerprint(predicted))


def _drawn(read: Molecule, paper: Paper | None) -> tuple[Depiction | None, str]:
    """The depiction, or why there is none."""
    if paper is None:
        return None, ""
    try:
        return depict(read.mol, paper=paper), ""
    except DepictionError as error:
        return None, str(error)


def read_texts(source: Source, spans: Sequence[Span]) -> list[RecordText | Rejected]:
    """The words of some records. Runs in a worker process, so that no other thread waits for it."""
    return [read_text(source, read_raw(source, span)) for span in spans]


def warm_up(_: object) -> None:
    """Has a worker process import what the first record would have to wait for."""
    from rdkit import Chem
    from rdkit.Chem import rdDepictor
    from rdkit.Chem.Draw import rdMolDraw2D

    del rdDepictor
    mol = Chem.MolFromSmiles("c1ccccc1O")
    molecule_graph(mol, "c1ccccc1O")
    depict(mol)
    del rdMolDraw2D


def explain_record(bundle: Bundle, read: ReadRecord) -> ExplainedRecord:
    """One record, predicted and explained by all methods for all classes."""
    from ..explain.engine import explain_graphs
    from ..explain.method import methods
    from ..kinds.registry import decode_of
    from .explain_library import ExplainedRecord

    return ExplainedRecord(read, explain_graphs(bundle.network, [read.graph], decode_of(bundle.card), methods())[0])
