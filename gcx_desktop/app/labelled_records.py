"""The label of each record of a library, as a class of a model."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import UsageError
from ..gcn.card import Card
from ..kinds.registry import kind_of_library, kind_of_model
from ..library.label_meaning import MAX_VALUES, NO_LABEL, LabelMeaning, UnsettledLabelsError, is_missing, label_meaning
from ..library.library import Library
from .library_rows import LibraryRows

__all__ = ["NO_LABEL", "ClassLabels", "class_labels", "label_columns"]
_PIECE = 2048


@dataclass(frozen=True, slots=True, eq=False)
class ClassLabels:
    """The labels of records, and what they were taken to mean."""

    meaning: LabelMeaning
    labels: NDArray[np.int64]
    """[n_records], class indices, or ``NO_LABEL``."""


def class_labels(
    library: Library,
    column: str,
    class_names: Sequence[str],
    n_records: int | None = None,
    tasks: Path | None = None,
    *,
    positive: str | None = None,
    class_of: Mapping[str, str] = {},
) -> ClassLabels:
    """The class that a column gives each record, as :func:`~gcx_desktop.library.label_meaning.label_meaning` has it.

    :param column: its name in any letter case, or ``column 3``
    :param n_records: of so many first records; ``None`` for all
    :param tasks: of a kind of graph whose labels a file gives; ``column`` is the name of one of them
    :param positive: the class that "yes" means, as the model's card says it
    :param class_of: value → class, as the user says it
    :raises UnknownNameError: if there is no such column
    :raises UnsettledLabelsError: if it cannot be known which classes its values are
    :raises UsageError: if it holds no label, or ``class_of`` does not fit
    """
    n_records = len(library) if n_records is None else n_records
    kind = kind_of_library(library)
    name = column if kind.labels.name is None else kind.labels.name(library, column)
    words = kind.labels.words(library, name, n_records, tasks)
    if kind.labels.names is not None and all(map(is_missing, words)):
        record = kind.words.record
        raise UsageError(f"{library.path}: no {record} has a label of ‘{name}’; choose another label")
    try:
        meaning = label_meaning(words, name, class_names, positive=positive, class_of=class_of)
    except UnsettledLabelsError as error:
        if kind.labels.names is None:
            raise error.of_file(library.path) from None
        are, should_be = (", ".join(each) for each in ([value.shown for value in error.values], class_names))
        reason = f"the labels of ‘{name}’ are {are}, and the classes of the model {should_be}"
        raise error.of_file(library.path, reason) from None
    except UsageError as error:
        raise UsageError(f"{library.path}: {error}") from None
    return ClassLabels(meaning, np.array(meaning.classes_of(words), dtype=np.int64))


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
            if _can_be_label(cells, name, card, stop)
        ]
    )
    trained = card.training_data.label if card.training_data is not None else ""
    return sorted(found, key=lambda name: name != trained)


def _can_be_label(cells: Sequence[str | None], column: str, card: Card, stop: Callable[[], None]) -> bool:
    present: set[str] = set()
    for start in range(0, len(cells), _PIECE):
        stop()
        present.update(cell.strip() for cell in cells[start : start + _PIECE] if cell)
        if len(present) > 10 * MAX_VALUES:
            return False
    try:
        label_meaning(present, column, card.class_names, positive=card.positive_class)
    except UsageError:
        return False
    return True
