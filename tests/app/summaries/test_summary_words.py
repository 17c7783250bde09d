"""A prediction and its worth in words, for someone who decides about a synthesis."""

from __future__ import annotations

import re
from dataclasses import replace

from gcx_desktop.app.summaries.map_verdict import MapVerdict
from gcx_desktop.app.summaries.prediction_summary import HeldOutAccuracy, KnownRecord, PredictionSummary
from gcx_desktop.app.summaries.summary_words import headline, summary_text, verdict_in_words
from gcx_desktop.gcn.fitting.split_protocol import SplitProtocol
from gcx_desktop.gcn.reliability.domain import Nearness
from gcx_desktop.gcn.reliability.out_of_fold import ObservedShare
from gcx_desktop.kinds.molecules.kind import MOLECULES
from gcx_desktop.kinds.scenes.kind import SCENES

CLASSES = ("not permeable", "permeable")
PLAIN = PredictionSummary(CLASSES, (0.07, 0.93), reported=1)
FULL = replace(
    PLAIN,
    prediction_set=(1,),
    observed=ObservedShare(95, 100, 0.88, 0.98),
    same=(KnownRecord("nicotine", 1, (0.2, 0.8)),),
    same_is_certain=True,
    nearness=Nearness(1.0, 1.0),
    nearest=KnownRecord("nicotine", 1, (0.2, 0.8)),
    right_at_distance=ObservedShare(43, 48, 0.95, 1.0),
    members=(0.9, 0.92, 0.97),
    accuracy=HeldOutAccuracy(SplitProtocol.RANDOM, "accuracy", 0.81),
)
WORDS = MOLECULES.words


def statements(summary: PredictionSummary, verdict: MapVerdict | None = MapVerdict.HOLDS) -> tuple[str, ...]:
    return summary_text(summary, verdict, WORDS).statements


def details(summary: PredictionSummary) -> dict[str, str]:
    return {each.heading: each.text for each in summary_text(summary, None, WORDS).details}


def test_the_line_answers_in_the_order_in_which_one_asks() -> None:
    text = summary_text(FULL, MapVerdict.HOLDS, WORDS)
    assert text.headline == "Predicted permeable, probability 0.93"
    assert text.statements == (
        "of training molecules predicted like this, 95 % were permeable",
        "measured: permeable",
        "inside what the model knows",
        "map holds",
    )
    assert text.warning == ""


def test_a_model_that_says_nothing_of_itself_gets_its_probability_and_no_invention() -> None:
    text = summary_text(PLAIN, MapVerdict.HOLDS, WORDS)
    assert text.headline == "Predicted permeable, probability 0.93"
    assert text.statements == ("map holds",)
    assert [each.heading for each in text.details] == ["Prediction"]
    assert "does not say how often" in text.details[0].text


def test_the_probability_is_that_of_the_positive_class_whatever_is_predicted() -> None:
    unlikely = replace(PLAIN, probabilities=(0.95, 0.05))
    assert headline(unlikely) == "Predicted not permeable"
    assert statements(unlikely)[0] == "probability of “permeable” 0.05"
    other = replace(unlikely, reported=0)
    assert headline(other) == "Predicted not permeable, probability 0.95"
    assert statements(other) == ("map holds",)


def test_a_set_of_no_or_several_classes_is_said_in_words() -> None:
    either, none = replace(PLAIN, prediction_set=(0, 1)), replace(PLAIN, prediction_set=())
    assert headline(either) == "Undecided: either"
    assert headline(none) == "None of the classes: unlike anything learned"
    for each in (either, none):
        assert statements(each)[0] == "probability of “permeable” 0.93"
    three = PredictionSummary(("low", "middle", "high"), (0.5, 0.4, 0.1), 0, (0, 1))
    assert headline(three) == "Undecided: low or middle"


def test_what_was_measured_for_the_same_fingerprint_is_not_said_of_the_molecule() -> None:
    alike = replace(FULL, same_is_certain=False)
    assert "measured for a molecule of the same fingerprint: permeable" in statements(alike)
    assert "stereochemistry" in details(alike)["Measured"]
    both = replace(alike, same=(KnownRecord("a", 1), KnownRecord("b", 0), KnownRecord("c", 1)))
    assert "measured for molecules of the same fingerprint: not permeable (1), permeable (2)" in statements(both)
    silent = replace(alike, same=(KnownRecord("", None),))
    assert not any("measured" in each for each in statements(silent))


