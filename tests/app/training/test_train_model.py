from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from gcx_desktop.app.explaining.method_evidence import evidence_in
from gcx_desktop.app.explaining.models import FEATURE_SETS
from gcx_desktop.app.training.held_out import COVERAGE, checked_split, make_splits, split_task, train_baseline
from gcx_desktop.app.training.learned_task import LearnedTask
from gcx_desktop.app.training.model_domain import add_domain
from gcx_desktop.app.training.train_model import TrainingRequest, card_limits, loss, optimiser, train_model
from gcx_desktop.app.training.training_table import TrainingTable, TrainingTableRequest, read_training_table
from gcx_desktop.errors import BundleError, Cancelled, LibraryError, OutputError, UnknownNameError, UsageError
from gcx_desktop.gcn.bundles.bundle import load_bundle, save_bundle
from gcx_desktop.gcn.bundles.foundation import FoundationCard, save_foundation
from gcx_desktop.gcn.bundles.training_records import TrainingRecords, load_training_records
from gcx_desktop.gcn.cards.card import Metrics
from gcx_desktop.gcn.fitting.fit_many import fit_many
from gcx_desktop.gcn.fitting.split_protocol import MADE_SPLITS, SplitProtocol
from gcx_desktop.gcn.fitting.splits import split_examples
from gcx_desktop.gcn.fitting.training import Examples, FitPlan
from gcx_desktop.gcn.fitting.training_settings import Schedule, TrainingSettings
from gcx_desktop.gcn.forest import fit_forest, load_forest
from gcx_desktop.gcn.network import initialise
from gcx_desktop.gcn.reliability.domain import load_out_of_fold
from gcx_desktop.gcn.reliability.out_of_fold import OutOfFold
from gcx_desktop.graph.features import N_FEATURES, atom_features
from gcx_desktop.kinds.kind import NO_PARAMETERS
from gcx_desktop.kinds.molecules.kind import MOLECULES
from gcx_desktop.library.molecules.preparation import NO_PREPARATION, Preparation
from gcx_desktop.pool import WorkerPool
from gcx_desktop.progress import CancelToken, Progress
from gcx_desktop.work import Work

SMALL = {"widths": (8, 8), "learning_rate": 0.02, "batch_size": 16, "max_epochs": 8, "average_epochs": 0.5}
TINY = TrainingSettings(**SMALL, patience=8)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    with WorkerPool(1) as pool:
        yield pool


def rows() -> list[tuple[str, str]]:
    """120 molecules; those with a nitrogen are of class 1."""
    tails = ["C", "CC", "CCC", "C(C)C", "CO", "CCO", "CCl", "CF", "C(C)O", "CS"]
    rings = ["c1ccccc1", "C1CCCCC1", "c1ccoc1", "C1CCOC1", "c1ccsc1", "C1CCCC1"]
    found = []
    for i, tail in enumerate(tails):
        for j, ring in enumerate(rings):
            found.append((f"{ring}C{tail}", "0"))
            found.append((f"{ring}N{tail}" if (i + j) % 2 else f"{ring}CN{tail}", "1"))
    return found


def write(path: Path, table: list[tuple[str, str]], header: str = "smiles,label") -> Path:
    path.write_text("\n".join([header, *(f"{smiles},{label}" for smiles, label in table)]) + "\n")
    return path


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("table") / "amines.csv", rows())


@pytest.fixture(scope="module")
def training_table(table: Path, pool: WorkerPool) -> TrainingTable:
    return read_training_table(TrainingTableRequest(table, "label"), Work(pool))


def request(table: Path, output: Path) -> TrainingRequest:
    """For a single network."""
    settings = {**SMALL, "patience": 8}
    return TrainingRequest(table, "label", output, split=SplitProtocol.RANDOM, n_seeds=2, n_folds=1, settings=settings)


def mean_of(metrics: Metrics, name: str) -> float:
    """Of a metric over the seeds."""
    mean = metrics.values[name][0]
    assert mean is not None
    return mean


