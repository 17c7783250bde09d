from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from gcx_desktop.errors import Cancelled, GcxError, UsageError
from gcx_desktop.gcn.fitting.losses import value_loss
from gcx_desktop.gcn.fitting.training import Examples, FitPlan, Validation, fit, fit_loss, predict_probabilities
from gcx_desktop.gcn.fitting.training_settings import Schedule, TrainingSettings
from gcx_desktop.gcn.network import DEFAULT_WIDTHS, Network, forward, initialise
from gcx_desktop.gcn.reliability.scores import mean_auc_roc
from gcx_desktop.gcn.reliability.value_scores import root_mean_square_error
from gcx_desktop.graph.batch import make_batch
from gcx_desktop.graph.graph import Graph
from gcx_desktop.progress import CancelToken, Progress

SMALL = TrainingSettings(widths=(8, 8), learning_rate=0.02, batch_size=8, max_epochs=12, patience=5, average_epochs=0.5)


def decode(codes: NDArray[np.integer]) -> NDArray[np.float32]:
    """Five kinds of nodes, one-hot."""
    return np.eye(5, dtype=np.float32)[codes]


def chains(n: int, seed: int = 0) -> Examples:
    """Chains of 3 to 7 nodes; those of class 1 hold a node of kind 4."""
    random = np.random.default_rng(seed)
    graphs = []
    for i in range(n):
        size = int(random.integers(3, 8))
        codes = random.integers(0, 4, size).astype(np.int32)
        if i % 3 == 0:
            codes[random.integers(size)] = 4
        graphs.append(Graph(codes, np.array([(j, j + 1) for j in range(size - 1)], dtype=np.int32)))
    return Examples(graphs, np.array([int(i % 3 == 0) for i in range(n)]))


def same(a: Network, b: Network) -> bool:
    return all(torch.equal(x, y) for (_, x), (_, y) in zip(a.tensors(), b.tensors(), strict=True))


def test_a_kind_of_node_that_decides_the_class_is_learned() -> None:
    fitted = fit(chains(120), FitPlan(2, decode, SMALL, 0), validation=chains(40, seed=1))
    unseen = chains(60, seed=2)
    assert mean_auc_roc(unseen.labels, predict_probabilities(fitted.network, unseen.graphs, decode)) > 0.95


def test_more_than_two_classes_are_learned() -> None:
    examples = chains(150)
    labels = np.array([int(4 in g.codes) + int(3 in g.codes and 4 not in g.codes) * 2 for g in examples.graphs])
    fitted = fit(Examples(examples.graphs, labels), FitPlan(3, decode, SMALL, 0), epochs=25)
    assert mean_auc_roc(labels, predict_probabilities(fitted.network, examples.graphs, decode)) > 0.95


def test_the_same_seed_gives_the_same_weights_bit_by_bit() -> None:
    runs = [fit(chains(40), FitPlan(2, decode, SMALL, seed), validation=chains(20, seed=1)) for seed in (7, 7, 8)]
    assert same(runs[0].network, runs[1].network)
    assert runs[0].history == runs[1].history
    assert not same(runs[0].network, runs[2].network)


def test_training_leaves_the_global_random_state_alone() -> None:
    before = torch.get_rng_state()
    fit(chains(20), FitPlan(2, decode, SMALL, 0), epochs=1)
    assert torch.equal(torch.get_rng_state(), before)


def test_the_epoch_with_the_best_validation_auc_is_kept() -> None:
    validation = chains(30, seed=1)
    fitted = fit(chains(60), FitPlan(2, decode, SMALL, 0), validation=validation)
    curve = [epoch.validation or 0.0 for epoch in fitted.history]
    assert fitted.epochs == int(np.argmax(curve)) + 1
    kept = mean_auc_roc(validation.labels, predict_probabilities(fitted.network, validation.graphs, decode))
    assert kept == pytest.approx(max(curve))


def test_training_stops_when_validation_does_not_get_better() -> None:
    validation = chains(30, seed=1)
    settings = TrainingSettings(widths=(4,), max_epochs=500, patience=3, batch_size=32, learning_rate=0.05)
    fitted = fit(chains(60), FitPlan(2, decode, settings, 0), validation=validation)
    assert len(fitted.history) == fitted.epochs + 3


def test_without_validation_the_given_number_of_epochs_is_run() -> None:
    fitted = fit(chains(20), FitPlan(2, decode, SMALL, 0), epochs=3)
    assert fitted.epochs == len(fitted.history) == 3
    assert fitted.history[0].validation is None


def values_of(examples: Examples) -> NDArray[np.float32]:
    """[n, 2]: the share of nodes of kind 0, and that of kind 1, of which a third is not known."""
    shares = np.array([[np.mean(graph.codes == kind) for kind in (0, 1)] for graph in examples.graphs], np.float32)
    shares[::3, 1] = np.nan
    return shares


