from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox, QRadioButton
from pytestqt.qtbot import QtBot
from rdkit import Chem

from gcx_desktop.app.explaining.method_names import METHOD_NAMES
from gcx_desktop.app.summaries.prediction_summary import PredictionSummary
from gcx_desktop.app.summaries.summary_words import summary_text
from gcx_desktop.depict.colour import ColourScale, Paper
from gcx_desktop.depict.colour_threshold import DEFAULT_COLOUR_THRESHOLD
from gcx_desktop.depict.drawing import Depiction, depict
from gcx_desktop.depict.halos import HaloKind
from gcx_desktop.gui.record.explanation_panel import WAITS_FOR_SCALE, ExplanationPanel
from gcx_desktop.gui.record.record_notice import MOST_NOTICE_CHARACTERS
from gcx_desktop.gui.session.state_owner import StateOwner
from gcx_desktop.gui.widgets.plain_labels import PlainLabel, plain_tooltip
from gcx_desktop.kinds.registry import DEFAULT_KIND
from gcx_desktop.library.record import Rejected

CLASSES = ["not permeable", "permeable"]
PROPANOL = [0.1, 0.4, 0.2, 0.3]


@pytest.fixture
def panel(qtbot: QtBot) -> ExplanationPanel:
    made = ExplanationPanel()
    qtbot.addWidget(made)
    state = StateOwner(made)
    made.colour_threshold_wanted.connect(lambda share: state.replace(colour_threshold=share))
    made.scale_wanted.connect(lambda scale: state.replace(scale=scale))
    state.follow(lambda: made.show_settings(state.now.colour_threshold, state.now.scale), "colour_threshold", "scale")
    made.resize(520, 760)
    made.set_classes(CLASSES)
    made.show()
    qtbot.waitExposed(made)
    return made


def show(
    panel: ExplanationPanel,
    smiles: str = "CCCO",
    values: list[float] | None = None,
    library: float | None = 0.4,
    *,
    signed: bool = False,
    paper: Paper = Paper.WHITE,
) -> Depiction:
    mol = Chem.MolFromSmiles(smiles)
    depiction = depict(mol, paper=paper)
    panel.show_loading(smiles, 1, 2050)
    panel.show_record(smiles, 1, 2050)
    panel.show_atoms([atom.GetSymbol() for atom in mol.GetAtoms()])
    panel.show_depiction(depiction, "")
    say(panel, PredictionSummary(tuple(CLASSES), (0.03, 0.97), 1))
    panel.show_saliency(values or PROPANOL, library, "Grad-CAM", "permeable", signed)
    return depiction


def say(panel: ExplanationPanel, summary: PredictionSummary) -> None:
    panel.prediction.show_summary(summary, summary_text(summary, None, DEFAULT_KIND.words))


def circles(panel: ExplanationPanel) -> dict[tuple[float, float], str]:
    """Colours of the circles behind atoms, by place."""
    return {(halo.x, halo.y): halo.colour for halo in panel.view.halos if halo.kind is HaloKind.CIRCLE}


def test_without_a_molecule_it_says_what_to_do(panel: ExplanationPanel) -> None:
    panel.show_nothing()
    assert [label.text() for label in panel.findChildren(PlainLabel) if label.isVisible()] == [
        "Select a molecule to see why"
    ]


def test_it_says_which_record_of_how_many_is_shown(panel: ExplanationPanel) -> None:
    panel.show_loading("Propranolol", 1234, 41127)
    assert (panel.title.text(), panel.place.text()) == ("Propranolol", "record 1,234 of 41,127")


def test_hovering_an_atom_tells_element_index_value_and_rank(panel: ExplanationPanel) -> None:
    show(panel)
    panel.view.point_at(3)
    assert panel.atom_line.full_text == "O 4 · saliency 0.300 · rank 2 of 4"


def test_without_hovering_the_strongest_atom_is_named(panel: ExplanationPanel) -> None:
    show(panel)
    assert panel.atom_line.full_text == "Strongest: C 2 · saliency 0.400"


