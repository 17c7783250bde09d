"""Labels of images by words: each class of a task has a list, and an image is of the one class whose words it holds.

A word stands for an object if it is the whole of the object's name or attribute, or whole words of it ("cow" for "brown
cow", not for "cowboy"). Images that match no class or several have no label. The words are a JSON file that users may
change: ``{task: {class: [word, …], …}, …}``. Or a table gives labels by image.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import FileError, UnknownNameError, UsageError
from ...library.formats.columns import column_number
from ...library.labels.labels import label_index
from ...paths import resource
from .scene import MAX_TITLE, Scene, SceneObject, clean_name, printable_name

TASKS_FILE = "scene_tasks.json"
"""Name under ``resources/`` of the tasks that come with the program."""
IMAGE_COLUMN = "image"

_MAX_BYTES = 1 << 20
_MAX_ROWS = 10_000_000

ClassWords = Mapping[str, tuple[str, ...]]
"""Class → its words"""


class TaskFileError(FileError):
    """A file of tasks or labels that cannot be used."""


def read_task(path: Path | None, name: str) -> ClassWords:
    """One of the tasks of a file.

    :param path: ``None`` for those that come with the program
    :raises TaskFileError: if the file does not hold tasks
    :raises UnknownNameError: if it holds no task of that name
    """
    values = _read_tasks(path or resource(TASKS_FILE))
    name = _named(name, tuple(values), path)
    return {class_name: tuple(map(clean_name, words)) for class_name, words in values[name].items()}


def _named(wanted: str, names: tuple[str, ...], path: Path | None) -> str:
    """That task, else the only one that is called so in other letters.

    :param path: of the file that names them, if it is the user's
    :raises UnknownNameError: if there is none
    """
    if wanted in names:
        return wanted
    same = [name for name in names if name.casefold() == wanted.casefold()]
    if len(same) != 1:
        raise UnknownNameError("task", wanted, names, path)
    return same[0]


def tasks_with(class_names: Sequence[str]) -> list[str]:
    """Those that come with the program and have these classes.

    :raises TaskFileError: if their file was changed to something else
    """
    values = _read_tasks(resource(TASKS_FILE))
    return [name for name, task in values.items() if set(task) == set(class_names)]


def _read_tasks(path: Path) -> Mapping[str, Mapping[str, list[str]]]:
    try:
        _check_is_file(path)
        with path.open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
        values = json.loads(data) if len(data) <= _MAX_BYTES else None
    except OSError as error:
        raise TaskFileError(path, f"it cannot be read ({error.strerror or error})") from error
    except (ValueError, RecursionError) as error:
        raise TaskFileError(path, f"it is not a JSON file of tasks ({error})") from error
    if not isinstance(values, dict) or not all(map(_is_task, values.values())):
        raise TaskFileError(path, "it is not a JSON object of tasks, each with two or more classes and their words")
    return values


def _is_task(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and len(value) > 1
        and all(name.strip() and name.isprintable() for name in value)
        and all(isinstance(words, list) and words and all(map(_is_word, words)) for words in value.values())
    )


def _is_word(value: Any) -> bool:
    return isinstance(value, str) and bool(clean_name(value))


def is_table(path: Path | None) -> bool:
    """Whether a file gives the labels of images, rather than words."""
    return path is not None and path.suffix.lower() in (".csv", ".tsv")


def read_labels(path: Path, column: str) -> dict[str, str]:
    """Image → label.

    :param column: its name in any letter case, or ``column 3``
    :raises TaskFileError: if it cannot be read, or has no column of images
    :raises UnknownNameError: if there is no such column
    :raises UsageError: if several columns have that name
    """
    with _rows(path) as rows:
        _, image, label = _columns(path, rows, column)
        return {
            printable_name(row[image], MAX_TITLE): row[label].strip() if label < len(row) else ""
            for row in islice(rows, _MAX_ROWS)
            if image < len(row)
        }


@contextmanager
def _rows(path: Path) -> Iterator[Iterator[list[str]]]:
    """Those of a table of labels.

    :raises TaskFileError: if they cannot be read
    """
    try:
        _check_is_file(path)
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            yield csv.reader(file, delimiter="\t" if path.suffix.lower() == ".tsv" else ",")
    except OSError as error:
        raise TaskFileError(path, f"it cannot be read ({error.strerror or error})") from error
    except csv.Error as error:
        raise TaskFileError(path, f"it cannot be read ({error})") from error


def _columns(path: Path, rows: Iterator[list[str]], wanted: str) -> tuple[list[str], int, int]:
    """The names in the first row, the index of the column of images, and of that of the labels."""
    names = next(rows, [])
    if IMAGE_COLUMN not in names:
        raise TaskFileError(path, f"it has no column '{IMAGE_COLUMN}'; there are: {', '.join(names[:20])}")
    image = names.index(IMAGE_COLUMN)
    return names, image, label_index(path, names, [i for i in range(len(names)) if i != image], wanted)


def _check_is_file(path: Path) -> None:
    """:raises TaskFileError: for a folder, and for a pipe or device, which would be waited for"""
    if path.exists() and not path.is_file():
        raise TaskFileError(path, "it is not a file, but a folder, pipe or device")


def label_name(path: Path | None, wanted: str) -> str:
    """What the task or column of labels is called that a user means.

    :param path: ``None`` for the tasks that come with the program
    :raises TaskFileError: if the file cannot be read
    :raises UnknownNameError: if it has none that is called so
    :raises UsageError: if it has several columns of that name
    """
    if path is None or not is_table(path):
        return _named(wanted, tuple(_read_tasks(path or resource(TASKS_FILE))), path)
    with _rows(path) as rows:
        names, _, label = _columns(path, rows, wanted)
    return names[label] if names.count(names[label]) == 1 else column_number(label)


def label_of(scene: Scene, task: ClassWords) -> str:
    """The one class whose words the scene holds; "" if there is none, or several."""
    held = [name for name, words in task.items() if defining(scene.objects, words).any()]
    return held[0] if len(held) == 1 else ""


def all_words(task: ClassWords) -> tuple[str, ...]:
    """Of all classes."""
    return tuple(word for words in task.values() for word in words)


def defining(objects: Iterable[SceneObject], words: tuple[str, ...]) -> NDArray[np.bool_]:
    """[n_objects]: which of them one of the words stands for."""
    pattern = _pattern(words)
    return np.array([any(map(pattern.search, (each.name, *each.attributes))) for each in objects], dtype=np.bool_)


@lru_cache(maxsize=64)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """Matches nothing if there are no words."""
    if not words:
        return re.compile(r"(?!)")
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)")


def without_defining(task_file: Path | None, name: str) -> tuple[str, ...]:
    """The words of a task whose objects are to be left out of graphs.

    :raises UsageError: if labels come from a table, which names no words
    """
    if is_table(task_file):
        raise UsageError(f"{task_file}: a table of labels does not say which objects define them; give a JSON file")
    return all_words(read_task(task_file, name))
