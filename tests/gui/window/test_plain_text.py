"""Text from files is shown literally: no label, tooltip, menu, button, box or title interprets it as markup."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch
from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QModelIndex, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QGroupBox,
    QLabel,
    QMenu,
    QTabBar,
    QTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

import gcx_desktop.gui
from gcx_desktop import paths
from gcx_desktop.app.projects.project_source import SourceLocation, SourceStatus
from gcx_desktop.gcn.bundles.bundle import Bundle, save_bundle
from gcx_desktop.gcn.cards.card import Card, Metrics, TrainingData
from gcx_desktop.gcn.network import initialise
from gcx_desktop.graph.features import FEATURE_SET, N_FEATURES
from gcx_desktop.gui.models.model_card_page import card_html
from gcx_desktop.gui.widgets.plain_labels import literal, plain_tooltip, window_title
from gcx_desktop.gui.widgets.text_window import show_text
from gcx_desktop.gui.window.main_window import MainWindow
from gcx_desktop.kinds.registry import DEFAULT_KIND
from tests.gui.window_fixtures import search_for

TIMEOUT = 30_000
MARK = "&u <img src='x.png'> [*] <a href='y'>z</a>"
"""Looks like markup, has a sign for a key and the place of a title bar's sign for changes."""
FILE_NAME = "&u.csv" if sys.platform == "win32" else "&u <img src='x.png'> [*].csv"
SOURCES = sorted(Path(gcx_desktop.gui.__file__).parent.glob("**/*.py"))


@pytest.fixture
def hostile_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a model in which every text is hostile."""
    card = Card(
        f"model {MARK}",
        f"task {MARK}",
        (f"no {MARK}", f"yes {MARK}"),
        (4, 4),
        FEATURE_SET,
        N_FEATURES,
        training_data=TrainingData(MARK, f"label {MARK}", 3, 2, {MARK: 1}, "00", {MARK: 1}),
        metrics=(Metrics(MARK, (0,), {MARK: (0.5, None)}),),
        command=MARK,
        date=MARK,
        licence=MARK,
        known_limits=(MARK,),
    )
    network = initialise(N_FEATURES, card.widths, 2, torch.Generator().manual_seed(0))
    (tmp_path / "models").mkdir()
    save_bundle(Bundle(card, network, tmp_path / "models" / "hostile"))
    monkeypatch.setattr(paths, "bundled_models", lambda: tmp_path / "models")
    return tmp_path / "models"


@pytest.fixture
def hostile_file(tmp_path: Path) -> Path:
    """Titles, columns and cells are hostile; the third record is no molecule."""
    path = tmp_path / FILE_NAME
    rows = [("CCO", "1"), ("c1ccccc1", "2"), ("C1CC", "3"), ("CC(=O)O", "4"), ("CCN", "5"), ("CCCl", "6")]
    lines = [
        f'{smiles},"title {MARK} {i}",{n},"{"no" if i % 2 else "yes"} {MARK}"' for i, (smiles, n) in enumerate(rows)
    ]
    path.write_text(f'smiles,"name {MARK}","number {MARK}","class {MARK}"\n' + "\n".join(lines) + "\n")
    return path


@pytest.fixture
def hostile(
    qtbot: QtBot, open_window: Callable[[], MainWindow], hostile_models: Path, hostile_file: Path, tmp_path: Path
) -> MainWindow:
    """A window in which every widget that can show names does."""
    window = open_window()
    window.start()
    window.files.open([hostile_file])
    session, act = window.session, window.actions_
    qtbot.waitUntil(lambda: session.libraries.texts_read and bool(session.scales), timeout=TIMEOUT)
    qtbot.waitUntil(lambda: session.selection.explained is not None, timeout=TIMEOUT)
    rows = session.libraries.rows
    assert rows is not None
    rows.marks.set_note(0, f"note {MARK}")
    session.run()
    qtbot.waitUntil(lambda: not session.running, timeout=TIMEOUT)
    window.compare.show()
    act["evaluate"].trigger()
    act["substructures"].trigger()
    qtbot.waitUntil(lambda: window.substructures.choice.labels.count() > 1, timeout=TIMEOUT)
    window.rejected.show()
    window.filter_bar.add_classes()
    column = rows.field_names.index(f"number {MARK}") + rows.n_columns - len(rows.field_names)
    window.filter_bar.add_range(column, rows.field_names[column - rows.n_columns + len(rows.field_names)])
    window.messages.warn(f"{MARK}: cannot be read")
    act.classes.aboutToShow.emit()
    window.filter_bar.menu.aboutToShow.emit()
    act["about-model"].trigger()
    window.panel.trust.button.click()
    window.files.with_options.show_dialog(hostile_file, session.libraries.shown.options)  # type: ignore[union-attr]
    dialog = window.files.with_options.dialog
    assert dialog is not None
    qtbot.waitUntil(lambda: bool(dialog.sentence.text()) and not dialog.looking, timeout=TIMEOUT)
    missing = SourceLocation(None, SourceStatus.MISSING, hostile_file, DEFAULT_KIND.words)  # type: ignore[arg-type]
    session.projects.asked.emit(missing)
    return window


def everything() -> list[QWidget]:
    return QApplication.allWidgets()


def cells(model: QAbstractItemModel) -> Iterator[object]:
    """The tooltips of a table's first rows and its headings."""
    tip = Qt.ItemDataRole.ToolTipRole
    columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount(QModelIndex())
    for column in range(columns):
        yield model.headerData(column, Qt.Orientation.Horizontal, tip)
        for row in range(min(model.rowCount(QModelIndex()), 10)):
            yield model.index(row, column, QModelIndex()).data(tip)


