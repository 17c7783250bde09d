"""Tests need no display; those of the window are skipped, with the reason, where Qt cannot be loaded.

They see nothing of whoever runs them: neither the settings and models of their program nor how large and in what style
their desktop shows windows.
"""

from __future__ import annotations

import atexit
import ctypes
import importlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator

import hypothesis
import pytest

_DESKTOP = (
    "QT_SCALE_FACTOR",
    "QT_SCREEN_SCALE_FACTORS",
    "QT_SCALE_FACTOR_ROUNDING_POLICY",
    "QT_ENABLE_HIGHDPI_SCALING",
    "QT_FONT_DPI",
    "QT_STYLE_OVERRIDE",
    "QT_QPA_PLATFORMTHEME",
    "XDG_CURRENT_DESKTOP",
)
for _name in _DESKTOP:
    os.environ.pop(_name, None)
_home = tempfile.mkdtemp(prefix="gcx-tests-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)
for _name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
    os.environ[_name] = os.path.join(_home, _name)  # noqa: PTH118 - a string is wanted
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

hypothesis.settings.register_profile("gcx", deadline=None)  # how busy a machine is says nothing of the program
hypothesis.settings.load_profile("gcx")

WHY_NO_QT = ""
try:
    importlib.import_module("PySide6.QtWidgets")
except ImportError as error:
    WHY_NO_QT = f"Qt cannot be loaded: {error}"
    qt_compat = importlib.import_module("pytestqt.qt_compat")
    qt_compat.qt_api.set_qt_api = lambda _: None  # else the plugin ends the whole run


def pytest_configure(config: pytest.Config) -> None:
    _use_one_heap()
    if WHY_NO_QT and config.pluginmanager.has_plugin("pytest-qt"):
        config.option.qt_log = False
        config.pluginmanager.unregister(name="pytest-qt")


def _use_one_heap() -> None:
    """glibc gives threads heaps of their own, and keeps what they freed: a fourth of what tests of exports end with."""
    if sys.platform == "linux" and hasattr(ctypes.CDLL(None), "mallopt"):
        ctypes.CDLL(None).mallopt(-8, 1)  # M_ARENA_MAX


@pytest.fixture(scope="module", autouse=True)
def memory_given_back() -> Iterator[None]:
    """glibc keeps most of what was freed, some 200 MB at the end, unless it is told to give it back."""
    yield
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)
