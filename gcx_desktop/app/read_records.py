"""From a record in a file to what the network and the depiction need. Runs in worker processes: no torch here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from ..graph.graph import Graph, PackedGraphs
from ..graph.molgraph import (
    MolGraph,
    NoHeavyAtomsError,
    Sweep,
    canonical_smiles,
    code_graphs,
    sweep,
    with_orders,
)
from ..library.library import Library
from ..library.molecule import Molecule, read_molecule
from ..library.output import output_kind
from ..library.predictability import why_not_predictable
from ..library.preparation import AS_RECORDED, Preparation, prepare
from ..library.record import Rejected, Source, Span, Warned, warned_at
from ..library.source import read_raw
from ..pool import Lost, Packing, WorkerPool

MOST_AT_ONCE = 256
"""Records that a worker reads in one go: enough to hide the cost of a message."""
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
    warned: Warned | None = None
    """What is wrong with the record's data fields, unless it was read from a project, which holds no fields."""


def read_molecule_at(source: Source, span: Span, *, stereo: bool = True) -> Molecule | Rejected:
    """The sanitised molecule of a record.

    :param stereo: as for :func:`~gcx_desktop.library.molecule.read_molecule`
    """
    return read_molecule(source, read_raw(source, span), stereo=stereo)


_Rest = tuple[int, str, str, int, list[int] | None, list[int] | None, str, str, tuple[int, str] | None]
"""Position, title, SMILES, atoms of the record, nodes' atoms, nodes as the SMILES writes them, molblock, preparation,
line and reason of a warning: plain things, which are pickled fast. Of nodes, ``None`` stands for 0, 1, 2 …"""


@dataclass(frozen=True, slots=True)
class SweptRecord:
    """A record that was read, before its graph is coded together with others."""

    swept: Sweep
    rest: _Rest


def sweep_record(source: Source, with_molblock: bool, preparation: Preparation, span: Span) -> SweptRecord | Rejected:
    """A record's molecule, and if asked a molblock where the file holds only a SMILES. Runs in a worker process."""
    read = read_molecule_at(source, span, stereo=with_molblock)
    return read if isinstance(read, Rejected) else _swept(read, span, with_molblock, preparation)


def as_graph(read: Molecule, span: Span, preparation: Preparation = AS_RECORDED) -> ReadMolecule | Rejected:
    """The graph of a molecule that was read."""
    swept = _swept(read, span, False, preparation)
    return swept if isinstance(swept, Rejected) else _read(code_graphs([swept.swept]).unpacked()[0], swept.rest)


def _swept(read: Molecule, span: Span, with_molblock: bool, preparation: Preparation) -> SweptRecord | Rejected:
    mol, title, smiles = read.mol, read.text.title, read.text.smiles
    unpredictable = why_not_predictable(mol, smiles)
    if unpredictable:
        return Rejected(span.position, span.line, title, unpredictable, drawable=True)
    try:
        swept = sweep(mol)
        block = _molblock(read) if with_molblock and smiles is not None else ""
        smiles, order = (smiles, None) if smiles is not None else canonical_smiles(mol, swept)
        index, done = swept.atom_index, ""
        if preparation:
            prepared = prepare(mol, preparation)
            if prepared.done:
                record, swept, done = swept, sweep(prepared.mol), prepared.done
                index, order = _placed(record, order, prepared.atom_index, swept)
    except NoHeavyAtomsError as error:
        return Rejected(span.position, span.line, title, str(error))
    warned = warned_at(span.line, read.text.warnings) if read.text.warnings else None
    return SweptRecord(swept, (span.position, title, smiles, mol.GetNumAtoms(), index, order, block, done, warned))


def _placed(record: Sweep, order: list[int] | None, atom_index: list[int], swept: Sweep) -> tuple[list[int], list[int]]:
    """The nodes' atoms in the record, and the nodes as the SMILES of the record writes them, −1 where there is none.

    :param record: of the molecule as it was recorded
    :param order: the nodes of ``record`` as the SMILES writes them
    :param atom_index: the record's atom that each atom of the prepared molecule is
    :param swept: of the prepared molecule
    """
    nodes = atom_index if swept.atom_index is None else [atom_index[atom] for atom in swept.atom_index]
    node_of = {atom: node for node, atom in enumerate(nodes)}
    heavy = range(record.n_nodes) if record.atom_index is None else record.atom_index
    written = heavy if order is None else [heavy[node] for node in order]
    return nodes, [node_of.get(atom, -1) for atom in written]


