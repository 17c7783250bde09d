"""Reads the label of each record of a library as a class of a model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...errors import UsageError
from ...gcn.cards.card import Card
from ...kinds.registry import kind_of_library, kind_of_model
from ...library.labels.label_meaning import (
    MAX_VALUES,
    NO_LABEL,
    LabelMeaning,
    LabelValue,
    UnsettledLabelsError,
    is_missing,
    label_meaning,
)
from ...library.library import Library
from ..libraries.library_rows import LibraryRows, parsed_number
from .label_choices import LabelChoice, classes_chosen_for

__all__ = ["NO_LABEL", "ClassLabels", "LabelColumn", "class_labels", "label_columns"]
_PIECE = 2048


@dataclass(frozen=True, slots=True, eq=False)
class ClassLabels:
    """The labels of records and their meaning."""

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
    """The class of each record according to a column; see :func:`.label_meaning`.

    :param column: its name in any letter case, or ``column 3``
    :param n_records: number of first records to read; ``None`` for all
    :param tasks: file of labels, for a kind of graph that has them in a file; ``column`` is the name of one of them
    :param positive: the class that "yes" means, from the model's card
    :param class_of: value → class, chosen by the user
    :raises UnknownNameError: if there is no such column
    :raises UnsettledLabelsError: if it is unknown which classes its values mean
    :raises UsageError: if it holds no label, or ``class_of`` does not fit
    """
    n_records = len(library) if n_records is None else n_records
    kind = kind_of_library(library)
    name = column if kind.labels.name is None else kind.labels.name(library, column, tasks)
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


@dataclass(frozen=True, slots=True)
class LabelColumn:
    """A column that may hold the classes of a model."""

    name: str
    values: tuple[LabelValue, ...] = ()
    """Its values; empty for labels that are not in a column, whose names are their meaning."""
    meaning: LabelMeaning | None = None
    """The meaning of the values."""
    reason: str = ""
    """Why the meaning is unknown, a sentence; "" if it is known."""


def label_columns(
    rows: LibraryRows,
    card: Card,
    stop: Callable[[], None] = lambda: None,
    *,
    choices: tuple[LabelChoice, ...] = (),
) -> list[LabelColumn]:
    """Columns that may hold a model's classes: fields in the file's order, or the labels of a kind that has them in a
    file. Those with a known meaning come first, led by one with the name of the label in the model's training data.

    :param rows: with texts that were read
    :param stop: called repeatedly; may raise to end the search
    :param choices: the user's choices for columns
    """
    named = kind_of_model(card).labels.names
    if named is not None:
        found = [LabelColumn(name) for name in named(card.class_names)]
    else:
        columns = zip(rows.field_names, rows.fields, strict=True)
        found = [
            column for name, cells in columns if (column := _label_column(name, cells, card, choices, stop)) is not None
        ]
    trained = card.training_data.label if card.training_data is not None else ""
    return sorted(found, key=lambda column: (bool(column.reason), column.name != trained))


def _label_column(
    name: str, cells: Sequence[str | None], card: Card, choices: tuple[LabelChoice, ...], stop: Callable[[], None]
) -> LabelColumn | None:
    """The column; ``None`` if it cannot hold classes."""
    counts: Counter[str] = Counter()
    for start in range(0, len(cells), _PIECE):
        stop()
        counts.update((cell or "").strip() for cell in cells[start : start + _PIECE])
        if len(counts) > 10 * MAX_VALUES:
            return None
    choice = classes_chosen_for(choices, name, card.class_names)
    try:
        return _known_column(name, counts, card, choice)
    except UnsettledLabelsError as error:
        return _asked_column(error, card.class_names)
    except UsageError:
        if not choice:
            return None
    try:  # an earlier choice does not fit the file
        return _known_column(name, counts, card, {})
    except UnsettledLabelsError as error:
        return _asked_column(error, card.class_names)
    except UsageError:
        return None


def _known_column(name: str, counts: Counter[str], card: Card, choice: Mapping[str, str]) -> LabelColumn:
    meaning = label_meaning(counts, name, card.class_names, positive=card.positive_class, class_of=choice)
    return LabelColumn(name, tuple(value for value, _ in meaning.values), meaning)


def _asked_column(error: UnsettledLabelsError, class_names: Sequence[str]) -> LabelColumn | None:
    """A column whose values the user may know; ``None`` if they look like names or measurements. A class has several
    rows, and there are no more different numbers than classes."""
    values = error.values
    numbers = all(parsed_number(value.shown) is not None for value in values)
    if sum(value.n for value in values) < 2 * len(values) or (numbers and len(values) > len(class_names)):
        return None
    return LabelColumn(error.column, values, None, error.reason)
