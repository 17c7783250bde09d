"""Links a library with the project that holds its results: whether the file is unchanged, and which records are stored.

Imports no torch, so that workers can read new records while the command imports it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...errors import LibraryError, ProjectError
from ...gcn.reliability.domain import DomainFile
from ...kinds.kind import NO_PARAMETERS, OLDER_CODES, Parameters, ReadRecord, Words
from ...kinds.registry import DEFAULT_KIND, kind_of_format, kind_of_library
from ...library.file_fingerprint import Change, FileFingerprint, find_change, take_fingerprint
from ...library.library import Library
from ...library.molecules.preparation import NO_PREPARATION, Preparation
from ...library.opening.index import SCAN_VERSION, Boundaries
from ...library.record import Format, Rejected
from ...pool import WorkerPool
from ...project.results import StoredReading
from ...project.store import Project, StoredSource
from ..explaining.read_records import read_library

EXPLAINED = "explained"
"""The setting that is true if the whole library was explained."""
LABELS = "labels"
"""The setting with the user's choices for label columns."""
SUBSTRUCTURES = "substructures"
"""The setting with the result of a search for substructures."""


class SourceStatus(StrEnum):
    """Whether a project's source file exists and is unchanged."""

    UNCHANGED = "unchanged"
    MOVED = "moved"
    """The file is unchanged at its old path relative to the project: both were moved together."""
    CHANGED = "changed"
    """The file exists, but its size, time or ends differ."""
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class SourceLocation:
    """A source and the state of its file."""

    source: StoredSource
    status: SourceStatus
    path: Path
    """Path of the file; the stored path if it is missing."""
    words: Words
    """The words for the kind of graph that it holds."""


def find_source(project: Project, source: StoredSource) -> SourceLocation:
    """Looks for a source at its stored path, then at the stored path relative to the project.

    :raises LibraryError: if it exists and cannot be read
    """
    before, words = fingerprint_of(source), _words(project, source)
    change = find_change(source.absolute, before)
    if change is Change.UNCHANGED:
        return SourceLocation(source, SourceStatus.UNCHANGED, source.absolute, words)
    if source.relative:
        beside = project.folder / source.relative
        if find_change(beside, before) is Change.UNCHANGED:
            return SourceLocation(source, SourceStatus.MOVED, beside.resolve(), words)
    return SourceLocation(
        source, SourceStatus.MISSING if change is Change.GONE else SourceStatus.CHANGED, source.absolute, words
    )


def fingerprint_of(source: StoredSource) -> FileFingerprint:
    """The fingerprint that a source had when its results were computed."""
    return FileFingerprint(source.size, source.modified_ns, source.ends)


def locate_source(project: Project, source: StoredSource, path: Path) -> None:
    """Stores a new path for a source; its results stay. The time of the file may differ, as for a copy.

    :raises ProjectError: if the content of the file differs
    :raises LibraryError: if it cannot be read
    """
    if find_change(path, fingerprint_of(source)) not in (Change.UNCHANGED, Change.TOUCHED):
        raise ProjectError(project.path, f"{path} is not {source.absolute.name}: their sizes or ends differ")
    _record_place(project, source, path)


def accept_change(project: Project, source: StoredSource) -> None:
    """Accepts a changed source: its results are removed, marks and notes stay with their positions.

    :raises LibraryError: if it cannot be read
    """
    project.forget_results(source.id)
    project.save_settings({EXPLAINED: False, SUBSTRUCTURES: None})
    _record_place(project, source, source.absolute)


def source_of(project: Project, library: Library) -> int:
    """The id of a library's source; a library that is new to the project is added.

    :raises LibraryError: if it was changed since its results were saved, so that positions name other records
    """
    path, now = library.path.resolve(), library.fingerprint
    sources = project.sources()
    for source in sources:
        if path in (source.absolute, (project.folder / source.relative).resolve()):
            if fingerprint_of(source) != now:
                raise LibraryError(
                    library.path,
                    f"it was changed since its results were saved in {project.path}; name a new project for it",
                )
            if path != source.absolute and not project.read_only:
                _record_place(project, source, path)
            return source.id
    for source in sources:
        if fingerprint_of(source) == now and not source.absolute.exists() and not project.read_only:
            _record_place(project, source, path)
            return source.id
    return project.add_source(path, size=now.size, modified_ns=now.modified_ns, ends=now.ends)


