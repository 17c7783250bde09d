"""Checks of the plain values of a setting. A project may come from a stranger: what is not as expected is refused."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

_NUMBERS = {"inf": math.inf, "-inf": -math.inf, "nan": math.nan}


def plain_number(value: float) -> float | str:
    """JSON has neither infinity nor NaN."""
    return float(value) if math.isfinite(value) else str(float(value))


def number_of(value: Any) -> float:
    """What :func:`plain_number` made.

    :raises TypeError: if it is no number
    :raises KeyError: if it is a text that stands for none
    """
    if isinstance(value, str):
        return _NUMBERS[value]
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError("no number")
    return float(value)


def whole_of(value: Any, below: int = 1 << 40) -> int:
    """:raises ValueError: if it is no whole number in ``[0, below)``"""
    if type(value) is not int or not 0 <= value < below:
        raise ValueError("no number of the kind")
    return value


def text_of(value: Any) -> str:
    """:raises TypeError: if it is no text, or a very long one"""
    if not isinstance(value, str) or len(value) > 10_000:
        raise TypeError("no text")
    return value


def list_of(value: Any) -> Sequence[Any]:
    """:raises TypeError: if it is no list"""
    if not isinstance(value, list):
        raise TypeError("no list")
    return value
