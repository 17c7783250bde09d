"""The records that were chosen for a substructure: they alone are in view, as evidence in the gallery if wanted."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent

from ...app.libraries.row_filters import RecordSubset
from ..actions import Actions
from ..filters.filter_bar import FilterBar
from ..session.library_session import LibrarySession
from ..table.library_view import LibraryTable


class ChosenRecords(QObject):
    """Follows the filter bar. As an event filter of a widget, lets the records go on Esc there.

    Attribute ``pattern``: the key of the substructure, "" if nothing is chosen for one.

    Signals: ``outlined(pattern, aligned)``: the substructure is to be outlined wherever its records are drawn, nothing
    if ``pattern`` is ""; in the gallery ``aligned``, turned so that it lies alike in all of them.
    """

    outlined = Signal(str, bool)

    def __init__(
        self, libraries: LibrarySession, bar: FilterBar, table: LibraryTable, actions: Actions, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._libraries, self._bar, self._table, self._actions = libraries, bar, table, actions
        self._shown: RecordSubset | None = None
        self._evidence: RecordSubset | None = None
        self._came_from_table = False
        self._first_wanted = False
        """Whether one of the records has yet to be shown, large."""
        self._bar.changed.connect(self._follow)
        libraries.order_changed.connect(self._show_first)

    @property
    def pattern(self) -> str:
        return self._shown.pattern if self._shown is not None else ""

    def show(self, chosen: RecordSubset) -> None:
        """Filters the library to these records; instead of other evidence as evidence, too."""
        self._evidence = chosen if self._evidence is not None else None
        self._choose(chosen)

    def open_evidence(self, chosen: RecordSubset) -> None:
        """Filters the library to these records and shows them in the gallery, aligned on their substructure."""
        if self._evidence is None:
            self._came_from_table = self._actions["table"].isChecked()
        self._evidence = chosen
        self._choose(chosen)
        self._actions["gallery"].trigger()

    def release(self) -> None:
        """Shows all records again, and none of them outlined."""
        self._bar.choose(None)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Esc lets the records go, unless it stops something first."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
            if event.key() == Qt.Key.Key_Escape and plain and self.pattern:
                self.release()
                return True
        return super().eventFilter(watched, event)

    def _choose(self, chosen: RecordSubset) -> None:
        self._first_wanted = True
        self._bar.choose(chosen)
        self._follow()  # also if these records were chosen already

    def _show_first(self) -> None:
        """Of the records that were chosen, unless the one that is shown is among them."""
        libraries = self._libraries
        if self._first_wanted and self._shown is not None and libraries.view.filters.chosen == self._shown:
            self._first_wanted = False
            if len(libraries.order) and self._table.current not in self._shown.positions:
                self._table.choose(libraries.order.position(0))

    def _follow(self) -> None:
        """Has outlined what the records in view were chosen for."""
        chosen = self._bar.filters.chosen
        if self._evidence is not None and chosen != self._evidence:
            self._evidence = None
            if self._came_from_table and self._actions["gallery"].isChecked():
                self._actions["table"].trigger()
        self._shown = chosen if chosen is not None and chosen.pattern else None
        self.outlined.emit(self.pattern, self._evidence is not None)
