"""Charts as SVG, drawn by matplotlib without a display. Its import takes a while: do it where a chart is wanted."""

from __future__ import annotations

import io
from collections.abc import Sequence

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

ACCENT = "#b45f06"
INK = "#333333"
BINS = 20


def probability_chart(
    probabilities: Sequence[float], class_name: str, *, size: tuple[float, float] = (4.2, 1.7)
) -> str:
    """How many molecules have which predicted probability of a class, in 20 bins from 0 to 1.

    :param size: width and height, inches
    :return: a standalone SVG with its letters as outlines, the same text for the same numbers
    """
    style = {
        "font.size": 7.5,
        "svg.fonttype": "path",
        "svg.hashsalt": "gcx-desktop",
        "axes.edgecolor": INK,
        "axes.labelcolor": INK,
        "xtick.color": INK,
        "ytick.color": INK,
        "text.parse_math": False,
    }
    with matplotlib.rc_context(style):
        figure = Figure(figsize=size, layout="constrained")
        axes = figure.add_subplot()
        counts, edges = np.histogram(np.asarray(probabilities, dtype=float), bins=BINS, range=(0.0, 1.0))
        axes.bar(edges[:-1], counts, width=1 / BINS, align="edge", color=ACCENT, edgecolor="white", linewidth=0.6)
        axes.set_xlim(0, 1)
        axes.set_ylim(0, max(int(counts.max(initial=0)), 1) * 1.08)
        axes.set_xlabel(f"predicted probability of “{class_name}”")
        axes.set_ylabel("molecules")
        axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
        axes.spines[["top", "right"]].set_visible(False)
        text = io.StringIO()
        figure.savefig(text, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    return text.getvalue()
