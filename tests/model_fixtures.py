"""Small models for tests of what is done with models."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import torch

from gcx_desktop.gcn.bundles.bundle import Bundle, save_bundle
from gcx_desktop.gcn.bundles.training_records import TrainingRecords
from gcx_desktop.gcn.cards.card import Card, Metrics, TrainingData
from gcx_desktop.gcn.network import initialise
from gcx_desktop.graph.features import FEATURE_SET, N_FEATURES

SMALL_CARD = Card(
    name="small",
    task="nothing real",
    class_names=("no", "yes"),
    widths=(4, 3),
    feature_set=FEATURE_SET,
    n_features=N_FEATURES,
    training_data=TrainingData("amines.csv: made up", "y", 10, 2, {"no": 1, "yes": 1}, "00"),
    metrics=(Metrics("scaffold", (0, 1), {"auc_roc": (0.9, 0.01)}),),
    date="2026-11-30",
)


def save_small_model(folder: Path, seed: int = 0, **entries: object) -> Path:
    """A model that was trained on two molecules.

    :param entries: of its card
    """
    card = replace(SMALL_CARD, name=folder.name, **entries)  # type: ignore[arg-type]
    network = initialise(N_FEATURES, card.widths, 2, torch.Generator().manual_seed(seed))
    records = TrainingRecords("smiles", ["C", "CN"], ["methane", "methylamine"], ["no", "yes"])
    save_bundle(Bundle(card, network, folder), training_records=records)
    return folder
