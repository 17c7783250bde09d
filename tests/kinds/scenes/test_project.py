"""Images explained into a project: nothing is computed twice, and what one model's graphs are is not another's."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch

from gcx_desktop.app.explaining.request import ExplanationRequest
from gcx_desktop.app.mining.mine_recurring import mine
from gcx_desktop.app.mining.substructure_search import MiningRequest
from gcx_desktop.app.output.write_results import ResultPlan, write_results
from gcx_desktop.app.projects.explain_project import explain_into_project
from gcx_desktop.app.projects.stored_results import stored_results
from gcx_desktop.explain import engine
from gcx_desktop.explain.method import method
from gcx_desktop.gcn.bundles.bundle import Bundle
from gcx_desktop.gcn.cards.card import Card
from gcx_desktop.gcn.network import initialise
from gcx_desktop.kinds.registry import other_files
from gcx_desktop.kinds.scenes.features import SceneFeatures
from gcx_desktop.kinds.scenes.kind import SCENE_FEATURE_SET
from gcx_desktop.kinds.scenes.scene import names_beside
from gcx_desktop.library.library import open_library
from gcx_desktop.library.record import Rejected
from gcx_desktop.pool import WorkerPool
from gcx_desktop.project.store import create_project, open_project
from gcx_desktop.project.stored_rows import StoredRecord, record_row
from gcx_desktop.work import Work
from tests.app.projects.test_explain_project import Run, assert_same
from tests.kinds.scenes.images import NAMES, labelled_images, vrd_object, vrd_relation, write_vrd

N_IMAGES = 32
"""30 that can be read, one without objects, one of a cow alone."""


def make_bundle(
    vocabulary: tuple[str, ...] = ("person", "sky", "bus"), without: tuple[str, ...] = (), n_visual: int = 0
) -> Bundle:
    features = SceneFeatures(vocabulary, without, n_visual)
    parameters, size = dict(features.as_parameters()), features.n_features
    card = Card("tiny", "nothing real", ("no", "yes"), (8, 6), SCENE_FEATURE_SET, size, parameters)
    return Bundle(card, initialise(size, (8, 6), 2, torch.Generator().manual_seed(1)), Path("tiny"))


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    with WorkerPool(1) as pool:
        yield pool


@pytest.fixture
def images(tmp_path: Path) -> Path:
    cow = vrd_object(2)
    return write_vrd(tmp_path, {**labelled_images(30), "none.jpg": [], "cow.jpg": [vrd_relation(cow, 0, cow)]})


@pytest.fixture
def run(images: Path, pool: WorkerPool, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr(engine, "BATCH_NODES", 30)
    return Run(images, make_bundle(), pool, monkeypatch)


def test_a_second_run_reads_and_computes_nothing_and_writes_the_same_file(run: Run, tmp_path: Path) -> None:
    written = []
    for _ in range(2):
        results = run(tmp_path / "a.gcx", "eb", "cam")
        written.append((run.n_explained, run.n_read))
        with open_library(run.table, others=other_files()) as library:
            write_results(
                str(tmp_path / "out.csv"), library, ResultPlan(run.bundle.card, ("eb", "cam"), "all"), results
            )
        written.append((tmp_path / "out.csv").read_bytes())
    assert written[0::2] == [(N_IMAGES - 1, N_IMAGES), (0, 0)]
    assert written[1] == written[3]
    assert b"person; bus; hat" in written[1]


def test_a_run_that_was_stopped_goes_on_and_gives_to_the_bit_what_an_uninterrupted_one_gives(
    run: Run, tmp_path: Path
) -> None:
    wanted = run(tmp_path / "whole.gcx", "grad-cam")
    run(tmp_path / "a.gcx", "grad-cam", stop_after=13)
    before = run.n_explained
    assert 0 < before < N_IMAGES - 1
    assert_same(run(tmp_path / "a.gcx", "grad-cam"), wanted)
    assert run.n_explained == N_IMAGES - 1 - before


def test_what_recurs_in_images_is_found_in_a_project_for_which_they_are_read_again(
    run: Run, images: Path, pool: WorkerPool, tmp_path: Path
) -> None:
    found, asked = [], MiningRequest(min_records=0)
    for _ in range(2):
        run.explained.clear()
        with (
            open_library(images, others=other_files()) as library,
            open_project(tmp_path / "a.gcx") if found else create_project(tmp_path / "a.gcx") as project,
        ):
            source = partial(explain_into_project, project=project)
            mined = mine(asked, ExplanationRequest(library, run.bundle, [method("cam")]), source, Work(pool))
        assert mined.findings
        found.append([(each.pattern.text, each.class_index, each.n_positive) for each in mined.findings])
    assert found[0] == found[1]
    assert run.n_explained == 0


@pytest.mark.parametrize(
    "other", [make_bundle(("bus", "person", "sky")), make_bundle(without=("cow", "bus"))], ids=["words", "left out"]
)
def test_models_whose_features_differ_do_not_share_graphs_in_a_project(run: Run, tmp_path: Path, other: Bundle) -> None:
    first = run(tmp_path / "a.gcx", "cam")
    both = run(tmp_path / "a.gcx", "cam", bundle=other)
    assert run.n_read == N_IMAGES
    assert_same(both, run(tmp_path / "b.gcx", "cam", bundle=other))
    rejected = [isinstance(result, Rejected) for result in both]
    assert rejected[-2:] == [True, bool(other.card.features["without"])]
    assert_same(run(tmp_path / "a.gcx", "cam"), first)
    assert run.n_read == 0


def test_a_model_with_the_same_features_is_computed_from_the_graphs_that_are_stored(run: Run, tmp_path: Path) -> None:
    run(tmp_path / "a.gcx", "cam")
    run(tmp_path / "a.gcx", "cam", bundle=replace(run.bundle, card=replace(run.bundle.card, task="another")))
    assert (run.n_explained, run.n_read) == (N_IMAGES - 1, 0)


def test_images_are_read_again_when_the_names_beside_them_changed(run: Run, tmp_path: Path) -> None:
    run(tmp_path / "a.gcx", "cam")
    (tmp_path / "vrd_objects.json").write_text(json.dumps(["child", *NAMES[1:]]))
    names_beside.cache_clear()
    run(tmp_path / "a.gcx", "cam")
    assert run.n_read == N_IMAGES


def test_a_code_beyond_the_vocabulary_is_not_shown_and_is_computed_again(run: Run, tmp_path: Path) -> None:
    wanted = run(tmp_path / "a.gcx", "cam")
    with open_project(tmp_path / "a.gcx") as project:
        (source,) = project.sources()
        (reading,) = project.readings(source.id)
        stored = reading.records([7])[7]
    assert isinstance(stored, StoredRecord)
    row = record_row(replace(stored, codes=np.full_like(stored.codes, 4 * 4**4)))
    connection = sqlite3.connect(tmp_path / "a.gcx")
    with connection:
        connection.execute("UPDATE record SET codes = ?, checksum = ? WHERE position = 7", (row[4], row[-1]))
    connection.close()
    with open_library(run.table, others=other_files()) as library, open_project(tmp_path / "a.gcx") as project:
        shown = [result for portion in stored_results(library, run.bundle, "cam", project) for result in portion]
        assert project.take_damaged() == [7]
    assert [result.position for result in shown] == [position for position in range(N_IMAGES) if position != 7]
    assert_same(run(tmp_path / "a.gcx", "cam"), wanted, exact=False)
    assert run.n_explained == 1


def test_graphs_with_visual_features_are_stored_and_read_again_when_their_file_changed(
    run: Run, images: Path, tmp_path: Path
) -> None:
    looks = np.random.default_rng(0).random((N_IMAGES, 3), dtype=np.float32)
    ids = np.array([f"image-{i}.jpg/1" for i in range(N_IMAGES)])
    np.savez(images.with_suffix(".npz"), ids=ids, vectors=looks)
    bundle = make_bundle(n_visual=3)
    first = run(tmp_path / "a.gcx", "cam", bundle=bundle)
    assert_same(run(tmp_path / "a.gcx", "cam", bundle=bundle), first)
    assert (run.n_explained, run.n_read) == (0, 0)
    np.savez(images.with_suffix(".npz"), ids=ids[::-1], vectors=looks)
    again = run(tmp_path / "a.gcx", "cam", bundle=bundle)
    assert run.n_read == N_IMAGES
    assert_same(again, run(tmp_path / "b.gcx", "cam", bundle=bundle))
    assert np.abs(again[0].explanation.maps["cam"] - first[0].explanation.maps["cam"]).max() > 1e-3
