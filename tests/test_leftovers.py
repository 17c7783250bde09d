"""What a process that was killed leaves, and who removes it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from gcx_desktop import leftovers
from gcx_desktop.leftovers import ScratchError, make_scratch, replaced_folder, scratch_folder, unfinished_file

MAKERS = {
    "a temporary folder": "s = make_scratch('test'); (s.path / 'big').write_text('x'); made = s.path",
    "an unfinished file": "c = unfinished_file(folder / 'out.csv'); made, _ = c.__enter__()",
    "an unfinished model": "c = replaced_folder(folder / 'model'); made = c.__enter__().parent",
}


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for temporary files of the test's own."""
    root = tmp_path / "temporary"
    root.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(root))
    return root


@pytest.fixture
def maker(
    tmp_path: Path, temporary: Path, request: pytest.FixtureRequest
) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """A process that makes something and waits, and what it made."""
    code = (
        "import sys\nfrom pathlib import Path\nfrom gcx_desktop.leftovers import *\n"
        f"folder = Path({str(tmp_path)!r})\n{MAKERS[request.param]}\nprint(made, flush=True)\nsys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(temporary)},
    ) as process:
        assert process.stdout is not None
        made = Path(process.stdout.readline().strip())
        assert made.exists()
        yield process, made
        process.kill()


def make_all(folder: Path) -> None:
    """What any run does that writes a file, and one that needs a temporary folder."""
    leftovers.remove_parts(folder)
    make_scratch("other").remove()


@pytest.mark.parametrize("maker", MAKERS, indirect=True)
def test_what_a_killed_process_made_is_removed_by_the_next_one(
    maker: tuple[subprocess.Popen[str], Path], tmp_path: Path
) -> None:
    process, made = maker
    process.send_signal(signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)
    process.wait(30)
    assert made.exists()
    make_all(tmp_path)
    assert not made.exists()


@pytest.mark.parametrize("maker", MAKERS, indirect=True)
def test_what_a_living_process_needs_stays(maker: tuple[subprocess.Popen[str], Path], tmp_path: Path) -> None:
    _, made = maker
    make_all(tmp_path)
    assert made.exists()


def test_files_and_folders_of_other_programs_stay(tmp_path: Path, temporary: Path) -> None:
    others = [
        tmp_path / ".out.csv.1a2b3c4d.part",
        tmp_path / "out.gcx-1a2b3c4d.part",
        tmp_path / ".out.gcx-1a2b3c4d.part.csv",
        temporary / "gcx-notes",
        temporary / "gcx-test-1a2b3c4d.txt",
    ]
    for path in others:
        path.write_text("mine")
    (temporary / "gcx-test-00000000").mkdir()  # without the file whose lock would say whose it is
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / ".owner").touch()
    (temporary / "gcx-link-1a2b3c4d").symlink_to(elsewhere)
    make_all(tmp_path)
    assert all(path.read_text() == "mine" for path in others)
    assert (elsewhere / ".owner").exists()
    assert (temporary / "gcx-test-00000000").exists()


def test_a_model_that_was_about_to_be_replaced_gets_its_name_back(tmp_path: Path) -> None:
    model = tmp_path / "model"
    with replaced_folder(model) as folder:
        (folder / "card.json").write_text("first")
    code = (
        "import os\nfrom pathlib import Path\nfrom gcx_desktop.leftovers import replaced_folder\n"
        "rename = Path.rename\n"
        "Path.rename = lambda self, to: os._exit(9) if self.name == 'new' else rename(self, to)\n"
        f"with replaced_folder(Path({str(model)!r})) as folder: (folder / 'card.json').write_text('second')"
    )
    assert subprocess.run([sys.executable, "-c", code], timeout=60).returncode == 9
    assert not model.exists()
    leftovers.remove_parts(tmp_path)
    assert (model / "card.json").read_text() == "first"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_nothing_of_a_folder_that_could_not_be_filled_stays(tmp_path: Path) -> None:
    with replaced_folder(tmp_path / "model") as folder:
        (folder / "card.json").write_text("first")
    with pytest.raises(KeyboardInterrupt), replaced_folder(tmp_path / "model") as folder:
        raise KeyboardInterrupt
    assert (tmp_path / "model" / "card.json").read_text() == "first"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model", "temporary"]


def test_a_temporary_folder_is_gone_after_its_use_and_read_by_nobody_else(temporary: Path) -> None:
    with scratch_folder("test") as folder:
        assert folder.parent == temporary
        assert folder.stat().st_mode & 0o077 == 0 or sys.platform == "win32"
        (folder / "deep").mkdir()
        (folder / "deep" / "file").touch()
    assert list(temporary.iterdir()) == []


def test_where_there_is_no_place_for_temporary_files_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/dev/null/nowhere")
    with pytest.raises(ScratchError, match="set TMPDIR to another"):
        make_scratch("test")

    def none() -> str:
        raise FileNotFoundError(2, "No usable temporary directory found")

    monkeypatch.setattr(tempfile, "gettempdir", none)
    with pytest.raises(ScratchError, match="no folder for temporary files"):
        make_scratch("test")


def test_two_unfinished_files_of_one_name_do_not_meet(tmp_path: Path) -> None:
    target = tmp_path / ("n" * 250)
    with unfinished_file(target) as (one, first), unfinished_file(target) as (two, second):
        assert one != two
        assert one.exists()
        assert two.exists()
        os.close(first)
        os.close(second)
    assert [path.name for path in tmp_path.iterdir()] == ["temporary"]


def test_a_full_temporary_folder_is_said_to_be_the_full_one(tmp_path: Path, temporary: Path) -> None:
    with pytest.raises(ScratchError, match="is full; free some space, or set TMPDIR"), scratch_folder("test") as folder:
        raise OSError(28, "No space left on device", str(folder / "file"))
    with pytest.raises(OSError, match=r"out\.csv"), scratch_folder("test"):
        raise OSError(28, "No space left on device", str(tmp_path / "out.csv"))
    assert list(temporary.iterdir()) == []
