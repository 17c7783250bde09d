"""What is known of a predicted value, from a bundle and the record alone, and how it is said."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from rdkit import Chem

from gcx_desktop.app.explaining.value_words import ValueWords
from gcx_desktop.app.summaries.map_verdict import MapVerdict
from gcx_desktop.app.summaries.prediction_summary import HeldOutAccuracy, SummaryModel, load_summary_model
from gcx_desktop.app.summaries.value_summary import (
    HeldOutError,
    KnownValue,
    ValueSummary,
    plain_value_summary,
    summarise_value,
)
from gcx_desktop.app.summaries.value_summary_words import value_summary_text
from gcx_desktop.explain.engine import Explanation, explain_graphs
from gcx_desktop.gcn.bundles.bundle import Bundle, save_bundle
from gcx_desktop.gcn.bundles.training_records import TRAINING_FILE, TrainingRecords
from gcx_desktop.gcn.cards.card import DIRECTIONS, Card, Metrics
from gcx_desktop.gcn.fitting.split_protocol import SplitProtocol
from gcx_desktop.gcn.forest import fit_forest
from gcx_desktop.gcn.network import combine
from gcx_desktop.gcn.reliability.domain import DOMAIN_FILE, Nearness, make_domain
from gcx_desktop.gcn.reliability.out_of_fold import ObservedError, OutOfFold
from gcx_desktop.graph.features import FEATURE_SET, N_FEATURES
from gcx_desktop.graph.molgraph import MolGraph
from gcx_desktop.graph.morgan_fingerprint import morgan_counts, morgan_environments
from gcx_desktop.kinds.kind import RecordToShow
from gcx_desktop.kinds.molecules.kind import MOLECULES
from gcx_desktop.kinds.molecules.reader import ReadMolecule
from gcx_desktop.kinds.registry import decode_of
from tests.app.summaries.test_prediction_summary import LIBRARY, fingerprint
from tests.explain.test_masking import RING
from tests.value_fixtures import random_value_network

WORDS = MOLECULES.words
PIC50 = ValueWords("pIC50", "log units", 1, transformed=True)
KNOWN = 40


def metrics(protocol: str, r2: float, rmse: float = 0.7) -> Metrics:
    return Metrics(f"{protocol} 80/10/10", (0,), {"rmse": (rmse, None), "r2": (r2, None)})


@pytest.fixture
def bundle(tmp_path: Path) -> Bundle:
    card = Card(
        "tiny",
        "a value",
        DIRECTIONS,
        (8, 8),
        FEATURE_SET,
        N_FEATURES,
        endpoint="pIC50",
        scale={"unit": "", "transform": "none"},
        value_range=(2.0, 6.0, 10.0),
        metrics=(metrics("random", 0.6), metrics("scaffold", 0.2, 0.9)),
        baseline=(metrics("random", 0.7, 0.65),),
        n_members=2,
    )
    made = Bundle(card, combine([random_value_network(seed) for seed in range(2)]), tmp_path)
    measured = np.linspace(4, 8, KNOWN)
    predicted = (measured + 0.1 * (np.arange(KNOWN) % 5)).astype(np.float32)
    known = OutOfFold(
        measured,
        np.arange(KNOWN) % 2,
        np.stack([predicted, -predicted], axis=1),
        np.full(KNOWN, 0.5, dtype=np.float32),
    )
    prints = [fingerprint(min(i, KNOWN - 2)) for i in range(KNOWN)]
    names = [f"C{i}" for i in range(KNOWN)]
    records = TrainingRecords("smiles", names, ["methane", *[""] * (KNOWN - 1)], [repr(float(x)) for x in measured])
    save_bundle(made, make_domain(prints), out_of_fold=known, training_records=records)
    return made


def record(print_: bytes, identity: str = "") -> RecordToShow:
    molecule = MolGraph(RING, None, RING.n_nodes, "C1CCCC1", None)
    return RecordToShow(ReadMolecule(0, "", molecule), ("C",) * 5, None, fingerprint=print_, identity=identity)


def explanation(bundle: Bundle) -> Explanation:
    return explain_graphs(bundle.network, [RING], decode_of(bundle.card, LIBRARY))[0]


def summary_of(bundle: Bundle, shown: RecordToShow, model: SummaryModel | None = None) -> ValueSummary:
    return summarise_value(model or load_summary_model(bundle.path, bundle.card), shown, explanation(bundle))


def test_the_summary_has_the_value_and_what_the_bundle_knows_of_it(bundle: Bundle) -> None:
    predicted = explanation(bundle)
    found = summary_of(bundle, record(fingerprint(0), "C0"))
    assert found.value == predicted.probabilities[0]
    assert predicted.members is not None
    assert found.members == tuple(predicted.members[:, 0].tolist())
    assert found.measured == (4.0,)
    assert found.same == (KnownValue("methane", 4.0, 4.0),)
    assert found.same_is_certain
    assert found.usual_error is not None
    assert found.error_at_distance
    assert found.usual_error.median == pytest.approx(0.2, abs=1e-6)
    assert found.training_sd == pytest.approx(np.std(np.linspace(4, 8, KNOWN), ddof=1))
    assert found.held_out == HeldOutError("random 80/10/10", 0.7, 0.65)


def test_the_interval_is_that_of_the_members_with_the_errors_out_of_fold(bundle: Bundle) -> None:
    found = summary_of(bundle, record(fingerprint(0)))
    errors = 0.1 * (np.arange(KNOWN) % 5)
    values = np.array(found.members)[np.arange(KNOWN) % 2]
    expected = sorted(values - errors)[3], sorted(values + errors)[36]  # ⌊0.1 · 41⌋ and ⌈0.9 · 41⌉ from 1 on
    assert found.interval == pytest.approx(expected, abs=1e-5)


def test_two_training_molecules_of_one_fingerprint_give_both_measured_values(bundle: Bundle) -> None:
    found = summary_of(bundle, record(fingerprint(KNOWN - 2)))
    assert not found.same_is_certain
    assert found.measured == pytest.approx(tuple(np.linspace(4, 8, KNOWN)[-2:]))


def test_a_model_that_knows_nothing_of_itself_gives_its_value_alone(bundle: Bundle) -> None:
    (bundle.path / DOMAIN_FILE).unlink()
    (bundle.path / TRAINING_FILE).unlink()
    card = replace(bundle.card, metrics=(), baseline=(), value_range=())
    predicted = explanation(bundle)
    found = summarise_value(load_summary_model(bundle.path, card), record(fingerprint(0)), predicted)
    assert found == plain_value_summary(card, predicted)
    text = value_summary_text(found, None, WORDS, PIC50)
    assert text.statements == ("map untested",)
    assert [each.heading for each in text.details] == ["Prediction"]
    assert "does not say in which interval" in text.details[0].text


def test_the_forest_gives_its_value_as_a_second_opinion(bundle: Bundle) -> None:
    ring = morgan_environments(Chem.MolFromSmiles("C1CCCC1"))
    known = [morgan_counts(Chem.MolFromSmiles(smiles)) for smiles in ("C1CCCC1", "CCO")]
    forest = fit_forest(known, np.array([7.5, 3.0]), seed=0)
    shown = replace(record(fingerprint(0)), environments=ring)
    found = summarise_value(load_summary_model(bundle.path, bundle.card, forest), shown, explanation(bundle))
    assert found.second_model == pytest.approx(forest.probabilities([ring.counts])[0, 0])


def test_outside_the_domain_the_split_by_scaffold_says_how_good_the_model_is(bundle: Bundle) -> None:
    model = load_summary_model(bundle.path, bundle.card)
    assert model.knowledge.domain is not None
    alike = replace(model.knowledge.domain, nearest=np.full(KNOWN, 0.5, dtype=np.float32))
    model = replace(model, knowledge=replace(model.knowledge, domain=alike))
    inside, outside = (summary_of(bundle, record(fingerprint(number)), model) for number in (0, 100))
    assert inside.accuracy == HeldOutAccuracy(SplitProtocol.RANDOM, "R²", 0.6, 0.3, "random 80/10/10")
    assert outside.accuracy == HeldOutAccuracy(SplitProtocol.SCAFFOLD, "R²", 0.2, 0.3, "scaffold 80/10/10")
    assert outside.held_out == HeldOutError("scaffold 80/10/10", 0.9, None)


FULL = ValueSummary(
    6.81,
    (6.6, 6.8, 7.0),
    (5.9, 7.6),
    ObservedError(0.47, 25),
    error_at_distance=True,
    same=(KnownValue("nicotine", 6.5, 6.7),),
    same_is_certain=True,
    nearness=Nearness(1.0, 1.0),
    nearest=KnownValue("nicotine", 6.5, 6.7),
    second_model=6.2,
    accuracy=HeldOutAccuracy(SplitProtocol.RANDOM, "R²", 0.66, 0.3, "random 80/10/10"),
    held_out=HeldOutError("random 80/10/10", 0.74, 0.70),
    training_range=(2.5, 10.5),
    training_sd=1.34,
)


def details(summary: ValueSummary) -> dict[str, str]:
    return {each.heading: each.text for each in value_summary_text(summary, None, WORDS, PIC50).details}


def test_the_line_says_value_interval_usual_error_measured_value_domain_and_map() -> None:
    text = value_summary_text(FULL, MapVerdict.HOLDS, WORDS, PIC50)
    assert text.headline == "Predicted pIC50 6.8"
    assert text.statements == (
        "90 % interval 5.9 to 7.6",
        "similar training molecules are off by 0.5 (median)",
        "measured 6.5",
        "inside what the model knows",
        "map holds",
    )
    assert text.warning == ""


def test_nothing_of_a_value_is_said_as_a_probability() -> None:
    text = value_summary_text(FULL, MapVerdict.HOLDS, WORDS, PIC50, 0.4)
    said = " ".join((text.headline, *text.statements, *(each.text for each in text.details)))
    assert "probabilit" not in said.lower()
    assert "class" not in said


def test_the_details_have_the_numbers_behind_each_statement_of_a_value() -> None:
    found = details(FULL)
    assert list(found) == ["Prediction", "Measured", "Second opinion", "What the model knows", "How good the model is"]
    assert "about 90 % of cases" in found["Prediction"]
    assert (
        "25 molecules of the training data whose nearest known one was as far away were off by 0.47 (median)"
        in (found["Prediction"])
    )
    assert "members of the model give 6.6 to 7.0, standard deviation 0.20" in found["Prediction"]
    assert "training values go from 2.5 to 10.5." in found["Prediction"]
    assert "nicotine was measured 6.5; a network that had not seen it predicted 6.7." in found["Measured"]
    assert "gives 6.2, where the network gives 6.8" in found["Second opinion"]
    assert "They are no further apart than the network is usually off (0.74)." in found["Second opinion"]
    assert (
        "root mean square error is 0.74, that of the random forest 0.70 (random 80/10/10)"
        in (found["How good the model is"])
    )
    assert "standard deviation of the training values is 1.34" in found["How good the model is"]


def test_where_the_model_explains_little_it_warns_in_words() -> None:
    poor = replace(FULL, accuracy=HeldOutAccuracy(SplitProtocol.SCAFFOLD, "R²", 0.12, 0.3, "scaffold 80/10/10"))
    assert value_summary_text(poor, None, WORDS, PIC50).warning == (
        "Use neither prediction nor map: on molecules of new scaffolds the model explains little of what makes them "
        "differ (R² 0.12)."
    )
    assert "neither prediction nor map should be used" in details(poor)["How good the model is"]
    worse = replace(poor, accuracy=replace(poor.accuracy, value=-0.2))  # type: ignore[type-var]
    assert "explains nothing of what makes them differ (R² −0.20)" in (
        value_summary_text(worse, None, WORDS, PIC50).warning
    )


def test_a_value_beyond_all_training_values_says_so() -> None:
    beyond = replace(FULL, value=11.0)
    assert "beyond all training values" in value_summary_text(beyond, None, WORDS, PIC50).statements
    assert "this one lies beyond, where nothing was learned" in details(beyond)["Prediction"]


def test_several_measured_values_are_said_with_their_number() -> None:
    several = replace(FULL, same=(KnownValue("a", 6.1), KnownValue("b", 6.9)), same_is_certain=False)
    assert "measured for molecules of the same fingerprint: 6.1 to 6.9 (2 molecules)" in (
        value_summary_text(several, None, WORDS, PIC50).statements
    )
