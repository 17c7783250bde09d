"""The settings stored between sessions: window, columns, recent files, model and method."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QSettings

from ...app.evaluation.label_choices import LabelChoice, choice_settings, stored_choices
from ...library.table_options import DETECT_ALL, TableOptions, read_options
from ...paths import APP_NAME

MAX_RECENT = 10


class Settings:
    """Typed access to the stored values; unreadable ones count as absent."""

    def __init__(self) -> None:
        self._store = QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, APP_NAME, APP_NAME)

    def text(self, key: str, default: str = "") -> str:
        value = self._store.value(key, default)
        return value if isinstance(value, str) else default

    def number(self, key: str, default: float) -> float:
        try:
            return float(self.text(key, str(default)))
        except ValueError:
            return default

    def bytes(self, key: str) -> QByteArray:
        value = self._store.value(key)
        return value if isinstance(value, QByteArray) else QByteArray()

    def set(self, key: str, value: Any) -> None:
        self._store.setValue(key, value)

    @property
    def recent(self) -> list[Path]:
        """Recently opened files, the last first."""
        value = self._store.value("recent", [])
        names = [value] if isinstance(value, str) else value if isinstance(value, list) else []
        return [Path(name) for name in names if isinstance(name, str) and name]

    def add_recent(self, path: Path, options: TableOptions = DETECT_ALL) -> None:
        """:param options: with which the file was opened, and is to be opened again"""
        path = path.absolute()
        chosen = {p: self.options_of(p) for p in self.recent} | {path: options}
        paths = [path, *(p for p in self.recent if p != path)][:MAX_RECENT]
        self._store.setValue("recent", [str(p) for p in paths])
        kept = {str(p): asdict(chosen[p]) for p in paths if chosen[p] != DETECT_ALL}
        self._store.setValue("table_options", json.dumps(kept))

    def options_of(self, path: Path) -> TableOptions:
        """The options with which a recent file was opened."""
        try:
            stored = json.loads(self.text("table_options", "{}"))
        except ValueError:
            return DETECT_ALL
        chosen = stored.get(str(path)) if isinstance(stored, dict) else None
        return read_options(chosen) if isinstance(chosen, dict) else DETECT_ALL

    def remember_labels(self, path: Path, choices: tuple[LabelChoice, ...]) -> None:
        """Stores the user's choices about the label columns of a recent file."""
        stored = self._labels()
        kept = {str(p): stored[str(p)] for p in self.recent if str(p) in stored}
        self._store.setValue("labels", json.dumps({**kept, str(path.absolute()): choice_settings(choices)}))

    def labels_of(self, path: Path) -> tuple[LabelChoice, ...]:
        """The user's choices about the label columns of a recent file."""
        return stored_choices(self._labels().get(str(path.absolute())))

    def _labels(self) -> dict[str, Any]:
        try:
            stored = json.loads(self.text("labels", "{}"))
        except ValueError:
            return {}
        return stored if isinstance(stored, dict) else {}

    def clear_recent(self) -> None:
        for key in ("recent", "table_options", "labels"):
            self._store.remove(key)

    def save(self) -> None:
        self._store.sync()

    @property
    def problem(self) -> str:
        """A sentence if the settings cannot be written or could not be read, else ""."""
        status, name = self._store.status(), self._store.fileName()
        if status is QSettings.Status.AccessError or not self._store.isWritable():
            return f"settings cannot be written, so this window is forgotten when it closes; see whether {name} may be"
        if status is QSettings.Status.FormatError:
            return f"settings could not be read, so those of a first start are used: {name} is damaged"
        return ""
