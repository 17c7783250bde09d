"""Applies search box and filter bar to the library, and shows the progress of a substructure search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject

from ...app.libraries.history import Step
from ...app.libraries.library_rows import Column
from ...app.libraries.library_view_order import View
from ...app.libraries.row_filters import Filters
from ...app.libraries.shown_class import PREDICTED
from ..filters.filter_bar import FilterBar
from ..session.library_session import LibrarySession
from ..widgets.message_bar import MessageBar
from .toolbar import SearchBox


class Filtering(QObject):
    """Connects the widgets in which filters are entered with the session that applies them."""

    def __init__(
        self, libraries: LibrarySession, box: SearchBox, bar: FilterBar, messages: MessageBar, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._libraries, self._box, self._bar, self._messages = libraries, box, bar, messages
        self._showing = False
        bar.columns = self._numeric_fields
        bar.text_columns = self._text_columns
        bar.probability_class = self._probability_class
        box.searched.connect(self._apply)
        bar.changed.connect(self._apply)
        bar.trouble.connect(messages.warn)
        libraries.search.changed.connect(self._show_search)

    def clear(self) -> None:
        """Removes the search text and every filter."""
        self._box.clear()
        self._bar.clear()
        self._box.setFocus()

    def show(self, view: View, field_names: Sequence[str]) -> None:
        """Sets search, filters and sorting as if the user had."""
        self._showing = True
        self._box.setText(view.filters.text)
        self._bar.show_filters(view.filters, field_names)
        self._showing = False
        filters = replace(self._bar.filters, text=view.filters.text)
        self._libraries.set_view(View(view.column, view.descending, filters))

    def draw_like(self, position: int) -> None:
        """Opens the sketcher with a record's molecule, to search for a part of it in others."""
        library = self._libraries.library
        if library is None or position < 0:
            self._messages.warn("no molecule is selected; select one first")
        else:
            self._bar.draw_substructure(library.source, library.span(position))

    def _apply(self, *_: object) -> None:
        view = self._libraries.view
        filters = replace(self._bar.filters, text=self._box.text())
        if filters != view.filters:
            if not self._showing:
                self._remember(view.filters, filters)
            self._libraries.set_view(View(view.column, view.descending, filters))
            if filters.substructure and self._libraries.scanning:
                self._bar.show_search("begins when all records are found")

    def _remember(self, before: Filters, after: Filters) -> None:
        """Adds an undo step; what is typed into one box is one step."""
        words = "Filter" if before.text == after.text else "Search"
        undo, redo = partial(self._show_again, before), partial(self._show_again, after)
        typed = after == replace(before, text=after.text, ranges=after.ranges, texts=after.texts)
        subject = f"{words} {_boxes(after)}" if typed else ""
        continued = typed and _boxes(before) == _boxes(after)
        self._libraries.history.add(Step(words, undo, redo, subject), continued=continued)

    def _show_again(self, filters: Filters) -> None:
        rows, view = self._libraries.rows, self._libraries.view
        if rows is not None:
            self.show(View(view.column, view.descending, filters), rows.field_names)

    def _numeric_fields(self) -> list[tuple[int, str]]:
        rows = self._libraries.rows
        if rows is None:
            return []
        columns = enumerate(rows.field_names, start=Column.FIRST_FIELD)
        return [(column, name) for column, name in columns if rows.is_numeric(column)]

    def _text_columns(self) -> list[tuple[int, str]]:
        rows = self._libraries.rows
        if rows is None:
            return []
        return [(Column.TITLE, "Title"), *enumerate(rows.field_names, start=Column.FIRST_FIELD)]

    def _probability_class(self) -> int:
        rows = self._libraries.rows
        return PREDICTED if rows is None else rows.probability_class

    def _show_search(self) -> None:
        search, rows = self._libraries.search, self._libraries.rows
        words = f"{search.n_found:,} found" if search.text and rows is not None else ""
        if search.running and rows is not None:
            words += f" in {search.n_searched:,} of {len(rows):,}"
        self._bar.show_search(words, search.trouble, search.notation, search.n_unknown)
        if search.trouble:
            self._messages.warn(search.trouble)


def _boxes(filters: Filters) -> str:
    """Which boxes contain typed text."""
    columns = [f"{each.column} {each.of_class}" for each in filters.ranges]
    columns += [f"text of {each.column} {each.rule}" for each in filters.texts]
    return " ".join(["text", *columns] if filters.text else columns)
