"""Which records of a library are seen, and in which order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from .library_rows import Column, LibraryRows, Order, sorted_order
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


def view_order(
    rows: LibraryRows, view: View, containing: Mask | None = None, stop: Callable[[], None] = lambda: None
) -> Order:
    """The records that pass the view's filters, sorted by its column.

    :param containing: as for :func:`.row_filters.seen`
    :param stop: called now and then; may raise to end it
    """
    positions = sorted_order(rows, view.column, descending=view.descending, stop=stop)
    if not view.filters.none:
        positions = positions[seen(rows, view.filters, containing, stop)[positions]]
    return Order.of(positions, len(rows))
