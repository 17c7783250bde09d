"""Patterns: labelled graphs as canonical SMARTS and SMILES, and where molecules contain them. Runs in workers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..project.plain_values import checked_list, checked_text, checked_whole_number
from .fragments import Atoms
from .labelled_graph import AROMATIC, DOUBLE, OTHER, SINGLE, TRIPLE, LabelledGraph, atom_properties

if TYPE_CHECKING:
    from rdkit.Chem import Mol

MAX_MATCHES = 1000
"""Most occurrences of a pattern in a molecule that are found."""
FINGERPRINT_BITS = 2048
_BARE = frozenset({"B", "C", "N", "O", "P", "S", "F", "Cl", "Br", "I", "b", "c", "n", "o", "p", "s"})
_BOND_SYMBOLS = {SINGLE: "-", DOUBLE: "=", TRIPLE: "#", AROMATIC: ":", OTHER: "~"}


@dataclass(frozen=True, slots=True)
class Pattern:
    """A substructure of molecules; its text does not depend on how its atoms were numbered."""

    smarts: str
    """Element, aromaticity and charge of each atom and the kind of each bond, which identify the pattern."""
    smiles: str
    """With hydrogens at the attachment points; that of a part of a ring may not be a valid SMILES."""
    graph: LabelledGraph
    """Its atoms in canonical order."""

    @property
    def key(self) -> str:
        """The SMARTS, by which its occurrences are found again."""
        return self.smarts

    @property
    def text(self) -> str:
        """As a chemist reads it."""
        return self.smiles

    @property
    def name(self) -> str:
        """As tables and files list it."""
        return self.smarts

    @property
    def notations(self) -> tuple[tuple[str, str], ...]:
        """(notation, the pattern in it)."""
        return ("SMILES", self.smiles), ("SMARTS", self.smarts)

    @property
    def plain(self) -> dict[str, Any]:
        """Plain values for JSON, the inverse of :func:`restored_pattern`."""
        return {
            "smarts": self.smarts,
            "smiles": self.smiles,
            "atoms": [int(label) for label in self.graph.labels],
            "bonds": [[int(end) for end in bond] for bond in self.graph.bonds],
        }

    @property
    def nodes_text(self) -> str:
        """Its atoms as written in tables."""
        return self.smiles

    @property
    def n_nodes(self) -> int:
        return len(self.graph.labels)

    @property
    def is_chain_of_one_element(self) -> bool:
        """Whether it is a chain of atoms of one element."""
        elements = {atom_properties(label)[0] for label in self.graph.labels}
        return len(elements) == 1 and len(self.graph.bonds) < len(self.graph.labels)


def restored_pattern(value: Any) -> Pattern:
    """The pattern from its :attr:`Pattern.plain`.

    :raises KeyError, TypeError, ValueError: if it is no pattern
    """
    atoms = tuple(checked_whole_number(label) for label in checked_list(value["atoms"]))
    bonds = tuple(
        (checked_whole_number(i, len(atoms)), checked_whole_number(j, len(atoms)), checked_whole_number(order))
        for i, j, order in checked_list(value["bonds"])
    )
    if not atoms or any(not i < j for i, j, _ in bonds):
        raise ValueError("no graph")
    return Pattern(checked_text(value["smarts"]), checked_text(value["smiles"]), LabelledGraph(atoms, bonds))


@dataclass(frozen=True, slots=True)
class PatternName:
    """What identifies a pattern, without its SMILES, which takes as long again."""

    smarts: str
    graph: LabelledGraph
    """Its atoms in canonical order."""
    place: tuple[int, ...]
    """For each atom of the given graph its number in canonical order."""


@lru_cache(maxsize=50_000)
def name_pattern(graph: LabelledGraph) -> PatternName:
    """:param graph: connected"""
    from rdkit import Chem

    order = _canonical_order(graph)
    numbered = _renumbered(graph, order)
    smarts = Chem.MolFragmentToSmiles(
        as_molecule(numbered),
        atomsToUse=range(len(numbered.labels)),
        atomSymbols=list(map(_atom_symbol, numbered.labels)),
        bondSymbols=[_BOND_SYMBOLS[kind] for _, _, kind in numbered.bonds],
    )
    return PatternName(smarts, numbered, tuple(np.argsort(order).tolist()))


def write_pattern(graph: LabelledGraph) -> Pattern:
    """:param graph: connected"""
    named = name_pattern(graph)
    return Pattern(named.smarts, _smiles(as_molecule(named.graph)), named.graph)


def write_attached(graph: LabelledGraph) -> str:
    """The SMILES of a fragment whose attachment points are dummy atoms."""
    return _smiles(as_molecule(canonical(graph)))


def as_molecule(graph: LabelledGraph) -> Mol:
    """An RDKit molecule that is not sanitised, but whose rings are known."""
    from rdkit import Chem

    kinds = {
        SINGLE: Chem.BondType.SINGLE,
        DOUBLE: Chem.BondType.DOUBLE,
        TRIPLE: Chem.BondType.TRIPLE,
        AROMATIC: Chem.BondType.AROMATIC,
        OTHER: Chem.BondType.UNSPECIFIED,
    }
    mol = Chem.RWMol()
    for label in graph.labels:
        element, aromatic, charge = atom_properties(label)
        atom = Chem.Atom(element)
        atom.SetIsAromatic(aromatic)
        atom.SetFormalCharge(charge)
        mol.AddAtom(atom)
    for a, b, kind in graph.bonds:
        mol.AddBond(a, b, kinds[kind])
        if kind == AROMATIC:
            mol.GetBondBetweenAtoms(a, b).SetIsAromatic(True)
    plain = mol.GetMol()
    plain.UpdatePropertyCache(strict=False)
    Chem.FastFindRings(plain)
    return plain


def canonical(graph: LabelledGraph) -> LabelledGraph:
    """The same graph with its atoms in canonical order."""
    return _renumbered(graph, _canonical_order(graph))


def _canonical_order(graph: LabelledGraph) -> list[int]:
    from rdkit import Chem

    mol = as_molecule(graph)
    number = {label: at for at, label in enumerate(sorted(set(graph.labels)), start=1)}
    for atom, label in zip(mol.GetAtoms(), graph.labels, strict=True):
        atom.SetIsotope(number[label])  # RDKit's ranks distinguish aromatic atoms by their bonds only
    ranks = Chem.CanonicalRankAtoms(mol, breakTies=True, includeIsotopes=True)
    return np.argsort(ranks, kind="stable").tolist()  # type: ignore[no-any-return]


def _renumbered(graph: LabelledGraph, order: list[int]) -> LabelledGraph:
    place = {atom: at for at, atom in enumerate(order)}
    bonds = ((min(place[a], place[b]), max(place[a], place[b]), kind) for a, b, kind in graph.bonds)
    return LabelledGraph(tuple(graph.labels[atom] for atom in order), tuple(sorted(bonds)))


def _smiles(mol: Mol) -> str:
    """A canonical SMILES; a nitrogen of a five-membered aromatic ring gets a hydrogen in place of a lost
    substituent."""
    from rdkit import Chem, rdBase

    with rdBase.BlockLogs():
        for nitrogen in (None, *_pyrrolic_candidates(mol)):
            copy = Chem.Mol(mol)
            if nitrogen is not None:
                copy.GetAtomWithIdx(nitrogen).SetNumExplicitHs(1)
            try:
                Chem.SanitizeMol(copy)
            except ValueError:
                continue
            return str(Chem.MolToSmiles(copy))
    return str(Chem.MolToSmiles(mol))


def _pyrrolic_candidates(mol: Mol) -> list[int]:
    """The aromatic nitrogens that may bear a hydrogen, one of each kind first."""
    from rdkit import Chem

    ranks = list(Chem.CanonicalRankAtoms(mol))
    found = [
        atom.GetIdx()
        for atom in mol.GetAtoms()
        if atom.GetAtomicNum() == 7 and atom.GetIsAromatic() and atom.GetDegree() == 2 and atom.GetFormalCharge() == 0
    ]
    return sorted(found, key=lambda index: ranks[index])


@lru_cache(maxsize=4096)
def _atom_symbol(label: int) -> str:
    from rdkit.Chem import GetPeriodicTable

    element, aromatic, charge = atom_properties(label)
    if element == 0:
        return "*"
    symbol: str = GetPeriodicTable().GetElementSymbol(element)
    symbol = symbol.lower() if aromatic else symbol
    if charge == 0 and symbol in _BARE:
        return symbol
    sign = f"{charge:+d}" if charge else ""
    sign = sign[0] if abs(charge) == 1 else sign
    bare = symbol if symbol in _BARE or aromatic else f"#{element}"
    return f"[{bare}{sign}]"


@dataclass(frozen=True, slots=True)
class PatternQueries:
    """Patterns prepared for a substructure search."""

    mols: tuple[Mol, ...]
    bits: NDArray[np.uint64]
    """[n_patterns, n_words]: a molecule that lacks one of these bits does not contain the pattern."""
    n_bonds: tuple[int, ...]
    n_atoms: tuple[int, ...]


@lru_cache(maxsize=4)
def queries(smarts: tuple[str, ...]) -> PatternQueries:
    """:raises ValueError: if a text is not SMARTS"""
    from rdkit import Chem

    mols = []
    for text in smarts:
        mol = Chem.MolFromSmarts(text)
        if mol is None or not mol.GetNumAtoms():
            raise ValueError(f"‘{text[:60]}’ is no SMARTS")
        Chem.GetSSSR(mol)
        mols.append(mol)
    bits = (
        np.stack([pattern_fingerprint(mol) for mol in mols])
        if mols
        else np.zeros((0, FINGERPRINT_BITS // 64), np.uint64)
    )
    return PatternQueries(
        tuple(mols), bits, tuple(mol.GetNumBonds() for mol in mols), tuple(mol.GetNumAtoms() for mol in mols)
    )


def pattern_fingerprint(mol: Mol) -> NDArray[np.uint64]:
    """RDKit's pattern fingerprint, [n_words]: a molecule has all bits of each of its substructures."""
    from rdkit.Chem import PatternFingerprint
    from rdkit.DataStructs import BitVectToBinaryText

    text = BitVectToBinaryText(PatternFingerprint(mol, fpSize=FINGERPRINT_BITS))
    return np.frombuffer(text, dtype=np.uint64)


def contained_patterns(mol: Mol, wanted: PatternQueries) -> NDArray[np.int64]:
    """The indices of the patterns that a molecule contains."""
    own = pattern_fingerprint(mol)
    candidates = np.flatnonzero(((wanted.bits & ~own) == 0).all(axis=1))
    return np.array([i for i in candidates.tolist() if mol.HasSubstructMatch(wanted.mols[i])], dtype=np.int64)


def places(mol: Mol, query: Mol) -> list[Atoms]:
    """The occurrences of a pattern in a molecule, each set of atoms once; at most :data:`MAX_MATCHES`."""
    return [frozenset(m) for m in mol.GetSubstructMatches(query, uniquify=True, maxMatches=MAX_MATCHES)]


def parts_of(smarts: tuple[str, ...], whole: LabelledGraph) -> list[int]:
    """The indices of the patterns that ``whole`` contains, including itself if it is among them."""
    target = as_molecule(whole)
    wanted = queries(smarts)
    return [i for i, n_bonds in enumerate(wanted.n_bonds)
            if n_bonds <= len(whole.bonds) and target.HasSubstructMatch(wanted.mols[i])]  # fmt: skip
