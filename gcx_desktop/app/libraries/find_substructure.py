"""Finds the records of a library that contain a substructure; worker processes read and match them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from ...kinds.molecules.reader import read_molecule_at
from ...library.library import Library
from ...library.record import Rejected, Source, Span
from ...pool import WorkerFailure, WorkerPool, sole_result
from ...progress import ProgressReporter
from ...substructure.query import Query, QueryError, parse_query, read_query
from ...work import Work
from ..explaining.read_records import MOST_AT_ONCE, spans_in_chunks
from .row_filters import Mask


@dataclass(frozen=True, slots=True, eq=False)
class Matches:
    """The result for some records, in the file's order."""

    containing: Mask
    """Whether each contains it; false for a record that cannot be read."""
    unknown: Mask
    """Whether this is unknown, since the search in the record took too long or crashed."""


def query_of_text(text: str, *, as_smarts: bool, pool: WorkerPool, priority: int = 0) -> Query:
    """The query that a text describes, parsed by a worker.

    :param as_smarts: whether to read it as SMARTS only, not as SMILES
    :raises QueryError: if it is neither SMILES nor SMARTS
    """
    read = sole_result(pool.submit(partial(read_query, as_smarts=as_smarts), [text], priority=priority))
    if not isinstance(read, Query):
        raise QueryError(read.reason if isinstance(read, WorkerFailure) else "the search was ended before it began")
    return read


def find_substructure(
    library: Library,
    smarts: str,
    work: Work,
    *,
    priority: int = 0,
) -> Iterator[Matches]:
    """Whether each record contains the query, in the file's order, in portions. Stereochemistry is ignored.

    :param smarts: of a :class:`Query`
    :raises Cancelled: between two portions, once ``work.cancel`` is set
    """
    watch = ProgressReporter("Searching", len(library), work.report)
    chunks = spans_in_chunks(library, range(len(library)), MOST_AT_ONCE, work.pool.n_workers)
    task = partial(contains, library.source, smarts)
    done = 0
    for results in work.pool.map(task, chunks, priority=priority, cancel=work.cancel):
        work.raise_if_cancelled()
        done += len(results)
        watch.report_done(done)
        yield Matches(
            np.array([result is True for result in results], dtype=np.bool_),
            np.array([isinstance(result, WorkerFailure) for result in results], dtype=np.bool_),
        )


def contains(source: Source, smarts: str, span: Span) -> bool:
    """Whether a record contains the query. Runs in a worker process."""
    read = read_molecule_at(source, span, stereo=False)
    return not isinstance(read, Rejected) and bool(read.mol.HasSubstructMatch(parse_query(smarts)))
