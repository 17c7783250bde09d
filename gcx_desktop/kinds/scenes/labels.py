"""Labels of the images of a library, by the words of a task or by a table."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from ...library.library import Library
from ..kind import Rationale
from .reader import defining_nodes, title_and_scene
from .scene import NotAnImageError
from .tasks import is_table, label_name, label_of, read_labels, read_task


def label_name_of(_: Library, label: str, task_file: Path | None) -> str:
    """As :attr:`Labels.name`."""
    return label_name(task_file, label)


def label_words(library: Library, label: str, n_records: int, task_file: Path | None) -> list[str]:
    """As :attr:`Labels.words`."""
    labels = read_labels(task_file, label) if task_file is not None and is_table(task_file) else None
    task = {} if labels is not None else read_task(task_file, label)
    found = []
    for position in range(n_records):
        try:
            title, scene = title_and_scene(library.source, library.raw(position))
        except NotAnImageError:
            found.append("")
            continue
        found.append(label_of(scene, task) if labels is None else labels.get(title, ""))
    return found


def label_classes(label: str, task_file: Path | None) -> tuple[str, ...]:
    """As :attr:`Labels.classes`."""
    return () if is_table(task_file) else tuple(read_task(task_file, label))


def label_rationale(label: str, task_file: Path | None) -> Rationale:
    """As :attr:`Labels.rationale`."""
    return partial(defining_nodes, {} if is_table(task_file) else read_task(task_file, label))
