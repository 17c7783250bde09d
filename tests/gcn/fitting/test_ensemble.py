from __future__ import annotations

import numpy as np
import pytest
import torch

from gcx_desktop.gcn.fitting.ensemble import EnsembleTask, stratified_folds, train_ensembles, value_folds
from gcx_desktop.gcn.fitting.training import (
    Examples,
    FitPlan,
    fit,
    predict_member_scores,
    predict_probabilities,
    predict_scores,
)
from gcx_desktop.gcn.fitting.training_settings import TrainingSettings
from gcx_desktop.gcn.reliability.calibration import softmax
from gcx_desktop.graph.graph import Graph

SETTINGS = TrainingSettings(widths=(6, 5), max_epochs=3, batch_size=8, learning_rate=0.01, warmup_epochs=0.5)


def decode(codes: np.ndarray) -> np.ndarray:
    return np.eye(3, dtype=np.float32)[codes]


def examples(n: int = 40) -> Examples:
    """Rings of 3 to 7 nodes with random codes; of class 1 where a node has the code 2."""
    random = np.random.default_rng(5)
    graphs = []
    for _ in range(n):
        size = int(random.integers(3, 8))
        codes = random.integers(0, 3, size).astype(np.int32)
        graphs.append(Graph(codes, np.array([(i, (i + 1) % size) for i in range(size)], dtype=np.int32)))
    return Examples(graphs, np.array([int((graph.codes == 2).sum() > 1) for graph in graphs]))


@pytest.fixture(scope="module")
def task() -> EnsembleTask:
    known = examples()
    return EnsembleTask("all", known, FitPlan(2, decode, SETTINGS, 7), stratified_folds(known.labels, 4, 7))


def test_folds_are_of_equal_size_and_hold_equal_shares_of_each_class() -> None:
    labels = np.array([0] * 23 + [1] * 9)
    folds = stratified_folds(labels, 4, 1)
    assert sorted(np.bincount(folds)) == [8, 8, 8, 8]
    for value in (0, 1):
        counts = np.bincount(folds[labels == value], minlength=4)
        assert counts.max() - counts.min() <= 1
    assert not np.array_equal(folds, stratified_folds(labels, 4, 2))


def test_a_class_with_fewer_examples_than_folds_has_no_folds() -> None:
    with pytest.raises(ValueError, match="class 1 has 3 examples, too few for 4 folds"):
        stratified_folds(np.array([0] * 9 + [1] * 3), 4, 0)


def test_each_example_is_predicted_by_the_member_that_was_trained_without_its_fold(task: EnsembleTask) -> None:
    (ensemble,) = train_ensembles([task])
    for k in range(4):
        own = np.flatnonzero(task.folds == k)
        plan = FitPlan(2, decode, SETTINGS, 7 * 4 + k)
        member = fit(task.train.take(np.flatnonzero(task.folds != k)), plan, epochs=3).network
        scores = predict_scores(member, task.train.take(own).graphs, decode).astype(np.float64)
        expected = softmax(scores / ensemble.calibration.temperature + np.array(ensemble.calibration.bias))
        np.testing.assert_allclose(ensemble.out_of_fold[own], expected, atol=1e-6)


def test_the_probabilities_are_those_of_the_mean_of_the_calibrated_members(task: EnsembleTask) -> None:
    (ensemble,) = train_ensembles([task])
    graphs = task.train.graphs
    members = softmax(predict_member_scores(ensemble.network, graphs, decode))
    assert members.shape == (40, 4, 2)
    for k in range(4):
        alone = predict_probabilities(ensemble.network.member(k), graphs, decode)
        np.testing.assert_allclose(members[:, k], alone, atol=1e-6)
    mean = softmax(np.log(members).mean(axis=1))
    np.testing.assert_allclose(predict_probabilities(ensemble.network, graphs, decode), mean, atol=1e-5)


def test_ensembles_are_the_same_alone_and_beside_others(task: EnsembleTask) -> None:
    (alone,) = train_ensembles([task])
    _, beside = train_ensembles([EnsembleTask("first", task.train, task.plan, (task.folds + 1) % 4), task])
    for (_, a), (_, b) in zip(alone.network.tensors(), beside.network.tensors(), strict=True):
        assert torch.equal(a, b)


def test_folds_of_values_hold_values_of_all_sizes() -> None:
    values = np.random.default_rng(0).normal(0, 1, 43)
    folds = value_folds(values, 5, 1)
    assert sorted(np.bincount(folds)) == [8, 8, 9, 9, 9]
    ordered = folds[np.argsort(values)]
    assert all(len(set(ordered[i : i + 5].tolist())) == 5 for i in range(0, 40, 5))
    assert not np.array_equal(folds, value_folds(values, 5, 2))


def test_an_ensemble_of_values_has_no_calibration_and_predicts_out_of_fold_in_the_unit() -> None:
    known = examples()
    values = np.array([50.0 + (graph.codes == 2).sum() for graph in known.graphs])
    plan = FitPlan(1, decode, SETTINGS, 7, of_value=True)
    task = EnsembleTask("all", Examples(known.graphs, values), plan, value_folds(values, 4, 7))
    (ensemble,) = train_ensembles([task])
    assert ensemble.calibration is None
    assert ensemble.network.of_value
    for k in range(4):
        own = np.flatnonzero(task.folds == k)
        alone = predict_scores(ensemble.network.member(k), [known.graphs[i] for i in own], decode)
        np.testing.assert_allclose(ensemble.out_of_fold[own], alone, rtol=1e-5)
