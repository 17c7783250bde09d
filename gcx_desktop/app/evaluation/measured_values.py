"""Reads a column of measurements as values of a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ...errors import UsageError
from ...gcn.cards.card import Card
from ...library.labels.label_meaning import shown_word
from ...library.labels.measurements import ValueMeaning, read_measurements, taken_values
from ...library.labels.value_scale import MOLAR, Transform, ValueScale, value_scale


@dataclass(frozen=True, slots=True, eq=False)
class ValueLabels:
    """The measured values of records, and what the column is taken for."""

    meaning: ValueMeaning
    labels: NDArray[np.float64]
    """[n_records], in the unit of the model's value; NaN where there is none."""

    @property
    def known(self) -> NDArray[np.bool_]:
        """[n_records], whether a record has a value."""
        there: NDArray[np.bool_] = ~np.isnan(self.labels)
        return there

    def only(self, chosen: NDArray[np.bool_]) -> ValueLabels:
        """The same without the values of other records than these, [n_records]."""
        return replace(self, labels=np.where(chosen, self.labels, np.nan))


def value_labels(
    words: Sequence[str], column: str, card: Card, unit: str | None = None, transform: Transform | None = None
) -> ValueLabels:
    """The values of a column for a model of values, on the scale of :func:`scale_of_column`.

    :param words: [n_records], its cells
    :param unit: of the numbers, if the user says it
    :param transform: that makes the model's value of them, if the user says it
    :raises UsageError: naming column and record, if a cell is no number, or if the scale does not fit
    """
    scale, why = scale_of_column(card, column, unit, transform)
    meaning, values = taken_values(read_measurements(words, column), scale)
    return ValueLabels(replace(meaning, notes=(*meaning.notes, why)), values)


def scale_of_column(
    card: Card, column: str, unit: str | None = None, transform: Transform | None = None
) -> tuple[ValueScale, str]:
    """How the numbers of a column become values of a model, and why, in words.

    A column that is called like the one that the model was trained on is transformed as that was; another is taken to
    hold the model's values already. The user may say otherwise: a unit alone means that the model's transform is still
    to be applied to numbers of this unit.

    :raises UsageError: if the result would not be the model's value
    """
    trained = trained_scale(card)
    ours = f"the model's unit{f' ({trained.value_unit})' if trained.value_unit else ''}"
    if unit is None and transform is None:
        if trained.transform is Transform.NONE:
            return trained, f"They are taken as they are, in {ours}"
        data = card.training_data
        if data is not None and " ".join(column.split()).casefold() == " ".join(data.label.split()).casefold():
            return trained, "They are transformed as those of the training were"
        return ValueScale(trained.value_unit), f"They are taken for {shown_word(card.endpoint)} already, in {ours}"
    wanted = trained.transform if transform is None else transform
    said = unit if unit is not None else trained.unit if wanted is trained.transform else ""
    if wanted is Transform.NONE:
        if said and trained.value_unit and said != trained.value_unit:
            raise UsageError(
                f"numbers in {said} cannot be compared with the model's {card.endpoint} in {trained.value_unit}; "
                "convert the column, or say with --transform how one becomes the other"
            )
        return ValueScale(said or trained.value_unit), f"They are taken as they are, in {ours}"
    scale = value_scale(said, wanted)
    if trained.transform is not Transform.NONE and not _same_value(scale, trained):
        raise UsageError(
            f"{scale.in_words} is not the model's {card.endpoint}, which is {trained.in_words}; convert the column, or "
            "choose --unit and --transform that lead to it"
        )
    return scale, f"They are transformed as was said, into {ours}"


def trained_scale(card: Card) -> ValueScale:
    """The scale of the measurements that a model of values was trained on."""
    return ValueScale(card.scale.get("unit", ""), Transform(card.scale.get("transform", Transform.NONE)))


def _same_value(some: ValueScale, other: ValueScale) -> bool:
    """Whether two scales with a transform lead to the same value."""
    if some.transform is not other.transform:
        return False
    concentrations = some.unit in MOLAR and other.unit in MOLAR and some.transform is Transform.NEGATIVE_LOG10
    return concentrations or some.unit == other.unit or not other.unit
