"""Which records of a library are seen, and in which order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from .library_rows import Column, LibraryRows, Order, Positions, sorted_order
from .row_filters import Filters, Mask, seen


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
        return replace(self, filters=replace(self.filters, substructure=""))


def view_order(
    rows: LibraryRows, view: View, containing: Mask | None = None, stop: Callable[[], None] = lambda: None
) -> Order:
    """The records that pass the view's filters, sorted by its column.

    :param containing: as for :func:`.row_filters.seen`
    :param stop: called now and then; may raise to end it
    """
    positions = view_positions(rows, view.without_substructure, stop)
    return (
        order_containing(positions, len(rows), containing)
        if view.filters.substructure
        else Order.of(positions, len(rows))
    )


def view_positions(rows: LibraryRows, view: View, stop: Callable[[], None] = lambda: None) -> Positions:
    """What :func:`view_order` shows, before a search for a substructure."""
    positions = sorted_order(rows, view.column, descending=view.descending, stop=stop)
    if view.filters.none:
        return positions
    return positions[seen(rows, view.filters, stop=stop)[positions]]


def order_containing(positions: Positions, n_records: int, containing: Mask | None) -> Order:
    """Those of ``positions`` that are known to contain the substructure."""
    return Order.of(positions[:0] if containing is None else positions[containing[positions]], n_records)
