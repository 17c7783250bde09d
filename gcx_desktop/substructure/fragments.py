"""Fragments, which are connected sets of a molecule's atoms: salient atoms, whole rings and groups, random atoms.

The sets hold atom indices; RDKit only gives neighbours and rings.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .labelled_graph import AROMATIC, DOUBLE, OTHER, SINGLE, TRIPLE, LabelledGraph, atom_label

if TYPE_CHECKING:
    from rdkit.Chem import Bond, Mol

Atoms = frozenset[int]
Neighbours = Sequence[Sequence[int]]
"""For each atom the heavy atoms that it is bonded to."""

OpenBonds = tuple[tuple[int, int], ...]
"""The bonds between a fragment and the rest of its molecule: (atom of the fragment, kind of bond)."""

_KINDS = {1: SINGLE, 2: DOUBLE, 3: TRIPLE, 12: AROMATIC}
"""Number of RDKit's bond type → kind of bond."""
_MULTIPLE = 1.5
"""A bond with a higher order than this is double or triple."""


def heavy_neighbours(mol: Mol) -> list[list[int]]:
    """:return: [n_atoms]; hydrogens have no neighbours and are no neighbours"""
    heavy = [mol.GetAtomWithIdx(index).GetAtomicNum() != 1 for index in range(mol.GetNumAtoms())]
    found: list[list[int]] = [[] for _ in heavy]
    for bond in map(mol.GetBondWithIdx, range(mol.GetNumBonds())):  # twice as fast as RDKit's own sequence
        a, b = bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()
        if heavy[a] and heavy[b]:
            found[a].append(b)
            found[b].append(a)
    return found


def components(neighbours: Neighbours, atoms: Iterable[int]) -> list[Atoms]:
    """The connected components of some atoms, in the order of their first atoms."""
    left = set(atoms)
    found = []
    for first in sorted(left):
        if first not in left:
            continue
        left.discard(first)
        piece, frontier = {first}, [first]
        while frontier:
            for neighbour in neighbours[frontier.pop()]:
                if neighbour in left:
                    left.discard(neighbour)
                    piece.add(neighbour)
                    frontier.append(neighbour)
        found.append(frozenset(piece))
    return found


def rings(mol: Mol) -> list[Atoms]:
    """The smallest set of smallest rings."""
    return [frozenset(ring) for ring in mol.GetRingInfo().AtomRings()]


def ring_systems(mol: Mol) -> list[Atoms]:
    """Ring systems: rings that share a bond are one system; spiro rings share only an atom and are two."""
    systems: list[Atoms] = []
    for ring in rings(mol):
        fused = [system for system in systems if len(system & ring) > 1]
        systems = [system for system in systems if len(system & ring) <= 1]
        systems.append(ring.union(*fused))
    return systems


def functional_groups(mol: Mol, neighbours: Neighbours) -> list[Atoms]:
    """Heteroatoms outside aromatic rings, carbons with a multiple bond or two single-bonded hetero neighbours, and
    small hetero rings; connected ones form one group (after Ertl, J. Cheminformatics 2017, 9:36).
    """
    marked = set()
    for atom in mol.GetAtoms():
        if atom.GetAtomicNum() not in (1, 6) and not atom.GetIsAromatic():
            marked.add(atom.GetIdx())
    hetero = frozenset(marked)
    for bond in mol.GetBonds():
        if not bond.GetIsAromatic() and bond.GetBondTypeAsDouble() > _MULTIPLE:
            ends = [bond.GetBeginAtom(), bond.GetEndAtom()]
            marked.update(end.GetIdx() for end in ends if not end.GetIsAromatic())
    for index, others in enumerate(neighbours):
        atom = mol.GetAtomWithIdx(index)
        if atom.GetAtomicNum() == 6 and not atom.GetIsAromatic() and sum(other in hetero for other in others) > 1:
            marked.add(index)
    for ring in rings(mol):
        if len(ring) == 3 and ring & hetero:
            marked.update(ring)
    return components(neighbours, marked)


def scaffold(mol: Mol, neighbours: Neighbours) -> Atoms:
    """Rings, the linkers between them, and atoms with a double bond to either (Bemis and Murcko, J. Med. Chem. 1996, as
    RDKit implements it); empty without a ring.
    """
    in_ring = frozenset().union(*rings(mol))
    if not in_ring:
        return frozenset()
    kept = {index for index, others in enumerate(neighbours) if others}
    ends: set[int] | None = None
    while ends is None or ends:
        ends = {i for i in kept - in_ring if sum(other in kept for other in neighbours[i]) < 2}
        kept -= ends
    for bond in mol.GetBonds():
        if bond.GetBondTypeAsDouble() == 2.0 and not bond.GetIsAromatic():
            a, b = bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()
            if (a in kept) != (b in kept) and neighbours[a]:
                kept.update((a, b))
    return frozenset(kept)


