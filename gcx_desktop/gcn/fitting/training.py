"""Training a GCN on labelled graphs.

The network is that of :mod:`..network`: dropout acts on the responses of the hidden layers that are trained and on the
graph embeddings while training, once for all nodes that the network cannot tell apart, and is absent afterwards. It
starts as :mod:`.initialisation` says, or from the hidden layers of another network, of which the lowest may stay as
they are. The loss is the cross entropy of the scores, each example weighted by its class so that every class counts
equally, with label smoothing; of values the Huber loss in standard deviations; or any other of :mod:`.losses`.
 :mod:`.gradients` has the gradients, :mod:`.descent` the
optimiser. The weights that are validated and returned are a moving average over the steps.

Everything random comes from one generator seeded by the caller, and torch does every operation in a fixed order on a
CPU: on one computer, the same seed, graphs and number of threads give the same weights bit by bit.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray

from ...errors import GcxError
from ...graph.batch import Batch, make_batch
from ...graph.graph import Decode, Graph
from ...graph.graph_set import GraphSet, LayeredBatch, number_graphs
from ...progress import CancelToken, ProgressReporter, Report, silent
from ..network import Layer, Network, forward, initialise, layer_responses, member_scores, outputs, value_network
from ..reliability.scores import mean_auc_roc
from ..reliability.value_scores import root_mean_square_error
from .descent import Course, Descent
from .endpoints import HUBER_DEVIATIONS, Endpoint, joint_loss, standardised
from .gradients import training_pass, weight_gradients
from .initialisation import standardise
from .losses import Loss, class_loss, class_weights, value_loss
from .training_settings import Readout, TrainingSettings

START_GRAPHS = 500
"""Training graphs over which the starting weights are standardised, drawn at random."""
EVALUATION_NODES = 4096
"""Nodes in a batch of a prediction; bounds memory."""
MOST_KEPT_BYTES = 1 << 30
"""Responses of frozen layers are kept for all environments of the training graphs if they take no more than this, else
computed in every step."""


@dataclass(frozen=True, slots=True)
class Examples:
    """Labelled graphs."""

    graphs: Sequence[Graph]
    labels: NDArray[np.int64] | NDArray[np.float64]
    """[n_graphs], class indices, or values; of several endpoints [n_graphs, n_endpoints], NaN where nothing is known"""

    def __len__(self) -> int:
        return len(self.graphs)

    def take(self, chosen: NDArray[np.int64]) -> Examples:
        return Examples([self.graphs[i] for i in chosen], self.labels[chosen])


@dataclass(frozen=True, slots=True)
class Validation:
    """Graphs by which training is judged after every epoch."""

    graphs: Sequence[Graph]
    measure: Callable[[NDArray[np.float32]], float]
    """Takes the scores [n_graphs, n_classes] of the averaged weights; more is better."""
    name: str
    """Of the measure, such as ``"AUC"``."""


@dataclass(frozen=True, slots=True)
class Epoch:
    """One pass over the training part."""

    loss: float
    """Mean training loss, dropout on."""
    validation: float | None
    """The measure of the validation part; ``None`` without one."""


@dataclass(frozen=True, slots=True)
class Fit:
    """The result of training."""

    network: Network
    """The averaged weights after ``epochs`` epochs."""
    epochs: int
    """The 1-based epoch whose weights were kept: the best by validation, or the last."""
    history: tuple[Epoch, ...]
    """Every epoch that was run."""


@dataclass(frozen=True, slots=True)
class FitPlan:
    """How a network is trained."""

    n_classes: int
    """Or of other outputs, of a value 1."""
    decode: Decode
    """How the graphs' codes become features."""
    settings: TrainingSettings
    seed: int
    """Seed of the initial weights, the order of the examples and dropout."""
    start: Network | None = None
    """A network of which the lowest hidden layers are taken, as many as have the sizes that are wanted. The others and
    the head start at random; ``None``: all do."""
    n_frozen: int = 0
    """So many of the layers taken, from the lowest, stay as they are."""
    start_deviation: float = 1.0
    """Standard deviation of each score over the training graphs at the start."""
    of_value: bool = False
    """Whether the labels are values, and not classes."""
    endpoints: tuple[Endpoint, ...] = ()
    """What each column of labels is, if there are several; ``n_classes`` are then all their outputs."""


