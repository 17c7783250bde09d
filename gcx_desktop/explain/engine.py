"""Runs the methods over graphs: predictions and maps of all graphs of a batch from one forward pass."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..gcn.network import Network, member_scores, outputs, side_by_side
from ..graph.batch import make_batch
from ..graph.graph import Decode, Graph
from ..progress import CancelToken
from .class_activations import MEMORY_BYTES, ClassActivationCache, mean_over_members
from .forward_pass import ForwardPass, Method, in_unit

BATCH_NODES = 6000
"""Nodes in a batch: enough for molecules to share most of their environments, few enough that the activations stay
near the processor's cache and that progress is reported often."""
_MOST_MEMORY = 4
"""Of several endpoints, times that of one."""

Keyed = TypeVar("Keyed")


@dataclass(frozen=True, slots=True)
class Explanation:
    """The prediction for one graph, and its saliency maps."""

    predicted: int
    """Index of the most probable class, of a value 0; −1 if the prediction is not valid."""
    probabilities: NDArray[np.float32]
    """[n_classes], softmax of the scores; of a value the value and its opposite. If a score is not a finite number,
    probabilities and maps are NaN."""
    maps: dict[str, NDArray[np.float32]]
    """By method id: [n_nodes, n_classes], raw values, nodes in the graph's order; a view of the batch's array."""
    members: NDArray[np.float32] | None = None
    """[n_members, n_classes], the same of each member of an ensemble; ``None`` of a single network."""

    @property
    def spread(self) -> NDArray[np.float32] | None:
        """[n_classes], the sample standard deviation of the members' probabilities; ``None`` of a single network."""
        return None if self.members is None else self.members.std(axis=0, ddof=1)

    @property
    def is_valid(self) -> bool:
        """Whether all scores are finite numbers."""
        return self.predicted >= 0


class Explainer:
    """Predicts and explains batches of one library, one after another, by the same methods.

    Where prediction and methods need only the class activations of the nodes, these are cached from batch to batch.
    """

    def __init__(
        self,
        network: Network,
        decode: Decode,
        methods: Sequence[Method] = (),
        *,
        memory_bytes: int = MEMORY_BYTES,
        cancel: CancelToken | None = None,
    ) -> None:
        """:param cancel: checked within a batch, too, since all methods together take seconds for one batch"""
        self._network, self._decode, self._methods, self._cancel = network, decode, methods, cancel
        from_cache = [(m, m.from_class_activations) for m in methods if m.from_class_activations]
        self._from_cache = from_cache
        self._cache = ClassActivationCache(network, decode, memory_bytes) if len(from_cache) == len(methods) else None

    def explain(self, graphs: Sequence[Graph]) -> list[Explanation]:
        """:return: one for each graph, in order
        :raises Cancelled: once ``cancel`` is set
        """
        if self._cache is None:
            return explain_graphs(self._network, graphs, self._decode, self._methods, self._cancel)
        sizes = np.array([graph.n_nodes for graph in graphs])
        ends = np.cumsum(sizes)
        of_members = self._cache.of_members(graphs)
        class_activations = mean_over_members(of_members)
        with torch.inference_mode():
            scores, members = _scores(self._network, of_members, class_activations, sizes)
            of_nodes = torch.from_numpy(np.repeat(sizes, sizes).astype(class_activations.dtype))[:, None]
            values = torch.from_numpy(class_activations)
            maps = {
                method.id: in_unit(compute(values, of_nodes), self._network, method).numpy()
                for method, compute in self._from_cache
            }
        return _apart(self._network, scores, members, maps, [0, *ends.tolist()])


class EndpointsPredictor:
    """Predicts several endpoints of batches of one library from one pass of their common hidden layers."""

    def __init__(self, networks: Sequence[Network], decode: Decode) -> None:
        """:param networks: of the endpoints, with the same hidden layers"""
        self._networks, self._joint = networks, side_by_side(networks)
        self._ends = np.cumsum([each.n_classes for each in networks]).tolist()
        # A node has as many numbers more as there are endpoints: more memory keeps nearly as many nodes.
        memory_bytes = MEMORY_BYTES * min(len(networks), _MOST_MEMORY)
        self._cache = ClassActivationCache(self._joint, decode, memory_bytes)

    def predict(self, graphs: Sequence[Graph]) -> list[tuple[Explanation, ...]]:
        """:return: for each graph, in order, the prediction of each endpoint"""
        sizes = np.array([graph.n_nodes for graph in graphs])
        of_members = self._cache.of_members(graphs)
        with torch.inference_mode():
            scores, members = _scores(self._joint, of_members, mean_over_members(of_members), sizes)
            of_each = []
            for network, start, stop in zip(self._networks, [0, *self._ends], self._ends, strict=False):
                of_members_here = None if members is None else members[..., start:stop]
                of_each.append(_apart(network, scores[:, start:stop], of_members_here, {}, range(len(graphs) + 1)))
        return list(zip(*of_each, strict=True))


