"""Which file gives the objects of a library visual features."""

from __future__ import annotations

from pathlib import Path

from ...errors import FileError
from ...library.file_fingerprint import take_fingerprint
from ...library.record import CompanionFile

_SUFFIX = ".npz"


def find_object_features(library: Path, named: Path | None) -> CompanionFile | None:
    """The file that the user names, or the one of the library's name beside it; ``None`` if there is none.

    :raises FileError: if the one that is named cannot be read
    """
    path = named or library.with_name(Path(library.name.removesuffix(".gz")).stem + _SUFFIX)
    try:
        if path.is_file():
            return CompanionFile(path, take_fingerprint(path))
        reason = "there is no such file"
    except OSError as error:
        reason = f"it cannot be read ({error.strerror or error})"
    if named is None:
        return None
    raise FileError(path, f"{reason}; name a file of the objects' features")