def test_beside_the_value_stands_how_much_the_members_differ_until_another_record_follows(
    panel: ExplanationPanel,
) -> None:
    show(panel)
    panel.show_spread([0.1, 0.0512, 0.0, np.nan], 5)
    assert panel.atom_line.full_text == "Strongest: C 2 · saliency 0.400 ± 0.051"
    panel.view.point_at(2)
    assert " ± 0 · rank" in panel.atom_line.full_text
    meaning = "(±: standard deviation over the model's 5 members)"
    assert panel.view.accessibleDescription() == f"{panel.atom_line.full_text} {meaning}"
    panel.view.point_at(3)
    assert panel.atom_line.full_text == "O 4 · saliency 0.300 · rank 2 of 4"
    assert "members" not in panel.view.accessibleDescription()
    panel.show_spread(None, 5)
    panel.view.point_at(1)
    assert "±" not in panel.atom_line.full_text
    panel.show_spread([0.1] * 4, 5)
    panel.show_loading("another", 2, 2)
    show(panel)
    assert "±" not in panel.atom_line.full_text


def test_equal_saliencies_share_their_rank(panel: ExplanationPanel) -> None:
    show(panel, values=[0.2, 0.4, 0.2, 0.1])
    for atom in (0, 2):
        panel.view.point_at(atom)
        assert panel.atom_line.full_text.endswith("rank 2 of 4")
    panel.view.point_at(3)
    assert panel.atom_line.full_text.endswith("rank 4 of 4")


def test_negative_saliency_is_ranked_by_its_magnitude_and_shown_with_its_sign(panel: ExplanationPanel) -> None:
    show(panel, values=[0.1, -0.4, 0.2, 0.3], signed=True)
    panel.view.point_at(1)
    assert panel.atom_line.full_text == "C 2 · saliency −0.400, against the class · rank 1 of 4"
    panel.view.point_at(3)
    assert panel.atom_line.full_text == "O 4 · saliency 0.300, for the class · rank 2 of 4"


def test_the_keys_walk_a_signed_map_by_magnitude(panel: ExplanationPanel, qtbot: QtBot) -> None:
    show(panel, values=[0.1, -0.4, 0.2, 0.3], signed=True)
    walked = []
    for _ in range(4):
        qtbot.keyClick(panel.view, Qt.Key.Key_Right)
        walked.append(panel.view.current_atom)
    assert walked == [1, 3, 2, 0]


def test_the_colour_threshold_of_a_signed_map_is_a_magnitude(panel: ExplanationPanel) -> None:
    depiction = show(panel, values=[0.1, -0.4, 0.2, 0.3], signed=True)
    panel.show_settings(0.6, "library")
    assert set(circles(panel)) == {tuple(depiction.atom_xy[i].tolist()) for i in (1, 3)}
    assert panel.controls.colour_threshold_words.text() == "0.60 · |saliency| ≥ 0.240"


def test_a_silent_signed_map_says_that_no_atom_matters(panel: ExplanationPanel) -> None:
    show(panel, values=[0.0] * 4, signed=True)
    assert panel.atom_line.full_text == "No salient atoms: the score of “permeable” depends on none of them."


def test_the_colour_threshold_hides_weaker_atoms_at_once(panel: ExplanationPanel, qtbot: QtBot) -> None:
    depiction = show(panel)
    assert len(circles(panel)) == 4
    with qtbot.waitSignal(panel.colour_threshold_wanted) as heard:
        panel.controls.slider.setValue(60)
    assert heard.args == [0.6]
    assert set(circles(panel)) == {tuple(depiction.atom_xy[i].tolist()) for i in (1, 3)}
    assert panel.controls.colour_threshold_words.text() == "0.60 · saliency ≥ 0.240"


