"""What a network learns of molecules without labels: RDKit's descriptors and Morgan counts.

Runs in worker processes."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...graph.molgraph import NoHeavyAtomsError, molecule_graph
from ...graph.morgan_fingerprint import morgan_counts
from ...library.molecules.predictability import why_not_predictable
from ...library.molecules.preparation import Preparation, prepare_molecule
from ...library.record import Rejected, Source, Span
from ..kind import CountedTarget, PretrainingGraph
from .reader import read_molecule_at

if TYPE_CHECKING:
    from rdkit.Chem import Mol

_LEFT_OUT = ("Ipc", "AvgIpc")
"""Take as long as all other descriptors together; the first grows exponentially with the molecule."""


def descriptor_names() -> tuple[str, ...]:
    """[n_descriptors], as RDKit calls them."""
    return tuple(name for name, _ in _descriptors())


def descriptor_values(mol: Mol) -> NDArray[np.float32]:
    """[n_descriptors]; NaN where a molecule has none, such as partial charges of an unknown atom.

    :param mol: sanitised; not changed
    """
    return np.array([_value(function, mol) for _, function in _descriptors()], dtype=np.float32)


def _value(function: Callable[[Mol], float], mol: Mol) -> float:
    try:
        value = float(function(mol))
    except Exception:  # RDKit may raise any exception; one descriptor must not cost the molecule
        return math.nan
    return value if abs(value) <= np.finfo(np.float32).max else math.nan


@cache
def _descriptors() -> tuple[tuple[str, Callable[[Mol], float]], ...]:
    from rdkit.Chem import Descriptors

    return tuple((name, function) for name, function in Descriptors.descList if name not in _LEFT_OUT)


@dataclass(frozen=True, slots=True)
class _Prepared:
    mol: Mol
    title: str
    smiles: str | None
    """That it was read from, unless the preparation changed it."""


def _prepared_molecule(source: Source, preparation: Preparation, span: Span) -> _Prepared | Rejected:
    read = read_molecule_at(source, span)
    if isinstance(read, Rejected):
        return read
    unpredictable = why_not_predictable(read.mol, read.text.smiles)
    if unpredictable:
        return Rejected(span.position, span.line, read.text.title, unpredictable, drawable=True)
    mol = prepare_molecule(read.mol, preparation).mol if preparation else read.mol
    return _Prepared(mol, read.text.title, read.text.smiles if mol is read.mol else None)


def identify_molecule(source: Source, preparation: Preparation, span: Span) -> str | Rejected:
    """The canonical SMILES of a record's molecule, as :func:`.reader.read_training_molecule` gives it."""
    from rdkit import Chem

    found = _prepared_molecule(source, preparation, span)
    if isinstance(found, Rejected):
        return found
    smiles: str = Chem.MolToSmiles(Chem.RemoveHs(found.mol))
    return smiles


def read_pretraining_molecule(
    source: Source, preparation: Preparation, counted: Sequence[CountedTarget], span: Span
) -> PretrainingGraph | Rejected:
    """The graph of a record's molecule, its descriptors and counts."""
    from rdkit import Chem, rdBase

    found = _prepared_molecule(source, preparation, span)
    if isinstance(found, Rejected):
        return found
    try:
        graph = molecule_graph(found.mol, found.smiles).graph
        with rdBase.BlockLogs():
            mol = Chem.RemoveHs(found.mol)
            counts = tuple(morgan_counts(mol, each.radius, each.n_keys) for each in counted)
            return PretrainingGraph(graph, descriptor_values(mol), counts)
    except (NoHeavyAtomsError, ValueError, RuntimeError) as error:
        return Rejected(span.position, span.line, found.title, str(error))
