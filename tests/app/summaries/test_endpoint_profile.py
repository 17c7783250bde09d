"""A profile says of each endpoint what the endpoint's own model says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from gcx_desktop.app.explaining.model_knowledge import load_model_knowledge
from gcx_desktop.app.explaining.read_records import read_library
from gcx_desktop.app.summaries.endpoint_profile import ProfileBar, load_profiled_model, profile_of
from gcx_desktop.explain.engine import explain_graphs
from gcx_desktop.gcn.network import Layer
from gcx_desktop.kinds.kind import ReadRecord
from gcx_desktop.kinds.registry import decode_of
from gcx_desktop.library.library import Library, open_library
from gcx_desktop.library.record import Rejected
from gcx_desktop.pool import WorkerPool
from tests.several_model import ENDPOINTS, save_several


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    path = tmp_path / "one.smi"
    path.write_text("Oc1ccc(Cl)cc1\n")
    with open_library(path) as library:
        yield library


@pytest.fixture
def read(library: Library) -> ReadRecord:
    with WorkerPool(1) as pool:
        (record,) = read_library(library, pool)
    assert not isinstance(record, Rejected)
    return record


def test_each_bar_is_what_the_endpoint_alone_predicts(tmp_path: Path, library: Library, read: ReadRecord) -> None:
    save_several(tmp_path / "panel")
    model = load_profiled_model(tmp_path / "panel")
    bars = profile_of(model, read, library.source)
    assert [bar.endpoint for bar in bars] == list(ENDPOINTS)
    for bar, bundle in zip(bars, model.bundles, strict=True):
        card, decode = bundle.card, decode_of(bundle.card, library.source)
        (alone,) = explain_graphs(bundle.network, [read.graph], decode)
        assert alone.members is not None
        if card.of_value:
            least, largest = card.value_range[0], card.value_range[-1]
            share = (float(alone.probabilities[0]) - least) / (largest - least)
            assert bar.share == pytest.approx(np.clip(share, 0, 1), abs=1e-5)
            assert "log units" in bar.detail
            assert "%" not in bar.words
        else:
            assert bar.share == pytest.approx(alone.probabilities[1], abs=1e-5)
            assert (bar.low, bar.high) == pytest.approx(
                (alone.members[:, 1].min(), alone.members[:, 1].max()), abs=1e-5
            )
            assert f"P(yes) {alone.probabilities[1]:.2f}" in bar.words
            conformal = load_model_knowledge(bundle.path, card).conformal
            assert conformal is not None
            n_in_set = int(conformal.sets(alone.members[None])[0].sum())
            assert bar.words.startswith("undecided") == (n_in_set > 1)
            assert bar.is_decided == (n_in_set == 1 or (n_in_set == 0 and not bar.words.startswith("none")))


def test_a_prediction_that_is_not_finite_has_no_bar(tmp_path: Path, library: Library, read: ReadRecord) -> None:
    save_several(tmp_path / "panel")
    model = load_profiled_model(tmp_path / "panel")
    first = model.bundles[0]
    heads = Layer(first.network.heads.weight, torch.full_like(first.network.heads.bias, torch.nan))
    broken = replace(model, bundles=(replace(first, network=replace(first.network, heads=heads)), *model.bundles[1:]))
    bar, *others = profile_of(broken, read, library.source)
    assert np.isnan(bar.share)
    assert (bar.words, bar.is_decided) == ("invalid", False)
    assert [type(each) for each in others if not np.isnan(each.share)] == [ProfileBar] * 2