@pytest.mark.parametrize(
    ("width", "caption", "least"),
    [(500, "Colour threshold", 100), (420, "Colour threshold", 100), (330, "Colour\nthreshold", 50)],
)
def test_the_caption_of_the_colour_threshold_wraps_before_the_slider_becomes_short(
    panel: ExplanationPanel, width: int, caption: str, least: int
) -> None:
    show(panel)
    panel.resize(width, 760)
    QApplication.processEvents()
    (found,) = (label for label in panel.controls.findChildren(PlainLabel) if label.buddy() is panel.controls.slider)
    assert found.text() == caption
    assert found.width() >= found.sizeHint().width()
    assert panel.controls.slider.width() >= least


def test_the_colour_threshold_moves_by_keys_alone(panel: ExplanationPanel, qtbot: QtBot) -> None:
    show(panel)
    qtbot.keyClick(panel.controls.slider, Qt.Key.Key_PageUp)
    qtbot.keyClick(panel.controls.slider, Qt.Key.Key_Right)
    assert panel.controls.legend.colour_threshold == pytest.approx(0.21)


def test_the_colour_threshold_is_that_of_the_report_until_it_is_moved(panel: ExplanationPanel) -> None:
    assert panel.controls.slider.value() == pytest.approx(100 * DEFAULT_COLOUR_THRESHOLD)
    assert panel.controls.legend.colour_threshold == pytest.approx(DEFAULT_COLOUR_THRESHOLD)


def test_a_colour_threshold_above_every_atom_is_explained(panel: ExplanationPanel) -> None:
    show(panel, library=4.0)
    panel.show_settings(0.5, "library")
    assert circles(panel) == {}
    assert panel.atom_line.full_text.startswith("No atom reaches the colour threshold; the strongest is C 2")


def test_on_the_librarys_scale_equal_values_have_equal_colours_in_two_molecules(panel: ExplanationPanel) -> None:
    one = show(panel, "CCCO", [0.1, 0.4, 0.2, 0.3], library=0.4)
    colour_in_one = circles(panel)[tuple(one.atom_xy[2].tolist())]
    other = show(panel, "CCN", [0.0, 0.05, 0.2], library=0.4)
    assert circles(panel)[tuple(other.atom_xy[2].tolist())] == colour_in_one


def test_on_its_own_scale_the_strongest_atom_has_the_strongest_colour(panel: ExplanationPanel, qtbot: QtBot) -> None:
    depiction = show(panel, values=[0.01, 0.04, 0.02, 0.0])
    box = panel.controls.scale_box
    with qtbot.waitSignal(panel.scale_wanted) as heard:
        box.setCurrentIndex(box.findData("molecule"))
    assert heard.args == ["molecule"]
    assert circles(panel)[tuple(depiction.atom_xy[1].tolist())] == ColourScale(1.0).colour(1.0)
    assert panel.controls.legend.tick_labels() == ["0", "0.04"]


def test_until_the_librarys_scale_is_known_the_molecules_is_used_and_said(panel: ExplanationPanel) -> None:
    show(panel, library=None)
    box = panel.controls.scale_box
    assert (box.currentText(), box.toolTip()) == (
        "this molecule",
        plain_tooltip("the library's scale is being computed"),
    )
    panel.show_saliency(PROPANOL, 0.8, "Grad-CAM", "permeable", False)
    assert (box.currentText(), box.isEnabled()) == ("library", True)
    assert panel.controls.legend.tick_labels() == ["0", "0.8"]


def test_the_legend_says_what_is_shown_and_what_lies_above_it(panel: ExplanationPanel) -> None:
    show(panel, library=0.35)
    assert panel.controls.legend.caption == "atom saliency · Grad-CAM for permeable"
    assert panel.controls.legend.tick_labels() == ["0", "≥ 0.35"]


def test_folded_hydrogens_are_neither_coloured_nor_ranked(panel: ExplanationPanel) -> None:
    show(panel, "[2H]CC", [np.nan, 0.4, 0.2])
    assert len(circles(panel)) == 2
    panel.view.point_at(1)
    assert panel.atom_line.full_text.endswith("rank 1 of 2")


