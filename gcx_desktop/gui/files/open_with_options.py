"""Asks how to read a table: on request, if it cannot be detected, and if it had to be guessed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from ...app.libraries.preview_table import TablePreview
from ...library.formats.columns import is_smiles_name
from ...library.record import Format
from ...library.table_options import DETECT_ALL, TableOptions
from ...library.words import short_name
from ..session.library_session import LibrarySession
from ..session.settings import Settings
from ..widgets.message_bar import MessageBar

if TYPE_CHECKING:
    from .import_dialog import ImportDialog


class OpenWithOptions(QObject):
    """Attribute ``dialog``: the open dialog, else ``None``."""

    def __init__(
        self,
        libraries: LibrarySession,
        settings: Settings,
        messages: MessageBar,
        open_file: Callable[[Path, TableOptions], object],
        window: QWidget,
    ) -> None:
        """:param open_file: opens the file with the user's options"""
        super().__init__(window)
        self._libraries, self._settings, self._messages = libraries, settings, messages
        self._open_file, self._window = open_file, window
        self.dialog: ImportDialog | None = None
        libraries.columns_wanted.connect(self._ask_columns)
        libraries.opened.connect(self._offer)

    def look_at(self, path: Path) -> None:
        """Asks how to read a file; one without columns is opened as it is."""
        self._libraries.preview(
            path,
            DETECT_ALL,
            done=lambda preview: self._decide(path, preview),
            failed=lambda _: self.show_dialog(
                path, DETECT_ALL
            ),  # which shows why, and lets the user try another delimiter
        )

    def show_dialog(self, path: Path, options: TableOptions) -> None:
        """Asks how to read a table, beginning with these options."""
        if self.dialog is not None:
            self.dialog.reject()
        from .import_dialog import ImportDialog  # not at the window's start

        self.dialog = dialog = ImportDialog(path, self._libraries, options, self._window)
        dialog.chosen.connect(self._open_file)
        dialog.finished.connect(lambda _: self._closed(dialog))
        dialog.open()

    def _decide(self, path: Path, preview: TablePreview) -> None:
        if not preview.has_columns:
            self._open_file(path, DETECT_ALL)
            self._messages.note(f"there are no columns to choose in {path.name}; it is opened as it is")
        else:
            self.show_dialog(path, self._settings.options_of(path))

    def _ask_columns(self, path: Path, words: str) -> None:
        if words:
            self._messages.warn(words)
        self.show_dialog(path, DETECT_ALL)

    def _closed(self, dialog: ImportDialog) -> None:
        if self.dialog is dialog:
            self.dialog = None

    def show_choices(self) -> None:
        """Asks how to read the open library, beginning with how it was read."""
        library = self._libraries.library
        if library is not None:
            self.show_dialog(library.path, library.options)

    def _offer(self) -> None:
        """Offers the dialog if the SMILES column was detected only by its content, or an SDF has no titles."""
        library = self._libraries.library
        if library is None:
            return
        source, path, options = library.source, library.path, library.options
        untitled = [choice for choice in library.choices if choice.option == "--title-column"]
        if untitled and source.format in (Format.SDF, Format.MOL):
            self._messages.offer(untitled[0].sentence, "Choose Title Field…", self.show_choices)
        if source.format is not Format.TABLE or options.smiles_column:
            return
        name = source.columns[source.smiles_column]
        if not is_smiles_name(name):
            self._messages.offer(
                f"no column is named SMILES; ‘{short_name(name)}’ looks like it and was taken",
                "Choose Columns…",
                lambda: self.show_dialog(path, options),
            )
