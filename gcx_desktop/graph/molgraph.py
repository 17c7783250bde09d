"""An RDKit molecule as a graph of heavy atoms."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .features import (
    BOND_ORDERS,
    HYBRIDISATIONS,
    MAX_BONDS,
    MAX_CHARGE,
    MAX_DEGREE,
    MAX_HETEROATOMS,
    MAX_RADICALS,
    N_HYDROGENS,
    PLACES,
    RING_SIZES,
    SYMBOLS,
)
from .graph import Graph, PackedGraphs

if TYPE_CHECKING:
    from rdkit.Chem import Atom, ChiralType, HybridizationType, Mol


@dataclass(frozen=True, slots=True)
class MolGraph:
    """A molecule's graph, and the places of its nodes in the record and in a SMILES."""

    graph: Graph
    """A node for each heavy atom, in the record's order."""
    atom_index: NDArray[np.int32] | None
    """[n_nodes], the node's atom in the record (0-based); ``None`` if every atom is a node."""
    n_record_atoms: int
    """Atoms of the record, explicit hydrogens included."""
    smiles: str
    """A SMILES of the molecule."""
    smiles_order: NDArray[np.int32] | None
    """[n_smiles_atoms], the nodes in the order of the atoms of ``smiles``; ``None`` if it is their own. −1 stands for
    an atom that was removed before the graph was made, and for a hydrogen that stays an atom when the SMILES is read: a
    proton, an isotope, one between two atoms. Hydrogens that RDKit folds into their heavy atom are not counted."""


class NoHeavyAtomsError(ValueError):
    """A molecule that consists of hydrogen only has no graph."""


@dataclass(slots=True)
class AtomScan:
    """The properties of a molecule's atoms and bonds as RDKit gives them, before they become codes and edges.

    A call into RDKit for each property of each atom would take longer than everything else together. So the
    properties come from four calls for the whole molecule: Morgan's atom invariants, which determine element,
    hydrogens and charge (:func:`_kind_of`), the matrix of bond orders, a substructure search for the sp2 atoms, and the
    rings. A neutral carbon with a double bond or aromatic ones is sp2 and need not be searched for. Atoms are examined
    one by one only where something rarer occurs. :func:`code_graphs` does the rest for many molecules at once.
    """

    n_nodes: int
    kinds: list[int]
    """[n_nodes], what element, hydrogens and charge add to each atom's code"""
    sp2: Sequence[tuple[int]]
    """The sp2 nodes, without neutral carbons, whose hybridisation follows from their bonds"""
    rarer: dict[int, int]
    """What hybridisation and radical electrons add to the codes of nodes that are neither sp2 nor sp3, or radicals"""
    bonds: NDArray[np.int64]
    """i · n_nodes + j for every bond between nodes i and j, in both directions"""
    orders: NDArray[np.float64]
    """[len(bonds)], 1.5 if aromatic"""
    rings: Sequence[Sequence[int]]
    """The nodes of each ring of RDKit's symmetrised set of smallest rings; of 52,000 molecules one, with two iron
    atoms in its rings, has others in another order of its atoms. −1 stands for a hydrogen"""
    stereo_centres: list[int]
    """The nodes that are tetrahedral stereo centres of which the record gives the configuration"""
    atom_index: list[int] | None
    """[n_nodes], the nodes' atoms in the molecule; ``None`` if every atom is a node"""


MAX_DENSE_ATOMS = 500
"""Up to this size bonds are read from RDKit's dense matrix, which is several times as fast as one by one."""


def scan_atoms(mol: Mol) -> AtomScan:
    """Asks RDKit for what a molecule's graph is made of.

    :param mol: sanitised; explicit hydrogens are folded into their heavy atom. Its stereochemistry is perceived now if
        it has tetrahedral centres and was read without
    :raises NoHeavyAtomsError: if there is no heavy atom
    """
    queries = _queries()
    invariants = queries.invariants(mol, False)  # without ring membership
    try:
        kinds = list(map(_kinds.__getitem__, invariants))
    except KeyError:
        _learn_kinds(mol, invariants)
        kinds = list(map(_kinds.__getitem__, invariants))
    index = None
    if _HYDROGEN in kinds:
        index = [i for i, kind in enumerate(kinds) if kind != _HYDROGEN]
        kinds = [kinds[i] for i in index]
    if not kinds:
        raise NoHeavyAtomsError("the molecule has no heavy atom")
    bonds, orders = _bonds(mol, index)
    rings: Sequence[Sequence[int]] = mol.GetRingInfo().AtomRings()
    sp2: Sequence[tuple[int]] = mol.GetSubstructMatches(queries.sp2, *_EVERY_ATOM)
    special: Sequence[tuple[int]] = mol.GetSubstructMatches(queries.special, *_EVERY_ATOM)
    rarer, stereo_centres = _examined(mol, special) if special else ({}, [])
    if index is not None:
        node_of = {atom: node for node, atom in enumerate(index)}
        # Few rings have a hydrogen, and they keep their size without it.
        rings = [[node_of.get(atom, -1) for atom in ring] for ring in rings]
        sp2 = [(node_of[atom],) for (atom,) in sp2]
        rarer = {node_of[atom]: value for atom, value in rarer.items()}
        stereo_centres = [node_of[atom] for atom in stereo_centres]
    return AtomScan(len(kinds), kinds, sp2, rarer, bonds, orders, rings, stereo_centres, index)


