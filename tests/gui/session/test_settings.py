"""If settings cannot be saved, the window says so once, in a sentence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSettings

from gcx_desktop.gui.session.settings import Settings
from gcx_desktop.gui.window.main_window import MainWindow
from gcx_desktop.paths import APP_NAME

Open = Callable[[], MainWindow]


def settings_in(folder: Path) -> Settings:
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(folder))
    return Settings()


def test_settings_that_cannot_be_written_are_one_notice(open_window: Open, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    window = open_window()
    window.settings = settings_in(tmp_path / "file" / "settings")
    messages: list[str] = []
    warn = window.messages.warn
    window.messages.warn = lambda words: (messages.append(words), warn(words))  # type: ignore[method-assign]
    window.start()
    window.settings.set("theme", "Dark")
    window.settings.add_recent(tmp_path / "a.smi")
    window.settings.save()
    settled = [words for words in messages if "cannot be written" in words]
    assert len(settled) == 1
    assert APP_NAME in settled[0]


def test_settings_that_are_damaged_are_said_and_those_of_a_first_start_used(tmp_path: Path) -> None:
    file = tmp_path / APP_NAME / f"{APP_NAME}.ini"
    file.parent.mkdir()
    file.write_bytes(b"[[[[ %%%\n\xff\xfe\x00 nothing = of the kind \x01\n")
    settings = settings_in(tmp_path)
    assert settings.text("theme", "System") == "System"
    assert "could not be read" in settings.problem


def test_settings_that_are_kept_are_no_news(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    settings.set("theme", "Dark")
    settings.save()
    assert settings.problem == ""
    assert settings_in(tmp_path).text("theme") == "Dark"
