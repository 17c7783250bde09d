"""A small model of several endpoints with made-up weights, for tests of what is done with such models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from rdkit import Chem

from gcx_desktop.gcn.bundles.bundle import Bundle, TrainedBundle, save_endpoints
from gcx_desktop.gcn.bundles.training_records import TrainingRecords
from gcx_desktop.gcn.cards.card import DIRECTIONS, Card, Metrics, TrainingData
from gcx_desktop.gcn.network import combine, initialise, value_network, with_outputs
from gcx_desktop.gcn.reliability.domain import make_domain
from gcx_desktop.gcn.reliability.out_of_fold import OutOfFold
from gcx_desktop.graph.features import FEATURE_SET, N_FEATURES
from gcx_desktop.graph.morgan_fingerprint import morgan_fingerprint

KNOWN = ("CCO", "c1ccccc1O", "CC(=O)O", "CCN", "CCCl", "c1ccncc1", "CCCCCC", "OCCO")
"""The training molecules of all endpoints."""
ROWS: Mapping[str, tuple[int, ...]] = {"binds": (0, 1, 2, 5), "logP": (0, 2, 3, 4, 6, 7), "toxic": (1, 3, 4, 5, 7)}
"""Endpoint → its own of these."""
ENDPOINTS = tuple(ROWS)
_VALUE = "logP"


def save_several(folder: Path, *, with_structures: bool = True, **entries: object) -> list[Path]:
    """Two endpoints of classes and one of a value, of two members that share their first layer.

    :param entries: of all cards
    :return: the folder of each endpoint
    """
    generator = torch.Generator().manual_seed(3)
    random = np.random.default_rng(3)
    first = initialise(N_FEATURES, (6, 4), 5, generator)
    second = initialise(N_FEATURES, (6, 4), 5, generator)
    members = [first, replace(second, hidden=(first.hidden[0], second.hidden[1]))]
    fingerprints = [morgan_fingerprint(Chem.MolFromSmiles(smiles)) for smiles in KNOWN]
    trained = []
    for name, start, stop in (("binds", 0, 2), ("logP", 2, 3), ("toxic", 3, 5)):
        of_value, rows = name == _VALUE, ROWS[name]
        own = [with_outputs(member, start, stop) for member in members]
        networks = [value_network(each, 1.5, 2.0) for each in own] if of_value else own
        measured = random.normal(size=len(rows)) if of_value else random.integers(0, 2, len(rows))
        card = replace(_card(folder.name, name, of_value), **entries)  # type: ignore[arg-type]
        trained.append(
            TrainedBundle(
                Bundle(card, combine(networks, n_shared=1), folder),
                make_domain([fingerprints[row] for row in rows]),
                OutOfFold(measured, np.arange(len(rows)) % 2, _out_of_fold(random, len(rows), of_value)),
                _records(rows, card, measured) if with_structures else None,
            )
        )
    return save_endpoints(folder, trained, fingerprints, [np.array(rows) for rows in ROWS.values()])


def _card(model: str, endpoint: str, of_value: bool) -> Card:
    card = Card(
        name=model,
        task=f"nothing real ({endpoint})",
        class_names=DIRECTIONS if of_value else ("no", "yes"),
        widths=(6, 4),
        feature_set=FEATURE_SET,
        n_features=N_FEATURES,
        training_data=TrainingData("panel.csv: made up", endpoint, 10, len(ROWS[endpoint]), {}, "00"),
        metrics=(Metrics("random", (0, 1), {"rmse" if of_value else "auc_roc": (0.9, 0.01)}),),
        date="2026-11-30",
        endpoint=endpoint,
        shares_layers=True,
        n_members=2,
        n_shared=1,
    )
    if not of_value:
        return replace(card, positive_class="yes")
    return replace(card, scale={"unit": "log units", "transform": "none"}, value_range=(-2.0, 0.5, 4.0))


def _out_of_fold(random: np.random.Generator, n: int, of_value: bool) -> np.ndarray:
    values = random.random(n).astype(np.float32)
    return np.stack([values, -values if of_value else 1 - values], axis=1).astype(np.float32)


def _records(rows: Sequence[int], card: Card, measured: np.ndarray) -> TrainingRecords:
    texts = [f"{each:.3f}" if card.of_value else card.class_names[each] for each in measured.tolist()]
    return TrainingRecords("smiles", [KNOWN[row] for row in rows], [f"known {row}" for row in rows], texts)
