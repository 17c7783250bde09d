"""From a record in a file to what the network and the depiction need. Runs in worker processes: no torch here.

The main process, which gets the records, imports this module, too: RDKit is imported by what uses it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...errors import BundleError
from ...gcn.reliability.domain import DomainFile, load_domain, load_joint_fingerprints
from ...gcn.reliability.nearest import NearestRecord, NearestSearch
from ...graph.counted_environments import CountedEnvironments
from ...graph.features import older_codes
from ...graph.graph import Graph, PackedGraphs
from ...graph.molgraph import (
    AtomScan,
    MolGraph,
    NoHeavyAtomsError,
    canonical_smiles,
    code_graphs,
    molecule_graph,
    scan_atoms,
    with_orders,
    written_order,
)
from ...graph.morgan_fingerprint import N_BYTES, morgan_counts, morgan_environments, morgan_fingerprint
from ...graph.scaffold import scaffold_key
from ...library.molecules.predictability import why_not_predictable
from ...library.molecules.preparation import NO_PREPARATION, Preparation, prepare_molecule
from ...library.record import RecordWarning, Rejected, Source, Span, warning_place
from ...library.source import read_raw
from ...pool import Packing, WorkerFailure
from ..kind import NO_PARAMETERS, OLDER_CODES, Parameters, Reading, TrainingGraph

if TYPE_CHECKING:
    from rdkit.Chem import Mol

    from ...library.molecules.molecule import Molecule

MAX_ATOMS_TO_LAY_OUT = 400
"""Beyond it a molblock is written without coordinates and wedges: a 2D layout would take seconds to minutes."""


@dataclass(frozen=True, slots=True)
class ReadMolecule:
    """A record that became a graph."""

    position: int
    """0-based, in the file."""
    title: str
    molecule: MolGraph
    molblock: str = ""
    """Of the record's atoms in the record's order, if it was asked for and the file holds none."""
    preparation: str = ""
    """What was done to the molecule before its graph was made, in words; "" if nothing."""
    record_warning: RecordWarning | None = None
    """What is wrong with the record's lines, unless it was read from a project, which holds none of them."""
    nearest: tuple[NearestRecord, ...] = ()
    """The nearest training molecule of a model, or of each of several endpoints; empty if it was not looked for."""

    @property
    def graph(self) -> Graph:
        return self.molecule.graph

    @property
    def text(self) -> str:
        """A SMILES."""
        return self.molecule.smiles

    @property
    def text_order(self) -> NDArray[np.int32] | None:
        return self.molecule.smiles_order

    @property
    def n_places(self) -> int:
        """Atoms of the record."""
        return self.molecule.n_record_atoms

    @property
    def node_index(self) -> NDArray[np.int32] | None:
        return self.molecule.atom_index

    @property
    def structure(self) -> str:
        return self.molblock


def read_molecule_at(source: Source, span: Span, *, stereo: bool = True) -> Molecule | Rejected:
    """The sanitised molecule of a record.

    :param stereo: as for :func:`~gcx_desktop.library.molecules.molecule.read_molecule`
    """
    from ...library.molecules.molecule import read_molecule

    return read_molecule(source, read_raw(source, span), stereo=stereo)


_Rest = tuple[int, str, str, int, list[int] | None, list[int] | None, str, str, tuple[int, str] | None]
"""Position, title, SMILES, atoms of the record, nodes' atoms, nodes as the SMILES writes them, molblock, preparation,
line and reason of a warning: plain things, which are pickled fast. Of nodes, ``None`` stands for 0, 1, 2 …"""


@dataclass(frozen=True, slots=True)
class RecordScan:
    """A record that was read, before its graph is coded together with others."""

    scan: AtomScan
    rest: _Rest
    fingerprint: bytes = b""
    """Of the molecule as it is predicted, if it was asked for."""


def scan_record(
    source: Source, with_molblock: bool, preparation: Preparation, with_fingerprint: bool, span: Span
) -> RecordScan | Rejected:
    """A record's molecule, and if asked a molblock where the file holds only a SMILES. Runs in a worker process."""
    read = read_molecule_at(source, span, stereo=with_molblock)
    if isinstance(read, Rejected):
        return read
    return _scan_molecule(read, span, with_molblock, preparation, with_fingerprint)


def as_graph(
    read: Molecule, span: Span, preparation: Preparation = NO_PREPARATION, parameters: Parameters = NO_PARAMETERS
) -> ReadMolecule | Rejected:
    """The graph of a molecule that was read.

    :param parameters: by which records are read for a model
    """
    scan = _scan_molecule(read, span, False, preparation)
    return scan if isinstance(scan, Rejected) else _read(_graphs([scan], parameters).unpacked()[0], scan.rest)