def test_the_presence_of_nitrogen_is_learned_and_the_card_has_the_scores(
    table: Path, pool: WorkerPool, tmp_path: Path
) -> None:
    asked = replace(
        request(table, tmp_path / "amines"),
        also_splits=(SplitProtocol.SCAFFOLD_BALANCED,),
        class_names=("no nitrogen", "nitrogen"),
        task="has a nitrogen",
        command="gcx train amines.csv",
        settings={**SMALL, "widths": (16, 16), "max_epochs": 60, "patience": 60},
    )
    train_model(asked, Work(pool))
    card = load_bundle(tmp_path / "amines", FEATURE_SETS).card
    assert (card.name, card.task, card.class_names) == ("amines", "has a nitrogen", ("no nitrogen", "nitrogen"))
    assert [metrics.split for metrics in card.metrics] == ["random 80/10/10", "scaffold-balanced 80/10/10"]
    assert set(card.metrics[0].values) == {
        *("auc_roc", "auc_pr", "accuracy", "balanced_accuracy", "calibration_error", "brier_score")
    }
    assert mean_of(card.metrics[0], "auc_roc") > 0.95
    assert card.seeds == card.metrics[0].seeds == (0, 1)
    assert card.training_data is not None
    assert card.training_data.class_counts == {"no nitrogen": 60, "nitrogen": 60}
    assert card.training_data.sha256 == hashlib.sha256(table.read_bytes()).hexdigest()
    assert card.command == "gcx train amines.csv"
    assert {"python", "torch", "rdkit", "numpy", "scikit-learn"} == set(card.library_versions)
    assert card.date
    assert card.known_limits
    assert (card.default_method, card.method_evidence) == ("", {})  # a single network has seen all records


def test_the_card_describes_the_class_weights_of_the_loss() -> None:
    def said(**settings: float) -> str:
        asked = replace(TINY, **settings)  # type: ignore[arg-type]
        return " ".join([loss(asked), *card_limits(MOLECULES, NO_PARAMETERS, asked, n_folds=1)])

    assert "every class of the same weight" in said(class_balance=1)
    assert "gives every class the same weight" in said(class_balance=1)
    assert "all examples weighted alike" in said(class_balance=0)
    assert "same weight" not in said(class_balance=0)
    assert "to the power 0.5" in said(class_balance=0.5)
    assert "class balance 0.5" in said(class_balance=0.5)
    assert "smoothed by 0.2" in said(label_smoothing=0.2)
    assert "smoothed" not in said(label_smoothing=0)


def test_the_card_describes_warm_up_and_the_average_of_the_weights() -> None:
    assert optimiser(TINY) == "AdamW, linear warm-up, then a constant learning rate; moving average of the weights"
    plain = replace(TINY, warmup_epochs=0, average_epochs=0)
    assert optimiser(plain) == "AdamW, a constant learning rate; no average of the weights"
    falling = replace(TINY, schedule=Schedule.COSINE)
    assert "linear warm-up, then a learning rate that falls to zero along half a cosine" in optimiser(falling)


def test_a_name_that_no_card_may_have_is_refused_before_training(table: Path, pool: WorkerPool, tmp_path: Path) -> None:
    steps: list[Progress] = []
    asked = replace(request(table, tmp_path / "model"), name="n" * 1000)
    with pytest.raises(UsageError, match="'name' has 1,000 characters, more than 200"):
        train_model(asked, Work(pool, steps.append))
    assert not [step for step in steps if step.what.startswith("Training")]
    assert not (tmp_path / "model").exists()


def test_an_ensemble_has_a_member_for_each_fold_and_calibrated_probabilities_out_of_fold(
    table: Path, pool: WorkerPool, tmp_path: Path
) -> None:
    asked = TrainingRequest(table, "label", tmp_path / "m", split=SplitProtocol.RANDOM, n_seeds=2, n_folds=3)
    bundle = train_model(replace(asked, settings={**SMALL, "max_epochs": 30}), Work(pool))
    card = load_bundle(tmp_path / "m", FEATURE_SETS).card
    assert (card.n_members, bundle.network.n_members, card.training["folds"]) == (3, 3, 3)
    assert card.calibration["temperature"] > 0
    assert mean_of(card.metrics[0], "auc_roc") > 0.9
    assert mean_of(card.metrics[0], COVERAGE) > 0.7
    assert card.baseline[0].split == card.metrics[0].split
    assert not [limit for limit in card.known_limits if "not calibrated" in limit]
    # The nitrogen decides, so masking what the first method marks lowers the score further than masking other atoms.
    first = next(each for each in evidence_in(card) if each.method == card.default_method)
    assert (first.n_records, first.beats_random) == (120, True)
    assert first.better > 0.8
    known = load_out_of_fold(tmp_path / "m", 2)
    assert known is not None
    assert sorted(np.bincount(known.folds)) == [40, 40, 40]
    assert np.mean(known.probabilities.argmax(axis=1) == known.measured) > 0.9
    records = load_training_records(tmp_path / "m", "smiles", 120)
    assert records is not None
    assert set(records.measured) == {"0", "1"}


