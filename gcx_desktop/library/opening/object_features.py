"""Which file gives the nodes of a library more features."""

from __future__ import annotations

from pathlib import Path

from ...errors import FileError, UsageError
from ..fingerprint import take_fingerprint
from ..record import FeatureFile, Format

_SUFFIX = ".npz"


def find_object_features(library: Path, form: Format, named: Path | None) -> FeatureFile | None:
    """The file that the user names, or the one of the library's name beside it; ``None`` if there is none.

    :raises UsageError: if one is named, and there are no objects in the library
    :raises FileError: if the one that is named cannot be read
    """
    if form is not Format.SCENES:
        if named is None:
            return None
        raise UsageError(f"{library}: features of objects belong to scene graphs; leave --object-features out")
    path = named or library.with_name(Path(library.name.removesuffix(".gz")).stem + _SUFFIX)
    try:
        if path.is_file():
            return FeatureFile(path, take_fingerprint(path))
        reason = "there is no such file"
    except OSError as error:
        reason = f"it cannot be read ({error.strerror or error})"
    if named is None:
        return None
    raise FileError(path, f"{reason}; name a file of the objects' features")
