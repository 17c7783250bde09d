"""The options of a table are kept: in Recent, and in the report's command line."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gcx_desktop.app.output import write_report
from gcx_desktop.app.output.export_kinds import FILTERED
from gcx_desktop.app.output.write_report import ReportOptions
from gcx_desktop.cli.main import parser
from gcx_desktop.cli.options import table_options
from gcx_desktop.errors import Cancelled
from gcx_desktop.gui.session.settings import Settings
from gcx_desktop.gui.window.main_window import MainWindow
from gcx_desktop.library.table_options import DETECT_ALL, TableOptions

TIMEOUT = 15_000
OPTIONS = TableOptions(";", False, "column 2", "column 1")


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "table.csv"
    path.write_text("name;smiles\nethanol;CCO\nethylamine;CCN\n")
    return path


def test_recent_opens_a_table_as_it_was_opened_before(
    qtbot: QtBot, open_window: Callable[[], MainWindow], table: Path, settings: Settings
) -> None:
    window = open_window()
    libraries = window.session.libraries
    with qtbot.waitSignal(libraries.opened, timeout=TIMEOUT):
        window.files.open([table], OPTIONS)
    assert len(libraries.rows or ()) == 3
    window.close_library()
    with qtbot.waitSignal(libraries.opened, timeout=TIMEOUT):
        window.actions_.recent.actions()[0].trigger()
    assert libraries.library is not None
    assert libraries.library.options == OPTIONS
    with qtbot.waitSignal(libraries.opened, timeout=TIMEOUT):
        window.files.open([table])
    assert settings.options_of(table) == DETECT_ALL


def test_the_command_in_a_report_opens_the_table_in_the_same_way(
    qtbot: QtBot, window: MainWindow, table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with qtbot.waitSignal(window.session.libraries.opened, timeout=TIMEOUT):
        window.files.open([table], OPTIONS)
    command_lines: list[str] = []

    def write(*given: object) -> None:
        options = given[-1]
        assert isinstance(options, ReportOptions)
        command_lines.append(options.command_line)
        raise Cancelled

    monkeypatch.setattr(write_report, "write_report", write)
    window.exports.export_report(FILTERED, table.with_suffix(".pdf"))
    qtbot.waitUntil(lambda: bool(command_lines) and not window.exports.busy, timeout=TIMEOUT)
    assert table_options(parser().parse_args(shlex.split(command_lines[0])[1:])) == OPTIONS


def test_options_go_with_the_file_that_is_no_longer_recent(settings: Settings, tmp_path: Path) -> None:
    settings.add_recent(tmp_path / "old.csv", OPTIONS)
    assert settings.options_of(tmp_path / "old.csv") == OPTIONS
    for i in range(10):
        settings.add_recent(tmp_path / f"{i}.csv")
    settings.add_recent(tmp_path / "old.csv")
    assert settings.options_of(tmp_path / "old.csv") == DETECT_ALL
    settings.add_recent(tmp_path / "old.csv", OPTIONS)
    settings.clear_recent()
    assert settings.options_of(tmp_path / "old.csv") == DETECT_ALL


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"/a.csv": 3}', '{"/a.csv": {"delimiter": 4, "has_header": "x", "y": 1}}']
)
def test_stored_options_that_make_no_sense_count_as_none(settings: Settings, text: str) -> None:
    settings.set("table_options", text)
    assert settings.options_of(Path("/a.csv")) == DETECT_ALL
