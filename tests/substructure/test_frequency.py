"""Frequent subgraphs: those of a plain enumeration, canonical, closed, bounded."""

from __future__ import annotations

import itertools
import random
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gcx_desktop.errors import Cancelled, UsageError
from gcx_desktop.substructure import frequency
from gcx_desktop.substructure.fragments import components
from gcx_desktop.substructure.frequency import TooManyPatternsError, canonical_code, frequent_patterns
from gcx_desktop.substructure.labelled_graph import LabelledGraph


@st.composite
def graphs(draw: st.DrawFn, most: int = 7) -> LabelledGraph:
    n = draw(st.integers(1, most))
    labels = draw(st.lists(st.integers(1, 3), min_size=n, max_size=n))
    kinds = draw(st.lists(st.integers(0, 2), min_size=n * (n - 1) // 2, max_size=n * (n - 1) // 2))
    pairs = itertools.combinations(range(n), 2)
    return LabelledGraph(tuple(labels), tuple((a, b, k) for (a, b), k in zip(pairs, kinds, strict=True) if k))


def renumbered(graph: LabelledGraph, seed: int) -> LabelledGraph:
    place = list(range(len(graph.labels)))
    random.Random(seed).shuffle(place)
    labels = [0] * len(place)
    for atom, label in enumerate(graph.labels):
        labels[place[atom]] = label
    bonds = ((min(place[a], place[b]), max(place[a], place[b]), kind) for a, b, kind in graph.bonds)
    return LabelledGraph(tuple(labels), tuple(sorted(bonds)))


def induced(graph: LabelledGraph, nodes: tuple[int, ...]) -> LabelledGraph:
    place = {node: at for at, node in enumerate(nodes)}
    bonds = tuple((place[a], place[b], kind) for a, b, kind in graph.bonds if a in place and b in place)
    return LabelledGraph(tuple(graph.labels[node] for node in nodes), bonds)


def connected_sets(graph: LabelledGraph, most: int) -> list[tuple[int, ...]]:
    neighbours: list[list[int]] = [[] for _ in graph.labels]
    for a, b, _ in graph.bonds:
        neighbours[a].append(b)
        neighbours[b].append(a)
    nodes = range(len(graph.labels))
    sets = (chosen for size in range(1, most + 1) for chosen in itertools.combinations(nodes, size))
    return [chosen for chosen in sets if len(components(neighbours, chosen)) == 1]


@given(graphs(), st.integers(0, 1000))
def test_the_code_is_the_same_however_the_nodes_are_numbered(graph: LabelledGraph, seed: int) -> None:
    other = renumbered(graph, seed)
    assert canonical_code(other)[0] == canonical_code(graph)[0]
    code, order = canonical_code(other)
    assert induced(other, tuple(range(len(order)))) == other
    assert code[0] == tuple(other.labels[node] for node in order)


def test_codes_differ_where_graphs_do() -> None:
    path = LabelledGraph((1, 1, 1, 1), ((0, 1, 1), (1, 2, 1), (2, 3, 1)))
    star = LabelledGraph((1, 1, 1, 1), ((0, 1, 1), (0, 2, 1), (0, 3, 1)))
    ring = LabelledGraph((1,) * 6, tuple((min(i, (i + 1) % 6), max(i, (i + 1) % 6), 1) for i in range(6)))
    triangles = LabelledGraph((1,) * 6, ((0, 1, 1), (0, 2, 1), (1, 2, 1), (3, 4, 1), (3, 5, 1), (4, 5, 1)))
    assert canonical_code(path)[0] != canonical_code(star)[0]
    assert canonical_code(ring)[0] != canonical_code(triangles)[0]


@settings(max_examples=30, deadline=None)
@given(st.lists(graphs(5), min_size=1, max_size=4), st.integers(1, 3), st.integers(1, 5))
def test_what_is_found_is_what_a_plain_enumeration_finds(
    given_graphs: list[LabelledGraph], min_support: int, most: int
) -> None:
    values = [np.arange(len(graph.labels), dtype=float) + 10 * i for i, graph in enumerate(given_graphs)]
    holders: dict[object, set[int]] = defaultdict(set)
    best: dict[tuple[object, int], float] = {}
    larger: dict[object, set[object]] = defaultdict(set)
    for i, graph in enumerate(given_graphs):
        for chosen in connected_sets(graph, most):
            code = canonical_code(induced(graph, chosen))[0]
            holders[code].add(i)
            best[code, i] = max(best.get((code, i), -1.0), float(values[i][list(chosen)].mean()))
            for left_out in chosen:
                rest = tuple(node for node in chosen if node != left_out)
                if rest:
                    larger[canonical_code(induced(graph, rest))[0]].add(code)
    expected = {
        code: sorted(each)
        for code, each in holders.items()
        if len(each) >= min_support and not any(len(holders[whole]) == len(each) for whole in larger[code])
    }
    found = frequent_patterns(given_graphs, values, min_support=min_support, min_atoms=1, max_atoms=most)
    assert {canonical_code(each.graph)[0]: each.graphs.tolist() for each in found} == expected
    for each in found:
        code = canonical_code(each.graph)[0]
        assert each.values.tolist() == pytest.approx([best[code, i] for i in each.graphs.tolist()])


CHAIN = LabelledGraph((1,) * 9, tuple((i, i + 1, 1) for i in range(8)))


def test_only_the_closed_patterns_of_the_sizes_asked_are_given() -> None:
    found = frequent_patterns([CHAIN] * 3, [np.ones(9)] * 3, min_support=3, min_atoms=2, max_atoms=5)
    assert [len(each.graph.labels) for each in found] == [5]
    assert frequent_patterns([CHAIN] * 3, [np.ones(9)] * 3, min_support=4) == []
    assert frequent_patterns([], [], min_support=1) == []


@pytest.mark.parametrize(
    ("bounds", "sentence"),
    [({"min_support": 0}, "fewer than 1 molecule"), ({"min_support": 1, "max_atoms": 13}, "1 to 12 atoms, not 13")],
)
def test_a_bound_out_of_bounds_is_said(bounds: dict[str, int], sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        frequent_patterns([CHAIN], [np.ones(9)], **bounds)


def test_too_many_patterns_end_with_what_to_ask_for_instead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frequency, "MOST", 2)
    rainbow = LabelledGraph(tuple(range(9)), CHAIN.bonds)
    with pytest.raises(TooManyPatternsError, match="ask for a larger minimum support"):
        frequent_patterns([rainbow, *(induced(rainbow, tuple(range(i, i + 3))) for i in range(7))],
                          [np.ones(9), *[np.ones(3)] * 7], min_support=1)  # fmt: skip


def test_the_search_stops_when_it_is_told() -> None:
    def stop(_: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        frequent_patterns([CHAIN], [np.ones(9)], min_support=1, tell=stop)
