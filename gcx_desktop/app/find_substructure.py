"""Which records of a library contain a substructure: workers read and match, results come as they are found."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from ..kinds.molecules.reader import read_molecule_at
from ..library.library import Library
from ..library.record import Rejected, Source, Span
from ..pool import Lost, WorkerPool, sole_result
from ..progress import CancelToken, Report, Stopwatch, silent
from ..substructure.query import QueryError, query
from .read_records import MOST_AT_ONCE, spans_in_chunks
from .row_filters import Mask


def find_substructure(
    library: Library,
    smarts: str,
    *,
    pool: WorkerPool,
    priority: int = 0,
    report: Report = silent,
    cancel: CancelToken | None = None,
) -> Iterator[Mask]:
    """Whether each record contains it, in the file's order, some records at a time. Stereochemistry does not count.

    A record that cannot be read contains nothing.

    :param smarts: SMARTS; most SMILES are
    :raises QueryError: if it is none
    :raises Cancelled: between two portions, once ``cancel`` is set
    """
    checked = sole_result(pool.submit(check_query, [smarts], priority=priority))
    if isinstance(checked, Lost):
        raise QueryError(checked.reason)
    watch = Stopwatch("Searching", len(library), report)
    chunks = spans_in_chunks(library, range(len(library)), MOST_AT_ONCE, pool.n_workers)
    done = 0
    for results in pool.map(partial(contains, library.source, smarts), chunks, priority=priority, cancel=cancel):
        if cancel is not None:
            cancel.raise_if_cancelled()
        done += len(results)
        watch.tell(done)
        yield np.array([result is True for result in results], dtype=np.bool_)


def check_query(smarts: str) -> None:
    """Runs in a worker process.

    :raises QueryError: if it is no query
    """
    query(smarts)


def contains(source: Source, smarts: str, span: Span) -> bool:
    """Whether a record contains the query. Runs in a worker process."""
    read = read_molecule_at(source, span, stereo=False)
    return not isinstance(read, Rejected) and bool(read.mol.HasSubstructMatch(query(smarts)))
