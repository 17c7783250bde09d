"""An RDKit molecule as a graph of heavy atoms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .features import HYBRIDISATIONS, MAX_CHARGE, MAX_DEGREE, MAX_RADICALS, N_HYDROGENS, SYMBOLS, WEIGHTS
from .graph import Graph

if TYPE_CHECKING:
    from rdkit.Chem import Mol


@dataclass(frozen=True, slots=True)
class MolGraph:
    """A molecule's graph, and where its nodes stand in the record and in a SMILES of it."""

    graph: Graph
    """A node for each heavy atom, in the record's order."""
    atom_index: NDArray[np.int32]
    """[n_nodes], the node's atom in the record (0-based; the record may hold hydrogens between)."""
    n_record_atoms: int
    """Atoms of the record, explicit hydrogens included."""
    smiles: str
    """A SMILES of the molecule."""
    smiles_order: NDArray[np.int32]
    """[n_nodes], the nodes in the order in which ``smiles`` writes their atoms."""

    def __reduce__(self) -> tuple[object, ...]:
        """As bytes: workers send one for each record, and pickling four arrays costs as much as making them."""
        plain = np.arange(self.graph.n_nodes, dtype=np.int32)
        orders = [None if np.array_equal(o, plain) else o.tobytes() for o in (self.atom_index, self.smiles_order)]
        codes, edges = self.graph.codes.tobytes(), self.graph.edges.tobytes()
        return _restore, (codes, edges, self.n_record_atoms, self.smiles, *orders)


def _restore(
    codes: bytes, edges: bytes, n_record_atoms: int, smiles: str, atom_index: bytes | None, order: bytes | None
) -> MolGraph:
    graph = Graph(np.frombuffer(codes, np.int32), np.frombuffer(edges, np.int32).reshape(-1, 2))
    plain = np.arange(graph.n_nodes, dtype=np.int32)
    return MolGraph(
        graph,
        plain if atom_index is None else np.frombuffer(atom_index, np.int32),
        n_record_atoms,
        smiles,
        plain if order is None else np.frombuffer(order, np.int32),
    )


class NoHeavyAtomsError(ValueError):
    """A molecule of hydrogens alone has no graph."""


def _symbol_weights() -> list[int]:
    """By atomic number: what the element adds to an atom's code. Unlisted elements share the last symbol."""
    from rdkit.Chem import GetPeriodicTable

    table = GetPeriodicTable()
    known = {symbol: index for index, symbol in enumerate(SYMBOLS)}
    other = len(SYMBOLS) - 1
    return [other * WEIGHTS[0]] + [known.get(table.GetElementSymbol(z), other) * WEIGHTS[0] for z in range(1, 119)]


_tables: tuple[list[int], dict[object, int]] | None = None


def _code_tables() -> tuple[list[int], dict[object, int]]:
    """What an element and a hybridisation add to an atom's code; made once, when RDKit is first needed."""
    global _tables
    if _tables is None:
        from rdkit.Chem import HybridizationType

        listed = {getattr(HybridizationType, name): index for index, name in enumerate(HYBRIDISATIONS)}
        weights = {
            value: listed.get(value, len(HYBRIDISATIONS)) * WEIGHTS[5] for value in HybridizationType.values.values()
        }
        _tables = _symbol_weights(), weights
    return _tables


