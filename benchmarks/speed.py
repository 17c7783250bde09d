"""``python -m benchmarks speed``: the table of ratios."""

from __future__ import annotations

import csv
import itertools
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch
from rdkit import Chem, RDLogger

from gcx_desktop.app.explaining.read_records import MOST_AT_ONCE
from gcx_desktop.depict.colour import ColourScale
from gcx_desktop.depict.drawing import depict
from gcx_desktop.depict.halos import halos, saliency_svg
from gcx_desktop.explain.engine import Explainer, batches
from gcx_desktop.explain.forward_pass import Method
from gcx_desktop.explain.method import method, paper_methods
from gcx_desktop.gcn.fitting.descent import Course, Descent
from gcx_desktop.gcn.fitting.gradients import training_pass, weight_gradients
from gcx_desktop.gcn.fitting.losses import class_loss, class_weights
from gcx_desktop.gcn.fitting.training_settings import TrainingSettings
from gcx_desktop.gcn.network import Network, combine, initialise
from gcx_desktop.graph.features import N_FEATURES, atom_features, decode_1
from gcx_desktop.graph.graph import Decode, Graph
from gcx_desktop.graph.graph_set import number_graphs
from gcx_desktop.graph.molgraph import code_graphs, molecule_graph, scan_atoms

from .measure import Row, medians, product_rate, run_command

RDLogger.DisableLog("rdApp.*")

TRAINED_MOLECULES = 1000
"""About so many are in an epoch of the training steps that are timed."""
N_MEMBERS = 5
MEMBER_WIDTHS = (128, 256, 256)
"""Those of the bundled models."""
SINGLE_WIDTHS = (128, 256, 512)
"""Of the network with which an ensemble is compared."""
SLOW_PEER_SAMPLE = 100
"""Molecules that a peer which takes one a call is timed on; ours are timed on all."""


@dataclass(frozen=True, slots=True)
class Molecules:
    """What is explained, in memory."""

    smiles: list[str]
    mols: list[Chem.Mol]
    graphs: list[Graph]

    @staticmethod
    def read(table: Path, limit: int | None = None) -> Molecules:
        with table.open(newline="") as file:
            smiles = [row["smiles"] for row in itertools.islice(csv.DictReader(file), limit)]
        pairs = [(s, mol) for s in smiles if (mol := Chem.MolFromSmiles(s)) is not None]
        graphs = [molecule_graph(mol, s).graph for s, mol in pairs]
        return Molecules([s for s, _ in pairs], [mol for _, mol in pairs], graphs)


def decode_by(network: Network) -> Decode:
    """How the codes of molecules become the features that a network knows: today's, or those of the first models."""
    return atom_features if network.n_features == N_FEATURES else decode_1


def ours(network: Network, graphs: Sequence[Graph], chosen: Sequence[Method]) -> Callable[[], None]:
    """Explains all graphs in batches, as the program does."""

    def run() -> None:
        explainer = Explainer(network, decode_by(network), chosen)
        for group in batches(enumerate(graphs)):
            explainer.explain([graph for _, graph in group if graph])

    return run


def featurise(mols: Sequence[Chem.Mol]) -> None:
    """Graphs of molecules, in portions, as worker processes make them."""
    for start in range(0, len(mols), MOST_AT_ONCE):
        code_graphs([scan_atoms(mol) for mol in mols[start : start + MOST_AT_ONCE]]).unpacked()


def needed_flop(network: Network, n_nodes: int) -> float:
    """FLOP of the products that all six methods need for all classes: forward, gradients, excitations and their
    way down. Every node counts in full, though we multiply only distinct environments."""
    pass_ = sum(2 * layer.weight.numel() for layer in network.hidden)
    head = 2 * network.head.weight.numel()
    return n_nodes * (2 * pass_ + 2 * network.n_classes * pass_ + 2 * head)


