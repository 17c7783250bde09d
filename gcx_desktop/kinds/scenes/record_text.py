"""The words of an annotated image."""

from __future__ import annotations

from ...library.record import RawRecord, RecordText, Rejected, Source
from .files import FIELD_NAMES
from .scene import NAME_SEPARATOR, NotAnImageError, names_beside, parse_member, read_scene


def read_image_text(source: Source, raw: RawRecord) -> RecordText | Rejected:
    """The image's title, and as fields what is annotated of it, so that it can be searched, sorted and filtered.

    Where that cannot be read the title stands alone: whoever wants the graph is told why.
    """
    if raw.fault:
        return Rejected(raw.position, raw.line, "", raw.fault)
    if not raw.text.strip():
        return Rejected(raw.position, raw.line, "", "the record is empty")
    try:
        title, image = parse_member(raw.text)
    except NotAnImageError as error:
        return Rejected(raw.position, raw.line, "", str(error))
    try:
        scene = read_scene(image, names_beside(source.path))
    except NotAnImageError:
        return RecordText(title, None, ())
    names = NAME_SEPARATOR.join(each.name for each in scene.objects)
    counts = str(len(scene.objects)), str(len(scene.relations))
    return RecordText(title, None, tuple(zip(FIELD_NAMES, (names, *counts), strict=True)))
