"""Closed frequent connected subgraphs of many labelled graphs. Closed: no larger subgraph is as frequent.

A pattern is an induced subgraph: some atoms and all bonds between them. All its occurrences are kept as rows of node
numbers and grown by one node at a time, in numpy for all of them together. A pattern of k + 1 nodes contains a
connected one of k nodes wherever it occurs, so all its occurrences are found from the first such pattern that is grown.
A canonical code recognises patterns that were found before (after gSpan: Yan and Han, ICDM 2002).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from ..errors import UsageError
from ..wording import counted
from .labelled_graph import LabelledGraph

LARGEST = 12
"""Most atoms of a frequent pattern."""
MOST = 20_000
"""If there are more frequent patterns, the search ends with an error."""
_KINDS = 6
"""One more than the largest number of a kind of bond."""

Code = tuple[tuple[int, ...], tuple[tuple[int, int, int], ...]]
_Ranked = TypeVar("_Ranked", int, tuple[int, tuple[tuple[int, int], ...]])


class TooManyPatternsError(UsageError):
    """There are more frequent patterns than anybody would read."""

    def __init__(self, min_support: int) -> None:
        super().__init__(
            f"more than {MOST:,} patterns occur in at least {counted(min_support, 'molecule')}; ask for a larger "
            "minimum support or for fewer atoms"
        )


@dataclass(frozen=True, slots=True)
class FrequentPattern:
    """A closed frequent subgraph."""

    graph: LabelledGraph
    graphs: NDArray[np.int64]
    """[support], the graphs that contain it, ascending."""
    values: NDArray[np.float64]
    """[support], the mean value of its nodes where it occurs; of several occurrences in a graph the largest."""


def frequent_patterns(
    graphs: Sequence[LabelledGraph],
    values: Sequence[NDArray[np.floating]],
    *,
    min_support: int,
    min_atoms: int = 2,
    max_atoms: int = 8,
    tell: Callable[[int], None] = lambda _: None,
) -> list[FrequentPattern]:
    """The closed connected induced subgraphs that at least ``min_support`` of the graphs contain.

    Patterns of ``max_atoms`` atoms all count as closed, since larger ones are not searched for.

    :param graphs: need not be connected
    :param values: a value for each node of each graph
    :param max_atoms: at most :data:`LARGEST`
    :param tell: called often with the number of patterns found so far; may raise to stop
    :raises TooManyPatternsError: if there are more than :data:`MOST`
    :raises UsageError: if ``max_atoms`` or ``min_support`` is out of bounds
    """
    check_bounds(min_support, max_atoms)
    nodes = _Nodes.of(graphs, values)
    supports: dict[Code, int] = {}
    stack = list(_of_one_node(nodes, min_support))
    for grown in stack:
        supports[_code(grown.graph)] = grown.support
    found: list[FrequentPattern] = []
    n_frequent = len(stack)
    while stack:
        tell(n_frequent)
        if n_frequent > MOST:
            raise TooManyPatternsError(min_support)
        grown = stack.pop()
        closed = True
        if len(grown.graph.labels) < max_atoms:
            for graph, rows, hashes in _extensions(nodes, grown, min_support):
                code = _code(graph)
                if code not in supports:
                    child = _Grown(graph, rows, hashes, nodes.support(rows))
                    supports[code] = child.support
                    if child.support >= min_support:
                        stack.append(child)
                        n_frequent += 1
                closed &= supports[code] < grown.support
        if closed and len(grown.graph.labels) >= min_atoms:
            found.append(nodes.pattern(grown))
    return found


def check_bounds(min_support: int, max_atoms: int) -> None:
    """:raises UsageError: if one of them is out of bounds"""
    if not 1 <= max_atoms <= LARGEST:
        raise UsageError(f"a frequent pattern may have 1 to {LARGEST} atoms, not {max_atoms}")
    if min_support < 1:
        raise UsageError(f"a pattern cannot be asked for in fewer than 1 molecule; the minimum was {min_support}")


def canonical_code(graph: LabelledGraph) -> tuple[Code, list[int]]:
    """A code that is the same for graphs that differ only in the order of their nodes, and that order.

    Nodes are distinguished by colour refinement. Where several stay equal, each of them is tried, but for twins; the
    smallest code is taken. For small graphs.
    """
    adjacency: list[dict[int, int]] = [{} for _ in graph.labels]
    for a, b, kind in graph.bonds:
        adjacency[a][b] = adjacency[b][a] = kind
    best: tuple[Code, list[int]] | None = None
    pending = [_refined(adjacency, _ranks(list(graph.labels)))]
    while pending:
        colours = pending.pop()
        cells: dict[int, list[int]] = {}
        for node, colour in enumerate(colours):
            cells.setdefault(colour, []).append(node)
        alike = next((cells[colour] for colour in sorted(cells) if len(cells[colour]) > 1), None)
        if alike is None:
            order = sorted(range(len(colours)), key=colours.__getitem__)
            code = _code(_renumbered(graph, order))
            if best is None or code < best[0]:
                best = code, order
            continue
        tried = set()
        for node in alike:
            twins = frozenset(adjacency[node].items())
            if twins not in tried:
                tried.add(twins)
                apart = [2 * colour for colour in colours]
                apart[node] -= 1
                pending.append(_refined(adjacency, _ranks(apart)))
    if best is None:
        return ((), ()), []
    return best


def _code(graph: LabelledGraph) -> Code:
    return graph.labels, graph.bonds


def _renumbered(graph: LabelledGraph, order: Sequence[int]) -> LabelledGraph:
    place = {node: at for at, node in enumerate(order)}
    bonds = sorted((min(place[a], place[b]), max(place[a], place[b]), kind) for a, b, kind in graph.bonds)
    return LabelledGraph(tuple(graph.labels[node] for node in order), tuple(bonds))


def _ranks(keys: Sequence[_Ranked]) -> list[int]:
    rank = {key: at for at, key in enumerate(sorted(set(keys)))}
    return [rank[key] for key in keys]


def _refined(adjacency: Sequence[dict[int, int]], colours: list[int]) -> list[int]:
    """The coarsest colours that distinguish nodes whose neighbours differ in colour or bond."""
    n_colours = len(set(colours))
    while n_colours < len(colours):
        keys = [
            (colours[node], sorted((kind, colours[other]) for other, kind in others.items()))
            for node, others in enumerate(adjacency)
        ]
        colours = _ranks([(colour, tuple(around)) for colour, around in keys])
        if len(set(colours)) == n_colours:
            break
        n_colours = len(set(colours))
    return colours


@dataclass(frozen=True, slots=True)
class _Grown:
    """A pattern, its nodes in canonical order, and where it occurs."""

    graph: LabelledGraph
    rows: NDArray[np.int64]
    """[n_occurrences, n_atoms], the node of each atom; each set of nodes once."""
    hashes: NDArray[np.uint64]
    """[n_occurrences], hashes of the sets of nodes."""
    support: int


@dataclass(frozen=True, slots=True)
class _Nodes:
    """The nodes of all graphs, numbered as one."""

    labels: NDArray[np.int64]
    """[n_nodes]"""
    graph: NDArray[np.int64]
    """[n_nodes], the graph that each belongs to."""
    values: NDArray[np.float64]
    """[n_nodes]"""
    starts: NDArray[np.int64]
    """[n_nodes + 1], where each node's neighbours begin."""
    neighbours: NDArray[np.int64]
    kinds: NDArray[np.int64]
    """As long as ``neighbours``."""
    hashes: NDArray[np.uint64]
    """[n_nodes], random: the hash of a set is the sum of its nodes' hashes."""

    @classmethod
    def of(cls, graphs: Sequence[LabelledGraph], values: Sequence[NDArray[np.floating]]) -> _Nodes:
        sizes = np.array([len(graph.labels) for graph in graphs], dtype=np.int64)
        begins = np.cumsum(sizes) - sizes
        n_nodes = int(sizes.sum())
        bonds = np.array(
            [(a + begin, b + begin, kind) for graph, begin in zip(graphs, begins.tolist(), strict=True)
             for a, b, kind in graph.bonds],
            dtype=np.int64,
        ).reshape(-1, 3)  # fmt: skip
        both = np.concatenate([bonds, bonds[:, [1, 0, 2]]])
        both = both[np.argsort(both[:, 0], kind="stable")]
        return cls(
            labels=np.array([label for graph in graphs for label in graph.labels], dtype=np.int64),
            graph=np.repeat(np.arange(len(graphs)), sizes),
            values=np.concatenate([np.zeros(0), *values]).astype(np.float64),
            starts=np.concatenate([[0], np.cumsum(np.bincount(both[:, 0], minlength=n_nodes))]).astype(np.int64),
            neighbours=both[:, 1],
            kinds=both[:, 2],
            hashes=np.random.default_rng(0).integers(0, 2**64, n_nodes, dtype=np.uint64),
        )

    def support(self, rows: NDArray[np.int64]) -> int:
        return len(np.unique(self.graph[rows[:, 0]]))

    def pattern(self, grown: _Grown) -> FrequentPattern:
        holders, at = np.unique(self.graph[grown.rows[:, 0]], return_inverse=True)
        best = np.full(len(holders), -np.inf)
        np.maximum.at(best, at, self.values[grown.rows].mean(axis=1))
        return FrequentPattern(grown.graph, holders, best)


