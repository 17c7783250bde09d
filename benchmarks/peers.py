"""What the others do, in their usual way: PyTorch Geometric with captum, Grad-CAM by autograd, chemprop, RDKit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from rdkit import Chem

from gcx_desktop.gcn.network import Network
from gcx_desktop.graph.graph import Decode, Graph

SYMBOLS = "C N O S F Si P Cl Br Mg Na Ca Fe As Al I B V K Tl Yb Sb Sn Ag Pd Co Se Ti Zn H Li Ge Cu Au Ni Cd In Mn Zr Cr Pt Hg Pb".split()  # noqa: E501, SIM905
HYBRIDISATIONS = [Chem.HybridizationType.names[name] for name in ("SP", "SP2", "SP3", "SP3D", "SP3D2")]


def one_hot(value: object, choices: Sequence[object]) -> list[bool]:
    """As in most scripts: the last choice stands for all that is not listed."""
    if value not in choices:
        value = choices[-1]
    return [value == choice for choice in choices]


def bonds_one_hot(atom: Chem.Atom) -> list[bool]:
    """How many single, double, triple and aromatic bonds an atom has."""
    kinds = [bond.GetBondType() for bond in atom.GetBonds()]
    return [
        each
        for kind, most in (("SINGLE", 4), ("DOUBLE", 2), ("TRIPLE", 1), ("AROMATIC", 3))
        for each in one_hot(kinds.count(Chem.BondType.names[kind]), range(most + 1))
    ]


def featurise_by_loops(mol: Chem.Mol) -> tuple[np.ndarray, np.ndarray]:
    """Atom features [n, d], about those of ours, and directed edges [2, m] by a plain loop of one-hot vectors."""
    ring_sizes = mol.GetRingInfo().AtomRingSizes
    rows = [
        one_hot(atom.GetSymbol(), [*SYMBOLS, "other"])
        + one_hot(atom.GetDegree(), range(11))
        + one_hot(atom.GetValence(Chem.ValenceType.IMPLICIT), range(7))
        + one_hot(atom.GetFormalCharge(), range(-3, 4))
        + [atom.GetNumRadicalElectrons()]
        + one_hot(atom.GetHybridization(), HYBRIDISATIONS)
        + [atom.GetIsAromatic()]
        + one_hot(atom.GetTotalNumHs(), range(5))
        + [size in ring_sizes(atom.GetIdx()) for size in range(3, 8)]
        + [any(size >= 8 for size in ring_sizes(atom.GetIdx()))]
        + bonds_one_hot(atom)
        + one_hot(sum(other.GetSymbol() not in ("C", "H") for other in atom.GetNeighbors()), range(5))
        + [atom.GetChiralTag() != Chem.ChiralType.CHI_UNSPECIFIED]
        + [atom.GetSymbol() in ("N", "O", "S") and atom.GetTotalNumHs() > 0]
        + [atom.GetSymbol() in ("N", "O") and atom.GetFormalCharge() <= 0]
        for atom in mol.GetAtoms()
    ]
    edges = []
    for bond in mol.GetBonds():
        i, j = bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()
        edges += [(i, j), (j, i)]
    return np.array(rows, dtype=np.float32), np.array(edges, dtype=np.int64).reshape(-1, 2).T


def pyg_data(graphs: Sequence[Graph], decode: Decode) -> list[Any]:
    """The graphs as PyTorch Geometric holds them."""
    from torch_geometric.data import Data

    made = []
    for graph in graphs:
        edges = torch.from_numpy(graph.edges.astype(np.int64).T)
        both = torch.cat([edges, edges.flip(0)], dim=1)
        made.append(Data(x=torch.from_numpy(decode(graph.codes)), edge_index=both))
    return made


def pyg_network(network: Network) -> torch.nn.Module:
    """The same network, with the same weights, of PyTorch Geometric's layers; that of an ensemble has zeros between the
    members."""
    from torch_geometric.nn import GCNConv, global_mean_pool

    class Net(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            sizes = [network.n_features, *(len(layer.bias) for layer in network.hidden)]
            self.convs = torch.nn.ModuleList(GCNConv(a, b) for a, b in pairwise(sizes))
            self.head = torch.nn.Linear(sizes[-1], network.n_classes)

        def forward(self, x: torch.Tensor, edge_index: torch.Tensor, batch: torch.Tensor | None = None) -> torch.Tensor:
            for conv in self.convs:
                x = conv(x, edge_index).relu()
            return self.head(global_mean_pool(x, batch))

    net = Net()
    with torch.no_grad():
        for conv, layer in zip(net.convs, network.hidden, strict=True):
            weight = layer.weight if layer.n_blocks == 1 else torch.block_diag(*layer.weight)
            conv.lin.weight.copy_(weight.T)
            conv.bias.copy_(layer.bias)
        net.head.weight.copy_(network.head.weight.T)
        net.head.bias.copy_(network.head.bias)
    return net.eval()


def pyg_epoch(net: torch.nn.Module, data: Sequence[Any], weights: torch.Tensor, batch_size: int) -> Callable[[], None]:
    """A function that trains for an epoch, as the examples of PyTorch Geometric do.

    :param data: with labels ``y``
    """
    from torch_geometric.loader import DataLoader

    net.train()
    optimiser = torch.optim.AdamW(net.parameters(), lr=3e-3, weight_decay=1e-2)
    loader = DataLoader(data, batch_size=batch_size, shuffle=True)

    def run() -> None:
        for batch in loader:
            optimiser.zero_grad()
            scores = net(batch.x, batch.edge_index, batch.batch)
            loss = torch.nn.functional.cross_entropy(scores, batch.y, weight=weights, label_smoothing=0.2)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimiser.step()

    return run


def pyg_explainer(net: torch.nn.Module, method: str) -> Any:
    """``torch_geometric.explain`` around a captum method, as its documentation has it."""
    from torch_geometric.explain import CaptumExplainer, Explainer

    return Explainer(
        net,
        algorithm=CaptumExplainer(method),
        explanation_type="model",
        node_mask_type="attributes",
        edge_mask_type=None,
        model_config={"mode": "multiclass_classification", "task_level": "graph", "return_type": "raw"},
    )


def explain_all_classes(explainer: Any, data: Any, n_classes: int) -> list[torch.Tensor]:
    """A call for each class, as the library wants it. The class is set where a model explanation would take its own."""
    from torch_geometric.explain.config import ExplanationType

    explainer.explanation_type = ExplanationType.phenomenon
    return [explainer(data.x, data.edge_index, target=torch.tensor([c])).node_mask for c in range(n_classes)]


def grad_cam_by_autograd(net: Any, data: Any, n_classes: int) -> list[torch.Tensor]:
    """Grad-CAM as published for graphs: one molecule a call, and a forward and a backward pass for each class."""
    from torch_geometric.nn import global_mean_pool

    maps = []
    for c in range(n_classes):
        h = data.x
        for conv in net.convs:
            h = conv(h, data.edge_index).relu()
        scores = net.head(global_mean_pool(h, None))
        (gradient,) = torch.autograd.grad(scores[0, c], h)
        maps.append((h * gradient.mean(dim=0)).sum(dim=1).relu().detach())
    return maps


def grad_cam_in_graphxais_steps(net: Any, data: Any, n_classes: int) -> list[torch.Tensor]:
    """Grad-CAM in the steps of GraphXAI's ``Grad_CAM.get_explanation_graph`` (Agarwal et al., Sci. Data 2023).

    For each class: a forward pass whose loss goes back to all weights and features, a second one with hooks that copy
    every layer's input and output, and a loop over the nodes. (GraphXAI weighs by a weight's gradient; here it is that
    of the last responses, as in the paper.)
    """
    maps = []
    for c in range(n_classes):
        kept: list[torch.Tensor] = []
        hook = net.convs[-1].register_forward_hook(lambda _module, _given, out, kept=kept: kept.append(out))
        x = data.x.clone().requires_grad_()
        scores = net(x, data.edge_index)
        hook.remove()
        kept[0].retain_grad()
        torch.nn.functional.cross_entropy(scores, torch.tensor([c])).backward()
        alpha = kept[0].grad.mean(dim=0)

        steps: list[tuple[torch.Tensor, torch.Tensor]] = []
        hooks = [
            conv.register_forward_hook(
                lambda _module, given, out, to=steps: to.append((given[0].clone().detach(), out.clone().detach()))
            )
            for conv in net.convs
        ]
        net(x, data.edge_index)
        for each in hooks:
            each.remove()
        nodes = []
        for n in range(len(x)):
            nodes.append(torch.relu(torch.matmul(alpha, torch.relu(steps[-1][1][n, :]))).item())  # noqa: PERF401
        maps.append(torch.tensor(nodes))
    return maps


def draw_with_rdkit(mol: Chem.Mol) -> str:
    """A molecule with every atom highlighted, as RDKit's documentation has it."""
    from rdkit.Chem import rdDepictor
    from rdkit.Chem.Draw import rdMolDraw2D

    copy = Chem.Mol(mol)
    rdDepictor.Compute2DCoords(copy)
    drawer = rdMolDraw2D.MolDraw2DSVG(300, 200)
    atoms = list(range(copy.GetNumAtoms()))
    colours = {atom: (1.0, 1.0 - atom / len(atoms), 0.0) for atom in atoms}
    rdMolDraw2D.PrepareAndDrawMolecule(drawer, copy, highlightAtoms=atoms, highlightAtomColors=colours)
    drawer.FinishDrawing()
    text: str = drawer.GetDrawingText()
    return text


def chemprop_prediction(smiles: Sequence[str]) -> Any:
    """A function that predicts the molecules with chemprop's default message-passing network, featurising included."""
    from chemprop import data, featurizers, models, nn

    network = models.MPNN(nn.BondMessagePassing(), nn.MeanAggregation(), nn.BinaryClassificationFFN()).eval()

    def predict() -> None:
        points = [data.MoleculeDatapoint.from_smi(s) for s in smiles]
        loader = data.build_dataloader(
            data.MoleculeDataset(points, featurizers.SimpleMoleculeMolGraphFeaturizer()), batch_size=64, shuffle=False
        )
        with torch.inference_mode():
            for batch in loader:
                network(batch.bmg, batch.V_d, batch.X_d)

    return predict