def brics_pieces(mol: Mol, neighbours: Neighbours) -> list[Atoms]:
    """The fragments that remain when the BRICS bonds are cut (Degen et al., ChemMedChem 2008)."""
    from rdkit.Chem.BRICS import FindBRICSBonds

    cut = {frozenset(ends) for ends, _ in FindBRICSBonds(mol)}
    left = [[other for other in others if frozenset((i, other)) not in cut] for i, others in enumerate(neighbours)]
    return components(left, [atom.GetIdx() for atom in mol.GetAtoms() if atom.GetAtomicNum() != 1])


def complete_rings_and_groups(atoms: Iterable[int], whole_rings: Sequence[Atoms], groups: Sequence[Atoms]) -> Atoms:
    """The atoms with the rest of the rings and functional groups that they belong to.

    A ring is completed if two of its atoms are among them; a single atom of a ring gets its smallest ring.

    :param whole_rings: the rings of the molecule
    :param groups: its functional groups
    """
    given = frozenset(atoms)
    begun = given.union(*(group for group in groups if group & given))
    whole = begun.union(*(ring for ring in whole_rings if len(ring & begun) > 1))
    finished = frozenset().union(*(ring for ring in whole_rings if len(ring & begun) > 1))
    for atom in sorted(begun - finished):
        own = [ring for ring in whole_rings if atom in ring]
        if own:
            whole |= min(own, key=lambda ring: (len(ring), sorted(ring)))
    return whole


def random_part(neighbours: Neighbours, size: int, generator: np.random.Generator) -> Atoms:
    """A connected set of ``size`` atoms, grown from a random atom by random neighbours; smaller only if the
    component of the molecule in which it begins is.
    """
    starts = [index for index, others in enumerate(neighbours) if others]
    if not starts:
        return frozenset()
    part: set[int] = set()
    frontier = [starts[int(generator.integers(len(starts)))]]
    while frontier and len(part) < size:
        at = int(generator.integers(len(frontier)))
        frontier[at], frontier[-1] = frontier[-1], frontier[at]
        chosen = frontier.pop()
        part.add(chosen)
        frontier += [other for other in neighbours[chosen] if other not in part and other not in frontier]
    return frozenset(part)


def labelled_graph(mol: Mol, atoms: Iterable[int]) -> tuple[LabelledGraph, NDArray[np.int64]]:
    """Some atoms with all bonds between them as a graph, and the index of each in the molecule."""
    index = sorted(atoms)
    place = {atom: at for at, atom in enumerate(index)}
    bonds = []
    for atom in index:
        for bond in mol.GetAtomWithIdx(atom).GetBonds():
            other = place.get(bond.GetOtherAtomIdx(atom))
            if other is not None and place[atom] < other:
                bonds.append((place[atom], other, bond_kind(bond)))
    graph = LabelledGraph(tuple(_label(mol, atom) for atom in index), tuple(sorted(bonds)))
    return graph, np.array(index, dtype=np.int64)


def open_bonds(mol: Mol, neighbours: Neighbours, index: NDArray[np.int64]) -> OpenBonds:
    """The bonds between a fragment and the rest of its molecule.

    :param index: the atoms of the fragment, as :func:`labelled_graph` gives them
    """
    inside = set(index.tolist())
    return tuple(
        (at, bond_kind(mol.GetBondBetweenAtoms(atom, other)))
        for at, atom in enumerate(index.tolist())
        for other in neighbours[atom]
        if other not in inside
    )


def with_attachment_points(graph: LabelledGraph, ends: OpenBonds) -> LabelledGraph:
    """The graph with a dummy atom at each open bond."""
    n_atoms = len(graph.labels)
    labels = (*graph.labels, *(atom_label(0, kind == AROMATIC, 0) for _, kind in ends))
    return LabelledGraph(labels, (*graph.bonds, *((at, n_atoms + i, kind) for i, (at, kind) in enumerate(ends))))


def bond_kind(bond: Bond) -> int:
    return _KINDS.get(bond.GetBondType(), OTHER)


def _label(mol: Mol, index: int) -> int:
    atom = mol.GetAtomWithIdx(index)
    return atom_label(atom.GetAtomicNum(), atom.GetIsAromatic(), atom.GetFormalCharge())