def atom_codes(mol: Mol) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The heavy atoms' codes and their indices in the molecule.

    :param mol: sanitised; explicit hydrogens are folded into their heavy atom
    :return: codes [n_nodes], atom_index [n_nodes]
    """
    from rdkit.Chem import Atom

    symbol_weight, hybridisation_weight = _code_tables()
    w_degree, w_hydrogens, w_charge, w_radicals, _, w_aromatic = WEIGHTS[1:]
    atoms = list(mol.GetAtoms())
    numbers = list(map(Atom.GetAtomicNum, atoms))
    # Calls into RDKit cost most here, so each property is taken in one sweep, and the rare ones are added at the end.
    if 1 in numbers:
        index = [i for i, number in enumerate(numbers) if number != 1]
        atoms, numbers = [atoms[i] for i in index], [numbers[i] for i in index]
        hydrogens = [atom.GetTotalNumHs(includeNeighbors=True) for atom in atoms]
    else:
        index = list(range(len(atoms)))
        hydrogens = list(map(Atom.GetTotalNumHs, atoms))
    codes = np.array(
        [
            # GetTotalDegree counts hydrogens of every kind, so what is left are the heavy neighbours.
            symbol_weight[number]
            + (degree - n if degree - n < MAX_DEGREE else MAX_DEGREE) * w_degree
            + (n if n < N_HYDROGENS else N_HYDROGENS - 1) * w_hydrogens
            + hybridisation_weight[hybridisation]
            + (w_aromatic if aromatic else 0)
            for number, n, degree, hybridisation, aromatic in zip(
                numbers,
                hydrogens,
                map(Atom.GetTotalDegree, atoms),
                map(Atom.GetHybridization, atoms),
                map(Atom.GetIsAromatic, atoms),
                strict=True,
            )
        ],
        dtype=np.int32,
    )
    codes += MAX_CHARGE * w_charge
    charges = list(map(Atom.GetFormalCharge, atoms))
    if any(charges):
        codes += np.clip(charges, -MAX_CHARGE, MAX_CHARGE).astype(np.int32) * w_charge
    radicals = list(map(Atom.GetNumRadicalElectrons, atoms))
    if any(radicals):
        codes += np.minimum(radicals, MAX_RADICALS).astype(np.int32) * w_radicals
    return codes, np.array(index, dtype=np.int32)


MAX_DENSE_ATOMS = 500
"""Up to here the bonds are taken from RDKit's dense adjacency matrix, four times as fast as one by one."""


def _bonds(mol: Mol) -> NDArray[np.int32]:
    """[n_bonds, 2], each bond once."""
    if mol.GetNumAtoms() > MAX_DENSE_ATOMS:
        ends = [(bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()) for bond in mol.GetBonds()]
        return np.array(ends, dtype=np.int32).reshape(-1, 2)
    from rdkit.Chem import GetAdjacencyMatrix

    first, second = np.nonzero(GetAdjacencyMatrix(mol))
    once = first < second
    return np.stack([first[once], second[once]], axis=1).astype(np.int32)


def molecule_graph(mol: Mol, smiles: str | None = None) -> MolGraph:
    """The graph of a molecule.

    :param mol: sanitised, atoms in the record's order, explicit hydrogens kept
    :param smiles: the SMILES that ``mol`` was read from, if it was; else a canonical one is written
    :raises NoHeavyAtomsError: if there is nothing but hydrogen
    """
    codes, atom_index = atom_codes(mol)
    if not len(codes):
        raise NoHeavyAtomsError("the molecule has no heavy atom")
    n_record_atoms = mol.GetNumAtoms()
    bonds = _bonds(mol)
    if len(codes) != n_record_atoms:
        node_of = np.full(n_record_atoms, -1, dtype=np.int32)
        node_of[atom_index] = np.arange(len(codes), dtype=np.int32)
        bonds = node_of[bonds]
        bonds = bonds[(bonds >= 0).all(axis=1)]
    if smiles is None:
        smiles, order = _canonical_smiles(mol, atom_index)
    else:
        order = np.arange(len(codes), dtype=np.int32)
    return MolGraph(Graph(codes, bonds), atom_index, n_record_atoms, smiles, order)


def _canonical_smiles(mol: Mol, atom_index: NDArray[np.int32]) -> tuple[str, NDArray[np.int32]]:
    """A canonical SMILES without the hydrogens that it implies, and the nodes in the order it writes them."""
    from rdkit import Chem

    kept = Chem.Mol(mol)
    for atom in kept.GetAtoms():
        atom.SetIntProp("_gcx_index", atom.GetIdx())
    if len(atom_index) != mol.GetNumAtoms():
        try:
            kept = Chem.RemoveHs(kept)
        except (ValueError, RuntimeError):  # a hydrogen that RDKit can't take away is written like the rest
            kept = Chem.Mol(kept)
    record_index = [atom.GetIntProp("_gcx_index") for atom in kept.GetAtoms()]
    smiles = Chem.MolToSmiles(kept)
    written = [record_index[i] for i in kept.GetPropsAsDict(True, True)["_smilesAtomOutputOrder"]]
    node_of = {int(record): node for node, record in enumerate(atom_index)}
    return smiles, np.array([node_of[i] for i in written if i in node_of], dtype=np.int32)
