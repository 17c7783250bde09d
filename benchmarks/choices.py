"""``python -m benchmarks choices``: what was chosen in the core against what else could have been, on one thread.

Ours is the form in use. A choice that these rows no longer bear out should be made anew.
"""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import warnings
from collections import deque
from collections.abc import Callable
from itertools import islice, pairwise
from pathlib import Path

import numpy as np
import torch
from rdkit import Chem
from torch import Tensor

from gcx_desktop.app.explaining.models import load_model
from gcx_desktop.explain import engine
from gcx_desktop.explain.engine import Explainer, explain_graphs
from gcx_desktop.explain.forward_pass import Method
from gcx_desktop.explain.gradient import back_by_class
from gcx_desktop.explain.method import method, paper_methods
from gcx_desktop.gcn.bundles.bundle import Bundle
from gcx_desktop.gcn.network import Network, forward
from gcx_desktop.gcn.reliability.domain import load_domain
from gcx_desktop.gcn.reliability.nearest import NearestSearch
from gcx_desktop.graph.batch import Adjacency, Batch, make_batch
from gcx_desktop.graph.environments import environments_by_radius
from gcx_desktop.graph.graph import Graph
from gcx_desktop.graph.morgan_fingerprint import N_BYTES, morgan_fingerprint
from gcx_desktop.graph.union import unite

from .measure import Row, medians
from .speed import Molecules, decode_by

_TIMES = 10
"""What takes a millisecond is timed that often in a row."""
_NEAREST_MOLECULES = 500
_PARSE = """
import csv, itertools, sys, time
from rdkit import Chem, RDLogger
RDLogger.DisableLog("rdApp.*")
with open(sys.argv[1], newline="") as file:
    smiles = [row["smiles"] for row in itertools.islice(csv.DictReader(file), 5000)]
began = time.perf_counter()
for s in smiles:
    Chem.MolFromSmiles(s)
print(time.perf_counter() - began)
"""


def choice_rows(data: Path, repeats: int) -> list[Row]:
    """Every row: milliseconds of ours and of the other form, and how many times longer the other takes."""
    torch.set_num_threads(1)
    bundle = load_model("bbbp")
    graphs = Molecules.read(data / "bbbp.csv").graphs
    group = [graph for _, graph in next(iter(engine.batches(enumerate(graphs)))) if graph]
    batch = make_batch(group, decode_by(bundle.network), depth=len(bundle.network.hidden))
    with torch.inference_mode():
        return [
            *_sharing_rows("a batch of bbbp.csv", group, len(batch.levels)),
            *_sharing_rows("hiv.csv as a whole", Molecules.read(data / "hiv.csv").graphs, len(batch.levels)),
            *_averaging_rows(batch, repeats),
            *_forward_rows(bundle.network, batch, group, repeats),
            *_batch_size_rows(bundle, graphs, repeats),
            _allocator_row(data / "hiv.csv", repeats),
            *_nearest_rows(data / "hiv.csv", repeats),
        ]


