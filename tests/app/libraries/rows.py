"""A small library's rows, for tests."""

from __future__ import annotations

from gcx_desktop.app.libraries.library_rows import Column, LibraryRows
from gcx_desktop.library.record import RecordText, Rejected

VALUE, KIND = Column.FIRST_FIELD, Column.FIRST_FIELD + 1


def small_rows() -> LibraryRows:
    made = LibraryRows(6, ("value", "kind"))
    records = [("b", "10", "x"), ("A", "9", ""), ("", "n/a", "x"), ("c", "-1e1", "X"), ("d", "", "y"), ("e", "7", "z")]
    for position, (title, value, kind) in enumerate(records):
        made.store_text(position, RecordText(title, None, (("value", value), ("kind", kind))))
    made.reject(Rejected(5, 7, "e", "atom 2 (N): too many bonds"))
    return made


def predict_some(rows: LibraryRows) -> None:
    rows.predict(0, 1, [0.4, 0.6])
    rows.predict(1, 0, [1.0, 0.0])
    rows.predict(3, 1, [0.45, 0.55])
