"""The errors that a user sees: one sentence that names the file or record and the remedy.

Every error that is raised on purpose is a :class:`GcxError`; the command prints its sentence and exits with
its ``exit_code``, the window shows it. Any other exception is a defect and shows a traceback.
"""

from __future__ import annotations

from pathlib import Path


class GcxError(Exception):
    """Base of all expected errors. ``str(error)`` is the sentence for the user."""

    exit_code = 1


class UsageError(GcxError):
    """The request itself is wrong: an unknown method, model, column or output suffix."""

    exit_code = 2


class UnknownNameError(UsageError):
    """A name that is not among those that exist.

    Attributes: ``kind`` (such as "method"), ``got``, and ``known``, the valid names.
    """

    def __init__(self, kind: str, got: str, known: tuple[str, ...], path: Path | None = None) -> None:
        """:param path: the file that contains the known names"""
        self.kind, self.got, self.known = kind, got, known
        listed = ", ".join(known) if known else "none"
        where = "" if path is None else f"{path}: "
        super().__init__(f"{where}unknown {kind} '{got}'; known: {listed}")

    def of_file(self, path: Path) -> UnknownNameError:
        """The same error with the file in its sentence."""
        return UnknownNameError(self.kind, self.got, self.known, path)


class FileError(GcxError):
    """A file or folder cannot be used as asked. Attributes: ``path``, ``reason``."""

    def __init__(self, path: Path | str, reason: str) -> None:
        self.path, self.reason = Path(path), reason
        super().__init__(f"{path}: {reason}")


class LibraryError(FileError):
    """A molecule file that cannot be opened as a library."""


class NoSmilesColumnError(LibraryError):
    """A delimited table whose SMILES column must be named before it can be opened."""


class OutputError(FileError):
    """An output that cannot be written; no part of it was left behind."""


class ProjectError(FileError):
    """A project file that cannot be opened, read or written; nothing saved in it was lost."""


class BundleError(FileError):
    """A model bundle that does not fit. Attributes beside the path: ``expected`` and ``got``."""

    def __init__(self, path: Path | str, what: str, *, expected: object = None, got: object = None) -> None:
        self.expected, self.got = expected, got
        sides = "" if expected is None and got is None else f": expected {expected}, got {got}"
        super().__init__(path, f"{what}{sides}")


class Cancelled(GcxError):
    """The user stopped a long job."""

    exit_code = 130

    def __init__(self) -> None:
        super().__init__("stopped before it was done")
