"""What the program remembers between sessions: window, columns, last files, model and method."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QSettings

from ..paths import APP_NAME

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
        """Files opened lately, the last first."""
        value = self._store.value("recent", [])
        names = [value] if isinstance(value, str) else value if isinstance(value, list) else []
        return [Path(name) for name in names if isinstance(name, str) and name]

    def add_recent(self, path: Path) -> None:
        path = path.absolute()
        names = [str(path), *(str(p) for p in self.recent if p != path)]
        self._store.setValue("recent", names[:MAX_RECENT])

    def clear_recent(self) -> None:
        self._store.remove("recent")

    def save(self) -> None:
        self._store.sync()