Other = Rejected | Lost
_Packed = tuple[PackedGraphs, list[_Rest | Other]]


def pack_records(results: list[SweptRecord | Other]) -> _Packed:
    """Graphs in few arrays, the rest in plain tuples."""
    graphs = code_graphs([result.swept for result in results if isinstance(result, SweptRecord)])
    return graphs, [result.rest if isinstance(result, SweptRecord) else result for result in results]


def unpack_records(packed: _Packed) -> list[ReadMolecule | Other]:
    """Undoes :func:`pack_records`."""
    graphs = iter(packed[0].unpacked())
    return [_read(next(graphs), each) if isinstance(each, tuple) else each for each in packed[1]]


def _read(graph: Graph, rest: _Rest) -> ReadMolecule:
    position, title, smiles, n_atoms, index, order, block, preparation, fault = rest
    warned = None if fault is None else Warned(position, fault[0], title, fault[1])
    molecule = with_orders(graph, index, n_atoms, smiles, order)
    return ReadMolecule(position, title, molecule, block, preparation, warned)


PACKING = Packing(pack_records, unpack_records)


def _molblock(read: Molecule) -> str:
    from rdkit import Chem
    from rdkit.Chem import rdDepictor

    mol = Chem.Mol(read.mol)
    laid_out = mol.GetNumAtoms() <= MAX_ATOMS_TO_LAY_OUT
    if laid_out:
        rdDepictor.Compute2DCoords(mol)
    mol.SetProp("_Name", " ".join(read.text.title.split()))
    # To wedge bonds RDKit would lay out a molecule without coordinates after all.
    block: str = Chem.MolToMolBlock(mol, includeStereo=laid_out)
    return block


def settle_lost(library: Library, position: int, lost: Lost) -> Rejected:
    """The rejected row of a record that hung, crashed or failed its worker."""
    title = library.text(position).title
    return Rejected(position, library.line(position), title, f"reading the molecule {lost.reason}")


def wants_molblocks(output: str) -> bool:
    """Whether a file of that name holds structures, so that records with a SMILES need a molblock."""
    return output_kind(output) == "sdf"


def read_library(
    library: Library,
    pool: WorkerPool,
    *,
    positions: Sequence[int] | None = None,
    with_molblocks: bool = False,
    preparation: Preparation = AS_RECORDED,
) -> Iterator[ReadMolecule | Rejected]:
    """Every record, read or rejected with a reason, in the order of ``positions`` (by default all, in the file's).

    The workers begin at once, before the first result is asked for.
    """
    wanted = range(len(library)) if positions is None else positions
    chunks = spans_in_chunks(library, wanted, MOST_AT_ONCE, pool.n_workers)
    task = partial(sweep_record, library.source, with_molblocks, preparation)
    results = pool.map(task, chunks, packing=PACKING)
    return _settled(library, wanted, results)


@dataclass(frozen=True, slots=True)
class _Spans(Sequence[Span]):
    """The spans of some positions, each made when it is asked for: a pool is given many long before their turn."""

    library: Library
    positions: Sequence[int]

    def __len__(self) -> int:
        return len(self.positions)

    def __getitem__(self, index: Any) -> Any:
        return self.library.span(self.positions[index])


def spans_in_chunks(library: Library, positions: Sequence[int], most: int, n_workers: int) -> Iterator[Sequence[Span]]:
    """What workers are to read, in portions of at most ``most`` records, and so many that none is left without."""
    size = min(most, max(1, len(positions) // (8 * n_workers)))
    for start in range(0, len(positions), size):
        yield _Spans(library, positions[start : start + size])


def _settled(
    library: Library, wanted: Sequence[int], chunks: Iterator[list[ReadMolecule | Rejected | Lost]]
) -> Iterator[ReadMolecule | Rejected]:
    done = 0
    for results in chunks:
        for result in results:
            yield settle_lost(library, wanted[done], result) if isinstance(result, Lost) else result
            done += 1