def test_a_model_without_structures_names_no_training_molecule(table: Path, pool: WorkerPool, tmp_path: Path) -> None:
    train_model(replace(request(table, tmp_path / "m"), n_seeds=1, with_structures=False), Work(pool))
    assert load_training_records(tmp_path / "m", "smiles", 120) is None
    assert "C1CCCCC1" not in (tmp_path / "m" / "card.json").read_text()


def test_a_member_starts_from_the_layers_of_the_foundation(table: Path, pool: WorkerPool, tmp_path: Path) -> None:
    network = initialise(N_FEATURES, (6, 7), 2, torch.Generator().manual_seed(3))
    card = FoundationCard("small", feature_set=MOLECULES.feature_set, n_features=N_FEATURES, widths=(6, 7))
    save_foundation(card, network, tmp_path / "small")
    asked = replace(
        request(table, tmp_path / "m"),
        n_folds=2,
        foundation=str(tmp_path / "small"),
        n_frozen=0,
        settings={"max_epochs": 1, "learning_rate": 1e-9, "warmup_epochs": 0.0},
    )
    bundle = train_model(asked, Work(pool))
    assert bundle.card.widths == (6, 7)
    sha256 = hashlib.sha256((tmp_path / "small" / "weights.safetensors").read_bytes()).hexdigest()
    assert bundle.card.foundation == {"name": "small", "sha256": sha256}
    for k in range(2):
        for own, given in zip(bundle.network.member(k).hidden, network.hidden, strict=True):
            torch.testing.assert_close(own.weight, given.weight, atol=1e-6, rtol=1e-4)


def test_all_members_share_the_layers_of_the_foundation_that_stay_as_they_are(
    table: Path, pool: WorkerPool, tmp_path: Path
) -> None:
    network = initialise(N_FEATURES, (6, 7, 5), 2, torch.Generator().manual_seed(3))
    card = FoundationCard("small", feature_set=MOLECULES.feature_set, n_features=N_FEATURES, widths=(6, 7, 5))
    save_foundation(card, network, tmp_path / "small")
    asked = replace(request(table, tmp_path / "m"), n_folds=2, foundation=str(tmp_path / "small"), settings={})
    bundle = train_model(replace(asked, settings={"max_epochs": 1}), Work(pool))
    assert (bundle.card.n_members, bundle.card.n_shared) == (2, 2)
    for own, given in zip(bundle.network.hidden[:2], network.hidden[:2], strict=True):
        assert torch.equal(own.weight, given.weight)
    assert load_bundle(tmp_path / "m", FEATURE_SETS).network.widths == (6, 7, 5)
    with pytest.raises(UsageError, match="at most 2 layers can stay as they are"):
        train_model(replace(asked, n_frozen=3), Work(pool))
    with pytest.raises(UsageError, match="come from a foundation; give one"):
        train_model(replace(asked, foundation="none", n_frozen=1), Work(pool))


def test_a_class_with_fewer_molecules_than_folds_is_refused(table: Path, pool: WorkerPool, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="only 54 molecules of class 0 can be trained on, too few for 60 folds"):
        train_model(replace(request(table, tmp_path / "m"), n_folds=60), Work(pool))
    assert not (tmp_path / "m").exists()


def test_a_series_with_one_scaffold_is_refused_for_a_split_by_scaffold(training_table: TrainingTable) -> None:
    n = len(training_table.labels)
    series = replace(training_table, scaffolds=("c1ccccc1",) * (n - 6) + ("C1CCCCC1",) * 6)
    for protocol in (SplitProtocol.SCAFFOLD, SplitProtocol.SCAFFOLD_BALANCED):
        with pytest.raises(UsageError, match=r"one scaffold holds 95 % of the molecules.*use --split random"):
            checked_split(protocol, series, ("0", "1"), 0)
    assert len(checked_split(SplitProtocol.RANDOM, series, ("0", "1"), 0).test)


