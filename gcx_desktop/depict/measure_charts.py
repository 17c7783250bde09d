"""Charts of the quality of a model and its methods, on light and dark backgrounds, with areas that can be clicked."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from .charts import plain_chart, svg_text
from .colour import Paper

_Floats = NDArray[np.floating]

_INK = {Paper.WHITE: "#333333", Paper.DARK: "#d8d8d8"}
_ACCENT = {Paper.WHITE: "#b45f06", Paper.DARK: "#e0913a"}
_QUIET = {Paper.WHITE: "#b8b8b8", Paper.DARK: "#6e6e6e"}
_GRID = {Paper.WHITE: "#e4e4e4", Paper.DARK: "#3a3b3f"}
_SERIES = {
    Paper.WHITE: ("#0072b2", "#d55e00", "#009e73", "#b0568c", "#333333"),
    Paper.DARK: ("#56b4e9", "#f0843c", "#2fc49a", "#e08fc0", "#e8e8e8"),
}
"""After Okabe and Ito's set for any colour vision (2008); dashes distinguish further curves."""
_DASHES = ("-", (0, (4, 1.5)), (0, (1, 1.2)))
_MOST_POINTS, _ALWAYS_DRAWN = 2_000, 200
"""Points of a scatter chart."""
_SLACK = 0.03
"""Distance from a point that still counts as the point, as a share of the picture."""


