"""Training a GCN on labelled graphs.

The network is that of :mod:`.network`: dropout acts on the responses of every hidden layer and on the
graph embeddings while training, and is absent afterwards. It starts as :mod:`.initialisation` says. The loss is the
cross entropy of the scores, each example weighted by its class so that every class counts equally, with label
smoothing. The optimiser is AdamW (Loshchilov and Hutter, ICLR 2019) with a linear warm-up, gradients clipped to a norm.
The weights that are validated and returned are an exponential moving average over the steps (Polyak and Juditsky,
1992).

Everything random comes from one generator seeded by the caller, and torch does every operation in a fixed order
on a CPU: the same seed, graphs and number of threads give the same weights bit by bit.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..errors import GcxError
from ..graph.batch import Batch, make_batch
from ..graph.graph import Decode, Graph
from ..progress import CancelToken, ProgressReporter, Report, silent
from .initialisation import standardise
from .network import Network, forward, from_tensors, initialise
from .scores import mean_auc_roc
from .training_settings import TrainingSettings

START_GRAPHS = 500
"""Training graphs over which the starting weights are standardised, drawn at random."""
EVALUATION_NODES = 4096
"""Nodes in a batch of a prediction; bounds memory."""


@dataclass(frozen=True, slots=True)
class Examples:
    """Labelled graphs."""

    graphs: Sequence[Graph]
    labels: NDArray[np.int64]
    """[n_graphs], class indices"""

    def __len__(self) -> int:
        return len(self.graphs)

    def take(self, chosen: NDArray[np.int64]) -> Examples:
        return Examples([self.graphs[i] for i in chosen], self.labels[chosen])


@dataclass(frozen=True, slots=True)
class Epoch:
    """One pass over the training part."""

    loss: float
    """Mean training loss, dropout on."""
    validation_auc: float | None
    """Of the averaged weights; ``None`` without a validation part."""


@dataclass(frozen=True, slots=True)
class Fit:
    """The result of training."""

    network: Network
    """The averaged weights after ``epochs`` epochs."""
    epochs: int
    """The 1-based epoch whose weights were kept: the best by validation, or the last."""
    history: tuple[Epoch, ...]
    """Every epoch that was run."""


def class_weights(labels: NDArray[np.int64], n_classes: int, balance: float) -> Tensor:
    """[n_classes]: ∝ (n / n_class)^balance, scaled so that the mean over the examples is 1; 0 for an absent class."""
    counts = np.bincount(labels, minlength=n_classes).astype(np.float64)
    weights = np.where(counts > 0, (len(labels) / np.maximum(counts, 1)) ** balance, 0.0)
    weights *= len(labels) / (weights * counts).sum()
    return torch.from_numpy(weights.astype(np.float32))


@dataclass(frozen=True, slots=True)
class FitPlan:
    """How a network is trained."""

    n_classes: int
    decode: Decode
    """How the graphs' codes become features."""
    settings: TrainingSettings
    seed: int
    """Seed of the initial weights, the order of the examples and dropout."""


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
    """Trains on ``train``; ``validation``, if any, decides when to stop and which epoch to keep.

    :param epochs: how many to run without validation; with validation at most ``settings.max_epochs`` are run
    :raises GcxError: if the loss becomes NaN or infinite
    :raises Cancelled: if the user stopped it
    """
    settings, decode = plan.settings, plan.decode
    generator = torch.Generator().manual_seed(plan.seed)
    limit = epochs or settings.max_epochs
    watch = ProgressReporter(what, limit, report)
    trainer = _Trainer(train, plan, generator)
    held_out = None if validation is None else list(_in_order(validation.graphs, decode, len(settings.widths)))
    history: list[Epoch] = []
    best: tuple[float, int, Network] | None = None
    for number in range(1, limit + 1):
        loss = trainer.epoch(cancel)
        if not math.isfinite(loss):
            raise GcxError(f"training diverged in epoch {number}: the loss is no number; try a lower learning rate")
        auc = None
        if validation is not None and held_out is not None:
            auc = mean_auc_roc(validation.labels, _probabilities(trainer.averaged(), held_out))
            if best is None or auc > best[0]:
                best = auc, number, trainer.averaged()
        history.append(Epoch(loss, auc))
        if best is not None and number - best[1] >= settings.patience:
            watch.total = number
        watch.report_done(number, detail=_in_words(history[-1]))
        if number == watch.total:
            break
    if best is None:
        return Fit(trainer.averaged(), limit, tuple(history))
    return Fit(best[2], best[1], tuple(history))


def predict_probabilities(network: Network, graphs: Sequence[Graph], decode: Decode) -> NDArray[np.float32]:
    """[n_graphs, n_classes], the softmax of the scores."""
    return _probabilities(network, _in_order(graphs, decode, len(network.hidden)))


