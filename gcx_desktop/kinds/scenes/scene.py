"""An annotated image as objects and the relations between them. Plain data; sizes are bounded."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NoReturn

NAME_SEPARATOR = "; "
"""Between the names of an image's objects, as tables write them."""
MAX_OBJECTS = 2_000
MAX_RELATIONS = 20_000
MAX_NAME = 80
MAX_TITLE = 200
_MAX_COORDINATE = 1e6
_MAX_NAMES_BYTES = 1 << 20
_CATEGORY_FILES = ("vrd_objects.json", "objects.json")
_PREDICATE_FILES = ("vrd_predicates.json", "predicates.json")


class NotAnImageError(ValueError):
    """What is no annotated image: the reason is a sentence."""


@dataclass(frozen=True, slots=True)
class Box:
    """Where an object is, in pixels from the upper left corner of the image."""

    x: float
    y: float
    width: float
    """≥ 0"""
    height: float
    """≥ 0"""


@dataclass(frozen=True, slots=True)
class SceneObject:
    """Something in an image."""

    name: str
    """Its category, in lower case, on one line of at most ``MAX_NAME`` printable characters."""
    box: Box
    attributes: tuple[str, ...] = ()
    """In lower case."""
    ids: tuple[str, ...] = ()
    """Under which the file names it, those of the objects that were merged into it after its own; empty if by none."""


@dataclass(frozen=True, slots=True)
class Relation:
    """Of objects, by their places in :attr:`Scene.objects`."""

    subject: int
    predicate: str
    object: int


@dataclass(frozen=True, slots=True)
class Scene:
    """What is annotated of an image."""

    objects: tuple[SceneObject, ...]
    """At least one, in the order in which the file first names them."""
    relations: tuple[Relation, ...]
    """In the file's order."""

    @property
    def extent(self) -> tuple[float, float]:
        """Width and height of the smallest image that holds all boxes; the files do not tell the real ones."""
        return (
            max(1.0, *(each.box.x + each.box.width for each in self.objects)),
            max(1.0, *(each.box.y + each.box.height for each in self.objects)),
        )


@dataclass(frozen=True, slots=True)
class Names:
    """What the numbers of VRD stand for; empty where nobody says."""

    categories: tuple[str, ...] = ()
    predicates: tuple[str, ...] = ()


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
    return printable_name(str(title), MAX_TITLE), value


@lru_cache(maxsize=8)
def names_beside(path: Path) -> Names:
    """From the lists that lie beside a VRD file."""
    categories, predicates = (map(_names, map(path.with_name, files)) for files in (_CATEGORY_FILES, _PREDICATE_FILES))
    return Names(next(filter(None, categories), ()), next(filter(None, predicates), ()))


def read_scene(image: Mapping[str, Any], names: Names) -> Scene:
    """Objects with the same id are one, and without an id those with the same category and box.

    :param image: as :func:`parse_member` gives it
    :raises NotAnImageError: if anything is missing or of the wrong kind
    """
    listed, relations = image.get("objects", []), image.get("relationships", [])
    if not isinstance(listed, list):
        raise NotAnImageError("its objects are no list")
    if len(listed) > MAX_OBJECTS or len(relations) > MAX_RELATIONS:
        raise NotAnImageError(f"it has more than {MAX_OBJECTS:,} objects or {MAX_RELATIONS:,} relations")
    gathered = _ObjectCollector(names)
    for each in listed:
        gathered.place(each)
    found: dict[Relation, None] = {}
    for number, relation in enumerate(relations, start=1):
        try:
            subject, object_ = gathered.end(relation, "subject"), gathered.end(relation, "object")
            found[Relation(subject, _predicate(relation.get("predicate"), names), object_)] = None
        except NotAnImageError as error:
            raise NotAnImageError(f"relation {number:,}: {error}") from error
    objects = gathered.objects()
    if not objects:
        raise NotAnImageError("the image has no objects")
    return Scene(objects, tuple(found))


_Key = int | str | tuple[str, Box]
"""An object's id, or its name and box."""


