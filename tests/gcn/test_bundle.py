"""A bundle that does not fit is refused with a sentence that names both sides."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from gcx_desktop.app.models import FEATURE_SETS, list_models, load_model
from gcx_desktop.errors import BundleError, OutputError, UnknownNameError
from gcx_desktop.gcn.bundle import Bundle, content_hash, load_bundle, save_bundle
from gcx_desktop.gcn.card import Card, Metrics, TrainingData
from gcx_desktop.gcn.network import initialise
from gcx_desktop.graph.features import FEATURE_SET, N_FEATURES

CARD = Card(
    name="tiny",
    task="nothing real",
    class_names=("no", "yes"),
    widths=(4, 3),
    feature_set=FEATURE_SET,
    n_features=N_FEATURES,
    training_data=TrainingData("a table", "y", 10, 9, {"no": 4, "yes": 5}, "00", {"duplicate": 1}),
    metrics=(Metrics("scaffold", (0, 1), {"auc_roc": (0.9, 0.01)}),),
    seeds=(0, 1),
    known_limits=("all of them",),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    network = initialise(N_FEATURES, CARD.widths, 2, torch.Generator().manual_seed(0))
    save_bundle(Bundle(CARD, network, tmp_path / "tiny"))
    return tmp_path / "tiny"


def edit_card(**values: Any) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        path = folder / "card.json"
        path.write_text(json.dumps({**json.loads(path.read_text()), **values}))

    return edit


def edit_weights(change: Callable[[dict[str, torch.Tensor]], object]) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        tensors = load_file(folder / "weights.safetensors")
        change(tensors)
        save_file(tensors, folder / "weights.safetensors")

    return edit


def test_what_was_saved_is_loaded(folder: Path) -> None:
    bundle = load_bundle(folder, FEATURE_SETS)
    assert bundle.card == CARD
    expected = initialise(N_FEATURES, CARD.widths, 2, torch.Generator().manual_seed(0))
    for (name, got), (_, want) in zip(bundle.network.tensors(), expected.tensors(), strict=True):
        assert torch.equal(got, want), name


def test_bundles_share_a_hash_if_card_and_weights_are_the_same(folder: Path) -> None:
    first = content_hash(load_bundle(folder, FEATURE_SETS))
    assert content_hash(load_bundle(folder, FEATURE_SETS)) == first
    edit_card(task="something else")(folder)
    other_card = content_hash(load_bundle(folder, FEATURE_SETS))
    edit_weights(lambda t: t["head.bias"].add_(0.1))(folder)
    assert len({first, other_card, content_hash(load_bundle(folder, FEATURE_SETS))}) == 3


UNFIT = {
    "a missing tensor": (
        edit_weights(lambda t: t.pop("head.bias")),
        r"a tensor is missing: expected head.bias, got head.weight",
    ),
    "another shape": (
        edit_weights(lambda t: t.update({"head.bias": torch.zeros(3)})),
        r"'head.bias' has another shape than the card says: expected \(2,\), got \(3,\)",
    ),
    "a NaN": (edit_weights(lambda t: t["head.weight"].fill_(float("nan"))), r"'head.weight' holds a NaN"),
    "integers": (
        edit_weights(lambda t: t.update({"head.bias": torch.zeros(2, dtype=torch.int64)})),
        r"expected float32, got torch.int64",
    ),
    "an unknown version": (edit_card(format_version=99), r"unknown format version: expected 1, got 99"),
    "another dimension": (edit_card(n_features=75), r"feature dimension does not fit: expected 81, got 75"),
    "another feature set": (
        edit_card(feature_set="ecfp"),
        r"unknown feature set: expected convmol\S+ or scene\S+, got 'ecfp'",
    ),
    "one class": (edit_card(class_names=["yes"]), r"impossible classes: expected 2 to 1000 distinct names, got 1"),
    "absurd widths": (edit_card(widths=[10**9]), r"impossible layer widths"),
    "an entry of the wrong kind": (edit_card(class_names="ab"), r"'class_names' is not a list of str"),
    "a card that is no JSON": (lambda f: (f / "card.json").write_text("{"), r"not valid JSON"),
    "a card nested too deep": (lambda f: (f / "card.json").write_text("[" * 100_000), r"not valid JSON"),
    "a card that is a list": (lambda f: (f / "card.json").write_text("[]"), r"expected object, got list"),
    "a huge card": (lambda f: (f / "card.json").write_text(" " * (2 << 20)), r"card is too large: expected at most"),
    "no card": (lambda f: (f / "card.json").unlink(), r"it has no card.json"),
    "no weights": (lambda f: (f / "weights.safetensors").unlink(), r"weights.safetensors: cannot be read"),
    "too large a header": (
        lambda f: (f / "weights.safetensors").write_bytes((1 << 40).to_bytes(8, "little") + b"{}"),
        r"header is too large: expected at most 1048576 bytes, got 1099511627776",
    ),
    "rubbish for weights": (
        lambda f: (f / "weights.safetensors").write_bytes(b"\x10" + b"\0" * 7 + b"not a header at all"),
        r"not a safetensors file",
    ),
}


@pytest.mark.parametrize("name", UNFIT)
def test_a_bundle_that_does_not_fit_is_refused(name: str, folder: Path) -> None:
    spoil, sentence = UNFIT[name]
    spoil(folder)
    with pytest.raises(BundleError, match=sentence):
        load_bundle(folder, FEATURE_SETS)


def test_saving_replaces_a_bundle_but_nothing_else(folder: Path) -> None:
    bundle = load_bundle(folder, FEATURE_SETS)
    save_bundle(replace(bundle, card=replace(CARD, task="changed")))
    assert load_bundle(folder, FEATURE_SETS).card.task == "changed"
    (folder / "thesis.docx").write_text("years of work")
    with pytest.raises(OutputError, match="not a model folder"):
        save_bundle(bundle)
    assert (folder / "thesis.docx").read_text() == "years of work"
    with pytest.raises(OutputError, match="does not exist"):
        save_bundle(replace(bundle, path=folder / "no" / "where"))
    assert [p.name for p in folder.parent.iterdir()] == ["tiny"]


def test_a_model_is_found_by_name_or_folder(folder: Path) -> None:
    assert load_model(str(folder)).card.name == "tiny"
    with pytest.raises(UnknownNameError, match=r"unknown model 'nonsense'; known: .*bbbp"):
        load_model("nonsense")
    with pytest.raises(BundleError, match="not a model folder"):
        load_model(str(folder.parent))


def test_every_bundled_model_loads_and_its_card_is_complete() -> None:
    found = {name: (path, card) for name, path, card in list_models()}
    assert {"bbbp", "bace", "tox21-nr-er"} <= found.keys()
    for name in ("bbbp", "bace", "tox21-nr-er"):
        path, card = found[name]
        assert isinstance(card, Card), card
        load_bundle(path, FEATURE_SETS)
        assert card.name == name
        assert card.widths == (128, 256, 512)
        assert card.command.startswith("gcx train ")
        assert card.training_data
        assert len(card.training_data.sha256) == 64
        assert card.licence
        assert card.known_limits
        assert card.library_versions
        for metrics in card.metrics:
            assert {"auc_roc", "auc_pr", "accuracy", "balanced_accuracy"} <= metrics.values.keys()