def _scores(
    network: Network,
    of_members: NDArray[np.floating],
    class_activations: NDArray[np.floating],
    sizes: NDArray[np.int64],
) -> tuple[Tensor, Tensor | None]:
    """The scores [n_graphs, n_classes] and, of an ensemble, those of its members [n_graphs, n_members, n_classes].

    :param of_members: [n_nodes, n_members, n_classes], class activations
    :param class_activations: [n_nodes, n_classes], their mean
    :param sizes: [n_graphs], numbers of nodes
    """
    scores = _pooled(class_activations, sizes) + network.head.bias.cpu()
    if network.n_members == 1:
        return scores, None
    return scores, _pooled(of_members, sizes) + network.heads.bias.cpu().view(of_members.shape[1:])


def _pooled(values: NDArray[np.floating], sizes: NDArray[np.int64]) -> Tensor:
    """The mean over each graph's nodes: [n_nodes, …] to [n_graphs, …]."""
    sums = np.add.reduceat(values, np.cumsum(sizes) - sizes)
    return torch.from_numpy(sums / sizes.reshape(-1, *[1] * (sums.ndim - 1)).astype(sums.dtype))


def explain_graphs(
    network: Network,
    graphs: Sequence[Graph],
    decode: Decode,
    methods: Sequence[Method] = (),
    cancel: CancelToken | None = None,
) -> list[Explanation]:
    """Predicts and explains graphs as one batch.

    :return: one for each graph, in order
    :raises Cancelled: between two methods or the steps of one, once ``cancel`` is set
    """
    with torch.inference_mode():
        weight = network.head.weight
        batch = make_batch(graphs, decode, weight.dtype, depth=len(network.hidden)).to(weight.device)
        run = ForwardPass.of(network, batch, cancel)
        maps: dict[str, NDArray[np.float32]] = {}
        for method in methods:
            run.raise_if_cancelled()
            maps[method.id] = in_unit(method.compute(run), network, method).cpu().numpy()
        several = network.n_members > 1
        members = member_scores(network, run.activations.embedding, batch.sizes) if several else None
        return _apart(network, run.activations.scores, members, maps, batch.starts.tolist())


def _apart(
    network: Network,
    scores: Tensor,
    members: Tensor | None,
    maps: dict[str, NDArray[np.float32]],
    starts: Sequence[int],
) -> list[Explanation]:
    """:param members: [n_graphs, n_members, n_classes], scores"""
    probabilities = outputs(network, scores).cpu().numpy()
    predicted = [0] * len(probabilities) if network.of_value else probabilities.argmax(axis=1).tolist()
    of_each = itertools.repeat(None, len(predicted))
    by_member = of_each if members is None else iter(outputs(network, members).cpu().numpy())
    explanations = [
        Explanation(chosen, each, {id_: values[a:b] for id_, values in maps.items()}, of_members)
        for chosen, each, (a, b), of_members in zip(
            predicted, probabilities, itertools.pairwise(starts), by_member, strict=True
        )
    ]
    finite = torch.isfinite(scores).all(dim=1)
    if finite.all():
        return explanations
    return [each if valid else _invalid(each) for each, valid in zip(explanations, finite.tolist(), strict=True)]


def _invalid(explanation: Explanation) -> Explanation:
    maps = {id_: np.full_like(values, np.nan) for id_, values in explanation.maps.items()}
    members = None if explanation.members is None else np.full_like(explanation.members, np.nan)
    return Explanation(-1, np.full_like(explanation.probabilities, np.nan), maps, members)


def batches(items: Iterable[tuple[Keyed, Graph | None]]) -> Iterator[list[tuple[Keyed, Graph | None]]]:
    """Groups keyed graphs, in order, so that each group has about :data:`BATCH_NODES` nodes.

    An item without a graph (a record that could not be read) keeps its place and counts as a node.
    """
    group: list[tuple[Keyed, Graph | None]] = []
    nodes = 0
    for key, graph in items:
        size = graph.n_nodes if graph else 1
        if group and nodes + size > BATCH_NODES:
            yield group
            group, nodes = [], 0
        group.append((key, graph))
        nodes += size
    if group:
        yield group
