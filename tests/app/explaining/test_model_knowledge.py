"""What a bundle says of the molecules that its model was trained on; each part that is damaged costs itself only."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gcx_desktop.app.explaining.model_knowledge import ModelKnowledge, load_model_knowledge
from gcx_desktop.gcn.bundles.training_records import TRAINING_FILE, TrainingRecords, save_training_records
from gcx_desktop.gcn.cards.card import Card
from gcx_desktop.gcn.reliability.domain import DOMAIN_FILE, make_domain, save_domain
from gcx_desktop.gcn.reliability.out_of_fold import OutOfFold
from gcx_desktop.graph.features import FEATURE_SET, N_FEATURES
from gcx_desktop.graph.morgan_fingerprint import N_BYTES

CARD = Card("tiny", "nothing real", ("no", "yes"), (4, 3), FEATURE_SET, N_FEATURES, n_members=2)
N = 6


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    index = np.arange(N)
    known = OutOfFold(index % 2, index // 2 % 2, np.full((N, 2), 0.5, dtype=np.float32))
    domain = make_domain([bytes([1 + i] * N_BYTES) for i in range(N)])
    save_domain(domain, tmp_path / DOMAIN_FILE, known)
    write_records(tmp_path, [CARD.class_names[i % 2] for i in range(N)])
    return tmp_path


def write_records(folder: Path, measured: list[str]) -> None:
    save_training_records(TrainingRecords("smiles", ["C"] * N, [""] * N, measured), folder / TRAINING_FILE, {})


def parts(found: ModelKnowledge) -> tuple[bool, ...]:
    return tuple(part is not None for part in (found.domain, found.out_of_fold, found.conformal, found.records))


def test_all_that_a_bundle_says_is_loaded(folder: Path) -> None:
    found = load_model_knowledge(folder, CARD)
    assert parts(found) == (True,) * 4
    assert found.problems == ()
    assert found.names_nearest
    assert found.conformal is not None
    assert found.conformal.n_members == 2


def test_a_bundle_of_before_knows_its_domain_alone(tmp_path: Path) -> None:
    save_domain(make_domain([bytes([1] * N_BYTES)]), tmp_path / DOMAIN_FILE)
    found = load_model_knowledge(tmp_path, replace(CARD, n_members=1))
    assert parts(found) == (True, False, False, False)
    assert found.problems == ()
    assert not found.names_nearest


def test_a_single_network_has_no_sets_of_classes(folder: Path) -> None:
    known = OutOfFold(np.array([0, 1]), np.array([0, 0]), np.full((2, 2), 0.5, dtype=np.float32))
    save_domain(make_domain([b"\x01" * N_BYTES, b"\x03" * N_BYTES]), folder / DOMAIN_FILE, known)
    (folder / TRAINING_FILE).unlink()
    assert parts(load_model_knowledge(folder, replace(CARD, n_members=1))) == (True, True, False, False)


def test_predictions_of_another_number_of_networks_are_left_out(folder: Path) -> None:
    found = load_model_knowledge(folder, replace(CARD, n_members=5))
    assert parts(found) == (True, False, False, False)
    (problem,) = found.problems
    assert problem.endswith("its predictions are of 2 networks, not of the 5 that the card says")


def test_training_records_of_classes_that_the_model_does_not_have_are_left_out(folder: Path) -> None:
    write_records(folder, ["maybe"] * N)
    found = load_model_knowledge(folder, CARD)
    assert parts(found) == (True, True, True, False)
    (problem,) = found.problems
    assert problem.endswith("training.parquet: it names classes that the model does not have")


@pytest.mark.parametrize(
    ("file", "left"), [(TRAINING_FILE, (True, True, True, False)), (DOMAIN_FILE, (False, False, False, False))]
)
def test_a_damaged_file_costs_what_rests_on_it_and_is_named_once(
    folder: Path, file: str, left: tuple[bool, ...]
) -> None:
    (folder / file).write_bytes(b"damaged")
    found = load_model_knowledge(folder, CARD)
    assert parts(found) == left
    (problem,) = found.problems
    assert file in problem
