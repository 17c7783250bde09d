"""A substructure that a user types or draws, as something to look for.

A text is read as a molecule first, since that is what chemists type: a ring written with alternating bonds is aromatic,
hydrogens that are written are required and others are not, and stereochemistry does not count. What is no molecule is
read as SMARTS.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from ..errors import GcxError

if TYPE_CHECKING:
    from rdkit.Chem import Atom, Mol, RWMol

MAX_CHARACTERS = 5_000
"""Of a query."""
_ONLY_IN_SMARTS = ("[#", "~")
"""RDKit takes these in SMILES, too, but whoever writes them means SMARTS."""


class QueryError(GcxError):
    """A text that is no substructure to look for."""


class Notation(StrEnum):
    """How a text is read; the value is what the field calls it."""

    SMILES = "SMILES"
    SMARTS = "SMARTS"


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for."""

    notation: Notation
    """How the text was read."""
    smarts: str
    """What it means."""


def read_query(text: str, *, as_smarts: bool = False) -> Query:
    """What a text asks for. Runs in a worker process.

    :param as_smarts: whether it is not to be read as a molecule
    :raises QueryError: if it is neither SMILES nor SMARTS
    """
    _check_length(text)
    smarts = None if as_smarts else _smarts_of_smiles(text)
    if smarts is not None:
        return Query(Notation.SMILES, smarts)
    query(text, and_smiles=not as_smarts)
    return Query(Notation.SMARTS, text)


@lru_cache(maxsize=8)
def query(smarts: str, *, and_smiles: bool = False) -> Mol:
    """A substructure to look for. Runs in a worker process.

    :param and_smiles: whether it was tried as SMILES before, which the error says
    :raises QueryError: if it is none
    """
    from rdkit import Chem, rdBase

    _check_length(smarts)
    with rdBase.BlockLogs():
        mol = Chem.MolFromSmarts(encodable(smarts))
    if mol is None or mol.GetNumAtoms() == 0:
        kinds = "SMARTS or SMILES" if and_smiles else "SMARTS"
        raise QueryError(f"{quoted(smarts)} is no {kinds}; correct it and try again")
    return mol


def _check_length(text: str) -> None:
    if len(text) > MAX_CHARACTERS:
        raise QueryError(f"a substructure may have {MAX_CHARACTERS:,} characters; this has {len(text):,}")


def _smarts_of_smiles(text: str) -> str | None:
    """What a molecule asks for; ``None`` if the text is none. A name may stand behind it."""
    from rdkit import Chem, rdBase

    words = encodable(text).split()
    if not words or any(sign in words[0] for sign in _ONLY_IN_SMARTS):
        return None
    with rdBase.BlockLogs():
        written = Chem.MolFromSmiles(words[0], sanitize=False)
        if written is None or written.GetNumAtoms() == 0:
            return None
        mol = Chem.RWMol(written)
        _charge_nitro_groups(mol)
        try:
            Chem.SanitizeMol(mol)
        except ValueError:
            return None
        # What sanitising adds to aromatic atoms was not written.
        conditions = [_condition(atom, own) for atom, own in zip(mol.GetAtoms(), written.GetAtoms(), strict=True)]
        Chem.RemoveStereochemistry(mol)
        for index, condition in enumerate(conditions):
            mol.ReplaceAtom(index, Chem.AtomFromSmarts(condition))
        for index in sorted((atom.GetIdx() for atom in written.GetAtoms() if _folded(atom)), reverse=True):
            mol.RemoveAtom(index)
        smarts: str = Chem.MolToSmarts(mol)
    return smarts if len(smarts) <= MAX_CHARACTERS else None


def _charge_nitro_groups(mol: RWMol) -> None:
    """Writes N(=O)=O as records have it, [N+](=O)[O-]: RDKit does so where the nitrogen has another neighbour, too."""
    from rdkit.Chem import BondType

    for atom in mol.GetAtoms():
        bonds = atom.GetBonds()
        to_oxygen = [
            bond
            for bond in bonds
            if bond.GetBondType() == BondType.DOUBLE
            and (other := bond.GetOtherAtom(atom)).GetAtomicNum() == 8
            and not other.GetFormalCharge()
        ]
        if atom.GetAtomicNum() == 7 and not atom.GetFormalCharge() and len(bonds) == len(to_oxygen) == 2:
            to_oxygen[0].SetBondType(BondType.SINGLE)
            to_oxygen[0].GetOtherAtom(atom).SetFormalCharge(-1)
            atom.SetFormalCharge(1)


def _folded(atom: Atom) -> bool:
    """Whether it is a hydrogen of another atom, which that has as a condition; an isotope is an atom by itself."""
    if atom.GetAtomicNum() != 1 or atom.GetIsotope() or atom.GetFormalCharge() or atom.GetDegree() != 1:
        return False
    return all(other.GetAtomicNum() != 1 for other in atom.GetNeighbors())


def _condition(atom: Atom, written: Atom) -> str:
    """What is asked of an atom, as SMARTS: element, isotope and charge if there are any, and hydrogens as written.

    :param written: before it was sanitised
    """
    if not atom.GetAtomicNum():  # the place of any substituent
        return "[!#1]"
    isotope, charge = atom.GetIsotope(), atom.GetFormalCharge()
    conditions = [f"{isotope}#{atom.GetAtomicNum()}" if isotope else f"#{atom.GetAtomicNum()}"]
    if charge:
        conditions.append(f"{charge:+d}")
    n_as_atoms = sum(_folded(other) for other in written.GetNeighbors())
    n_in_brackets = written.GetNumExplicitHs()
    if n_in_brackets:
        conditions.append(f"H{n_in_brackets + n_as_atoms}")
    else:  # of hydrogens written as atoms there may be more, as of other neighbours
        conditions += [f"!H{n}" for n in range(n_as_atoms)]
    return f"[{'&'.join(conditions)}]"


def encodable(text: str) -> str:
    """A text as RDKit takes it: a clipboard may hold halves of characters, which become question marks."""
    return text.encode("utf-8", "replace").decode()


def quoted(text: str) -> str:
    """A text of the user's as a sentence quotes it."""
    return f"‘{text}’" if len(text) <= 60 else f"‘{text[:60]}…’"
