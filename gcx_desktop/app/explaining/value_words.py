"""How a value that a model predicts is written: with its name and unit, and no more digits than it is worth. Imports no
torch."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ...gcn.cards.card import DIRECTIONS, Card
from ...library.labels.value_scale import Transform

RAISES, LOWERS = range(len(DIRECTIONS))
"""What is explained of a value, and of its opposite, in the place of classes."""
_SHARE_OF_RANGE = 0.1
"""Of the training values' range, in place of an error that is not known."""
_MOST_DECIMALS = 6
_PLAIN = 1e9
"""Numbers from here on are written with a power of ten."""
_LEAST_SHARE = 0.01
"""Of the training values' range: values that differ by less are reported as equal."""


@dataclass(frozen=True, slots=True)
class ValueWords:
    """A value's name and unit, and the digits with which it is written."""

    name: str
    """Such as "pIC50"."""
    unit: str = ""
    """Of differences, such as "log units" or "mg/l"; "" if it is not known."""
    decimals: int = 2
    least_difference: float = 0.01
    """Values that differ by less are reported as equal."""
    transformed: bool = False
    """Whether a logarithm was taken, so that the name stands for the unit."""

    def text(self, value: float) -> str:
        """Such as "6.8" or "−0.3"; "—" for NaN."""
        return _fixed(value, self.decimals)

    def with_unit(self, value: float) -> str:
        """Such as "12.5 mg/l"; of a logarithm the number alone."""
        return self.text(value) if self.transformed or math.isnan(value) else f"{self.text(value)} {self.unit}".strip()

    def fine(self, value: float) -> str:
        """With one digit more, such as "0.74": errors, which are compared, and differences."""
        return _fixed(value, self.decimals + 1)

    def change(self, value: float) -> str:
        """A difference with its sign, such as "+0.41"."""
        text = self.fine(value)
        return text if value <= 0 or not any(digit in text for digit in "123456789") else f"+{text}"

    def change_with_unit(self, value: float) -> str:
        """Such as "+0.41 log units"."""
        return f"{self.change(value)} {self.unit}".strip()

    def direction(self, index: int) -> str:
        """What is explained, such as "raises pIC50"."""
        return f"{DIRECTIONS[index]} {self.name}"


def value_words(card: Card | None) -> ValueWords | None:
    """How the value of a model is written; ``None`` for a model of classes."""
    if card is None or not card.of_value:
        return None
    unit, transformed = card.scale.get("unit", ""), card.scale.get("transform", Transform.NONE) != Transform.NONE
    least, largest = (card.value_range[0], card.value_range[-1]) if card.value_range else (0.0, 1.0)
    return ValueWords(
        card.endpoint,
        "log units" if transformed else unit,
        _decimals(_usual_error(card) or _SHARE_OF_RANGE * (largest - least)),
        _LEAST_SHARE * (largest - least),
        transformed,
    )


def explained_in_words(card: Card, class_index: int, *, signed: bool) -> str:
    """What a map explains: the name of a class; of a value "raises pIC50", or of a signed map "pIC50".

    :param signed: whether the map has values below zero
    """
    of_value = value_words(card)
    if of_value is None:
        return card.class_names[class_index]
    return of_value.name if signed else of_value.direction(class_index)


def values_in_words(values: Sequence[float], words: ValueWords) -> str:
    """One value, or the smallest and the largest of several: "6.5" or "6.1 to 6.9"."""
    low, high = words.text(min(values)), words.text(max(values))
    return low if low == high else f"{low} to {high}"


def _usual_error(card: Card) -> float:
    """The smallest held-out error that the card knows, in the unit of the value; 0 if it knows none."""
    known = [metrics.values.get("rmse", (None, None))[0] for metrics in card.metrics]
    return min((error for error in known if error), default=0.0)


def _decimals(error: float) -> int:
    """So many decimals that the last one is no larger than a third of an error, as chemists write pIC50 6.8 ± 1."""
    if not error > 0 or not math.isfinite(error):
        return 2
    return min(max(0, -math.floor(math.log10(error / 3))), _MOST_DECIMALS)


def _fixed(value: float, decimals: int) -> str:
    """With separators of thousands and a true minus sign; no zero has a sign."""
    if not math.isfinite(value):
        return "—" if math.isnan(value) else f"{'−' if value < 0 else ''}∞"
    text = f"{value:,.{decimals}f}" if abs(value) < _PLAIN else f"{value:.3g}"
    return text.replace("-", "−") if any(digit in text for digit in "123456789") else text.lstrip("-")
