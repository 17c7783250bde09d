"""The self-test, as packaging runs it."""

from __future__ import annotations

from pathlib import Path

import pytest

from gcx_desktop import paths
from tests.gui.start.test_launch import launch


@pytest.mark.skipif(not (paths.bundled_models() / "bbbp").is_dir(), reason="the bundled model is not there")
def test_the_main_job_is_done_in_the_real_window(tmp_path: Path) -> None:
    done = launch("--self-test", tmp_path / "out", QT_QPA_PLATFORM="offscreen")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].startswith("self-test passed")
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "explained.csv",
        "explained.sdf",
        "report.pdf",
        "window.png",
    }
