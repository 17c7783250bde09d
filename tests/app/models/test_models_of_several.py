"""A model of several endpoints is one model: listed, renamed, described and sent as one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gcx_desktop import paths
from gcx_desktop.app.explaining.model_knowledge import load_model_knowledge
from gcx_desktop.app.models.change_model import describe_model, name_problem, rename_model
from gcx_desktop.app.models.listed_models import holds_structures, listed_models
from gcx_desktop.app.models.transfer_model import export_model, import_model
from gcx_desktop.errors import BundleError, UsageError
from gcx_desktop.gcn.bundles.bundle import content_hash, load_bundle
from gcx_desktop.gcn.bundles.catalogue import find_bundle
from gcx_desktop.gcn.bundles.several import ENDPOINTS_FILE
from gcx_desktop.kinds.registry import feature_sets
from tests.several_model import ENDPOINTS, ROWS, save_several


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the user's own models, with one, "panel"."""
    for name in ("bundled", "own"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr(paths, "bundled_models", lambda: tmp_path / "bundled")
    monkeypatch.setattr(paths, "user_models", lambda: tmp_path / "own")
    save_several(tmp_path / "own" / "panel")
    return tmp_path / "own"


def hashes(folder: Path) -> list[str]:
    return [content_hash(load_bundle(folder / name, feature_sets())) for name in ENDPOINTS]


def test_it_is_listed_once_with_its_endpoints(own: Path) -> None:
    (panel,) = listed_models()
    assert (panel.name, panel.own, panel.table, panel.n_trained_on) == ("panel", True, "panel.csv", 6)
    assert panel.task == "3 endpoints: binds, logP, toxic"
    assert [each.name for each in panel.endpoints] == list(ENDPOINTS)
    assert panel.n_bytes == sum(path.stat().st_size for path in (own / "panel").rglob("*") if path.is_file())
    assert holds_structures(own / "panel")


def test_figures_of_one_name_are_a_range(own: Path) -> None:
    for name, value in (("binds", "0.7"), ("logP", "0.8"), ("toxic", "0.9")):
        card = own / "panel" / name / "card.json"
        card.write_text(card.read_text().replace('"rmse"', '"auc_roc"').replace("0.9,", f"{value},"))
    assert listed_models()[0].held_out == "AUC-ROC 0.700 to 0.900 (random)"


def test_an_endpoint_that_is_damaged_is_listed_with_the_reason(own: Path) -> None:
    (own / "panel" / "logP" / "card.json").write_text("[]")
    (panel,) = listed_models()
    assert [isinstance(each.card, BundleError) for each in panel.endpoints] == [False, True, False]
    (own / "panel" / ENDPOINTS_FILE).write_text("[]")
    (panel,) = listed_models()
    assert isinstance(panel.card, BundleError)
    assert panel.endpoints == ()


def test_all_its_cards_are_renamed_and_described(own: Path) -> None:
    before = hashes(own / "panel")
    assert name_problem("panel") == "another model has that name"
    renamed = rename_model(own / "panel", "assays")
    describe_model(renamed, "for Tuesday")
    assert not (own / "panel").exists()
    cards = [load_bundle(renamed / name, feature_sets()).card for name in ENDPOINTS]
    assert [(card.name, card.description) for card in cards] == [("assays", "for Tuesday")] * 3
    assert [card.lasting_name for card in cards] == [f"panel/{name}" for name in ENDPOINTS]
    assert hashes(renamed) == before
    assert find_bundle("assays/toxic") == renamed / "toxic"
    with pytest.raises(UsageError, match="only your own models can be changed"):
        describe_model(renamed / "toxic", "alone")


def test_it_is_sent_as_one_file_and_taken_once(own: Path, tmp_path: Path) -> None:
    sent = tmp_path / "panel.gcxm"
    export_model(own / "panel", sent)
    known = import_model(sent)
    assert (known.name, known.folder, known.was_here) == ("panel", own / "panel", True)
    came = import_model(sent, "other")
    assert (came.name, came.sent_as, came.was_here) == ("other", "panel", False)
    assert hashes(came.folder) == hashes(own / "panel")
    assert {path.relative_to(came.folder) for path in came.folder.rglob("*")} == {
        path.relative_to(own / "panel") for path in (own / "panel").rglob("*")
    }
    knowledge = load_model_knowledge(came.folder / "toxic", load_bundle(came.folder / "toxic", feature_sets()).card)
    assert not knowledge.problems
    assert knowledge.records is not None


def test_without_structures_no_endpoint_names_its_molecules(own: Path, tmp_path: Path) -> None:
    sent = tmp_path / "panel.gcxm"
    export_model(own / "panel", sent, structures=False)
    assert not holds_structures(import_model(sent, "other").folder)
    assert hashes(own / "other") == hashes(own / "panel")


def test_one_endpoint_is_sent_as_a_model_of_its_own(own: Path, tmp_path: Path) -> None:
    sent = tmp_path / "one.gcxm"
    export_model(own / "panel" / "logP", sent)
    came = import_model(sent)
    assert came.name == "panel-logP"
    alone, before = (load_bundle(at, feature_sets()) for at in (came.folder, own / "panel" / "logP"))
    assert not alone.card.shares_layers
    assert alone.card.of_value
    for (name, tensor), (other, same) in zip(alone.network.tensors(), before.network.tensors(), strict=True):
        assert name == other
        assert tensor.equal(same)
    one, all_of_it = (load_model_knowledge(each.path, each.card) for each in (alone, before))
    assert not one.problems
    assert one.domain is not None
    assert all_of_it.domain is not None
    assert len(one.domain.fingerprints) == len(ROWS["logP"])
    np.testing.assert_array_equal(one.domain.fingerprints, all_of_it.domain.fingerprints)
    assert one.records is not None
    assert all_of_it.records is not None
    assert one.records.texts == all_of_it.records.texts