def test_an_atom_that_the_preparation_took_away_has_no_halo_and_says_so(panel: ExplanationPanel) -> None:
    show(panel, "CCO.[Na+]", [0.1, 0.4, 0.2, np.nan])
    assert len(circles(panel)) == 3
    panel.view.point_at(3)
    assert panel.atom_line.full_text == "Na 4 · taken away by the preparation, no value"
    at = panel.view.position_of(3)
    assert at is not None
    assert panel.view.atom_at(at) == 3


def test_what_was_done_to_the_molecule_is_said_and_written_under_its_picture(panel: ExplanationPanel) -> None:
    show(panel)
    assert not panel.preparation.isVisible()
    height = panel.image(1.0).height()  # type: ignore[union-attr]
    panel.show_preparation("neutralised")
    assert panel.preparation.full_text == "Preparation: neutralised"
    assert ">neutralised</text>" in (panel.svg() or "")
    assert panel.image(1.0).height() > height  # type: ignore[union-attr]
    panel.show_preparation("")
    assert panel.preparation.full_text == "Preparation: nothing to be done"
    assert "<text" not in (panel.svg() or "")


def test_a_structure_that_cannot_be_predicted_is_drawn_without_saliency_or_legend(panel: ExplanationPanel) -> None:
    mol = Chem.MolFromSmiles("CC*")
    panel.show_loading("group", 2, 2050)
    panel.show_record("group", 2, 2050)
    panel.show_unpredictable("not predictable: atom 3 is no element but a placeholder (*)")
    panel.show_atoms([atom.GetSymbol() for atom in mol.GetAtoms()])
    panel.show_depiction(depict(mol))
    assert panel.why.text() == "This record cannot be predicted: atom 3 is no element but a placeholder (*)"
    assert panel.view.isVisible()
    assert circles(panel) == {}
    assert not any(widget.isVisible() for widget in (panel.controls, panel.prediction, panel.notice))
    panel.view.point_at(0)
    assert panel.atom_line.full_text == "C 1"
    show(panel)
    assert panel.controls.isVisible()
    assert panel.prediction.isVisible()
    assert not panel.why.isVisible()


def test_a_silent_network_is_explained(panel: ExplanationPanel) -> None:
    show(panel, values=[0.0, 0.0, 0.0, 0.0])
    assert panel.atom_line.full_text == "No salient atoms: the network's units for “permeable” are silent."
    assert circles(panel) == {}


def test_a_silent_contrast_is_explained_by_the_other_class(panel: ExplanationPanel) -> None:
    show(panel)
    panel.show_saliency([0.0] * 4, 0.4, METHOD_NAMES["c-eb"], "permeable", False)
    assert panel.atom_line.full_text == "No salient atoms: the other class explains as much of every atom."


def test_values_far_below_the_librarys_scale_point_to_the_molecules_own(panel: ExplanationPanel) -> None:
    show(panel, library=40.0)
    words = "Far below the library's scale; choose “this molecule”."
    assert panel.atom_line.full_text == words
    panel.show_settings(DEFAULT_COLOUR_THRESHOLD, "molecule")
    assert panel.atom_line.full_text.startswith("Strongest: C 2")


def test_the_prediction_is_told_with_two_decimals(panel: ExplanationPanel) -> None:
    show(panel)
    assert panel.prediction.accessibleName() == "Predicted permeable, probability 0.97; map untested"
    assert panel.prediction.accessibleDescription() == "Probabilities: not permeable 0.03, permeable 0.97"


def test_a_new_record_shows_nothing_of_the_one_before(panel: ExplanationPanel) -> None:
    show(panel)
    panel.show_loading("next", 2, 2050)
    assert panel.svg() is None
    assert panel.prediction.accessibleName() == "Prediction —"
    assert (panel.atom_line.full_text, circles(panel)) == ("", {})


def test_loading_is_announced_only_when_it_takes_long(panel: ExplanationPanel, qtbot: QtBot) -> None:
    panel.show_loading("next", 2, 2050)
    assert panel.view.accessibleDescription() == ""
    qtbot.waitUntil(lambda: "drawing" in panel.view.accessibleDescription())


