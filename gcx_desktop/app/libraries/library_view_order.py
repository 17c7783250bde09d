"""Which records of a library the table shows, and in which order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from ...wording import counted
from .library_rows import Column, LibraryRows
from .row_filters import Filters, Mask, filter_mask
from .row_order import Order, Positions
from .row_sorting import sorted_order


@dataclass(frozen=True, slots=True)
class View:
    """The sorting and the filters that the user chose."""

    column: int = Column.NUMBER
    descending: bool = False
    filters: Filters = field(default_factory=Filters)

    @property
    def is_of_file(self) -> bool:
        """Whether all records are shown in the file's order."""
        return self.column == Column.NUMBER and not self.descending and self.filters.none

    @property
    def filters_texts(self) -> bool:
        """Whether titles or fields decide which records are shown."""
        filters = self.filters
        return bool(filters.text.strip() or filters.texts) or any(_holds_texts(each.column) for each in filters.ranges)

    @property
    def needs_texts(self) -> bool:
        """Whether titles or fields decide which records are shown, or their order."""
        return self.filters_texts or _holds_texts(self.column)

    @property
    def without_substructure(self) -> View:
        """The view without its substructure filter, which needs a search."""
        filters = replace(self.filters, substructure="", substructure_as_smarts=False, substructure_unknown=False)
        return replace(self, filters=filters)


def _holds_texts(column: int) -> bool:
    return column == Column.TITLE or column >= Column.FIRST_FIELD


def coverage_words(rows: LibraryRows, order: Order, view: View, *, cut: bool = False, reading: bool = False) -> str:
    """Sentences that say which part of a large or unread library is shown, searched and sorted; "" if it is all.

    :param cut: whether the file has more records than were read
    :param reading: whether more titles and fields will be read
    """
    n_records, n_rows, n_seen = len(rows), order.n_rows, len(order)
    sentences = [f"Only the first {n_records:,} of the file's records were read."] if cut else []
    if n_rows < n_seen:
        which = "records" if n_seen == n_records else "records found"
        sentences.append(f"Only the first {n_rows:,} of {n_seen:,} {which} have rows; sort or filter to see others.")
        sentences.append(f"Exports, filters and searches take all{' that were read' if cut else ''}.")
    if rows.texts_full:
        sentences.append(
            f"Titles and fields are kept of the first {counted(rows.n_texts, 'record')}: "
            "searches, filters and sorting by them leave out all others."
        )
    elif reading and view.needs_texts:
        sentences.append(
            f"Titles and fields of {rows.n_texts:,} of {counted(n_records, 'record')} are read so far: "
            "what is searched, filtered and sorted by them covers only these until more are read."
        )
    return " ".join(sentences)


def view_positions(rows: LibraryRows, view: View, stop: Callable[[], None] = lambda: None) -> Positions:
    """The records that pass the view's filters, except for a substructure, sorted by its column.

    :param stop: called repeatedly; may raise to end the work
    """
    positions = sorted_order(rows, view.column, descending=view.descending, stop=stop)
    filters = view.without_substructure.filters
    if filters.none:
        return positions
    return positions[filter_mask(rows, filters, stop=stop)[positions]]


def view_order(positions: Positions, n_records: int, containing: Mask | None = None) -> Order:
    """The order of the result of :func:`view_positions`; with a mask, of the records that contain a substructure."""
    return Order.of(positions if containing is None else positions[containing[positions]], n_records)
