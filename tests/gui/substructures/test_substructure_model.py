"""The rows of the Substructures panel: their texts, sorting and filters."""

from __future__ import annotations

import math
import time

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from gcx_desktop.gui.substructures.substructure_model import SHARE_ROLE, PatternColumn, PatternFilters, PatternModel
from gcx_desktop.substructure.findings import Finding
from gcx_desktop.substructure.labelled_graph import SINGLE, LabelledGraph, atom_label
from gcx_desktop.substructure.patterns import Pattern
from gcx_desktop.substructure.statistics import OddsRatio

NAMES = ("inactive", "active")
UP, DOWN = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder


def finding(
    smarts: str, n_shown: int, n_positive: int, n_negative: int, *, q: float = 0.5, sd: float = 0.1, of: int = 0
) -> Finding:
    labels = tuple(atom_label(8 if letter == "O" else 6, letter.islower(), 0) for letter in smarts if letter.isalpha())
    bonds = tuple((i, i + 1, SINGLE) for i in range(len(labels) - 1))
    return Finding(
        pattern=Pattern(smarts, smarts.replace("-", ""), LabelledGraph(labels, bonds)),
        attached="",
        class_index=of,
        shown_in=np.arange(n_shown),
        held_by=np.arange(n_positive + n_negative),
        n_positive=n_positive,
        n_negative=n_negative,
        odds=OddsRatio(math.inf, 2.0, 40.0),
        p_value=q / 10,
        q_value=q,
        mean_saliency=0.5,
        sd_saliency=sd,
        sum_saliency=1.0,
        prevalence=0.2,
        random_prevalence=0.05,
        n_scaffolds=2,
    )


FOUND = [
    finding("C-O", 9, 90, 10, q=1e-12),
    finding("c-O", 20, 30, 30, q=0.2, of=1),
    finding("C-C-C", 3, 8, 2, q=0.04, sd=math.nan),
]


@pytest.fixture
def model(qtbot: QtBot) -> PatternModel:
    made = PatternModel()
    made.show(FOUND, NAMES)
    return made


def order(model: PatternModel) -> list[int]:
    return [model.number(row) for row in range(model.rowCount())]


def cell(model: PatternModel, row: int, column: PatternColumn, role: int = Qt.ItemDataRole.DisplayRole) -> str:
    return str(model.index(row, column).data(role)).strip()


def test_it_is_a_model_as_qt_expects_it_while_it_is_sorted_and_filtered(model: PatternModel) -> None:
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    for column in PatternColumn:
        for direction in (UP, DOWN):
            model.sort(column, direction)
            model.set_filters(PatternFilters("O"))
    model.set_filters(PatternFilters())
    model.show((), ())
    assert tester.model() is model


def test_every_column_sorts_numbers_by_value(model: PatternModel) -> None:
    for column, expected in (
        (PatternColumn.SHOWN, [2, 0, 1]),
        (PatternColumn.IN_CLASS, [2, 1, 0]),
        (PatternColumn.R_EXPLAINED, [0, 2, 1]),
        (PatternColumn.R_CLASS, [1, 2, 0]),
        (PatternColumn.Q, [0, 2, 1]),
        (PatternColumn.STRUCTURE, [0, 1, 2]),
        (PatternColumn.CLASS, [1, 0, 2]),
    ):
        model.sort(column, UP)
        assert order(model) == expected, column
    model.sort(-1)
    assert order(model) == [0, 1, 2]


def test_a_filter_takes_words_and_parts_of_smarts_in_which_case_counts(model: PatternModel) -> None:
    for text, expected in (("c-O", [1]), ("C-O", [0]), ("fewer than", [2]), ("C-O INACTIVE", [0]), ("Br", [])):
        model.set_filters(PatternFilters(text))
        assert order(model) == expected, text


def test_the_name_of_a_class_means_that_class_also_where_it_is_part_of_another(model: PatternModel) -> None:
    model.set_filters(PatternFilters("active"))
    assert order(model) == [1]


def test_ranges_of_several_columns_hold_together_and_stay_while_it_is_sorted(model: PatternModel) -> None:
    ranges = ((PatternColumn.SHOWN, 5.0, math.inf), (PatternColumn.Q, -math.inf, 0.5))
    model.set_filters(PatternFilters(ranges=ranges))
    assert order(model) == [0, 1]
    model.sort(PatternColumn.SHOWN, DOWN)
    assert order(model) == [1, 0]
    model.set_filters(PatternFilters(only=frozenset({2, 0})))
    assert order(model) == [0, 2]
    assert model.row_of(2) == 1
    assert model.row_of(1) == -1


def test_cells_say_numbers_with_their_units_and_uncertainty(model: PatternModel) -> None:
    assert cell(model, 0, PatternColumn.R_EXPLAINED) == "9 %"
    assert cell(model, 0, PatternColumn.ODDS) == "∞ (2 – 40)"
    assert cell(model, 0, PatternColumn.Q) == "1.0e−12"
    assert cell(model, 0, PatternColumn.SALIENCY) == "0.50 ± 0.10"
    assert cell(model, 2, PatternColumn.SALIENCY) == "0.50"
    assert cell(model, 0, PatternColumn.PREVALENCE) == "20 % / 5.0 %"
    assert cell(model, 2, PatternColumn.DOUBTS) == "chain of one element; fewer than 5 molecules"
    assert "91 %" not in cell(model, 0, PatternColumn.STRUCTURE, Qt.ItemDataRole.ToolTipRole)
    assert "90 % of them inactive, highlighted in 9 %" in cell(
        model, 0, PatternColumn.STRUCTURE, Qt.ItemDataRole.ToolTipRole
    )


def test_bars_of_counts_are_as_long_as_they_are_of_the_largest_and_those_of_shares_of_the_whole(
    model: PatternModel,
) -> None:
    assert model.index(0, PatternColumn.IN_CLASS).data(SHARE_ROLE) == 1.0
    assert model.index(1, PatternColumn.SHOWN).data(SHARE_ROLE) == pytest.approx(20 / 90)
    assert model.index(0, PatternColumn.R_CLASS).data(SHARE_ROLE) == pytest.approx(0.9)
    assert model.index(0, PatternColumn.Q).data(SHARE_ROLE) is None


def test_every_column_and_cell_has_words_for_pointer_and_screen_reader(model: PatternModel) -> None:
    for column in PatternColumn:
        assert model.headerData(column, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
        assert cell(model, 2, column, Qt.ItemDataRole.ToolTipRole) != "None"
        assert ": " in cell(model, 2, column, Qt.ItemDataRole.AccessibleTextRole)


def test_five_thousand_rows_are_sorted_and_filtered_without_a_stall(qtbot: QtBot) -> None:
    model = PatternModel()
    began = time.process_time()
    model.show([finding("C-O", i % 97 + 1, i % 89 + 100, 3) for i in range(5_000)], NAMES)
    built = time.process_time()
    model.sort(PatternColumn.IN_CLASS, DOWN)
    model.set_filters(PatternFilters("C-O", ((PatternColumn.SHOWN, 50.0, math.inf),)))
    assert model.rowCount() == sum(i % 97 + 1 >= 50 for i in range(5_000))
    assert time.process_time() - built < 0.5
    assert built - began < 2.0