class _Trainer:
    """A network being trained: its weights, their moving average and the optimiser."""

    def __init__(self, train: Examples, plan: FitPlan, generator: torch.Generator) -> None:
        n_classes, decode, settings = plan.n_classes, plan.decode, plan.settings
        self._train, self._decode, self._settings, self._generator = train, decode, settings, generator
        self._labels = torch.from_numpy(train.labels)
        self._class_weights = class_weights(train.labels, n_classes, settings.class_balance)
        n_features = decode(train.graphs[0].codes[:1]).shape[1]
        sample = torch.randperm(len(train), generator=generator)[:START_GRAPHS].tolist()
        start = standardise(
            initialise(n_features, settings.widths, n_classes, generator),
            make_batch([train.graphs[i] for i in sample], decode),
        )
        self._tensors = {name: tensor.requires_grad_() for name, tensor in start.tensors()}
        self._average = {name: tensor.detach().clone() for name, tensor in start.tensors()}
        self._optimiser = torch.optim.AdamW(
            [
                {"params": [t for t in self._tensors.values() if t.ndim > 1], "weight_decay": settings.weight_decay},
                {"params": [t for t in self._tensors.values() if t.ndim == 1], "weight_decay": 0.0},
            ],
            lr=settings.learning_rate,
        )
        self._steps_an_epoch = -(-len(train) // settings.batch_size)
        self._step = 0

    def epoch(self, cancel: CancelToken | None) -> float:
        """Runs one epoch in a new order and returns the mean loss."""
        order = torch.randperm(len(self._train), generator=self._generator)
        total = 0.0
        for chosen in torch.split(order, self._settings.batch_size):
            if cancel is not None:
                cancel.raise_if_cancelled()
            batch = make_batch([self._train.graphs[i] for i in chosen.tolist()], self._decode)
            total += self._descend(batch, self._labels[chosen]) * len(chosen)
        return total / len(self._train)

    def averaged(self) -> Network:
        """A copy of the averaged weights."""
        return from_tensors({n: t.clone() for n, t in self._average.items()}, len(self._settings.widths))

    def _descend(self, batch: Batch, labels: Tensor) -> float:
        settings = self._settings
        self._step += 1
        warmup = settings.warmup_epochs * self._steps_an_epoch
        for group in self._optimiser.param_groups:
            group["lr"] = settings.learning_rate * min(1.0, self._step / max(warmup, 1.0))
        self._optimiser.zero_grad(set_to_none=True)
        network = from_tensors(self._tensors, len(settings.widths))
        scores = scores_with_dropout(network, batch, settings.dropout, self._generator)
        loss = weighted_loss(scores, labels, self._class_weights, settings.label_smoothing)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self._tensors.values(), settings.gradient_norm)
        self._optimiser.step()
        self._follow()
        return float(loss.detach())

    def _follow(self) -> None:
        """One step of the moving average; in the first steps it is their plain mean."""
        horizon = max(self._settings.average_epochs * self._steps_an_epoch, 1.0)
        share = max(1.0 / horizon, 1.0 / self._step)
        with torch.no_grad():
            for name, average in self._average.items():
                average.lerp_(self._tensors[name], share)


def scores_with_dropout(network: Network, batch: Batch, rate: float, generator: torch.Generator) -> Tensor:
    """[n_graphs, n_classes]: the scores of :func:`.network.forward`, with responses dropped at random."""
    hidden = batch.average((batch.table @ network.hidden[0].weight)[batch.row])
    hidden = with_dropout(torch.relu(hidden + network.hidden[0].bias), rate, generator)
    for layer in network.hidden[1:]:
        hidden = with_dropout(torch.relu(torch.addmm(layer.bias, batch.average(hidden), layer.weight)), rate, generator)
    embedding = with_dropout(batch.pool(hidden), rate, generator)
    return embedding @ network.head.weight + network.head.bias


def weighted_loss(scores: Tensor, labels: Tensor, weights: Tensor, smoothing: float) -> Tensor:
    """The mean of weight × cross entropy over the examples.

    :param scores: [n, n_classes]
    :param labels: [n]
    :param weights: [n_classes]
    """
    each = torch.nn.functional.cross_entropy(scores, labels, label_smoothing=smoothing, reduction="none")
    return (each * weights[labels]).mean()


def with_dropout(values: Tensor, rate: float, generator: torch.Generator) -> Tensor:
    """Dropout: each value is zero with probability ``rate`` (to 1/65,536), else scaled so that the mean stays."""
    if rate == 0:
        return values
    # One draw of 64 bits serves four values; drawing for each would take as long as the network itself.
    drawn = torch.empty(-(-values.numel() // 4), dtype=torch.int64).random_(-(2**63), None, generator=generator)
    lots = drawn.view(torch.int16)[: values.numel()].view(values.shape)
    kept = (lots >= round(rate * 65_536) - 32_768).to(values.dtype)
    return values * kept.mul_(1 / (1 - rate))


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


@torch.no_grad()
def _probabilities(network: Network, batches: Iterable[Batch]) -> NDArray[np.float32]:
    scores = torch.cat([forward(network, batch).scores for batch in batches])
    result: NDArray[np.float32] = scores.softmax(dim=1).numpy()
    return result


def _in_words(epoch: Epoch) -> str:
    words = f"loss {epoch.loss:.3f}"
    return words if epoch.validation_auc is None else f"{words}, validation AUC {epoch.validation_auc:.3f}"
