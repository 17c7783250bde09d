"""Marks and notes in the window: stores the user's choices in the library's marks, and shows them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtWidgets import QMenu

from ...app.libraries.marks import MARK_COLOURS
from ..actions import Actions
from ..gallery.gallery import Gallery
from ..record.record_mark import RecordMark
from ..session.session import Session
from ..table.library_view import LibraryTable


class Marking(QObject):
    """Actions and menus mark the selected records; the panel marks the one that it shows."""

    def __init__(
        self,
        session: Session,
        table: LibraryTable,
        gallery: Gallery,
        shown: RecordMark,
        actions: Actions,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._libraries, self._selection = session.libraries, session.selection
        self._table, self._gallery, self._shown, self._actions = table, gallery, shown, actions
        for number in range(len(MARK_COLOURS) + 1):
            actions.connect(f"mark-{number}", partial(self._mark_selected, number))
        actions.connect("note", self._write_note)
        actions.connect("undo", self._undo)
        actions.connect("redo", self._redo)
        shown.colour_chosen.connect(lambda position, colour: self._libraries.marks.set_colour([position], colour))
        shown.note_written.connect(self._note_written)
        self._libraries.closing.connect(shown.note.save)
        shown.note.left.connect(lambda: self._records_view.setFocus())
        for view in (table, gallery):
            view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            view.customContextMenuRequested.connect(partial(self._open_menu, view))
        self._libraries.marks_changed.connect(self._marks_changed)
        self._libraries.history_changed.connect(self._update_actions)
        self._libraries.opened.connect(self._update_actions)
        self._libraries.closed.connect(self._update_actions)
        for signal in (self._selection.loading, self._selection.read, self._selection.rejected):
            signal.connect(self._show)
        self._update_actions()

    @property
    def _records_view(self) -> LibraryTable | Gallery:
        return self._gallery if self._gallery.isVisible() else self._table

    def _mark_selected(self, colour: int) -> None:
        """Marks all visible selected records; if there are none, the record that is shown."""
        shown = self._selection.position
        self._libraries.marks.set_colour(self._table.selected_positions() or ([shown] if shown >= 0 else []), colour)

    def _note_written(self, position: int, text: str, continued: bool) -> None:
        if position >= 0:
            self._libraries.marks.set_note(position, text, continued=continued)

    def _write_note(self) -> None:
        self._shown.note.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._shown.note.selectAll()

    def _undo(self) -> None:
        self._shown.note.save()
        self._libraries.history.undo()

    def _redo(self) -> None:
        self._shown.note.save()
        self._libraries.history.redo()

    def _open_menu(self, view: LibraryTable | Gallery, place: QPoint) -> None:
        if self._libraries.rows is None:
            return
        menu = QMenu(view)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name in ("mark", "note", "copy", "find-like"):
            menu.addAction(self._actions[name])
        menu.popup(view.viewport().mapToGlobal(place))

    def _marks_changed(self, positions: Sequence[int]) -> None:
        if self._selection.position in positions:
            self._show()

    def _show(self, *_: object) -> None:
        self._shown.show_mark(self._libraries.marks.at(self._selection.position))
        self._update_actions()

    def _update_actions(self) -> None:
        history, act = self._libraries.history, self._actions
        for name, words, step in (("undo", "&Undo", history.undo_words), ("redo", "&Redo", history.redo_words)):
            act[name].setText(f"{words} {step}".strip())
            act[name].setEnabled(bool(step))
        for name in ("mark", "note"):
            act[name].setEnabled(self._libraries.rows is not None)