class _ObjectCollector:
    """The distinct objects of an image, as they are met."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._found: list[tuple[str, Box, tuple[str, ...]]] = []
        """Name, box and attributes of each."""
        self._ids: list[dict[str, None]] = []
        """Of each, in the order in which they are met."""
        self._places: dict[_Key, int] = {}

    def objects(self) -> tuple[SceneObject, ...]:
        return tuple(SceneObject(*found, tuple(ids)) for found, ids in zip(self._found, self._ids, strict=True))

    def end(self, relation: Any, which: str) -> int:
        """The place of a relation's subject or object, given whole or by its id."""
        if not isinstance(relation, dict):
            raise NotAnImageError("it is no object of JSON")
        if which in relation:
            return self.place(relation[which])
        id_ = _id(relation.get(f"{which}_id"))
        place = None if id_ is None else self._places.get(id_)
        if place is None:
            raise NotAnImageError(f"its {which} is not among the image's objects")
        return place

    def place(self, given: Any) -> int:
        """Of an object, which is new or was met before."""
        if not isinstance(given, dict):
            raise NotAnImageError("an object is no object of JSON")
        merged = given.get("merged_object_ids", [])
        ids = [_id(each) for each in (given.get("object_id"), *(merged if isinstance(merged, list) else []))]
        keys: list[_Key] = [each for each in ids if each is not None]
        name, box, words = _category(given, self._names), _box(given), dict.fromkeys(map(str, keys))
        keys = keys or [(name, box)]
        place = next((self._places[key] for key in keys if key in self._places), len(self._found))
        if place == len(self._found):
            if place == MAX_OBJECTS:
                raise NotAnImageError(f"the image has more than {MAX_OBJECTS:,} objects")
            self._found.append((name, box, _attributes(given)))
            self._ids.append({})
        self._ids[place].update(words)
        self._places.update(dict.fromkeys(keys, place))
        return place


def _id(value: Any) -> int | str | None:
    return value if isinstance(value, int | str) and not isinstance(value, bool) else None


def _category(given: Mapping[str, Any], names: Names) -> str:
    several = given.get("names")
    value = given.get("name", several[0] if isinstance(several, list) and several else given.get("category"))
    name = _named(value, names.categories, "category")
    # "(person, on, horse)" is how a relation is written wherever pieces of images are named
    return f"[{name[1:-1]}]" if name.startswith("(") and name.endswith(")") else name


def _predicate(value: Any, names: Names) -> str:
    return _named(value, names.predicates, "predicate")


def _named(value: Any, names: Sequence[str], what: str) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return names[value] if 0 <= value < len(names) else f"{what} {value}"[:MAX_NAME]
    if not isinstance(value, str):
        raise NotAnImageError(f"a {what} has no name")
    return clean_name(value) or f"unnamed {what}"


def clean_name(name: str) -> str:
    """In lower case, on one line, without what divides the names of a column or cannot be written."""
    return printable_name(name.replace(";", ",").lower(), MAX_NAME)


def printable_name(text: str, most: int) -> str:
    """On one line, without what is seen nowhere and cannot be written everywhere, such as halves of characters."""
    line = "".join(each for each in text if each.isprintable() or each.isspace())
    return " ".join(line.split())[:most].rstrip()


def _attributes(given: Mapping[str, Any]) -> tuple[str, ...]:
    several = given.get("attributes", [])
    return tuple(clean_name(each) for each in several if isinstance(each, str)) if isinstance(several, list) else ()


def _box(given: Mapping[str, Any]) -> Box:
    if "bbox" in given:
        corners = given["bbox"]
        if not isinstance(corners, list) or len(corners) != 4:
            raise NotAnImageError("a bbox is not [ymin, ymax, xmin, xmax]")
        top, bottom, left, right = map(_number, corners)
        return Box(left, top, max(right - left, 0.0), max(bottom - top, 0.0))
    x, y, width, height = (_number(given.get(key, given.get(other))) for key, other in zip("xywh", _LONG, strict=True))
    return Box(x, y, max(width, 0.0), max(height, 0.0))


_LONG = ("x", "y", "width", "height")


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= _MAX_COORDINATE:
        raise NotAnImageError("a box has a coordinate that is no number of pixels")
    return float(value)


def _names(path: Path) -> tuple[str, ...]:
    """A list of names; empty if the file is none."""
    try:
        if not path.is_file():  # a pipe of that name would be waited for
            return ()
        with path.open("rb") as file:
            data = file.read(_MAX_NAMES_BYTES + 1)
        values = json.loads(data) if len(data) <= _MAX_NAMES_BYTES else None
    except (OSError, ValueError, RecursionError):
        return ()
    if not isinstance(values, list) or not all(isinstance(each, str) for each in values):
        return ()
    return tuple(map(clean_name, values))


def _refuse(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")
