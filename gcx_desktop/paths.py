"""Paths of the program's own files: in a source tree, in a wheel, or frozen by PyInstaller."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import platformdirs

APP_NAME = "gcx-desktop"


def real_path(path: Path | str) -> Path:
    """The absolute path without links, as far as they can be followed: ``Path.resolve`` raises RuntimeError for
    some."""
    return Path(os.path.realpath(path))


def _data_root() -> Path:
    """The folder that holds ``resources/`` and ``models/``.

    A wheel and a frozen application carry both inside the package (``gcx_desktop/_data``); a source
    tree has them beside it.
    """
    package = Path(__file__).resolve().parent
    frozen = getattr(sys, "_MEIPASS", None)
    for root in (*([Path(frozen)] if frozen else []), package / "_data", package.parent):
        if (root / "resources").is_dir():
            return root
    return package.parent


def resource(name: str) -> Path:
    """The path of ``resources/<name>``; it need not exist."""
    return _data_root() / "resources" / name


def bundled_models() -> Path:
    """The folder of the model bundles that come with the program."""
    return _data_root() / "models"


def user_models() -> Path:
    """The user's own model bundles: each folder in it is one. It need not exist."""
    return Path(platformdirs.user_data_dir(APP_NAME, appauthor=False)) / "models"


def unsaved_work() -> Path:
    """The folder of unsaved work: each folder in it belongs to one library. It need not exist."""
    return Path(platformdirs.user_data_dir(APP_NAME, appauthor=False)) / "unsaved"


def user_logs() -> Path:
    """The folder of crash logs. It need not exist."""
    return Path(platformdirs.user_log_dir(APP_NAME, appauthor=False))


SAMPLE_LIBRARY = "sample_library.sdf"
"""Name under ``resources/`` of the library that File ▸ Open Sample Library opens."""
SAMPLE_FIRST = 1
"""Position of its record that is shown first: caffeine. Of the first twenty it has the clearest map for the default
model and method: it is predicted right, and masking its coloured atoms lowers the class's probability by more than
three standard deviations more than masking as many random atoms."""
