"""One pass for several endpoints gives what a pass for each of them gives."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import torch

from gcx_desktop.explain.engine import EndpointsPredictor, explain_graphs
from gcx_desktop.gcn.network import Layer, Network, combine, value_network, with_outputs
from gcx_desktop.graph.graph import Graph
from tests.explain.test_ensembles import made_members
from tests.explain.test_methods import AWKWARD, decode

ENDS = (0, 2, 3, 6)


def made_endpoints(n_members: int) -> list[Network]:
    """Two classes, a value, three classes, on the same hidden layers."""
    members = made_members(1, n_classes=ENDS[-1], n=n_members)
    found = []
    for start, stop in itertools.pairwise(ENDS):
        own = [with_outputs(member, start, stop) for member in members]
        if stop - start == 1:
            own = [value_network(each, 0.5, 2.0) for each in own]
        found.append(combine(own, 1))
    return found


def check(endpoints: list[Network], graphs: list[Graph]) -> None:
    predictor = EndpointsPredictor(endpoints, decode)
    for some in (graphs, graphs[::-1]):  # the second time from the cache
        found = predictor.predict(some)
        assert len(found) == len(some)
        for number, network in enumerate(endpoints):
            for one, each in zip(explain_graphs(network, some, decode), found, strict=True):
                assert each[number].predicted == one.predicted
                np.testing.assert_allclose(each[number].probabilities, one.probabilities, rtol=1e-12)
                assert (each[number].members is None) == (one.members is None)
                if one.members is not None:
                    np.testing.assert_allclose(each[number].members, one.members, rtol=1e-12)


def test_each_endpoint_is_predicted_as_by_its_own_network() -> None:
    check(made_endpoints(3), list(AWKWARD.values()))
    check(made_endpoints(1), list(AWKWARD.values()))


def test_an_endpoint_that_is_not_finite_leaves_the_others_valid() -> None:
    endpoints = made_endpoints(2)
    heads = endpoints[2].heads
    endpoints[2] = replace(endpoints[2], heads=Layer(heads.weight, torch.full_like(heads.bias, torch.inf)))
    for each in EndpointsPredictor(endpoints, decode).predict(list(AWKWARD.values())):
        assert [one.is_valid for one in each] == [True, True, False]
        assert np.isnan(each[2].probabilities).all()
        assert np.isfinite(each[0].probabilities).all()
