"""``python -m benchmarks attribution``: which methods find known true atoms, and where the rest of their maps lies.

On the two tables with a ground truth (Sanchez-Lengeling et al., NeurIPS 2020; the SMARTS are its authors'). Beside the
figures of ``gcx benchmark-attribution``, for the first seed: how much of a map lies on the true atoms and how much at
1, 2, … bonds from them, and how many true atoms have no value at all, where a ReLU cut it off.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gcx_desktop.app.evaluation.benchmark_attribution import (
    AttributionRequest,
    AttributionRow,
    AttributionTable,
    network_trainer,
    read_attribution_table,
    score_attribution,
)
from gcx_desktop.explain.engine import explain_graphs
from gcx_desktop.explain.method import methods
from gcx_desktop.gcn.fitting.training import predict_probabilities
from gcx_desktop.gcn.network import Network
from gcx_desktop.gcn.reliability.scores import mean_auc_roc
from gcx_desktop.graph.features import atom_features
from gcx_desktop.graph.graph import Graph
from gcx_desktop.pool import WorkerPool
from gcx_desktop.progress import Progress
from gcx_desktop.work import Work

TABLES = {
    "benzene": ("c1ccccc1",),
    "logic8": ("[R0;D2,D1][R0;D2][R0;D2,D1]", "[CX3]=O"),
}
FAR = 4
"""Bonds from the true atoms, from which on they are counted together; the network reaches three."""
_MOST = 500


@dataclass(frozen=True, slots=True)
class NetworkChoice:
    """Which networks are trained, as the options of ``gcx benchmark-attribution`` say it."""

    n_folds: int | None = None
    foundation: str = ""
    epochs: int | None = None
    n_seeds: int = 3


def print_attribution(data: Path, choice: NetworkChoice) -> None:
    """Trains, judges and prints tables."""
    for name, truth in TABLES.items():
        request = AttributionRequest(
            data / "attribution" / f"{name}.csv",
            "label",
            "split",
            truth,
            n_folds=choice.n_folds,
            foundation=choice.foundation,
            settings={} if choice.epochs is None else {"max_epochs": choice.epochs},
        )
        rows: list[AttributionRow] = []
        networks = []
        with WorkerPool() as pool:
            work = Work(pool, _tell)
            table = read_attribution_table(request, work)
            train = network_trainer(request, table)
            for seed in range(choice.n_seeds):
                network = train(seed, work)
                probabilities = predict_probabilities(network, table.test.graphs, atom_features)
                auc = mean_auc_roc(table.test.labels, probabilities)
                rows += score_attribution(network, table, 1, methods(), seed=seed, model_auc=auc)
                networks.append(network)
        print(_figures(name, rows))
        print(_blur(networks[0], table), flush=True)


def _figures(name: str, rows: Sequence[AttributionRow]) -> str:
    aucs = ", ".join(f"{auc:.4f}" for auc in dict.fromkeys(row.model_auc for row in rows))
    n_seeds = len({row.seed for row in rows})
    lines = [
        f"### {name}",
        "",
        (
            f"Mean (smallest to largest) over {n_seeds} seeds; AUC-ROC of the networks on the test rows: {aucs}; "
            f"{rows[0].n_molecules:,} molecules."
        ),
        "",
        "| method | AUROC, median over molecules | mean | Jaccard, best cutoff | at the default |",
        "| --- |" + " ---: |" * 4,
    ]
    for method in methods():
        own = [row for row in rows if row.method == method.id]
        names = ("auroc_median", "auroc_mean", "jaccard_best", "jaccard_default")
        lines.append(f"| `{method.id}` | {' | '.join(_spread([getattr(row, key) for row in own]) for key in names)} |")
    return "\n".join([*lines, ""])


def _spread(values: Sequence[float]) -> str:
    return f"{np.mean(values):.3f} ({min(values):.3f}–{max(values):.3f})"


def _blur(network: Network, table: AttributionTable) -> str:
    chosen = [
        i for i, truth in enumerate(table.truth) if table.test.labels[i] == 1 and truth.any() and not truth.all()
    ][:_MOST]
    graphs, truths = [table.test.graphs[i] for i in chosen], [table.truth[i] for i in chosen]
    explanations = explain_graphs(network, graphs, atom_features, methods())
    distances = [np.minimum(distances_from(graph, truth), FAR) for graph, truth in zip(graphs, truths, strict=True)]
    heads = ["true atoms", *(f"{d} bond{'s' if d > 1 else ''} away" for d in range(1, FAR)), "farther"]
    lines = [
        f"Share of the positive values of the first network's maps of {len(chosen):,} molecules, in %:",
        "",
        f"| method | {' | '.join(heads)} | true atoms without a value |",
        "| --- |" + " ---: |" * (len(heads) + 1),
    ]
    for method in methods():
        maps = [np.maximum(each.maps[method.id][:, 1], 0) for each in explanations]
        shares = np.mean(
            [
                np.bincount(d, weights=values, minlength=FAR + 1) / max(float(values.sum()), 1e-30)
                for d, values in zip(distances, maps, strict=True)
            ],
            axis=0,
        )
        without = np.mean([(values[truth] <= 0).mean() for values, truth in zip(maps, truths, strict=True)])
        cells = " | ".join(f"{100 * share:.1f}" for share in [*shares, without])
        lines.append(f"| `{method.id}` | {cells} |")
    return "\n".join([*lines, ""])


def distances_from(graph: Graph, nodes: NDArray[np.bool_]) -> NDArray[np.int64]:
    """[n_nodes], bonds from the nearest of some nodes; in another component as many as there are nodes."""
    distances = np.where(nodes, 0, graph.n_nodes)
    for _ in range(graph.n_nodes):
        before = distances.copy()
        for one, other in (graph.edges.T, graph.edges.T[::-1]):
            np.minimum.at(distances, one, before[other] + 1)
        if np.array_equal(before, distances):
            break
    return distances


def _tell(progress: Progress) -> None:
    if progress.done % 10 == 0:
        print(f"\r{progress.what} {progress.done}/{progress.total} {progress.detail} ", end="", file=sys.stderr)
