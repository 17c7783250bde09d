from __future__ import annotations

import numpy as np
import pytest
import torch

from gcx_desktop.explain.class_activations import ClassActivationCache
from gcx_desktop.explain.engine import Explainer, explain_graphs
from gcx_desktop.explain.method import method, methods
from gcx_desktop.gcn import network as network_module
from gcx_desktop.graph.graph import Graph
from tests.explain.test_methods import decode, network

CLOSE = {"rtol": 1e-9, "atol": 1e-12}


def random_graphs(count: int, seed: int) -> list[Graph]:
    """Small trees of few codes, so that environments come back."""
    random = np.random.default_rng(seed)
    made = []
    for n in random.integers(1, 9, count):
        edges = [(int(random.integers(0, i)), i) for i in range(1, n)]
        made.append(Graph(random.integers(0, 2, n).astype(np.int32), np.array(edges, np.int32).reshape(-1, 2)))
    return made


@pytest.mark.parametrize("memory_bytes", [1 << 20, 64])
def test_remembered_evidence_is_that_of_the_whole_network_batch_after_batch(memory_bytes: int) -> None:
    net = network(4).to(dtype=torch.float64)
    evidence = ClassActivationCache(net, decode, memory_bytes)
    for seed in range(5):
        graphs = random_graphs(20, seed)
        expected = [each.maps["cam"] for each in explain_graphs(net, graphs, decode, [method("cam")])]
        got = np.maximum(evidence.of_nodes(graphs), 0.0)
        np.testing.assert_allclose(got, np.concatenate(expected), **CLOSE)


def test_what_was_met_before_is_not_computed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    computed: list[int] = []

    def counting(*args: object) -> object:
        hidden, averaged = network_module.responses(*args)  # type: ignore[arg-type]
        computed.append(len(hidden[-1]))
        return hidden, averaged

    monkeypatch.setattr("gcx_desktop.explain.class_activations.responses", counting)
    evidence, graphs = ClassActivationCache(network(), decode), random_graphs(20, 0)
    first = evidence.of_nodes(graphs)
    again = evidence.of_nodes(list(reversed(graphs)))
    assert len(computed) == 1
    assert computed[0] < len(first)
    assert sorted(map(tuple, again)) == sorted(map(tuple, first))


@pytest.mark.parametrize("ids", [(), ("cam",), ("grad-cam", "cam"), tuple(m.id for m in methods())])
def test_an_explainer_says_what_one_batch_alone_says_whichever_way_it_takes(ids: tuple[str, ...]) -> None:
    net, chosen = network(2, n_classes=3).to(dtype=torch.float64), [method(id_) for id_ in ids]
    explainer = Explainer(net, decode, chosen)
    for seed in range(3):
        graphs = random_graphs(12, seed)
        expected = explain_graphs(net, graphs, decode, chosen)
        for got, want in zip(explainer.explain(graphs), expected, strict=True):
            assert got.predicted == want.predicted
            np.testing.assert_allclose(got.probabilities, want.probabilities, **CLOSE)
            assert got.maps.keys() == want.maps.keys() == set(ids)
            for id_ in ids:
                np.testing.assert_allclose(got.maps[id_], want.maps[id_], **CLOSE)
