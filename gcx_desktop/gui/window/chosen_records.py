"""Shows only the records that were chosen for a substructure, in the gallery if wanted."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent

from ...app.libraries.row_filters import RecordSubset
from ..actions import Actions
from ..filters.filter_bar import FilterBar
from ..session.library_session import LibrarySession
from ..table.library_view import LibraryTable


class ChosenRecords(QObject):
    """Follows the filter bar. As an event filter of a widget, shows all records again when Esc is pressed there.

    Attribute ``pattern``: the key of the substructure, "" if no records are chosen for one.

    Signals: ``outlined(pattern, aligned)``: the substructure is to be outlined wherever its records are drawn, none if
    ``pattern`` is ""; if ``aligned``, the gallery turns each record so that the substructure lies the same way in all.
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
        """Whether the first chosen record still has to be selected."""
        self._bar.changed.connect(self._follow)
        libraries.order_changed.connect(self._show_first)

    @property
    def pattern(self) -> str:
        return self._shown.pattern if self._shown is not None else ""

    def show(self, chosen: RecordSubset) -> None:
        """Filters the library to these records; if evidence is shown already, these replace it in the gallery."""
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
        """Shows all records again, without outlines."""
        self._bar.choose(None)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Esc shows all records again, unless it has to stop a job first."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
            if event.key() == Qt.Key.Key_Escape and plain and self.pattern:
                self.release()
                return True
        return super().eventFilter(watched, event)

    def _choose(self, chosen: RecordSubset) -> None:
        self._first_wanted = True
        self._bar.choose(chosen)
        self._follow()  # even if these records were already chosen

    def _show_first(self) -> None:
        """Selects the first chosen record, unless the current record is one of them."""
        libraries = self._libraries
        if self._first_wanted and self._shown is not None and libraries.view.filters.chosen == self._shown:
            self._first_wanted = False
            if len(libraries.order) and self._table.current not in self._shown.positions:
                self._table.choose(libraries.order.position(0))

    def _follow(self) -> None:
        """Outlines the substructure for which the visible records were chosen."""
        chosen = self._bar.filters.chosen
        if self._evidence is not None and chosen != self._evidence:
            self._evidence = None
            if self._came_from_table and self._actions["gallery"].isChecked():
                self._actions["table"].trigger()
        self._shown = chosen if chosen is not None and chosen.pattern else None
        self.outlined.emit(self.pattern, self._evidence is not None)
