from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from gcx_desktop import paths
from gcx_desktop.app.training.foundation_choice import BUNDLED_FOUNDATION, foundation_for
from gcx_desktop.app.training.pretrain import PretrainingRequest, pretrain, pretraining_summary
from gcx_desktop.app.training.train_model import TrainingRequest, train_model
from gcx_desktop.app.training.unlabelled_records import UnlabelledRequest, read_unlabelled
from gcx_desktop.errors import BundleError, Cancelled, OutputError, UsageError
from gcx_desktop.gcn.bundles.catalogue import bundle_folders, find_bundle
from gcx_desktop.gcn.bundles.foundation import FOUNDATION_FILE, Foundation, save_foundation
from gcx_desktop.gcn.fitting.split_protocol import SplitProtocol
from gcx_desktop.gcn.fitting.training_settings import PRETRAINING_SETTINGS
from gcx_desktop.kinds.molecules.kind import MOLECULES
from gcx_desktop.kinds.scenes.kind import SCENES
from gcx_desktop.pool import WorkerPool
from gcx_desktop.progress import CancelToken, Progress
from gcx_desktop.work import Work

RINGS = ["c1ccccc1", "C1CCCCC1", "c1ccoc1", "C1CCOC1", "c1ccsc1", "C1CCCC1"]
TAILS = ["C", "CC", "CCC", "C(C)C", "CO", "CCO", "CCl", "CF", "C(C)O", "CS", "N", "CN", "CC#N", "C(=O)O", "C=C"]
SMILES = [ring + tail for tail in TAILS for ring in RINGS]
SMALL = replace(PRETRAINING_SETTINGS, widths=(16, 24), max_epochs=30, batch_size=16, learning_rate=0.01)


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    with WorkerPool(1) as pool:
        yield pool


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("tables") / "molecules.smi", SMILES)


@pytest.fixture(scope="module")
def made(table: Path, pool: WorkerPool, tmp_path_factory: pytest.TempPathFactory) -> Foundation:
    folder = tmp_path_factory.mktemp("foundations") / "made"
    return pretrain(PretrainingRequest((table,), folder, settings=SMALL, command="gcx pretrain"), Work(pool))


def write(path: Path, smiles: list[str]) -> Path:
    path.write_text("".join(f"{each} m{i}\n" for i, each in enumerate(smiles)))
    return path


def test_descriptors_of_molecules_that_were_held_out_are_predicted(made: Foundation) -> None:
    card = made.card
    assert (card.name, card.kind, card.feature_set, card.widths) == (
        "made",
        "molecules",
        MOLECULES.feature_set,
        (16, 24),
    )
    assert (card.n_molecules, card.n_held_out) == (90, 9)
    assert len(card.epochs) == 30
    found = card.r2["descriptors"]
    assert found is not None
    assert found > 0.3
    assert found == max((each["descriptors"] or 0) + (each["fingerprints"] or 0) for each in card.epochs) - (
        card.r2["fingerprints"] or 0
    )


def test_the_card_says_what_was_learned_of_what(made: Foundation, table: Path) -> None:
    card = made.card
    assert [(each.source, each.n_records) for each in card.tables] == [("molecules.smi", 90)]
    assert len(card.tables[0].sha256) == 64
    assert "MolLogP" in card.descriptors
    assert set(card.fingerprints) == {"Morgan counts of radius 2", "Morgan counts of radius 1"}
    assert card.command == "gcx pretrain"
    assert card.preparation == ("largest-fragment",)
    summary = "\n".join(pretraining_summary(made))
    assert "90 of 90 records" in summary
    assert "9 held out, median: descriptors 0." in summary


def test_the_same_seed_gives_the_same_weights(made: Foundation, table: Path, pool: WorkerPool, tmp_path: Path) -> None:
    request = PretrainingRequest((table,), tmp_path / "again", settings=SMALL)
    assert pretrain(request, Work(pool)).sha256 == made.sha256
    other = replace(request, output=tmp_path / "other", seed=1, settings=replace(SMALL, max_epochs=1))
    assert pretrain(other, Work(pool)).sha256 != made.sha256


def test_each_molecule_is_read_once_and_none_of_the_excluded_tables(pool: WorkerPool, tmp_path: Path) -> None:
    first = write(tmp_path / "first.smi", ["CCO", "OCC", "CCN", "C1CC", "c1ccccc1O.[Na+].[Cl-]"])
    second = write(tmp_path / "second.smi", ["NCC", "CCCl", "CCBr", "CCF"])
    exclude = write(tmp_path / "exclude.smi", ["BrCC.Cl", "C1CC"])
    request = UnlabelledRequest((first, second), (exclude,))
    found = read_unlabelled(request, Work(pool))
    # Ethanol, ethylamine, phenol, ethyl chloride and fluoride.
    assert [graph.n_nodes for graph in found.graphs] == [3, 3, 7, 3, 3]
    assert found.dropped == {"unreadable": 1, "duplicate": 2, "in an excluded table": 1}
    assert [each.n_records for each in (*found.tables, *found.excluded_tables)] == [5, 4, 2]
    assert found.values.shape[0] == len(found) == len(found.counts[0]) == 5


