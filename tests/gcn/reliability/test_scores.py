from __future__ import annotations

import numpy as np
import pytest

from gcx_desktop.gcn.reliability.scores import (
    OneClassError,
    accuracy,
    auc_pr,
    auc_roc,
    balanced_accuracy,
    below_chance,
    brier_score,
    calibration_error,
    classification_scores,
    mean_auc_roc,
    roc_curve,
)


def test_auc_roc_is_the_share_of_pairs_in_the_right_order() -> None:
    # Pairs (positive, negative): .8>.6, .8>.2, .4<.6, .4>.2: three of four.
    assert auc_roc([1, 0, 1, 0], [0.8, 0.6, 0.4, 0.2]) == 0.75


def test_the_roc_curve_steps_through_the_shares_above_each_score() -> None:
    false_share, true_share = roc_curve([1, 0, 1, 0], [0.8, 0.6, 0.4, 0.2])
    assert false_share.tolist() == [0, 0, 0.5, 0.5, 1]
    assert true_share.tolist() == [0, 0.5, 0.5, 1, 1]


def test_the_area_under_the_roc_curve_is_auc_roc_even_with_ties() -> None:
    random = np.random.default_rng(0)
    truth, scores = random.random(200) < 0.3, np.round(random.random(200), 1)
    false_share, true_share = roc_curve(truth, scores)
    area = float((np.diff(false_share) * (true_share[1:] + true_share[:-1]) / 2).sum())
    assert area == pytest.approx(auc_roc(truth, scores))


def test_a_tie_counts_half_in_auc_roc() -> None:
    assert auc_roc([1, 0], [0.5, 0.5]) == 0.5
    # .9 beats both; .5 ties with one and beats the other.
    assert auc_roc([1, 1, 0, 0], [0.9, 0.5, 0.5, 0.1]) == (2 + 1.5) / 4


def test_auc_pr_adds_up_precision_over_gained_recall() -> None:
    # Positives at places 1 and 3: precisions 1 and 2/3, each for half of the recall.
    assert auc_pr([1, 0, 1, 0], [0.8, 0.6, 0.4, 0.2]) == pytest.approx((1 + 2 / 3) / 2)


def test_members_of_a_tie_are_called_together_in_auc_pr() -> None:
    assert auc_pr([1, 0, 0, 0], [0.5, 0.5, 0.5, 0.5]) == 0.25
    assert auc_pr([0, 1], [0.5, 0.5]) == auc_pr([1, 0], [0.5, 0.5])


def test_auc_of_scores_without_information_is_that_of_chance() -> None:
    random = np.random.default_rng(0)
    truth, scores = random.random(20_000) < 0.2, random.random(20_000)
    assert auc_roc(truth, scores) == pytest.approx(0.5, abs=0.02)
    assert auc_pr(truth, scores) == pytest.approx(0.2, abs=0.02)


def test_both_areas_agree_with_scikit_learn() -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    random = np.random.default_rng(1)
    for n in (5, 40, 300):
        truth = random.random(n) < 0.4
        truth[:2] = True, False
        scores = np.round(random.random(n) + 0.3 * truth, 1)
        assert auc_roc(truth, scores) == pytest.approx(metrics.roc_auc_score(truth, scores), abs=1e-12)
        assert auc_pr(truth, scores) == pytest.approx(metrics.average_precision_score(truth, scores), abs=1e-12)


@pytest.mark.parametrize("truth", [[1, 1], [0, 0]])
def test_an_area_needs_both_sides(truth: list[int]) -> None:
    with pytest.raises(OneClassError):
        auc_roc(truth, [0.1, 0.9])
    with pytest.raises(OneClassError):
        auc_pr(truth, [0.1, 0.9])


def test_scores_that_do_not_match_the_labels_are_refused() -> None:
    with pytest.raises(ValueError, match="as many scores as labels"):
        auc_roc([1, 0], [0.1])


def test_balanced_accuracy_counts_every_class_alike() -> None:
    labels, predicted = [0, 0, 0, 0, 1, 1], [0, 0, 0, 1, 1, 0]
    assert accuracy(labels, predicted) == pytest.approx(4 / 6)
    assert balanced_accuracy(labels, predicted) == pytest.approx((3 / 4 + 1 / 2) / 2)


def test_of_two_classes_the_second_is_the_positive_one() -> None:
    labels = [0, 0, 1, 1]
    probabilities = np.array([[0.9, 0.1], [0.3, 0.7], [0.4, 0.6], [0.2, 0.8]])
    assert classification_scores(labels, probabilities) == {
        "auc_roc": auc_roc(labels, probabilities[:, 1]),
        "auc_pr": auc_pr(labels, probabilities[:, 1]),
        "accuracy": 0.75,
        "balanced_accuracy": 0.75,
        "calibration_error": calibration_error(labels, probabilities),
        "brier_score": brier_score(labels, probabilities),
    }


