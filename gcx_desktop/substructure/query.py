"""A substructure query: what a user types or draws to search for.

A text is read as a molecule first, since that is what chemists type: a ring written with alternating bonds is aromatic,
hydrogens that are written are required and others are not, and stereochemistry does not count. A text that is no
molecule is read as SMARTS.
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
"""Most characters of a query."""
_ONLY_IN_SMARTS = ("[#", "~")
"""RDKit accepts these in SMILES, too, but they mean that the text is SMARTS."""


class QueryError(GcxError):
    """A text that is no valid query."""


class Notation(StrEnum):
    """How a text is read; the value is the name of the notation."""

    SMILES = "SMILES"
    SMARTS = "SMARTS"


@dataclass(frozen=True, slots=True)
class Query:
    """A query that was read."""

    notation: Notation
    """How the text was read."""
    smarts: str
    """The query as SMARTS."""


def read_query(text: str, *, as_smarts: bool = False) -> Query:
    """Reads the text of a query. Runs in a worker process.

    :param as_smarts: whether the text is SMARTS, so that it is not tried as a molecule
    :raises QueryError: if it is neither SMILES nor SMARTS
    """
    _check_length(text)
    smarts = None if as_smarts else _smarts_of_smiles(text)
    if smarts is not None:
        return Query(Notation.SMILES, smarts)
    parse_query(text, and_smiles=not as_smarts)
    return Query(Notation.SMARTS, text)


@lru_cache(maxsize=8)
def parse_query(smarts: str, *, and_smiles: bool = False) -> Mol:
    """An RDKit query molecule from SMARTS. Runs in a worker process.

    :param and_smiles: whether the text was tried as SMILES before, for the sentence of the error
    :raises QueryError: if it is not SMARTS
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
    """The SMARTS that a SMILES means as a query; ``None`` if the text is no SMILES. A name may follow the SMILES."""
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
        # Sanitising adds hydrogens to aromatic atoms that were not written.
        conditions = [_condition(atom, own) for atom, own in zip(mol.GetAtoms(), written.GetAtoms(), strict=True)]
        Chem.RemoveStereochemistry(mol)
        for index, condition in enumerate(conditions):
            mol.ReplaceAtom(index, Chem.AtomFromSmarts(condition))
        for index in sorted((atom.GetIdx() for atom in written.GetAtoms() if _folded(atom)), reverse=True):
            mol.RemoveAtom(index)
        smarts: str = Chem.MolToSmarts(mol)
    return smarts if len(smarts) <= MAX_CHARACTERS else None


def _charge_nitro_groups(mol: RWMol) -> None:
    """Writes N(=O)=O as records do, [N+](=O)[O-]; RDKit does so only if the nitrogen has another neighbour, too."""
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
    """Whether it is a plain hydrogen, which becomes a condition of its neighbour; an isotope stays an atom."""
    if atom.GetAtomicNum() != 1 or atom.GetIsotope() or atom.GetFormalCharge() or atom.GetDegree() != 1:
        return False
    return all(other.GetAtomicNum() != 1 for other in atom.GetNeighbors())


def _condition(atom: Atom, written: Atom) -> str:
    """The conditions on an atom as SMARTS: element, isotope and charge if there are any, and hydrogens as written.

    :param written: the atom before it was sanitised
    """
    if not atom.GetAtomicNum():  # a place for any substituent
        return "[!#1]"
    isotope, charge = atom.GetIsotope(), atom.GetFormalCharge()
    conditions = [f"{isotope}#{atom.GetAtomicNum()}" if isotope else f"#{atom.GetAtomicNum()}"]
    if charge:
        conditions.append(f"{charge:+d}")
    n_as_atoms = sum(_folded(other) for other in written.GetNeighbors())
    n_in_brackets = written.GetNumExplicitHs()
    if n_in_brackets:
        conditions.append(f"H{n_in_brackets + n_as_atoms}")
    else:  # there may be more hydrogens than those written as atoms, as with other neighbours
        conditions += [f"!H{n}" for n in range(n_as_atoms)]
    return f"[{'&'.join(conditions)}]"


def encodable(text: str) -> str:
    """A text that RDKit accepts: lone surrogates, which a clipboard may hold, become question marks."""
    return text.encode("utf-8", "replace").decode()


def quoted(text: str) -> str:
    """A text of the user's, quoted for a sentence."""
    return f"‘{text}’" if len(text) <= 60 else f"‘{text[:60]}…’"
