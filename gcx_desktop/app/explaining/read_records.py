"""Reads the records of a library in worker processes, with the reader of its kind of graph. Imports no torch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ...gcn.reliability.domain import DomainFile
from ...graph.counted_environments import CountedEnvironments
from ...kinds.kind import NO_PARAMETERS, Parameters, ReadRecord
from ...kinds.registry import kind_of_library
from ...library.library import Library
from ...library.molecules.preparation import NO_PREPARATION, Preparation
from ...library.record import Rejected, Span
from ...library.writing.output import output_kind
from ...pool import WorkerFailure, WorkerPool
from ...progress import CancelToken

MOST_AT_ONCE = 256
"""Number of records in one task of a worker: enough to hide the cost of a message."""


def reject_lost(library: Library, position: int, lost: WorkerFailure) -> Rejected:
    """The rejection of a record whose worker hung, crashed or failed."""
    title, what = library.text(position).title, kind_of_library(library).words.record
    return Rejected(position, library.line(position), title, f"reading the {what} {lost.reason}")


def wants_molblocks(output: str) -> bool:
    """Whether a file of that name holds structures, so that SMILES records need a molblock."""
    return output_kind(output) == "sdf"


def read_library(
    library: Library,
    pool: WorkerPool,
    *,
    positions: Sequence[int] | None = None,
    with_molblocks: bool = False,
    preparation: Preparation = NO_PREPARATION,
    features: Parameters = NO_PARAMETERS,
    nearest_in: DomainFile | None = None,
    cancel: CancelToken | None = None,
) -> Iterator[ReadRecord | Rejected]:
    """Every record, read or rejected with a reason, in the order of ``positions`` (by default all in the file's order).

    The workers begin at once, before the first result is requested.

    :param features: by what records are read for the model, of :func:`~gcx_desktop.kinds.registry.reading_parameters`
    :param nearest_in: the domain in which each record's nearest one is looked for, if the kind has fingerprints
    :raises Cancelled: once ``cancel`` is set
    """
    wanted = range(len(library)) if positions is None else positions
    chunks = spans_in_chunks(library, wanted, MOST_AT_ONCE, pool.n_workers)
    reader = kind_of_library(library).reader
    if nearest_in is None or reader.reading_nearest is None:
        reading = reader.reading(library.source, features, with_molblocks, preparation)
    else:
        reading = reader.reading_nearest(library.source, features, with_molblocks, preparation, nearest_in)
    results = pool.map(reading.task, chunks, packing=reading.packing, cancel=cancel)
    return _settled(library, wanted, results)


def run_on_records(
    library: Library,
    task: Callable[[Span], Any],
    positions: Sequence[int],
    pool: WorkerPool,
    *,
    cancel: CancelToken | None = None,
) -> Iterator[tuple[int, Any]]:
    """Each position with the result of the task, in order; a :class:`Rejected` if its worker failed.

    :raises Cancelled: once ``cancel`` is set
    """
    chunks = spans_in_chunks(library, positions, MOST_AT_ONCE, pool.n_workers)
    results = (each for chunk in pool.map(task, chunks, cancel=cancel) for each in chunk)
    for position, result in zip(positions, results, strict=True):
        yield position, reject_lost(library, position, result) if isinstance(result, WorkerFailure) else result


def read_environments(
    library: Library,
    pool: WorkerPool,
    positions: Sequence[int],
    *,
    preparation: Preparation = NO_PREPARATION,
    cancel: CancelToken | None = None,
) -> Iterator[CountedEnvironments | Rejected]:
    """The counted environments of some records, in the order of ``positions``.

    :param library: of a kind of graph that counts them
    :raises Cancelled: once ``cancel`` is set
    """
    count = kind_of_library(library).reader.environments
    assert count is not None  # noqa: S101
    found = run_on_records(library, count(library.source, preparation), positions, pool, cancel=cancel)
    return (each for _, each in found)


@dataclass(frozen=True, slots=True)
class _Spans(Sequence[Span]):
    """The spans of some positions, each made on access, since a pool takes many long before it uses them."""

    library: Library
    positions: Sequence[int]

    def __len__(self) -> int:
        return len(self.positions)

    def __getitem__(self, index: Any) -> Any:
        return self.library.span(self.positions[index])


def spans_in_chunks(library: Library, positions: Sequence[int], most: int, n_workers: int) -> Iterator[Sequence[Span]]:
    """The spans to read, in portions of at most ``most`` records, small enough that every worker gets some."""
    size = min(most, max(1, len(positions) // (8 * n_workers)))
    for start in range(0, len(positions), size):
        yield _Spans(library, positions[start : start + size])


def _settled(
    library: Library, wanted: Sequence[int], chunks: Iterator[list[ReadRecord | Rejected | WorkerFailure]]
) -> Iterator[ReadRecord | Rejected]:
    done = 0
    for results in chunks:
        for result in results:
            yield reject_lost(library, wanted[done], result) if isinstance(result, WorkerFailure) else result
            done += 1
