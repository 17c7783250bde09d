"""Where molecules contain a substructure, and their depictions with it. Runs in worker processes: no torch here."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from ...depict.alignment import layout_template
from ...depict.colour import Paper
from ...depict.drawing import depict
from ...library.record import Rejected, Source, Span
from ...substructure.patterns import places
from ...substructure.query import QueryError, parse_query
from ..kind import MatchedDepiction
from .reader import read_molecule_at

if TYPE_CHECKING:
    from rdkit.Chem import Mol

RecordAtoms = frozenset[int]
"""Record indices."""


def draw_matched_molecule(
    source: Source, paper: Paper, smarts: str, aligned: bool, span: Span
) -> MatchedDepiction | Rejected:
    """The depiction of a record and where it matches a pattern.

    :param aligned: whether the molecule is turned so that the pattern lies as in every other record that has it
    :raises DepictionError: if it cannot be drawn
    """
    read = read_molecule_at(source, span)
    if isinstance(read, Rejected):
        return read
    template = _template(smarts) if aligned else None
    return MatchedDepiction(depict(read.mol, paper=paper, template=template), _matched(read.mol, smarts))


def match_molecule(source: Source, smarts: str, span: Span) -> RecordAtoms:
    """The atoms of a record that match a pattern, wherever it lies; none of what is no record or no pattern."""
    read = read_molecule_at(source, span, stereo=False)
    return frozenset() if isinstance(read, Rejected) else _matched(read.mol, smarts)


def _matched(mol: Mol, smarts: str) -> RecordAtoms:
    try:
        return frozenset().union(*places(mol, parse_query(smarts)))
    except QueryError:
        return frozenset()


@lru_cache(maxsize=8)
def _template(smarts: str) -> Mol | None:
    try:
        return layout_template(parse_query(smarts))
    except QueryError:
        return None
