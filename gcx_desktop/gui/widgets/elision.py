"""Elided text: a number is shown whole or not at all, since "3.7…" for "3.7e−2" would be another number."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics

from ...wording import beside_numbers

NO_ROOM = "…"
"""Shown for text that has no room at all."""
MOST_LINE_CHARACTERS = 1_000
"""Most characters measured; no line has room for more."""


def elided_whole(
    text: str, metrics: QFontMetrics, width: int, mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight
) -> str:
    """One line of text, elided with "…" to a width in pixels; no number is cut in two.

    :param mode: whether text is left out at the right or in the middle
    """
    text = text[:MOST_LINE_CHARACTERS]
    shown = metrics.elidedText(text, mode, width)
    if shown == text or not shown:
        return shown
    end = _common(text, shown)
    start = len(text) - _common(text[::-1], shown[::-1]) if mode is Qt.TextElideMode.ElideMiddle else len(text)
    end, start = beside_numbers(text, end, max(start, end))
    return f"{text[:end]}{NO_ROOM}{text[start:]}"


def _common(one: str, other: str) -> int:
    """Length of the common prefix."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def fitting_ticks(labels: Sequence[str], metrics: QFontMetrics, width: int) -> list[str]:
    """Labels at the ends and the middle of a scale: each shown whole, or as "…" where two would touch."""
    wide = [metrics.horizontalAdvance(label) for label in labels]
    gap = metrics.averageCharWidth()
    middle = wide[1] + 2 * gap if len(labels) == 3 else gap
    rooms = [(width - middle) // 2 if at in (0, len(labels) - 1) else width for at in range(len(labels))]
    if len(labels) == 2 and sum(wide) + gap <= width:
        return list(labels)
    return [label if needed <= room else NO_ROOM for label, needed, room in zip(labels, wide, rooms, strict=True)]