def test_values_are_learned_where_they_are_known() -> None:
    train, unseen = chains(150), chains(60, seed=2)
    plan = FitPlan(2, decode, replace(SMALL, schedule=Schedule.COSINE, max_epochs=40, patience=40), 0)
    known = values_of(unseen)

    def closeness(scores: NDArray[np.float32]) -> float:
        return -float(np.nanmean(np.abs(scores - known)))

    fitted = fit_loss(
        train.graphs, value_loss(values_of(train)), plan, validation=Validation(unseen.graphs, closeness, "closeness")
    )
    scores = forward(fitted.network, make_batch(unseen.graphs, decode, depth=2)).scores.numpy()
    assert closeness(scores) == pytest.approx(max(epoch.validation or -9 for epoch in fitted.history), abs=1e-5)
    by_the_mean = np.nanmean(np.abs(np.nanmean(known, axis=0) - known), axis=0)
    assert (np.nanmean(np.abs(scores - known), axis=0) < by_the_mean / 2).all()


def transferred(n_frozen: int, widths: tuple[int, ...] = (8, 8)) -> FitPlan:
    start = initialise(5, (8, 8, 3), 7, torch.Generator().manual_seed(5))
    return FitPlan(2, decode, replace(SMALL, widths=widths), 0, start, n_frozen)


@pytest.mark.parametrize("n_frozen", [0, 1, 2])
def test_frozen_layers_stay_as_they_were_and_the_others_learn(n_frozen: int) -> None:
    plan = transferred(n_frozen)
    fitted = fit(chains(40), plan, epochs=2)
    assert plan.start is not None
    for index, (layer, before) in enumerate(zip(fitted.network.hidden, plan.start.hidden, strict=False)):
        assert torch.equal(layer.weight, before.weight) == torch.equal(layer.bias, before.bias) == (index < n_frozen)


@pytest.mark.parametrize("n_frozen", [1, 2])
def test_it_is_the_same_whether_the_responses_of_frozen_layers_are_kept_or_not(
    monkeypatch: pytest.MonkeyPatch, n_frozen: int
) -> None:
    kept = fit(chains(40), transferred(n_frozen), validation=chains(20, seed=1))
    monkeypatch.setattr("gcx_desktop.gcn.fitting.training.MOST_KEPT_BYTES", 0)
    computed = fit(chains(40), transferred(n_frozen), validation=chains(20, seed=1))
    for (name, a), (_, b) in zip(kept.network.tensors(), computed.network.tensors(), strict=True):
        assert torch.allclose(a, b, atol=1e-4), name


def test_layers_of_other_sizes_and_those_above_them_start_at_random() -> None:
    fitted = fit(chains(40), replace(transferred(1), settings=replace(SMALL, widths=(8, 4, 3))), epochs=1)
    assert fitted.network.widths == (8, 4, 3)


def test_a_frozen_layer_of_another_size_is_refused() -> None:
    with pytest.raises(GcxError, match="2 layers are to stay as they are, but only 1 has"):
        fit(chains(40), transferred(2, widths=(8, 4)), epochs=1)


def test_progress_tells_epoch_loss_and_validation_auc_and_ends_complete() -> None:
    told: list[Progress] = []
    settings = TrainingSettings(widths=(4,), max_epochs=500, patience=3, batch_size=32, learning_rate=0.05)
    fitted = fit(chains(30), FitPlan(2, decode, settings, 0), validation=chains(15, seed=1), report=told.append)
    assert told[-1].done == told[-1].total == len(fitted.history)
    assert "loss 0." in told[-1].detail
    assert "validation AUC" in told[-1].detail


def test_a_stopped_training_raises() -> None:
    cancel = CancelToken()
    with pytest.raises(Cancelled):
        fit(chains(20), FitPlan(2, decode, SMALL, 0), report=lambda _: cancel.cancel(), cancel=cancel)


def test_training_that_diverges_says_so() -> None:
    with pytest.raises(GcxError, match="lower learning rate"):
        fit(diverging(), FitPlan(2, decode_large, TrainingSettings(widths=(8,), learning_rate=5, batch_size=4), 0))


def diverging() -> Examples:
    return chains(12)


def decode_large(codes: NDArray[np.integer]) -> NDArray[np.float32]:
    return decode(codes) * np.float32(1e38)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("learning_rate", 0.0),
        ("dropout", 1.0),
        ("widths", ()),
        ("batch_size", 0),
        ("class_balance", 2.0),
        ("schedule", "steep"),
        ("transfer_rate", -1.0),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused(name: str, value: object) -> None:
    with pytest.raises(UsageError, match=name.replace("_", " ")):
        TrainingSettings(**{name: value})  # type: ignore[arg-type]


def test_the_default_widths_are_those_of_the_network() -> None:
    assert TrainingSettings().widths == DEFAULT_WIDTHS


def test_values_are_learned_in_their_unit() -> None:
    examples, unseen = chains(150), chains(60, seed=3)
    values = [np.array([100.0 + 10 * (each.codes == 4).mean() for each in of.graphs]) for of in (examples, unseen)]
    fitted = fit(
        Examples(examples.graphs, values[0]),
        FitPlan(1, decode, replace(SMALL, max_epochs=40), 0, of_value=True),
        validation=Examples(unseen.graphs, values[1]),
    )
    assert fitted.network.of_value
    found = predict_probabilities(fitted.network, unseen.graphs, decode)
    np.testing.assert_allclose(found[:, 1], -found[:, 0])
    assert root_mean_square_error(values[1], found[:, 0]) < 0.25 * values[1].std()