def test_the_forest_is_scored_on_molecules_that_it_has_not_seen(
    training_table: TrainingTable, pool: WorkerPool
) -> None:
    shuffled = replace(training_table, labels=np.random.default_rng(0).permutation(training_table.labels))
    splits = make_splits((SplitProtocol.RANDOM,), shuffled, range(4))
    (metrics,), forest = train_baseline(shuffled, splits, Work(pool))
    assert forest is not None
    assert 0.3 < mean_of(metrics, "auc_roc") < 0.7  # it knows its own molecules by heart, and chance is 0.5
    assert np.mean(forest.probabilities(shuffled.counts).argmax(axis=1) == shuffled.labels) > 0.8


def test_a_single_seed_has_no_standard_deviation(table: Path, pool: WorkerPool, tmp_path: Path) -> None:
    train_model(replace(request(table, tmp_path / "one"), n_seeds=1), Work(pool))
    (metrics,) = load_bundle(tmp_path / "one", FEATURE_SETS).card.metrics
    assert not metrics.have_sd
    assert "±" not in metrics.in_words("auc_roc")


def test_the_final_weights_take_the_median_of_the_epochs_that_validation_chose(
    table: Path, pool: WorkerPool, tmp_path: Path
) -> None:
    reported: list[Progress] = []
    bundle = train_model(replace(request(table, tmp_path / "m"), n_seeds=3), Work(pool, reported.append))
    chosen = bundle.card.training["epochs_chosen_by_validation"]["random"]
    assert len(chosen) == 3
    assert bundle.card.training["final_epochs"] == sorted(chosen)[1]
    (last,) = (each for each in reported if each.what.startswith("Final") and each.done == each.total)
    assert last.done == sorted(chosen)[1]


def test_the_same_seed_writes_the_same_weights(table: Path, pool: WorkerPool, tmp_path: Path) -> None:
    asked = replace(request(table, tmp_path / "a"), n_seeds=1)
    train_model(asked, Work(pool))
    train_model(replace(asked, output=tmp_path / "b"), Work(pool))
    train_model(replace(asked, output=tmp_path / "c", base_seed=1), Work(pool))
    a, b, c = ((tmp_path / name / "weights.safetensors").read_bytes() for name in "abc")
    assert a == b
    assert a != c


def test_the_test_part_never_reaches_the_weights(training_table: TrainingTable) -> None:
    examples = Examples(training_table.graphs, training_table.labels)
    split = split_examples(SplitProtocol.RANDOM, training_table.labels, training_table.scaffolds, 0)
    spoilt = Examples([*examples.graphs], examples.labels.copy())
    for i in split.test:
        spoilt.labels[i] = 1 - spoilt.labels[i]
        spoilt.graphs[i] = examples.graphs[0]  # type: ignore[index]
    plan = FitPlan(2, atom_features, TINY, 0)
    honest, other = fit_many([split_task("", each, split, plan) for each in (examples, spoilt)])
    for (_, a), (_, b) in zip(honest.network.tensors(), other.network.tensors(), strict=True):
        assert torch.equal(a, b)


def test_whole_scaffolds_stay_in_one_part(training_table: TrainingTable) -> None:
    assert set(training_table.scaffolds) == {"c1ccccc1", "C1CCCCC1", "c1ccoc1", "C1CCOC1", "c1ccsc1", "C1CCCC1"}
    split = split_examples(SplitProtocol.SCAFFOLD_BALANCED, training_table.labels, training_table.scaffolds, 0)
    keys = [{training_table.scaffolds[i] for i in part} for part in split.parts().values()]
    assert sum(map(len, keys)) == 6


