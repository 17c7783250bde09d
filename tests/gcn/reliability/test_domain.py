"""Which molecules a model knows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from gcx_desktop.errors import BundleError
from gcx_desktop.gcn.reliability.domain import (
    DOMAIN_FILE,
    DomainMembership,
    Nearness,
    domain_membership,
    load_domain,
    load_out_of_fold,
    make_domain,
    save_domain,
    similarity_to_other_folds,
)
from gcx_desktop.gcn.reliability.out_of_fold import OutOfFold

A, B, C = (bytes([*bits] + [0] * 14) for bits in ((0b11110000, 0), (0b11100000, 0), (0, 0b1)))


def test_nearness_is_the_largest_tanimoto_similarity_and_its_rank_among_the_training_molecules() -> None:
    domain = make_domain([A, B, C])
    np.testing.assert_allclose(domain.nearest, [0.0, 3 / 4, 3 / 4])
    known = domain.nearness(A)
    assert (known.similarity, known.rank) == (1.0, 1.0)
    half = domain.nearness(bytes([0b11000000, 0] + [0] * 14))
    assert half.similarity == pytest.approx(2 / 3)
    assert half.rank == pytest.approx(1 / 3)
    strange = domain.nearness(bytes([0b00001111, 0] + [0] * 14))
    assert strange.similarity == 0.0


@pytest.mark.parametrize(
    ("rank", "expected"),
    [
        (0.0, DomainMembership.OUTSIDE),
        (0.049, DomainMembership.OUTSIDE),
        (0.05, DomainMembership.EDGE),
        (0.249, DomainMembership.EDGE),
        (0.25, DomainMembership.INSIDE),
        (1.0, DomainMembership.INSIDE),
    ],
)
def test_a_molecule_stands_where_its_rank_among_the_training_molecules_puts_it(
    rank: float, expected: DomainMembership
) -> None:
    assert domain_membership(Nearness(0.5, rank)) is expected


def test_a_domain_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    domain = make_domain([A, B, C])
    save_domain(domain, tmp_path / DOMAIN_FILE)
    back = load_domain(tmp_path, 16)
    assert back is not None
    np.testing.assert_array_equal(back.fingerprints, domain.fingerprints)
    np.testing.assert_array_equal(back.nearest, domain.nearest)


def test_a_folder_without_a_domain_has_none(tmp_path: Path) -> None:
    assert load_domain(tmp_path, 16) is None


@pytest.mark.parametrize(
    ("arrays", "words"),
    [
        ({"fingerprints": np.zeros((2, 16), np.uint8)}, "an array is missing"),
        ({"fingerprints": np.zeros((2, 8), np.uint8), "nearest": np.zeros(2, np.float32)}, "do not fit"),
        ({"fingerprints": np.zeros((2, 16), np.uint8), "nearest": np.full(2, np.nan, np.float32)}, "do not fit"),
        ({"fingerprints": np.zeros((0, 16), np.uint8), "nearest": np.zeros(0, np.float32)}, "do not fit"),
    ],
)
def test_a_domain_that_does_not_fit_is_refused(tmp_path: Path, arrays: dict[str, np.ndarray], words: str) -> None:
    save_file(arrays, tmp_path / DOMAIN_FILE)
    with pytest.raises(BundleError, match=words):
        load_domain(tmp_path, 16)


def test_a_file_that_is_no_safetensors_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / DOMAIN_FILE).write_bytes(b"nonsense")
    with pytest.raises(BundleError, match="not a safetensors file"):
        load_domain(tmp_path, 16)


def known(n_molecules: int = 3, n_classes: int = 2) -> OutOfFold:
    probabilities = np.random.default_rng(0).dirichlet(np.ones(n_classes), n_molecules).astype(np.float32)
    index = np.arange(n_molecules)
    similarity = np.linspace(0, 1, n_molecules, dtype=np.float32)
    return OutOfFold(index % n_classes, index % 2, probabilities, similarity)


def test_similarity_to_other_folds_leaves_out_those_of_the_own_fold() -> None:
    found = similarity_to_other_folds([A, B, C, A], np.array([0, 0, 1, 2]))
    np.testing.assert_allclose(found, [1.0, 3 / 4, 0.0, 1.0])
    np.testing.assert_array_equal(similarity_to_other_folds([A, B], np.array([0, 0])), [0.0, 0.0])


def test_what_was_predicted_out_of_fold_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    domain, saved = make_domain([A, B, C]), known()
    save_domain(domain, tmp_path / DOMAIN_FILE, saved)
    back = load_out_of_fold(tmp_path, n_classes=2)
    assert back is not None
    for name in ("measured", "folds", "probabilities", "similarity"):
        np.testing.assert_array_equal(getattr(back, name), getattr(saved, name))
    assert load_domain(tmp_path, 16) is not None


def test_records_without_fingerprints_keep_what_was_predicted_of_them(tmp_path: Path) -> None:
    saved = known()
    save_domain(None, tmp_path / DOMAIN_FILE, OutOfFold(saved.measured, saved.folds, saved.probabilities))
    assert load_domain(tmp_path, 16) is None
    back = load_out_of_fold(tmp_path, n_classes=2)
    assert back is not None
    assert back.similarity is None


def test_a_domain_of_before_says_nothing_of_predictions(tmp_path: Path) -> None:
    assert load_out_of_fold(tmp_path, n_classes=2) is None
    save_domain(make_domain([A, B, C]), tmp_path / DOMAIN_FILE)
    assert load_out_of_fold(tmp_path, n_classes=2) is None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"measured": None}, "an array is missing"),
        ({"out_of_fold": None}, "an array is missing"),
        ({"measured": np.array([0, 1])}, "as many measured classes"),
        ({"measured": np.int64(1)}, "as many measured classes"),
        ({"measured": np.array([0, 1, 2])}, "'measured' does not fit"),
        ({"measured": np.array([0, 1, -1])}, "'measured' does not fit"),
        ({"measured": np.array([0, 1, 1], np.int8)}, "'measured' does not fit"),
        ({"fold": np.array([0, 1, 64])}, "'fold' does not fit"),
        ({"out_of_fold": np.full((3, 2), np.nan, np.float32)}, "'out_of_fold' does not fit"),
        ({"out_of_fold": np.full((3, 2), 1.5, np.float32)}, "'out_of_fold' does not fit"),
        ({"out_of_fold": np.full((3, 3), 0.5, np.float32)}, "'out_of_fold' does not fit"),
        ({"nearest_in_other_fold": np.full(3, -0.1, np.float32)}, "'nearest_in_other_fold' does not fit"),
        ({"nearest_in_other_fold": np.full(2, 0.1, np.float32)}, "'nearest_in_other_fold' does not fit"),
    ],
)
def test_predictions_out_of_fold_that_do_not_fit_cost_themselves_only(
    tmp_path: Path, changes: dict[str, np.ndarray | None], words: str
) -> None:
    save_domain(make_domain([A, B, C]), tmp_path / DOMAIN_FILE, known())
    arrays = load_file(tmp_path / DOMAIN_FILE) | changes
    save_file({name: np.asarray(each) for name, each in arrays.items() if each is not None}, tmp_path / DOMAIN_FILE)
    with pytest.raises(BundleError, match=words):
        load_out_of_fold(tmp_path, n_classes=2)
    assert load_domain(tmp_path, 16) is not None


def known_values() -> OutOfFold:
    predicted = np.array([1.5, -2.0, 0.25], np.float32)
    return OutOfFold(np.array([1.0, -2.5, 0.0]), np.array([0, 1, 0]), np.stack([predicted, -predicted], axis=1))


def test_values_out_of_fold_come_back_as_they_were(tmp_path: Path) -> None:
    save_domain(make_domain([A, B, C]), tmp_path / DOMAIN_FILE, known_values())
    found = load_out_of_fold(tmp_path, 2, of_value=True)
    assert found is not None
    assert found.of_value
    np.testing.assert_array_equal(found.measured, known_values().measured)
    np.testing.assert_allclose(found.errors, [0.5, 0.5, 0.25])
    with pytest.raises(BundleError, match="'measured' does not fit"):
        load_out_of_fold(tmp_path, 2)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"measured": np.array([1.0, np.nan, 0.0])}, "expected 3 finite numbers"),
        ({"measured": np.array([0, 1, 1])}, "'measured' does not fit"),
        ({"out_of_fold": np.ones((3, 2), np.float32)}, "values and their opposites"),
        ({"out_of_fold": np.full((3, 2), np.inf, np.float32)}, "values and their opposites"),
    ],
)
def test_values_out_of_fold_that_do_not_fit_are_refused(
    tmp_path: Path, changes: dict[str, np.ndarray], words: str
) -> None:
    save_domain(make_domain([A, B, C]), tmp_path / DOMAIN_FILE, known_values())
    save_file(load_file(tmp_path / DOMAIN_FILE) | changes, tmp_path / DOMAIN_FILE)
    with pytest.raises(BundleError, match=words):
        load_out_of_fold(tmp_path, 2, of_value=True)
