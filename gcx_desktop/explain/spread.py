"""How much the members of an ensemble differ: in their probabilities, and in their maps.

A spread is the sample standard deviation over the members. It comes from the ensemble's own forward pass, whose
activations are those of the members side by side.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..gcn.network import Activations, Network, member_scores
from ..graph.batch import make_batch
from ..graph.graph import Decode, Graph
from ..progress import CancelToken
from .forward_pass import ForwardPass, Method, in_unit


def member_pass(run: ForwardPass, number: int) -> ForwardPass:
    """One member's forward pass, taken out of that of its ensemble; nothing is computed again.

    :param number: of the member, from 0
    """
    network, given = run.network, run.activations
    if network.n_members == 1:
        return run

    def own(values: Tensor, index: int) -> Tensor:
        """:param values: responses of the hidden layer ``index``, or their averages"""
        if index < network.n_shared:
            return values
        width = network.widths[index]
        return values[:, number * width : (number + 1) * width].contiguous()

    activations = Activations(
        tuple(own(values, index) for index, values in enumerate(given.hidden)),
        tuple(own(values, index) for index, values in enumerate(given.averaged)),
        own(given.embedding, len(given.hidden) - 1),
        member_scores(network, given.embedding, run.batch.sizes)[:, number],
    )
    return ForwardPass(network.member(number), run.batch, activations, run.cancel)


def map_spread(run: ForwardPass, method: Method) -> Tensor:
    """The spread of the members' maps by one method, [n_nodes, n_classes].

    :raises ValueError: if the network is no ensemble
    :raises Cancelled: between two members or the steps of the method, if the user stopped it
    """
    n_members = run.network.n_members
    if n_members == 1:
        raise ValueError("the maps of a single network have no spread")
    maps = []
    for number in range(n_members):
        run.raise_if_cancelled()
        maps.append(in_unit(method.compute(member_pass(run, number)), run.network, method))
    return torch.stack(maps).std(dim=0)


def map_spreads(
    network: Network, graphs: Sequence[Graph], decode: Decode, method: Method, cancel: CancelToken | None = None
) -> list[NDArray[np.floating]]:
    """:func:`map_spread` of graphs as one batch: for each graph, in order, [n_nodes, n_classes].

    :raises ValueError: if the network is no ensemble
    :raises Cancelled: as :func:`map_spread`
    """
    with torch.inference_mode():
        weight = network.heads.weight
        batch = make_batch(graphs, decode, weight.dtype, depth=len(network.hidden)).to(weight.device)
        spread = map_spread(ForwardPass.of(network, batch, cancel), method).cpu().numpy()
    return np.split(spread, batch.starts[1:-1])
