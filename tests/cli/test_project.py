"""``--project``: the command goes on where it was stopped, whatever stopped it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from benchmarks.kill import kill_runs, write_library
from gcx_desktop.app.explaining.method_evidence import first_method
from gcx_desktop.app.explaining.models import FEATURE_SETS
from gcx_desktop.app.projects import project_source
from gcx_desktop.app.projects.project_source import save_records
from gcx_desktop.cli.main import main
from gcx_desktop.explain.engine import Explainer
from gcx_desktop.gcn.bundles.catalogue import DEFAULT_MODEL, find_bundle
from gcx_desktop.gcn.cards.card import read_card
from gcx_desktop.library.library import Library
from gcx_desktop.project.store import Project, open_project

FIRST = first_method(read_card(find_bundle(DEFAULT_MODEL), FEATURE_SETS))


def test_the_same_command_again_writes_the_same_file_from_the_project(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    library, project, out = tmp_path / "library.smi", tmp_path / "work.gcx", tmp_path / "out.csv"
    write_library(library, 60)
    texts = []
    for _ in range(2):
        argv = ["explain", str(library), "-o", str(out), "--project", str(project), "--workers", "1"]
        assert main(argv) == 0
        assert "59 of 60 records done, 1 rejected" in capsys.readouterr().err
        texts.append(out.read_bytes())
    assert texts[0] == texts[1]
    assert main(["predict", str(library), "-o", str(out), "--project", str(project), "--quiet"]) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["library.smi", "out.csv", "work.gcx"]


@pytest.mark.parametrize(
    "words",
    [
        ("report", "-o", "out.pdf", "--substructures", "3"),
        ("substructures", "-o", "out.csv", "--min-molecules", "0"),
        ("substructures", "-o", "out.csv", "--min-molecules", "0", "--label", "even"),
        ("evaluate", "-o", "out.csv", "--label", "even", "--method", FIRST, "--molecules", "each.csv"),
    ],
    ids=["report", "substructures", "substructures of labels", "evaluate"],
)
def test_what_a_project_holds_is_not_computed_for_reports_substructures_and_measures(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = "smiles,even\n" + "".join(f"{'CCO' * (i % 7 + 1)}N,{i % 2}\n" for i in range(30)) + "broken,1\n"
    (tmp_path / "library.csv").write_text(table)
    monkeypatch.chdir(tmp_path)
    more = ["--workers", "1", "--quiet", "--project", "work.gcx"]
    explain, asked = Explainer.explain, list[int]()

    def counting(explainer: Explainer, graphs: Sequence[Any]) -> Any:
        asked.append(len(graphs))
        return explain(explainer, graphs)

    monkeypatch.setattr(Explainer, "explain", counting)
    written = []
    for project in ("work.gcx", "work.gcx", "new.gcx"):
        command, *options = words
        assert main([command, "library.csv", *options, *more[:-1], project]) == 0
        written.append((sum(asked), (tmp_path / words[2]).read_bytes()))
        asked.clear()
    assert [n_asked for n_asked, _ in written] == [30, 0, 30]
    if words[0] != "report":  # which says when it was made
        assert len({content for _, content in written}) == 1
    assert main(["explain", "library.csv", "-o", "explained.csv", *more]) == 0
    assert not asked


def test_a_project_is_no_output_of_the_measures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    library, taken = tmp_path / "library.csv", tmp_path / "curves.csv"
    library.write_text("smiles,even\nCCO,0\nCCN,1\n")
    argv = ["evaluate", str(library), "--label", "even", "-o", str(tmp_path / "out.csv"), "--curves", str(taken)]
    assert main([*argv, "--project", str(taken)]) == 2
    assert "--project names a file that is written, too" in capsys.readouterr().err


def test_a_library_whose_records_the_project_knows_is_not_scanned_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, project, out = tmp_path / "library.smi", tmp_path / "work.gcx", tmp_path / "out.csv"
    write_library(path, 5)
    argv = ["predict", str(path), "-o", str(out), "--project", str(project), "--workers", "1", "--quiet"]
    scanned: list[bool] = []

    def save(project: Project, source_id: int, library: Library) -> None:
        scanned.append(library.scanned)
        save_records(project, source_id, library)

    monkeypatch.setattr(project_source, "save_records", save)
    assert main(argv) == 0
    assert main(argv) == 0
    assert scanned == [True, False]


def test_a_library_that_cannot_be_opened_leaves_no_project(tmp_path: Path) -> None:
    project = tmp_path / "work.gcx"
    argv = ["predict", str(tmp_path / "none.smi"), "-o", str(tmp_path / "out.csv"), "--project", str(project)]
    assert main(argv) == 1
    assert not project.exists()


def test_an_invalid_or_used_project_is_an_error_of_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    library, project, out = tmp_path / "library.smi", tmp_path / "work.gcx", tmp_path / "out.csv"
    library.write_text("CCO ethanol\n")
    base = ["predict", str(library), "-o", str(out), "--workers", "1", "--project"]
    assert main([*base, str(library)]) == 1
    assert capsys.readouterr().err == f"gcx: {library}: it is no gcx project; it was left as it is: name another file\n"
    assert main([*base, str(out)]) == 2
    assert "--project names a file that is written, too" in capsys.readouterr().err
    assert main([*base, str(project)]) == 0
    other = tmp_path / "other.smi"
    other.write_text("CCN ethylamine\n")
    capsys.readouterr()
    with open_project(project):
        assert main(["predict", str(other), "-o", str(out), "--workers", "1", "--project", str(project)]) == 1
    assert "it is open in another window or command" in capsys.readouterr().err


@pytest.mark.slow
def test_a_run_that_is_killed_loses_at_most_a_batch_and_ends_with_the_same_file(tmp_path: Path) -> None:
    runs, compared = kill_runs(tmp_path, 2, 1500)
    assert len(runs) == 2
    assert compared >= 1