def test_a_molecule_too_complex_to_draw_keeps_its_prediction_and_its_numbers(panel: ExplanationPanel) -> None:
    show(panel)
    panel.show_depiction(None, "too complex to draw (812 atoms; the limit is 400)")
    assert panel.view.accessibleDescription() == "Too complex to draw (812 atoms; the limit is 400)"
    assert panel.prediction.accessibleName() == "Predicted permeable, probability 0.97; map untested"
    assert panel.atom_line.full_text.startswith("Strongest: C 2")
    assert panel.image(1.0) is None


def test_saliency_of_another_molecule_colours_nothing(panel: ExplanationPanel) -> None:
    show(panel)
    panel.show_saliency([0.1] * 19, 0.4, "Grad-CAM", "permeable", False)
    assert circles(panel) == {}


def test_a_rejected_record_shows_reason_line_and_text_as_it_stands(panel: ExplanationPanel) -> None:
    panel.show_loading("bad", 17, 2050)
    panel.show_rejected(Rejected(0, 1234, "", "unexpected end of record"), "<b>x</b>\n" + "a" * 5000)
    notice = panel.notice
    assert notice.isVisible()
    assert notice.reason.text() == "Unexpected end of record"
    assert notice.place.text().startswith("Line 1,234 of the file")
    assert notice.excerpt.toPlainText().startswith("<b>x</b>\na")
    assert len(notice.excerpt.toPlainText()) == MOST_NOTICE_CHARACTERS + 1
    show(panel)
    assert panel.view.isVisible()
    assert not notice.isVisible()


def test_a_record_that_is_no_molecule_is_told_from_one_that_could_not_be_read(panel: ExplanationPanel) -> None:
    panel.show_loading("bad", 17, 2050)
    panel.show_rejected(Rejected(0, 1234, "", "not predictable: it is a reaction, not a molecule"), "CC>>CC")
    assert panel.notice.heading.text() == "This record cannot be predicted"
    assert panel.notice.reason.text() == "It is a reaction, not a molecule"
    panel.show_rejected(Rejected(0, 1234, "", "unexpected end of record"), "")
    assert panel.notice.heading.text() == "This record could not be read"


def test_text_from_files_is_never_markup(panel: ExplanationPanel) -> None:
    panel.show_loading("<b>x</b>", 1, 1)
    panel.show_rejected(Rejected(0, 1, "", "<i>why</i>"), "")
    assert panel.title.text() == "<b>x</b>"
    assert "&lt;b&gt;" in panel.title.toolTip()
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in panel.findChildren(PlainLabel))


def test_a_class_is_chosen_by_its_radio_button(panel: ExplanationPanel, qtbot: QtBot) -> None:
    show(panel)
    buttons = {button.text(): button for button in panel.findChildren(QRadioButton) if button.isVisible()}
    assert list(buttons) == ["predicted", *CLASSES]
    with qtbot.waitSignal(panel.class_wanted) as heard:
        buttons["permeable"].click()
    assert (heard.args, panel.controls.classes.choice) == ([1], 1)
    with qtbot.waitSignal(panel.class_wanted) as heard:
        buttons["predicted"].click()
    assert heard.args == [-1]


def test_many_classes_are_chosen_from_a_list(panel: ExplanationPanel, qtbot: QtBot) -> None:
    panel.set_classes([f"class {i}" for i in range(12)])
    show(panel)
    box = next(box for box in panel.controls.classes.findChildren(QComboBox) if box.isVisible())
    with qtbot.waitSignal(panel.class_wanted) as heard:
        box.setCurrentIndex(5)
    assert (heard.args, panel.controls.classes.choice) == ([4], 4)


def test_other_classes_start_with_the_predicted_one_without_a_signal(panel: ExplanationPanel, qtbot: QtBot) -> None:
    panel.controls.classes.choose(1)
    with qtbot.assertNotEmitted(panel.class_wanted):
        panel.set_classes(CLASSES)
        assert panel.controls.classes.choice == 1
        panel.set_classes(["a & b", "c"])
    assert panel.controls.classes.choice == -1