def test_what_is_left_out_is_counted(pool: WorkerPool, tmp_path: Path) -> None:
    extra = [
        ("CCO", "0"),  # kept
        ("OCC", "0.0"),  # the same molecule
        ("[H]OCC", "0"),  # again, its hydrogen written
        ("CCN", "1"),  # contradicted by the next two
        ("NCC", "0"),
        ("C(N)C", "1"),
        ("CCCN", ""),  # not measured
        ("CCCCN", "NaN"),
        ("c1cc", "1"),  # no molecule
        ("CCl", "1.0"),  # kept
    ]
    found = read_training_table(TrainingTableRequest(write(tmp_path / "t.csv", extra), "label"), Work(pool))
    assert found.dropped == {"no label": 2, "unreadable": 1, "duplicate": 2, "contradictory labels": 3}
    assert found.n_records == 10
    assert found.labels.tolist() == [0, 1]
    assert found.class_names == ("0", "1")


def test_the_environments_of_each_molecule_are_counted_for_a_forest(training_table: TrainingTable) -> None:
    assert len(training_table.counts) == len(training_table.graphs)
    for graph, counts in zip(training_table.graphs, training_table.counts, strict=True):
        assert counts[:, 1].sum() >= graph.n_nodes


def test_adding_a_domain_keeps_forest_and_predictions(table: Path, pool: WorkerPool, tmp_path: Path) -> None:
    bundle = train_model(replace(request(table, tmp_path / "model"), n_seeds=1), Work(pool))
    read = read_training_table(TrainingTableRequest(table, "label"), Work(pool))
    forest = fit_forest(read.counts, read.labels, seed=0)
    n = len(read.labels)
    known = OutOfFold(read.labels, np.arange(n) % 2, np.full((n, 2), 0.5, dtype=np.float32))
    records = TrainingRecords("smiles", ["C"] * n, [""] * n, ["0"] * n)
    save_bundle(bundle, out_of_fold=known, training_records=records, forest=forest)
    add_domain(bundle.path, table, Work(pool))
    back = load_out_of_fold(bundle.path, 2)
    assert back is not None
    np.testing.assert_array_equal(back.measured, read.labels)
    assert load_training_records(bundle.path, "smiles", n) == records
    kept = load_forest(bundle.path, 2)
    assert kept is not None
    np.testing.assert_array_equal(kept.probabilities(read.counts), forest.probabilities(read.counts))
    other = OutOfFold(known.measured[1:], known.folds[1:], known.probabilities[1:])
    save_bundle(bundle, out_of_fold=other)
    with pytest.raises(BundleError, match="its predictions are of other records"):
        add_domain(bundle.path, table, Work(pool))


SALTS = [("Cl.CCN", "1"), ("CCN", "1"), ("CCO", "0"), ("CCO.O", "0"), ("CCC.[Na+].[Cl-]", "0"), ("CCC", "1")]


def test_salts_of_one_molecule_are_duplicates_unless_molecules_are_left_as_they_are(
    pool: WorkerPool, tmp_path: Path
) -> None:
    asked = TrainingTableRequest(write(tmp_path / "salts.csv", SALTS), "label")
    stripped = read_training_table(asked, Work(pool))
    assert stripped.preparation == Preparation(largest_fragment=True)
    assert (stripped.dropped["duplicate"], stripped.dropped["contradictory labels"]) == (2, 2)
    assert [graph.n_nodes for graph in stripped.graphs] == [3, 3]
    plain = read_training_table(replace(asked, preparation=NO_PREPARATION), Work(pool))
    assert not plain.preparation
    assert (plain.dropped["duplicate"], plain.dropped["contradictory labels"]) == (0, 0)
    assert [graph.n_nodes for graph in plain.graphs] == [4, 3, 3, 4, 5, 3]


def test_the_card_and_the_known_molecules_follow_the_preparation(pool: WorkerPool, tmp_path: Path) -> None:
    salts = write(tmp_path / "salts.csv", [(f"{smiles}.[Na+]", label) for smiles, label in rows()])
    asked = replace(request(salts, tmp_path / "salts"), n_seeds=1)
    card = train_model(asked, Work(pool)).card
    assert (card.preparation, card.format_version) == (("largest-fragment",), 3)
    made = (tmp_path / "salts" / "domain.safetensors").read_bytes()
    (tmp_path / "salts" / "domain.safetensors").unlink()
    add_domain(tmp_path / "salts", salts, Work(pool))
    assert (tmp_path / "salts" / "domain.safetensors").read_bytes() == made
    plain = train_model(replace(asked, output=tmp_path / "plain", preparation=NO_PREPARATION), Work(pool)).card
    assert plain.preparation == ()
    assert (tmp_path / "plain" / "domain.safetensors").read_bytes() != made


