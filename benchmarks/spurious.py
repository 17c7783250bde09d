"""``python -m benchmarks spurious``: does a map show that a network goes by the wrong atoms?

A network is trained where a second group always accompanies the true one: the molecules of class 1 have a benzene ring
and a halogen, those of class 0 neither. Which of them it goes by is measured without any map, on molecules that have
only one of the two; then the maps of molecules that have both are compared with each.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gcx_desktop.app.evaluation.benchmark_attribution import TruthGraph, read_with_truth
from gcx_desktop.explain.attribution import attribution_auroc
from gcx_desktop.explain.engine import explain_graphs
from gcx_desktop.explain.masking import MaskedPredictor
from gcx_desktop.explain.method import methods
from gcx_desktop.gcn.fitting.training import Examples, FitPlan, fit, predict_probabilities
from gcx_desktop.gcn.fitting.training_settings import TrainingSettings
from gcx_desktop.gcn.network import Network
from gcx_desktop.graph.features import atom_features
from gcx_desktop.graph.graph import Graph
from gcx_desktop.graph.masked_graph import masked
from gcx_desktop.library.library import Library, open_library
from gcx_desktop.pool import WorkerPool

RING, HALOGEN = "c1ccccc1", "[F,Cl,Br,I]"
EPOCHS = 20
N_TEST = 500
"""Molecules of each kind that are set aside."""

Mask = NDArray[np.bool_]


def print_spurious(data: Path) -> None:
    """Trains, asks and prints a table."""
    with WorkerPool() as pool, open_library(data / "attribution" / "benzene.csv") as library:
        ring, halogen = (_read(pool, library, smarts) for smarts in (RING, HALOGEN))
    graphs = [each.graph for each in ring]
    of_ring, of_halogen = ([each.truth for each in found] for found in (ring, halogen))
    has_ring, has_halogen = (np.array([mask.any() for mask in masks]) for masks in (of_ring, of_halogen))
    both, neither = np.flatnonzero(has_ring & has_halogen), np.flatnonzero(~has_ring & ~has_halogen)
    train = np.concatenate([both[N_TEST:], neither[N_TEST:]])
    examples = Examples([graphs[i] for i in train], has_ring[train].astype(np.int64))
    network = fit(examples, FitPlan(2, atom_features, TrainingSettings(), 0), epochs=EPOCHS).network
    kinds = {
        "both": both[:N_TEST],
        "neither": neither[:N_TEST],
        "ring alone": np.flatnonzero(has_ring & ~has_halogen)[:N_TEST],
        "halogen alone": np.flatnonzero(~has_ring & has_halogen)[:N_TEST],
    }
    print("| molecules with | called class 1 |\n| --- | ---: |")
    for name, chosen in kinds.items():
        probabilities = predict_probabilities(network, [graphs[i] for i in chosen], atom_features)[:, 1]
        print(f"| {name} | {100 * (probabilities > 0.5).mean():.1f} % |")
    tested = kinds["both"]
    _print_masking(network, [graphs[i] for i in tested], [of_ring[i] for i in tested], [of_halogen[i] for i in tested])
    _print_maps(network, [graphs[i] for i in tested], [of_ring[i] for i in tested], [of_halogen[i] for i in tested])


def _read(pool: WorkerPool, library: Library, smarts: str) -> list[TruthGraph]:
    """Every molecule that can be read; the same ones in the same order whatever the SMARTS."""
    spans = library.spans(0, len(library))
    chunks = [spans[start : start + 250] for start in range(0, len(spans), 250)]
    results = pool.map(partial(read_with_truth, library.source, (smarts,)), chunks)
    return [each for chunk in results for each in chunk if isinstance(each, TruthGraph)]


def _print_masking(network: Network, graphs: list[Graph], ring: list[Mask], halogen: list[Mask]) -> None:
    predictor = MaskedPredictor(network, atom_features)
    print("\n| masked in molecules with both | mean probability of class 1 |\n| --- | ---: |")
    none = [np.zeros_like(mask) for mask in ring]
    for name, masks in (("nothing", none), ("ring", ring), ("halogen", halogen)):
        pairs = zip(graphs, masks, strict=True)
        print(f"| {name} | {predictor.probabilities(masked(g, m) for g, m in pairs)[:, 1].mean():.3f} |")


def _print_maps(network: Network, graphs: list[Graph], ring: list[Mask], halogen: list[Mask]) -> None:
    print("\n| method | AUROC, ring atoms true | AUROC, halogens true | value of a halogen : of a ring atom |")
    print("| --- | ---: | ---: | ---: |")
    explanations = explain_graphs(network, graphs, atom_features, methods())
    for method in methods():
        maps = [each.maps[method.id][:, 1] for each in explanations]
        areas = [
            np.nanmean([attribution_auroc(values, truth) for values, truth in zip(maps, masks, strict=True)])
            for masks in (ring, halogen)
        ]
        means = [
            np.mean([values[mask].mean() for values, mask in zip(maps, masks, strict=True)])
            for masks in (halogen, ring)
        ]
        print(f"| `{method.id}` | {areas[0]:.3f} | {areas[1]:.3f} | {means[0] / means[1]:.2f} |")
