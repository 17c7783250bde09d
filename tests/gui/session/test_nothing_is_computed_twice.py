"""After *Explain all*, exports and statistics of the library need no further forward passes."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from pytestqt.qtbot import QtBot

from gcx_desktop.app.explaining.method_names import METHOD_NAMES
from gcx_desktop.app.libraries.library_rows import Column
from gcx_desktop.app.output.export_kinds import ALL, FILTERED
from gcx_desktop.app.output.write_results import numbers
from gcx_desktop.explain.engine import Explainer
from gcx_desktop.gui.window.main_window import MainWindow

TIMEOUT = 30_000
SMILES = ("CCO", "CCN", "c1ccccc1", "CC(=O)O", "broken", "[2H]CCCN", "CCl", "OCCO")
WHERE = ("table", "kept by itself", "project", "read-only project")


class ForwardPasses:
    """Counts the records that the network predicts, except the selected one."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.n_records = 0
        explain = Explainer.explain

        def counting(explainer: Explainer, graphs: Sequence[Any]) -> Any:
            self.n_records += len(graphs)
            return explain(explainer, graphs)

        monkeypatch.setattr(Explainer, "explain", counting)


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    path = tmp_path / "labelled.csv"
    path.write_text("smiles,size,active\n" + "".join(f"{smiles},{i},{i % 2}\n" for i, smiles in enumerate(SMILES)))
    return path


def run_all(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: not window.session.running, timeout=TIMEOUT)  # the results shown are saved in a new project
    window.session.run()
    qtbot.waitUntil(lambda: not window.session.running, timeout=TIMEOUT)


@pytest.fixture(params=WHERE)
def explained(
    request: pytest.FixtureRequest,
    qtbot: QtBot,
    open_window: Callable[[], MainWindow],
    labelled: Path,
    tmp_path: Path,
) -> MainWindow:
    """A window whose whole library was explained, with results in the table alone or also in a project."""
    window = open_window()
    window.start()
    session, projects = window.session, window.session.projects
    projects.keeps_by_itself = request.param == "kept by itself"
    window.files.open([labelled])
    qtbot.waitUntil(lambda: session.bundle is not None and bool(session.scales), timeout=TIMEOUT)
    if "project" in request.param:
        with qtbot.waitSignal(projects.saved_as, timeout=TIMEOUT):
            projects.save_as(tmp_path / "work.gcx")
    run_all(qtbot, window)
    assert (projects.writer is not None) == (request.param != "table")
    if request.param == "read-only project":
        assert projects.writer is not None
        projects.writer.project.why_read_only = "it may only be looked at"
    return window


@pytest.fixture
def passes(explained: MainWindow, monkeypatch: pytest.MonkeyPatch) -> ForwardPasses:
    """Counts forward passes from here on."""
    return ForwardPasses(monkeypatch)


def exported(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: not window.exports.busy, timeout=TIMEOUT)


def test_tables_and_structure_files_hold_what_the_table_shows(
    qtbot: QtBot, explained: MainWindow, passes: ForwardPasses, tmp_path: Path
) -> None:
    rows, method = explained.session.libraries.rows, explained.session.now.method
    assert rows is not None
    for kind in ("csv", "sdf", "smi"):
        explained.exports.export_table(ALL, tmp_path / f"out.{kind}")
        exported(qtbot, explained)
    assert passes.n_records == 0
    with (tmp_path / "out.csv").open(newline="") as file:
        written = {int(row["record"]) - 1: row for row in csv.DictReader(file)}
    assert sorted(written) == [0, 1, 2, 3, 5, 6, 7]
    for position, row in written.items():
        index, shown = int(rows.predicted[position]), rows.maps[method][position]
        assert row["saliency"] == numbers(shown[:, index])
        assert float(row["probability"]) == pytest.approx(rows.probability(position, index), rel=1e-5)
    assert (tmp_path / "out.sdf").read_text().count("$$$$") == 7


def test_report_and_pictures_show_it(
    qtbot: QtBot, explained: MainWindow, passes: ForwardPasses, tmp_path: Path
) -> None:
    explained.exports.export_report(FILTERED, tmp_path / "out.pdf")
    exported(qtbot, explained)
    folder = tmp_path / "pictures"
    folder.mkdir()
    explained.exports.export_pictures(ALL, "svg", folder)
    exported(qtbot, explained)
    assert passes.n_records == 0
    assert len(PdfReader(tmp_path / "out.pdf").pages) > 1
    assert len(list(folder.glob("0*.svg"))) == 7


def test_substructures_are_found_in_it(qtbot: QtBot, explained: MainWindow, passes: ForwardPasses) -> None:
    panel = explained.substructures
    panel.search()
    qtbot.waitUntil(lambda: panel.mined is not None and not panel.busy, timeout=TIMEOUT)
    assert passes.n_records == 0
    assert panel.mined is not None
    assert sum(panel.mined.n_records) == 7


def test_it_is_measured(qtbot: QtBot, explained: MainWindow, passes: ForwardPasses) -> None:
    measures = explained.measures
    explained.actions_["evaluate"].trigger()
    measures.choice.choose_methods((explained.session.now.method,))
    qtbot.waitUntil(measures.choice.button.isEnabled, timeout=TIMEOUT)
    measures.evaluate()
    qtbot.waitUntil(lambda: measures.measured is not None and not measures.busy, timeout=TIMEOUT)
    assert passes.n_records == 0, "predictions without some of the atoms are others, and not counted here"
    assert measures.measured is not None
    assert measures.measured.evaluation.n_molecules == 7


def test_it_is_sorted_by_the_disagreement_of_methods_once_all_of_them_were_run(
    qtbot: QtBot, explained: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    for method in METHOD_NAMES:
        explained.session.choose_method(method)
        run_all(qtbot, explained)
    passes = ForwardPasses(monkeypatch)
    with qtbot.waitSignal(explained.session.libraries.order_changed, timeout=TIMEOUT):
        explained.actions_["sort-disagreement"].trigger()
    qtbot.waitUntil(lambda: explained.session.libraries.view.column == Column.DISAGREEMENT, timeout=TIMEOUT)
    qtbot.waitUntil(lambda: not explained.disagreement.busy, timeout=TIMEOUT)
    assert passes.n_records == 0


def test_a_project_that_is_closed_meanwhile_costs_nothing_but_the_passes(
    qtbot: QtBot, explained: MainWindow, tmp_path: Path
) -> None:
    explanations = explained.session.explanations((explained.session.now.method,))
    assert explanations is not None
    from gcx_desktop.work import Work

    results = explanations.source()(explanations.request(), Work(explanations.pool))
    first = next(results)
    if explanations.writer is not None:
        with qtbot.waitCallback() as closed:
            explained.session.lane.submit(explanations.writer.close, lambda _: closed())
    rest = list(results)
    assert [first.position, *(each.position for each in rest)] == list(range(len(SMILES)))
