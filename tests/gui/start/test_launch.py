"""Starting ``gcx-desktop``."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gcx_desktop import __version__
from gcx_desktop.gui.start.launch import main, window_parser

LAUNCH = [sys.executable, "-m", "gcx_desktop.gui.start.launch"]


def launch(*argv: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    kept.pop("QT_QPA_PLATFORM", None)
    return subprocess.run([*LAUNCH, *argv], capture_output=True, text=True, env=kept | environment, timeout=110)


def test_help_and_version_need_neither_qt_nor_torch() -> None:
    code = "import sys; from gcx_desktop.gui.start import launch; print({'PySide6', 'torch'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "set()"
    assert launch("--version").stdout.strip() == f"gcx-desktop {__version__}"


def test_the_window_waits_neither_for_torch_nor_for_rdkit() -> None:
    code = (
        "import sys; from gcx_desktop.gui.start import application; "
        "print('gcx_desktop.gui.window.main_window' in sys.modules, {'torch', 'rdkit'} & set(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "True set()"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a display")
def test_without_a_display_there_is_one_sentence_and_exit_code_1() -> None:
    done = launch()
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("gcx-desktop: there is no display")
    assert done.stderr.count("\n") == 1


@pytest.mark.skipif(sys.platform != "linux", reason="X11")
def test_an_x_server_that_does_not_answer_is_one_sentence_and_exit_code_1() -> None:
    done = launch(DISPLAY="localhost:97")
    assert done.returncode == 1
    assert "'localhost:97' does not answer" in done.stderr or "no window without" in done.stderr
    assert done.stderr.count("\n") == 1


def test_an_unknown_option_is_a_usage_error() -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["--nonsense"])


def test_files_are_paths() -> None:
    assert window_parser().parse_args(["a.sdf", "b.csv"]).files == [Path("a.sdf"), Path("b.csv")]
