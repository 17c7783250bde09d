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
    symbol_weight, hybridisation_weight = _code_tables()
    w_degree, w_hydrogens, w_charge, w_radicals, _, w_aromatic = WEIGHTS[1:]
    codes: list[int] = []
    index: list[int] = []
    for i, atom in enumerate(mol.GetAtoms()):
        number = atom.GetAtomicNum()
        if number == 1:
            continue
        hydrogens = atom.GetTotalNumHs(includeNeighbors=True)
        # GetTotalDegree counts hydrogens of every kind, so what is left are the heavy neighbours.
        degree = atom.GetTotalDegree() - hydrogens
        charge = atom.GetFormalCharge()
        code = (
            symbol_weight[number]
            + min(degree, MAX_DEGREE) * w_degree
            + min(hydrogens, N_HYDROGENS - 1) * w_hydrogens
            + (max(-MAX_CHARGE, min(charge, MAX_CHARGE)) + MAX_CHARGE) * w_charge
            + hybridisation_weight[atom.GetHybridization()]
        )
        radicals = atom.GetNumRadicalElectrons()
        if radicals:
            code += min(radicals, MAX_RADICALS) * w_radicals
        if atom.GetIsAromatic():
            code += w_aromatic
        codes.append(code)
        index.append(i)
    return np.array(codes, dtype=np.int32), np.array(index, dtype=np.int32)


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
    bonds = np.array([(b.GetBeginAtomIdx(), b.GetEndAtomIdx()) for b in mol.GetBonds()], dtype=np.int32).reshape(-1, 2)
    if len(codes) != n_record_atoms:
        node_of = np.full(n_record_atoms, -1, dtype=np.int32)
        node_of[atom_index] = np.arange(len(codes), dtype=np.int32)
        bonds = node_of[bonds]
        bonds = bonds[(bonds >= 0).all(axis=1)]
    graph = Graph(codes, bonds)
    if smiles is None:
        smiles, order = _canonical_smiles(mol, atom_index)
    else:
        order = np.arange(len(codes), dtype=np.int32)
    return MolGraph(graph, atom_index, n_record_atoms, smiles, order)


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
