from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import r2_score

from gcx_desktop.app.training.pretraining_targets import (
    DESCRIPTORS,
    FINGERPRINTS,
    PretrainingTargets,
    common_counts,
    make_targets,
    median_r2,
)
from gcx_desktop.kinds.kind import CountedTarget

KEYS = CountedTarget("counts", radius=1, n_keys=16, n_commonest=2)
NAMES = ("first", "second", "third")


def counts(*pairs: tuple[int, int]) -> np.ndarray:
    return np.array(pairs, dtype=np.uint16).reshape(-1, 2)


def targets_of(values: np.ndarray, training: list[int]) -> PretrainingTargets:
    none = tuple(counts() for _ in values)
    return make_targets(values.astype(np.float32), NAMES[: values.shape[1]], (none,), (KEYS,), np.array(training))


def test_targets_have_mean_0_and_variance_1_over_the_training_part_alone() -> None:
    values = np.random.default_rng(0).normal(5, 3, size=(40, 3))
    values[30:] += 4
    training = list(range(30))
    found = targets_of(values, training)
    expected = (values - values[:30].mean(axis=0)) / values[:30].std(axis=0)
    assert found.descriptors == NAMES
    assert found.values.dtype == np.float16
    assert found.values == pytest.approx(expected.clip(-5, 5), abs=5e-3)


def test_a_target_far_from_the_others_is_clipped() -> None:
    values = np.zeros((101, 1))
    values[0], values[1:51] = 1e4, 1
    assert targets_of(values, list(range(101))).values.max() == 5


def test_what_is_constant_often_unknown_or_too_large_is_not_learned() -> None:
    values = np.random.default_rng(0).normal(size=(100, 3))
    values[:, 0] = 7
    values[:6, 1] = [np.nan, np.inf, -np.inf, 1e7, np.nan, np.nan]
    assert targets_of(values, list(range(100))).descriptors == ("third",)


def test_a_value_that_is_not_known_stays_unknown_and_changes_no_other() -> None:
    values = np.random.default_rng(0).normal(size=(100, 1))
    values[7] = np.inf
    found = targets_of(values, list(range(100))).values[:, 0]
    others = np.delete(values[:, 0], 7)
    assert np.isnan(found[7])
    assert np.delete(found, 7) == pytest.approx((others - others.mean()) / others.std(), abs=5e-3)


def test_the_commonest_keys_of_the_training_part_are_counted() -> None:
    records = (counts((3, 2), (9, 1)), counts((3, 1)), counts((9, 4)), counts((5, 1)), counts((5, 1)), counts((5, 1)))
    found = common_counts(records, KEYS, np.array([0, 1, 2]))
    assert found == pytest.approx(np.log([[3, 2], [2, 1], [1, 5], [1, 1], [1, 1], [1, 1]]))


def test_keys_that_no_training_record_has_are_not_learned() -> None:
    assert common_counts((counts((3, 1)), counts((9, 1))), KEYS, np.array([0])).shape == (2, 1)


def test_each_group_counts_by_its_share() -> None:
    found = PretrainingTargets(np.zeros((1, 6), dtype=np.float16), ("a", "b"), {"counts": 4})
    assert found.groups == {DESCRIPTORS: slice(0, 2), FINGERPRINTS: slice(2, 6)}
    assert found.weights(0.25) == pytest.approx([0.375, 0.375, *4 * [0.0625]])
    alone = PretrainingTargets(np.zeros((1, 2), dtype=np.float16), ("a", "b"), {"counts": 0})
    assert alone.groups == {DESCRIPTORS: slice(0, 2)}
    assert alone.weights(0.25) == pytest.approx([0.5, 0.5])


def test_r2_is_that_of_scikit_learn() -> None:
    random = np.random.default_rng(0)
    wanted = random.normal(size=(20, 5))
    predicted = wanted + random.normal(size=(20, 5)) * np.array([0.1, 0.5, 1, 2, 3])
    expected = r2_score(wanted, predicted, multioutput="raw_values")
    groups = {DESCRIPTORS: slice(0, 3), FINGERPRINTS: slice(3, 5)}
    found = median_r2(predicted, wanted, groups)
    assert found[DESCRIPTORS] == pytest.approx(np.median(expected[:3]))
    assert found[FINGERPRINTS] == pytest.approx(np.median(expected[3:]))


def test_r2_leaves_out_what_is_not_known_or_the_same_everywhere() -> None:
    wanted = np.array([[1, 0, np.nan], [1, 1, 1], [1, 2, 3], [1, 3, 5.0]])
    predicted = np.array([[9, 0, 9], [9, 1, 1], [9, 2, 3], [9, 2, 4.0]])
    first, second = 1 - 1 / 5, 1 - 1 / 8
    assert median_r2(predicted, wanted, {"all": slice(0, 3)}) == pytest.approx({"all": (first + second) / 2})
    assert median_r2(predicted, wanted, {"none": slice(0, 1)}) == {"none": None}