def fit(
    train: Examples,
    plan: FitPlan,
    *,
    validation: Examples | None = None,
    epochs: int | None = None,
    what: str = "Training",
    report: Report = silent,
    cancel: CancelToken | None = None,
) -> Fit:
    """Trains on ``train``; ``validation``, if any, decides by its AUC, of values by its error, when to stop and which
    epoch to keep. A network of values is given in their unit.

    :param epochs: how many to run without validation; with validation at most ``settings.max_epochs`` are run
    :raises GcxError: if the loss becomes NaN or infinite, or frozen layers have other sizes than are wanted
    :raises Cancelled: if the user stopped it
    """
    if plan.endpoints:
        return _fit_endpoints(train, plan, epochs=epochs, what=what, report=report, cancel=cancel)
    run = partial(fit_loss, train.graphs, plan=plan, epochs=epochs, what=what, report=report, cancel=cancel)
    if not plan.of_value:
        labels = train.labels.astype(np.int64)
        weights = class_weights(labels, plan.n_classes, plan.settings.class_balance)
        loss = class_loss(labels, weights, plan.settings.label_smoothing)
        return run(loss, validation=None if validation is None else _by_auc(validation))
    mean, deviation = float(train.labels.mean()), float(train.labels.std()) or 1.0
    standardised = ((train.labels - mean) / deviation).astype(np.float32)[:, None]
    held_out = None if validation is None else _by_error(validation, mean, deviation)
    fitted = run(value_loss(standardised, HUBER_DEVIATIONS), validation=held_out)
    return replace(fitted, network=value_network(fitted.network, mean, deviation))


def _fit_endpoints(
    train: Examples, plan: FitPlan, *, epochs: int | None, what: str, report: Report, cancel: CancelToken | None
) -> Fit:
    """Trains a network of several endpoints for a number of epochs that is set beforehand."""
    learned = standardised(train.labels, plan.endpoints)
    loss = joint_loss(learned.labels, plan.endpoints, plan.settings.label_smoothing, plan.settings.class_balance)
    fitted = fit_loss(train.graphs, loss, plan, epochs=epochs, what=what, report=report, cancel=cancel)
    return replace(fitted, network=learned.in_units(fitted.network))


def fit_loss(
    graphs: Sequence[Graph],
    loss: Loss,
    plan: FitPlan,
    *,
    validation: Validation | None = None,
    epochs: int | None = None,
    what: str = "Training",
    report: Report = silent,
    cancel: CancelToken | None = None,
) -> Fit:
    """:func:`fit` with any loss."""
    limit = epochs or plan.settings.max_epochs
    watch = ProgressReporter(what, limit, report)
    trainer = _Trainer(graphs, loss, plan, limit)
    held_out = None if validation is None else trainer.prepared(validation.graphs)
    history: list[Epoch] = []
    best: tuple[float, int, Network] | None = None
    for number in range(1, limit + 1):
        mean_loss = trainer.epoch(cancel)
        if not math.isfinite(mean_loss):
            raise GcxError(f"training diverged in epoch {number}: the loss is no number; try a lower learning rate")
        measured = None
        if validation is not None and held_out is not None:
            measured = validation.measure(trainer.averaged_scores(held_out))
            if best is None or measured > best[0]:
                best = measured, number, trainer.averaged()
        history.append(Epoch(mean_loss, measured))
        if best is not None and number - best[1] >= plan.settings.patience:
            watch.total = number
        watch.report_done(number, detail=_in_words(history[-1], validation), figure=mean_loss)
        if number == watch.total:
            break
    if best is None:
        return Fit(trainer.averaged(), limit, tuple(history))
    return Fit(best[2], best[1], tuple(history))