def _nearest_rows(table: Path, repeats: int) -> list[Row]:
    """The nearest training molecule of each of some molecules, by several ways to count common bits."""
    domain = load_domain(load_model("tox21-nr-er").path, N_BYTES)
    if domain is None:
        raise FileNotFoundError("the model has no domain")
    known = domain.fingerprints
    with table.open(newline="") as file:
        mols = (Chem.MolFromSmiles(row["smiles"]) for row in islice(csv.DictReader(file), _NEAREST_MOLECULES))
        new = [morgan_fingerprint(mol) for mol in mols if mol is not None]
    search = NearestSearch(known)
    packed = np.frombuffer(b"".join(new), dtype=np.uint8).reshape(len(new), -1)
    words, known_words = packed.view(np.uint64), np.ascontiguousarray(known.view(np.uint64).T)
    known_bits = torch.from_numpy(np.unpackbits(known, axis=1).T.astype(np.float32))
    sizes = known_bits.sum(dim=0).numpy()

    def by_words() -> None:
        for query in words:
            shared = sum(np.bitwise_count(word & own) for word, own in zip(query, known_words, strict=True))
            _ = (shared / (sizes + int(np.bitwise_count(query).sum()) - shared)).argmax()

    def by_product() -> None:
        bits = np.unpackbits(packed, axis=1).astype(np.float32)
        shared = (torch.from_numpy(bits) @ known_bits).numpy()
        _ = (shared / (sizes + bits.sum(axis=1)[:, None] - shared)).argmax(axis=1)

    others = {"counting the bits of words": by_words, "a matrix product": by_product}
    ours, *theirs = medians([lambda: search.nearest(new), *others.values()], repeats)
    return [
        Row(
            f"nearest of {len(known):,} molecules, adding up rows of bits : {name}",
            1e6 * ours / len(new),
            1e6 * taken / len(new),
            taken / ours,
            "≥ 1",
            "µs a molecule",
        )
        for name, taken in zip(others, theirs, strict=True)
    ]


def _sharing_rows(what: str, graphs: list[Graph], depth: int) -> list[Row]:
    """Distinct environments against atoms."""
    union = unite(graphs)
    found = [len(each.chosen) for each in environments_by_radius(union, depth)][1:]
    n = len(union.codes)
    return [
        Row(f"environments of radius {radius}, {what} : atoms", count, n, count / n, "—", "")
        for radius, count in enumerate(found, start=1)
    ]


def _row(name: str, ours: Callable[[], object], other: Callable[[], object], repeats: int) -> Row:
    def many(function: Callable[[], object]) -> Callable[[], None]:
        return lambda: deque((function() for _ in range(_TIMES)), maxlen=0).clear()

    mine, its = (seconds / _TIMES * 1000 for seconds in medians([many(ours), many(other)], repeats))
    return Row(name, mine, its, its / mine, "≥ 1", "ms")


def _averaging_rows(batch: Batch, repeats: int) -> list[Row]:
    """Â · H of 256 columns, over all nodes of a batch."""
    adjacency, values = batch.adjacency, torch.rand(batch.n_nodes, 256)
    warnings.filterwarnings("ignore", "Sparse")  # torch calls its CSR products experimental
    csr = torch.sparse_csr_tensor(adjacency.pointers, adjacency.columns, adjacency.weights, (batch.n_nodes,) * 2)
    columns, weights = _padded(adjacency)
    rows = torch.repeat_interleave(torch.arange(batch.n_nodes), adjacency.pointers.diff())

    def scatter() -> Tensor:
        return torch.zeros_like(values).index_add_(0, rows, values[adjacency.columns] * adjacency.weights[:, None])

    def gather() -> Tensor:
        total = values[columns[:, 0]] * weights[:, :1]
        for k in range(1, columns.shape[1]):
            total.addcmul_(values[columns[:, k]], weights[:, k : k + 1])
        return total

    def padded_bag() -> Tensor:
        return torch.nn.functional.embedding_bag(columns, values, mode="sum", per_sample_weights=weights)

    ours = lambda: adjacency.times(values)  # noqa: E731
    others = {
        "CSR product": lambda: csr @ values,
        "gather and add up, neighbours padded": gather,
        "bag sum, neighbours padded": padded_bag,
        "scatter": scatter,
    }
    return [_row(f"averaging, bag sum by rows : {name}", ours, other, repeats) for name, other in others.items()]


def _padded(adjacency: Adjacency) -> tuple[Tensor, Tensor]:
    """[n_nodes, most neighbours]: columns, and weights with 0 for what is not there."""
    counts = adjacency.pointers.diff()
    place = torch.arange(int(counts.max()))[None] < counts[:, None]
    columns = torch.zeros(place.shape, dtype=torch.int64)
    weights = torch.zeros(place.shape)
    columns[place], weights[place] = adjacency.columns, adjacency.weights
    return columns, weights


