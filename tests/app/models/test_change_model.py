"""The user's own models get other names and descriptions; what belongs to their results stays."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gcx_desktop import paths
from gcx_desktop.app.models.change_model import describe_model, free_model_name, name_problem, rename_model
from gcx_desktop.app.models.listed_models import ListedModel, holds_structures, listed_models
from gcx_desktop.errors import BundleError, OutputError, UsageError
from gcx_desktop.gcn.bundles.bundle import content_hash, load_bundle
from gcx_desktop.gcn.bundles.catalogue import find_bundle
from gcx_desktop.gcn.cards.card import Card
from gcx_desktop.kinds.registry import feature_sets
from tests.model_fixtures import save_small_model


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the user's own models, with one, "mine"."""
    for name in ("bundled", "own"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr(paths, "bundled_models", lambda: tmp_path / "bundled")
    monkeypatch.setattr(paths, "user_models", lambda: tmp_path / "own")
    save_small_model(tmp_path / "bundled" / "given")
    save_small_model(tmp_path / "own" / "mine")
    return tmp_path / "own"


def listed(name: str) -> ListedModel:
    (found,) = (model for model in listed_models() if model.name == name)
    return found


def card_of(folder: Path) -> Card:
    return load_bundle(folder, feature_sets()).card


def test_the_list_says_what_tells_models_apart(own: Path) -> None:
    mine = listed("mine")
    assert [model.own for model in listed_models()] == [False, True]
    assert (mine.task, mine.date) == ("nothing real", "2026-11-30")
    assert (mine.table, mine.n_trained_on) == ("amines.csv", 2)
    assert mine.held_out == "AUC-ROC 0.900 ± 0.010 (scaffold)"
    assert mine.n_bytes == sum(path.stat().st_size for path in (own / "mine").iterdir())
    assert holds_structures(own / "mine")


def test_a_model_that_cannot_be_used_is_listed_without_its_figures(own: Path) -> None:
    (own / "mine" / "card.json").write_text("[]")
    mine = listed("mine")
    assert isinstance(mine.card, BundleError)
    assert (mine.task, mine.date, mine.table, mine.n_trained_on, mine.held_out) == ("", "", "", 0, "")


def test_a_renamed_model_is_found_by_its_new_name_and_keeps_its_hash(own: Path) -> None:
    before = load_bundle(own / "mine", feature_sets())
    folder = rename_model(own / "mine", "β-lactamase, 2nd try")
    after = load_bundle(folder, feature_sets())
    assert find_bundle("β-lactamase, 2nd try") == folder == own / "β-lactamase, 2nd try"
    assert (after.card.name, after.card.lasting_name) == ("β-lactamase, 2nd try", "mine")
    assert content_hash(after) == content_hash(before)
    assert not (own / "mine").exists()
    again = card_of(rename_model(folder, "mine"))
    assert again == before.card


def test_a_description_is_kept_in_the_card_and_changes_no_hash(own: Path) -> None:
    before = content_hash(load_bundle(own / "mine", feature_sets()))
    describe_model(own / "mine", "for the second series\nof Anna")
    assert card_of(own / "mine").description == "for the second series\nof Anna"
    assert content_hash(load_bundle(own / "mine", feature_sets())) == before
    describe_model(own / "mine", "")
    assert "description" not in json.loads((own / "mine" / "card.json").read_text())


def test_entries_of_a_later_version_stay_when_a_model_is_described(own: Path) -> None:
    path = own / "mine" / "card.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "mood": ["good"]}))
    describe_model(own / "mine", "x")
    assert json.loads(path.read_text())["mood"] == ["good"]


def test_a_description_that_is_too_long_is_refused(own: Path) -> None:
    with pytest.raises(UsageError, match="10,001 characters, more than 10,000"):
        describe_model(own / "mine", "x" * 10_001)
    assert card_of(own / "mine").description == ""


@pytest.mark.parametrize("change", [lambda at: rename_model(at, "other"), lambda at: describe_model(at, "x")])
def test_models_of_the_program_and_of_other_folders_are_never_changed(change: object, own: Path) -> None:
    elsewhere = save_small_model(own.parent / "elsewhere")
    for folder in (own.parent / "bundled" / "given", elsewhere):
        before = (folder / "card.json").read_bytes()
        with pytest.raises(UsageError, match="only your own models can be changed"):
            change(folder)  # type: ignore[operator]
        assert (folder / "card.json").read_bytes() == before


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("", "it is empty"),
        ("a/b", "it has a /"),
        ("..", "systems keep such names"),
        (".hidden", "systems keep such names"),
        ("mine ", "systems keep such names"),
        ("NUL", "systems keep such names"),
        ("com1.x", "systems keep such names"),
        ("a\x1bb", "cannot be seen"),
        ("x" * 81, "more than 80 characters"),
        ("β" * 80 + "β", "more than 80 characters"),
        ("given", "another model has that name"),
        ("GIVEN", "another model has that name"),
        ("taken", "another model has that name"),
        ("mine", ""),
        ("Mine", ""),
        ("log P, 2.0", ""),
    ],
)
def test_a_name_must_do_for_a_folder_on_every_system_and_be_free(name: str, problem: str, own: Path) -> None:
    (own / "taken").mkdir()
    found = name_problem(name, own / "mine")
    assert problem in found
    assert bool(found) == bool(problem)
    if problem:
        with pytest.raises(UsageError, match="a model cannot be called"):
            rename_model(own / "mine", name)
        assert card_of(own / "mine").name == "mine"


def test_a_free_name_is_like_the_wanted_one(own: Path) -> None:
    names = ["new", "given", "mine", "a/b: c", "..", "NUL", "x" * 300]
    assert [free_model_name(name) for name in names] == [
        *("new", "given-2", "mine-2", "a-b- c", "model", "model NUL", "x" * 72)
    ]
    save_small_model(own / "mine-2")
    assert free_model_name("mine") == "mine-3"


def test_a_model_whose_card_cannot_be_written_keeps_its_name(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OutputError("card.json", "the disk is full")

    monkeypatch.setattr("gcx_desktop.app.models.change_model.whole_file", fail)
    with pytest.raises(OutputError, match="full"):
        rename_model(own / "mine", "other")
    assert card_of(own / "mine").name == "mine"
    assert not (own / "other").exists()