def training_row(network: Network, molecules: Molecules, repeats: int, clock: Callable[[], float]) -> Row:
    """The steps of an epoch over some molecules, drawn into batches anew each time. All layers are trained."""
    from . import peers

    settings = TrainingSettings(widths=network.widths)
    graphs, size = molecules.graphs[:: len(molecules.graphs) // TRAINED_MOLECULES], settings.batch_size
    labels = np.arange(len(graphs)) % network.n_classes
    weights = class_weights(labels, network.n_classes, settings.class_balance)
    loss = class_loss(labels, weights, settings.label_smoothing)
    numbered = number_graphs(graphs, decode_by(network), len(settings.widths))
    steps_an_epoch = -(-len(graphs) // size)
    descent = Descent(network, settings, Course(steps_an_epoch, settings.max_epochs))
    generator = torch.Generator().manual_seed(0)

    def epoch() -> None:
        for chosen in torch.randperm(len(graphs), generator=generator).split(size):
            batch = numbered.batch(chosen.numpy())
            done = training_pass(descent.network, batch)
            _, d_scores = loss(done.scores, chosen)
            descent.step(weight_gradients(descent.network, batch, done, d_scores))

    data = peers.pyg_data(graphs, decode_by(network))
    for each, label in zip(data, labels.tolist(), strict=True):
        each.y = label
    mine, peer = medians([epoch, peers.pyg_epoch(peers.pyg_network(network), data, weights, size)], repeats, clock)
    n, name = len(graphs), f"training step, {size} molecules : PyG GCNConv"
    return Row(name, n / mine, n / peer, peer / mine, "≥ 2.5", "molecules/s", "batches included")


def random_network(widths: tuple[int, ...], seed: int = 0) -> Network:
    """Of molecules and two classes."""
    return initialise(N_FEATURES, widths, 2, torch.Generator().manual_seed(seed))


def ensemble_rows(molecules: Molecules, repeats: int, clock: Callable[[], float]) -> list[Row]:
    """What an ensemble costs beside a single network of the customary widths. Their weights are random."""
    n = len(molecules.graphs)

    def ensemble(n_shared: int) -> Network:
        members = [random_network(MEMBER_WIDTHS, seed) for seed in range(N_MEMBERS)]
        below = members[0].hidden[:n_shared]
        return combine([Network((*below, *each.hidden[n_shared:]), each.heads) for each in members], n_shared)

    networks = {"single": random_network(SINGLE_WIDTHS), "sharing 2 layers": ensemble(2), "sharing none": ensemble(0)}
    rows = []
    for what, chosen in (("prediction", ()), ("all six, 2 classes", paper_methods())):
        seconds = medians([ours(each, molecules.graphs, chosen) for each in networks.values()], repeats, clock)
        single, *others = (n / taken for taken in seconds)
        for name, rate, target in zip(list(networks)[1:], others, ("≥ 0.4", "—"), strict=True):
            label = f"{what}, ensemble of {N_MEMBERS} {name} : a single network"
            rows.append(Row(label, rate, single, rate / single, target, "molecules/s"))
    return rows


def kernel_rows(data: Path, repeats: int, clock: Callable[[], float] = time.perf_counter) -> list[Row]:
    """Graphs in memory, one thread: of a single network against others, and of an ensemble against a single one."""
    from . import peers

    torch.set_num_threads(1)
    network = random_network(SINGLE_WIDTHS)
    molecules = Molecules.read(data / "bbbp.csv")
    n, sample = len(molecules.graphs), molecules.graphs[:: len(molecules.graphs) // SLOW_PEER_SAMPLE]
    net, pyg = peers.pyg_network(network), peers.pyg_data(sample, atom_features)
    all_pyg = peers.pyg_data(molecules.graphs, atom_features)
    saliency, integrated = peers.pyg_explainer(net, "Saliency"), peers.pyg_explainer(net, "IntegratedGradients")

    from torch_geometric.loader import DataLoader

    def loader_forward() -> None:
        with torch.inference_mode():
            for batch in DataLoader(all_pyg, batch_size=256):
                net(batch.x, batch.edge_index, batch.batch)

    def single_forward() -> None:
        with torch.inference_mode():
            for d in pyg:
                net(d.x, d.edge_index)

    predict_chemprop = peers.chemprop_prediction(molecules.smiles[:500])
    functions = {
        "gradient": (ours(network, molecules.graphs, [method("gradient")]), n),
        "grad-cam": (ours(network, molecules.graphs, [method("grad-cam")]), n),
        "six": (ours(network, molecules.graphs, paper_methods()), n),
        "predict": (ours(network, molecules.graphs, ()), n),
        "features": (lambda: featurise(molecules.mols), n),
        "saliency": (lambda: [peers.explain_all_classes(saliency, d, 2) for d in pyg], len(pyg)),
        "integrated": (lambda: [peers.explain_all_classes(integrated, d, 2) for d in pyg[:5]], 5),
        "graphxai": (lambda: [peers.grad_cam_in_graphxais_steps(net, d, 2) for d in pyg], len(pyg)),
        "autograd": (lambda: [peers.grad_cam_by_autograd(net, d, 2) for d in pyg], len(pyg)),
        "loader": (loader_forward, n),
        "single": (single_forward, len(pyg)),
        "loops": (lambda: [peers.featurise_by_loops(m) for m in molecules.mols[:400]], 400),
        "chemprop": (predict_chemprop, 500),
    }
    seconds = medians([function for function, _ in functions.values()], repeats, clock)
    rate = {name: count / s for (name, (_, count)), s in zip(functions.items(), seconds, strict=True)}
    n_nodes = sum(graph.n_nodes for graph in molecules.graphs)
    bound = product_rate(1) / (needed_flop(network, n_nodes) / n)

    def row(name: str, mine: str, peer: str, target: str, note: str = "") -> Row:
        return Row(name, rate[mine], rate[peer], rate[mine] / rate[peer], target, "molecules/s", note)

    return [
        row("gradient, 2 classes : PyG + captum Saliency", "gradient", "saliency", "≥ 12"),
        row("gradient, 2 classes : PyG + captum IntegratedGradients", "gradient", "integrated", "—"),
        row("grad-cam, 2 classes : GraphXAI's steps, one molecule a call", "grad-cam", "graphxai", "≥ 40"),
        row("grad-cam, 2 classes : the least that autograd needs", "grad-cam", "autograd", "—"),
        row("all six, 2 classes : PyG + captum Saliency", "six", "saliency", "≥ 6"),
        Row(
            "all six, 2 classes : matrix-product bound", rate["six"], bound, rate["six"] / bound, "≥ 0.5", "molecules/s"
        ),
        row("prediction : PyG DataLoader(256)", "predict", "loader", "≥ 3"),
        row("prediction : PyG, one molecule a call", "predict", "single", "—"),
        row("prediction : chemprop, from SMILES", "predict", "chemprop", "—", "chemprop's figure includes featurising"),
        row("graph of a molecule : loop of one-hot vectors", "features", "loops", "≥ 8"),
        training_row(random_network(MEMBER_WIDTHS), molecules, repeats, clock),
        *ensemble_rows(molecules, repeats, clock),
    ]


def explain_command(table: Path, out: Path, limit: int | None = None) -> list[str]:
    argv = [sys.executable, "-m", "gcx_desktop.cli.main", "explain", str(table), "--method", "grad-cam", "--quiet"]
    return [*argv, "-o", str(out), *(["--limit", str(limit)] if limit else [])]


def repeat_table(table: Path, out: Path, n_records: int) -> None:
    """A library of as many records as wanted, the table's own over and over."""
    with table.open() as file:
        header, *lines = file
    with out.open("w") as file:
        file.write(header)
        file.writelines(itertools.islice(itertools.cycle(lines), n_records))


def pipeline_rows(data: Path, repeats: int) -> list[Row]:
    """From a file to a file, as a user does it."""
    hiv = data / "hiv.csv"
    with hiv.open(newline="") as file:
        smiles = [row["smiles"] for row in csv.DictReader(file)]
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        peaks: list[int] = []

        def whole() -> None:
            peaks.append(run_command(explain_command(hiv, folder / "out.csv")).peak_bytes)

        def bare() -> None:
            for s in smiles:
                Chem.MolFromSmiles(s)

        mine, peer = medians([whole, bare], repeats)
        name_ = "gcx explain hiv.csv, Grad-CAM, CSV : RDKit's bare parsing"
        rows.append(Row(name_, mine, peer, peer / mine, "≥ 0.67", "s"))
        big = folder / "big.csv"
        repeat_table(hiv, big, 411_270)
        ten_times = run_command(explain_command(big, folder / "out.csv")).peak_bytes
        gigabytes = max(peaks) / 1e9
        rows.append(Row("memory of that run, all processes : 1.5 GB", gigabytes, 1.5, 1.5 / gigabytes, "≥ 1", "GB"))
        grown = ten_times / max(peaks)
        rows.append(
            Row("memory, ten times the molecules : once", ten_times / 1e9, gigabytes, 1 / grown, "≥ 0.83", "GB")
        )
        rows += growth_rows(big, folder / "out.csv", repeats)
    return rows


def growth_rows(table: Path, out: Path, repeats: int) -> list[Row]:
    """How time and memory grow from 1,000 to 100,000 molecules."""
    counts = (1_000, 3_000, 10_000, 30_000, 100_000)
    peaks: dict[int, list[int]] = {count: [] for count in counts}

    def explain(count: int) -> None:
        peaks[count].append(run_command(explain_command(table, out, count)).peak_bytes)

    seconds = medians([partial(explain, count) for count in counts], repeats)
    line = np.interp(counts, (counts[0], counts[-1]), (seconds[0], seconds[-1]))
    worst = int(np.argmax(np.abs(np.array(seconds) / line - 1)))
    note = "largest deviation; " + ", ".join(
        f"{n:,} in {taken:.2f} s" for n, taken in zip(counts, seconds, strict=True)
    )
    name = f"time for {counts[worst]:,} molecules : straight line from 1,000 to 100,000"
    ratio = min(seconds[worst] / line[worst], line[worst] / seconds[worst])
    rows = [Row(name, seconds[worst], float(line[worst]), float(ratio), "≥ 0.85", "s", note)]
    for count in counts:
        peak = max(peaks[count]) / 1e9
        rows.append(Row(f"memory, all processes, {count:,} molecules : 1.5 GB", peak, 1.5, 1.5 / peak, "≥ 1", "GB"))
    return rows


def drawing_row(data: Path, repeats: int) -> Row:
    """One process, layout included, with the atoms of a molecule in colour."""
    from . import peers

    mols = Molecules.read(data / "bbbp.csv", 200).mols
    scale = ColourScale(1.0)

    def draw(mol: Chem.Mol) -> None:
        depiction = depict(mol)
        saliency_svg(depiction, halos(depiction, np.linspace(0, 1, mol.GetNumAtoms()), scale))

    mine, peer = medians([lambda: [draw(m) for m in mols], lambda: [peers.draw_with_rdkit(m) for m in mols]], repeats)
    n = len(mols)
    name = "picture with highlights, one process : RDKit's drawing with highlights"
    return Row(name, n / mine, n / peer, peer / mine, "—", "molecules/s")


def report_rows(data: Path, repeats: int) -> list[Row]:
    """500 molecules to a PDF."""
    with tempfile.TemporaryDirectory() as name:
        out = Path(name) / "report.pdf"
        argv = [sys.executable, "-m", "gcx_desktop.cli.main", "report", str(data / "bbbp.csv"), "--limit", "500"]
        (whole,) = medians([lambda: run_command([*argv, "--quiet", "-o", str(out)])], repeats)
        (start,) = medians([lambda: run_command([*argv[:-1], "1", "--quiet", "-o", str(out)])], repeats)
    rate = 499 / (whole - start)
    note = f"explaining, drawing and typesetting; the whole command took {whole:.1f} s"
    return [
        drawing_row(data, repeats),
        Row(
            "gcx report, 500 molecules beyond the first : 300 a second",
            rate,
            300,
            rate / 300,
            "≥ 1",
            "molecules/s",
            note,
        ),
    ]
