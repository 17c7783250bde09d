"""JSON annotations of photographs, an image each: those of Visual Genome and of Stanford VRD.

Visual Genome (Krishna et al., IJCV 2017), ``relationships.json`` and ``scene_graphs.json``: an array of images with
``image_id``. Visual Relationship Detection (Lu et al., ECCV 2016): an object, a list of relations by image name.
"""

from __future__ import annotations

import re

from ..record import RawRecord, RecordText, Rejected, Source

FIELD_NAMES = ("objects", "n_objects", "n_relations")
_VISUAL_GENOME = re.compile(rb'\s*\[\s*\{\s*"')
_VRD = re.compile(rb'\s*\{\s*"(?:[^"\\]|\\.)*"\s*:\s*\[')


def looks_like_scenes(head: bytes) -> bool:
    """Whether a JSON file that begins so holds scene graphs."""
    if _VISUAL_GENOME.match(head):
        return re.search(rb'"relationships"\s*:\s*\[', head) is not None
    return _VRD.match(head) is not None and all(f'"{name}"'.encode() in head for name in ("predicate", "subject"))


def read_text(source: Source, raw: RawRecord) -> RecordText | Rejected:
    """The image's title, and as fields what is annotated of it, so that it can be searched, sorted and filtered.

    Where that cannot be read the title stands alone: whoever wants the graph is told why.
    """
    # Not before: whoever opens molecules waits for none of it.
    from ..scene import NAME_SEPARATOR, NotAnImageError, names_beside, parse_member, read_scene

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
