"""What takes long looks between its steps whether it is still wanted: every method can be stopped within a batch."""

from __future__ import annotations

import numpy as np
import pytest

from gcx_desktop.errors import Cancelled
from gcx_desktop.explain import occlusion
from gcx_desktop.explain.engine import Explainer, explain_graphs
from gcx_desktop.explain.gradient import INTEGRATION_STEPS
from gcx_desktop.explain.masking import MaskedPredictor
from gcx_desktop.explain.method import method, methods
from gcx_desktop.explain.sanity import randomised_layers
from gcx_desktop.progress import CancelToken
from tests.explain.test_masking import RING
from tests.explain.test_methods import decode, network


class Looked(CancelToken):
    """Counts how often it is looked at, and is set at one of the looks."""

    def __init__(self, until: int = 1 << 30) -> None:
        super().__init__()
        self.looks, self._until = 0, until

    def raise_if_cancelled(self) -> None:
        self.looks += 1
        if self.looks >= self._until:
            self.cancel()
        super().raise_if_cancelled()


def test_integrated_gradients_can_be_stopped_at_each_point_of_the_way() -> None:
    token = Looked()
    explain_graphs(network(), [RING], decode, [method("integrated-gradients")], token)
    assert token.looks > INTEGRATION_STEPS
    with pytest.raises(Cancelled):
        explain_graphs(network(), [RING], decode, [method("integrated-gradients")], Looked(INTEGRATION_STEPS // 2))


def test_occlusion_can_be_stopped_between_two_portions_of_masked_nodes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(occlusion, "PAIRS_AT_ONCE", RING.n_nodes)  # a node at a time
    token = Looked()
    explain_graphs(network(), [RING], decode, [method("occlusion")], token)
    assert token.looks > RING.n_nodes
    with pytest.raises(Cancelled):
        explain_graphs(network(), [RING], decode, [method("occlusion")], Looked(RING.n_nodes // 2))


def test_all_methods_together_can_be_stopped_between_two_of_them() -> None:
    token = Looked()
    Explainer(network(), decode, methods(), cancel=token).explain([RING])
    assert token.looks > len(methods()) + INTEGRATION_STEPS


def test_predictions_under_masks_can_be_stopped() -> None:
    token = CancelToken()
    predictor = MaskedPredictor(network(), decode, cancel=token)
    mask = np.zeros(RING.n_nodes, dtype=bool)
    predictor.without(RING, [mask])
    token.cancel()
    with pytest.raises(Cancelled):
        predictor.without(RING, [mask])


def test_a_sanity_check_can_be_stopped_within_a_layer() -> None:
    done: list[int] = []
    with pytest.raises(Cancelled):
        randomised_layers(
            network(), [RING], decode, [method("cam"), method("gradient")], after_layer=done.append, cancel=Looked(4)
        )
    assert done == []