@dataclass(frozen=True, slots=True)
class Area:
    """An area of a chart, as shares of its width and height from its left upper corner."""

    left: float
    top: float
    right: float
    bottom: float
    key: tuple[int, int]
    """What is shown there; each kind of chart defines the two numbers."""

    def holds(self, x: float, y: float) -> bool:
        return self.left <= x <= self.right and self.top <= y <= self.bottom

    def distance(self, x: float, y: float) -> float:
        """Of a place from the area's middle, as a share of the chart."""
        return math.hypot(x - (self.left + self.right) / 2, y - (self.top + self.bottom) / 2)


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart as a standalone SVG."""

    svg: str
    size: tuple[float, float]
    """Width and height, inches."""
    areas: tuple[Area, ...] = ()


@dataclass(frozen=True, slots=True)
class Series:
    """A curve."""

    name: str
    values: _Floats
    """[n_points]; NaN where there is none"""
    number: int = 0
    """Number of its colour and dash, the same in all charts; −1 for a curve with which the others are compared."""


def bars_chart(
    names: Sequence[str],
    values: _Floats,
    beside: _Floats,
    legend: tuple[str, str],
    *,
    axis: str,
    paper: Paper,
    size: tuple[float, float],
) -> Chart:
    """Two horizontal bars for each name.

    :param values: [n_names], drawn in the accent colour
    :param beside: [n_names], the values with which they are compared
    :return: areas as wide as the chart, with the number of the name, and 0 or 1 for the bar
    """
    with plain_chart(size, _INK[paper]) as (figure, axes):
        places = np.arange(len(names))
        both = [
            axes.barh(places - 0.2, np.nan_to_num(values), 0.36, color=_ACCENT[paper], label=legend[0]),
            axes.barh(places + 0.2, np.nan_to_num(beside), 0.36, color=_QUIET[paper], label=legend[1]),
        ]
        axes.set_yticks(places, names)
        axes.tick_params(axis="y", length=0)
        axes.invert_yaxis()
        axes.axvline(0, color=_INK[paper], linewidth=0.8)
        axes.spines["left"].set_visible(False)
        axes.margins(y=0.02)
        axes.set_xlabel(axis)
        _grid(axes, paper, "x")
        _legend(figure, axes, columns=2)
        svg = svg_text(figure)
        areas = [
            Area(0.0, place.top, 1.0, place.bottom, (number, which))
            for which, bars in enumerate(both)
            for number, bar in enumerate(bars)
            for place in [_area(figure, bar, (number, which))]
        ]
    return Chart(svg, size, tuple(areas))


def curves_chart(
    x: _Floats,
    series: Sequence[Series],
    *,
    x_axis: str,
    y_axis: str,
    paper: Paper,
    size: tuple[float, float],
    limit: tuple[str, float] | None = None,
    whole_numbers: bool = False,
) -> Chart:
    """Curves over the same x values; :func:`legend_chart` shows their names.

    :param x: [n_points]
    :param limit: name and height of a horizontal line
    :param whole_numbers: whether the x values are counts
    """
    with plain_chart(size, _INK[paper]) as (figure, axes):
        for each in series:
            line = _line(each.number, paper)
            marker = "o" if whole_numbers else None
            axes.plot(x, each.values, **line, marker=marker, markersize=2.5)
        if limit is not None:
            words, value = limit
            axes.axhline(value, color=_INK[paper], linewidth=0.8, linestyle=(0, (1, 2)))
            axes.annotate(
                words, (1, value), (0, 2), xycoords=("axes fraction", "data"), textcoords="offset points", ha="right"
            )
        if whole_numbers:
            axes.set_xticks(x)
        axes.set_xlabel(x_axis)
        axes.set_ylabel(y_axis)
        axes.margins(x=0.02)
        _grid(axes, paper, "y")
        return Chart(svg_text(figure), size)


def legend_chart(series: Sequence[Series], *, paper: Paper, size: tuple[float, float]) -> Chart:
    """The legend of :func:`curves_chart`."""
    with plain_chart(size, _INK[paper]) as (figure, axes):
        axes.set_axis_off()
        lines = [Line2D([], [], label=each.name, **_line(each.number, paper)) for each in series]
        figure.legend(handles=lines, loc="center left", frameon=False, handlelength=2.6, borderpad=0)
        return Chart(svg_text(figure), size)


def calibration_chart(
    probabilities: _Floats, shares: _Floats, counts: NDArray[np.integer], class_name: str, *, paper: Paper,
    size: tuple[float, float],
) -> Chart:  # fmt: skip
    """Reliability diagram: which share of the records with predicted probability p belongs to the class.

    :param probabilities: [n_points], mean probability
    :param shares: [n_points]
    :param counts: [n_points], numbers of records, shown by the size of a point
    :return: areas with the number of the point, and 0
    """
    with plain_chart(size, _INK[paper]) as (figure, axes):
        axes.plot([0, 1], [0, 1], color=_QUIET[paper], linewidth=1, linestyle=(0, (4, 2)))
        axes.plot(probabilities, shares, color=_ACCENT[paper], linewidth=1.2)
        area = 12 + 60 * counts / max(int(counts.max(initial=0)), 1)
        axes.scatter(probabilities, shares, s=area, color=_ACCENT[paper], zorder=3)
        axes.set_xlim(-0.04, 1.04)
        axes.set_ylim(-0.04, 1.04)
        axes.set_xlabel(f"predicted probability of “{class_name}”")
        axes.set_ylabel("true share")
        svg = svg_text(figure)
        corner = figure.bbox
        found = axes.transData.transform(np.column_stack([probabilities, shares])) / [corner.width, corner.height]
    areas = [
        Area(x - _SLACK, 1 - y - _SLACK, x + _SLACK, 1 - y + _SLACK, (number, 0))
        for number, (x, y) in enumerate(found.tolist())
    ]
    return Chart(svg, size, tuple(areas))


def roc_chart(
    false_share: _Floats, true_share: _Floats, class_name: str, *, paper: Paper, size: tuple[float, float]
) -> Chart:
    """A receiver operating characteristic.

    :param false_share: [n_points], ascending
    :param true_share: [n_points]
    """
    with plain_chart(size, _INK[paper]) as (figure, axes):
        axes.plot([0, 1], [0, 1], color=_QUIET[paper], linewidth=1, linestyle=(0, (4, 2)))
        axes.plot(false_share, true_share, color=_ACCENT[paper], linewidth=1.6)
        axes.set_xlim(-0.02, 1.02)
        axes.set_ylim(-0.02, 1.02)
        axes.set_xlabel(f"share of others called “{class_name}”")
        axes.set_ylabel("share of it found")
        return Chart(svg_text(figure), size)


def values_chart(
    measured: _Floats,
    predicted: _Floats,
    name: str,
    *,
    paper: Paper,
    size: tuple[float, float],
    how: str = "out of fold",
    error: float = 0.0,
) -> Chart:
    """Predicted over measured values; of very many those farthest off, and an even part of the others.

    :param measured: [n], finite
    :param predicted: [n], in the same unit
    :param name: of the value
    :param how: the values were predicted; "" to leave it out
    :param error: bands around the line show once and twice this error; 0 for none
    :return: areas with the index of a record, and 0; those farthest off first
    """
    far_first = np.argsort(-np.abs(predicted - measured), kind="stable")
    step = max(1, -(-len(far_first) // _MOST_POINTS))
    chosen = np.concatenate([far_first[:_ALWAYS_DRAWN], far_first[_ALWAYS_DRAWN::step]])
    with plain_chart(size, _INK[paper]) as (figure, axes):
        both = np.concatenate([measured, predicted])
        low, high = float(both.min()), float(both.max())
        margin = 0.04 * (high - low) or 1.0
        ends = np.array([low - margin, high + margin])
        for width in (2, 1) if error else ():
            below, above = ends - width * error, ends + width * error
            axes.fill_between(ends, below, above, color=_QUIET[paper], alpha=0.2, linewidth=0, zorder=0)
        axes.plot(ends, ends, color=_QUIET[paper], linewidth=1, linestyle=(0, (4, 2)), zorder=1)
        axes.scatter(measured[chosen], predicted[chosen], s=7, color=_ACCENT[paper], alpha=0.55, linewidths=0, zorder=2)
        axes.set_xlim(*ends)
        axes.set_ylim(*ends)
        axes.set_aspect("equal")
        axes.set_xlabel(_literal(f"measured {name}"))
        axes.set_ylabel(_literal(f"predicted {name}{f', {how}' if how else ''}"))
        svg = svg_text(figure)
        corner = figure.bbox
        places = axes.transData.transform(np.column_stack([measured, predicted])[chosen]) / [
            corner.width,
            corner.height,
        ]
    near = _SLACK / 3
    areas = [
        Area(x - near, 1 - y - near, x + near, 1 - y + near, (int(index), 0))
        for index, (x, y) in zip(chosen, places.tolist(), strict=True)
    ]
    return Chart(svg, size, tuple(areas))


def columns_chart(
    names: Sequence[str],
    values: _Floats,
    beside: _Floats,
    counts: NDArray[np.integer],
    legend: tuple[str, str],
    *,
    axes_names: tuple[str, str],
    paper: Paper,
    size: tuple[float, float],
) -> Chart:
    """Two upright bars for each name, with the number of records above.

    :param values: [n_names], drawn in the accent colour; NaN where there is none
    :param beside: [n_names], the values with which they are compared; no bars and no legend if all are NaN
    :param counts: [n_names], of the records behind ``values``
    :param axes_names: of the names and of the values
    :return: areas as high as the chart, with the number of the name, and 0
    """
    with plain_chart(size, _INK[paper]) as (figure, axes):
        places = np.arange(len(names))
        compared = bool(np.isfinite(beside).any())
        left = -0.2 if compared else 0.0
        axes.bar(places + left, np.nan_to_num(values), 0.36, color=_ACCENT[paper], label=legend[0])
        if compared:
            axes.bar(places + 0.2, np.nan_to_num(beside), 0.36, color=_QUIET[paper], label=legend[1])
        for place, value, count in zip(places.tolist(), values.tolist(), counts.tolist(), strict=True):
            if count:
                axes.annotate(f"{count:,}", (place + left, value), (0, 1.5), textcoords="offset points", ha="center")
        axes.set_xticks(places, names)
        axes.tick_params(axis="x", length=0)
        axes.margins(x=0.02, y=0.12)
        axes.set_xlabel(axes_names[0])
        axes.set_ylabel(_literal(axes_names[1]))
        _grid(axes, paper, "y")
        if compared:
            _legend(figure, axes, columns=2)
        svg = svg_text(figure)
        width = figure.bbox.width
        edges = axes.transData.transform([(place - 0.5, 0) for place in range(len(names) + 1)])[:, 0] / width
    areas = [
        Area(edges[number], 0.0, edges[number + 1], 1.0, (number, 0)) for number in range(len(names)) if counts[number]
    ]
    return Chart(svg, size, tuple(areas))


def matrix_chart(
    counts: NDArray[np.integer], names: Sequence[str], *, paper: Paper, size: tuple[float, float]
) -> Chart:
    """A confusion matrix, coloured by the shares of each row.

    :param counts: [n_classes, n_classes], true class × predicted class
    :return: areas with the true and the predicted class
    """
    with plain_chart(size, _INK[paper]) as (figure, axes):
        shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
        ground, strong = paper.background, {Paper.WHITE: "#f2c38d", Paper.DARK: "#7a4208"}[paper]
        colours = LinearSegmentedColormap.from_list("counts", [ground, strong])
        grid = axes.pcolormesh(shares, cmap=colours, vmin=0, vmax=1, edgecolor=_GRID[paper], linewidth=0.8)
        grid.set_rasterized(False)
        axes.invert_yaxis()
        for row, column in np.ndindex(*counts.shape):
            words = f"{counts[row, column]:,}\n{shares[row, column]:.0%}"
            axes.text(column + 0.5, row + 0.5, words, ha="center", va="center")
        middles = np.arange(len(names)) + 0.5
        axes.set_xticks(middles, names)
        axes.set_yticks(middles, names)
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        axes.set_xlabel("predicted")
        axes.set_ylabel("true")
        svg = svg_text(figure)
        corner = figure.bbox
        places = axes.transData.transform([(0, 0), (len(names), len(names))]) / [corner.width, corner.height]
    (left, top), (right, bottom) = places.tolist()
    width, height = (right - left) / len(names), (top - bottom) / len(names)
    areas = [
        Area(
            left + column * width,
            1 - top + row * height,
            left + (column + 1) * width,
            1 - top + (row + 1) * height,
            (row, column),
        )
        for row, column in np.ndindex(*counts.shape)
    ]
    return Chart(svg, size, tuple(areas))


def _literal(text: str) -> str:
    """Text that matplotlib takes for no formula."""
    return text.replace("$", r"\$")


def _line(number: int, paper: Paper) -> dict[str, object]:
    """Colour and dash of a curve."""
    if number < 0:
        return {"color": _QUIET[paper], "linewidth": 2.2, "linestyle": "-", "zorder": 1}
    colours = _SERIES[paper]
    dash = _DASHES[number // len(colours) % len(_DASHES)]
    return {"color": colours[number % len(colours)], "linewidth": 1.3, "linestyle": dash}


def _grid(axes: Axes, paper: Paper, which: str) -> None:
    axes.grid(True, axis=which, color=_GRID[paper], linewidth=0.6)
    axes.set_axisbelow(True)


def _legend(figure: Figure, axes: Axes, *, columns: int) -> None:
    handles, words = axes.get_legend_handles_labels()
    figure.legend(handles, words, loc="outside upper right", ncols=columns, frameon=False, borderpad=0)


def _area(figure: Figure, artist: Artist, key: tuple[int, int]) -> Area:
    box, whole = artist.get_window_extent(), figure.bbox
    return Area(
        box.x0 / whole.width, 1 - box.y1 / whole.height, box.x1 / whole.width, 1 - box.y0 / whole.height, key
    )  # fmt: skip
