"""The application in one folder: moved, without Python, without network, unwritable, in a home with any name.

The tests build it, which takes a minute or two, unless ``GCX_APPLICATION`` names a folder that holds one.
"""

from __future__ import annotations

import csv
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from gcx_desktop import __version__, paths

ROOT = Path(__file__).parents[1]
BUILT = "GCX_APPLICATION"
MAX_BYTES = 1_100_000_000
PROGRAM = ".exe" if sys.platform == "win32" else ""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(1200),
    pytest.mark.skipif(
        not os.environ.get(BUILT) and importlib.util.find_spec("PyInstaller") is None,
        reason="pyinstaller is not installed: python -m pip install '.[build]'",
    ),
]


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder, at another place than where it was built."""
    place = tmp_path_factory.mktemp("moved") / "an application"
    built = os.environ.get(BUILT)
    if built:
        shutil.copytree(built, place, symlinks=True)
    else:
        work = tmp_path_factory.mktemp("build")
        folders = ["--distpath", str(work / "dist"), "--workpath", str(work / "work")]
        done = subprocess.run(
            [sys.executable, "-m", "PyInstaller", "--noconfirm", *folders, "build.spec"],
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        shutil.move(work / "dist" / "gcx-desktop", place)
    return place


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "Хим 分子 é"
    folder.mkdir()
    return folder


def run(program: Path, *argv: str | Path, home: Path, before: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    """Runs a program of the application with next to no environment: no path, no Python, no display."""
    environment = {"HOME": str(home), "PATH": "", "QT_QPA_PLATFORM": "offscreen", "LC_ALL": "C.UTF-8"}
    if sys.platform == "win32":
        environment |= {name: os.environ[name] for name in ("SYSTEMROOT", "TEMP")} | {"USERPROFILE": str(home)}
    command = [*before, str(program), *map(str, argv)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=home, timeout=300)
    assert done.returncode == 0, done.stderr
    assert "Warning" not in done.stderr
    return done


def gcx(application: Path, *argv: str | Path, home: Path) -> str:
    return run(application / f"gcx{PROGRAM}", *argv, home=home).stdout


def isolated() -> tuple[str, ...]:
    """What runs a program without network, where the system lets us: ``()`` elsewhere."""
    unshare = shutil.which("unshare")
    if unshare is None:
        return ()
    command = (unshare, "--net", "--map-root-user")
    return command if subprocess.run([*command, "/bin/true"], capture_output=True).returncode == 0 else ()


def test_the_window_does_the_main_job_without_python_network_or_a_writable_folder(
    application: Path, home: Path
) -> None:
    folders = [application, *(path for path in application.rglob("*") if path.is_dir() and not path.is_symlink())]
    for folder in folders:
        folder.chmod(0o555)
    try:
        program = application / f"gcx-desktop{PROGRAM}"
        done = run(program, "--self-test", home / "out", home=home, before=isolated())
    finally:
        for folder in folders:
            folder.chmod(0o755)
    assert done.stdout.splitlines()[-1].startswith("self-test passed")
    assert {path.name for path in (home / "out").iterdir()} == {
        *("explained.csv", "explained.sdf", "report.pdf", "window.png")
    }


def test_every_command_does_its_work(application: Path, home: Path) -> None:
    sample = paths.resource(paths.SAMPLE_LIBRARY)
    assert gcx(application, "--version", home=home).strip() == f"gcx-desktop {__version__}"
    assert "bbbp" in gcx(application, "models", home=home)
    for suffix in ("csv", "parquet", "xlsx", "sdf"):
        gcx(application, "predict", sample, "-o", home / f"out.{suffix}", "--limit", "9", home=home)
        assert (home / f"out.{suffix}").stat().st_size > 0
    gcx(application, "explain", sample, "-o", home / "maps.csv", "--class", "all", "--limit", "9", home=home)
    assert len((home / "maps.csv").read_text(encoding="utf-8").splitlines()) == 1 + 2 * 9
    gcx(application, "evaluate", sample, "--label", "BBB", "-o", home / "measures.csv", home=home)
    gcx(application, "report", sample, "-o", home / "report.pdf", "--limit", "9", home=home)
    assert (home / "report.pdf").read_bytes().startswith(b"%PDF")


def test_a_network_is_trained_and_used(application: Path, home: Path) -> None:
    table, model = home / "table.csv", home / "model"
    rows = [("C" * n + end, str(int(end == "O"))) for n in range(2, 22) for end in ("O", "N")]
    with table.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("smiles", "alcohol"), *rows])
    options = ("--label", "alcohol", "--split", "random", "--seeds", "1", "--epochs", "2")
    gcx(application, "train", table, "-o", model, *options, home=home)
    gcx(application, "predict", table, "--model", model, "-o", home / "predicted.csv", home=home)
    assert len((home / "predicted.csv").read_text(encoding="utf-8").splitlines()) == 1 + len(rows)


def test_it_carries_the_licences_of_what_it_is_made_of(application: Path) -> None:
    licences = application / "_internal" / "licences"
    listed = (licences / "list.txt").read_text(encoding="utf-8")
    for name in ("Python", "gcx-desktop", "PySide6_Essentials", "torch", "rdkit", "numpy", "typst", "pyarrow"):
        assert f"\n{name} " in listed
    assert "LESSER GENERAL PUBLIC LICENSE" in (licences / "common" / "LGPL-3.0.txt").read_text(encoding="utf-8")


def test_it_knows_the_versions_that_help_about_and_model_cards_list(application: Path) -> None:
    from gcx_desktop.gui.window.diagnostics import LISTED_PACKAGES

    there = {path.name.partition("-")[0].lower() for path in (application / "_internal").glob("*.dist-info")}
    assert {name.lower() for name in LISTED_PACKAGES} <= there


def test_it_is_no_larger_than_it_should_be(application: Path) -> None:
    files = (path for path in application.rglob("*") if path.is_file() and not path.is_symlink())
    assert sum(path.stat().st_size for path in files) < MAX_BYTES


@pytest.mark.skipif(sys.platform != "linux", reason="menus of Linux desktops")
def test_the_entry_in_the_menus_starts_the_program_where_it_lies_and_can_be_removed(
    application: Path, home: Path
) -> None:
    script = application / "_internal" / "install.sh"
    environment = {"HOME": str(home), "PATH": os.environ["PATH"]}
    subprocess.run(["sh", str(script)], env=environment, check=True, capture_output=True)
    entry = (home / ".local/share/applications/gcx-desktop.desktop").read_text(encoding="utf-8")
    assert f'Exec="{application}/gcx-desktop" %F\n' in entry
    assert (home / ".local/bin/gcx").resolve() == application / "gcx"
    subprocess.run(["sh", str(script), "--remove"], env=environment, check=True, capture_output=True)
    left = [path for path in (home / ".local").rglob("*gcx*") if path.is_file() or path.is_symlink()]
    assert left == []
