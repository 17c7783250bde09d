"""From a table to a kept model, as the window does it: preview, training, result, keeping."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gcx_desktop import paths
from gcx_desktop.app.explaining.models import load_model
from gcx_desktop.app.training.keep_model import keep_model
from gcx_desktop.app.training.train_model import train_model
from gcx_desktop.app.training.training_choices import TrainingChoices
from gcx_desktop.app.training.training_preview import preview_training
from gcx_desktop.app.training.training_result import TrainingResult, load_training_result, what_split_asks
from gcx_desktop.errors import OutputError
from gcx_desktop.gcn.cards.card import Metrics
from gcx_desktop.gcn.fitting.split_protocol import SplitProtocol
from gcx_desktop.kinds.molecules.kind import MOLECULES
from gcx_desktop.pool import WorkerPool
from gcx_desktop.progress import Progress
from gcx_desktop.work import Work

TINY = {"widths": (8, 8), "max_epochs": 2, "batch_size": 32}
TAILS = ["C", "CC", "CCC", "C(C)C", "CO", "CCO", "CCl", "CF"]
RINGS = ["c1ccccc1", "C1CCCCC1", "c1ccoc1", "C1CCOC1", "c1ccsc1"]
EXTRA = [
    ("CC", "no", "5.5"),
    ("C C", "yes", "6"),
    ("c1ccccc1CC", "no", "5"),
    ("C1CCCCC1NCC", "no", "1"),
    ("CCCCC", "", ">7"),
    ("CCCCCC", "n.d.", ""),
]
"""Without ring; unreadable; a duplicate; a contradiction; a bound; without labels."""


def rows() -> list[tuple[str, str, str]]:
    found = []
    for i, tail in enumerate(TAILS):
        for j, ring in enumerate(RINGS):
            found.append((f"{ring}C{tail}", "no", f"{5 + i / 10 + j / 100:.2f}"))
            found.append((f"{ring}N{tail}", "yes", f"{7 + i / 10 + j / 100:.2f}"))
    return [*found, *EXTRA]


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    with WorkerPool(1) as pool:
        yield pool


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("table") / "amines.csv"
    lines = [f"{smiles},m{i},{label},{value}" for i, (smiles, label, value) in enumerate(rows())]
    path.write_text("\n".join(["smiles,name,amine,pIC50", *lines]) + "\n")
    return path


def trained(table: Path, label: str, folder: Path, work: Work) -> TrainingResult:
    chosen = TrainingChoices(table, label, split=SplitProtocol.RANDOM)
    request = replace(chosen.request(folder), foundation="none", n_seeds=1, n_folds=2, settings=TINY)
    positions: list[int] = []
    train_model(request, work, on_read=lambda read: positions.extend(read.positions))
    return load_training_result(folder, positions)


@pytest.fixture(scope="module")
def told() -> list[Progress]:
    """The progress that the training on classes reported."""
    return []


@pytest.fixture(scope="module")
def of_classes(
    table: Path, pool: WorkerPool, tmp_path_factory: pytest.TempPathFactory, told: list[Progress]
) -> TrainingResult:
    return trained(table, "amine", tmp_path_factory.mktemp("models") / "amine", Work(pool, told.append))


@pytest.fixture(scope="module")
def of_values(table: Path, pool: WorkerPool, tmp_path_factory: pytest.TempPathFactory) -> TrainingResult:
    return trained(table, "pIC50", tmp_path_factory.mktemp("models") / "potency", Work(pool))


def test_what_becomes_of_every_record_is_said_before_training(table: Path, pool: WorkerPool, tmp_path: Path) -> None:
    request = TrainingChoices(table, "amine", split=SplitProtocol.RANDOM).request(tmp_path / "model")
    found = preview_training(request, Work(pool))
    assert found.dropped == {"no label": 2, "unreadable": 1, "duplicate": 1, "contradictory labels": 2}
    assert found.n_records == len(rows())
    assert found.n_used == len(rows()) - 6
    said = " ".join(found.sentences(MOLECULES.words))
    assert "yes = yes (41), no = no (43)" in said
    for words in ("80 molecules of 86 records", "2 without a usable label", "1 that cannot be read", "2 the same"):
        assert words in said
    assert not found.trouble
    assert not (tmp_path / "model").exists()


def test_bounds_are_counted_among_what_is_left_out_of_values(table: Path, pool: WorkerPool, tmp_path: Path) -> None:
    request = TrainingChoices(table, "pIC50", split=SplitProtocol.RANDOM).request(tmp_path / "model")
    said = " ".join(preview_training(request, Work(pool)).sentences(MOLECULES.words))
    assert "only a bound (1)" in said
    assert "no value (1)" in said


def test_a_split_that_cannot_be_made_is_said_before_training(pool: WorkerPool, tmp_path: Path) -> None:
    path = tmp_path / "few.csv"
    path.write_text("smiles,active\n" + "".join(f"c1ccccc1{'C' * i},{i % 2}\n" for i in range(24)))
    found = preview_training(TrainingChoices(path, "active").request(tmp_path / "model"), Work(pool))
    assert "one scaffold holds" in found.trouble


def test_the_worst_errors_are_the_surest_wrong_predictions_out_of_fold(of_classes: TrainingResult) -> None:
    known = of_classes.known
    assert known is not None
    wrong = known.probabilities.argmax(axis=1) != known.measured
    worst = of_classes.worst()
    assert len(worst) == of_classes.n_wrong == int(wrong.sum())
    assert [error.size for error in worst] == sorted(known.probabilities.max(axis=1)[wrong].tolist(), reverse=True)
    table = rows()
    for error in worst:
        assert error.title == f"m{error.position}"
        assert error.measured == table[error.position][1]
        assert error.predicted != error.measured


def test_the_worst_errors_of_values_are_those_farthest_off(of_values: TrainingResult) -> None:
    known, table = of_values.known, rows()
    assert known is not None
    worst = of_values.worst(5)
    errors = np.abs(known.probabilities[:, 0].astype(float) - known.measured)
    assert [error.size for error in worst] == pytest.approx(sorted(errors.tolist(), reverse=True)[:5])
    for error in worst:
        assert float(error.measured) == pytest.approx(float(table[error.position][2]), abs=0.5)
    assert of_values.n_wrong == 0


def test_without_the_records_places_no_errors_are_listed(of_classes: TrainingResult) -> None:
    assert load_training_result(of_classes.folder).worst() == []


def test_the_verdict_says_which_of_network_and_forest_is_better(of_classes: TrainingResult) -> None:
    def with_auc(network: float, forest: float) -> str:
        rows = [(Metrics("random 80/10/10", (0,), {"auc_roc": (auc, None)}),) for auc in (network, forest)]
        return replace(of_classes, card=replace(of_classes.card, metrics=rows[0], baseline=rows[1])).verdict

    assert "forest predicts better" in with_auc(0.8, 0.9)
    assert with_auc(0.9, 0.8).startswith("It predicts better than a random forest")
    assert with_auc(0.85, 0.851).startswith("It predicts as well as")
    assert replace(of_classes, card=replace(of_classes.card, baseline=())).verdict == ""


def test_what_is_known_of_the_domain_is_a_sentence_for_classes_and_values(
    of_classes: TrainingResult, of_values: TrainingResult
) -> None:
    assert "predicted rightly" in of_classes.about_domain
    assert "off by" in of_values.about_domain


@pytest.mark.parametrize("protocol", list(SplitProtocol))
def test_what_a_split_asks_is_a_question(protocol: SplitProtocol) -> None:
    assert "?" in what_split_asks(f"{protocol} 80/10/10")


def test_a_kept_model_has_its_new_name_and_command_and_predicts_as_before(
    of_classes: TrainingResult, table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "user_models", lambda: tmp_path / "new" / "models")
    chosen = TrainingChoices(table, "amine", split=SplitProtocol.RANDOM)
    target = tmp_path / "new" / "models" / "my amines"
    keep_model(of_classes.folder, target, chosen)
    kept = load_model("my amines")
    assert kept.card.name == "my amines"
    assert kept.card.command == chosen.command(target, shown=True)
    before = load_model(str(of_classes.folder))
    assert all((a == b).all() for (_, a), (_, b) in zip(before.network.tensors(), kept.network.tensors(), strict=True))
    assert {each.name for each in target.iterdir()} == {each.name for each in of_classes.folder.iterdir()}


def test_a_model_replaces_no_other_folder(of_classes: TrainingResult, table: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").write_text("years of work")
    with pytest.raises(OutputError, match="not a model folder"):
        keep_model(of_classes.folder, tmp_path / "thesis", TrainingChoices(table, "amine"))
    assert (tmp_path / "thesis" / "chapter.txt").read_text() == "years of work"


def test_progress_names_network_epoch_and_loss(of_classes: TrainingResult, told: list[Progress]) -> None:
    parts = [progress.part for progress in told if progress.part is not None]
    assert parts
    assert all("fold" in part.name and 1 <= part.done <= part.total == 2 for part in parts)
    assert all(part.figure is not None and 0 < part.figure < 10 for part in parts)
