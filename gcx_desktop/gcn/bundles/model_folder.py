"""A folder with weights and their card: of a model, or of a foundation."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Set
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ...errors import OutputError
from ...leftovers import replaced_folder
from ...paths import real_path


def check_model_folder(folder: Path, files: Set[str], what: str) -> None:
    """Checks, before any work is done, whether such a folder can be written.

    :param files: the names of all files that it may hold
    :param what: it is called, such as "model folder"
    :raises OutputError: if the folder cannot be written, or holds anything else
    """
    if folder.exists() and (not folder.is_dir() or {p.name for p in folder.iterdir()} - files):
        raise OutputError(folder, f"exists and is not a {what}; choose a new name")
    parent = real_path(folder).parent
    if not parent.is_dir():
        raise OutputError(folder, f"the folder {parent} does not exist; make it first")
    if not os.access(parent, os.W_OK | os.X_OK):
        raise OutputError(folder, f"the folder {parent} is read-only")


@contextmanager
def written_folder(folder: Path) -> Iterator[Path]:
    """A folder to fill within the ``with`` block, which then stands in the place of ``folder``, whole or not at all.

    :raises OutputError: if it cannot be written
    """
    from safetensors import SafetensorError

    try:
        with replaced_folder(real_path(folder)) as fresh:
            yield fresh
            for entry in fresh.rglob("*"):
                entry.chmod(0o755 if entry.is_dir() else 0o644)
            fresh.chmod(0o755)
    except (OSError, SafetensorError) as error:
        raise OutputError(folder, f"cannot be written ({getattr(error, 'strerror', None) or error})") from error


def save_card(values: Mapping[str, Any], path: Path) -> None:
    """:raises OSError: if it cannot be written"""
    text = json.dumps(values, indent=2, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")