def _graphs(scans: list[RecordScan], parameters: Parameters) -> PackedGraphs:
    graphs = code_graphs([each.scan for each in scans])
    return replace(graphs, codes=older_codes(graphs.codes)) if parameters.get(OLDER_CODES) else graphs


def _scan_molecule(
    read: Molecule, span: Span, with_molblock: bool, preparation: Preparation, with_fingerprint: bool = False
) -> RecordScan | Rejected:
    mol, title, smiles = read.mol, read.text.title, read.text.smiles
    unpredictable = why_not_predictable(mol, smiles)
    if unpredictable:
        return Rejected(span.position, span.line, title, unpredictable, drawable=True)
    try:
        scan = scan_atoms(mol)
        block = _molblock(read) if with_molblock and (smiles is not None or read.text.notation) else ""
        smiles, order = (smiles, _order(read, scan)) if smiles is not None else canonical_smiles(mol, scan)
        index, done = scan.atom_index, ""
        if preparation:
            prepared = prepare_molecule(mol, preparation)
            if prepared.done:
                mol, record, scan, done = prepared.mol, scan, scan_atoms(prepared.mol), prepared.done
                index, order = _placed(record, order, prepared.atom_index, scan)
    except NoHeavyAtomsError as error:
        return Rejected(span.position, span.line, title, str(error))
    record_warning = warning_place(span.line, read.text.warnings) if read.text.warnings else None
    rest = (span.position, title, smiles, read.mol.GetNumAtoms(), index, order, block, done, record_warning)
    return RecordScan(scan, rest, morgan_fingerprint(mol) if with_fingerprint else b"")


def _order(read: Molecule, scan: AtomScan) -> list[int] | None:
    """The nodes as the record's SMILES writes its atoms; ``None`` if that is their own order."""
    if scan.atom_index is None:
        return None
    from ...library.molecules.molecule import with_stereochemistry

    return written_order(with_stereochemistry(read), scan)


def _placed(
    record: AtomScan, order: list[int] | None, atom_index: list[int], scan: AtomScan
) -> tuple[list[int], list[int]]:
    """The nodes' atoms in the record, and the nodes as the SMILES of the record writes them, −1 where there is none.

    :param record: of the molecule as it was recorded
    :param order: the nodes of ``record`` as the SMILES writes them
    :param atom_index: the record's atom that each atom of the prepared molecule is
    :param swept: of the prepared molecule
    """
    nodes = atom_index if scan.atom_index is None else [atom_index[atom] for atom in scan.atom_index]
    node_of = {atom: node for node, atom in enumerate(nodes)}
    heavy = range(record.n_nodes) if record.atom_index is None else record.atom_index
    written = heavy if order is None else [-1 if node < 0 else heavy[node] for node in order]
    return nodes, [node_of.get(atom, -1) for atom in written]


Other = Rejected | WorkerFailure
_Packed = tuple[PackedGraphs, list[_Rest | Other], list[tuple[tuple[int, float], ...]]]


def pack_records(parameters: Parameters, nearest_in: DomainFile | None, results: list[RecordScan | Other]) -> _Packed:
    """Graphs in few arrays, the rest in plain tuples.

    :param parameters: by which records are read for a model
    :param nearest_in: in which domain the nearest of each molecule is looked for
    """
    scans = [result for result in results if isinstance(result, RecordScan)]
    graphs = _graphs(scans, parameters)
    search = None if nearest_in is None else _search_in(nearest_in)
    found = [] if search is None else search([each.fingerprint for each in scans])
    rests = [result.rest if isinstance(result, RecordScan) else result for result in results]
    return graphs, rests, [tuple((each.row, each.similarity) for each in nearest) for nearest in found]


@lru_cache(maxsize=1)
def _search_in(file: DomainFile) -> Callable[[Sequence[bytes]], list[tuple[NearestRecord, ...]]] | None:
    """What finds the nearest one of each fingerprint, or one for each endpoint; ``None`` if the domain cannot be loaded
    any more, which costs what rests on it, but no record."""
    try:
        if file.endpoints:
            fingerprints, groups = load_joint_fingerprints(file, N_BYTES)
            return partial(NearestSearch(fingerprints).nearest_of_groups, groups=groups)
        domain = load_domain(file.folder, N_BYTES)
    except BundleError:
        return None
    if domain is None:
        return None
    search = NearestSearch(domain.fingerprints)
    return lambda queries: [(each,) for each in search.nearest(queries)]


