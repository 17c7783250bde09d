"""JSON annotations of photographs, an image each: those of Visual Genome and of Stanford VRD.

Visual Genome (Krishna et al., IJCV 2017), ``relationships.json`` and ``scene_graphs.json``: an array of images with
``image_id``. Visual Relationship Detection (Lu et al., ECCV 2016): an object, a list of relations by image name.
"""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

from ..record import RawRecord, RecordText, Rejected, Source

_VISUAL_GENOME = re.compile(rb'\s*\[\s*\{\s*"')
_VRD = re.compile(rb'\s*\{\s*"(?:[^"\\]|\\.)*"\s*:\s*\[')
_MAX_TITLE = 200


class NotAnImageError(ValueError):
    """A member that is no annotated image: the reason is a sentence."""


def looks_like_scenes(head: bytes) -> bool:
    """Whether a JSON file that begins so holds scene graphs."""
    if _VISUAL_GENOME.match(head):
        return re.search(rb'"relationships"\s*:\s*\[', head) is not None
    return _VRD.match(head) is not None and all(f'"{name}"'.encode() in head for name in ("predicate", "subject"))


def parse_member(text: str) -> tuple[str, dict[str, Any]]:
    """The image's title, and what is said of it: of VRD a dictionary of ``relationships`` alone.

    :raises NotAnImageError: if it is none
    """
    text = text.strip()
    named = text.startswith('"')
    try:
        value = json.loads(f"{{{text}}}" if named else text, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise NotAnImageError(f"it is not valid JSON ({error})") from error
    if named:
        ((title, relations),) = list(value.items())[-1:]
        value = {"relationships": relations}
    elif isinstance(value, dict):
        title = value.get("image_id", "")
        if not isinstance(title, str | int):
            raise NotAnImageError("its image_id is neither a number nor a text")
    if not isinstance(value, dict) or not isinstance(value.get("relationships", []), list):
        raise NotAnImageError("it is not an image with a list of relationships")
    return str(title).strip()[:_MAX_TITLE], value


def read_text(_: Source, raw: RawRecord) -> RecordText | Rejected:
    """The image's title; it has no other fields."""
    if raw.fault:
        return Rejected(raw.position, raw.line, "", raw.fault)
    if not raw.text.strip():
        return Rejected(raw.position, raw.line, "", "the record is empty")
    try:
        title, _value = parse_member(raw.text)
    except NotAnImageError as error:
        return Rejected(raw.position, raw.line, "", str(error))
    return RecordText(title, None, ())


def _refuse(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")
