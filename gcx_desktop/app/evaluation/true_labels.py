"""The true classes or values of records by a column of their file, as a model needs them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ...errors import UsageError
from ...gcn.cards.card import Card
from ...library.labels.label_meaning import is_missing
from ...library.labels.measurements import are_measurements, parse_cut, read_measurements
from ...library.labels.polarity import positive_name
from ...library.labels.value_scale import Transform
from ...library.library import Library
from .labelled_records import ClassLabels, class_labels_of, words_of_column
from .measured_values import ValueLabels, value_labels

TrueLabels = ClassLabels | ValueLabels


@dataclass(frozen=True, slots=True)
class LabelOptions:
    """What the user says of a column of labels."""

    class_of: Mapping[str, str] = field(default_factory=dict)
    """Value → class; "" leaves its rows out."""
    cut: str = ""
    """A comparison that makes classes of a measurement, such as ">= 6.5"; "" for that of the model, if it has one."""
    unit: str | None = None
    """Of values: the unit of the numbers."""
    transform: Transform | None = None
    """Of values: what makes the model's value of the numbers."""


NOTHING_SAID = LabelOptions()


def true_labels(
    library: Library,
    column: str,
    card: Card,
    n_records: int | None = None,
    tasks: Path | None = None,
    *,
    said: LabelOptions = NOTHING_SAID,
) -> TrueLabels:
    """The class or the value of each record. Of a model of classes that a cut made of a measurement, a column of
    numbers is cut as the training data were.

    :param column: its name in any letter case, or ``column 3``
    :param n_records: number of first records to read; ``None`` for all
    :param tasks: see :func:`~.labelled_records.class_labels`
    :raises UnknownNameError: if there is no such column
    :raises UnsettledLabelsError: if it is unknown which classes its values mean
    :raises UsageError: if it holds no label, a cell that is no number where values are needed, or what the user says
        does not fit
    """
    if card.of_value and (said.class_of or said.cut):
        raise UsageError("values have no classes; leave out --class-of and --active-if")
    if not card.of_value and (said.unit is not None or said.transform is not None):
        raise UsageError("--unit and --transform are of values; leave them out for a model of classes")
    name, words = words_of_column(library, column, n_records, tasks)
    try:
        if card.of_value:
            return value_labels(words, name, card, said.unit, said.transform)
        words, class_of, notes = classes_by_cut(words, name, card, said)
    except UsageError as error:
        raise UsageError(f"{library.path}: {error}") from None
    found = class_labels_of(library, words, name, card.class_names, positive=card.positive_class, class_of=class_of)
    return replace(found, meaning=replace(found.meaning, notes=(*found.meaning.notes, *notes))) if notes else found


def cut_to_apply(card: Card, words: Sequence[str], chosen: str = "") -> str:
    """The comparison that makes a model's classes of a column; "" if its cells are the classes.

    :param words: of the column
    :param chosen: by the user
    """
    if chosen:
        return chosen
    cells = {word.strip() for word in words if not is_missing(word)}
    are_classes = cells <= {str(index) for index in range(len(card.class_names))}
    return card.cut if card.cut and not are_classes and are_measurements(words) else ""


def classes_by_cut(
    words: Sequence[str], column: str, card: Card, said: LabelOptions = NOTHING_SAID
) -> tuple[Sequence[str], Mapping[str, str], tuple[str, ...]]:
    """The words of a column and which classes they are, with a cut applied if there is one.

    :return: [n_records] words, those of a cut being "1" and "0"; word → class, as far as it was said or follows from
        the cut; sentences on what was done
    :raises UsageError: if the cut cannot be applied
    """
    chosen = cut_to_apply(card, words, said.cut)
    if not chosen:
        return words, said.class_of, ()
    names = card.class_names
    if said.class_of:
        raise UsageError("--active-if makes the classes of numbers, of which --class-of says no more; leave one out")
    if len(names) != 2:
        raise UsageError(f"a cut makes two classes, but the model {card.name} has {len(names)}; leave out --active-if")
    active = names[-1] if card.cut else card.positive_class or positive_name(names)
    if active is None:
        raise UsageError(
            f"it is not known which of the classes {' and '.join(names)} of the model {card.name} is the active one; "
            "name the classes of the values in a column of their own, and --class-of"
        )
    cut, measured = parse_cut(chosen), read_measurements(words, column)
    other = next(name for name in names if name != active)
    by_model = "" if said.cut else ", as in training"
    notes = (*measured.notes, f"{active}: {column} {cut.in_words}{by_model}")
    classes = cut.classes(measured)
    return classes, {word: name for word, name in (("1", active), ("0", other)) if word in classes}, notes
