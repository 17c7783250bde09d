"""A random forest (Breiman, Machine Learning 2001) on counts of environments: the baseline of a network, and a second
opinion that shares nothing with it. One of values has two outputs as the network has: the value and its opposite.

scikit-learn grows the trees. They are kept as plain arrays, in a bundle as ``forest.safetensors``, and walked by numpy,
so that predicting needs no scikit-learn. Imports no torch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import BundleError
from ..graph.counted_environments import COUNTING, MAX_KEY_COUNT, N_KEYS, CountedEnvironments, KeyCounts
from .cards.card_entries import MAX_CLASSES

FOREST_FILE = "forest.safetensors"
N_TREES = 300
MAX_FOREST_BYTES = 1 << 28
MAX_TREES = 10_000
MAX_TREE_DEPTH = 10_000
_MOST_NUMBERS = 1 << 22
"""Probabilities of leaves that are held together, which bounds the memory."""
_COUNTING = "counting"
"""Entry of the file's metadata with the name of the rule by which environments are counted."""
_SUM_ERROR = 1e-9
"""How far the probabilities of a leaf may add up to another number than 1."""

_Step = tuple[NDArray[np.intp], NDArray[np.int32]]
"""The walks that have not come to a leaf, and the inner node at which each of them is."""


@dataclass(frozen=True, slots=True, eq=False)
class Forest:
    """Decision trees that give probabilities of classes, or a value and its opposite; those of the forest are their
    mean.

    The inner nodes of all trees are numbered together, each after its parent. A number below zero stands for a leaf: −1
    for the first row of ``leaves``, −2 for the second, and so on.
    """

    roots: NDArray[np.int32]
    """[n_trees], inner nodes or leaves"""
    keys: NDArray[np.uint16]
    """[n_inner], the key whose count is looked at"""
    limits: NDArray[np.uint16]
    """[n_inner], a count up to it goes to the first child, a larger one to the second"""
    children: NDArray[np.int32]
    """[n_inner, 2], inner nodes or leaves"""
    leaves: NDArray[np.float64]
    """[n_distinct, n_classes], the probabilities at leaves, or the value and its opposite, each row once"""

    @property
    def n_classes(self) -> int:
        return int(self.leaves.shape[1])

    def probabilities(self, counts: Sequence[KeyCounts]) -> NDArray[np.float64]:
        """[n, n_classes], the probabilities for each set of counts, or the value and its opposite."""
        found = np.empty((len(counts), self.n_classes))
        step = max(1, _MOST_NUMBERS // (len(self.roots) * self.n_classes))
        for start in range(0, len(counts), step):
            part = counts[start : start + step]
            found[start : start + step] = self._walk(_table(part, np.uint16))
        return found

    def explain(self, environments: CountedEnvironments) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
        """The prediction for one graph, and its map: what each class's probability loses without the environments that
        hold the node (Riniker and Landrum, J. Cheminform. 2013, 5:43), negative where it gains.

        Counts only fall where environments are left out. So the way through a tree can first leave that of the whole
        graph where a count above a limit led on, and only from there are nodes walked again.

        :return: [n_classes] probabilities; [n_nodes, n_classes]
        """
        counts, without = environments.counts, environments.counts_without_nodes()
        n_present, n_trees = len(counts), len(self.roots)
        column_of = np.full(N_KEYS, n_present)
        column_of[counts[:, 0]] = np.arange(n_present)
        whole = np.append(counts[:, 1], np.uint16(0))[None]  # the last column: keys that do not occur
        rows = np.pad(without, ((0, 0), (0, 1)))
        passed: list[_Step] = []
        at = self._follow(self.roots, np.zeros(n_trees, np.intp), whole, column_of, passed)
        tree, node = (np.concatenate(each[::-1]) for each in zip(*passed, strict=True)) if passed else (at[:0], at[:0])
        above = whole[0, column_of[self.keys[node]]] > self.limits[node]
        tree, node = tree[above], node[above]
        lost = np.zeros((len(rows), self.n_classes))
        step = max(1, _MOST_NUMBERS // max(1, len(node)))
        for start in range(0, len(rows), step):
            part = rows[start : start + step]
            left = part[:, column_of[self.keys[node]]].T
            leaves_way, of = np.nonzero(left <= self.limits[node, None])
            first = np.full((n_trees, len(part)), -1)
            first[tree[leaves_way], of] = node[leaves_way]  # the last that is written counts: the nearest to the root
            tree_of, row_of = np.nonzero(first >= 0)
            from_ = self.children[first[tree_of, row_of], 0]
            reached = self._follow(from_, row_of, part, column_of)
            for c in range(self.n_classes):
                change = self.leaves[-1 - at[tree_of], c] - self.leaves[-1 - reached, c]
                lost[start : start + step, c] = np.bincount(row_of, change, minlength=len(part))
        return self.leaves[-1 - at].mean(axis=0), (lost / n_trees).astype(np.float32)

    def _walk(self, rows: NDArray[np.uint16]) -> NDArray[np.float64]:
        """[n, n_classes], the probabilities for each row of counts.

        :param rows: [n, ``N_KEYS``]
        """
        n_trees = len(self.roots)
        row_of = np.repeat(np.arange(len(rows)), n_trees)
        at = self._follow(np.tile(self.roots, len(rows)), row_of, rows, np.arange(N_KEYS))
        mean: NDArray[np.float64] = self.leaves[-1 - at].reshape(len(rows), n_trees, self.n_classes).mean(axis=1)
        return mean

    def _follow(
        self,
        start: NDArray[np.int32],
        row_of: NDArray[np.intp],
        rows: NDArray[np.uint16],
        column_of: NDArray[np.integer],
        passed: list[_Step] | None = None,
    ) -> NDArray[np.int32]:
        """[n_walks], the leaves to which the trees lead from some nodes.

        :param start: [n_walks], inner nodes or leaves
        :param row_of: [n_walks], the row of counts by which each goes
        :param rows: [n, n_columns]
        :param column_of: [``N_KEYS``], the column of each key
        :param passed: each step is added to it
        """
        at = start.copy()
        walking = np.flatnonzero(at >= 0)
        while len(walking):
            node = at[walking]
            if passed is not None:
                passed.append((walking, node))
            count = rows[row_of[walking], column_of[self.keys[node]]]
            at[walking] = self.children[node, (count > self.limits[node]).astype(np.intp)]
            walking = walking[at[walking] >= 0]
        return at


def fit_forest(
    counts: Sequence[KeyCounts],
    labels: NDArray[np.integer] | NDArray[np.float64],
    seed: int,
    *,
    n_threads: int = 1,
    n_trees: int = N_TREES,
) -> Forest:
    """Grows a forest with scikit-learn's settings, none of which is tuned; of values each split looks at a third of the
    keys, as Breiman's own code does, which takes half the time and errs less than all of them.

    :param labels: [n], indices of classes, each of which occurs, or values: floating numbers
    :param n_threads: changes the time only
    """
    from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

    of_value = labels.dtype.kind == "f"
    forest = partial(RandomForestRegressor, max_features=1 / 3) if of_value else RandomForestClassifier
    grown = forest(n_trees, random_state=seed, n_jobs=n_threads)
    grown.fit(_table(counts, np.float32), labels)
    return _joined([each.tree_ for each in grown.estimators_], of_value)


def _table(counts: Sequence[KeyCounts], kind: type[np.generic]) -> NDArray[Any]:
    """[n, ``N_KEYS``], the counts of all keys."""
    table = np.zeros((len(counts), N_KEYS), dtype=kind)
    for row, each in zip(table, counts, strict=True):
        row[each[:, 0]] = each[:, 1]
    return table


def _joined(trees: Sequence[Any], of_value: bool) -> Forest:
    """The trees of scikit-learn, each a ``sklearn.tree._tree.Tree``, whose nodes come after their parents."""
    inner = [tree.children_left >= 0 for tree in trees]
    first = np.cumsum([0, *(int(each.sum()) for each in inner)])
    probabilities = [tree.value[~each, 0] for tree, each in zip(trees, inner, strict=True)]
    sums = np.concatenate(probabilities)
    rows = np.concatenate([sums, -sums], axis=1) if of_value else sums / sums.sum(axis=1, keepdims=True)
    leaves, leaf_of = np.unique(rows, axis=0, return_inverse=True)
    leaf_of = leaf_of.reshape(-1)
    first_leaf = np.cumsum([0, *(len(each) for each in probabilities)])
    roots, children = [], []
    for number, (tree, is_inner) in enumerate(zip(trees, inner, strict=True)):
        new = np.empty(len(is_inner), dtype=np.int64)
        new[is_inner] = first[number] + np.arange(int(is_inner.sum()))
        new[~is_inner] = -1 - leaf_of[first_leaf[number] : first_leaf[number + 1]]
        roots.append(new[0])
        both = np.stack([tree.children_left, tree.children_right], axis=1)[is_inner]
        children.append(new[both])
    limits = np.concatenate([np.floor(tree.threshold[each]) for tree, each in zip(trees, inner, strict=True)])
    return Forest(
        roots=np.array(roots, dtype=np.int32),
        keys=np.concatenate([tree.feature[each] for tree, each in zip(trees, inner, strict=True)]).astype(np.uint16),
        limits=np.clip(limits, 0, MAX_KEY_COUNT).astype(np.uint16),
        children=np.concatenate(children).astype(np.int32).reshape(-1, 2),
        leaves=leaves,
    )


def save_forest(forest: Forest, path: Path) -> None:
    """:raises OSError: if it cannot be written"""
    from safetensors.numpy import save_file

    arrays = {name: np.ascontiguousarray(getattr(forest, name)) for name in _ARRAYS}
    save_file(arrays, path, metadata={_COUNTING: COUNTING})


def load_forest(folder: Path, n_classes: int, *, of_value: bool = False) -> Forest | None:
    """The forest of a bundle; ``None`` if it has none.

    :param n_classes: of the bundle's card
    :param of_value: whether it predicts a value, of which the second class is the opposite
    :raises BundleError: if it does not fit
    """
    from safetensors import SafetensorError, safe_open

    path = folder / FOREST_FILE
    try:
        if not path.exists():
            return None
        if not path.is_file():  # reading a pipe would block
            raise BundleError(path, "not a file, but a folder, pipe or device")
        if path.stat().st_size > MAX_FOREST_BYTES:
            raise BundleError(path, "too large", expected=f"at most {MAX_FOREST_BYTES} bytes", got=path.stat().st_size)
        with safe_open(path, "numpy") as file:
            counting = (file.metadata() or {}).get(_COUNTING)
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (it is no mapping)
    except (SafetensorError, OSError, ValueError, TypeError) as error:
        raise BundleError(path, f"not a safetensors file ({error})") from error
    if counting != COUNTING:
        raise BundleError(path, "the trees are of other counts", expected=COUNTING, got=repr(counting)[:80])
    for name, (kind, shape) in _ARRAYS.items():
        if name not in arrays:
            raise BundleError(path, "an array is missing", expected=name, got=", ".join(arrays)[:200])
        if arrays[name].dtype != kind or arrays[name].ndim != len(shape):
            raise BundleError(path, f"'{name}' has another type or shape", expected=f"{np.dtype(kind)} {shape}")
    forest = Forest(**{name: arrays[name] for name in _ARRAYS})
    problem = _problem_of(forest, n_classes, of_value)
    if problem:
        raise BundleError(path, f"the trees make no sense: {problem}")
    return forest


_ARRAYS = {
    "roots": (np.int32, ("trees",)),
    "keys": (np.uint16, ("nodes",)),
    "limits": (np.uint16, ("nodes",)),
    "children": (np.int32, ("nodes", 2)),
    "leaves": (np.float64, ("leaves", "classes")),
}
"""Number type and dimensions of each array of a :class:`Forest`."""


def _problem_of(forest: Forest, n_classes: int, of_value: bool) -> str:
    """Why arrays that a file holds are no forest that can be walked in bounded time; "" if they are one."""
    n_inner, n_leaves, n_trees = len(forest.keys), len(forest.leaves), len(forest.roots)
    if not 1 <= n_trees <= MAX_TREES:
        return f"{n_trees:,} trees, not 1 to {MAX_TREES:,}"
    if not 2 <= n_classes <= MAX_CLASSES or forest.n_classes != n_classes:
        return f"{forest.n_classes:,} classes, not {n_classes:,}"
    if len(forest.limits) != n_inner or forest.children.shape != (n_inner, 2):
        return "the arrays are not of the same length"
    if not np.isfinite(forest.leaves).all():
        return "a leaf is not a finite number"
    if of_value and (forest.leaves[:, 0] != -forest.leaves[:, 1]).any():
        return "the second output of a leaf is not the opposite of its value"
    if not of_value and (forest.leaves < 0).any():
        return "a probability is negative"
    if not of_value and (np.abs(forest.leaves.sum(axis=1) - 1) > _SUM_ERROR).any():
        return "the probabilities of a leaf do not add up to 1"
    if (forest.keys >= N_KEYS).any():
        return f"a key is not below {N_KEYS}"
    led_to = np.concatenate([forest.roots, forest.children.ravel()])
    if (led_to >= n_inner).any() or (led_to < -n_leaves).any():
        return "a child does not exist"
    if not np.array_equal(np.sort(led_to[led_to >= 0]), np.arange(n_inner)):
        return "a node has two parents or none"
    if (forest.children.max(axis=1, initial=-1) >= 0).any() and not _parents_first(forest.children):
        return "a child comes before its parent"
    return "" if _depth_of(forest) <= MAX_TREE_DEPTH else f"a tree is deeper than {MAX_TREE_DEPTH:,} nodes"


def _parents_first(children: NDArray[np.int32]) -> bool:
    inner = children >= 0
    return bool((children > np.arange(len(children))[:, None])[inner].all())


def _depth_of(forest: Forest) -> int:
    """Inner nodes from a root to the farthest leaf, at most ``MAX_TREE_DEPTH`` + 1."""
    level, depth = forest.roots[forest.roots >= 0], 0
    while len(level) and depth <= MAX_TREE_DEPTH:
        below = forest.children[level].ravel()
        level, depth = below[below >= 0], depth + 1
    return depth
