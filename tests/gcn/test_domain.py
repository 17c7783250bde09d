"""Which molecules a model knows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from gcx_desktop.errors import BundleError
from gcx_desktop.gcn.domain import DOMAIN_FILE, load_domain, make_domain, save_domain

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
