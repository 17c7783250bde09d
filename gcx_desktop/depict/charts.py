"""Charts as SVG, drawn by matplotlib without a display. Importing it is slow: import it where a chart is drawn."""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

ACCENT = "#b45f06"
INK = "#333333"
BINS = 20
FONT_POINTS = 7.5

_WITHOUT_OUTLINE = re.compile(r'(<path id="[^"]+")(?= transform)')
"""The glyph of a space has no outline, which Qt reports as an error."""
_one_at_a_time = threading.Lock()
"""Matplotlib's style is shared by all threads."""


def probability_chart(
    probabilities: Sequence[float],
    class_name: str,
    *,
    records: str = "molecules",
    size: tuple[float, float] = (4.2, 1.7),
) -> str:
    """How many records have which predicted probability of a class, in 20 bins from 0 to 1.

    :param records: what is counted
    :param size: width and height, inches
    :return: a standalone SVG with letters as outlines; equal numbers give equal text
    """
    with plain_chart(size) as (figure, axes):
        counts, edges = np.histogram(np.asarray(probabilities, dtype=float), bins=BINS, range=(0.0, 1.0))
        axes.bar(edges[:-1], counts, width=1 / BINS, align="edge", color=ACCENT, edgecolor="white", linewidth=0.6)
        axes.set_xlim(0, 1)
        axes.set_ylim(0, max(int(counts.max(initial=0)), 1) * 1.08)
        axes.set_xlabel(f"predicted probability of “{class_name}”")
        axes.set_ylabel(records)
        axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
        return svg_text(figure)


def value_chart(
    values: Sequence[float], axis: str, *, records: str = "molecules", size: tuple[float, float] = (4.2, 1.7)
) -> str:
    """How many records have which predicted value, in 20 bins from the least to the largest.

    :param axis: name of the value, with its unit
    :param records: what is counted
    :param size: width and height, inches
    :return: a standalone SVG with letters as outlines; equal numbers give equal text
    """
    numbers = np.asarray(values, dtype=float)
    numbers = numbers[np.isfinite(numbers)]
    with plain_chart(size) as (figure, axes):
        counts, edges = np.histogram(numbers, bins=BINS)
        axes.bar(edges[:-1], counts, width=np.diff(edges), align="edge", color=ACCENT, edgecolor="white", linewidth=0.6)
        axes.set_xlim(edges[0], edges[-1])
        axes.set_ylim(0, max(int(counts.max(initial=0)), 1) * 1.08)
        axes.set_xlabel(axis.replace("$", r"\$"))
        axes.set_ylabel(records)
        axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
        return svg_text(figure)


@contextmanager
def plain_chart(size: tuple[float, float], ink: str = INK) -> Iterator[tuple[Figure, Axes]]:
    """A figure and its axes in the style of all charts, for the time of a ``with`` block.

    :param size: width and height, inches
    :param ink: colour of lines and letters
    """
    style = {
        "font.size": FONT_POINTS,
        "svg.fonttype": "path",
        "svg.hashsalt": "gcx-desktop",
        "axes.edgecolor": ink,
        "axes.labelcolor": ink,
        "xtick.color": ink,
        "ytick.color": ink,
        "text.color": ink,
        "text.parse_math": False,
    }
    with _one_at_a_time, matplotlib.rc_context(style):
        figure = Figure(figsize=size, layout="constrained")
        axes = figure.add_subplot()
        axes.spines[["top", "right"]].set_visible(False)
        yield figure, axes


def svg_text(figure: Figure) -> str:
    """The figure as a standalone SVG; equal figures give equal text."""
    text = io.StringIO()
    figure.savefig(text, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    return _WITHOUT_OUTLINE.sub(r'\1 d="M 0 0"', text.getvalue())
