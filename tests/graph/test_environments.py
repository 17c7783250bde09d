from __future__ import annotations

import itertools

import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from gcx_desktop.graph.batch import make_batch
from gcx_desktop.graph.environments import distinct
from gcx_desktop.graph.graph import Graph

DEPTH = 3


def decode(codes: np.ndarray) -> np.ndarray:
    return np.stack([codes + 1, codes**2], axis=1).astype(np.float32)


def chain(codes: list[int]) -> Graph:
    edges = list(itertools.pairwise(range(len(codes))))
    return Graph(np.array(codes, np.int32), np.array(edges, np.int32).reshape(-1, 2))


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    n = draw(st.integers(1, 9))
    pairs = [(i, j) for i in range(n) for j in range(i)]
    edges = draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    codes = draw(st.lists(st.integers(0, 2), min_size=n, max_size=n))
    return Graph(np.array(codes, np.int32), np.array(edges, np.int32).reshape(-1, 2))


Named = dict[tuple[int, int], object]


def environments_by_definition(of: list[Graph], radius: int) -> Named:
    """(graph, node) → its environment: own code and degree, then those of the neighbours one radius lower."""
    named: Named = {}
    for g, graph in enumerate(of):
        neighbours: dict[int, list[int]] = {n: [] for n in range(graph.n_nodes)}
        for i, j in graph.edges.tolist():
            neighbours[i].append(j)
            neighbours[j].append(i)
        known: list[object] = [(int(graph.codes[n]), len(neighbours[n])) for n in range(graph.n_nodes)]
        for _ in range(radius):
            known = [(known[n], tuple(sorted((known[m] for m in neighbours[n]), key=repr))) for n in neighbours]
        named |= {(g, n): environment for n, environment in enumerate(known)}
    return named


@settings(max_examples=60, deadline=None)
@given(st.lists(graphs(), min_size=1, max_size=4))
def test_two_nodes_have_one_number_exactly_if_they_have_one_environment(of: list[Graph]) -> None:
    batch = make_batch(of, decode, depth=DEPTH)
    for radius, level in enumerate(batch.levels, start=1):
        expected = list(environments_by_definition(of, radius).values())
        pairs = set(zip(level.of.tolist(), expected, strict=True))
        assert len(pairs) == len(set(level.of.tolist())) == len(set(expected))


@settings(max_examples=60, deadline=None)
@given(st.lists(graphs(), min_size=1, max_size=4), st.integers(0, 1000))
def test_a_level_averages_as_the_whole_adjacency_does(of: list[Graph], seed: int) -> None:
    batch = make_batch(of, decode, torch.float64, depth=DEPTH)
    generator = torch.Generator().manual_seed(seed)
    rows, whole = batch.table, batch.features
    for level in batch.levels:
        torch.testing.assert_close(level.down.times(rows)[level.of], batch.average(whole))
        rows = torch.rand(len(level.down.pointers) - 1, 4, dtype=torch.float64, generator=generator)
        whole = rows[level.of]
        torch.testing.assert_close(level.up.times(rows), batch.average(whole))
        torch.testing.assert_close(batch.pool_rows(rows, level), batch.pool(whole))


def test_symmetric_nodes_and_equal_molecules_share_their_rows() -> None:
    batch = make_batch([chain([0, 1, 2, 1, 0])] * 10, decode, depth=2)
    assert [level.of.unique().numel() for level in batch.levels] == [3, 3]


def test_a_longer_chain_is_told_apart_only_at_the_radius_that_reaches_its_end() -> None:
    batch = make_batch([chain([0] * 7), chain([0] * 9)], decode, depth=4)
    middles = [(int(level.of[3]), int(level.of[7 + 4])) for level in batch.levels]
    assert [a == b for a, b in middles] == [True, True, False, False]


def test_the_degree_is_part_of_an_environment() -> None:
    """A's entries depend on the neighbours' degrees: two chain ends differ if only one neighbour is branched."""
    star = Graph(np.zeros(4, np.int32), np.array([[0, 1], [0, 2], [0, 3]], np.int32))
    batch = make_batch([star, chain([0, 0, 0])], decode, depth=1)
    assert batch.levels[0].of[1] != batch.levels[0].of[4]


@given(st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=60))
def test_equal_hashes_get_one_number_which_names_a_node_of_theirs(hashes: list[int]) -> None:
    values = np.array(hashes, dtype=np.uint64)
    chosen, number = distinct(values)
    assert len(chosen) == len(set(hashes))
    assert (values[chosen][number] == values).all()
    assert (number[chosen] == np.arange(len(chosen))).all()
