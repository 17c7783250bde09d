"""Where the program's own files lie: from a source tree, from a wheel, or frozen by PyInstaller."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import platformdirs

APP_NAME = "gcx-desktop"


def real_path(path: Path | str) -> Path:
    """Absolute and without links, as far as they lead anywhere: ``Path.resolve`` raises a RuntimeError for some."""
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
    """The folder of work that is in no project of the user's: each folder in it is one library's. It need not exist."""
    return Path(platformdirs.user_data_dir(APP_NAME, appauthor=False)) / "unsaved"


def user_logs() -> Path:
    """The folder in which a crash leaves what is known of it. It need not exist."""
    return Path(platformdirs.user_log_dir(APP_NAME, appauthor=False))


SAMPLE_LIBRARY = "sample_library.sdf"
"""Name under ``resources/`` of the library that File ▸ Open Sample Library opens."""
SAMPLE_FIRST = 1
"""Position of its record that is shown first: caffeine. Of the first twenty it is the one whose map says most, with the
model and the method of the beginning: predicted right, and without its coloured atoms the class's probability falls by
more than three standard deviations beyond what it falls by without as many random atoms."""
