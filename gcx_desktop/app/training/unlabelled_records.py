"""Reads records without labels from several files, each record once, and none that occurs in other files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...errors import LibraryError, UsageError
from ...gcn.bundles.foundation import SourceTable
from ...graph.counted_environments import KeyCounts
from ...graph.graph import Decode, Graph
from ...kinds.kind import NO_PARAMETERS, Kind, Pretraining
from ...kinds.registry import kind_of_library, kinds, other_files
from ...library.library import Library, open_library
from ...library.molecules.preparation import Preparation
from ...library.record import Rejected
from ...library.table_options import DETECT_ALL, TableOptions
from ...progress import ProgressReporter
from ...wording import visible
from ...work import Work
from ..explaining.read_records import run_on_records
from .training_table import file_sha256

_UNREADABLE, _DUPLICATE, _EXCLUDED = "unreadable", "duplicate", "in an excluded table"


@dataclass(frozen=True, slots=True)
class UnlabelledRequest:
    """What is read."""

    tables: tuple[Path, ...]
    exclude: tuple[Path, ...] = ()
    """Files whose records are left out."""
    options: TableOptions = DETECT_ALL
    """How all tables are read."""
    limit: int | None = None
    """Number of first records of each of ``tables``; ``None`` for all."""


@dataclass(frozen=True, slots=True)
class UnlabelledRecords:
    """Records without labels, and what a network is to learn of them."""

    kind: Kind
    pretraining: Pretraining
    decode: Decode
    graphs: tuple[Graph, ...]
    values: NDArray[np.float32]
    """[n_graphs, n_values]"""
    counts: tuple[tuple[KeyCounts, ...], ...]
    """[n_counted][n_graphs]"""
    tables: tuple[SourceTable, ...]
    excluded_tables: tuple[SourceTable, ...]
    dropped: dict[str, int]
    """Reason → number of records left out for it."""

    def __len__(self) -> int:
        return len(self.graphs)


@dataclass(frozen=True, slots=True)
class _Portion:
    """The records of a file that are read."""

    library: Library
    positions: Sequence[int]


def read_unlabelled(
    request: UnlabelledRequest, work: Work, *, on_opened: Callable[[Library], object] = lambda _: None
) -> UnlabelledRecords:
    """Reads the records of all tables, the first of duplicate ones, without those of the excluded tables. All are
    prepared as for training.

    Records are compared first, so that targets are computed of those alone that are learned.

    :param on_opened: is given each library before it is read
    :raises LibraryError: if a file cannot be read
    :raises UsageError: if the files hold different kinds of graphs, or one of which nothing is learned without labels
    :raises Cancelled: if the user stopped it
    """
    with ExitStack() as stack:

        def opened(path: Path, limit: int | None) -> _Portion:
            library = stack.enter_context(open_library(path, request.options, others=other_files(), cancel=work.cancel))
            on_opened(library)
            return _Portion(library, range(len(library) if limit is None else min(limit, len(library))))

        excluded = [opened(path, None) for path in request.exclude]
        portions = [opened(path, request.limit) for path in request.tables]
        kind, pretraining = _kind_of([each.library for each in (*portions, *excluded)])
        dropped: Counter[str] = Counter()
        wanted = _distinct(portions, excluded, pretraining, kind.training_preparation, dropped, work)
        watch = ProgressReporter("Computing targets", sum(len(each.positions) for each in wanted), work.report)
        graphs: list[Graph] = []
        values: list[NDArray[np.float32]] = []
        counts: list[list[KeyCounts]] = [[] for _ in pretraining.counted]
        for portion in wanted:
            task = pretraining.read(portion.library.source, kind.training_preparation, pretraining.counted)
            for _, found in run_on_records(portion.library, task, portion.positions, work.pool, cancel=work.cancel):
                if isinstance(found, Rejected):
                    dropped[_UNREADABLE] += 1
                else:
                    graphs.append(found.graph)
                    values.append(found.values)
                    for known, each in zip(counts, found.counts, strict=True):
                        known.append(each)
                watch.report_done(len(graphs))
        return UnlabelledRecords(
            kind=kind,
            pretraining=pretraining,
            decode=kind.featurizer.decode(NO_PARAMETERS, portions[0].library.source),
            graphs=tuple(graphs),
            values=np.stack(values) if values else np.zeros((0, 0), dtype=np.float32),
            counts=tuple(map(tuple, counts)),
            tables=tuple(map(_source_table, portions)),
            excluded_tables=tuple(map(_source_table, excluded)),
            dropped={reason: dropped[reason] for reason in (_UNREADABLE, _DUPLICATE, _EXCLUDED)},
        )


def _kind_of(libraries: Sequence[Library]) -> tuple[Kind, Pretraining]:
    """:raises UsageError: if they hold different kinds, or one of which nothing is learned without labels"""
    first, kind = libraries[0], kind_of_library(libraries[0])
    if kind.pretraining is None:
        able = ", ".join(each.name for each in kinds() if each.pretraining is not None) or "nothing"
        raise UsageError(f"{first.path} holds {kind.name}; a foundation can be made of {able}")
    for other in libraries[1:]:
        if kind_of_library(other) is not kind:
            raise UsageError(
                f"{other.path} holds {kind_of_library(other).name}, and {first.path} holds {kind.name}; leave one out"
            )
    return kind, kind.pretraining


def _distinct(
    portions: Sequence[_Portion],
    excluded: Sequence[_Portion],
    pretraining: Pretraining,
    preparation: Preparation,
    dropped: Counter[str],
    work: Work,
) -> list[_Portion]:
    """The records that are learned; ``dropped`` counts the others of ``portions``."""
    watch = ProgressReporter("Reading", sum(len(each.positions) for each in (*excluded, *portions)), work.report)
    forbidden: set[str] = set()
    seen: set[str] = set()
    wanted: list[_Portion] = []
    done = 0
    for number, portion in enumerate((*excluded, *portions)):
        task = pretraining.identify(portion.library.source, preparation)
        chosen: list[int] = []
        for position, found in run_on_records(portion.library, task, portion.positions, work.pool, cancel=work.cancel):
            done += 1
            if number < len(excluded):
                if not isinstance(found, Rejected):
                    forbidden.add(found)
            elif isinstance(found, Rejected):
                dropped[_UNREADABLE] += 1
            elif found in forbidden:
                dropped[_EXCLUDED] += 1
            elif found in seen:
                dropped[_DUPLICATE] += 1
            else:
                seen.add(found)
                chosen.append(position)
            watch.report_done(done, rejected=dropped[_UNREADABLE])
        if number >= len(excluded):
            wanted.append(_Portion(portion.library, chosen))
    return wanted


def _source_table(portion: _Portion) -> SourceTable:
    """:raises LibraryError: if the file cannot be read any more"""
    path = portion.library.path
    try:
        return SourceTable(visible(path.name), file_sha256(path), len(portion.positions))
    except OSError as error:
        raise LibraryError(path, f"it cannot be read ({error.strerror or error})") from error
