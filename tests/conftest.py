"""Tests need no display; those of the window are skipped, with the reason, where Qt cannot be loaded."""

from __future__ import annotations

import importlib
import os

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

WHY_NO_QT = ""
try:
    importlib.import_module("PySide6.QtWidgets")
except ImportError as error:
    WHY_NO_QT = f"Qt cannot be loaded: {error}"
    qt_compat = importlib.import_module("pytestqt.qt_compat")
    qt_compat.qt_api.set_qt_api = lambda _: None  # else the plugin ends the whole run


def pytest_configure(config: pytest.Config) -> None:
    if WHY_NO_QT and config.pluginmanager.has_plugin("pytest-qt"):
        config.option.qt_log = False
        config.pluginmanager.unregister(name="pytest-qt")