def unpack_records(packed: _Packed) -> list[ReadMolecule | Other]:
    """Undoes :func:`pack_records`."""
    graphs = iter(packed[0].unpacked())
    nearest = (tuple(NearestRecord(*each) for each in found) for found in packed[2])
    return [_read(next(graphs), each, next(nearest, ())) if isinstance(each, tuple) else each for each in packed[1]]


def _read(graph: Graph, rest: _Rest, nearest: tuple[NearestRecord, ...] = ()) -> ReadMolecule:
    position, title, smiles, n_atoms, index, order, block, preparation, fault = rest
    record_warning = None if fault is None else RecordWarning(position, fault[0], title, fault[1])
    molecule = with_orders(graph, index, n_atoms, smiles, order)
    return ReadMolecule(position, title, molecule, block, preparation, record_warning, nearest)


def _molblock(read: Molecule) -> str:
    from rdkit import Chem
    from rdkit.Chem import rdDepictor

    mol = Chem.Mol(read.mol)
    drawn = mol.GetNumConformers() > 0  # a connection table in a cell has places of its own
    laid_out = drawn or mol.GetNumAtoms() <= MAX_ATOMS_TO_LAY_OUT
    if laid_out and not drawn:
        rdDepictor.Compute2DCoords(mol)
    mol.SetProp("_Name", " ".join(read.text.title.split()))
    # To wedge bonds RDKit would lay out a molecule without coordinates after all.
    block: str = Chem.MolToMolBlock(mol, includeStereo=laid_out)
    return block


def molecule_reading(source: Source, parameters: Parameters, with_molblocks: bool, preparation: Preparation) -> Reading:
    """How a worker reads molecules.

    :param with_molblocks: whether records that hold a SMILES also get a molblock
    """
    return _reading(source, parameters, with_molblocks, preparation, None)


def nearest_reading(
    source: Source, parameters: Parameters, with_molblocks: bool, preparation: Preparation, nearest_in: DomainFile
) -> Reading:
    """As :func:`molecule_reading`, with the nearest molecule of a domain."""
    return _reading(source, parameters, with_molblocks, preparation, nearest_in)


def _reading(
    source: Source,
    parameters: Parameters,
    with_molblocks: bool,
    preparation: Preparation,
    nearest_in: DomainFile | None,
) -> Reading:
    task = partial(scan_record, source, with_molblocks, preparation, nearest_in is not None)
    return Reading(task, Packing(partial(pack_records, parameters, nearest_in), unpack_records))


def count_environments(source: Source, preparation: Preparation, span: Span) -> CountedEnvironments | Rejected:
    """The circular environments of a record's molecule, whose nodes are those of its graph."""
    read = read_molecule_at(source, span, stereo=False)
    if isinstance(read, Rejected):
        return read
    return morgan_environments(prepare_molecule(read.mol, preparation).mol if preparation else read.mol)


def identity_of(mol: Mol) -> str:
    """The canonical SMILES with stereochemistry, by which two molecules are known to be the same.

    :param mol: without hydrogens that could be removed
    """
    from rdkit import Chem

    smiles: str = Chem.MolToSmiles(mol)
    return smiles


def read_training_molecule(
    source: Source, _: Parameters, preparation: Preparation, span: Span
) -> TrainingGraph | Rejected:
    """Of a record's molecule as it is prepared: its graph, its canonical SMILES with stereochemistry and without
    hydrogens, its Bemis–Murcko scaffold, its fingerprint."""
    from rdkit import Chem

    read = read_molecule_at(source, span)
    if isinstance(read, Rejected):
        return read
    unpredictable = why_not_predictable(read.mol, read.text.smiles)
    if unpredictable:
        return Rejected(span.position, span.line, read.text.title, unpredictable, drawable=True)
    try:
        prepared = prepare_molecule(read.mol, preparation).mol if preparation else read.mol
        graph = molecule_graph(prepared, read.text.smiles if prepared is read.mol else None).graph
        mol = Chem.RemoveHs(prepared)
        return TrainingGraph(
            graph,
            identity_of(mol),
            scaffold_key(mol),
            morgan_fingerprint(mol),
            morgan_counts(mol),
            read.text.title,
        )
    except (NoHeavyAtomsError, ValueError, RuntimeError) as error:
        return Rejected(span.position, span.line, read.text.title, str(error))
