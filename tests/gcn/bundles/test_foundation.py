from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from gcx_desktop.errors import BundleError, OutputError, UsageError
from gcx_desktop.gcn.bundles.foundation import (
    FOUNDATION_FILE,
    FoundationCard,
    SourceTable,
    check_foundation_card,
    load_foundation,
    read_foundation_card,
    save_foundation,
)
from gcx_desktop.gcn.bundles.weights_file import WEIGHTS_FILE
from gcx_desktop.gcn.network import Network, initialise

CARD = FoundationCard(
    "small",
    feature_set="letters-1",
    n_features=6,
    widths=(4, 3),
    kind="words",
    preparation=("largest-fragment",),
    tables=(SourceTable("words.csv", "00", 20),),
    excluded_tables=(SourceTable("test.csv", "01", 3),),
    n_molecules=15,
    n_held_out=2,
    dropped={"duplicate": 5},
    descriptors=("length",),
    fingerprints={"counts": 9},
    r2={"descriptors": 0.5, "fingerprints": None},
    epochs=({"loss": 0.1, "descriptors": 0.5},),
    training={"seed": 0},
)


def network() -> Network:
    return initialise(6, (4, 3), 7, torch.Generator().manual_seed(0))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    save_foundation(CARD, network(), tmp_path / "small")
    return tmp_path / "small"


def change(folder: Path, **entries: Any) -> None:
    path = folder / FOUNDATION_FILE
    path.write_text(json.dumps(json.loads(path.read_text()) | entries))


def test_a_foundation_that_was_written_is_read_again(folder: Path) -> None:
    found = load_foundation(folder, "letters-1", 6)
    assert found.card == CARD
    assert found.sha256 == hashlib.sha256((folder / WEIGHTS_FILE).read_bytes()).hexdigest()
    assert found.network.widths == (4, 3)
    for own, other in zip(found.network.hidden, network().hidden, strict=True):
        assert torch.equal(own.weight, other.weight)
        assert torch.equal(own.bias, other.bias)


def test_a_foundation_has_no_outputs(folder: Path) -> None:
    assert load_foundation(folder, "letters-1", 6).network.n_classes == 0
    assert sorted(load_file(folder / WEIGHTS_FILE)) == [
        *("hidden.0.bias", "hidden.0.weight", "hidden.1.bias", "hidden.1.weight"),
    ]


def test_a_foundation_of_other_features_is_refused(folder: Path) -> None:
    with pytest.raises(BundleError, match=r"a foundation of other features; .*: expected letters-2, got letters-1"):
        load_foundation(folder, "letters-2", 6)
    with pytest.raises(BundleError, match="feature dimension does not fit: expected 5, got 6"):
        load_foundation(folder, "letters-1", 5)


def test_a_folder_that_is_no_foundation_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing"):
        with pytest.raises(BundleError, match="not a foundation"):
            read_foundation_card(path)


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ({"format_version": 9}, "unknown format version: expected 1, got 9"),
        ({"widths": []}, "impossible layer widths"),
        ({"widths": [4, 10**9]}, "impossible layer widths"),
        ({"widths": "4, 3"}, "'widths' is not a list of int"),
        ({"feature_set": 1}, "'feature_set' is int"),
        ({"name": "x" * 300}, "'name' has 300 characters"),
        ({"tables": [{"source": "a"}]}, "has no 'sha256'"),
        ({"r2": {"descriptors": "good"}}, "'r2: descriptors' is str"),
        ({"epochs": [{"loss": float("nan")}]}, "is not a finite number"),
    ],
)
def test_an_entry_that_does_not_fit_is_named(folder: Path, entries: dict[str, Any], words: str) -> None:
    change(folder, **entries)
    with pytest.raises(BundleError, match=words):
        read_foundation_card(folder)


def test_entries_that_are_not_known_are_left_out(folder: Path) -> None:
    change(folder, of_tomorrow=1)
    assert read_foundation_card(folder) == CARD


def test_a_card_that_could_not_be_read_again_is_not_written() -> None:
    check_foundation_card(CARD)
    with pytest.raises(UsageError, match="the foundation's card cannot be written: 'licence' has"):
        check_foundation_card(replace(CARD, licence="x" * 20_000))


def test_weights_that_do_not_fit_the_card_are_refused(folder: Path) -> None:
    weights = load_file(folder / WEIGHTS_FILE)
    save_file({**weights, "hidden.1.bias": torch.zeros(5)}, folder / WEIGHTS_FILE)
    with pytest.raises(BundleError, match=r"'hidden\.1\.bias' has another shape"):
        load_foundation(folder, "letters-1", 6)
    save_file({**weights, "hidden.0.bias": torch.full((4,), torch.nan)}, folder / WEIGHTS_FILE)
    with pytest.raises(BundleError, match="NaN or infinite"):
        load_foundation(folder, "letters-1", 6)
    del weights["hidden.0.weight"]
    save_file(weights, folder / WEIGHTS_FILE)
    with pytest.raises(BundleError, match=r"a tensor is missing: expected hidden.0.weight"):
        load_foundation(folder, "letters-1", 6)
    (folder / WEIGHTS_FILE).unlink()
    with pytest.raises(BundleError, match="cannot be read"):
        load_foundation(folder, "letters-1", 6)


def test_a_folder_that_holds_anything_else_is_not_overwritten(folder: Path) -> None:
    (folder / "thesis.txt").write_text("mine")
    with pytest.raises(OutputError, match="exists and is not a foundation"):
        save_foundation(CARD, network(), folder)
    assert (folder / "thesis.txt").read_text() == "mine"
