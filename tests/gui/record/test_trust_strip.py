"""The statements under the molecule about how far its map can be trusted."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QTextBrowser
from pytestqt.qtbot import QtBot

from gcx_desktop.app.explaining.trust import MaskingTest, SecondOpinion, Trust
from gcx_desktop.app.explaining.value_words import ValueWords
from gcx_desktop.gcn.reliability.domain import Nearness
from gcx_desktop.gui.record.trust_strip import TrustStrip
from gcx_desktop.gui.record.trust_words import map_statements, picked_statements, waiting
from gcx_desktop.gui.widgets.plain_labels import PlainLabel
from gcx_desktop.gui.window.main_window import MainWindow
from gcx_desktop.kinds.molecules.kind import MOLECULES
from gcx_desktop.kinds.scenes.kind import SCENES
from tests.gui.window_fixtures import TIMEOUT

TEST = MaskingTest(5, 23, before=0.93, after=0.52, random_mean=-0.08, random_sd=0.054)
TRUST = Trust(TEST, 0.62, 0.63, Nearness(0.71, 0.6), None)


def words(trust: Trust, why: str = "") -> list[str]:
    return [each.words for each in map_statements(trust, "permeable", why, MOLECULES.words)]


@pytest.fixture
def strip(qtbot: QtBot) -> TrustStrip:
    made = TrustStrip()
    qtbot.addWidget(made)
    made.resize(420, 60)
    made.show()
    return made


def test_a_map_is_told_in_changes_shares_agreement_and_similarity() -> None:
    assert words(TRUST) == [
        "masked −0.41",
        "random −0.08 ± 0.05",
        "22 % of atoms",
        "agreement 0.63",
        "similarity 0.71, inside",
    ]
    assert not any(each.warns for each in map_statements(TRUST, "permeable", "", MOLECULES.words))


def test_the_second_models_agreement_and_probability_are_told_where_there_is_one() -> None:
    trust = replace(TRUST, second_opinion=SecondOpinion(0.8, -0.634))
    found = map_statements(trust, "permeable", "", MOLECULES.words)
    assert [each.words for each in found][3:] == ["agreement 0.63", "second model −0.63", "similarity 0.71, inside"]
    assert found[4].meaning.endswith("Its probability of “permeable”: 0.80.")
    assert words(replace(TRUST, second_opinion=SecondOpinion(0.8, math.nan)))[4] == "second model —"
    assert [each.words for each in waiting(MOLECULES.words, second_model=True)][4] == "second model —"


def test_the_completeness_error_is_told_where_there_is_one() -> None:
    assert words(replace(TRUST, completeness_error=0.0084))[-1] == "incomplete by 0.8 %"


def test_a_map_that_is_no_better_than_random_atoms_is_warned_of() -> None:
    found = map_statements(replace(TRUST, masking=replace(TEST, after=0.85)), "permeable", "", MOLECULES.words)
    assert [each.words for each in found if each.warns] == ["no better than random −0.08 ± 0.05"]


def test_a_molecule_outside_the_models_domain_is_warned_of() -> None:
    found = map_statements(replace(TRUST, nearness=Nearness(0.21, 0.01)), "permeable", "", MOLECULES.words)
    assert [each.words for each in found if each.warns] == ["similarity 0.21, outside"]
    assert words(replace(TRUST, nearness=Nearness(0.4, 0.1)))[-1] == "similarity 0.40, at the edge"


def test_without_a_domain_it_says_why() -> None:
    last = map_statements(replace(TRUST, nearness=None), "permeable", "this model does not say", MOLECULES.words)[-1]
    assert last.words == "similarity —"
    assert "this model does not say" in last.meaning


def test_what_cannot_be_compared_is_a_dash_and_no_warning() -> None:
    nan = math.nan
    nothing = replace(TRUST, masking=MaskingTest(0, 23, 0.9, 0.9, nan, nan), agreement=nan)
    assert words(nothing)[:4] == ["masked —", "random —", "0 % of atoms", "agreement —"]
    everything = replace(TRUST, masking=MaskingTest(23, 23, 0.9, 0.4, nan, nan))
    assert words(everything)[:3] == ["masked −0.50", "random —", "100 % of atoms"]
    assert not any(each.warns for each in map_statements(everything, "permeable", "", MOLECULES.words))


def test_of_picked_atoms_the_attributed_share_stands_beside_the_actual_change() -> None:
    assert [each.words for each in picked_statements(TRUST, "permeable", "", MOLECULES.words)] == [
        "5 atoms masked: permeable 0.93 → 0.52",
        "attributed 62 % of the map",
        "random −0.08 ± 0.05",
    ]
    one = replace(TRUST, masking=replace(TEST, n_masked=1), attributed=math.nan)
    first, second, *_ = picked_statements(one, "permeable", "", MOLECULES.words)
    assert first.words.startswith("1 atom masked")
    assert second.words == "attributed — of the map"


def test_of_picked_atoms_in_a_molecule_outside_the_domain_the_warning_stays() -> None:
    found = picked_statements(replace(TRUST, nearness=Nearness(0.21, 0.01)), "permeable", "", MOLECULES.words)
    assert [each.words for each in found if each.warns] == ["similarity 0.21, outside"]


def test_of_an_image_nothing_is_said_of_atoms_or_of_how_molecules_are_compared() -> None:
    images, trust = SCENES.words, replace(TRUST, nearness=None, completeness_error=0.01)
    statements = (*waiting(images), *map_statements(trust, "outdoor", "not measured", images))
    statements += picked_statements(trust, "outdoor", "not measured", images)
    text = " ".join(f"{each.words} {each.meaning}" for each in statements)
    assert "22 % of objects" in text
    assert "Is the image like those that the model was trained on? Not known: not measured." in text
    assert not re.search("atom|molecule|Tanimoto|Morgan", text)


def test_a_long_name_of_a_class_is_cut_in_the_strip_and_whole_in_its_tooltip(strip: TrustStrip) -> None:
    name = "binds\nto " + "very " * 60 + "many"
    statements = picked_statements(TRUST, name, "", MOLECULES.words)
    assert statements[0].words.startswith("5 atoms masked: binds to very")
    assert len(statements[0].words) < 70
    assert name in statements[0].meaning
    strip.show_statements(statements)
    assert strip.minimumSizeHint().width() <= 280  # a name is cut, the numbers beside it are not


def test_each_number_has_a_tooltip_and_words_for_screen_readers(strip: TrustStrip) -> None:
    statements = map_statements(TRUST, "permeable", "", MOLECULES.words)
    strip.show_statements(statements)
    labels = [label for label in strip.findChildren(PlainLabel) if label.isVisible()]
    assert [label.accessibleName() for label in labels] == [each.words for each in statements]
    assert all(label.toolTip() and label.accessibleDescription() for label in labels)
    assert "masked −0.41; random −0.08 ± 0.05" in strip.accessibleDescription()


def test_numbers_that_wait_take_the_same_room(strip: TrustStrip) -> None:
    strip.show_statements(waiting(MOLECULES.words))
    before = max(strip.minimumHeight(), strip.heightForWidth(420))
    strip.show_statements(map_statements(TRUST, "permeable", "", MOLECULES.words))
    after = max(strip.minimumHeight(), strip.heightForWidth(420))
    assert abs(after - before) < strip.fontMetrics().height() / 4  # some fonts are a pixel higher than their metrics


def test_words_take_the_room_that_they_need_whatever_stood_there_before(qtbot: QtBot, strip: TrustStrip) -> None:
    strip.resize(1200, 60)  # one line
    calm = map_statements(TRUST, "permeable", "", MOLECULES.words)
    strip.show_statements(calm)
    qtbot.waitUntil(lambda: all(label.width() > 10 for label in strip.findChildren(PlainLabel)))
    wanted = [label.sizeHint().width() for label in strip.findChildren(PlainLabel)]
    strip.show_statements(
        map_statements(replace(TRUST, masking=replace(TEST, after=0.85)), "permeable", "", MOLECULES.words)
    )
    strip.show_statements(calm)
    assert [label.sizeHint().width() for label in strip.findChildren(PlainLabel)] == wanted


def trust_texts(window: MainWindow) -> list[str]:
    return [each.words for each in window.panel.trust.statements]


@pytest.fixture
def choose(window: MainWindow, qtbot: QtBot) -> Callable[[str], None]:
    """Shows a record of the library by its title and waits for its numbers."""

    def select(title: str) -> None:
        rows, selection = window.session.libraries.rows, window.session.selection
        assert rows is not None
        window.table.choose(list(rows.titles).index(title))
        qtbot.waitUntil(lambda: selection.explained is not None and "—" not in trust_texts(window)[2], timeout=TIMEOUT)

    return select


def test_the_window_tests_the_map_of_the_record_that_is_shown(
    window: MainWindow, choose: Callable[[str], None], qtbot: QtBot
) -> None:
    window.session.choose_colour_threshold(0.0)
    choose("nicotine")
    qtbot.waitUntil(lambda: "similarity —" in trust_texts(window), timeout=TIMEOUT)
    explained, shown = window.session.selection.explained, window.panel.highlighted
    assert explained is not None
    assert shown is not None
    share = np.count_nonzero(shown) / explained.read.molecule.graph.n_nodes
    qtbot.waitUntil(lambda: f"{100 * share:.0f} % of atoms" in trust_texts(window), timeout=TIMEOUT)
    window.session.choose_colour_threshold(1.0)
    window.session.choose_scale("molecule")
    qtbot.waitUntil(lambda: trust_texts(window)[2] in ("8 % of atoms", "0 % of atoms"), timeout=TIMEOUT)


def test_the_window_tests_picked_atoms_until_they_are_let_go(
    window: MainWindow, choose: Callable[[str], None], qtbot: QtBot
) -> None:
    choose("nicotine")
    picking = window.panel.view.picking
    picking.pick([0, 1])
    qtbot.waitUntil(lambda: trust_texts(window)[0].startswith("2 atoms masked"), timeout=TIMEOUT)
    qtbot.keyClick(window.panel.view, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: trust_texts(window)[0].startswith("masked"), timeout=TIMEOUT)


def test_a_record_that_cannot_be_read_has_no_numbers(
    window: MainWindow, choose: Callable[[str], None], qtbot: QtBot
) -> None:
    choose("aspirin")
    window.table.choose(2)
    qtbot.waitUntil(lambda: window.panel.trust.statements == waiting(MOLECULES.words), timeout=TIMEOUT)


def test_another_method_is_tested_anew_and_integrated_gradients_say_how_complete_they_are(
    window: MainWindow, choose: Callable[[str], None], qtbot: QtBot
) -> None:
    choose("aspirin")
    window.session.choose_method("integrated-gradients")
    qtbot.waitUntil(lambda: trust_texts(window)[-1].startswith("incomplete by"), timeout=TIMEOUT)


def test_the_meanings_can_be_read_without_a_pointer(
    window: MainWindow, choose: Callable[[str], None], qtbot: QtBot
) -> None:
    choose("aspirin")
    button = window.panel.trust.button
    assert button.focusPolicy() & Qt.FocusPolicy.TabFocus
    qtbot.keyClick(button, Qt.Key.Key_Space)
    dialog = window.findChild(QDialog)
    assert dialog is not None
    assert "random" in dialog.findChild(QTextBrowser).toPlainText()
    dialog.close()


def test_a_map_whose_masking_raises_the_class_is_warned_of() -> None:
    found = map_statements(replace(TRUST, masking=replace(TEST, after=0.99)), "permeable", "", MOLECULES.words)
    assert found[0].words == "masking raises it +0.06"
    assert found[0].warns
    assert "speaks against the class" in found[0].meaning


PIC50 = ValueWords("pIC50", "log units", 1, 0.08, transformed=True)
OF_VALUE = replace(TRUST, masking=MaskingTest(5, 23, 6.8, 6.21, 0.13, 0.2, 0.08, of_value=True), attributed_sum=0.412)


def test_what_masking_does_to_a_value_is_said_in_its_unit() -> None:
    masked, random, *_ = map_statements(OF_VALUE, "raises pIC50", "", MOLECULES.words, PIC50)
    assert (masked.words, random.words) == ("masked −0.59", "random +0.13 ± 0.20")
    assert "pIC50 6.80 → 6.21" in masked.meaning


def test_the_test_of_what_lowers_a_value_is_said_of_the_value_not_of_its_opposite() -> None:
    opposite = replace(OF_VALUE.masking, before=-6.8, after=-7.4, random_mean=0.13)
    masked, random, *_ = map_statements(replace(OF_VALUE, masking=opposite), "lowers pIC50", "", MOLECULES.words, PIC50)
    assert (masked.words, random.words) == ("masked +0.60", "random −0.13 ± 0.20")
    assert "6.80 → 7.40" in masked.meaning


def test_of_a_signed_map_of_a_value_both_sides_are_said() -> None:
    both = replace(OF_VALUE.masking, before=7.1, after=6.2, whole=6.8)
    masked, *_ = map_statements(replace(OF_VALUE, masking=both), "pIC50", "", MOLECULES.words, PIC50)
    assert masked.words == "without raising −0.60, without lowering +0.30"
    assert "by this map 6.20, without those that lower it 7.10" in masked.meaning


def test_a_map_of_a_value_that_is_the_wrong_way_round_misleads() -> None:
    wrong = replace(OF_VALUE.masking, after=7.4)
    masked, random, *_ = map_statements(replace(OF_VALUE, masking=wrong), "raises pIC50", "", MOLECULES.words, PIC50)
    assert masked.words == "misleads: masked +0.60"
    assert masked.warns
    assert "what is highlighted lowers pIC50" in masked.meaning
    assert not random.warns


def test_picked_atoms_of_a_value_say_their_sum_and_what_happens_without_them() -> None:
    masked, together, *_ = picked_statements(OF_VALUE, "pIC50", "", MOLECULES.words, PIC50, signed=True)
    assert masked.words == "5 atoms masked: pIC50 6.80 → 6.21"
    assert together.words == "together +0.41 log units"
    share = picked_statements(OF_VALUE, "raises pIC50", "", MOLECULES.words, PIC50)[1]
    assert share.words == "attributed 62 % of the map"
    assert "of all that raises pIC50" in share.meaning


def test_the_second_models_value_is_no_probability() -> None:
    asked = replace(OF_VALUE, second_opinion=SecondOpinion(-6.5, 0.4))
    statements = map_statements(asked, "lowers pIC50", "", MOLECULES.words, PIC50)
    found = next(each for each in statements if "second" in each.words)
    assert found.meaning.endswith("Its pIC50: 6.50.")