def texts_taken_for_markup(widgets: list[QWidget]) -> Iterator[tuple[QWidget, str]]:
    """Texts of labels that would render markup, and of tooltips, which Qt renders if they look like markup."""
    for widget in widgets:
        if isinstance(widget, QLabel) and "<img" in widget.text() and widget.textFormat() != Qt.TextFormat.PlainText:
            yield widget, widget.text()
        tips = [widget.toolTip(), *(action.toolTip() for action in widget.actions())]
        if isinstance(widget, QAbstractItemView) and widget.model() is not None:
            tips += [tip for tip in cells(widget.model()) if isinstance(tip, str)]
        if isinstance(widget, QComboBox):
            tips += [tip for tip in cells(widget.model()) if isinstance(tip, str)]
        yield from ((widget, tip) for tip in tips if "<img" in tip or "<a " in tip)
        if isinstance(widget, QTextEdit) and re.search("<img|<a ", widget.toHtml()):
            yield widget, widget.toHtml()


def texts_with_keys(widgets: list[QWidget]) -> Iterator[tuple[QWidget, str]]:
    """Texts of buttons and the like in which the "&" of a name would mark a key."""
    for widget in widgets:
        texts = [action.text() for action in widget.actions()]
        if isinstance(widget, QAbstractButton):
            texts.append(widget.text())
        if isinstance(widget, QMenu | QGroupBox):
            texts.append(widget.title())
        if isinstance(widget, QTabBar):
            texts += [widget.tabText(i) for i in range(widget.count())]
        yield from ((widget, text) for text in texts if re.search("(?<!&)&u", text))


def titles_with_signs(widgets: list[QWidget]) -> Iterator[tuple[QWidget, str]]:
    """Window titles in which "[*]" would mark unsaved changes."""
    for widget in widgets:
        if re.search(r"(?<!\])\[\*\](?!\[\*\])", widget.windowTitle()):
            yield widget, widget.windowTitle()


def test_names_in_files_are_nowhere_taken_for_markup_or_keys(qtbot: QtBot, hostile: MainWindow) -> None:
    widgets = everything()
    display_task = [w for w in widgets if isinstance(w, QLabel) and "<img" in w.text() and w.text() != " "]
    actions = [a for w in widgets for a in w.actions() if "&&u" in a.text()]
    buttons = [w for w in widgets if isinstance(w, QAbstractButton) and "&&u" in w.text()]
    assert len(display_task) > 5, "the names are not on screen at all"
    assert actions, "no menu has a name in it"
    assert buttons, "no button has a name in it"
    found = [*texts_taken_for_markup(widgets), *texts_with_keys(widgets), *titles_with_signs(widgets)]
    search_for(hostile, f"{MARK} nowhere")
    qtbot.waitUntil(lambda: "img" in hostile.no_match.words.text(), timeout=TIMEOUT)
    found = [*found, *texts_taken_for_markup(everything()), *texts_with_keys(everything())]
    assert not found, "\n".join(f"{type(w).__name__} {w.objectName()}: {text[:200]}" for w, text in found)


def test_the_card_of_a_model_is_read_literally(qtbot: QtBot, hostile: MainWindow) -> None:
    card = hostile.session.card
    assert card is not None
    html = card_html(card)
    assert "<img" not in html
    assert "<a " not in html
    dialog = show_text(hostile, f"About the model {card.name}", html)
    assert window_title(MARK)[:20] in dialog.windowTitle()
    dialog.reject()


def test_a_literal_text_has_neither_keys_nor_lines_nor_more_than_a_button_holds() -> None:
    assert literal("R&D\nof\t1") == "R&&D of 1"
    assert len(literal("x" * 500)) == 80
    assert plain_tooltip("<b>&") == "<p style='margin:0; white-space:pre'>&lt;b&gt;&amp;</p>"


def calls(tree: ast.AST) -> Iterator[tuple[ast.Call, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            of = node.func
            yield node, of.id if isinstance(of, ast.Name) else of.attr if isinstance(of, ast.Attribute) else ""


def is_plain(text: ast.expr) -> bool:
    """Whether a text is the program's own or was escaped by the helper."""
    if isinstance(text, ast.IfExp):
        return is_plain(text.body) and is_plain(text.orelse)
    if isinstance(text, ast.Call):
        return isinstance(text.func, ast.Name) and text.func.id in ("plain_tooltip", "literal")
    return isinstance(text, ast.Constant)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_labels_boxes_and_tooltips_are_made_by_the_helpers(path: Path) -> None:
    made_in = {
        "QLabel": "plain_labels",
        "QMessageBox": "message_box",
        "QErrorMessage": "",
        "QInputDialog": "",
        "QProgressDialog": "",
    }
    wrong = []
    for call, name in calls(ast.parse(path.read_text(encoding="utf-8"))):
        if name in made_in and isinstance(call.func, ast.Name) and path.stem != made_in[name]:
            wrong.append(f"line {call.lineno}: {name}(…): use {made_in[name] or 'something that shows text literally'}")
        if name in ("setToolTip", "setWhatsThis", "setStatusTip") and not is_plain(call.args[0]):
            wrong.append(f"line {call.lineno}: {name}(…): wrap the text in plain_labels.plain_tooltip")
    assert not wrong, f"{path.name}: " + "; ".join(wrong)


def test_nothing_reads_markup_but_the_window_with_text() -> None:
    users = {
        path.stem for path in SOURCES if re.search(r"QTextBrowser\(|\.setHtml\(", path.read_text(encoding="utf-8"))
    }
    assert users == {"text_window"}
