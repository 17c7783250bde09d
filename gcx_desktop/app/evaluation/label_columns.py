"""The columns of a table that may hold the true classes or values of a model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from ...errors import UsageError
from ...gcn.cards.card import Card
from ...kinds.registry import kind_of_model
from ...library.labels.label_meaning import (
    MAX_VALUES,
    LabelMeaning,
    LabelValue,
    UnsettledLabelsError,
    is_missing,
    label_meaning,
)
from ...library.labels.measurements import ValueMeaning
from ..libraries.library_rows import LibraryRows, parsed_number
from .label_choices import LabelChoice, classes_chosen_for
from .measured_values import value_labels
from .true_labels import classes_by_cut, cut_to_apply

_PIECE = 2048


@dataclass(frozen=True, slots=True)
class LabelColumn:
    """A column that may hold the classes or values of a model."""

    name: str
    values: tuple[LabelValue, ...] = ()
    """The words that stand for classes; empty for values, and for labels that are not in a column, whose names are
    their meaning."""
    meaning: LabelMeaning | ValueMeaning | None = None
    """What the cells are taken for."""
    reason: str = ""
    """Why that is unknown, a sentence; "" if it is known."""
    expected: bool = True
    """Whether it may be taken unasked: of values, whether it is called like the model's own."""


def label_columns(
    rows: LibraryRows,
    card: Card,
    stop: Callable[[], None] = lambda: None,
    *,
    choices: tuple[LabelChoice, ...] = (),
) -> list[LabelColumn]:
    """Columns that may hold a model's classes or values: fields in the file's order, or the labels of a kind that has
    them in a file. Those with a known meaning come first, led by one with the name of the label in the model's training
    data.

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
    return sorted(found, key=lambda column: (bool(column.reason), column.name != trained, not column.expected))


def _label_column(
    name: str, cells: Sequence[str | None], card: Card, choices: tuple[LabelChoice, ...], stop: Callable[[], None]
) -> LabelColumn | None:
    """The column; ``None`` if it cannot hold classes or values."""
    if card.of_value or card.cut:
        words = [(cell or "").strip() for cell in cells]
        stop()
        if card.of_value:
            return _column_of_values(name, words, card)
        if cut_to_apply(card, words):
            return _column_by_cut(name, words, card)
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


def _column_of_values(name: str, words: Sequence[str], card: Card) -> LabelColumn | None:
    """A column of numbers; ``None`` if most of its first cells are none."""
    some = list(islice((word for word in words if not is_missing(word)), _PIECE))
    if sum(parsed_number(word) is not None for word in some) <= len(some) / 2:
        return None
    data = card.training_data
    expected = name in (card.endpoint, data.label if data is not None else "")
    try:
        return LabelColumn(name, meaning=value_labels(words, name, card).meaning, expected=expected)
    except UsageError as error:
        return LabelColumn(name, reason=str(error), expected=False)


def _column_by_cut(name: str, words: Sequence[str], card: Card) -> LabelColumn | None:
    """A column of numbers of which the model's cut makes classes; ``None`` if a cell is none."""
    try:
        classes, class_of, notes = classes_by_cut(words, name, card)
        meaning = label_meaning(classes, name, card.class_names, class_of=class_of)
    except UsageError:
        return None
    return LabelColumn(name, meaning=replace(meaning, notes=(*meaning.notes, *notes)))


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
