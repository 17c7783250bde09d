"""The same molecule from any notation: bonds without order, and the electrons of metal atoms.

A connection table, a SMILES and a SMILES with a ChemAxon extension write these differently, and RDKit reads different
molecules from them. Here they are unified to the form of the SMILES that this program writes.
"""

from __future__ import annotations

import re
from functools import cache

from rdkit import Chem
from rdkit.Chem import BondType

_BONDS_WITHOUT_ORDER = (BondType.ZERO, BondType.HYDROGEN)
_ORDERLESS_LINE = re.compile(r"\n(?:[ \d]{6} {2}0(?: +\d+)*|M  V30 \d+ (?:0|10) [\d ]+) *(?=\n)")
"""A bond line of type 0, or of 10, a hydrogen bond, in a connection table."""

_LAST_ELEMENT = 118
_NONMETALS = frozenset({1, 2, 6, 7, 8, 9, 10, 15, 16, 17, 18, 34, 35, 36, 53, 54, 85, 86})
_SEMIMETALS = frozenset({5, 14, 32, 33, 51, 52})
_METALS = frozenset(range(1, _LAST_ELEMENT + 1)) - _NONMETALS - _SEMIMETALS
"""Atomic numbers."""


def one_notation(mol: Chem.Mol, smiles: str | None, table: str) -> Chem.Mol:
    """The molecule with its bonds without order and its metal atoms as in a SMILES; nearly always ``mol`` itself.

    :param mol: sanitised
    :param smiles: the SMILES that it was read from; ``None`` for a connection table
    :param table: the connection table, if it was one
    """
    if smiles is None:
        if _ORDERLESS_LINE.search(table):
            mol = _with_orderless_bonds(mol)
        if mol.HasSubstructMatch(_rare_element()) and len(mol.GetAtomsMatchingQuery(_metal_atom())):
            _settle_electrons(mol)
    elif "~" in smiles or "|" in smiles:
        mol = _with_orderless_bonds(mol)
        _settle_electrons(mol)
    return mol


def _with_orderless_bonds(mol: Chem.Mol) -> Chem.Mol:
    """The molecule with every bond that has no order as a zero-order bond instead of a query."""
    found = [bond.GetIdx() for bond in mol.GetBonds() if _has_no_order(bond)]
    if not found:
        return mol
    editable = Chem.RWMol(mol)
    for index in found:
        editable.ReplaceBond(index, _zero_order_bond())
    changed = editable.GetMol()
    changed.UpdatePropertyCache(strict=False)
    Chem.SetHybridization(changed)
    return changed


def _has_no_order(bond: Chem.Bond) -> bool:
    kind = bond.GetBondType()
    if kind in _BONDS_WITHOUT_ORDER:
        return True
    if kind != BondType.UNSPECIFIED:
        return False
    # "~" is any bond in a query; RDKit also writes it for a bond without order of a metal.
    ends = (bond.GetBeginAtom(), bond.GetEndAtom())
    return not bond.HasQuery() or any(atom.GetAtomicNum() in _METALS for atom in ends)


def _settle_electrons(mol: Chem.Mol) -> None:
    """Gives metals, and bare ions of semimetals, the radical electrons that they have in a SMILES. In a connection
    table these depend on a valence field."""
    for atom in mol.GetAtomsMatchingQuery(_metal_atom()):
        atom.SetNumExplicitHs(atom.GetTotalNumHs())
        atom.SetNoImplicit(True)
    mol.UpdatePropertyCache(strict=False)
    Chem.AssignRadicals(mol)
    Chem.SetHybridization(mol)


@cache
def _rare_element() -> Chem.Mol:
    """Matches elements that are rare in organic molecules: testing for each metal takes longer than reading a
    molecule."""
    return Chem.MolFromSmarts("[!#6&!#7&!#8&!#1&!#9&!#15&!#16&!#17&!#35&!#53]")


@cache
def _metal_atom() -> Chem.Atom:
    """Matches a metal, and an ion of a semimetal that has neither neighbours nor hydrogens."""
    metals = [f"#{number}" for number in sorted(_METALS)]
    semimetals = [f"#{number}&D0&H0&!+0" for number in sorted(_SEMIMETALS)]
    # Without "$(…)", of which RDKit before 2026.9 finds nothing atom by atom.
    return Chem.MolFromSmarts(f"[{','.join(metals + semimetals)}]").GetAtomWithIdx(0)


@cache
def _zero_order_bond() -> Chem.Bond:
    return _dimer().GetBondWithIdx(0)


@cache
def _dimer() -> Chem.Mol:
    """The molecule whose bond is copied into others."""
    mol = Chem.RWMol(Chem.MolFromSmiles("C.C"))
    mol.AddBond(0, 1, BondType.ZERO)
    return mol
