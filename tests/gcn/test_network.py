"""Members become one network, and can be taken out of it again."""

from __future__ import annotations

from itertools import pairwise

import pytest
import torch

from gcx_desktop.gcn.network import Layer, Network, combine, from_tensors, initialise, tensor_shapes

N_FEATURES, N_CLASSES = 6, 2
WIDTHS = (5, 4, 3)


def made_members(n_shared: int, n: int = 3) -> list[Network]:
    made = [initialise(N_FEATURES, WIDTHS, N_CLASSES, torch.Generator().manual_seed(k)) for k in range(n)]
    return [Network((*made[0].hidden[:n_shared], *each.hidden[n_shared:]), each.heads) for each in made]


def same(one: Network, other: Network) -> bool:
    pairs = zip(one.tensors(), other.tensors(), strict=True)
    return all(name == name_ and torch.equal(tensor, tensor_) for (name, tensor), (name_, tensor_) in pairs)


@pytest.mark.parametrize("n_shared", [0, 1, 2])
def test_each_member_is_found_in_the_ensemble_bit_by_bit(n_shared: int) -> None:
    members = made_members(n_shared)
    net = combine(members, n_shared)
    assert (net.n_members, net.n_shared, net.widths) == (3, n_shared, WIDTHS)
    assert (net.n_features, net.n_classes) == (N_FEATURES, N_CLASSES)
    for number, each in enumerate(members):
        assert same(net.member(number), each)


@pytest.mark.parametrize("n_shared", [0, 1, 2])
def test_the_head_is_that_of_the_members_divided_by_their_number(n_shared: int) -> None:
    members = made_members(n_shared)
    head = combine(members, n_shared).head
    torch.testing.assert_close(head.weight, torch.cat([each.head.weight for each in members]) / 3)
    torch.testing.assert_close(head.bias, sum(each.head.bias for each in members) / 3)


@pytest.mark.parametrize("n_shared", [0, 1, 2])
def test_an_ensemble_is_stored_in_tensors_of_the_shapes_that_are_said(n_shared: int) -> None:
    net = combine(made_members(n_shared), n_shared)
    shapes = {name: tuple(tensor.shape) for name, tensor in net.tensors()}
    assert shapes == tensor_shapes(N_FEATURES, WIDTHS, N_CLASSES, 3, n_shared)
    assert same(from_tensors(dict(net.tensors()), len(WIDTHS)), net)
    sizes = [N_FEATURES, *WIDTHS]
    n_weights = sum((a + 1) * b for a, b in pairwise(sizes[: n_shared + 1]))
    n_weights += 3 * sum((a + 1) * b for a, b in pairwise([*sizes[n_shared:], N_CLASSES]))
    assert sum(tensor.numel() for _, tensor in net.tensors()) == n_weights  # no zeros between members are stored


def test_a_network_alone_is_its_own_ensemble_and_member() -> None:
    (net,) = made_members(0, 1)
    assert combine([net]) is net
    assert net.member(0) is net
    assert (net.n_members, net.n_shared, net.head) == (1, 0, net.heads)


def test_members_that_do_not_share_what_they_are_said_to_are_refused() -> None:
    members = made_members(1)
    with pytest.raises(ValueError, match="hidden layer 2 is not the same in all members"):
        combine(members, 2)
    other = members[2].hidden[0]
    members[2] = Network((Layer(other.weight, other.bias + 1), *members[2].hidden[1:]), members[2].heads)
    with pytest.raises(ValueError, match="hidden layer 1 is not the same in all members"):
        combine(members, 1)


def test_members_that_share_all_their_hidden_layers_are_refused() -> None:
    with pytest.raises(ValueError, match="members with 3 hidden layers cannot share 3 of them"):
        combine(made_members(3), 3)


def test_members_of_different_sizes_are_refused() -> None:
    members = made_members(0)
    wider = initialise(N_FEATURES, (5, 4, 4), N_CLASSES, torch.Generator())
    for others in ([wider], [combine(members)]):
        with pytest.raises(ValueError, match="must be single networks of the same size"):
            combine([*members, *others])


@pytest.mark.parametrize("n_shared", [0, 1, 2])
def test_an_ensemble_keeps_its_members_in_another_number_type(n_shared: int) -> None:
    members = made_members(n_shared)
    net = combine(members, n_shared).to(dtype=torch.float64)
    for number, each in enumerate(members):
        assert same(net.member(number), each.to(dtype=torch.float64))
