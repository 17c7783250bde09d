"""Records that can be drawn but not predicted: they stand for many molecules, or for a part of one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rdkit import Chem
    from rdkit.Chem import rdqueries

NOT_PREDICTABLE = "not predictable: "
"""The beginning of the reason why a record that can be read is not predicted."""

_LAST_ELEMENT = 118
_MAX_LISTED = 12
_MAX_LABEL = 20

_ATTACHMENT = "molAttchpt"
_LINK_NODES = "_molLinkNodes"

_QUERY_ATOMS = {
    "A": "any atom but H",
    "AH": "any atom",
    "Q": "any atom but C and H",
    "QH": "any atom but C",
    "X": "any halogen",
    "XH": "any halogen or H",
    "M": "any metal",
    "MH": "any metal or H",
}
_QUERY_BONDS = {"5": "single or double", "6": "single or aromatic", "7": "double or aromatic"}
"""Bond type in the file → meaning; all others mean any bond."""
_POLYMERS = {
    "SRU": "repeat unit",
    "MON": "monomer",
    "MER": "mer",
    "COP": "copolymer",
    "CRO": "crosslink",
    "MOD": "modification",
    "GRA": "graft",
    "ANY": "polymer of any kind",
}
"""Type of the group → polymer (Biovia, CTfile Formats). Mixtures, abbreviations and data are no polymers."""

_ATOM_LIST = re.compile(r"\[(!?)#[1-9]\d*(?:[,&]!?#[1-9]\d*)*\]")
_R_GROUP = re.compile(r"R#?\d*'*")


def why_not_predictable(mol: Chem.Mol, smiles: str | None) -> str:
    """The reason why a prediction would be meaningless; "" if it would not.

    This runs for every record, so it tests the whole molecule first, and its atoms only if something is unusual.

    :param mol: as RDKit read it, sanitised or not
    :param smiles: the SMILES that it was read from; ``None`` for a connection table
    """
    if smiles is not None and not ("*" in smiles or "~" in smiles or "|" in smiles or "#0" in smiles):
        return ""  # without one of these a SMILES has neither queries nor groups, nor atoms that are no element
    what = _group(mol) or _link(mol) or _query(mol)
    return f"{NOT_PREDICTABLE}{what}" if what else ""


def _group(mol: Chem.Mol) -> str:
    from rdkit import Chem

    groups = Chem.GetMolSubstanceGroups(mol)
    if not len(groups):  # iterating over no groups takes RDKit as long as everything else here
        return ""
    for group in groups:
        kind, atoms = group.GetProp("TYPE"), list(group.GetAtoms())
        if kind in _POLYMERS:
            return f"it is a polymer ({_POLYMERS[kind]} of {_atoms(atoms)})"
        if kind == "MUL" and group.HasProp("MULT"):
            copies, parents = group.GetUnsignedProp("MULT"), len(group.GetParentAtoms())
            if len(atoms) < parents * copies:
                return f"{_atoms(atoms)} are meant {copies} times, but not written so often"
    return ""


def _link(mol: Chem.Mol) -> str:
    if not mol.HasProp(_LINK_NODES):
        return ""
    least, most, _, atom = mol.GetProp(_LINK_NODES).split("|")[0].split()[:4]
    return f"atom {atom} is a link node, repeated {least} to {most} times"


def _query(mol: Chem.Mol) -> str:
    if not mol.HasQuery() and not len(mol.GetAtomsMatchingQuery(_odd_atom())):
        return ""
    for atom in mol.GetAtoms():
        what = _odd(atom)
        if what:
            return f"atom {atom.GetIdx() + 1} {what}"
    for bond in mol.GetBonds():
        if bond.HasQuery():
            ends = f"{bond.GetBeginAtomIdx() + 1} and {bond.GetEndAtomIdx() + 1}"
            return f"the bond of atoms {ends} is a query bond ({_query_bond(bond)})"
    return ""


@cache
def _odd_atom() -> rdqueries.QueryAtom:
    """Matches an atom that is no element or has an attachment point."""
    from rdkit import Chem
    from rdkit.Chem import rdqueries

    query = rdqueries.AtomNumEqualsQueryAtom(0)
    query.ExpandQuery(rdqueries.HasPropQueryAtom(_ATTACHMENT), how=Chem.CompositeQueryType.COMPOSITE_OR)
    return query


def _odd(atom: Chem.Atom) -> str:
    """Why an atom cannot belong to a single molecule; "" if it can."""
    number = atom.GetAtomicNum()
    if atom.HasQuery():
        kind, listed = atom.GetQueryType(), _ATOM_LIST.fullmatch(atom.GetSmarts())
        if kind in _QUERY_ATOMS:
            return f"is a query atom ({kind}, {_QUERY_ATOMS[kind]})"
        if listed:
            return f"is a query atom ({'none' if listed[1] else 'list'} of {_elements(listed[0])})"
        if number:
            return "is a query atom (its hydrogens, bonds or rings are restricted)"
    elif number:
        return "has an attachment point" if atom.HasProp(_ATTACHMENT) else ""
    label = _label(atom)
    if _R_GROUP.fullmatch(label):
        return f"is an R group ({label})"
    return f"is no element but a placeholder ({label})"


def _label(atom: Chem.Atom) -> str:
    """The label in the record of an atom that is no element."""
    for name in ("atomLabel", "dummyLabel"):
        if atom.HasProp(name):
            label = re.sub(r"^_|_[ep]$", "", atom.GetProp(name))
            shown = "".join(letter for letter in label if letter.isprintable())
            return shown[:_MAX_LABEL]
    return "*"


def _elements(smarts: str) -> str:
    from rdkit import Chem

    table = Chem.GetPeriodicTable()
    numbers = [int(number) for number in re.findall(r"\d+", smarts)]
    return _listed([table.GetElementSymbol(number) for number in numbers if number <= _LAST_ELEMENT])


def _query_bond(bond: Chem.Bond) -> str:
    from rdkit import Chem

    if bond.GetBondType() != Chem.BondType.UNSPECIFIED:
        return "only in a ring, or only in a chain"
    kind = bond.GetPropsAsDict(True).get("_MolFileBondType")
    return _QUERY_BONDS.get(str(kind), "any bond")


def _atoms(indices: Sequence[int]) -> str:
    """A list of atoms in words, counted from 1."""
    ordered = sorted(index + 1 for index in indices)
    if len(ordered) == 1:
        return f"atom {ordered[0]}"
    if len(ordered) > 2 and ordered[-1] - ordered[0] == len(ordered) - 1:
        return f"atoms {ordered[0]} to {ordered[-1]}"
    return f"atoms {_listed([str(number) for number in ordered])}"


def _listed(words: Sequence[str]) -> str:
    return ", ".join(words[:_MAX_LISTED]) + (", …" if len(words) > _MAX_LISTED else "")