@torch.no_grad()
def predict_scores(network: Network, graphs: Sequence[Graph], decode: Decode) -> NDArray[np.float32]:
    """[n_graphs, n_classes], before softmax."""
    batches = _in_order(graphs, decode, len(network.hidden))
    scores: NDArray[np.float32] = torch.cat([forward(network, batch).scores for batch in batches]).numpy()
    return scores


@torch.no_grad()
def predict_member_scores(network: Network, graphs: Sequence[Graph], decode: Decode) -> NDArray[np.float32]:
    """[n_graphs, n_members, n_classes], before softmax: those of the members, from one pass."""
    batches = _in_order(graphs, decode, len(network.hidden))
    scores = [member_scores(network, forward(network, batch).embedding, batch.sizes) for batch in batches]
    found: NDArray[np.float32] = torch.cat(scores).numpy()
    return found


def predict_probabilities(network: Network, graphs: Sequence[Graph], decode: Decode) -> NDArray[np.float32]:
    """[n_graphs, n_classes], the softmax of the scores; of a value the value and its opposite."""
    result: NDArray[np.float32] = outputs(network, torch.from_numpy(predict_scores(network, graphs, decode))).numpy()
    return result


class _Trainer:
    """A network being trained: its frozen layers, and those above with their optimiser."""

    def __init__(self, graphs: Sequence[Graph], loss: Loss, plan: FitPlan, max_epochs: int) -> None:
        self._plan, self._loss, self._settings = plan, loss, plan.settings
        self._generator = torch.Generator().manual_seed(plan.seed)
        start, n_taken = _starting_network(graphs, plan, self._generator)
        self._frozen = start.hidden[: plan.n_frozen]
        self._graphs = self.prepared(graphs)
        course = Course(-(-len(graphs) // self._settings.batch_size), max_epochs)
        above = replace(start, hidden=start.hidden[plan.n_frozen :])
        self._descent = Descent(above, self._settings, course, n_taken - plan.n_frozen)

    def prepared(self, graphs: Sequence[Graph]) -> _Prepared:
        """Graphs as the layers above the frozen ones see them."""
        return _Prepared(number_graphs(graphs, self._plan.decode, len(self._settings.widths)), self._frozen)

    def epoch(self, cancel: CancelToken | None) -> float:
        """Runs one epoch in a new order and returns the mean loss."""
        order = torch.randperm(len(self._graphs), generator=self._generator)
        total = 0.0
        for chosen in torch.split(order, self._settings.batch_size):
            if cancel is not None:
                cancel.raise_if_cancelled()
            batch = self._graphs.batch(chosen.numpy())
            network = self._descent.network
            done = training_pass(network, batch, self._settings.dropout, self._generator)
            mean_loss, d_scores = self._loss(done.scores, chosen)
            self._descent.step(weight_gradients(network, batch, done, d_scores))
            total += mean_loss * len(chosen)
        return total / len(self._graphs)

    def averaged(self) -> Network:
        """A copy of the averaged weights, with the frozen ones."""
        above = self._descent.averaged()
        return replace(above, hidden=(*self._frozen, *above.hidden))

    def averaged_scores(self, graphs: _Prepared) -> NDArray[np.float32]:
        """[n_graphs, n_classes], by the averaged weights."""
        network = self._descent.averaged()
        result: NDArray[np.float32] = torch.cat([training_pass(network, b).scores for b in graphs.in_order()]).numpy()
        return result


class _Prepared:
    """Graphs of which batches are drawn, as the layers above some frozen ones see them."""

    @torch.no_grad()
    def __init__(self, graphs: GraphSet, frozen: tuple[Layer, ...]) -> None:
        self._graphs, self._frozen = graphs, frozen
        rows, down = graphs.whole()
        n = len(frozen)
        if n and len(down[n - 1].pointers) * frozen[-1].bias.nbytes <= MOST_KEPT_BYTES:
            self._graphs = graphs.above(layer_responses(frozen, rows, down[:n])[0][-1], n)
            self._frozen = ()

    def __len__(self) -> int:
        return len(self._graphs)

    @torch.no_grad()
    def batch(self, chosen: NDArray[np.int64]) -> LayeredBatch:
        batch, n = self._graphs.batch(chosen), len(self._frozen)
        if not n:
            return batch
        down = [averaging.forward for averaging in batch.layers[:n]]
        rows = layer_responses(self._frozen, batch.rows, down)[0][-1]
        return replace(batch, rows=rows, layers=batch.layers[n:])

    def in_order(self) -> Iterator[LayeredBatch]:
        """Batches of whole graphs of about ``EVALUATION_NODES`` nodes, in the graphs' order."""
        ends = np.cumsum(self._graphs.sizes)
        portions = np.split(np.arange(len(self)), np.flatnonzero(np.diff(ends // EVALUATION_NODES)) + 1)
        return (self.batch(chosen) for chosen in portions)


def _starting_network(graphs: Sequence[Graph], plan: FitPlan, generator: torch.Generator) -> tuple[Network, int]:
    """:return: the initial weights, and how many hidden layers are those of ``plan.start``"""
    sample = torch.randperm(len(graphs), generator=generator)[:START_GRAPHS].tolist()
    n_features = plan.decode(graphs[0].codes[:1]).shape[1]
    with_sums = plan.settings.readout is Readout.MEAN_AND_SUM
    network = initialise(n_features, plan.settings.widths, plan.n_classes, generator, with_sums=with_sums)
    given = () if plan.start is None else plan.start.hidden
    n_taken = 0
    for own, other in zip(network.hidden, given, strict=False):
        if own.weight.shape != other.weight.shape:
            break
        n_taken += 1
    if n_taken < plan.n_frozen:
        have = "has" if n_taken == 1 else "have"
        raise GcxError(f"{plan.n_frozen} layers are to stay as they are, but only {n_taken} {have} the sizes wanted")
    network = replace(network, hidden=(*given[:n_taken], *network.hidden[n_taken:]))
    network = standardise(network, make_batch([graphs[i] for i in sample], plan.decode), n_taken)
    head = Layer(network.head.weight * plan.start_deviation, network.head.bias * plan.start_deviation)
    return replace(network, heads=head), n_taken


def _by_auc(examples: Examples) -> Validation:
    return Validation(examples.graphs, lambda scores: mean_auc_roc(examples.labels, _softmax(scores)), "AUC")


def _by_error(examples: Examples, mean: float, deviation: float) -> Validation:
    def measure(scores: NDArray[np.float32]) -> float:
        return -root_mean_square_error(examples.labels, scores[:, 0] * deviation + mean)

    return Validation(examples.graphs, measure, "−RMSE")


def _softmax(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    result: NDArray[np.float32] = torch.from_numpy(scores).softmax(dim=1).numpy()
    return result


def _in_order(graphs: Sequence[Graph], decode: Decode, depth: int) -> Iterator[Batch]:
    """Batches of whole graphs of about ``EVALUATION_NODES`` nodes, in the graphs' order."""
    waiting: list[Graph] = []
    n_nodes = 0
    for graph in graphs:
        if waiting and n_nodes + graph.n_nodes > EVALUATION_NODES:
            yield make_batch(waiting, decode, depth=depth)
            waiting, n_nodes = [], 0
        waiting.append(graph)
        n_nodes += graph.n_nodes
    if waiting:
        yield make_batch(waiting, decode, depth=depth)


def _in_words(epoch: Epoch, validation: Validation | None) -> str:
    words = f"loss {epoch.loss:.3f}"
    if validation is None or epoch.validation is None:
        return words
    return f"{words}, validation {validation.name} {epoch.validation:.3f}"