def test_stereoisomers_are_different_molecules(pool: WorkerPool, tmp_path: Path) -> None:
    found = read_training_table(
        TrainingTableRequest(
            write(tmp_path / "t.csv", [("C[C@H](N)O", "0"), ("C[C@@H](N)O", "1"), ("CC", "0")]), "label"
        ),
        Work(pool),
    )
    assert found.labels.tolist() == [0, 1, 0]


def test_words_that_are_opposites_are_ordered_negative_positive_and_named_by_what_they_mean(
    pool: WorkerPool, tmp_path: Path
) -> None:
    path = write(tmp_path / "t.csv", [("CCO", "Inactive"), ("CCN", "Active"), ("CCF", "INACTIVE ")])
    found = read_training_table(TrainingTableRequest(path, "label"), Work(pool))
    assert (found.class_names, found.labels.tolist()) == (("Inactive", "Active"), [0, 1, 0])
    for names in (("inactive", "active"), ("no hit", "hit")):
        named = read_training_table(TrainingTableRequest(path, "label", class_names=names), Work(pool))
        assert (named.class_names, named.labels.tolist()) == (names, [0, 1, 0])
    with pytest.raises(UsageError, match="--class-of"):
        read_training_table(TrainingTableRequest(path, "label", class_names=("low", "high")), Work(pool))


def test_values_of_unknown_meaning_are_used_once_their_classes_are_given(pool: WorkerPool, tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", [("CCO", "low"), ("CCN", "high"), ("CCF", "LOW"), ("CCCl", "odd")])
    with pytest.raises(UsageError, match="--class-of low=low --class-of high=high --class-of odd=odd"):
        read_training_table(TrainingTableRequest(path, "label"), Work(pool))
    named = {"low": "inactive", "high": "active", "odd": ""}
    found = read_training_table(TrainingTableRequest(path, "label", class_of=named), Work(pool))
    assert (found.class_names, found.labels.tolist()) == (("inactive", "active"), [0, 1, 0])


def test_a_measured_duplicate_of_a_record_that_was_not_measured_is_kept(pool: WorkerPool, tmp_path: Path) -> None:
    extra = [("CCO", "#N/A"), ("OCC", "1"), ("CCN", "None"), ("NCC", "0"), ("CCF", "n.d."), ("CCCl", "1")]
    found = read_training_table(TrainingTableRequest(write(tmp_path / "t.csv", extra), "label"), Work(pool))
    assert found.dropped == {"no label": 3, "unreadable": 0, "duplicate": 0, "contradictory labels": 0}
    assert found.labels.tolist() == [1, 0, 1]


def test_class_names_that_no_value_means_are_refused(table: Path, pool: WorkerPool) -> None:
    with pytest.raises(UsageError, match="holds no ‘c’, which --class-names names; its values are ‘0’"):
        read_training_table(TrainingTableRequest(table, "label", class_names=("a", "b", "c")), Work(pool))


def test_an_unknown_label_column_is_refused_with_those_that_exist(table: Path, pool: WorkerPool) -> None:
    with pytest.raises(UnknownNameError, match=r"unknown column 'activity'; known:.*label"):
        read_training_table(TrainingTableRequest(table, "activity"), Work(pool))


@pytest.mark.parametrize(
    ("labels", "sentence"),
    [
        (["1"] * 30, "only the value '1'; a classifier needs at least 2 classes"),
        ([""] * 30, "no value at all"),
        ([str(i / 10 + 0.05) for i in range(30)], "30 different values; a classifier needs 2 to 20 classes"),
    ],
)
def test_a_column_that_holds_no_classes_is_refused(
    labels: list[str], sentence: str, pool: WorkerPool, tmp_path: Path
) -> None:
    path = write(tmp_path / "t.csv", [("C" * (i + 1), label) for i, label in enumerate(labels)])
    with pytest.raises(UsageError, match=sentence):
        read_training_table(TrainingTableRequest(path, "label", task=LearnedTask.CLASSES), Work(pool))


def test_too_few_molecules_for_a_split_are_refused(training_table: TrainingTable) -> None:
    few = replace(
        training_table,
        graphs=training_table.graphs[:6],
        labels=training_table.labels[:6],
        scaffolds=training_table.scaffolds[:6],
    )
    for protocol in MADE_SPLITS:
        with pytest.raises(UsageError, match=r"6 molecules are too few for a .* split"):
            checked_split(protocol, few, ("no", "yes"), 0)


def test_an_output_that_cannot_be_written_is_refused_before_anything_is_read(pool: WorkerPool, tmp_path: Path) -> None:
    nowhere = tmp_path / "nothing.csv"
    with pytest.raises(OutputError, match="does not exist"):
        train_model(request(nowhere, tmp_path / "missing" / "model"), Work(pool))
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "diary.txt").write_text("dear diary")
    with pytest.raises(OutputError, match="not a model folder"):
        train_model(request(nowhere, tmp_path / "notes"), Work(pool))
    with pytest.raises(LibraryError, match="no such file"):
        train_model(request(nowhere, tmp_path / "model"), Work(pool))


