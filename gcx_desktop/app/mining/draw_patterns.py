"""Makes pictures and connection tables of substructures in worker processes. Imports no torch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from ...pool import WorkerFailure
from ...progress import ProgressReporter
from ...substructure.patterns import Pattern, as_molecule
from ...work import Work

_PORTION_SIZE = 16

_Input = TypeVar("_Input")
_Output = TypeVar("_Output")


def map_patterns(
    function: Callable[[_Input], _Output],
    patterns: Sequence[_Input],
    what: str,
    work: Work,
) -> Iterator[_Output | WorkerFailure]:
    """Applies a function to each pattern in worker processes; results come in order.

    :param function: must be picklable
    :param what: name of the work for the progress display
    :raises Cancelled: between two portions
    """
    watch = ProgressReporter(what, len(patterns), work.report)
    chunks = [patterns[start : start + _PORTION_SIZE] for start in range(0, len(patterns), _PORTION_SIZE)]
    done = 0
    for results in work.pool.map(function, chunks, cancel=work.cancel):
        work.raise_if_cancelled()
        done += len(results)
        watch.report_done(done)
        yield from results


def pattern_molblock(pattern: Pattern) -> str:
    """A connection table with a 2D layout; half a ring keeps its aromatic bonds."""
    from rdkit import Chem, rdBase
    from rdkit.Chem import rdDepictor

    with rdBase.BlockLogs():
        whole = Chem.MolFromSmiles(pattern.smiles)
    mol = as_molecule(pattern.graph) if whole is None else whole
    rdDepictor.Compute2DCoords(mol)
    block: str = Chem.MolToMolBlock(mol, kekulize=whole is not None)
    return block
