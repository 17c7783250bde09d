"""The models that the program brings."""

from __future__ import annotations

import pytest

from gcx_desktop.app.explaining.models import list_models
from gcx_desktop.gcn.cards.card import Card
from gcx_desktop.gcn.reliability.domain import load_domain
from gcx_desktop.graph.morgan_fingerprint import N_BYTES


@pytest.mark.parametrize("name", ["bace", "bace-pic50", "bbbp", "esol", "tetrahymena", "tox21-nr-er"])
def test_a_bundled_model_knows_every_molecule_that_it_was_trained_on(name: str) -> None:
    folder, card = next((folder, card) for found, folder, card in list_models() if found == name)
    assert isinstance(card, Card)
    assert card.training_data is not None
    domain = load_domain(folder, N_BYTES)
    assert domain is not None
    assert len(domain.nearest) == card.training_data.n_used