def test_a_stopped_training_writes_nothing(table: Path, pool: WorkerPool, tmp_path: Path) -> None:
    cancel = CancelToken()

    def stop(progress: Progress) -> None:
        if progress.what.startswith("Training"):
            cancel.cancel()

    with pytest.raises(Cancelled):
        train_model(request(table, tmp_path / "model"), Work(pool, stop, cancel=cancel))
    assert list(tmp_path.iterdir()) == []


def test_the_command_writes_a_bundle_and_a_command_line_without_absolute_paths(
    table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from gcx_desktop.cli.main import main

    words = ["train", str(table), "--smiles-column", "smiles", "--label", "label", "--split", "random", "--seeds", "1"]
    words += ["--class-names", "no nitrogen,nitrogen", "--widths", "8,8", "--epochs", "3", "--learning-rate", "0.02"]
    words += ["--workers", "1"]
    threads = torch.get_num_threads()
    assert main([*words, "-o", str(tmp_path / "amines")]) == 0
    torch.set_num_threads(threads)
    card = load_bundle(tmp_path / "amines", FEATURE_SETS).card
    assert card.class_names == ("no nitrogen", "nitrogen")
    assert card.command == (
        "gcx train amines.csv --smiles-column=smiles --label label --split random --seeds 1 "
        "--class-names 'no nitrogen,nitrogen' --widths 8,8 --epochs 3 --learning-rate 0.02 -o amines"
    )
    out, err = capsys.readouterr()
    assert out == ""
    assert "120 of 120 records" in err
    assert "auc_roc" in err


def test_labels_of_an_sdf_are_a_data_field(pool: WorkerPool, tmp_path: Path) -> None:
    from rdkit import Chem

    path = tmp_path / "t.sdf"
    writer = Chem.SDWriter(str(path))
    for smiles, label in [("CCO", "0"), ("CCN", "1"), ("CCF", "0")]:
        mol = Chem.MolFromSmiles(smiles)
        mol.SetProp("label", label)
        writer.write(mol)
    writer.close()
    found = read_training_table(TrainingTableRequest(path, "label"), Work(pool))
    assert found.labels.tolist() == [0, 1, 0]
    assert np.array_equal(np.sort([graph.n_nodes for graph in found.graphs]), [3, 3, 3])


def test_a_limit_takes_the_first_records_and_unreadable_ones_are_listed(tmp_path: Path, pool: WorkerPool) -> None:
    path = tmp_path / "t.csv"
    path.write_text("smiles,label\nCCO,0\nCCN,1\nC1CC,1\nCCCl,0\nCCBr,1\n")
    found = read_training_table(TrainingTableRequest(path, "label", limit=4), Work(pool))
    assert (found.n_records, len(found.graphs)) == (4, 3)
    assert [(r.record, r.line) for r in found.rejected] == [(3, 4)]


def test_classes_lost_to_duplicates_are_reported_with_counts(tmp_path: Path, pool: WorkerPool) -> None:
    path = tmp_path / "t.csv"
    path.write_text("smiles,label\nCCO,0\nOCC,1\nCCN,0\n")
    with pytest.raises(UsageError, match=r"only 1 molecule left of 3 records \(2 contradictory labels\), too few"):
        read_training_table(TrainingTableRequest(path, "label"), Work(pool))