def test_class_names_are_shown_literally(panel: ExplanationPanel) -> None:
    panel.set_classes(["a & b", "c"])
    assert "a && b" in [button.text() for button in panel.findChildren(QRadioButton)]


def test_colours_fit_the_dark_paper(panel: ExplanationPanel) -> None:
    panel.set_paper(Paper.DARK)
    depiction = show(panel, paper=Paper.DARK)
    assert circles(panel)[tuple(depiction.atom_xy[1].tolist())] == ColourScale(0.4, paper=Paper.DARK).colour(0.4)
    assert panel.controls.legend.scale.paper is Paper.DARK


def test_the_picture_is_exported_as_seen(panel: ExplanationPanel) -> None:
    depiction = show(panel)
    panel.show_settings(0.6, "library")
    svg, image = panel.svg(), panel.image(2.0)
    assert svg is not None
    assert svg.count("<circle") == 2
    assert Paper.WHITE.background in svg
    assert image is not None
    assert image.width() == round(depiction.width * 2)
    x, y = (depiction.atom_xy[1] * 2).tolist()
    away = -12 if depiction.atom_xy[1, 1] < depiction.atom_xy[0, 1] else 12
    assert image.pixelColor(round(x), round(y) + away).name() == ColourScale(0.4).colour(0.4)


def test_walking_the_atoms_by_keys_tells_each(panel: ExplanationPanel, qtbot: QtBot) -> None:
    show(panel)
    qtbot.keyClick(panel.view, Qt.Key.Key_Home)
    assert panel.atom_line.full_text == "C 2 · saliency 0.400 · rank 1 of 4"
    qtbot.keyClick(panel.view, Qt.Key.Key_Right)
    assert panel.atom_line.full_text.startswith("O 4")


def test_the_tab_key_goes_from_the_molecule_over_scale_and_classes_to_the_slider(panel: ExplanationPanel) -> None:
    panel.set_classes(["active", "inactive"])
    show(panel)
    controls = panel.controls
    stops = [panel.view, controls.scale_box, *controls.classes.inputs, controls.slider]
    walked, widget = [], panel.view.nextInFocusChain()
    while widget is not panel.view:
        if widget in stops:
            walked.append(widget)
        widget = widget.nextInFocusChain()
    assert walked == stops[1:]


@pytest.mark.parametrize("width", [420, 900])
def test_it_fits_narrow_and_wide_windows(panel: ExplanationPanel, qtbot: QtBot, width: int) -> None:
    show(panel)
    panel.resize(width, 700)
    assert panel.minimumSizeHint().width() <= 420
    qtbot.waitUntil(lambda: panel.width() == width)
    assert panel.view.height() > 250


@pytest.mark.parametrize("width", [380, 430, 480])
def test_in_a_low_narrow_panel_no_line_of_the_controls_is_cut(
    panel: ExplanationPanel, qtbot: QtBot, width: int
) -> None:
    show(panel)
    panel.resize(width, 700)

    def shown_whole() -> bool:
        """Gives the panel its least height, which is known once the lines are wrapped."""
        panel.resize(width, panel.minimumSizeHint().height())
        parts = (panel.controls.classes, panel.trust, panel.controls.legend)
        return all(part.height() >= part.heightForWidth(part.width()) for part in parts)

    qtbot.waitUntil(shown_whole)


def test_a_map_has_no_colours_until_the_scale_is_known_that_is_being_computed(panel: ExplanationPanel) -> None:
    panel.set_scale_awaited(True)
    show(panel, library=None)
    assert not circles(panel)
    assert panel.highlighted is None
    assert panel.controls.legend.tick_labels() == ["0", "—"]
    assert panel.atom_line.full_text == WAITS_FOR_SCALE
    panel.set_scale_awaited(False)
    show(panel, library=0.4)
    assert circles(panel)


def test_a_map_on_its_own_scale_waits_for_no_other(panel: ExplanationPanel) -> None:
    panel.show_settings(DEFAULT_COLOUR_THRESHOLD, "molecule")
    panel.set_scale_awaited(True)
    show(panel, library=None)
    assert circles(panel)
