"""SMARTS that a user types or draws, as something to look for."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from ..errors import GcxError

if TYPE_CHECKING:
    from rdkit.Chem import Mol

MAX_CHARACTERS = 5_000
"""Of a query."""


class QueryError(GcxError):
    """A text that is no substructure to look for."""


@lru_cache(maxsize=8)
def query(smarts: str) -> Mol:
    """A substructure to look for. Runs in a worker process.

    :raises QueryError: if it is none
    """
    from rdkit import Chem, rdBase

    if len(smarts) > MAX_CHARACTERS:
        raise QueryError(f"a substructure may have {MAX_CHARACTERS:,} characters; this has {len(smarts):,}")
    with rdBase.BlockLogs():
        mol = Chem.MolFromSmarts(encodable(smarts))
    if mol is None or mol.GetNumAtoms() == 0:
        raise QueryError(f"{shown(smarts)} is no SMARTS or SMILES; correct it and try again")
    return mol


def encodable(text: str) -> str:
    """A text as RDKit takes it: a clipboard may hold halves of characters, which become question marks."""
    return text.encode("utf-8", "replace").decode()


def shown(text: str) -> str:
    """A text of the user's as a sentence quotes it."""
    return f"‘{text}’" if len(text) <= 60 else f"‘{text[:60]}…’"
