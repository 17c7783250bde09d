"""Writes one picture of each record, with its saliency, into a folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from ..depict.colour import ColourScale, Paper
from ..depict.drawing import Depiction
from ..depict.halos import Halo, halos, legend_svg, saliency_svg
from ..errors import OutputError
from ..explain.forward_pass import Method
from ..gcn.bundle import Bundle
from ..kinds.registry import kind_of_library
from ..library.export import safe_file_name, whole_file
from ..library.library import Library
from ..library.preparation import AS_RECORDED, Preparation
from ..library.record import Rejected
from ..pool import WorkerPool
from ..progress import CancelToken, Report, Stopwatch, silent
from .draw_records import draw_records
from .explain_library import ExplainedRecord, explain_library
from .write_results import ResultPlan

Render = Callable[[Depiction, list[Halo], str], bytes]
"""A picture, with a line of words under it unless they are "", as the bytes of its file."""

LEGEND = "legend.svg"


def svg_bytes(depiction: Depiction, shapes: list[Halo], caption: str) -> bytes:
    """The :data:`Render` of SVG files."""
    return saliency_svg(depiction, shapes, caption=caption).encode()


def export_pictures(
    library: Library,
    bundle: Bundle,
    method: Method,
    *,
    folder: Path,
    suffix: str,
    render: Render,
    pool: WorkerPool,
    positions: Sequence[int],
    classes: str = "predicted",
    preparation: Preparation = AS_RECORDED,
    threshold: float = 0.0,
    scale_maximum: float | None = None,
    report: Report = silent,
    cancel: CancelToken | None = None,
) -> tuple[int, int]:
    """One file a record and, if one scale serves all, a legend.

    :param suffix: such as ``.svg``
    :param preparation: what is done to records first; what was done to one is written under its picture
    :param scale_maximum: value of the strongest colour; ``None`` for each record's own largest value
    :return: how many pictures were written, and how many records could not be read or drawn
    :raises OutputError: if the folder cannot be written to
    :raises Cancelled: once ``cancel`` is set; the pictures written so far stay
    """
    if not folder.is_dir():
        raise OutputError(folder, "the folder does not exist; make it first")
    plan = ResultPlan(bundle.card, (method.id,), classes)
    watch = Stopwatch("Drawing", len(positions), report)
    explained = explain_library(
        library, bundle, [method], pool=pool, positions=positions, preparation=preparation, cancel=cancel
    )
    drawn = draw_records(library, pool, positions, paper=Paper.WHITE)
    written = left_out = 0
    watch.tell(0)
    for done, (result, depiction) in enumerate(zip(explained, drawn, strict=True), 1):
        if cancel:
            cancel.raise_if_cancelled()
        if isinstance(result, Rejected) or not isinstance(depiction, Depiction):
            left_out += 1
        else:
            _write(plan, method, result, depiction, folder, suffix, render, threshold, scale_maximum)
            written += 1
        watch.tell(done, rejected=left_out)
    if scale_maximum is not None and written:
        scale = ColourScale(scale_maximum, method.signed)
        with whole_file(folder / LEGEND) as file:
            node = kind_of_library(library).words.node
            caption = f"{node} saliency · {method.name}"
            file.write(legend_svg(scale, caption=caption, background=True, clipped=True, node=node))
    return written, left_out


def _write(
    plan: ResultPlan,
    method: Method,
    record: ExplainedRecord,
    depiction: Depiction,
    folder: Path,
    suffix: str,
    render: Render,
    threshold: float,
    scale_maximum: float | None,
) -> None:
    name = safe_file_name(record.read.title, record.position + 1)
    indices = plan.class_indices(record)
    for index in indices:
        values = record.record_maps(method.id)[:, index]
        own = float(abs(record.explanation.maps[method.id][:, index]).max())
        scale = ColourScale(own if scale_maximum is None else scale_maximum, method.signed, depiction.paper)
        ending = f"_{index}" if len(indices) > 1 else ""
        with whole_file(folder / f"{name}{ending}{suffix}", text=False) as file:
            file.write(render(depiction, halos(depiction, values, scale, threshold), record.read.preparation))
