"""Colours of the custom painted widgets, derived from the system's palette: light or dark, accent, quiet text."""

from __future__ import annotations

from PySide6.QtGui import QColor, QPalette

from ...depict.colour import Paper, contrast

MIN_TEXT_CONTRAST = 4.5
"""WCAG 2 AA for text of ordinary size."""


def is_dark(palette: QPalette) -> bool:
    """Whether text is lighter than its background."""
    return (
        palette.color(QPalette.ColorRole.WindowText).lightness() > palette.color(QPalette.ColorRole.Window).lightness()
    )


def paper_for(palette: QPalette) -> Paper:
    """The paper for depictions under this palette."""
    return Paper.DARK if is_dark(palette) else Paper.WHITE


def accent(palette: QPalette) -> QColor:
    """The system's accent colour, used for the focus frame and the bar of the predicted class."""
    return palette.color(QPalette.ColorRole.Accent)


def mixed(one: QColor, other: QColor, part: float) -> QColor:
    """A mixture of ``part`` (0…1) of ``one`` and the rest of ``other``; opaque."""
    rest = 1.0 - part
    return QColor.fromRgbF(
        min(1.0, one.redF() * part + other.redF() * rest),
        min(1.0, one.greenF() * part + other.greenF() * rest),
        min(1.0, one.blueF() * part + other.blueF() * rest),
    )


def quiet_text(palette: QPalette) -> QColor:
    """The colour of secondary text: as near to the background as ``MIN_TEXT_CONTRAST`` allows, at most 40 % near."""
    ink, ground = palette.color(QPalette.ColorRole.WindowText), palette.color(QPalette.ColorRole.Window)
    for part in (0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95):
        colour = mixed(ink, ground, part)
        if contrast(colour.name(), ground.name()) >= MIN_TEXT_CONTRAST:
            return colour
    return ink


def hairline(palette: QPalette, ground: QColor) -> QColor:
    """The colour of a barely visible edge around an area with its own background."""
    return mixed(palette.color(QPalette.ColorRole.WindowText), ground, 0.12)


def track(palette: QPalette) -> QColor:
    """The colour of the empty part of a bar, close to the background."""
    return mixed(palette.color(QPalette.ColorRole.WindowText), palette.color(QPalette.ColorRole.Window), 0.16)
