"""What is known of a prediction, from a bundle and the record alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from rdkit import Chem

from gcx_desktop.app.summaries.prediction_summary import (
    PredictionSummary,
    SummaryModel,
    fitting_accuracy,
    load_summary_model,
    plain_summary,
    summarise_prediction,
)
from gcx_desktop.explain.engine import Explanation, explain_graphs
from gcx_desktop.gcn.bundles.bundle import Bundle, save_bundle
from gcx_desktop.gcn.bundles.training_records import TRAINING_FILE, TrainingRecords
from gcx_desktop.gcn.cards.card import Card, Metrics
from gcx_desktop.gcn.fitting.split_protocol import SplitProtocol
from gcx_desktop.gcn.forest import fit_forest
from gcx_desktop.gcn.network import Network, combine, initialise
from gcx_desktop.gcn.reliability.conformal import fit_conformal
from gcx_desktop.gcn.reliability.domain import DOMAIN_FILE, DomainMembership, make_domain
from gcx_desktop.gcn.reliability.out_of_fold import OutOfFold
from gcx_desktop.graph.features import FEATURE_SET, N_FEATURES
from gcx_desktop.graph.molgraph import MolGraph
from gcx_desktop.graph.morgan_fingerprint import N_BYTES, morgan_counts, morgan_environments
from gcx_desktop.kinds.kind import RecordToShow
from gcx_desktop.kinds.molecules.reader import ReadMolecule
from gcx_desktop.kinds.registry import decode_of
from gcx_desktop.library.record import Format, Source
from tests.explain.test_masking import RING

LIBRARY = Source(Path("x.smi"), Path("x.smi"), Format.SMILES)
CLASSES = ("not permeable", "permeable")
KNOWN = 40
"""Training records, two of which have the fingerprint of the last."""


def fingerprint(number: int) -> bytes:
    """Of a training record: no two share a bit, and each has 8."""
    bits = np.zeros(N_BYTES, dtype=np.uint8)
    bits[number] = 255
    return bits.tobytes()


def metrics(protocol: str, accuracy: float | None, area: float | None = 0.9) -> Metrics:
    return Metrics(f"{protocol} 80/10/10", (0,), {"accuracy": (accuracy, None), "auc_roc": (area, None)})


def network(n_members: int) -> Network:
    return combine([initialise(N_FEATURES, (8, 8), 2, torch.Generator().manual_seed(k)) for k in range(n_members)])


def saved(folder: Path, n_members: int = 2, **card: object) -> Bundle:
    values = {"positive_class": "permeable", "n_members": n_members, "format_version": 2, **card}
    made = Card("tiny", "a task", CLASSES, (8, 8), FEATURE_SET, N_FEATURES, **values)  # type: ignore[arg-type]
    bundle = Bundle(made, network(n_members), folder)
    random = np.random.default_rng(0)
    positive = random.random(KNOWN).astype(np.float32)
    known = OutOfFold(
        np.arange(KNOWN) % 2,
        np.arange(KNOWN) // 2 % n_members,
        np.stack([1 - positive, positive], axis=1),
        np.full(KNOWN, 0.5, dtype=np.float32),
    )
    prints = [fingerprint(min(i, KNOWN - 2)) for i in range(KNOWN)]
    records = TrainingRecords(
        "smiles",
        [f"C{i}" for i in range(KNOWN)],
        ["" if i else "methane" for i in range(KNOWN)],
        [CLASSES[i % 2] for i in range(KNOWN)],
    )
    save_bundle(bundle, make_domain(prints), out_of_fold=known, training_records=records)
    return bundle


def record(print_: bytes, identity: str = "") -> RecordToShow:
    molecule = MolGraph(RING, None, RING.n_nodes, "C1CCCC1", None)
    return RecordToShow(ReadMolecule(0, "", molecule), ("C",) * 5, None, fingerprint=print_, identity=identity)


def loaded(bundle: Bundle) -> SummaryModel:
    return load_summary_model(bundle.path, bundle.card)


def prediction(n_members: int = 2) -> Explanation:
    card = Card("tiny", "a task", CLASSES, (8, 8), FEATURE_SET, N_FEATURES)
    (found,) = explain_graphs(network(n_members), [RING], decode_of(card, LIBRARY))
    return found


def summary(model: SummaryModel, shown: RecordToShow) -> PredictionSummary:
    return summarise_prediction(model, shown, prediction(model.card.n_members))


def test_the_members_probabilities_are_those_of_the_reported_class(tmp_path: Path) -> None:
    found, explanation = summary(loaded(saved(tmp_path / "m", 3)), record(fingerprint(0))), prediction(3)
    assert explanation.members is not None
    assert found.members == pytest.approx(explanation.members[:, 1].tolist())


def test_the_set_is_that_of_conformal_prediction_with_the_most_probable_class(tmp_path: Path) -> None:
    model, explanation = loaded(saved(tmp_path / "m")), prediction()
    known = model.knowledge.out_of_fold
    assert known is not None
    assert explanation.members is not None
    sets = fit_conformal(known.probabilities, known.measured, known.folds, 2).sets(explanation.members[None])[0]
    found = summary(model, record(fingerprint(0)))
    assert found.prediction_set is not None
    assert set(np.flatnonzero(sets)) <= set(found.prediction_set)
    assert found.prediction_set == () or found.predicted in found.prediction_set


def test_the_second_models_probabilities_are_those_of_the_forest_for_what_is_counted_in_the_record(
    tmp_path: Path,
) -> None:
    amines = ["C" * n + "N" for n in range(1, 9)]
    alcohols = ["C" * n + "O" for n in range(1, 9)]
    counts = [morgan_counts(Chem.MolFromSmiles(smiles)) for smiles in (*amines, *alcohols)]
    forest = fit_forest(counts, np.arange(16, dtype=np.int64) // 8, seed=0)
    bundle = saved(tmp_path / "m")
    model = load_summary_model(bundle.path, bundle.card, forest)
    environments = morgan_environments(Chem.MolFromSmiles("CCCCCO"))
    found = summary(model, replace(record(fingerprint(0)), environments=environments))
    assert found.second_model == pytest.approx(forest.explain(environments)[0])
    assert found.second_model[1] > 0.5
    assert summary(model, record(fingerprint(0))).second_model == ()
    assert summary(loaded(bundle), replace(record(fingerprint(0)), environments=environments)).second_model == ()


def test_what_a_probability_meant_is_counted_among_training_records(tmp_path: Path) -> None:
    model = loaded(saved(tmp_path / "m"))
    known, found = model.knowledge.out_of_fold, summary(model, record(fingerprint(0)))
    assert known is not None
    assert found.observed is not None
    near = np.abs(known.probabilities[:, 1] - found.probabilities[1])
    inside = near <= np.sort(near)[19]
    assert (found.observed.count, found.observed.hits) == (inside.sum(), (known.measured[inside] == 1).sum())


def test_the_same_record_is_known_by_its_identity_and_others_by_their_fingerprint_alone(tmp_path: Path) -> None:
    model = loaded(saved(tmp_path / "m"))
    same = summary(model, record(fingerprint(0), "C0"))
    assert (same.measured, same.same_is_certain, same.same[0].name) == ((0,), True, "methane")
    one_of_two = summary(model, record(fingerprint(KNOWN - 2), f"C{KNOWN - 1}"))
    assert (one_of_two.measured, one_of_two.same_is_certain) == ((1,), True)
    alike = summary(model, record(fingerprint(KNOWN - 2), "CC"))
    assert (alike.measured, alike.same_is_certain) == ((0, 1), False)
    unknown = summary(model, record(fingerprint(KNOWN + 5), "C0"))
    assert (unknown.measured, unknown.same) == ((), ())


def test_without_structures_only_the_fingerprint_agrees(tmp_path: Path) -> None:
    bundle = saved(tmp_path / "m")
    (bundle.path / TRAINING_FILE).unlink()
    found = summary(loaded(bundle), record(fingerprint(1), "C1"))
    assert (found.measured, found.same_is_certain, found.same[0].name) == ((1,), False, "")


def test_a_record_far_from_all_training_records_is_outside(tmp_path: Path) -> None:
    model = loaded(saved(tmp_path / "m"))
    domain = model.knowledge.domain
    assert domain is not None
    crowded = replace(domain, nearest=np.full(KNOWN, 0.6, dtype=np.float32))
    found = summary(replace(model, knowledge=replace(model.knowledge, domain=crowded)), record(fingerprint(KNOWN + 5)))
    assert (found.membership, found.nearness and found.nearness.similarity) == (DomainMembership.OUTSIDE, 0.0)


def test_a_model_of_before_says_only_its_probabilities(tmp_path: Path) -> None:
    card = Card("tiny", "a task", CLASSES, (8, 8), FEATURE_SET, N_FEATURES)
    bundle = Bundle(card, network(1), tmp_path / "m")
    save_bundle(bundle)
    found, explanation = summary(loaded(bundle), record(fingerprint(0), "C0")), prediction(1)
    assert found == plain_summary(card, explanation)
    assert (found.reported, found.prediction_set, found.members) == (explanation.predicted, None, ())


def test_a_damaged_file_costs_what_it_would_have_said(tmp_path: Path) -> None:
    bundle = saved(tmp_path / "m")
    (bundle.path / TRAINING_FILE).write_bytes(b"damaged")
    found = summary(loaded(bundle), record(fingerprint(0), "C0"))
    assert len(found.problems) == 1
    assert TRAINING_FILE in found.problems[0]
    assert (found.measured, found.same_is_certain) == ((0,), False)
    (bundle.path / DOMAIN_FILE).write_bytes(b"damaged")
    found = summary(loaded(bundle), record(fingerprint(0), "C0"))
    assert len(found.problems) == 1
    assert DOMAIN_FILE in found.problems[0]
    assert (found.nearness, found.observed, found.prediction_set) == (None, None, None)


def test_the_accuracy_is_that_of_the_split_whose_test_part_is_like_the_record() -> None:
    card = Card("tiny", "a task", CLASSES, (8,), FEATURE_SET, N_FEATURES)
    both = replace(card, metrics=(metrics("scaffold", 0.6), metrics("random", 0.8), metrics("scaffold-balanced", 0.7)))
    assert {
        membership: (found.protocol, found.value, found.is_too_low)
        for membership in (*DomainMembership, None)
        if (found := fitting_accuracy(both, membership))
    } == {
        DomainMembership.INSIDE: (SplitProtocol.RANDOM, 0.8, False),
        DomainMembership.EDGE: (SplitProtocol.RANDOM, 0.8, False),
        DomainMembership.OUTSIDE: (SplitProtocol.SCAFFOLD, 0.6, True),
        None: (SplitProtocol.RANDOM, 0.8, False),
    }
    balanced = replace(card, metrics=(metrics("random", 0.8), metrics("scaffold-balanced", 0.7)))
    outside = fitting_accuracy(balanced, DomainMembership.OUTSIDE)
    assert outside is not None
    assert outside.value == 0.7
    unknown = (metrics("scaffold", None, None), metrics("by hand", 0.5), Metrics("random 80/10/10", (0,), {}))
    assert all(fitting_accuracy(replace(card, metrics=unknown), each) is None for each in (*DomainMembership, None))


def test_a_high_accuracy_that_is_only_that_of_the_commoner_class_is_too_low() -> None:
    card = Card("tiny", "a task", CLASSES, (8,), FEATURE_SET, N_FEATURES)
    rare = fitting_accuracy(replace(card, metrics=(metrics("random", 0.89, 0.55),)), DomainMembership.INSIDE)
    assert rare is not None
    assert (rare.measure, rare.value, rare.is_too_low) == ("AUC-ROC", 0.55, True)
    told = fitting_accuracy(replace(card, metrics=(metrics("random", 0.89, 0.73),)), DomainMembership.INSIDE)
    assert told is not None
    assert not told.is_too_low
