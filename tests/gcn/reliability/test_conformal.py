"""Sets of classes that hold the truth as often as promised."""

from __future__ import annotations

import numpy as np
import pytest

from gcx_desktop.gcn.reliability.calibration import softmax
from gcx_desktop.gcn.reliability.conformal import coverage, fit_conformal, set_in_words, with_most_probable

K = 5


def simulated(random: np.random.Generator, n: int, n_classes: int = 2) -> tuple[np.ndarray, np.ndarray]:
    """Classes, one of them rare, and what members say that are not calibrated: [n, K, n_classes]."""
    prior = np.array([0.15, *([0.85 / (n_classes - 1)] * (n_classes - 1))])
    labels = random.choice(n_classes, n, p=prior)
    seen = random.normal(size=(n, 1, n_classes)) + 1.5 * np.eye(n_classes)[labels][:, None]
    return labels, softmax(3 * (seen + 0.3 * random.normal(size=(n, K, n_classes))))


def test_p_values_count_the_records_of_the_class_that_look_as_unusual() -> None:
    random = np.random.default_rng(1)
    labels, members = simulated(random, 90, n_classes=3)
    folds = np.arange(90) % K
    out_of_fold = members[np.arange(90), folds].round(1)
    _, new = simulated(random, 20, n_classes=3)
    new = new.round(1)
    expected = np.zeros((20, 3))
    for x in range(20):
        for c in range(3):
            counted = [(1 - out_of_fold[i, c]) >= (1 - new[x, folds[i], c]) for i in range(90) if labels[i] == c]
            expected[x, c] = (1 + sum(counted)) / (1 + len(counted))
    found = fit_conformal(out_of_fold, labels, folds, K)
    np.testing.assert_allclose(found.p_values(new), expected)
    np.testing.assert_array_equal(found.sets(new, 0.3), expected > 0.3)


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("alpha", [0.1, 0.2])
def test_of_exchangeable_records_as_many_sets_hold_the_class_as_promised_of_each_class(
    n_classes: int, alpha: float
) -> None:
    random = np.random.default_rng(7)
    of_classes = np.zeros(n_classes)
    n_runs, n_new = 20, 1000
    for _ in range(n_runs):
        labels, members = simulated(random, 600, n_classes)
        folds = random.permutation(600) % K
        predictor = fit_conformal(members[np.arange(600), folds], labels, folds, K)
        truth, new = simulated(random, n_new, n_classes)
        sets = predictor.sets(new, alpha)
        of_classes += [coverage(sets[truth == c], truth[truth == c]) for c in range(n_classes)]
    of_classes /= n_runs
    assert (of_classes >= 1 - alpha - 0.015).all()
    assert (of_classes <= 1 - alpha + 0.04).all()


def test_a_class_with_too_few_records_is_never_excluded() -> None:
    folds, labels = np.arange(8) % K, np.array([1] + [0] * 7)
    predictor = fit_conformal(np.full((8, 2), 0.5), labels, folds, K)
    sets = predictor.sets(np.tile([0.999, 0.001], (1, K, 1)))
    assert sets[0].tolist() == [True, True]
    none = fit_conformal(np.full((8, 2), 0.5), np.zeros(8), folds, K)
    assert none.p_values(np.tile([1.0, 0.0], (1, K, 1)))[0, 1] == 1.0


def test_a_record_unlike_those_of_any_class_has_an_empty_set() -> None:
    folds, labels = np.arange(200) % K, np.arange(200) % 2
    sure = np.where(labels[:, None] == np.arange(2), 0.99, 0.01)
    assert not fit_conformal(sure, labels, folds, K).sets(np.full((1, K, 2), 0.5)).any()


def test_other_members_or_classes_are_refused() -> None:
    predictor = fit_conformal(np.full((8, 2), 0.5), np.arange(8) % 2, np.arange(8) % K, K)
    with pytest.raises(ValueError, match=r"expected \[n, 5, 2\]"):
        predictor.p_values(np.full((1, 4, 2), 0.5))


@pytest.mark.parametrize(
    ("classes", "n_classes", "words"),
    [
        ([], 2, "none of the classes: unlike anything learned"),
        (["permeable"], 2, "permeable"),
        (["not permeable", "permeable"], 2, "undecided: either"),
        (["low", "high"], 3, "undecided: low or high"),
        (["low", "middle", "high"], 4, "undecided: low, middle or high"),
        (["low", "middle", "high"], 3, "undecided: any class"),
    ],
)
def test_a_set_is_said_in_words(classes: list[str], n_classes: int, words: str) -> None:
    assert set_in_words(classes, n_classes) == words


def test_a_class_is_not_the_only_one_while_another_is_more_probable() -> None:
    sets = np.array([[False, True], [True, False], [False, False], [True, True]])
    probabilities = np.array([[0.7, 0.3], [0.7, 0.3], [0.7, 0.3], [0.3, 0.7]])
    np.testing.assert_array_equal(
        with_most_probable(sets, probabilities), [[True, True], [True, False], [False, False], [True, True]]
    )
