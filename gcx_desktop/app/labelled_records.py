"""The label of each record of a library, as a class of a model."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import UsageError
from ..gcn.card import Card
from ..kinds.registry import kind_of_library, kind_of_model
from ..library.labels import normalised
from ..library.library import Library
from .library_rows import LibraryRows
from .training_table import MAX_CLASS_VALUES, distinct_values

NO_LABEL = -1
_PIECE = 2048


def class_labels(
    library: Library,
    column: str,
    class_names: Sequence[str],
    n_records: int | None = None,
    tasks: Path | None = None,
) -> NDArray[np.int64]:
    """[n_records], the class that a column gives each record; ``NO_LABEL`` where it is blank.

    A column may hold the names of the model's classes, or as many values as the model has classes, which then stand
    for them in their order: numbers ascending, else words in alphabetical order, as when a model is trained. A column
    of the numbers 0, 1, … need not hold all of them. Labels that stand in no column have the names of their classes,
    which must be the model's.

    :param tasks: of a kind of graph whose labels a file gives; ``column`` is the name of one of them

    :raises UnknownNameError: if there is no such column
    :raises UsageError: if its values cannot be the model's classes
    """
    n_records = len(library) if n_records is None else n_records
    kind = kind_of_library(library)
    words = kind.labels.words(library, column, n_records, tasks)
    if kind.labels.names is not None:
        _check_named(library, set(words) - {""}, column, class_names)
    order = _order(words, f"{library.path}: column ‘{column}’", column, class_names)
    place = {word: i for i, word in enumerate(order)}
    return np.array([place.get(word, NO_LABEL) for word in words], dtype=np.int64)


def label_columns(rows: LibraryRows, card: Card, stop: Callable[[], None] = lambda: None) -> list[str]:
    """What :func:`class_labels` takes for a model's classes: fields in the file's order, or the labels of a kind that
    takes them from no column; one called as what the model was trained on comes first.

    :param rows: whose texts were read
    :param stop: called now and then; may raise to end it
    """
    named = kind_of_model(card).labels.names
    found = (
        list(named(card.class_names))
        if named is not None
        else [
            name
            for name, cells in zip(rows.field_names, rows.fields, strict=True)
            if _can_be_label(cells, name, card.class_names, stop)
        ]
    )
    trained = card.training_data.label if card.training_data is not None else ""
    return sorted(found, key=lambda name: name != trained)


def _can_be_label(
    cells: Sequence[str | None], column: str, class_names: Sequence[str], stop: Callable[[], None]
) -> bool:
    present: set[str] = set()
    for start in range(0, len(cells), _PIECE):
        stop()
        present.update(normalised(cell) for cell in cells[start : start + _PIECE] if cell)
        if len(present) > MAX_CLASS_VALUES + 1:  # one may be blank
            return False
    try:
        _order(present, "", column, class_names)
    except UsageError:
        return False
    return True


def _check_named(library: Library, present: set[str], label: str, class_names: Sequence[str]) -> None:
    """:raises UsageError: if there is no label, or if labels are not classes of the model"""
    if not present:
        record = kind_of_library(library).words.record
        raise UsageError(f"{library.path}: no {record} has a label of ‘{label}’; choose another label")
    numbers = set(map(str, range(len(class_names))))
    if not (present <= set(class_names) or present <= numbers):
        are, should_be = ", ".join(sorted(present)[:MAX_CLASS_VALUES]), ", ".join(class_names)
        raise UsageError(
            f"{library.path}: the labels of ‘{label}’ are {are}, and the classes of the model {should_be}; choose "
            "another label or another model"
        )


def _order(words: Collection[str], column_words: str, column: str, class_names: Sequence[str]) -> Sequence[str]:
    """The words that stand for the classes, in the order of these.

    :param column_words: how an error calls the column
    """
    present = {word for word in words if word}
    numbers = tuple(str(i) for i in range(len(class_names)))
    if not present:
        raise UsageError(f"{column_words} holds no label")
    if present <= set(class_names):
        return class_names
    if present <= set(numbers):
        return numbers
    order = distinct_values(list(present), f"column '{column}'")
    if len(order) != len(class_names):
        raise UsageError(
            f"{column_words} holds {len(order)} values ({', '.join(order)}), and the model has "
            f"{len(class_names)} classes ({', '.join(class_names)})"
        )
    return order