def test_a_limit_holds_for_each_table_and_not_for_what_is_excluded(pool: WorkerPool, tmp_path: Path) -> None:
    first = write(tmp_path / "first.smi", ["CCO", "CCN", "CCF"])
    second = write(tmp_path / "second.smi", ["CCCl", "CCBr", "CCS"])
    exclude = write(tmp_path / "exclude.smi", ["C", "CC", "CCN"])
    found = read_unlabelled(UnlabelledRequest((first, second), (exclude,), limit=2), Work(pool))
    assert len(found) == 3
    assert found.dropped["in an excluded table"] == 1


def test_too_few_molecules_are_refused_with_the_reasons(table: Path, pool: WorkerPool, tmp_path: Path) -> None:
    request = PretrainingRequest((table, table), tmp_path / "few", limit=20, exclude=(table,))
    with pytest.raises(UsageError, match=r"only 0 molecules left \(40 in an excluded table\), too few"):
        pretrain(request, Work(pool))
    assert not (tmp_path / "few").exists()


def test_nothing_is_written_when_it_is_stopped(table: Path, pool: WorkerPool, tmp_path: Path) -> None:
    token, seen = CancelToken(), []

    def report(progress: Progress) -> None:
        seen.append(progress)
        if progress.what == "Pretraining":
            token.cancel()

    with pytest.raises(Cancelled):
        pretrain(PretrainingRequest((table,), tmp_path / "out", settings=SMALL), Work(pool, report, token))
    assert list(tmp_path.iterdir()) == []
    assert list(dict.fromkeys(each.what for each in seen)) == ["Reading", "Computing targets", "Pretraining"]
    assert "descriptors " in seen[-1].detail


def test_a_folder_that_cannot_be_written_is_refused_before_anything_is_read(tmp_path: Path, pool: WorkerPool) -> None:
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").write_text("mine")
    with pytest.raises(OutputError, match="exists and is not a foundation"):
        pretrain(PretrainingRequest((tmp_path / "missing.smi",), tmp_path / "thesis"), Work(pool))


def test_training_starts_from_the_layers_of_a_foundation(made: Foundation, pool: WorkerPool, tmp_path: Path) -> None:
    labelled = tmp_path / "labelled.csv"
    rows = [f"{smiles},{int('N' in smiles)}" for smiles in SMILES]
    labelled.write_text("\n".join(["smiles,label", *rows]) + "\n")
    still = {"learning_rate": 1e-9, "max_epochs": 1, "patience": 1, "average_epochs": 0.0, "weight_decay": 0.0}
    request = TrainingRequest(
        labelled,
        "label",
        tmp_path / "model",
        split=SplitProtocol.RANDOM,
        n_folds=1,
        n_seeds=1,
        settings=still,
        foundation=str(made.path),
    )
    bundle = train_model(request, Work(pool))
    assert bundle.card.widths == (16, 24)
    assert bundle.card.foundation == {"name": "made", "sha256": made.sha256}
    for own, other in zip(bundle.network.hidden, made.network.hidden, strict=True):
        assert torch.allclose(own.weight, other.weight, atol=1e-6)
    own_widths = replace(request, output=tmp_path / "other", settings=still | {"widths": (4,)})
    assert train_model(own_widths, Work(pool)).card.widths == (4,)
    at_random = replace(request, output=tmp_path / "random", foundation="none")
    assert train_model(at_random, Work(pool)).card.foundation == {}


def test_the_bundled_foundation_is_the_default_of_its_features_alone(
    made: Foundation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "bundled_models", lambda: tmp_path)
    assert foundation_for(MOLECULES) is None
    save_foundation(made.card, made.network, tmp_path / BUNDLED_FOUNDATION)
    found = foundation_for(MOLECULES)
    assert found is not None
    assert found.sha256 == made.sha256
    assert foundation_for(MOLECULES, "none") is None
    assert foundation_for(SCENES) is None
    other = replace(made.card, feature_set="of-tomorrow")
    save_foundation(other, made.network, tmp_path / BUNDLED_FOUNDATION)
    assert foundation_for(MOLECULES) is None


def test_a_foundation_that_was_asked_for_and_does_not_fit_is_refused(made: Foundation, tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="a foundation of other features"):
        foundation_for(SCENES, str(made.path))
    with pytest.raises(BundleError, match="not a foundation"):
        foundation_for(MOLECULES, str(tmp_path / "missing"))


def test_a_foundation_is_not_listed_as_a_model(
    made: Foundation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "bundled_models", lambda: made.path.parent)
    monkeypatch.setattr(paths, "user_models", lambda: tmp_path)
    assert (made.path / FOUNDATION_FILE).is_file()
    assert bundle_folders() == {}
    with pytest.raises(BundleError, match="not a model folder"):
        find_bundle(str(made.path))
