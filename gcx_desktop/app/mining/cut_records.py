"""The work of worker processes for :mod:`.mine_substructures`: cut records into fragments and match patterns.

Imports no torch.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...errors import GcxError
from ...graph.scaffold import scaffold_key
from ...kinds.molecules.reader import read_molecule_at
from ...library.record import Rejected, Source, Span
from ...substructure.cutting import cut_by_scheme, salient_parts
from ...substructure.fragments import (
    Neighbours,
    OpenBonds,
    heavy_neighbours,
    labelled_graph,
    open_bonds,
    random_part,
    with_attachment_points,
)
from ...substructure.labelled_graph import LabelledGraph
from ...substructure.patterns import (
    Pattern,
    PatternName,
    PatternQueries,
    contained_patterns,
    name_pattern,
    places,
    queries,
    write_attached,
    write_pattern,
)
from ...substructure.scheme import Scheme
from .substructure_search import RANDOM_DRAWS

if TYPE_CHECKING:
    from rdkit.Chem import Mol

RelativeMap = NDArray[np.float32]
"""[n_record_atoms]: the map of a molecule's predicted class relative to its largest value over all classes; 0 at
hydrogens and at atoms that a preparation removed."""


class ChangedRecordError(GcxError):
    """A record can no longer be read, or is a different molecule than before."""

    def __init__(self) -> None:
        super().__init__("failed: the record is not what it was a moment ago; open the file anew")


@dataclass(frozen=True, slots=True)
class CutSettings:
    """How molecules are cut into fragments."""

    scheme: Scheme
    cutoff: float
    """Relative saliency above which an atom is salient."""
    complete: bool = False
    """Whether salient parts are completed to whole rings and functional groups."""
    min_atoms: int = 2
    max_atoms: int = 50
    seed: int = 0
    """Seed of the random parts."""


@dataclass(frozen=True, slots=True)
class Fragment:
    """A fragment of one molecule."""

    smarts: str
    """SMARTS of its pattern."""
    graph: LabelledGraph
    """The pattern's atoms in canonical order."""
    ends: OpenBonds
    """The bonds from atoms of ``graph`` (ascending) to the rest of the molecule."""
    shown: bool
    """Whether all its atoms are salient."""
    mean: float
    """Mean of its atoms' relative saliency."""
    total: float


@dataclass(frozen=True, slots=True)
class MoleculeFragments:
    """The fragments of one molecule."""

    fragments: tuple[Fragment, ...] = ()
    part: LabelledGraph | None = None
    """The salient part, for the scheme ``FREQUENT`` only."""
    values: RelativeMap | None = None
    """[n_atoms of ``part``]: its relative saliency."""


@dataclass(frozen=True, slots=True)
class PatternMatches:
    """The patterns that a molecule contains."""

    patterns: NDArray[np.int32]
    """Their indices, ascending."""
    random: tuple[tuple[int, float], ...] = ()
    """For an explained molecule: index of a pattern, and share of the draws whose random parts show it."""
    scaffold: str | None = None
    """As ``graph.scaffold`` gives it, "" without a ring; ``None`` if it was not wanted."""


Item = tuple[Span, RelativeMap | None, bool]
"""A record; its map if it was explained and counts as evidence; whether its scaffold is wanted, which takes as long as
reading it.
"""


def cut_record(source: Source, cut: CutSettings, item: tuple[Span, RelativeMap]) -> MoleculeFragments:
    """Cuts an explained record into fragments. Runs in a worker process.

    :raises ChangedRecordError: if it cannot be read
    """
    span, values = item
    mol = _molecule(source, span, values)
    neighbours = heavy_neighbours(mol)
    salient = np.flatnonzero(values > cut.cutoff).tolist()
    if cut.scheme is Scheme.FREQUENT:
        shown = frozenset().union(*salient_parts(mol, neighbours, salient, complete=cut.complete))
        graph, index = labelled_graph(mol, shown)
        return MoleculeFragments(part=graph, values=values[index])
    if cut.scheme is Scheme.SALIENT:
        found = salient_parts(mol, neighbours, salient, complete=cut.complete)
    else:
        found = cut_by_scheme(cut.scheme, mol, neighbours)
    fragments = []
    for atoms in found:
        if cut.min_atoms <= len(atoms) <= cut.max_atoms:
            graph, index = labelled_graph(mol, atoms)
            named = name_pattern(graph)
            ends = sorted((named.place[at], kind) for at, kind in open_bonds(mol, neighbours, index))
            own = values[index]
            is_shown = cut.scheme is Scheme.SALIENT or bool((own > cut.cutoff).all())
            total = float(own.sum(dtype=np.float64))
            fragments.append(Fragment(named.smarts, named.graph, tuple(ends), is_shown, total / len(own), total))
    return MoleculeFragments(tuple(fragments))