def _of_one_node(nodes: _Nodes, min_support: int) -> Iterator[_Grown]:
    for label in np.unique(nodes.labels).tolist():
        rows = np.flatnonzero(nodes.labels == label)[:, None]
        support = nodes.support(rows)
        if support >= min_support:
            yield _Grown(LabelledGraph((label,), ()), rows, nodes.hashes[rows[:, 0]], support)


def _extensions(
    nodes: _Nodes, grown: _Grown, min_support: int
) -> Iterator[tuple[LabelledGraph, NDArray[np.int64], NDArray[np.uint64]]]:
    """The patterns with one node more that may be frequent, in canonical order, and where they occur."""
    size = grown.rows.shape[1]
    row, node, signature = _next_nodes(nodes, grown.rows)
    if not len(row):
        return
    hashes = grown.hashes[row] + nodes.hashes[node]
    hashes, first = np.unique(hashes, return_index=True)
    row, node = row[first], node[first]
    keys = nodes.labels[node] * _KINDS**size + signature[first]
    order = np.argsort(keys, kind="stable")
    distinct, begins = np.unique(keys[order], return_index=True)
    ends = [*begins[1:].tolist(), len(order)]
    adjacency: list[dict[int, int]] = [{} for _ in range(size)]
    for a, b, kind in grown.graph.bonds:
        adjacency[a][b] = adjacency[b][a] = kind
    colours = _refined(adjacency, _ranks(list(grown.graph.labels)))
    alike: dict[tuple[int, tuple[tuple[int, int], ...]], list[tuple[LabelledGraph, NDArray[np.int64]]]] = {}
    for key, begin, end in zip(distinct.tolist(), begins.tolist(), ends, strict=True):
        label, code = divmod(key, _KINDS**size)
        bonds = [(at, kind) for at in range(size) if (kind := code // _KINDS**at % _KINDS)]
        kind_of_child = (label, tuple(sorted((kind, colours[at]) for at, kind in bonds)))
        graph = LabelledGraph(
            (*grown.graph.labels, label), tuple(sorted([*grown.graph.bonds, *((at, size, kind) for at, kind in bonds)]))
        )
        alike.setdefault(kind_of_child, []).append((graph, order[begin:end]))
    children: dict[Code, tuple[list[NDArray[np.int64]], list[NDArray[np.int64]]]] = {}
    for group in alike.values():
        if sum(len(chosen) for _, chosen in group) < min_support:
            continue
        for graph, chosen in group:
            code_of_child, columns = canonical_code(graph)
            rows = np.concatenate([grown.rows[row[chosen]], node[chosen, None]], axis=1)[:, columns]
            known = children.setdefault(code_of_child, ([], []))
            known[0].append(rows)
            known[1].append(chosen)
    for (labels, child_bonds), (all_rows, all_chosen) in children.items():
        yield LabelledGraph(labels, child_bonds), np.concatenate(all_rows), hashes[np.concatenate(all_chosen)]


def _next_nodes(
    nodes: _Nodes, rows: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Each occurrence with each of its neighbouring nodes: occurrence, node, and the bonds between them as one
    number."""
    size = rows.shape[1]
    flat = rows.reshape(-1)
    degree = nodes.starts[flat + 1] - nodes.starts[flat]
    source = np.repeat(np.arange(len(flat)), degree)
    within = np.arange(len(source)) - np.repeat(np.cumsum(degree) - degree, degree)
    at = nodes.starts[flat[source]] + within
    row, position = np.divmod(source, size)
    node = nodes.neighbours[at]
    outside = (rows[row] != node[:, None]).all(axis=1)
    row, position, node, kind = row[outside], position[outside], node[outside], nodes.kinds[at[outside]]
    pairs, pair = np.unique(row * len(nodes.labels) + node, return_inverse=True)
    # Exact in a double: 6 ** 12 is far below 2 ** 53.
    signature = np.bincount(pair, weights=kind * float(_KINDS) ** position, minlength=len(pairs)).astype(np.int64)
    found_row, found_node = np.divmod(pairs, max(len(nodes.labels), 1))
    return found_row, found_node, signature
