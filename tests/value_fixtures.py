"""A network and a model of a value, with random weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from rdkit import Chem

from gcx_desktop.gcn.bundles.bundle import Bundle, save_bundle
from gcx_desktop.gcn.bundles.training_records import TrainingRecords
from gcx_desktop.gcn.cards.card import DIRECTIONS, Card, Metrics
from gcx_desktop.gcn.network import Network, combine, initialise, value_network
from gcx_desktop.gcn.reliability.domain import make_domain
from gcx_desktop.gcn.reliability.out_of_fold import OutOfFold
from gcx_desktop.graph.features import FEATURE_SET, N_FEATURES
from gcx_desktop.graph.morgan_fingerprint import morgan_fingerprint

MEAN, DEVIATION = 6.0, 1.5
KNOWN_SMILES = ("CCO", "c1ccccc1", "CN1CCC[C@H]1c1cccnc1", *("C" * n + "N" for n in range(1, 25)))
"""Of the training records of :func:`save_value_model`; the first is called "ethanol" and was measured as 5."""


def random_value_network(seed: int) -> Network:
    """A single network of a value with two hidden layers of 8 units."""
    one_output = initialise(N_FEATURES, (8, 8), 1, torch.Generator().manual_seed(seed))
    return value_network(one_output, MEAN, DEVIATION)


def save_value_model(folder: Path, r2: float = 0.6) -> Bundle:
    """A model of pIC50, the −log10 of a column in nM, that knows its training records; two members."""
    card = Card(
        folder.name,
        "pIC50 of a table",
        DIRECTIONS,
        (8, 8),
        FEATURE_SET,
        N_FEATURES,
        endpoint="pIC50",
        scale={"unit": "nM", "transform": "-log10"},
        value_range=(2.0, 6.0, 10.0),
        metrics=(Metrics("random 80/10/10", (0,), {"rmse": (0.7, None), "r2": (r2, None)}),),
        n_members=2,
    )
    bundle = Bundle(card, combine([random_value_network(seed) for seed in range(2)]), folder)
    n = len(KNOWN_SMILES)
    measured = np.linspace(5, 8, n)
    predicted = (measured + 0.25 * (-1.0) ** np.arange(n)).astype(np.float32)
    save_bundle(
        bundle,
        make_domain([morgan_fingerprint(Chem.MolFromSmiles(smiles)) for smiles in KNOWN_SMILES]),
        out_of_fold=OutOfFold(
            measured, np.arange(n) % 2, np.stack([predicted, -predicted], axis=1), np.full(n, 0.5, dtype=np.float32)
        ),
        training_records=TrainingRecords(
            "smiles", list(KNOWN_SMILES), ["ethanol", *[""] * (n - 1)], [repr(float(each)) for each in measured]
        ),
    )
    return bundle