def _forward_rows(network: Network, batch: Batch, group: list[Graph], repeats: int) -> list[Row]:
    decode = decode_by(network)
    hidden = forward(network, batch).hidden
    first, last = network.hidden[0], network.hidden[-1]
    alive, head = hidden[-1].sign(), network.head.weight
    features = batch.features

    def every_node() -> Tensor:
        h = batch.average((batch.table @ first.weight)[batch.row]).add_(first.bias).relu_()
        for layer in network.hidden[1:]:
            h = layer.apply(batch.average(h)).relu_()
        return batch.pool(h)

    def fresh_temporaries() -> Tensor:
        h = torch.relu(batch.average((batch.table @ first.weight)[batch.row]) + first.bias)
        for layer in network.hidden[1:]:
            h = torch.relu(layer.times(batch.average(h)) + layer.bias)
        return batch.pool(h)

    def together() -> object:
        return explain_graphs(network, group, decode, paper_methods())

    def one_by_one() -> object:
        return [explain_graphs(network, group, decode, [each]) for each in paper_methods()]

    return [
        _row("forward, distinct environments : every node", lambda: forward(network, batch), every_node, repeats),
        _row("forward over every node, in place : fresh temporaries", every_node, fresh_temporaries, repeats),
        _row(
            "first product, distinct rows of X : every row",
            lambda: (batch.table @ first.weight)[batch.row],
            lambda: features @ first.weight,
            repeats,
        ),
        _row(
            "gradients through the last layer, classes in one product : one after another",
            lambda: back_by_class(alive, head, last),
            lambda: [(alive * head[:, c]) @ last.weight.T for c in range(head.shape[1])],
            repeats,
        ),
        _row("six methods from one pass : a pass for each", together, one_by_one, repeats),
    ]


def _batch_size_rows(bundle: Bundle, graphs: list[Graph], repeats: int) -> list[Row]:
    """Nodes in a batch."""
    sizes = (engine.BATCH_NODES, 1000, 2000, 4000, 12_000, 24_000)
    rows = []
    for name, chosen in (("grad-cam", [method("grad-cam")]), ("all six", list(paper_methods()))):
        seconds = medians([_in_batches(bundle, graphs, chosen, size) for size in sizes], repeats)
        for size, taken in zip(sizes[1:], seconds[1:], strict=True):
            label = f"{name}, batches of {sizes[0]:,} nodes : of {size:,}"
            rows.append(Row(label, seconds[0] * 1000, taken * 1000, taken / seconds[0], "—", "ms"))
    return rows


def _in_batches(bundle: Bundle, graphs: list[Graph], chosen: list[Method], n_nodes: int) -> Callable[[], None]:
    ends = np.cumsum([graph.n_nodes for graph in graphs])
    cuts = [0, *np.searchsorted(ends, range(n_nodes, int(ends[-1]), n_nodes)).tolist(), len(graphs)]

    def run() -> None:
        explainer = Explainer(bundle.network, decode_by(bundle.network), chosen)
        for a, b in pairwise(cuts):
            if b > a:
                explainer.explain(graphs[a:b])

    return run


def _allocator_row(table: Path, repeats: int) -> Row:
    """What the pool asks of glibc for its workers."""

    def parse(tunables: str) -> float:
        environment = {**os.environ, "GLIBC_TUNABLES": tunables}
        argv = [sys.executable, "-c", _PARSE, str(table)]
        return float(subprocess.run(argv, env=environment, capture_output=True, text=True, check=True).stdout)

    seconds = sorted((parse("glibc.malloc.tcache_count=200"), parse("")) for _ in range(repeats))
    ours, other = (float(np.median([each[i] for each in seconds])) * 1000 for i in (0, 1))
    return Row("RDKit's parsing, 200 freed blocks at hand : glibc's own 7", ours, other, other / ours, "≥ 1", "ms")