def reading_of(
    project: Project,
    library: Library,
    preparation: Preparation = NO_PREPARATION,
    features: Parameters = NO_PARAMETERS,
) -> StoredReading:
    """The stored records of a library for this preparation and these features.

    :param features: by what records are read for the model, of :func:`~gcx_desktop.kinds.registry.reading_parameters`
    :raises LibraryError: as for :func:`source_of`
    """
    source, kind = library.source, kind_of_library(library)
    how = {
        "features": features.get(OLDER_CODES, kind.feature_set),
        "format": source.format,
        "delimiter": source.delimiter,
        "smiles_column": source.smiles_column,
        "title_column": source.title_column,
        "n_records": len(library),
        "cut_short": source.cut_short,
        "preparation": asdict(preparation),
    }
    if source.title_field:
        how["title_field"] = source.title_field
    depends = [
        {name: value for name, value in features.items() if name != OLDER_CODES},
        kind.reader.data_beside(source, features) if kind.reader.data_beside is not None else None,
    ]
    if any(depends):
        how["depends"] = hashlib.sha256(json.dumps(depends, sort_keys=True).encode()).hexdigest()
    return project.reading(source_of(project, library), json.dumps(how, sort_keys=True))


def stored_records(project: Project, library: Library) -> Boundaries | None:
    """The stored record boundaries of a library that is being opened; ``None`` if the project has none for this
    fingerprint, or they are damaged."""
    plain = library.source.fingerprint
    if plain is None:
        return None
    with suppress(ProjectError):  # a scan then finds the records
        for source in project.sources():
            places = project.record_index(source.id, _index_settings(library)).load(plain.size)
            if places is not None:
                starts, stops, lines = places
                return Boundaries(starts, stops, lines, plain.size)
    return None


def save_records(project: Project, source_id: int, library: Library) -> None:
    """Saves the record boundaries of a library, if a scan of an undamaged file found them and the project is writable.

    :raises ProjectError: if they cannot be saved
    """
    if library.scanned and not library.damaged and not project.read_only:
        found = library.found
        places = np.stack((found.starts, found.stops, found.lines))
        project.record_index(source_id, _index_settings(library)).save(places)


def _index_settings(library: Library) -> str:
    """All settings that decide where the records of a library lie, as one text."""
    source = library.source
    how = {
        **asdict(library.fingerprint),
        "format": source.format,
        "delimiter": source.delimiter,
        "skips_first": library.skips_first,
        "begin": library.begin,
        "shape": (len(source.columns), source.smiles_column),
        "scan": SCAN_VERSION,
    }
    return json.dumps(how, sort_keys=True)


def makes_molblocks(library: Library, with_molblocks: bool) -> bool:
    """Whether each record must be read for its molblock, which projects do not hold."""
    return with_molblocks and library.source.format in (Format.SMILES, Format.TABLE)


def read_new(
    library: Library,
    project: Project,
    *,
    pool: WorkerPool,
    positions: Sequence[int],
    with_molblocks: bool = False,
    preparation: Preparation = NO_PREPARATION,
    features: Parameters = NO_PARAMETERS,
    nearest_in: DomainFile | None = None,
) -> Iterator[ReadRecord | Rejected] | None:
    """Lets workers begin to read the records that the project does not hold; ``None`` if these depend on the model.

    :param features: by what records are read for the model, of :func:`~gcx_desktop.kinds.registry.reading_parameters`
    :raises LibraryError: as for :func:`source_of`
    """
    if makes_molblocks(library, with_molblocks) or nearest_in is not None:
        return None
    reading = reading_of(project, library, preparation, features)
    known = position_mask(reading.positions(), len(library)) | position_mask(reading.rejected_positions(), len(library))
    unread = [position for position in positions if not known[position]]
    return read_library(
        library, pool, positions=unread, with_molblocks=with_molblocks, preparation=preparation, features=features
    )


def position_mask(positions: NDArray[np.int64], n_records: int) -> NDArray[np.bool_]:
    """[n_records], true at the positions."""
    result = np.zeros(n_records, dtype=bool)
    result[positions[positions < n_records]] = True
    return result


def _words(project: Project, source: StoredSource) -> Words:
    """The words for the source's format, which may be unknown in a project from elsewhere."""
    forms = {str(form): form for form in Format}
    for reading in project.readings(source.id):
        with suppress(ValueError, RecursionError):
            how = json.loads(reading.settings)
            form = forms.get(str(how.get("format"))) if isinstance(how, dict) else None
            if form is not None:
                return kind_of_format(form).words
    return DEFAULT_KIND.words


def _record_place(project: Project, source: StoredSource, path: Path) -> None:
    try:
        now = take_fingerprint(path)
    except OSError as error:
        raise LibraryError(path, f"it cannot be read ({error.strerror or error})") from error
    project.record_place(source.id, path, size=now.size, modified_ns=now.modified_ns, ends=now.ends)
