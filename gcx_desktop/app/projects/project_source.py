"""A library and the project that holds its results: whether the file is still the one, and what of it was read already.

Imports no torch: workers begin to read what is new while the command imports it.
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
from ...kinds.kind import NO_PARAMETERS, Parameters, ReadRecord, Words
from ...kinds.registry import CUSTOMARY, kind_of_format, kind_of_library
from ...library.fingerprint import Change, Fingerprint, find_change, take_fingerprint
from ...library.library import Library
from ...library.molecules.preparation import AS_RECORDED, Preparation
from ...library.opening.index import SCAN_VERSION, Boundaries
from ...library.record import Format, Rejected
from ...pool import WorkerPool
from ...project.results import StoredReading
from ...project.store import Project, StoredSource
from ..explaining.read_records import read_library

EXPLAINED = "explained"
"""The setting that says that the records were explained as a whole."""
LABELS = "labels"
"""The setting that holds what the user said of label columns."""
SUBSTRUCTURES = "substructures"
"""The setting that holds what was found in them."""


class SourceStatus(StrEnum):
    """Where a project's source is, and whether it is what it was."""

    UNCHANGED = "unchanged"
    MOVED = "moved"
    """It is unchanged, in the same place beside the project, which was moved together with it."""
    CHANGED = "changed"
    """There is a file, but its size, time or ends differ."""
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class SourceLocation:
    """A source and what became of it."""

    source: StoredSource
    status: SourceStatus
    path: Path
    """Where it is, or was."""
    words: Words
    """What sentences call what it holds, as far as the project tells."""


def find_source(project: Project, source: StoredSource) -> SourceLocation:
    """Looks for a source where it was, then in the same place beside the project.

    :raises LibraryError: if it is there and cannot be read
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


def fingerprint_of(source: StoredSource) -> Fingerprint:
    """What a source was like when its results were computed."""
    return Fingerprint(source.size, source.modified_ns, source.ends)


def locate_source(project: Project, source: StoredSource, path: Path) -> None:
    """Notes that a source is at another place now; its results stay. Its time may differ, as that of a copy does.

    :raises ProjectError: if that file is another one
    :raises LibraryError: if it cannot be read
    """
    if find_change(path, fingerprint_of(source)) not in (Change.UNCHANGED, Change.TOUCHED):
        raise ProjectError(project.path, f"{path} is not {source.absolute.name}: their sizes or ends differ")
    _record_place(project, source, path)


def accept_change(project: Project, source: StoredSource) -> None:
    """Takes a changed source as it is now: what was computed of it is forgotten, marks and notes stay by position.

    :raises LibraryError: if it cannot be read
    """
    project.forget_results(source.id)
    project.save_settings({EXPLAINED: False, SUBSTRUCTURES: None})
    _record_place(project, source, source.absolute)


def source_of(project: Project, library: Library) -> int:
    """The id of a library's source; a library that the project does not know is added.

    :raises LibraryError: if it was changed since its results were saved: positions would name other records
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
    preparation: Preparation = AS_RECORDED,
    features: Parameters = NO_PARAMETERS,
) -> StoredReading:
    """What a project holds of a library's records, read as they are read now.

    :param features: what the model's card says of its features
    :raises LibraryError: as for :func:`source_of`
    """
    source, kind = library.source, kind_of_library(library)
    how = {
        "features": kind.feature_set,
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
    depends = [dict(features), kind.reader.beside(source, features) if kind.reader.beside is not None else None]
    if any(depends):
        how["depends"] = hashlib.sha256(json.dumps(depends, sort_keys=True).encode()).hexdigest()
    return project.reading(source_of(project, library), json.dumps(how, sort_keys=True))


def stored_records(project: Project, library: Library) -> Boundaries | None:
    """Where the records of a library lie that is just being opened; ``None`` if a project does not know it, of this
    fingerprint, or what it knows is damaged."""
    plain = library.source.fingerprint
    if plain is None:
        return None
    with suppress(ProjectError):  # a scan finds them all the same
        for source in project.sources():
            places = project.record_index(source.id, _index_settings(library)).load(plain.size)
            if places is not None:
                starts, stops, lines = places
                return Boundaries(starts, stops, lines, plain.size)
    return None


def save_records(project: Project, source_id: int, library: Library) -> None:
    """Saves where all records of a library lie, if a scan found them in a sound file and the project may be written.

    :raises ProjectError: if that cannot be saved
    """
    if library.scanned and not library.damaged and not project.read_only:
        found = library.found
        places = np.stack((found.starts, found.stops, found.lines))
        project.record_index(source_id, _index_settings(library)).save(places)


def _index_settings(library: Library) -> str:
    """All that decides where the records of a library lie, as one text."""
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
    preparation: Preparation = AS_RECORDED,
    features: Parameters = NO_PARAMETERS,
) -> Iterator[ReadRecord | Rejected] | None:
    """Has workers begin with the records that the project does not hold; ``None`` if only the model tells which.

    :param features: what the model's card says of its features
    :raises LibraryError: as for :func:`source_of`
    """
    if makes_molblocks(library, with_molblocks):
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
    """By the format under which it was read, which may be anything in a project of a stranger's."""
    forms = {str(form): form for form in Format}
    for reading in project.readings(source.id):
        with suppress(ValueError, RecursionError):
            how = json.loads(reading.settings)
            form = forms.get(str(how.get("format"))) if isinstance(how, dict) else None
            if form is not None:
                return kind_of_format(form).words
    return CUSTOMARY.words


def _record_place(project: Project, source: StoredSource, path: Path) -> None:
    try:
        now = take_fingerprint(path)
    except OSError as error:
        raise LibraryError(path, f"it cannot be read ({error.strerror or error})") from error
    project.record_place(source.id, path, size=now.size, modified_ns=now.modified_ns, ends=now.ends)
