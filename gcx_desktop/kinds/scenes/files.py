"""Files of scene graphs: JSON annotations of photographs, an image each, those of Visual Genome and of Stanford VRD.

Visual Genome (Krishna et al., IJCV 2017), ``relationships.json`` and ``scene_graphs.json``: an array of images with
``image_id``. Visual Relationship Detection (Lu et al., ECCV 2016): an object, a list of relations by image name.
"""

from __future__ import annotations

import re

from ...library.record import Format, OtherFormat
from ..lazy import LazyFunction

FIELD_NAMES = ("objects", "n_objects", "n_relations")
_VISUAL_GENOME = re.compile(rb'\s*\[\s*\{\s*"')
_VRD = re.compile(rb'\s*\{\s*"(?:[^"\\]|\\.)*"\s*:\s*\[')


def looks_like_scenes(head: bytes) -> bool:
    """Whether a JSON file that begins so holds scene graphs."""
    if _VISUAL_GENOME.match(head):
        return re.search(rb'"relationships"\s*:\s*\[', head) is not None
    return _VRD.match(head) is not None and all(f'"{name}"'.encode() in head for name in ("predicate", "subject"))


SCENE_FILES = OtherFormat(
    format=Format.SCENES,
    called="a file of scene graphs",
    begins=looks_like_scenes,
    scan=LazyFunction("scenes.members:members"),
    read_text=LazyFunction("scenes.record_text:read_image_text"),
    field_names=FIELD_NAMES,
)
