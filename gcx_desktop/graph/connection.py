"""Connected components and rings of a graph. No torch, no chemistry."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable

Edges = Iterable[tuple[int, int]]
"""Undirected, each once."""


def connected(edges: Edges, start: int) -> frozenset[int]:
    """The nodes that can be reached from ``start``, itself included."""
    return frozenset(_tree(_neighbours(edges), start))


def fragment(edges: Edges, nodes: Iterable[int], start: int) -> frozenset[int]:
    """The nodes that can be reached from ``start`` through ``nodes`` only; empty if ``start`` is not one of them."""
    kept = frozenset(nodes)
    return connected([(a, b) for a, b in edges if a in kept and b in kept], start) if start in kept else frozenset()


def ring_system(edges: Edges, start: int) -> frozenset[int]:
    """The nodes of the rings of ``start``, and of all rings that share a node or an edge with these, and so on; empty
    if ``start`` is in no ring."""
    rings = ring_edges(edges)
    return connected(rings, start) if any(start in edge for edge in rings) else frozenset()


def ring_edges(edges: Edges) -> frozenset[tuple[int, int]]:
    """The edges that lie in a ring, the smaller node first.

    Each edge outside a spanning tree closes a ring with the path in the tree between its ends; these rings form a
    basis.
    """
    neighbours = _neighbours(edges)
    found: set[tuple[int, int]] = set()
    reached: dict[int, tuple[int, int]] = {}
    for start in neighbours:
        if start not in reached:
            reached |= _tree(neighbours, start)
    for a, others in neighbours.items():
        for b in others:
            if reached[a][0] != b and reached[b][0] != a:
                found |= _way(reached, a, b) | {(min(a, b), max(a, b))}
    return frozenset(found)


def _way(tree: dict[int, tuple[int, int]], a: int, b: int) -> set[tuple[int, int]]:
    """The edges on the path between two nodes of a tree."""
    edges = set()
    while a != b:
        if tree[a][1] < tree[b][1]:
            a, b = b, a
        parent = tree[a][0]
        edges.add((min(a, parent), max(a, parent)))
        a = parent
    return edges


def _tree(neighbours: dict[int, list[int]], start: int) -> dict[int, tuple[int, int]]:
    """A spanning tree: node → its parent (its own at the start) and how far it is from the start."""
    reached = {start: (start, 0)}
    waiting = deque([start])
    while waiting:
        node = waiting.popleft()
        for other in neighbours.get(node, ()):
            if other not in reached:
                reached[other] = (node, reached[node][1] + 1)
                waiting.append(other)
    return reached


def _neighbours(edges: Edges) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for a, b in edges:
        found[a].append(b)
        found[b].append(a)
    return found
