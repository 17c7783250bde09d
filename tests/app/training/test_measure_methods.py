"""The evidence for each method against falls of the score computed by dense matrices, one mask at a time."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import SupportsIndex

import numpy as np
import pytest
from numpy.typing import NDArray

from gcx_desktop.app.explaining.method_evidence import EVIDENCE_SHARES, MethodEvidence, best_method
from gcx_desktop.app.explaining.method_names import METHOD_NAMES
from gcx_desktop.app.training.measure_methods import LEAST_MEASURED, RANDOM_MASKS_EACH, measure_methods
from gcx_desktop.errors import Cancelled
from gcx_desktop.gcn.fitting.training import Examples
from gcx_desktop.gcn.network import Network
from gcx_desktop.graph.graph import Graph
from gcx_desktop.pool import WorkerPool
from gcx_desktop.progress import CancelToken
from gcx_desktop.work import Work
from tests.explain.oracles import Array, against_others, dense_adjacency, naive_forward
from tests.explain.test_methods import decode, network

MEMBERS = [network(seed, (16, 16, 16), 3, bias=0.3) for seed in (1, 2, 3)]


@pytest.fixture(scope="module")
def work() -> Iterator[Work]:
    with WorkerPool(1) as pool:
        yield Work(pool)


def chains(n: int) -> Examples:
    """Chains of 3 to 8 nodes of different codes, a third of them of class 1."""
    random = np.random.default_rng(11)
    graphs = []
    for _ in range(n):
        size = int(random.integers(3, 9))
        codes = random.permutation(64)[:size].astype(np.int32)
        graphs.append(Graph(codes, np.array([(i, i + 1) for i in range(size - 1)], np.int32)))
    return Examples(graphs, (np.arange(n) % 3 == 0).astype(np.int64))


def folds_of(n: int) -> NDArray[np.int64]:
    return np.random.default_rng(12).integers(0, len(MEMBERS), n)


def score(member: Network, graph: Graph, nodes: tuple[int, ...]) -> Array:
    """[n_classes], each against the mean of the others, without the features of some nodes."""
    x = decode(graph.codes).astype(np.float64)
    x[list(nodes)] = 0.0
    y = naive_forward(member, x, dense_adjacency(graph.n_nodes, graph.edges))[2]
    return against_others(y[None])[0]


def node_values(member: Network, graph: Graph, method: str, c: int) -> Array:
    """[n_nodes], of a method in which no two nodes are equal."""
    x, a = decode(graph.codes).astype(np.float64), dense_adjacency(graph.n_nodes, graph.edges)
    if method == "occlusion":
        whole = score(member, graph, ())[c]
        return np.array([whole - score(member, graph, (i,))[c] for i in range(graph.n_nodes)])
    last = naive_forward(member, x, a)[0][-1]
    return against_others(last @ member.head.weight.double().numpy())[:, c]  # contribution, but for a factor


def sizes_of(graph: Graph) -> list[int]:
    return [max(1, round(share * graph.n_nodes)) for share in EVIDENCE_SHARES]


def brute_force(examples: Examples, folds: NDArray[np.int64], method: str) -> tuple[Array, Array, Array]:
    """Of each record: how far its score falls, how far it falls on average over all masks of the sizes, and the
    variance of the mean of random ones."""
    falls, expected, variances = [], [], []
    for graph, fold in zip(examples.graphs, folds, strict=True):
        member = MEMBERS[fold]
        whole = score(member, graph, ())
        c = int(whole.argmax())
        values = node_values(member, graph, method, c)
        assert len(set(values.round(9))) == graph.n_nodes  # of equal values, which is masked would be random
        order = np.argsort(-values)
        own, of_all, variance = [], [], {}
        for size in sizes_of(graph):
            own.append(whole[c] - score(member, graph, tuple(order[:size]))[c])
            every = [whole[c] - score(member, graph, m)[c] for m in itertools.combinations(range(graph.n_nodes), size)]
            of_all.append(np.mean(every))
            variance[size] = np.var(every) / RANDOM_MASKS_EACH * (sizes_of(graph).count(size) / 3) ** 2
        falls.append(np.mean(own))
        expected.append(np.mean(of_all))
        variances.append(sum(variance.values()))
    return np.array(falls), np.array(expected), np.array(variances)


def of(evidence: tuple[MethodEvidence, ...], method: str) -> MethodEvidence:
    return next(each for each in evidence if each.method == method)


@pytest.mark.parametrize("method", ["occlusion", "contribution"])
def test_the_falls_are_those_of_the_member_that_had_not_seen_the_record(method: str, work: Work) -> None:
    examples, folds = chains(40), folds_of(40)
    falls, expected, variances = brute_force(examples, folds, method)
    found = of(measure_methods(MEMBERS, examples, folds, decode, work, seed=3), method)
    assert found.n_records == 40
    assert found.fall == pytest.approx(falls.mean(), rel=1e-4)
    assert abs(found.random_fall - expected.mean()) < 4 * np.sqrt(variances.sum()) / 40
    # Against the mean of ten random masks rather than of all, a few records are on the other side.
    assert found.better == pytest.approx((falls > expected).mean(), abs=0.1)
    spread = (falls - expected).std(ddof=1) / np.sqrt(40)
    assert found.error == pytest.approx(spread, rel=0.3)


def test_every_method_is_measured_and_the_best_is_behind_none(work: Work) -> None:
    evidence = measure_methods(MEMBERS, chains(40), folds_of(40), decode, work, seed=3)
    assert [each.method for each in evidence] == list(METHOD_NAMES)
    best = max(evidence, key=lambda each: each.gain)
    assert (best.behind, best.behind_error) == (0, 0)
    for each in evidence:
        assert each.behind == pytest.approx(best.gain - each.gain, abs=1e-9)
    # Masking alone what occlusion ranks first is the largest fall that one node can give.
    assert best_method(evidence)
    assert of(evidence, "occlusion").gain > of(evidence, "gradient").gain
    # With average pooling and a linear head both rank the nodes alike.
    assert of(evidence, "cam").fall == of(evidence, "grad-cam").fall


def test_nodes_that_are_all_alike_are_no_evidence_for_any_method(work: Work) -> None:
    triangle = np.array([(0, 1), (1, 2), (2, 0)], np.int32)
    same = Examples([Graph(np.full(3, i, np.int32), triangle) for i in range(40)], np.zeros(40, np.int64))
    evidence = measure_methods(MEMBERS, same, folds_of(40), decode, work, seed=0)
    assert all(abs(each.gain) < 1e-6 and not each.beats_random for each in evidence)
    assert best_method(evidence) == ""


def test_the_same_seed_gives_the_same_evidence(work: Work) -> None:
    examples, folds = chains(60), folds_of(60)
    once, again, other = (measure_methods(MEMBERS, examples, folds, decode, work, seed=s, most=40) for s in (5, 5, 6))
    assert once == again != other


def test_no_more_records_are_measured_than_asked_for_and_as_many_of_each_class_as_there_are(work: Work) -> None:
    class Watched(list[Graph]):
        taken: set[int] = set()  # noqa: RUF012

        def __getitem__(self, index):  # type: ignore[no-untyped-def, override]
            assert isinstance(index, SupportsIndex)
            self.taken.add(int(index))
            return super().__getitem__(index)

    examples = chains(90)
    watched = Watched(examples.graphs)
    found = measure_methods(MEMBERS, Examples(watched, examples.labels), folds_of(90), decode, work, seed=1, most=30)
    assert {each.n_records for each in found} == {30} == {len(watched.taken)}
    assert int(examples.labels[list(watched.taken)].sum()) == 10


def test_from_few_records_and_from_single_nodes_nothing_is_concluded(work: Work) -> None:
    few = chains(LEAST_MEASURED - 1)
    alone = Graph(np.array([1], np.int32), np.zeros((0, 2), np.int32))
    examples = Examples([*few.graphs, *[alone] * 20], np.zeros(len(few) + 20, np.int64))
    assert measure_methods(MEMBERS, examples, folds_of(len(examples)), decode, work, seed=0) == ()


def test_it_can_be_stopped(work: Work) -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        measure_methods(MEMBERS, chains(40), folds_of(40), decode, Work(work.pool, cancel=token), seed=0)