def test_the_place_among_what_the_model_knows_and_the_verdict_are_said() -> None:
    assert "at the edge of what the model knows" in statements(replace(FULL, nearness=Nearness(0.4, 0.1)))
    assert "outside what the model knows" in statements(replace(FULL, nearness=Nearness(0.2, 0.01)))
    assert [verdict_in_words(each, WORDS) for each in (None, *MapVerdict)] == [
        "map untested",
        "map holds",
        "map no better than random atoms",
        "map misleads",
        "map highlights no atom",
        "map highlights every atom",
    ]


def test_where_the_model_is_too_poor_it_warns_against_prediction_and_map() -> None:
    poor = replace(FULL, accuracy=HeldOutAccuracy(SplitProtocol.SCAFFOLD, "accuracy", 0.61))
    assert summary_text(poor, None, WORDS).warning == (
        "Use neither prediction nor map: accuracy 0.61 on molecules of new scaffolds."
    )
    assert "Khasanova and Tetko" in details(poor)["How good the model is"]
    fair = replace(FULL, accuracy=HeldOutAccuracy(SplitProtocol.SCAFFOLD, "accuracy", 0.65))
    assert summary_text(fair, None, WORDS).warning == ""
    like = replace(FULL, accuracy=HeldOutAccuracy(SplitProtocol.RANDOM, "AUC-ROC", 0.6))
    assert summary_text(like, None, WORDS).warning.endswith("AUC-ROC 0.60 on molecules like the training ones.")


def test_the_details_have_the_numbers_behind_each_statement() -> None:
    found = details(FULL)
    assert list(found) == ["Prediction", "Measured", "What the model knows", "How good the model is"]
    assert (
        "100 molecules of the training data had a probability of “permeable” from 0.88 to 0.98" in found["Prediction"]
    )
    assert "Not excluded: “permeable”." in found["Prediction"]
    assert "The 3 members of the model give “permeable” 0.90 to 0.97, standard deviation 0.04." in found["Prediction"]
    assert (
        "nicotine was measured “permeable”; a network that had not seen it predicted “permeable”, probability 0.80"
        in (found["Measured"])
    )
    assert "to the nearest training molecule: 1.00." in found["What the model knows"]
    assert "it predicted 43 of them, 90 %, rightly" in found["What the model knows"]


def test_the_second_models_opinion_is_a_detail_with_its_class_and_the_agreement_of_the_maps() -> None:
    seconded = replace(FULL, second_model=(0.2, 0.8))
    text = summary_text(seconded, MapVerdict.HOLDS, WORDS, agreement=-0.634).details
    found = {each.heading: each.text for each in text}["Second opinion"]
    assert "gives “permeable” 0.80, where the network gives 0.93." in found
    assert "To both “permeable” is the most probable class." in found
    assert "Agreement of its map with the one that is shown: −0.63" in found
    unknown = details(replace(seconded, second_model=(0.6, 0.4)))["Second opinion"]
    assert "To the forest “not permeable” is the most probable class, not to the network." in unknown
    assert "Agreement" not in unknown
    assert "Second opinion" not in details(FULL)


def test_the_nearest_training_molecule_is_named_with_what_was_measured() -> None:
    near = replace(FULL, same=(), nearest=KnownRecord("CCO", 0), nearness=Nearness(0.5, 0.4))
    assert "Nearest: CCO was measured “not permeable”." in details(near)["What the model knows"]
    unnamed = replace(near, nearest=KnownRecord("", None))
    assert "Nearest" not in details(unnamed)["What the model knows"]


def test_what_is_missing_is_said_with_its_reason() -> None:
    assert (
        details(replace(FULL, problems=("x: damaged", "y: too large")))["What is missing"]
        == "x: damaged. y: too large."
    )


def test_long_names_are_cut_in_the_line_and_whole_in_the_details() -> None:
    name = "binds to " + "very " * 30 + "many"
    long = replace(FULL, class_names=("no", name))
    text = summary_text(long, MapVerdict.HOLDS, WORDS)
    assert max(map(len, (text.headline, *text.statements))) < 120
    assert name in text.details[0].text


def test_of_an_image_nothing_is_said_of_atoms_or_molecules() -> None:
    text = summary_text(replace(FULL, nearness=None, nearest=None), MapVerdict.RANDOM, SCENES.words)
    said = " ".join((*text.statements, text.warning, *(each.text for each in text.details)))
    assert "map no better than random objects" in said
    assert not re.search("atom|molecule", said)
