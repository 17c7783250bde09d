"""A number is shown whole or not at all."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QModelIndex, QRect, Qt
from PySide6.QtGui import QFontMetrics, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QApplication, QStyleOptionViewItem, QTableView
from pytestqt.qtbot import QtBot

from gcx_desktop.app.libraries.library_rows import Column
from gcx_desktop.gui.substructures.substructure_delegates import PatternDelegate
from gcx_desktop.gui.table.structure_delegate import StructureDelegate
from gcx_desktop.gui.widgets.elision import NO_ROOM, elided_whole, fitting_ticks
from gcx_desktop.gui.widgets.plain_labels import ElidedLabel
from gcx_desktop.gui.widgets.whole_numbers import WholeHeadings, WholeNumbers, show_whole_numbers
from gcx_desktop.gui.window.main_window import MainWindow

NUMBERS = (
    "0.0372",
    "3.7e−2",
    "-1.23e-05",
    ".5",
    "1,204",
    "1\u202f204\u202f000",
    ">10000",
    "≥ 0.42",
    "3.7×10⁻²",
    "3.7 x 10^-2",
    "95 %",
    "1,5",
)


@pytest.fixture
def metrics(qapp: QApplication) -> QFontMetrics:
    return QFontMetrics(qapp.font())


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("mode", [Qt.TextElideMode.ElideRight, Qt.TextElideMode.ElideMiddle])
def test_no_width_cuts_a_number_in_two(metrics: QFontMetrics, number: str, mode: Qt.TextElideMode) -> None:
    text = f"potency {number} and then some more words"
    for width in range(metrics.horizontalAdvance(text) + 10):
        shown = elided_whole(text, metrics, width, mode)
        rest = shown.replace("potency", "").replace(number, "")
        assert not any(character.isdigit() for character in rest), (width, shown)


def test_names_with_digits_are_elided_as_other_words_are(metrics: QFontMetrics) -> None:
    name = "CHEMBL1234567890"
    width = metrics.horizontalAdvance(name) - 1
    assert elided_whole(name, metrics, width) == metrics.elidedText(name, Qt.TextElideMode.ElideRight, width)


def test_a_text_that_fits_is_shown_whole(metrics: QFontMetrics) -> None:
    text = "0.0372 nM"
    assert elided_whole(text, metrics, metrics.horizontalAdvance(text) + 1) == text


def test_labels_of_a_scale_are_whole_or_left_out(metrics: QFontMetrics) -> None:
    labels = ["−1.23e−05", "0", "≥ 1.23e−05"]
    for width in range(400):
        ticks = fitting_ticks(labels, metrics, width)
        assert all(tick in (label, NO_ROOM) for tick, label in zip(ticks, labels, strict=True))
        needed = sum(metrics.horizontalAdvance(tick) for tick in ticks if tick != NO_ROOM)
        assert needed <= max(width, metrics.horizontalAdvance("0"))
    assert fitting_ticks(labels, metrics, 400) == labels


def test_a_label_leaves_out_the_number_that_has_no_room(qtbot: QtBot) -> None:
    label = ElidedLabel("saliency 0.4286")
    qtbot.addWidget(label)
    label.resize(label.fontMetrics().horizontalAdvance("saliency 0.42…"), 20)
    label.show()
    assert label.text() == f"saliency {NO_ROOM}"
    assert "0.4286" in label.toolTip()


def cell(table: QTableView, index: QModelIndex, width: int) -> QStyleOptionViewItem:
    option = QStyleOptionViewItem()
    table.initViewItemOption(option)
    option.rect = QRect(0, 0, width, 24)
    return option


def test_a_right_aligned_cell_is_whole_or_dots_and_its_tooltip_is_whole(qtbot: QtBot) -> None:
    model, table = QStandardItemModel(1, 1), QTableView()
    qtbot.addWidget(table)
    item = QStandardItem("0.37 (0.12 – 1.15)\N{EN SPACE}")
    item.setTextAlignment(Qt.AlignmentFlag.AlignRight)
    item.setToolTip("<p>The odds</p>")
    model.setItem(0, 0, item)
    table.setModel(model)
    delegate, index = show_whole_numbers(table), model.index(0, 0)
    shown = {delegate.shown(cell(table, index, width), index).strip() for width in range(1, 400)}
    assert shown == {NO_ROOM, "0.37 (0.12 – 1.15)"}
    tip = delegate.tooltip(cell(table, index, 30), index)
    assert "0.37 (0.12 – 1.15)" in tip
    assert tip.endswith("<p>The odds</p>")
    assert delegate.tooltip(cell(table, index, 400), index) == ""


def scrolled_table(qtbot: QtBot, heading: str, number: str) -> QTableView:
    """Two columns of 100 pixels in a view of 150, the second of numbers."""
    model, table = QStandardItemModel(1, 2), QTableView()
    qtbot.addWidget(table)
    model.setHorizontalHeaderLabels(["name", heading])
    item = QStandardItem(number)
    item.setTextAlignment(Qt.AlignmentFlag.AlignRight)
    model.setItem(0, 1, item)
    table.setModel(model)
    show_whole_numbers(table)
    table.setHorizontalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
    table.verticalHeader().hide()
    table.setFrameShape(QTableView.Shape.NoFrame)
    for column in (0, 1):
        table.setColumnWidth(column, 100)
    table.resize(150, 80)
    table.show()
    return table


def test_a_column_scrolled_partly_out_shows_its_number_whole_or_not_at_all(qtbot: QtBot) -> None:
    number = "0.3725"
    table = scrolled_table(qtbot, "P(active)", number)
    index, delegate = table.model().index(0, 1), table.itemDelegate()
    assert isinstance(delegate, WholeNumbers)
    room = QFontMetrics(table.font()).horizontalAdvance(number)
    found = set()
    for width in range(30, 250):
        table.resize(width, 80)
        for scrolled in {0, table.horizontalScrollBar().maximum()}:
            table.horizontalScrollBar().setValue(scrolled)
            option = QStyleOptionViewItem()
            table.initViewItemOption(option)
            option.rect = table.visualRect(index)
            seen = option.rect & table.viewport().rect()
            if seen.isEmpty():
                continue
            shown = delegate.shown(option, index)
            assert shown in (number, NO_ROOM)
            assert shown == NO_ROOM or seen.width() > room, "a number stands where it is not seen"
            found.add(shown)
    assert found == {number, NO_ROOM}


def test_headings_show_no_part_of_a_number(qtbot: QtBot) -> None:
    table = scrolled_table(qtbot, "IC50 at 12.75 µM of all", "1")
    header = table.horizontalHeader()
    assert isinstance(header, WholeHeadings)
    texts = {header.heading(QRect(0, 0, width, 20), 1).text for width in range(20, 300)}
    assert "IC50 at 12.75 µM of all" in texts
    assert f"IC50 at {NO_ROOM}" in texts
    assert not any("12" in text and "12.75" not in text for text in texts)


def test_every_table_of_the_window_shows_numbers_whole(qtbot: QtBot, window: MainWindow) -> None:
    tables = window.findChildren(QTableView)
    assert len(tables) >= 4  # library, rejected, measures, substructures
    for table in tables:
        for column in range(table.model().columnCount()):
            delegate = table.itemDelegateForColumn(column) or table.itemDelegate()
            assert isinstance(delegate, WholeNumbers | StructureDelegate | PatternDelegate), table.accessibleName()
        assert isinstance(table.horizontalHeader(), WholeHeadings), table.accessibleName()


def test_narrow_columns_of_the_library_show_no_part_of_a_number(qtbot: QtBot, window: MainWindow) -> None:
    table, model = window.table, window.table.table_model
    for column in (Column.NUMBER, Column.FIRST_FIELD):
        for row in range(model.rowCount()):
            index = model.index(row, column)
            delegate = table.itemDelegate()
            assert isinstance(delegate, WholeNumbers)
            for width in range(1, 60):
                shown = delegate.shown(cell(table, index, width), index).strip()
                assert shown in (NO_ROOM, index.data().strip())
