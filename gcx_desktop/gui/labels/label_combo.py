"""The choice among the columns that may hold true classes."""

from __future__ import annotations

from collections.abc import Sequence

from ...app.evaluation.label_columns import LabelColumn
from ...library.words import short_name
from ..widgets.elided_combo import ElidedCombo


def fill_labels(combo: ElidedCombo, columns: Sequence[LabelColumn], *, first: str = "") -> None:
    """Fills the box with the columns, each with its name as data; a column whose meaning is unknown is marked.

    :param first: texts of entries before them, without data
    """
    combo.clear()
    if first:
        combo.addItem(first)
    for column in columns:
        name = short_name(column.name)
        doubt = "which is which?" if column.values else "no number everywhere"
        combo.addItem(f"{name} ({doubt})" if column.reason else name, column.name)
        meaning = column.meaning
        combo.set_detail(combo.count() - 1, meaning.sentence if meaning is not None else column.reason)
