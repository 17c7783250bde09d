"""An annotated image for the window: graph, depiction and names in one go. Runs in worker processes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from ...depict.colour import Paper
from ...depict.drawing import TooComplexError
from ...errors import UsageError
from ...library.molecules.preparation import Preparation
from ...library.record import Rejected, Source, Span
from ...library.source import read_raw
from ..kind import Parameters, RecordToShow, ShowableRecord
from .drawing import draw_with_photograph
from .features import SceneFeatures, features_of
from .object_vectors import VectorFileError
from .reader import read_image
from .record_text import read_image_text


def show(
    source: Source, parameters: Parameters, paper: Paper | None, _: Preparation
) -> Callable[[Span], ShowableRecord]:
    """How a worker makes images ready for the window."""
    return partial(show_at, source, features_of(parameters), paper)


def show_at(source: Source, features: SceneFeatures, paper: Paper | None, span: Span) -> ShowableRecord:
    """A record's graph by a model's features and, unless ``paper`` is ``None``, its depiction."""
    try:
        read = read_image(source, features, span)
    except (UsageError, VectorFileError) as error:  # a model that needs other features than there are
        return Rejected(span.position, span.line, read_image_text(source, read_raw(source, span)).title, str(error))
    if isinstance(read, Rejected):
        return read
    names = tuple(each.name for each in read.scene.objects)
    if paper is None:
        return RecordToShow(read, names, None)
    try:
        return RecordToShow(read, names, draw_with_photograph(source, read.title, read.scene, paper))
    except TooComplexError as error:
        return RecordToShow(read, names, None, str(error))
