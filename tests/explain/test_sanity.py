"""Maps while the network's layers are randomised."""

from __future__ import annotations

import numpy as np
import torch

from gcx_desktop.explain.forward_pass import ForwardPass, Method
from gcx_desktop.explain.method import method
from gcx_desktop.explain.sanity import randomised_layers
from tests.explain.test_masking import RING
from tests.explain.test_methods import decode, network


def _codes(run: ForwardPass) -> torch.Tensor:
    """A map that asks the input alone."""
    return run.batch.features.sum(dim=1, keepdim=True).expand(-1, run.network.n_classes)


def test_a_method_that_asks_the_input_alone_is_flagged() -> None:
    (found,) = randomised_layers(network(2), [RING] * 3, decode, [Method("input", "Input", "", _codes)])
    np.testing.assert_allclose(found.correlation, 1.0)
    assert found.suspicious
    assert found.correlation.shape == (4,)


def test_the_network_is_left_as_it_was_and_the_same_seed_gives_the_same() -> None:
    net = network(3)
    before = [tensor.clone() for _, tensor in net.tensors()]
    one, other = (randomised_layers(net, [RING], decode, [method("cam")], seed=5)[0] for _ in range(2))
    np.testing.assert_array_equal(one.correlation, other.correlation)
    assert all(torch.equal(was, now) for was, (_, now) in zip(before, net.tensors(), strict=True))
