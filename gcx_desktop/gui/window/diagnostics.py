"""Versions, system and settings, for About and for bug reports. Never contains a name of a user's file."""

from __future__ import annotations

import os
import platform
import sys

from PySide6.QtCore import qVersion
from PySide6.QtGui import QGuiApplication

from ... import __version__, paths
from ..session.settings import Settings

LISTED_PACKAGES = (
    *("PySide6_Essentials", "rdkit", "torch", "numpy", "safetensors", "matplotlib"),
    *("typst", "pyarrow", "XlsxWriter", "platformdirs", "scikit_learn"),
)
SETTINGS = ("theme", "view", "method", "preparation", "threshold", "scale", "rejected", "columns")
"""The stored settings that say nothing about the user's files."""


def versions() -> dict[str, str]:
    """Name → version, of the program and the libraries that it uses."""
    from importlib.metadata import PackageNotFoundError, version  # loads a parser of mail, which nothing else needs

    found = {"gcx-desktop": __version__, "Python": platform.python_version(), "Qt": qVersion()}
    for name in LISTED_PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not known"
    return found


def diagnostics(settings: Settings) -> str:
    """Versions, system and settings as lines of text."""
    lines = [f"{name}: {number}" for name, number in versions().items()]
    lines.append(f"installed as: {'application' if getattr(sys, 'frozen', False) else 'Python package'}")
    lines.append(f"system: {platform.platform()}, {platform.machine()}, {os.cpu_count()} processors")
    lines.append(f"windows: {QGuiApplication.platformName()}")
    lines += [
        f"screen: {screen.size().width()} × {screen.size().height()}, scaled by {screen.devicePixelRatio():g}"
        for screen in QGuiApplication.screens()
    ]
    stored = ((name, settings.text(name)) for name in SETTINGS)
    lines += [f"{name}: {value}" for name, value in stored if value]
    lines.append(f"model: {_model_words(settings.text('model'))}")
    return "\n".join(lines)


def _model_words(stored: str) -> str:
    """The name of a bundled model; for a user's model no name, since its folder may be named after a project."""
    names = {str(folder): folder.name for folder in paths.bundled_models().glob("*")}
    return names.get(stored, "the user's own" if stored else "not chosen yet")
