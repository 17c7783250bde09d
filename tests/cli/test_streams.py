"""Standard output and error that are closed, full, of another encoding, or left early; and signals to stop."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="shells of other systems")

GCX = shlex.join([sys.executable, "-m", "gcx_desktop.cli.main"])
MODULES = os.pathsep.join(filter(None, [str(Path.cwd()), os.environ.get("PYTHONPATH")]))
"""Where a command that runs in another folder finds its modules."""
NEEDS_FULL = pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")


@pytest.fixture
def library(tmp_path: Path) -> Path:
    path = tmp_path / "library.csv"
    path.write_text("smiles,name\nCCO,Äthanol\nc1ccccc1,ベンゼン\n", encoding="utf-8")
    return path


def run(command: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """A command line of the shell; ``gcx`` in it is ours."""
    environment = {**os.environ, "PYTHONPATH": MODULES, **environment}
    line = command.replace("gcx ", f"{GCX} ")
    return subprocess.run(["sh", "-c", line], cwd=folder, env=environment, capture_output=True, timeout=100)


@pytest.mark.parametrize(
    "locale",
    [
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"LC_ALL": "POSIX", "PYTHONIOENCODING": "ascii"},
        {"PYTHONIOENCODING": "utf-16"},
    ],
)
def test_results_on_standard_output_are_those_of_a_file_whatever_the_locale(
    library: Path, tmp_path: Path, locale: dict[str, str]
) -> None:
    done = run("gcx predict library.csv -o - --quiet --workers 1", tmp_path, **locale)
    assert done.stderr == b""
    assert "Äthanol" in done.stdout.decode("utf-8")
    assert "ベンゼン" in done.stdout.decode("utf-8")
    assert b"\r" not in done.stdout


def at_a_terminal(command: list[str], folder: Path) -> bytes:
    """What a command whose standard output is a terminal sends there."""
    reader, terminal = os.openpty()
    try:
        process = subprocess.Popen(
            [*shlex.split(GCX), *command],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": MODULES},
            stdout=terminal,
            stderr=subprocess.DEVNULL,
        )
        os.close(terminal)
        parts = []
        while part := _read(reader):
            parts.append(part)
        assert process.wait(100) == 0
    finally:
        os.close(reader)
    return b"".join(parts)


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # how Linux says that nobody writes there any more
        return b""


def test_text_of_files_does_not_steer_a_terminal_and_is_piped_as_it_is(tmp_path: Path) -> None:
    title = "\x1b]0;evil\x07\x1b[2J\u202egpj"
    (tmp_path / "library.csv").write_text(
        f'smiles,name,note\nCCO,"{title}","two\nlines\tand a tab"\n', encoding="utf-8"
    )
    words = ["predict", "library.csv", "-o", "-", "--quiet", "--workers", "1"]
    piped = run(f"gcx {shlex.join(words)}", tmp_path).stdout
    assert title.encode() in piped
    seen = at_a_terminal(words, tmp_path).replace(b"\r\n", b"\n")
    assert b"\\x1b]0;evil\\x07\\x1b[2J\\u202egpj" in seen
    assert b"\x1b" not in seen
    assert seen.count(b"\n") == piped.count(b"\n")
    assert "β-secretase".encode() in at_a_terminal(["models", "--json"], tmp_path)


def test_models_are_listed_in_utf_8_whatever_the_locale(tmp_path: Path) -> None:
    done = run("gcx models", tmp_path, PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, b"")
    assert "β-secretase" in done.stdout.decode("utf-8")


@pytest.mark.parametrize(
    "command", ["models", "models --json", "--help", "--version", "predict library.csv -o - --quiet"]
)
@pytest.mark.parametrize("out", [pytest.param(">/dev/full", marks=NEEDS_FULL), ">&-"])
def test_standard_output_that_cannot_be_written_is_one_sentence_and_a_failure(
    library: Path, tmp_path: Path, command: str, out: str
) -> None:
    done = run(f"gcx {command} {out}", tmp_path)
    assert done.returncode == 1
    (sentence,) = done.stderr.decode().splitlines()
    why = "it is closed; open it, or name a file with -o" if out == ">&-" else "it cannot be written (No space left"
    assert sentence.startswith(f"gcx: standard output: {why}")


@pytest.mark.parametrize("err", [pytest.param("2>/dev/full", marks=NEEDS_FULL), "2>&-"])
def test_messages_that_are_lost_make_no_success_and_cost_no_result(library: Path, tmp_path: Path, err: str) -> None:
    done = run(f"gcx predict library.csv -o - --workers 1 {err}", tmp_path)
    assert done.returncode == 1
    assert [line[:2] for line in done.stdout.decode().splitlines()] == ["re", "1,", "2,"]
    assert run(f"gcx predict library.csv -o - --quiet --workers 1 {err}", tmp_path).returncode == 0
    assert run(f"gcx predict nowhere.csv -o - {err}", tmp_path).returncode == 1


def test_what_is_printed_never_gets_into_a_file_that_is_written(library: Path, tmp_path: Path) -> None:
    """The file would get the number of a stream that is closed."""
    run("gcx predict library.csv -o out.csv --workers 1 <&- >&- 2>&-", tmp_path)
    run("gcx predict library.csv -o right.csv --quiet --workers 1", tmp_path)
    assert (tmp_path / "out.csv").read_bytes() == (tmp_path / "right.csv").read_bytes()


def test_readers_of_both_streams_may_leave_early(tmp_path: Path) -> None:
    (tmp_path / "many.smi").write_text("CCO\n" * 3000 + "C1C broken\n")
    done = run("gcx predict many.smi -o - --quiet 2>&1 | head -n 1", tmp_path)
    assert done.stdout.startswith(b"record,")
    assert len(done.stdout.splitlines()) == 1
    assert done.stderr == b""


def begun(folder: Path, n_records: int, out: str, name: str, action: signal.Handlers) -> subprocess.Popen[str]:
    """A command that is writing its results.

    :param name: of a signal
    :param action: what the command finds the signal set to when it begins, whatever the shell has set
    """
    (folder / "big.smi").write_text("CCOC(=O)c1ccccc1N\n" * n_records)
    process = subprocess.Popen(
        [*shlex.split(GCX), "explain", str(folder / "big.smi"), "-o", str(folder / out), "--workers", "1", "--quiet"],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(folder / "temporary")},
        preexec_fn=lambda: signal.signal(getattr(signal, name), action),
    )
    while not any(path.name.endswith(".part") for path in folder.iterdir()):
        try:
            process.wait(0.05)
        except subprocess.TimeoutExpired:
            continue
        raise AssertionError(process.communicate()[1])
    return process


@pytest.fixture
def room(tmp_path: Path) -> Path:
    (tmp_path / "temporary").mkdir()
    return tmp_path


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_signal_that_ends_it_leaves_no_file_and_no_process(room: Path, name: str) -> None:
    with begun(room, 300_000, "out.xlsx", name, signal.SIG_DFL) as process:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        pids = children.read_text().split() if children.exists() else []
        process.send_signal(getattr(signal, name))
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert err == "gcx: interrupted\n"
    assert sorted(path.name for path in room.iterdir()) == ["big.smi", "temporary"]
    assert list((room / "temporary").iterdir()) == []
    assert not [pid for pid in pids if Path("/proc", pid).exists()]


def test_a_signal_that_is_ignored_as_nohup_wants_stays_so(room: Path) -> None:
    with begun(room, 10_000, "out.csv", "SIGHUP", signal.SIG_IGN) as process:
        process.send_signal(signal.SIGHUP)
        _, err = process.communicate(timeout=90)
    assert process.returncode == 0, err
    assert len((room / "out.csv").read_text().splitlines()) == 10_001
