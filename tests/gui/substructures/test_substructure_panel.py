"""The Substructures dock: the search, its results, and the actions on a substructure."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from pytestqt.qtbot import QtBot

from gcx_desktop.app.mining.substructure_search import SUBSTRUCTURE_FILE_KINDS, SearchFailures
from gcx_desktop.app.mining.write_substructures import COLUMNS
from gcx_desktop.app.output.write_results import WriteSummary
from gcx_desktop.depict.colour_threshold import DEFAULT_COLOUR_THRESHOLD
from gcx_desktop.gui.pictures.thumbnails import SubstructureOutline
from gcx_desktop.gui.record import match_outline
from gcx_desktop.gui.substructures.substructure_export import FILES, part_of
from gcx_desktop.gui.substructures.substructure_model import PatternColumn
from gcx_desktop.gui.substructures.substructure_words import SCHEMES
from gcx_desktop.gui.window.main_window import MainWindow
from gcx_desktop.library.molecules.preparation import Preparation
from gcx_desktop.library.record import Rejected
from gcx_desktop.substructure.scheme import Scheme

TIMEOUT = 30_000
SMILES = ("OCCc1ccccc1", "CC(=O)O", "CCOC(C)=O", "broken", "OCC(O)CO", "CCCC", "CC(=O)OCC", "OCCO")


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    path = tmp_path / "labelled.csv"
    path.write_text("smiles,active\n" + "".join(f"{smiles},{i % 2}\n" for i, smiles in enumerate(SMILES)))
    return path


@pytest.fixture
def ready(qtbot: QtBot, open_window: Callable[[], MainWindow], labelled: Path) -> MainWindow:
    """A window that can search for substructures that at least two molecules contain."""
    window = open_window()
    window.start()
    window.files.open([labelled])
    window.actions_["substructures"].trigger()
    choice = window.substructures.choice
    choice.schemes.setCurrentIndex(choice.schemes.findData(Scheme.GROUPS))
    choice.min_records.setValue(1)
    choice.cutoff.setValue(0)
    qtbot.waitUntil(choice.button.isEnabled, timeout=TIMEOUT)
    qtbot.waitUntil(lambda: choice.labels.count() > 1, timeout=TIMEOUT)
    return window


@pytest.fixture
def found(qtbot: QtBot, ready: MainWindow) -> MainWindow:
    panel = ready.substructures
    panel.choice.button.click()
    qtbot.waitUntil(lambda: panel.mined is not None and not panel.busy, timeout=TIMEOUT)
    assert panel.table.patterns.rowCount() > 0
    return ready


def seen(window: MainWindow) -> list[int]:
    return sorted(window.session.libraries.order.positions.tolist())


def choose(window: MainWindow, row: int = 0) -> list[int]:
    """Clicks a row and returns the records that contain its substructure."""
    table = window.substructures.table
    table.choose(row)
    table.clicked.emit(table.patterns.index(row, PatternColumn.SHOWN))
    positions: list[int] = table.patterns.finding(row).held_by.tolist()
    return sorted(positions)


def test_the_dock_stays_away_until_it_is_asked_for(open_window: Callable[[], MainWindow]) -> None:
    window = open_window()
    assert window.substructures.isHidden()
    window.actions_["substructures"].trigger()
    assert window.substructures.isVisible()
    assert "Open a library" in window.substructures.words.text()
    window.substructures.toggleViewAction().trigger()
    assert window.substructures.isHidden()


def test_every_scheme_and_every_kind_of_file_of_the_command_is_offered() -> None:
    assert set(SCHEMES) == set(Scheme)
    assert {kind.split(".")[0] for kind in SUBSTRUCTURE_FILE_KINDS} == set(FILES)


def test_labels_are_the_columns_that_can_be_classes_or_none(ready: MainWindow) -> None:
    choice = ready.substructures.choice
    assert [choice.labels.itemText(i) for i in range(choice.labels.count())] == ["as predicted", "active"]
    assert choice.label == ""
    choice.labels.setCurrentIndex(1)
    assert choice.label == "active"


def test_the_cutoff_begins_with_what_is_seen_until_it_is_changed(open_window: Callable[[], MainWindow]) -> None:
    window = open_window()
    session, choice = window.session, window.substructures.choice
    assert choice.cutoff.value() == session.now.colour_threshold == DEFAULT_COLOUR_THRESHOLD
    session.choose_colour_threshold(0.35)
    assert choice.request(()).cutoff == pytest.approx(0.35)
    session.choose_colour_threshold(1.0)
    assert choice.request(()).cutoff == pytest.approx(0.99), "the strongest atom is above it"
    session.choose_colour_threshold(0.0)
    assert choice.request(()).cutoff == 0.0
    choice.cutoff.setValue(0.2)
    session.choose_colour_threshold(0.5)
    assert choice.request(()).cutoff == pytest.approx(0.2)
    assert "colour threshold" in choice.cutoff.toolTip()
    assert "own largest" in choice.cutoff.toolTip()


def test_what_is_asked_for_is_what_is_chosen(ready: MainWindow) -> None:
    choice = ready.substructures.choice
    choice.complete.setChecked(True)
    asked = choice.request(("active",))
    assert (asked.scheme, asked.min_records, asked.cutoff, asked.classes) == (Scheme.GROUPS, 1, 0.0, ("active",))
    assert not asked.complete, "a functional group is whole"
    choice.schemes.setCurrentIndex(choice.schemes.findData(Scheme.FREQUENT))
    assert choice.request(()).complete
    choice.request(()).check()


def test_with_labels_molecules_are_counted_by_them(qtbot: QtBot, ready: MainWindow) -> None:
    panel = ready.substructures
    panel.choice.labels.setCurrentIndex(1)
    panel.choice.button.click()
    qtbot.waitUntil(lambda: panel.mined is not None and not panel.busy, timeout=TIMEOUT)
    assert panel.mined is not None
    assert panel.mined.n_records == (4, 3)


def test_swapped_labels_are_asked_about_above_the_table_and_in_the_report(qtbot: QtBot, ready: MainWindow) -> None:
    panel = ready.substructures
    panel.choice.labels.setCurrentIndex(1)
    panel.choice.button.click()
    qtbot.waitUntil(lambda: panel.mined is not None and not panel.busy, timeout=TIMEOUT)
    assert panel.mined is not None
    question = "AUC-ROC 0.1 is below 0.5 by more than chance: are the labels swapped?"
    panel.show_mined(replace(panel.mined, suspicion=""), "")
    assert panel.label_line.warning.isHidden()
    panel.show_mined(replace(panel.mined, suspicion=question), "")
    assert panel.label_line.warning.full_text == question
    assert not panel.label_line.warning.isHidden()
    panel.table.choose(0)
    panel.actions_["report"].trigger()
    assert ready.exports.substructures.labels.startswith("active: ")
    assert ready.exports.substructures.labels.endswith(question)


def test_pictures_come_for_those_on_screen_in_the_theme_s_colours(qtbot: QtBot, found: MainWindow) -> None:
    table = found.substructures.table
    pattern = table.patterns.finding(0).pattern
    qtbot.waitUntil(lambda: isinstance(table.pictures.picture(pattern), QImage), timeout=TIMEOUT)


def test_a_click_shows_the_molecules_that_contain_it_outlined_and_undo_takes_it_back(
    qtbot: QtBot, found: MainWindow
) -> None:
    positions, view = choose(found), found.panel.view
    smarts = found.substructures.table.patterns.finding(0).pattern.key
    qtbot.waitUntil(lambda: seen(found) == positions, timeout=TIMEOUT)
    assert found.thumbnails.outlined == SubstructureOutline(smarts)
    assert found.session.selection.position in positions
    qtbot.waitUntil(lambda: bool(view.matched_atoms), timeout=TIMEOUT)
    qtbot.waitUntil(lambda: any(found.thumbnails.matched_atoms.values()), timeout=TIMEOUT)
    found.actions_["undo"].trigger()
    qtbot.waitUntil(lambda: len(seen(found)) == len(SMILES), timeout=TIMEOUT)
    assert found.thumbnails.outlined is None
    assert not view.matched_atoms
    found.actions_["redo"].trigger()
    assert found.thumbnails.outlined == SubstructureOutline(smarts)


def test_a_double_click_opens_the_evidence_aligned_and_esc_leaves_it(qtbot: QtBot, found: MainWindow) -> None:
    positions, table = choose(found), found.substructures.table
    table.doubleClicked.emit(table.patterns.index(0, PatternColumn.STRUCTURE))
    qtbot.waitUntil(lambda: seen(found) == positions, timeout=TIMEOUT)
    assert found.records_view is found.gallery
    assert found.large_thumbnails.outlined is not None
    assert found.large_thumbnails.outlined.aligned
    qtbot.waitUntil(lambda: any(found.large_thumbnails.matched_atoms.values()), timeout=TIMEOUT)
    qtbot.keyClick(found.gallery, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: len(seen(found)) == len(SMILES), timeout=TIMEOUT)
    assert found.large_thumbnails.outlined is None
    assert found.records_view is found.table


def test_records_whose_search_failed_are_counted_beside_the_list_and_go_into_the_report(
    qtbot: QtBot, found: MainWindow
) -> None:
    panel = found.substructures
    assert panel.mined is not None
    n_unread = len(panel.mined.rejected)
    lost = Rejected(0, 1, "", "finding its substructures took longer than 10 s")
    failed = replace(panel.mined, rejected=(*panel.mined.rejected, lost), failures=SearchFailures(n_records=1))
    panel.show_mined(failed, "Asked.")
    assert panel.count.text().endswith("substructure · unknown in 1 molecule")
    assert f"{n_unread} record could not be read" in panel.count.toolTip()
    panel.table.choose(0)
    with qtbot.waitSignal(panel.report_wanted, timeout=TIMEOUT) as wanted:
        panel.actions_["report"].trigger()
    assert "Unknown in 1 molecule" in wanted.args[1]


def test_where_a_molecule_matches_is_called_unknown_if_the_search_fails(
    qtbot: QtBot, found: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing = SimpleNamespace(fragmenter=SimpleNamespace(match=lambda *_: math.sqrt))
    monkeypatch.setattr(match_outline, "kind_of_library", lambda _: failing)
    choose(found)
    qtbot.waitUntil(lambda: "matches is unknown: looking for it" in found.messages.text, timeout=TIMEOUT)


def test_the_keyboard_alone_reaches_molecules_and_evidence(qtbot: QtBot, found: MainWindow) -> None:
    table = found.substructures.table
    table.choose(0)
    positions = sorted(table.patterns.finding(0).held_by.tolist())
    qtbot.keyClick(table, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: seen(found) == positions, timeout=TIMEOUT)
    assert found.records_view is found.table
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert found.records_view is found.gallery
    qtbot.keyClick(table, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: len(seen(found)) == len(SMILES), timeout=TIMEOUT)


def test_taking_the_chip_away_goes_back_to_the_plain_drawings(qtbot: QtBot, found: MainWindow) -> None:
    choose(found)
    found.filter_bar.clear()
    qtbot.waitUntil(lambda: len(seen(found)) == len(SMILES), timeout=TIMEOUT)
    assert found.thumbnails.outlined is found.large_thumbnails.outlined is None


def test_with_every_dock_open_the_window_still_fits_900_by_600(qtbot: QtBot, found: MainWindow) -> None:
    found.measures.open()
    for dock in (found.compare, found.rejected, found.substructures):
        dock.show()
        dock.raise_()
    found.resize(900, 600)
    qtbot.waitUntil(lambda: found.substructures.width() <= 900)
    assert (found.width(), found.height()) == (900, 600)
    least = found.minimumSizeHint()
    assert least.width() <= 900
    assert least.height() <= 600


def test_its_smarts_can_be_copied_and_used_as_a_filter(qtbot: QtBot, found: MainWindow) -> None:
    panel = found.substructures
    panel.table.choose(0)
    pattern = panel.table.patterns.finding(0).pattern
    qtbot.keyClick(panel.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == pattern.smarts
    panel.actions_["copy-smiles"].trigger()
    assert QGuiApplication.clipboard().text() == pattern.smiles
    panel.actions_["filter"].trigger()
    assert found.filter_bar.filters.substructure == pattern.smarts
    positions = sorted(panel.table.patterns.finding(0).held_by.tolist())
    qtbot.waitUntil(lambda: seen(found) == positions, timeout=TIMEOUT)


def test_what_contains_a_substructure_is_listed_with_it_and_clear_lists_all(qtbot: QtBot, ready: MainWindow) -> None:
    panel = ready.substructures
    panel.choice.schemes.setCurrentIndex(panel.choice.schemes.findData(Scheme.FREQUENT))
    panel.choice.button.click()
    qtbot.waitUntil(lambda: panel.mined is not None and not panel.busy, timeout=TIMEOUT)
    assert panel.mined is not None
    n = panel.table.patterns.rowCount()
    part = next(number for number, each in enumerate(panel.mined.findings) if each.part_of)
    panel.table.choose(panel.table.patterns.row_of(part))
    panel.actions_["wholes"].trigger()
    assert set(panel.table.listed) == {part, *panel.mined.findings[part].part_of}
    panel.filter_line.clear_button.click()
    assert len(panel.table.listed) == n
    assert panel.count.text() == f"{n} substructures"


def test_ranges_are_asked_for_in_the_units_that_are_shown(qtbot: QtBot, found: MainWindow) -> None:
    panel = found.substructures
    with qtbot.waitSignal(panel.filter_line.changed, timeout=TIMEOUT):
        panel.filter_line.bound(PatternColumn.R_CLASS, low="50")
    shown = [panel.mined.findings[number].r_class for number in panel.table.listed]  # type: ignore[union-attr]
    everything = [each.r_class for each in panel.mined.findings]  # type: ignore[union-attr]
    assert sorted(shown) == sorted(share for share in everything if share >= 0.5)
    with qtbot.waitSignal(panel.filter_line.changed, timeout=TIMEOUT):
        panel.filter_line.bound(PatternColumn.SHOWN, low="1000")
    assert panel.count.text().startswith("0 of ")
    assert panel.words.isVisible()
    assert "clear them" in panel.words.text()


def test_what_is_listed_is_written_with_the_columns_of_the_command(
    qtbot: QtBot, found: MainWindow, tmp_path: Path, labelled: Path
) -> None:
    panel, path = found.substructures, tmp_path / "written.csv"
    assert panel.mined is not None
    listed = panel.table.listed[::-1]
    with qtbot.waitSignal(panel.note, timeout=TIMEOUT):
        panel.exports.write(part_of(panel.mined, listed), path, labelled)
    with path.open(newline="") as file:
        head, *rows = csv.reader(file)
    assert tuple(head) == COLUMNS
    assert [row[0] for row in rows] == [panel.mined.findings[number].pattern.key for number in listed]


def test_findings_written_in_another_order_still_say_what_they_are_parts_of(found: MainWindow) -> None:
    mined = found.substructures.mined
    assert mined is not None
    turned = part_of(mined, range(len(mined.findings) - 1, -1, -1))
    for before, after in zip(mined.findings, turned.findings[::-1], strict=True):
        wholes = {mined.findings[whole].pattern.key for whole in before.part_of}
        assert {turned.findings[whole].pattern.key for whole in after.part_of} == wholes
    assert part_of(mined, []).findings == ()


def test_the_library_is_not_overwritten_by_its_substructures(qtbot: QtBot, found: MainWindow, labelled: Path) -> None:
    panel, before = found.substructures, labelled.read_bytes()
    assert panel.mined is not None
    with qtbot.waitSignal(panel.trouble, timeout=TIMEOUT):
        panel.exports.write(panel.mined, labelled, labelled)
    assert labelled.read_bytes() == before


def test_chosen_substructures_go_into_the_reports_to_come(found: MainWindow) -> None:
    panel = found.substructures
    panel.table.choose(0)
    panel.actions_["report"].trigger()
    assert found.exports.substructures.findings == (panel.table.patterns.finding(0),)
    assert found.exports.substructures.search.startswith("Fragments are functional groups")
    found.session.libraries.close()
    assert found.exports.substructures.findings == ()


def test_the_report_has_a_section_of_the_chosen_substructures(
    qtbot: QtBot, found: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gcx_desktop.app.output import write_report as writing

    given: list[writing.ReportOptions] = []

    def write(*settings: object) -> WriteSummary:
        options = settings[-1]
        assert isinstance(options, writing.ReportOptions)
        given.append(options)
        return WriteSummary([])

    monkeypatch.setattr(writing, "write_report", write)
    found.substructures.table.choose(0)
    found.substructures.actions_["report"].trigger()
    with qtbot.waitSignal(found.exports.finished, timeout=TIMEOUT):
        found.exports.export_report("all", tmp_path / "report.pdf")
    assert given[0].substructures == (found.substructures.table.patterns.finding(0),)
    assert given[0].command_line == "", "the command would not give the same report"


def test_putting_some_together_filters_nothing(qtbot: QtBot, found: MainWindow) -> None:
    table, mined = found.substructures.table, found.substructures.mined
    assert mined is not None
    table.show_mined(replace(mined, findings=mined.findings * 2))
    table.selectAll()
    table.clicked.emit(table.patterns.index(0, 0))
    assert found.filter_bar.filters.none


@pytest.mark.parametrize("what", ["model", "preparation", "library"])
def test_another_library_model_or_preparation_clears_the_panel(found: MainWindow, models: Path, what: str) -> None:
    if what == "model":
        found.models.choose(models / "triple")
    elif what == "preparation":
        found.session.choose_preparation(Preparation(neutralise=True))
    else:
        found.session.libraries.close()
    assert found.substructures.mined is None
    assert found.substructures.table.patterns.rowCount() == 0


def test_a_search_that_is_stopped_leaves_nothing_and_can_be_begun_again(qtbot: QtBot, ready: MainWindow) -> None:
    panel = ready.substructures
    panel.choice.button.click()
    assert ready.actions_["stop"].isVisible()
    assert not panel.choice.button.isEnabled()
    ready.actions_["stop"].trigger()
    qtbot.waitUntil(lambda: not panel.busy, timeout=TIMEOUT)
    assert panel.mined is None
    assert panel.choice.button.isEnabled()
    assert not ready.actions_["stop"].isVisible()


def test_closing_the_window_while_it_runs_stops_it(ready: MainWindow) -> None:
    ready.substructures.choice.button.click()
    assert ready.substructures.busy
    ready.close()


def test_a_search_that_finds_nothing_says_what_to_do(qtbot: QtBot, ready: MainWindow) -> None:
    panel = ready.substructures
    panel.choice.min_records.setValue(1_000)
    panel.choice.button.click()
    qtbot.waitUntil(lambda: panel.mined is not None and not panel.busy, timeout=TIMEOUT)
    assert "lower the numbers" in panel.words.text()


def test_what_was_found_is_there_again_when_its_library_is_restored(
    qtbot: QtBot, found: MainWindow, open_window: Callable[[], MainWindow]
) -> None:
    before = found.substructures.mined
    assert before is not None
    qtbot.waitUntil(lambda: found.session.projects.writer is not None, timeout=TIMEOUT)
    assert found.session.projects.writer is not None
    path = found.session.projects.writer.project.path
    found.close()
    again = open_window()
    again.start()
    again.files.open([path])
    panel = again.substructures
    qtbot.waitUntil(lambda: panel.mined is not None, timeout=TIMEOUT)
    assert panel.mined is not None
    assert [each.pattern for each in panel.mined.findings] == [each.pattern for each in before.findings]
    assert panel.table.patterns.rowCount() == len(before.findings)
    again.models.choose(again.session.model_path.with_name("triple"))  # type: ignore[union-attr]
    assert panel.mined is None
