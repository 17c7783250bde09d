"""Which records of a library are seen, and in which order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from .library_rows import Column, LibraryRows, sorted_order
from .row_filters import Filters, Mask, seen
from .row_order import Order, Positions


@dataclass(frozen=True, slots=True)
class View:
    """What the user asked to see."""

    column: int = Column.NUMBER
    descending: bool = False
    filters: Filters = field(default_factory=Filters)

    @property
    def is_of_file(self) -> bool:
        """Whether all records are seen as they stand in the file."""
        return self.column == Column.NUMBER and not self.descending and self.filters.none

    @property
    def without_substructure(self) -> View:
        """All of it that is known without a search."""
        filters = replace(self.filters, substructure="", substructure_as_smarts=False, substructure_unknown=False)
        return replace(self, filters=filters)


def words_of_rows(order: Order, n_records: int) -> str:
    """Which of the records that are seen have rows, "" if all of them have."""
    n_rows, n_seen = order.n_rows, len(order)
    if n_rows == n_seen:
        return ""
    which = "records" if n_seen == n_records else "records found"
    return (
        f"Only the first {n_rows:,} of {n_seen:,} {which} have rows; sort or filter to see others. "
        "Exports, filters and searches take all."
    )


def view_positions(rows: LibraryRows, view: View, stop: Callable[[], None] = lambda: None) -> Positions:
    """The records that pass the view's filters but for a substructure, sorted by its column.

    :param stop: called now and then; may raise to end it
    """
    positions = sorted_order(rows, view.column, descending=view.descending, stop=stop)
    filters = view.without_substructure.filters
    if filters.none:
        return positions
    return positions[seen(rows, filters, stop=stop)[positions]]


def view_order(positions: Positions, n_records: int, containing: Mask | None = None) -> Order:
    """The order of what :func:`view_positions` gave; with a mask, of those that are known to contain a substructure."""
    return Order.of(positions if containing is None else positions[containing[positions]], n_records)
