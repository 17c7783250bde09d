"""Checks of the plain values of a setting. A project may come from a stranger, so unexpected values are refused."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

_NUMBERS = {"inf": math.inf, "-inf": -math.inf, "nan": math.nan}


def plain_number(value: float) -> float | str:
    """A number as JSON can store it: JSON has neither infinity nor NaN."""
    return float(value) if math.isfinite(value) else str(float(value))


def checked_number(value: Any) -> float:
    """The inverse of :func:`plain_number`.

    :raises TypeError: if it is no number
    :raises KeyError: if it is a text that stands for no number
    """
    if isinstance(value, str):
        return _NUMBERS[value]
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError("no number")
    return float(value)


def checked_whole_number(value: Any, below: int = 1 << 40) -> int:
    """:raises ValueError: if it is no whole number in ``[0, below)``"""
    if type(value) is not int or not 0 <= value < below:
        raise ValueError("no number of the kind")
    return value


def checked_text(value: Any) -> str:
    """:raises TypeError: if it is no text, or a very long one"""
    if not isinstance(value, str) or len(value) > 10_000:
        raise TypeError("no text")
    return value


def checked_list(value: Any) -> Sequence[Any]:
    """:raises TypeError: if it is no list"""
    if not isinstance(value, list):
        raise TypeError("no list")
    return value
