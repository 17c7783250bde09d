"""Writes one picture of each record, with its saliency, into a folder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ...depict.colour import ColourScale, Paper
from ...depict.drawing import Depiction
from ...depict.halos import AGAINST_CLASS, FOR_CLASS, LOWERS_IT, RAISES_IT, Halo, halos, legend_svg, saliency_svg
from ...errors import Cancelled, OutputError
from ...explain.forward_pass import Method
from ...kinds.registry import kind_of_library
from ...library.library import Library
from ...library.record import Rejected
from ...library.writing.export import safe_file_name, whole_file
from ...progress import ProgressReporter
from ...wording import counted
from ...work import Work
from ..explaining.draw_records import draw_records
from ..explaining.explain_library import ExplainedRecord
from ..explaining.explanation_source import ExplanationSource
from ..explaining.request import ExplanationRequest
from ..explaining.value_words import ValueWords, value_words
from .write_results import ResultPlan

Render = Callable[[Depiction, list[Halo], str], bytes]
"""Renders a picture with a caption, which may be "", as the bytes of its file."""

LEGEND = "legend.svg"


@dataclass(frozen=True, slots=True)
class PictureExportSummary:
    """The result of an export of pictures."""

    n_pictures: int
    n_records: int
    """Records whose pictures were written."""
    n_wanted: int
    """Records that were requested."""
    n_left_out: int
    """Records that could not be read or drawn."""
    n_others: int
    """Files of the same format in the folder that are not of this export."""
    stopped: bool


def svg_bytes(depiction: Depiction, shapes: list[Halo], caption: str) -> bytes:
    """The :data:`Render` of SVG files."""
    return saliency_svg(depiction, shapes, caption=caption).encode()


@dataclass(frozen=True, slots=True)
class PictureStyle:
    """The format and content of pictures."""

    suffix: str
    """Such as ``.svg``."""
    render: Render
    classes: str = "predicted"
    """``predicted``, ``all``, or the name of a class."""
    colour_threshold: float = 0.0
    """Share of the scale below which a node is not coloured."""
    scale_maximum: float | None = None
    """Value with the strongest colour; ``None`` for each record's own largest value."""


def export_pictures(
    request: ExplanationRequest, source: ExplanationSource, work: Work, folder: Path, style: PictureStyle
) -> PictureExportSummary:
    """Writes a picture of each record, or of each record and class if all classes are wanted, and a legend for a common
    scale.

    It ends once ``work.cancel`` is set; pictures written so far stay. The preparation of a record is written under its
    picture.

    :param request: with one method
    :raises OutputError: if the folder cannot be written to; says how many pictures were written before
    """
    if not folder.is_dir():
        raise OutputError(folder, "the folder does not exist; make it first")
    library, wanted, (method,) = request.library, request.wanted, request.methods
    suffix, scale_maximum = style.suffix, style.scale_maximum
    plan = ResultPlan(request.bundle.card, (method.id,), style.classes)
    watch = ProgressReporter("Drawing", len(wanted), work.report)
    explained = source(request, work.unreported)
    drawn = draw_records(library, wanted, work, paper=Paper.WHITE)
    before = {path.name for path in folder.iterdir() if path.suffix == suffix}
    names: set[str] = set()
    n_records = left_out = 0
    stopped = False
    watch.report_done(0)
    try:
        if scale_maximum is not None:  # first, so that pictures never come without it
            names.add(LEGEND)
            _write_legend(library, method, scale_maximum, folder, value_words(request.bundle.card))
        for done, (result, depiction) in enumerate(zip(explained, drawn, strict=True), 1):
            work.raise_if_cancelled()
            if isinstance(result, Rejected) or not isinstance(depiction, Depiction):
                left_out += 1
            else:
                names.update(_write(plan, method, result, depiction, folder, style))
                n_records += 1
            watch.report_done(done, rejected=left_out)
    except Cancelled:
        stopped = True
    except OutputError as error:
        n_written = len(names - {LEGEND})
        raise OutputError(error.path, f"{error.reason}; {counted(n_written, 'picture')} were written before") from error
    n_pictures = len(names - {LEGEND})
    return PictureExportSummary(n_pictures, n_records, len(wanted), left_out, len(before - names), stopped)


def _write_legend(
    library: Library, method: Method, scale_maximum: float, folder: Path, value: ValueWords | None
) -> None:
    """:param value: of a model of values, whose signed maps are in its unit"""
    scale, node = ColourScale(scale_maximum, method.signed), kind_of_library(library).words.node
    caption, sides = f"{node} saliency · {method.name}", (AGAINST_CLASS, FOR_CLASS)
    if value is not None and method.signed:
        unit = f", {value.unit}" if value.unit else ""
        caption, sides = f"{value.name}{unit} · {method.name}", (LOWERS_IT, RAISES_IT)
    with whole_file(folder / LEGEND) as file:
        file.write(legend_svg(scale, caption=caption, background=True, clipped=True, node=node, sides=sides))


def _write(
    plan: ResultPlan,
    method: Method,
    record: ExplainedRecord,
    depiction: Depiction,
    folder: Path,
    style: PictureStyle,
) -> list[str]:
    """:return: the names of the files"""
    names = []
    name = safe_file_name(record.read.title, record.position + 1)
    indices = [index for index, _ in plan.maps_of(record, method.id)]
    for index in indices:
        values = record.record_maps(method.id)[:, index]
        own = float(abs(record.explanation.maps[method.id][:, index]).max())
        scale = ColourScale(own if style.scale_maximum is None else style.scale_maximum, method.signed, depiction.paper)
        ending = f"_{index}" if len(indices) > 1 else ""
        names.append(f"{name}{ending}{style.suffix}")
        with whole_file(folder / names[-1], text=False) as file:
            shapes = halos(depiction, values, scale, style.colour_threshold)
            file.write(style.render(depiction, shapes, record.read.preparation))
    return names
