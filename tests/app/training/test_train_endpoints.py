"""Several endpoints from one table: each with its own labels, figures and files, one network for all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gcx_desktop.app.explaining.model_knowledge import load_model_knowledge
from gcx_desktop.app.explaining.models import FEATURE_SETS, load_model
from gcx_desktop.app.training.train_model import TrainingRequest, train_endpoints
from gcx_desktop.app.training.training_table import TrainingTableRequest, read_joint_table
from gcx_desktop.errors import BundleError, UnknownNameError, UsageError
from gcx_desktop.gcn.bundles.bundle import Bundle, load_bundle
from gcx_desktop.gcn.bundles.catalogue import find_bundle, find_endpoints
from gcx_desktop.gcn.bundles.several import ENDPOINTS_FILE, endpoint_folders, folder_names
from gcx_desktop.gcn.fitting.split_protocol import SplitProtocol
from gcx_desktop.gcn.reliability.domain import load_domain, make_domain
from gcx_desktop.graph.morgan_fingerprint import N_BYTES
from gcx_desktop.pool import WorkerPool
from gcx_desktop.work import Work

SETTINGS = {"widths": (8, 8), "learning_rate": 0.02, "batch_size": 16, "max_epochs": 5}
LABELS = ("amine", "logP", "assay/2")


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    with WorkerPool(1) as pool:
        yield pool


def rows() -> list[tuple[str, str, str, str]]:
    """Of every second molecule it is known whether it has a nitrogen, of all a value, of some a third label."""
    rings = ("c1ccccc1", "C1CCCCC1", "c1ccoc1", "C1CCOC1", "c1ccncc1")
    found = []
    for number, ring in enumerate(rings):
        for n in range(1, 13):
            for end in "ON":
                value = f"{0.5 * n - (end == 'O') + 0.01 * number:.2f}"
                known = "" if n % 2 else str(int(end == "N"))
                found.append((f"{ring}{'C' * n}{end}", known, value, "" if n > 8 else str(n % 2)))
    return found


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("several") / "panel.csv"
    lines = [",".join(("smiles", *LABELS)), *(",".join(row) for row in rows()), "CCCC,,,", "OCc1ccccc1,0,,1"]
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture(scope="module")
def asked(table: Path, tmp_path_factory: pytest.TempPathFactory) -> TrainingRequest:
    return TrainingRequest(
        table,
        LABELS[0],
        tmp_path_factory.mktemp("models") / "panel",
        also_labels=LABELS[1:],
        split=SplitProtocol.RANDOM,
        n_seeds=1,
        n_folds=3,
        settings=SETTINGS,
    )


@pytest.fixture(scope="module")
def trained(asked: TrainingRequest, pool: WorkerPool) -> tuple[Bundle, ...]:
    return train_endpoints(asked, Work(pool))


def test_each_label_keeps_the_records_that_have_it(table: Path, pool: WorkerPool) -> None:
    joint = read_joint_table(TrainingTableRequest(table, LABELS[0]), LABELS, Work(pool))
    amine, value, assay = joint.tables
    assert (len(amine.graphs), len(value.graphs), len(assay.graphs)) == (61, 120, 80)
    assert len(joint.graphs) == 120
    labels = joint.labels
    assert (np.isnan(labels).sum(axis=0) == [59, 0, 40]).all()
    for number, (each, rows_) in enumerate(zip(joint.tables, joint.rows, strict=True)):
        np.testing.assert_array_equal(labels[rows_, number], each.labels)
        assert [joint.fingerprints[row] for row in rows_] == list(each.fingerprints)
    assert amine.dropped["no label"] == 61
    assert assay.dropped["duplicate"] == 1


def test_endpoints_share_their_layers_and_each_is_a_model_of_its_own(
    asked: TrainingRequest, trained: tuple[Bundle, ...]
) -> None:
    found = find_endpoints(str(asked.output))
    assert list(found) == list(LABELS)
    assert [folder.name for folder in found.values()] == ["amine", "logP", "assay-2"]
    loaded = [load_model(str(folder)) for folder in found.values()]
    assert [each.card.title for each in loaded] == ["panel/amine", "panel/logP", "panel/assay/2"]
    assert [each.card.of_value for each in loaded] == [False, True, False]
    for before, after in zip(trained, loaded, strict=True):
        assert before.path == after.path
        for (name, tensor), (other, same) in zip(before.network.tensors(), after.network.tensors(), strict=True):
            assert name == other
            assert tensor.equal(same)
        assert after.forest is not None
        knowledge = load_model_knowledge(after.path, after.card)
        assert not knowledge.problems
        assert knowledge.out_of_fold is not None
        assert knowledge.records is not None
        assert len(knowledge.out_of_fold) == len(knowledge.records)


def test_the_domain_of_an_endpoint_is_that_of_its_own_records(
    asked: TrainingRequest, trained: tuple[Bundle, ...], pool: WorkerPool
) -> None:
    joint = read_joint_table(TrainingTableRequest(asked.table, LABELS[0]), LABELS, Work(pool))
    for each, own in zip(trained, joint.tables, strict=True):
        domain = load_domain(each.path, N_BYTES)
        assert domain is not None
        np.testing.assert_array_equal(domain.fingerprints, make_domain(own.fingerprints).fingerprints)
        np.testing.assert_array_equal(domain.nearest, make_domain(own.fingerprints).nearest)


def test_an_endpoint_is_found_by_its_name(asked: TrainingRequest, trained: tuple[Bundle, ...]) -> None:
    model = str(asked.output)
    assert find_bundle(model, "LOGP") == trained[1].path
    with pytest.raises(UsageError, match="has several endpoints; choose one with --endpoint: amine, logP, assay/2"):
        find_bundle(model)
    with pytest.raises(UnknownNameError, match="unknown endpoint 'logD'"):
        find_bundle(model, "logD")
    with pytest.raises(UsageError, match="has one endpoint only; leave --endpoint out"):
        find_bundle("bbbp", "logP")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[]", "not a list of endpoints"),
        ('{"format_version": 9, "endpoints": []}', "unknown format version"),
        ('{"format_version": 1, "endpoints": []}', "too many endpoints, or none"),
        ('{"format_version": 1, "endpoints": [{"name": "a", "folder": "../bbbp"}]}', "impossible name"),
        ('{"format_version": 1, "endpoints": [{"name": "a", "folder": "/etc"}]}', "impossible name"),
        ('{"format_version": 1, "endpoints": [{"name": "", "folder": "amine"}]}', "missing, too long or there twice"),
        ('{"format_version": 1, "endpoints": [{"name": "a", "folder": "nowhere"}]}', "it has no card.json"),
    ],
)
def test_a_list_of_endpoints_that_does_not_fit_is_refused(content: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "amine").mkdir()
    (tmp_path / "amine" / "card.json").write_text("{}")
    (tmp_path / ENDPOINTS_FILE).write_text(content)
    with pytest.raises(BundleError, match=said):
        endpoint_folders(tmp_path)


def test_weights_of_other_layers_are_refused(trained: tuple[Bundle, ...], tmp_path: Path) -> None:
    import shutil

    shutil.copytree(trained[0].path.parent, tmp_path / "panel")
    card = tmp_path / "panel" / "amine" / "card.json"
    values = json.loads(card.read_text())
    card.write_text(json.dumps(values | {"widths": [8, 9]}))
    with pytest.raises(BundleError, match="another shape than the card says"):
        load_bundle(tmp_path / "panel" / "amine", FEATURE_SETS)
    (tmp_path / "panel" / "domain.safetensors").unlink()
    with pytest.raises(BundleError, match="an array is missing"):
        load_domain(tmp_path / "panel" / "logP", N_BYTES)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"also_labels": ("logP", "logP")}, "the label logP is named twice"),
        ({"n_folds": 1}, "several endpoints are learned by an ensemble"),
        ({"also_labels": ("nothing",)}, "unknown column"),
    ],
)
def test_endpoints_that_cannot_be_learned_are_refused_before_training(
    changes: dict[str, object], said: str, asked: TrainingRequest, pool: WorkerPool, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match=said):
        train_endpoints(replace(asked, output=tmp_path / "m", **changes), Work(pool))  # type: ignore[arg-type]
    assert not (tmp_path / "m").exists()


def test_folders_have_names_that_every_system_can_have() -> None:
    assert folder_names(["NR-AR", "nr-ar", "log P (pH 7.4)", "β", "_x"]) == [
        *("NR-AR", "2-nr-ar", "log-P-pH-7.4", "endpoint-4", "5-x"),
    ]