def test_of_more_classes_the_areas_are_averaged_over_those_that_occur() -> None:
    labels = np.array([0, 0, 1, 1])
    probabilities = np.array([[0.8, 0.1, 0.1], [0.4, 0.5, 0.1], [0.1, 0.8, 0.1], [0.5, 0.3, 0.2]])
    expected = (auc_roc(labels == 0, probabilities[:, 0]) + auc_roc(labels == 1, probabilities[:, 1])) / 2
    assert mean_auc_roc(labels, probabilities) == pytest.approx(expected)
    assert classification_scores(labels, probabilities)["auc_roc"] == pytest.approx(expected)


def test_an_area_below_chance_is_told_from_one_that_chance_makes() -> None:
    def inverted(n: int, wrong: float) -> bool:
        """Of ``n`` records of each class, with that share of them scored the wrong way round."""
        scores = np.linspace(0, 0.4, n), np.linspace(0.6, 1, n)
        swapped = int(wrong * n)
        of_yes = np.concatenate([scores[0][:swapped], scores[1][swapped:]])
        of_no = np.concatenate([scores[1][:swapped], scores[0][swapped:]])
        p = np.concatenate([of_no, of_yes])
        return below_chance([0] * n + [1] * n, np.stack([1 - p, p], axis=1))

    assert inverted(12, 1.0)
    assert inverted(400, 0.6)
    assert not inverted(2, 1.0)
    assert not inverted(12, 0.5)
    assert not inverted(400, 0.4)
    assert not below_chance([1, 1, 1], [[0.5, 0.5]] * 3)
    assert not below_chance([0, 1] * 50, [[0.5, 0.5]] * 100)


def test_scores_that_say_nothing_are_seldom_taken_for_swapped_labels() -> None:
    random = np.random.default_rng(3)
    told = 0
    for _ in range(400):
        p = random.random(60)
        told += below_chance(random.random(60) < 0.3, np.stack([1 - p, p], axis=1))
    assert told < 0.05 * 400


def test_of_more_classes_one_that_is_shunned_shows_swapped_labels() -> None:
    labels = np.arange(90) % 3
    right = np.eye(3)[labels] * 0.8 + 0.1
    assert not below_chance(labels, right)
    assert below_chance((labels + 1) % 3, right + np.linspace(0, 1e-6, 90)[:, None])


def test_the_calibration_error_is_the_mean_distance_in_bins_of_as_many_records() -> None:
    p = np.array([0.1, 0.2, 0.3, 0.4, 0.8, 0.9])
    labels = np.array([0, 1, 0, 0, 1, 1])
    probabilities = np.stack([1 - p, p], axis=1)
    expected = (abs(0.3 - 1) + abs(0.7 - 0) + abs(1.7 - 2)) / 6  # three bins of two
    assert calibration_error(labels, probabilities, n_bins=3) == pytest.approx(expected)
    assert calibration_error(labels, probabilities, n_bins=100) == pytest.approx(np.abs(p - labels).mean())


def test_the_calibration_error_does_not_depend_on_the_order_of_equal_probabilities() -> None:
    p, labels = np.full(40, 0.5), np.arange(40) % 2
    probabilities = np.stack([1 - p, p], axis=1)
    assert calibration_error(labels, probabilities) == 0.0
    assert calibration_error(np.sort(labels), probabilities) == 0.0


def test_calibrated_probabilities_have_a_small_calibration_error_and_others_a_large_one() -> None:
    random = np.random.default_rng(5)
    p = random.random(20_000)
    labels = (random.random(20_000) < p).astype(int)
    sure = np.clip(2 * p - 0.5, 0, 1)
    assert calibration_error(labels, np.stack([1 - p, p], axis=1)) < 0.015
    assert calibration_error(labels, np.stack([1 - sure, sure], axis=1)) > 0.1


def test_the_brier_score_of_two_classes_is_the_mean_squared_distance_of_one() -> None:
    p, labels = np.array([0.1, 0.7, 0.4]), np.array([0, 1, 1])
    assert brier_score(labels, np.stack([1 - p, p], axis=1)) == pytest.approx((0.01 + 0.09 + 0.36) / 3)
    assert brier_score([2], [[0.2, 0.3, 0.5]]) == pytest.approx((0.04 + 0.09 + 0.25) / 2)