_ORDER_CLASSES = 8
"""Twice the order of a bond, up to 7."""
_EVERY_ATOM = (False, False, False, 2**31 - 1)
"""Of a substructure search for single atoms: not uniquified, without chirality and queries as queries, no maximum.
Arguments by position, since names and RDKit's object of parameters take half a microsecond a call."""


def code_graphs(scans: Sequence[AtomScan]) -> PackedGraphs:
    """The graphs of molecules, all made together in numpy."""
    n_nodes = np.array([each.n_nodes for each in scans], dtype=np.int64)
    total, starts = int(n_nodes.sum()), np.cumsum(n_nodes) - n_nodes

    n_bonds = np.array([len(each.bonds) for each in scans], dtype=np.int64)
    flat = np.concatenate([each.bonds for each in scans] or [np.zeros(0, np.int64)])
    orders = np.concatenate([each.orders for each in scans] or [np.zeros(0)])
    first, second = np.divmod(flat, np.repeat(n_nodes, n_bonds))
    offset = np.repeat(starts, n_bonds)
    once = first < second

    codes = np.fromiter(chain.from_iterable(each.kinds for each in scans), np.int64, total)
    other_than_carbon = codes >= PLACES["symbol"]  # the first symbol
    neutral_carbon = ~other_than_carbon & (codes % PLACES["hydrogens"] == MAX_CHARGE * PLACES["charge"])
    node = first + offset
    order_classes = np.minimum(2 * orders, _ORDER_CLASSES - 1).astype(np.int64)
    counts = np.bincount(node * _ORDER_CLASSES + order_classes, minlength=total * _ORDER_CLASSES)
    single, double, triple, aromatic = (counts[round(2 * order) :: _ORDER_CLASSES] for order in BOND_ORDERS)
    sp2_carbons = neutral_carbon & ((double == 1) | (aromatic > 0))
    n_heteroatoms = np.bincount(node[other_than_carbon[second + offset]], minlength=total)
    codes += np.minimum(np.bincount(node, minlength=total), MAX_DEGREE) * PLACES["degree"]
    names, numbers = ("single", "double", "triple", "aromatic"), (single, double, triple, aromatic)
    for name, number, most in zip(names, numbers, MAX_BONDS, strict=True):
        codes += np.minimum(number, most) * PLACES[f"{name} bonds"]
    codes += (aromatic > 0) * PLACES["aromatic"]
    codes += np.minimum(n_heteroatoms, MAX_HETEROATOMS) * PLACES["heteroatom neighbours"]
    codes += _ring_sizes(scans, starts, total) * PLACES["rings"]
    codes += _hybridisations(scans, starts, sp2_carbons)
    codes[_numbered_in_all([each.stereo_centres for each in scans], starts)] += PLACES["stereo centre"]
    edges = np.stack([first[once], second[once]], axis=1).astype(np.int32)
    return PackedGraphs(codes, edges, n_nodes, n_bonds // 2)


def _numbered_in_all(nodes: Sequence[Collection[int]], starts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Some nodes of each molecule, as they are numbered among those of all molecules."""
    counts = [len(each) for each in nodes]
    return np.fromiter(chain.from_iterable(nodes), np.int64, sum(counts)) + np.repeat(starts, counts)


def _ring_sizes(scans: Sequence[AtomScan], starts: NDArray[np.int64], total: int) -> NDArray[np.int64]:
    """[total], a bit for each of :data:`~.features.RING_SIZES`."""
    rings = list(chain.from_iterable(each.rings for each in scans))
    sizes = list(map(len, rings))
    node = np.fromiter(chain.from_iterable(rings), np.int64, sum(sizes))
    start = np.repeat(np.repeat(starts, [len(each.rings) for each in scans]), sizes)
    bit = np.repeat(np.minimum(np.array(sizes, dtype=np.int64), 2 + len(RING_SIZES)) - 3, sizes)
    lies_in = np.zeros((total, 8), dtype=bool)
    heavy = node >= 0
    lies_in[(node + start)[heavy], bit[heavy]] = True
    return np.packbits(lies_in, bitorder="little").astype(np.int64)


def _hybridisations(
    scans: Sequence[AtomScan], starts: NDArray[np.int64], sp2_carbons: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """[total], what hybridisation and radical electrons add to the codes.

    :param sp2_carbons: [total], the neutral ones by their bonds
    """
    sp2, sp3 = (HYBRIDISATIONS.index(name) * PLACES["hybridisation"] for name in ("SP2", "SP3"))
    found = np.where(sp2_carbons, sp2, sp3)
    n_sp2 = [len(each.sp2) for each in scans]
    at = np.fromiter(chain.from_iterable(chain.from_iterable(each.sp2 for each in scans)), np.int64, sum(n_sp2))
    found[at + np.repeat(starts, n_sp2)] = sp2
    rarer = np.fromiter(chain.from_iterable(each.rarer.values() for each in scans), np.int64)
    found[_numbered_in_all([each.rarer for each in scans], starts)] = rarer
    return found


def molecule_graph(mol: Mol, smiles: str | None = None) -> MolGraph:
    """The graph of a molecule.

    :param mol: sanitised, atoms in the record's order, explicit hydrogens kept
    :param smiles: the SMILES that ``mol`` was read from; ``None`` to write a canonical one
    :raises NoHeavyAtomsError: if there is no heavy atom
    """
    scan = scan_atoms(mol)
    written, order = canonical_smiles(mol, scan) if smiles is None else (smiles, written_order(mol, scan))
    return with_orders(code_graphs([scan]).unpacked()[0], scan.atom_index, mol.GetNumAtoms(), written, order)


def with_orders(
    graph: Graph, atom_index: list[int] | None, n_record_atoms: int, smiles: str, order: list[int] | None
) -> MolGraph:
    """A molecule's graph with the places of its nodes, given as lists; ``None`` as in :class:`MolGraph`."""
    index = None if atom_index is None else np.array(atom_index, dtype=np.int32)
    written = None if order is None else np.array(order, dtype=np.int32)
    return MolGraph(graph, index, n_record_atoms, smiles, written)


def written_order(mol: Mol, scan: AtomScan) -> list[int] | None:
    """The nodes in the order of the atoms of the SMILES that a molecule was read from: :attr:`MolGraph.smiles_order`.

    :param mol: with its stereochemistry, which decides what hydrogens can be folded into their atoms
    """
    if scan.atom_index is None:
        return None
    kept, record_index = _folded(mol)
    return _nodes(record_index, scan.atom_index) if kept.GetNumAtoms() > scan.n_nodes else None


def _folded(mol: Mol) -> tuple[Mol, list[int]]:
    """The molecule without the hydrogens that a reader folds into their heavy atom, and the atoms of ``mol`` that
    remain."""
    from rdkit import Chem

    kept = Chem.Mol(mol)
    for atom in kept.GetAtoms():
        atom.SetIntProp("_gcx_index", atom.GetIdx())
    Chem.ClearMolSubstanceGroups(kept)  # RDKit keeps hydrogens that are in one, and no SMILES writes them
    try:
        kept = Chem.RemoveHs(kept)
    except (ValueError, RuntimeError):  # a hydrogen that RDKit cannot remove is written like other atoms
        kept = Chem.Mol(kept)
    return kept, [atom.GetIntProp("_gcx_index") for atom in kept.GetAtoms()]


def _nodes(atoms: Iterable[int], atom_index: Sequence[int]) -> list[int]:
    """The node of each of these atoms of the record; −1 for an atom that is no node."""
    node_of = {record: node for node, record in enumerate(atom_index)}
    return [node_of.get(atom, -1) for atom in atoms]


def canonical_smiles(mol: Mol, scan: AtomScan) -> tuple[str, list[int]]:
    """A canonical SMILES without the hydrogens that it implies, and the nodes in the order of its atoms.

    :return: the order as :attr:`MolGraph.smiles_order`
    """
    from rdkit import Chem

    if scan.atom_index is None:
        kept, record_index = Chem.Mol(mol), list(range(mol.GetNumAtoms()))
    else:
        kept, record_index = _folded(mol)
    smiles = Chem.MolToSmiles(kept)
    if ":0]" in smiles:  # a table whose fields are a column too far right leaves atom map numbers 0
        for atom in kept.GetAtoms():
            if not atom.GetAtomMapNum():
                atom.ClearProp("molAtomMapNumber")
        smiles = Chem.MolToSmiles(kept)
    if "~" in smiles:
        smiles = _with_orderless_bonds_named(smiles)
    written = [record_index[i] for i in kept.GetPropsAsDict(True, True)["_smilesAtomOutputOrder"]]
    if scan.atom_index is None:
        return smiles, written
    return smiles, _nodes(written, scan.atom_index)


def _with_orderless_bonds_named(smiles: str) -> str:
    """A SMILES of RDKit, in which "~" is a bond without order, with the ChemAxon extension that says so: without it "~"
    is a bond of any order."""
    from rdkit import Chem

    settings = Chem.SmilesParserParams()
    settings.sanitize = settings.removeHs = False
    mol = Chem.MolFromSmiles(smiles, settings)
    bonds = [] if mol is None else [str(bond.GetIdx()) for bond in mol.GetBonds() if bond.HasQuery()]
    return f"{smiles} |Z:{','.join(bonds)}|" if bonds else smiles


def _bonds(mol: Mol, index: list[int] | None) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """``bonds`` and ``orders`` of an :class:`AtomScan`.

    :param index: the atoms that are nodes; ``None`` for all
    """
    if mol.GetNumAtoms() <= MAX_DENSE_ATOMS:
        matrix = _queries().adjacency(mol, True, 0, True)  # with bond orders, 0 for no bond, made anew
        entries = matrix.reshape(-1)
        bonds = entries.astype(np.bool_).nonzero()[0]  # nonzero of floats takes twice as long
        if len(bonds) == 2 * mol.GetNumBonds():  # false if a bond is of order 0
            if index is not None:
                entries = matrix[np.ix_(index, index)].reshape(-1)
                bonds = entries.nonzero()[0]
            return bonds, entries.take(bonds)
    nodes = range(mol.GetNumAtoms()) if index is None else index
    node_of = {atom: node for node, atom in enumerate(nodes)}
    found: dict[int, float] = {}
    for bond in mol.GetBonds():
        a, b = node_of.get(bond.GetBeginAtomIdx()), node_of.get(bond.GetEndAtomIdx())
        if a is not None and b is not None:
            found[a * len(nodes) + b] = found[b * len(nodes) + a] = bond.GetBondTypeAsDouble()
    ordered = sorted(found)
    return np.array(ordered, dtype=np.int64), np.array([found[bond] for bond in ordered], dtype=np.float64)


def _examined(mol: Mol, special: Sequence[tuple[int]]) -> tuple[dict[int, int], list[int]]:
    """``rarer`` and ``stereo_centres`` of an :class:`AtomScan`, by the molecule's atoms.

    A SMILES may give any atom a configuration ("C[C@H](C)O"), and RDKit takes it away where neighbours are alike. It
    has done so already for a molecule that was read with its stereochemistry; here it does so for others, which would
    have other graphs otherwise. The outcome does not depend on the order of the atoms or on how hydrogens are written.
    """
    queries, hybridisations, radical = _queries(), _tables().hybridisations, PLACES["radical electrons"]
    rarer: dict[int, int] = {}
    tagged = []
    for (index,) in special:
        atom = mol.GetAtomWithIdx(index)
        tag = atom.GetChiralTag()
        if tag != queries.unspecified:
            tagged.append((index, atom))
            bonded = atom.GetAtomicNum() == 6 and atom.GetTotalDegree() == atom.GetTotalValence() == 4
            if bonded and tag in queries.tetrahedral:
                continue  # no radical, and of the hybridisation that its bonds say
        rarer[index] = hybridisations[atom.GetHybridization()]
        if n_radicals := atom.GetNumRadicalElectrons():
            rarer[index] += min(n_radicals, MAX_RADICALS) * radical
    if not tagged:
        return rarer, []
    queries.assign_stereochemistry(mol, True)  # does nothing to a molecule for which it was done before
    return rarer, [index for index, atom in tagged if atom.GetChiralTag() in queries.tetrahedral]


_HYDROGEN = -1
_kinds: dict[int, int] = {}
"""Morgan's invariant of an atom → what its element, hydrogens and charge add to its code; :data:`_HYDROGEN` for one.

The invariant is a 32-bit hash of element, neighbours, hydrogens, charge and isotope (Rogers and Hahn, J. Chem. Inf.
Model. 2010). All kinds of atoms with up to 12 neighbours and charges up to ±4 have different ones (tested).
"""
_MAX_KINDS = 100_000


def _learn_kinds(mol: Mol, invariants: Iterable[int]) -> None:
    """Adds new invariants to the table, by examining their atoms."""
    if len(_kinds) > _MAX_KINDS:
        _kinds.clear()
    for index, invariant in enumerate(invariants):
        if invariant not in _kinds:
            _kinds[invariant] = _kind_of(mol.GetAtomWithIdx(index))


def _kind_of(atom: Atom) -> int:
    number: int = atom.GetAtomicNum()
    if number == 1:
        return _HYDROGEN
    n_hydrogens = min(int(atom.GetTotalNumHs(includeNeighbors=True)), N_HYDROGENS - 1)
    charge = min(max(int(atom.GetFormalCharge()), -MAX_CHARGE), MAX_CHARGE)
    return _tables().symbols[number] + n_hydrogens * PLACES["hydrogens"] + (charge + MAX_CHARGE) * PLACES["charge"]


@dataclass(frozen=True, slots=True)
class _Tables:
    symbols: list[int]
    """By atomic number, what the element adds to a code. Elements without a symbol share the last one."""
    hybridisations: dict[HybridizationType, int]
    """By RDKit's value, what the hybridisation adds to a code. Others set no feature."""


@cache
def _tables() -> _Tables:
    """Made at the first call, so that RDKit is imported late."""
    from rdkit.Chem import GetPeriodicTable, HybridizationType

    table = GetPeriodicTable()
    symbol_of = {symbol: index for index, symbol in enumerate(SYMBOLS)}
    other = len(SYMBOLS) - 1
    symbols = [other] + [symbol_of.get(table.GetElementSymbol(z), other) for z in range(1, 119)]
    listed = {getattr(HybridizationType, name): index for index, name in enumerate(HYBRIDISATIONS)}
    kinds = HybridizationType.values.values()
    return _Tables(
        [symbol * PLACES["symbol"] for symbol in symbols],
        {kind: listed.get(kind, len(HYBRIDISATIONS)) * PLACES["hybridisation"] for kind in kinds},
    )


@dataclass(frozen=True, slots=True)
class _Queries:
    """What is asked of RDKit about a whole molecule; imported once, since each time would take a microsecond."""

    special: Mol
    """An atom but hydrogen that is neither sp2 nor sp3, or a radical, or has a configuration."""
    sp2: Mol
    """An sp2 atom that is not a neutral carbon."""
    invariants: Callable[..., Sequence[int]]
    adjacency: Callable[..., NDArray[np.float64]]
    assign_stereochemistry: Callable[[Mol, bool], None]
    """Also takes away configurations that are none."""
    unspecified: ChiralType
    tetrahedral: frozenset[ChiralType]


@cache
def _queries() -> _Queries:
    """Made at the first call, so that RDKit is imported late."""
    from rdkit.Chem import (
        AssignStereochemistry,
        ChiralType,
        CompositeQueryType,
        GetAdjacencyMatrix,
        MolFromSmarts,
        RWMol,
        rdqueries,
    )
    from rdkit.Chem.rdMolDescriptors import GetConnectivityInvariants

    query = rdqueries.NumRadicalElectronsGreaterQueryAtom(0)
    for other in (rdqueries.HasChiralTagQueryAtom(), MolFromSmarts("[!^2!^3]").GetAtomWithIdx(0)):
        query.ExpandQuery(other, how=CompositeQueryType.COMPOSITE_OR)
    query.ExpandQuery(MolFromSmarts("[!#1]").GetAtomWithIdx(0), how=CompositeQueryType.COMPOSITE_AND)
    holder = RWMol()
    holder.AddAtom(query)
    return _Queries(
        holder.GetMol(),
        MolFromSmarts("[^2;!#6,+,-]"),
        GetConnectivityInvariants,
        GetAdjacencyMatrix,
        AssignStereochemistry,
        ChiralType.CHI_UNSPECIFIED,
        frozenset((ChiralType.CHI_TETRAHEDRAL_CW, ChiralType.CHI_TETRAHEDRAL_CCW)),
    )
