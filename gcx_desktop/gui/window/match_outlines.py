"""The substructure that the records in view were chosen for: outlined wherever they are drawn, aligned as evidence."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent

from ...app.libraries.row_filters import Chosen
from ...kinds.kind import RecordToShow
from ...kinds.registry import kind_of_library
from ..background.latest_answer import LatestAnswer
from ..pictures.thumbnails import Outlined

if TYPE_CHECKING:
    from .main_window import MainWindow


class MatchOutlines(QObject):
    """Follows the filter bar; while records are chosen for a substructure, Esc lets them go."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._session, self._bar, self._actions = window.session, window.filter_bar, window.actions_
        self._table = window.table
        self._view, self._small, self._large = window.panel.view, window.thumbnails, window.large_thumbnails
        self._shown: Chosen | None = None
        self._evidence: Chosen | None = None
        self._came_from_table = False
        self._first_wanted = False
        """Whether one of the records has yet to be shown, large."""
        self._messages = window.messages
        self._match = LatestAnswer(self._session.pool, self)
        self._bar.changed.connect(self._follow)
        self._session.selection.read.connect(self._outline)
        self._session.libraries.order_changed.connect(self._show_first)
        panel = window.substructures
        panel.chosen.connect(self.show)
        panel.opened.connect(self.open_evidence)
        panel.filter_wanted.connect(self._filter_by)
        for widget in (window.table, window.gallery, panel.table):
            widget.installEventFilter(self)

    def _say_unknown(self, position: int, reason: str) -> None:
        self._messages.note(f"where record {position + 1:,} matches is unknown: looking for it {reason}")

    def _filter_by(self, smarts: str) -> None:
        self._bar.add_substructure().look_for(smarts, as_smarts=True)

    @property
    def pattern(self) -> str:
        """The key of what is outlined; "" if nothing is."""
        return self._shown.pattern if self._shown is not None else ""

    def show(self, chosen: Chosen) -> None:
        """Filters the library to these records; instead of other evidence as evidence, too."""
        self._evidence = chosen if self._evidence is not None else None
        self._choose(chosen)

    def open_evidence(self, chosen: Chosen) -> None:
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

    def _choose(self, chosen: Chosen) -> None:
        self._first_wanted = True
        self._bar.choose(chosen)
        self._follow()  # also if these records were chosen already

    def _show_first(self) -> None:
        """Of the records that were chosen, unless the one that is shown is among them."""
        libraries = self._session.libraries
        if self._first_wanted and self._shown is not None and libraries.view.filters.chosen == self._shown:
            self._first_wanted = False
            if len(libraries.order) and self._table.current not in self._shown.positions:
                self._table.choose(libraries.order.position(0))

    def _follow(self) -> None:
        """Outlines what the records in view were chosen for."""
        chosen = self._bar.filters.chosen
        if self._evidence is not None and chosen != self._evidence:
            self._evidence = None
            if self._came_from_table and self._actions["gallery"].isChecked():
                self._actions["table"].trigger()
        before, self._shown = self.pattern, chosen if chosen is not None and chosen.pattern else None
        self._small.set_outlined(Outlined(self.pattern) if self.pattern else None)
        aligned = self._evidence is not None
        self._large.set_outlined(Outlined(self.pattern, aligned) if self.pattern else None)
        record = self._session.selection.record
        if self.pattern != before and record is not None:
            self._outline(record)

    def _outline(self, record: RecordToShow) -> None:
        """In the large view."""
        library, depiction = self._session.libraries.shown, record.depiction
        self._match.forget()
        self._view.show_match(None, frozenset())
        if self.pattern and library is not None and depiction is not None:
            self._match.ask(
                kind_of_library(library).fragmenter.match(library.source, self.pattern),
                library.span(record.read.position),
                done=partial(self._view.show_match, depiction),
                failed=partial(self._say_unknown, record.read.position),
            )
