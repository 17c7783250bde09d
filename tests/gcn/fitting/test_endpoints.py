"""Several endpoints of one network: labels that are missing cost nothing, and each endpoint is what it is alone."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from gcx_desktop.gcn.fitting.endpoints import HUBER_DEVIATIONS, Endpoint, joint_loss, output_slices, standardised
from gcx_desktop.gcn.fitting.ensemble import EnsembleTask, of_endpoint, train_ensembles
from gcx_desktop.gcn.fitting.losses import class_loss, class_weights, value_loss
from gcx_desktop.gcn.fitting.training import Examples, FitPlan, predict_member_scores, predict_probabilities
from gcx_desktop.gcn.fitting.training_settings import TrainingSettings
from gcx_desktop.gcn.network import is_opposite, side_by_side
from gcx_desktop.gcn.reliability.calibration import softmax
from gcx_desktop.graph.graph import Graph
from tests.gcn.fitting.test_ensemble import decode

ENDPOINTS = (Endpoint(2), Endpoint(2, of_value=True), Endpoint(3))
NAN = np.nan
LABELS = np.array([[0, 1.5, 2], [1, NAN, NAN], [NAN, -0.5, 0], [1, 0.25, 1], [NAN, NAN, 1]])
SETTINGS = TrainingSettings(widths=(6, 5), max_epochs=3, batch_size=8, learning_rate=0.01, warmup_epochs=0.5)


def test_the_joint_loss_is_the_mean_over_the_labels_that_are_known() -> None:
    scores = torch.randn(5, 6, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    chosen = torch.tensor([3, 0, 2, 4])
    mean, gradient = joint_loss(LABELS, ENDPOINTS, 0.1, 0.5)(scores[chosen], chosen)
    total, expected, n_labels = 0.0, np.zeros((4, 6)), 0
    for column, (start, stop) in enumerate([(0, 2), (2, 3), (3, 6)]):
        known = ~np.isnan(LABELS[:, column])
        rows = [row for row, graph in enumerate(chosen.tolist()) if known[graph]]
        given = LABELS[known, column]
        if column == 1:
            loss = value_loss(given.astype(np.float32)[:, None], HUBER_DEVIATIONS)
        else:
            weights = class_weights(given.astype(int), stop - start, 0.5)
            loss = class_loss(given.astype(int), weights, 0.1)
        place = np.cumsum(known) - 1
        part, d_part = loss(scores[chosen][rows, start:stop], torch.from_numpy(place[chosen[rows].numpy()]))
        total, n_labels = total + part * len(rows), n_labels + len(rows)
        expected[rows, start:stop] = d_part.numpy() * len(rows)
    assert mean == pytest.approx(total / n_labels)
    np.testing.assert_allclose(gradient.numpy(), expected / n_labels, rtol=1e-9)


def test_graphs_of_which_nothing_is_known_cost_nothing() -> None:
    labels = np.array([[NAN, NAN, NAN], [0, 1.0, 2]])
    loss = joint_loss(labels, ENDPOINTS, 0.0, 0.0)
    mean, gradient = loss(torch.ones(1, 6), torch.tensor([0]))
    assert mean == 0
    assert not gradient.any()


def test_values_are_learned_as_deviations_from_the_mean_of_those_known() -> None:
    found = standardised(LABELS, ENDPOINTS)
    known = np.array([1.5, -0.5, 0.25])
    assert found.means == pytest.approx((0, known.mean(), 0))
    assert found.deviations == pytest.approx((1, known.std(), 1))
    np.testing.assert_allclose(found.labels[[0, 2, 3], 1], (known - known.mean()) / known.std())
    np.testing.assert_array_equal(found.labels[:, [0, 2]], LABELS[:, [0, 2]])


def examples(n: int = 60) -> Examples:
    """Rings; whether a code 2 occurs often, how many nodes there are, known of some only."""
    random = np.random.default_rng(3)
    graphs = []
    for _ in range(n):
        size = int(random.integers(3, 8))
        codes = random.integers(0, 3, size).astype(np.int32)
        graphs.append(Graph(codes, np.array([(i, (i + 1) % size) for i in range(size)], dtype=np.int32)))
    labels = np.array([[float((graph.codes == 2).sum() > 1), 40.0 + graph.n_nodes] for graph in graphs])
    labels[::3, 0], labels[1::3, 1] = NAN, NAN
    return Examples(graphs, labels)


def test_an_endpoint_taken_out_of_an_ensemble_is_calibrated_on_its_own_records() -> None:
    known, endpoints = examples(), (Endpoint(2), Endpoint(2, of_value=True))
    plan = FitPlan(3, decode, SETTINGS, 5, endpoints=endpoints)
    task = EnsembleTask("all", known, plan, np.arange(len(known)) % 4)
    (ensemble,) = train_ensembles([task])
    (classes, of_classes), (values, of_values) = (of_endpoint(ensemble, task, number) for number in (0, 1))
    assert len(of_classes.train) == 40
    assert set(of_classes.train.labels.tolist()) == {0, 1}
    assert not np.isnan(of_values.train.labels).any()
    assert values.network.of_value
    assert is_opposite(values.network)
    assert values.calibration is None
    assert classes.calibration is not None
    for found, alone in ((classes, of_classes), (values, of_values)):
        scores = predict_member_scores(found.network, alone.train.graphs, decode)
        out_of_fold = scores[np.arange(len(scores)), alone.folds]
        expected = out_of_fold if found.network.of_value else softmax(out_of_fold)
        np.testing.assert_allclose(found.out_of_fold, expected, rtol=1e-4, atol=1e-6)
    together = side_by_side([classes.network, values.network])
    scores = predict_member_scores(together, known.graphs, decode).mean(axis=1)
    first, second = output_slices(endpoints)
    of_classes_alone, of_values_alone = (
        predict_probabilities(each.network, known.graphs, decode) for each in (classes, values)
    )
    np.testing.assert_allclose(softmax(scores[:, first]), of_classes_alone, rtol=1e-4)
    np.testing.assert_allclose(scores[:, second], of_values_alone, rtol=1e-4)
