"""From a record in a file to what the network and the depiction need. Runs in worker processes: no torch here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from ..graph.graph import PackedGraphs
from ..graph.molgraph import (
    MolGraph,
    NoHeavyAtomsError,
    Sweep,
    canonical_smiles,
    code_graphs,
    molecule_graph,
    sweep,
    with_orders,
)
from ..library.library import Library
from ..library.molecule import Molecule, read_molecule
from ..library.output import output_kind
from ..library.record import Rejected, Source, Span
from ..library.source import read_raw
from ..pool import Lost, Packing, WorkerPool

MOST_AT_ONCE = 256
"""Records that a worker reads in one go: enough to hide the cost of a message."""
MAX_ATOMS_TO_LAY_OUT = 400
"""Beyond it a molblock is written without coordinates: a 2D layout would take seconds to minutes."""


@dataclass(frozen=True, slots=True)
class ReadMolecule:
    """A record that became a graph."""

    position: int
    """0-based, in the file."""
    title: str
    molecule: MolGraph
    molblock: str = ""
    """Of the record's atoms in the record's order, if it was asked for and the file holds none."""


def read_molecule_at(source: Source, span: Span, *, stereo: bool = True) -> Molecule | Rejected:
    """The sanitised molecule of a record.

    :param stereo: as for :func:`~gcx_desktop.library.molecule.read_molecule`
    """
    return read_molecule(source, read_raw(source, span), stereo=stereo)


def as_graph(read: Molecule, span: Span) -> ReadMolecule | Rejected:
    """The graph of a molecule that was read."""
    try:
        graph = molecule_graph(read.mol, read.text.smiles)
    except NoHeavyAtomsError as error:
        return Rejected(span.position, span.line, read.text.title, str(error))
    return ReadMolecule(span.position, read.text.title, graph)


@dataclass(frozen=True, slots=True)
class SweptRecord:
    """A record that was read, before its graph is coded together with others."""

    swept: Sweep
    rest: tuple[int, str, str, int, list[int] | None, list[int] | None, str]
    """Position, title, SMILES, atoms of the record, nodes' atoms, nodes as the SMILES writes them, molblock: plain
    things, which are pickled fast. ``None`` stands for 0, 1, 2 …"""


def sweep_record(source: Source, with_molblock: bool, span: Span) -> SweptRecord | Rejected:
    """A record's molecule, and if asked a molblock where the file holds only a SMILES. Runs in a worker process."""
    read = read_molecule_at(source, span, stereo=with_molblock)
    if isinstance(read, Rejected):
        return read
    mol, title, smiles = read.mol, read.text.title, read.text.smiles
    try:
        swept = sweep(mol)
    except NoHeavyAtomsError as error:
        return Rejected(span.position, span.line, title, str(error))
    block = _molblock(read) if with_molblock and smiles is not None else ""
    smiles, order = (smiles, None) if smiles is not None else canonical_smiles(mol, swept)
    return SweptRecord(swept, (span.position, title, smiles, mol.GetNumAtoms(), swept.atom_index, order, block))


Other = Rejected | Lost
_Packed = tuple[PackedGraphs, list[tuple[Any, ...] | Other]]


def pack_records(results: list[SweptRecord | Other]) -> _Packed:
    """Graphs in few arrays, the rest in plain tuples."""
    graphs = code_graphs([result.swept for result in results if isinstance(result, SweptRecord)])
    return graphs, [result.rest if isinstance(result, SweptRecord) else result for result in results]


def unpack_records(packed: _Packed) -> list[ReadMolecule | Other]:
    """Undoes :func:`pack_records`."""
    graphs, rest = iter(packed[0].unpacked()), packed[1]

    def unpacked(
        position: int, title: str, smiles: str, n_atoms: int, index: list[int] | None, order: list[int] | None, mol: str
    ) -> ReadMolecule:
        return ReadMolecule(position, title, with_orders(next(graphs), index, n_atoms, smiles, order), mol)

    return [unpacked(*each) if isinstance(each, tuple) else each for each in rest]


PACKING = Packing(pack_records, unpack_records)


def _molblock(read: Molecule) -> str:
    from rdkit import Chem
    from rdkit.Chem import rdDepictor

    mol = Chem.Mol(read.mol)
    if mol.GetNumAtoms() <= MAX_ATOMS_TO_LAY_OUT:
        rdDepictor.Compute2DCoords(mol)
    mol.SetProp("_Name", " ".join(read.text.title.split()))
    block: str = Chem.MolToMolBlock(mol)
    return block


def settle_lost(library: Library, position: int, lost: Lost) -> Rejected:
    """The rejected row of a record that hung, crashed or failed its worker."""
    title = library.text(position).title
    return Rejected(position, library.line(position), title, f"reading the molecule {lost.reason}")


def wants_molblocks(output: str) -> bool:
    """Whether a file of that name holds structures, so that records with a SMILES need a molblock."""
    return output_kind(output) == "sdf"


def read_library(
    library: Library, pool: WorkerPool, *, positions: Sequence[int] | None = None, with_molblocks: bool = False
) -> Iterator[ReadMolecule | Rejected]:
    """Every record, read or rejected with a reason, in the order of ``positions`` (by default all, in the file's).

    The workers begin at once, before the first result is asked for.
    """
    wanted = range(len(library)) if positions is None else positions
    chunks = spans_in_chunks(library, wanted, MOST_AT_ONCE, pool.n_workers)
    results = pool.map(partial(sweep_record, library.source, with_molblocks), chunks, packing=PACKING)
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
