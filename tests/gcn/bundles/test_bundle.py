"""A bundle that does not fit is refused with a sentence that names both sides."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from rdkit import Chem
from safetensors.torch import load_file, save_file

from gcx_desktop.app.explaining.models import FEATURE_SETS, list_models, load_model
from gcx_desktop.errors import BundleError, OutputError, UnknownNameError, UsageError
from gcx_desktop.gcn.bundles.bundle import Bundle, content_hash, load_bundle, save_bundle
from gcx_desktop.gcn.bundles.training_records import TrainingRecords, load_training_records
from gcx_desktop.gcn.cards.card import Card, Metrics, TrainingData, check_card, read_card
from gcx_desktop.gcn.forest import FOREST_FILE, fit_forest, load_forest
from gcx_desktop.gcn.network import Network, combine, initialise
from gcx_desktop.gcn.reliability.domain import load_domain, load_out_of_fold, make_domain
from gcx_desktop.gcn.reliability.out_of_fold import OutOfFold
from gcx_desktop.graph.features import FEATURE_SET, N_FEATURES
from gcx_desktop.graph.molgraph import molecule_graph
from gcx_desktop.graph.morgan_fingerprint import N_BYTES
from gcx_desktop.kinds.registry import decode_of, kind_of_model, reading_parameters
from gcx_desktop.library.record import Format, Source

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


def edit_data(**values: Any) -> Callable[[Path], None]:
    return edit_card(training_data={**asdict(CARD)["training_data"], **values})


def edit_metrics(**values: Any) -> Callable[[Path], None]:
    return edit_card(metrics=[{"split": "random", "seeds": [0], "values": values}])


def nested(levels: int) -> dict[str, Any]:
    return {"in": nested(levels - 1)} if levels else {}


def edit_weights(change: Callable[[dict[str, torch.Tensor]], object]) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        tensors = load_file(folder / "weights.safetensors")
        change(tensors)
        save_file(tensors, folder / "weights.safetensors")

    return edit


def test_a_bundle_holds_what_it_was_trained_on(tmp_path: Path) -> None:
    network = initialise(N_FEATURES, CARD.widths, 2, torch.Generator().manual_seed(0))
    domain = make_domain([b"\x01" * N_BYTES, b"\x03" * N_BYTES])
    p = np.array([[0.9, 0.1], [0.4, 0.6]], dtype=np.float32)
    known = OutOfFold(np.array([0, 1]), np.array([0, 1]), p)
    records = TrainingRecords("smiles", ["C", "CC"], ["methane", ""], ["no", "yes"])
    folder = tmp_path / "whole"
    save_bundle(Bundle(CARD, network, folder), domain, out_of_fold=known, training_records=records)
    assert {path.name for path in folder.iterdir()} == {
        *("card.json", "weights.safetensors", "domain.safetensors", "training.parquet")
    }
    back = load_out_of_fold(folder, 2)
    assert back is not None
    np.testing.assert_array_equal(back.probabilities, p)
    assert load_domain(folder, N_BYTES) is not None
    assert load_training_records(folder, "smiles", len(back)) == records
    save_bundle(Bundle(CARD, network, folder))
    assert load_out_of_fold(folder, 2) is None


def test_what_was_saved_is_loaded(folder: Path) -> None:
    bundle = load_bundle(folder, FEATURE_SETS)
    assert bundle.card == CARD
    expected = initialise(N_FEATURES, CARD.widths, 2, torch.Generator().manual_seed(0))
    for (name, got), (_, want) in zip(bundle.network.tensors(), expected.tensors(), strict=True):
        assert torch.equal(got, want), name


@pytest.mark.parametrize("n_shared", [0, 1])
def test_an_ensemble_that_was_saved_is_loaded_with_its_members(n_shared: int, tmp_path: Path) -> None:
    made = [initialise(N_FEATURES, CARD.widths, 2, torch.Generator().manual_seed(seed)) for seed in range(3)]
    members = [Network((*made[0].hidden[:n_shared], *each.hidden[n_shared:]), each.heads) for each in made]
    card = replace(CARD, n_members=3, n_shared=n_shared)
    save_bundle(Bundle(card, combine(members, n_shared), tmp_path / "three"))
    bundle = load_bundle(tmp_path / "three", FEATURE_SETS)
    assert bundle.card == card
    for number, each in enumerate(members):
        for (name, got), (_, want) in zip(bundle.network.member(number).tensors(), each.tensors(), strict=True):
            assert torch.equal(got, want), name


def test_a_card_says_in_words_whether_its_network_is_an_ensemble() -> None:
    assert CARD.architecture == "GCN, widths 4-3"
    assert replace(CARD, n_members=5).architecture == "mean of 5 GCNs, widths 4-3"
    assert replace(CARD, n_members=5, n_shared=1).architecture == "mean of 5 GCNs, 1 layer shared, widths 4-3"


def test_a_bundle_of_the_first_version_is_what_it_was_and_has_its_old_hash(folder: Path) -> None:
    edit_card(format_version=1)(folder)
    bundle = load_bundle(folder, FEATURE_SETS)
    entries = json.loads((folder / "card.json").read_text())
    assert bundle.card.as_dict() == {**CARD.as_dict(), "format_version": 1}
    assert (bundle.card.n_members, bundle.card.n_shared) == (1, 0)
    assert not {"n_members", "n_shared"} & entries.keys()
    digest = hashlib.sha256(json.dumps(entries, sort_keys=True).encode())
    tensors = load_file(folder / "weights.safetensors")
    for name in ("hidden.0.weight", "hidden.0.bias", "hidden.1.weight", "hidden.1.bias", "head.weight", "head.bias"):
        digest.update(f"{name}{tuple(tensors[name].shape)}torch.float32".encode())
        digest.update(tensors[name].numpy().tobytes())
    assert content_hash(bundle) == digest.hexdigest()


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
    "an unknown version": (edit_card(format_version=99), r"unknown format version: expected 1 to 3, got 99"),
    "no members": (edit_card(n_members=0), r"'n_members' is not from 1 to 64"),
    "a hundred members": (edit_card(n_members=100), r"'n_members' is not from 1 to 64"),
    "half a member": (edit_card(n_members=2.5), r"'n_members' is float"),
    "members that are not there": (
        edit_card(n_members=2),
        r"'hidden.0.weight' has another shape than the card says: expected \(109, 8\), got \(109, 4\)",
    ),
    "a negative number of shared layers": (edit_card(n_shared=-1), r"'n_shared' is not from 0 to 64"),
    "members that share all": (
        edit_card(n_members=2, n_shared=2),
        r"impossible number of layers that all members share: expected at most 1, got 2",
    ),
    "a single network that shares": (edit_card(n_shared=1), r"all members share: expected at most 0, got 1"),
    "a preparation that nobody knows": (
        edit_card(preparation=["largest-fragment", "tautomer"]),
        r"prepared in a way that this program does not know: expected largest-fragment or neutralise, got 'tautomer'",
    ),
    "a preparation that is a word": (edit_card(preparation="neutralise"), r"'preparation' is not a list of str"),
    "a preparation of too many steps": (edit_card(preparation=["neutralise"] * 21), r"'preparation' has 21 items"),
    "a preparation of numbers": (edit_card(preparation=[1]), r"an item of 'preparation' is int"),
    "another dimension": (edit_card(n_features=75), r"feature dimension does not fit: expected 109, got 75"),
    "another feature set": (
        edit_card(feature_set="ecfp"),
        r"unknown feature set: expected convmol\S+3 or convmol\S+2 or convmol\S+1 or scene\S+, got 'ecfp'",
    ),
    "one class": (edit_card(class_names=["yes"]), r"impossible classes: expected 2 to 1000 distinct names, got 1"),
    "absurd widths": (edit_card(widths=[10**9]), r"impossible layer widths"),
    "an entry of the wrong kind": (edit_card(class_names="ab"), r"'class_names' is not a list of str"),
    "a blank class": (edit_card(class_names=["no", " "]), r"'class_names' is blank"),
    "a name that is a page": (edit_card(name="n" * 100_000), r"'name' has 100,000 characters, more than 200"),
    "classes called pages": (edit_card(class_names=["a" * 300, "b"]), r"'class_names' has 300 characters"),
    "a number of features that is true": (edit_card(n_features=True), r"'n_features' is bool"),
    "counts that are a number": (edit_data(class_counts=3), r"'training_data: class_counts' is int"),
    "a count that is a word": (edit_data(class_counts={"no": "many"}), r"'training_data: class_counts: no' is str"),
    "a negative count": (edit_data(class_counts={"no": -1}), r"'training_data: class_counts: no' is not from 0"),
    "half a record": (edit_data(n_used=8.5), r"'training_data: n_used' is float"),
    "a source that is a list": (edit_data(source=["a", "b"]), r"'training_data: source' is list"),
    "a table that nobody named": (edit_card(training_data={"n_used": 3}), r"'training_data' has no 'source'"),
    "data that are a number": (edit_card(training_data=7), r"'training_data' is int"),
    "metrics that are a number": (edit_card(metrics=7), r"'metrics' is not a list of objects"),
    "a metric that is a word": (edit_metrics(auc_roc=["good", None]), r"'metrics: values: auc_roc' is str"),
    "a metric that is true": (edit_metrics(auc_roc=[True, None]), r"'metrics: values: auc_roc' is bool"),
    "a metric without a deviation": (edit_metrics(auc_roc=[0.5]), r"is not a mean and a standard deviation"),
    "a metric that is NaN": (edit_metrics(auc_roc=[float("nan"), 0.1]), r"auc_roc' is not a finite number"),
    "an infinite metric": (edit_metrics(auc_roc=[0.5, float("inf")]), r"auc_roc' is not a finite number"),
    "a metric called a page": (edit_metrics(**{"a" * 300: [0.5, None]}), r"values' has 300 characters"),
    "seeds that are words": (
        edit_card(metrics=[{"split": "random", "seeds": ["a"], "values": {}}]),
        r"'metrics: seeds' is not a list of int",
    ),
    "a limit that is a number": (edit_card(known_limits=[1]), r"'known_limits' is not a list of str"),
    "a thousand limits": (edit_card(known_limits=["x"] * 1000), r"'known_limits' has 1,000 items, more than 50"),
    "versions that are numbers": (edit_card(library_versions={"torch": 2}), r"'library_versions: torch' is int"),
    "settings nested too deep": (edit_card(training=nested(40)), r"is nested deeper than 8 levels"),
    "a setting that is infinite": (
        edit_card(training={"dropout": float("inf")}),
        r"'training: dropout' is not a finite number",
    ),
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


def test_a_metric_may_be_unknown_and_have_no_deviation(folder: Path) -> None:
    edit_metrics(auc_roc=[None, None], accuracy=[0.75, None], auc_pr=[0.8, 0.01])(folder)
    (metrics,) = load_bundle(folder, FEATURE_SETS).card.metrics
    assert [metrics.in_words(name) for name in metrics.values] == ["—", "0.750", "0.800 ± 0.010"]


def test_what_a_later_version_adds_to_a_card_is_left_alone(folder: Path) -> None:
    edit_data(n_patients=3)(folder)
    edit_card(mood="good")(folder)
    assert load_bundle(folder, FEATURE_SETS).card == replace(CARD)


def test_a_card_of_the_first_version_is_read_and_says_no_preparation(folder: Path) -> None:
    edit_card(format_version=1)(folder)
    card = load_bundle(folder, FEATURE_SETS).card
    assert (card.format_version, card.preparation) == (1, ())
    assert "preparation" not in card.as_dict()


def test_a_preparation_in_the_card_comes_back(folder: Path) -> None:
    bundle = load_bundle(folder, FEATURE_SETS)
    prepared = replace(CARD, preparation=("largest-fragment", "neutralise"))
    save_bundle(replace(bundle, card=prepared))
    assert load_bundle(folder, FEATURE_SETS).card == prepared
    assert content_hash(load_bundle(folder, FEATURE_SETS)) != content_hash(bundle)


def test_a_card_that_could_not_be_read_is_not_written() -> None:
    check_card(CARD)
    with pytest.raises(UsageError, match="'name' has 1,000 characters, more than 200"):
        check_card(replace(CARD, name="n" * 1000))


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
    for name in ("bbbp", "bace", "tox21-nr-er", "esol", "tetrahymena", "bace-pic50"):
        path, card = found[name]
        assert isinstance(card, Card), card
        load_bundle(path, FEATURE_SETS)
        assert card.name == name
        assert (card.n_members, card.n_shared) == (5, 2)
        assert card.format_version == (2 if name in ("bbbp", "tox21-nr-er") else 3)
        assert card.preparation == ("largest-fragment",)
        assert card.foundation["name"] == "foundation"
        assert load_forest(path, 2, of_value=card.of_value) is not None
        assert card.command.startswith("gcx train ")
        assert card.training_data
        assert len(card.training_data.sha256) == 64
        assert card.licence
        assert card.known_limits
        assert card.library_versions
        wanted = {"rmse", "mae", "r2"} if card.of_value else {"auc_roc", "auc_pr", "accuracy", "balanced_accuracy"}
        for metrics in card.metrics:
            assert wanted <= metrics.values.keys()


def test_a_forest_is_written_with_the_bundle_and_removed_with_it(folder: Path) -> None:
    bundle = load_bundle(folder, FEATURE_SETS)
    counts = [np.array([[0, number % 3]], np.uint16) for number in range(20)]
    forest = fit_forest(counts, np.array([number % 3 > 1 for number in range(20)], np.int64), seed=0)
    before = content_hash(bundle)
    save_bundle(bundle, forest=forest)
    back = load_forest(folder, 2)
    assert back is not None
    np.testing.assert_array_equal(back.probabilities(counts), forest.probabilities(counts))
    assert content_hash(load_bundle(folder, FEATURE_SETS)) == before
    assert (folder / FOREST_FILE).stat().st_mode & 0o777 == 0o644
    save_bundle(bundle)
    assert load_forest(folder, 2) is None


def test_cards_of_older_feature_sets_are_read_and_keep_their_features(folder: Path) -> None:
    newest = read_card(folder, FEATURE_SETS)
    edit_card(feature_set="convmol-nonnegative-1", n_features=81)(folder)
    old = read_card(folder, FEATURE_SETS)
    new = replace(old, feature_set="convmol-nonnegative-2")
    assert kind_of_model(old) is kind_of_model(new) is kind_of_model(newest)
    assert reading_parameters(old) == reading_parameters(new) == {"older codes": "convmol-nonnegative-2"}
    assert reading_parameters(newest) == {}
    source = Source(Path("x.smi"), Path("x.smi"), Format.SMILES)
    tin = molecule_graph(Chem.MolFromSmiles("[Sn+2].C"), "[Sn+2].C").graph.codes
    difference = decode_of(old, source)(tin) - decode_of(new, source)(tin)
    assert difference.sum(axis=1).tolist() == [2, 0]


def test_a_card_names_its_positive_class_and_what_its_labels_were(folder: Path) -> None:
    edit_card(positive_class="yes")(folder)
    edit_data(label_values={"Active": ["yes", 6], "Inactive": ["no", 4], "odd": ["", 1]})(folder)
    card = load_bundle(folder, FEATURE_SETS).card
    assert card.training_data is not None
    assert card.training_data.labels_in_words == "Active = yes (6), Inactive = no (4), odd left out (1)"
    edit_card(positive_class="maybe")(folder)
    with pytest.raises(BundleError, match="unknown positive class: expected no or yes, got maybe"):
        load_bundle(folder, FEATURE_SETS)


@pytest.mark.parametrize("values", [3, {"a": 3}, {"a": ["yes", "many"]}, {"a": ["yes", 1, 2]}, [["a", "yes", 1]]])
def test_label_values_that_are_none_are_refused(values: Any, folder: Path) -> None:
    edit_data(label_values=values)(folder)
    with pytest.raises(BundleError, match="label_values"):
        load_bundle(folder, FEATURE_SETS)


def test_the_bundled_models_name_their_positive_classes() -> None:
    found = {name: card.positive_class for name, _, card in list_models() if isinstance(card, Card)}
    assert {name: found[name] for name in ("bace", "bbbp", "tox21-nr-er")} == {
        "bace": "active",
        "bbbp": "permeable",
        "tox21-nr-er": "active",
    }