def match_patterns(source: Source, smarts: tuple[str, ...], cut: CutSettings, item: Item) -> PatternMatches:
    """Which patterns a record contains, and which of them random parts of it show. Runs in a worker process.

    :raises ChangedRecordError: if it cannot be read
    """
    span, values, wants_scaffold = item
    mol = _molecule(source, span, values)
    wanted = queries(smarts)
    found = contained_patterns(mol, wanted)
    scaffold = scaffold_key(mol) if wants_scaffold else None
    random = () if values is None else _at_random(mol, values, wanted, found, cut, span)
    return PatternMatches(found.astype(np.int32), random, scaffold)


def _at_random(
    mol: Mol, values: RelativeMap, wanted: PatternQueries, found: NDArray[np.int64], cut: CutSettings, span: Span
) -> tuple[tuple[int, float], ...]:
    """:attr:`PatternMatches.random` for the patterns found in a molecule."""
    neighbours = heavy_neighbours(mol)
    draws = _random_draws(mol, neighbours, values, cut, (cut.seed, span.position))
    if not draws:
        return ()
    sizes = {len(part) for draw in draws for part in draw}
    union = frozenset().union(*(part for draw in draws for part in draw))
    random = []
    for i in found.tolist():
        query, n_bonds, n_atoms = wanted.mols[i], wanted.n_bonds[i], wanted.n_atoms[i]
        if n_atoms not in sizes if cut.scheme is Scheme.SALIENT else n_atoms > max(sizes):
            continue
        at = [place for place in places(mol, query) if place <= union]
        if not at:
            continue
        if cut.scheme is Scheme.SALIENT:
            # All atoms of a part and all bonds between them, as for a salient part.
            whole = [place for place in at if _n_bonds(neighbours, place) == n_bonds]
            times = sum(any(place in draw for place in whole) for draw in draws)
        else:
            times = sum(any(place <= part for place in at for part in draw) for draw in draws)
        if times:
            random.append((i, times / len(draws)))
    return tuple(random)


def name_graph(graph: LabelledGraph) -> PatternName:
    """The canonical name of a pattern. Runs in a worker process."""
    return name_pattern(graph)


def write_form(item: tuple[LabelledGraph, tuple[tuple[OpenBonds, int], ...]]) -> tuple[Pattern, str]:
    """A pattern and its most frequent form with attachment points, "" without any. Runs in a worker process.

    :param item: the pattern, and how often each set of its bonds leads on; in a symmetric pattern several sets may be
        the same form
    """
    graph, forms = item
    counts: Counter[str] = Counter()
    for ends, times in forms:
        counts[write_attached(with_attachment_points(graph, ends))] += times
    return write_pattern(graph), counts.most_common(1)[0][0] if counts else ""


def _molecule(source: Source, span: Span, values: RelativeMap | None) -> Mol:
    read = read_molecule_at(source, span, stereo=False)
    if isinstance(read, Rejected) or (values is not None and read.mol.GetNumAtoms() != len(values)):
        raise ChangedRecordError
    return read.mol


def _random_draws(
    mol: Mol, neighbours: Neighbours, values: RelativeMap, cut: CutSettings, seed: tuple[int, int]
) -> list[list[frozenset[int]]]:
    """Several draws of random connected parts, as many and as large as the salient ones."""
    salient = np.flatnonzero(values > cut.cutoff).tolist()
    parts = salient_parts(mol, neighbours, salient, complete=False)
    if not parts:
        return []
    generator = np.random.default_rng(seed)
    draws = []
    for _ in range(RANDOM_DRAWS):
        chosen = frozenset().union(*(random_part(neighbours, len(part), generator) for part in parts))
        draws.append(salient_parts(mol, neighbours, sorted(chosen), complete=cut.complete))
    return draws


def _n_bonds(neighbours: Neighbours, atoms: frozenset[int]) -> int:
    return sum(other in atoms for atom in atoms for other in neighbours[atom]) // 2
