"""A molecule for the window: graph, depiction, atoms, fingerprint, in one go. Runs in worker processes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...depict.colour import Paper
from ...depict.drawing import MAX_ATOMS_TO_DRAW, Depiction, DepictionError, depict
from ...graph.molgraph import molecule_graph
from ...graph.morgan_fingerprint import morgan_environments, morgan_fingerprint
from ...library.molecules.preparation import Preparation, prepare_molecule
from ...library.record import Rejected, Source, Span
from ..kind import Parameters, RecordToShow, ShowableRecord, UnpredictableRecord
from .reader import as_graph, identity_of, read_molecule_at

if TYPE_CHECKING:
    from rdkit.Chem import Mol

    from ...library.molecules.molecule import Molecule


def read_to_show(
    source: Source, parameters: Parameters, paper: Paper | None, preparation: Preparation, span: Span
) -> ShowableRecord:
    """A record's graph and, unless ``paper`` is ``None``, its depiction.

    :param preparation: of the molecule for its graph; the depiction shows the record as it is
    """
    read = read_molecule_at(source, span)
    if isinstance(read, Rejected):
        return read
    shown = as_graph(read, span, preparation, parameters)
    symbols = tuple(atom.GetSymbol() for atom in read.mol.GetAtoms())
    depiction, message = _drawn(read, paper)
    if isinstance(shown, Rejected):
        return UnpredictableRecord(shown, symbols, depiction, message)
    predicted = prepare_molecule(read.mol, preparation).mol if preparation else read.mol
    hydrogens = frozenset(atom for atom, symbol in enumerate(symbols) if symbol == "H")
    fingerprint, environments = morgan_fingerprint(predicted), morgan_environments(predicted)
    identity = _identity(predicted)
    return RecordToShow(shown, symbols, depiction, message, fingerprint, hydrogens, environments, identity)


def _identity(mol: Mol) -> str:
    """That of a training molecule; "" of one that is too large or that RDKit cannot rewrite without hydrogens."""
    from rdkit import Chem

    if mol.GetNumAtoms() > MAX_ATOMS_TO_DRAW:
        return ""
    try:
        return identity_of(Chem.RemoveHs(mol))
    except (ValueError, RuntimeError):
        return ""


def _drawn(read: Molecule, paper: Paper | None) -> tuple[Depiction | None, str]:
    """The depiction, or why there is none."""
    if paper is None:
        return None, ""
    try:
        return depict(read.mol, paper=paper), ""
    except DepictionError as error:
        return None, str(error)


def warm_up_molecules() -> None:
    """Imports what the first record would have to wait for."""
    from rdkit import Chem
    from rdkit.Chem import rdDepictor
    from rdkit.Chem.Draw import rdMolDraw2D

    from ...library.molecules import molecule

    del rdDepictor, molecule
    mol = Chem.MolFromSmiles("c1ccccc1O")
    molecule_graph(mol, "c1ccccc1O")
    depict(mol)
    del rdMolDraw2D
