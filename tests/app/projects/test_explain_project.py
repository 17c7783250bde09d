"""Explaining into a project: the same results, in the same order, and nothing computed twice."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from gcx_desktop.app.explaining import request as asking
from gcx_desktop.app.explaining.explain_library import ExplainedRecord, explain_library
from gcx_desktop.app.explaining.request import ExplanationRequest
from gcx_desktop.app.output.write_results import ResultPlan, write_results
from gcx_desktop.app.projects import explain_project
from gcx_desktop.app.projects.explain_project import explain_into_project
from gcx_desktop.errors import Cancelled, LibraryError, ProjectError
from gcx_desktop.explain import engine
from gcx_desktop.explain.method import method
from gcx_desktop.gcn.bundles.bundle import Bundle
from gcx_desktop.gcn.cards.card import Card
from gcx_desktop.gcn.network import combine, initialise
from gcx_desktop.graph.features import (
    FEATURE_SET,
    FEATURE_SET_1,
    FEATURE_SET_2,
    N_FEATURES,
    N_OLDER_CODES,
    N_OLDER_FEATURES,
)
from gcx_desktop.kinds.registry import other_files
from gcx_desktop.library.library import open_library
from gcx_desktop.library.molecules.preparation import Preparation
from gcx_desktop.library.record import Rejected
from gcx_desktop.library.table_options import TableOptions
from gcx_desktop.pool import WorkerPool
from gcx_desktop.progress import CancelToken, Progress, silent
from gcx_desktop.project.store import create_project, open_project
from gcx_desktop.work import Work

SMILES = [f"{'C' * (i % 7 + 1)}c1ccccc1" if i % 3 == 1 else f"OC{'N' * (i % 5)}C=C" for i in range(40)]
SMILES[5], SMILES[20], SMILES[33] = "broken", "[H]OC([H])c1ccccc1", "[Na+].CC[O-]"

Result = ExplainedRecord | Rejected


def make_bundle(seed: int) -> Bundle:
    card = Card("tiny", "nothing real", ("no", "yes"), (8, 6), FEATURE_SET, N_FEATURES)
    return Bundle(card, initialise(N_FEATURES, (8, 6), 2, torch.Generator().manual_seed(seed)), Path("tiny"))


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    with WorkerPool(1) as pool:
        yield pool


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return make_bundle(1)


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "BATCH_NODES", 50)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "library.csv"
    rows = [f"{smiles},name {i},CCO\n" for i, smiles in enumerate(SMILES)]
    path.write_text("smiles,title,other\n" + "".join(rows))
    return path


class Run:
    """Runs a library into a project, and counts what is computed and read."""

    def __init__(self, table: Path, bundle: Bundle, pool: WorkerPool, monkeypatch: pytest.MonkeyPatch) -> None:
        self.table, self.bundle, self.pool = table, bundle, pool
        self.explained: list[tuple[int, tuple[str, ...]]] = []
        self.n_read = 0
        self.damaged: list[int] = []
        run = self

        class Counting(engine.Explainer):
            def __init__(self, network: Any, decode: Any, methods: Any, **rest: Any) -> None:
                super().__init__(network, decode, methods, **rest)
                self.ids = tuple(m.id for m in methods)

            def explain(self, graphs: Sequence[Any]) -> Any:
                run.explained.append((len(graphs), self.ids))
                return super().explain(graphs)

        def counting(library: Any, pool: Any, *, positions: Sequence[int], **rest: Any) -> Any:
            run.n_read += len(positions)
            return read_library(library, pool, positions=positions, **rest)

        read_library = asking.read_library
        monkeypatch.setattr(explain_project, "Explainer", Counting)
        monkeypatch.setattr(asking, "read_library", counting)

    def __call__(self, project: Path, *methods: str, stop_after: int | None = None, **options: Any) -> list[Result]:
        self.explained, self.n_read = [], 0
        bundle = options.pop("bundle", self.bundle)
        column = options.pop("smiles_column", None)
        with (
            open_library(self.table, TableOptions(smiles_column=column), others=other_files()) as library,
            open_project(project) if project.exists() else create_project(project) as opened,
        ):
            chosen = [method(id_) for id_ in methods]
            work = Work(self.pool, options.pop("report", silent))
            request = ExplanationRequest(library, bundle, chosen, **options)
            results = explain_into_project(request, work, opened)
            found = list(islice(results, stop_after))
            self.damaged = opened.take_damaged()
            return found

    @property
    def n_explained(self) -> int:
        return sum(count for count, _ in self.explained)


@pytest.fixture
def run(table: Path, bundle: Bundle, pool: WorkerPool, monkeypatch: pytest.MonkeyPatch) -> Run:
    return Run(table, bundle, pool, monkeypatch)


def assert_same(got: Sequence[Result], wanted: Sequence[Result], *, exact: bool = True) -> None:
    assert len(got) == len(wanted)
    for a, b in zip(got, wanted, strict=True):
        if isinstance(a, Rejected) or isinstance(b, Rejected):
            assert a == b
            continue
        left, right = a.read, b.read
        assert (left.position, left.title, left.text, left.n_places, left.preparation) == (
            (right.position, right.title, right.text, right.n_places, right.preparation)
        )
        assert a.explanation.predicted == b.explanation.predicted
        assert list(a.explanation.maps) == list(b.explanation.maps)
        tolerance = 0.0 if exact else 1e-6
        np.testing.assert_allclose(a.explanation.probabilities, b.explanation.probabilities, rtol=tolerance)
        for id_ in a.explanation.maps:
            np.testing.assert_allclose(a.record_maps(id_), b.record_maps(id_), rtol=10 * tolerance, atol=tolerance)
            np.testing.assert_array_equal(left.graph.edges, right.graph.edges)


def test_the_results_are_those_without_a_project_first_computed_and_then_stored(
    run: Run, table: Path, bundle: Bundle, pool: WorkerPool, tmp_path: Path
) -> None:
    with open_library(table) as library:
        request = ExplanationRequest(library, bundle, [method("eb"), method("cam")])
        wanted = list(explain_library(request, Work(pool)))
    first = run(tmp_path / "a.gcx", "eb", "cam")
    assert (run.n_explained, run.n_read) == (39, 40)
    second = run(tmp_path / "a.gcx", "eb", "cam")
    assert (run.n_explained, run.n_read) == (0, 0)
    assert_same(first, wanted, exact=False)
    assert_same(second, first)


def test_a_project_keeps_how_much_the_members_of_an_ensemble_differ(run: Run, bundle: Bundle, tmp_path: Path) -> None:
    members = [make_bundle(seed).network for seed in range(3)]
    several = Bundle(replace(bundle.card, n_members=3), combine(members), Path("tiny"))
    first = run(tmp_path / "a.gcx", "eb", bundle=several)
    stored = run(tmp_path / "a.gcx", "eb", bundle=several)
    assert run.n_explained == 0
    more = run(tmp_path / "a.gcx", "eb", "cam", bundle=several)
    assert run.n_explained == 39
    for results in (stored, more):
        for a, b in zip(first, results, strict=True):
            if not isinstance(a, Rejected) and not isinstance(b, Rejected):
                assert a.explanation.spread is not None
                assert (a.explanation.spread > 0).all()
                np.testing.assert_array_equal(a.explanation.spread, b.explanation.spread)


@pytest.mark.parametrize("stop_after", [1, 17, 39])
def test_a_run_that_was_interrupted_goes_on_and_gives_to_the_bit_what_an_uninterrupted_one_gives(
    run: Run, tmp_path: Path, stop_after: int
) -> None:
    wanted = run(tmp_path / "whole.gcx", "grad-cam")
    run(tmp_path / "a.gcx", "grad-cam", stop_after=stop_after)
    before = run.n_explained
    assert 0 < before < 40
    assert_same(run(tmp_path / "a.gcx", "grad-cam"), wanted)
    assert run.n_explained == 39 - before


def test_of_methods_that_are_stored_in_part_only_the_missing_ones_are_computed_and_nothing_is_read_again(
    run: Run, tmp_path: Path
) -> None:
    run(tmp_path / "a.gcx", "eb", stop_after=17)
    n_eb = run.n_explained
    run(tmp_path / "a.gcx", "cam", "eb")
    assert run.n_read == 40 - n_eb - 1, "one of the first was rejected"
    assert sum(n for n, ids in run.explained if ids == ("cam",)) == n_eb
    assert sum(n for n, ids in run.explained if ids == ("cam", "eb")) == 39 - n_eb
    both = run(tmp_path / "a.gcx", "cam", "eb")
    assert run.explained == []
    assert_same(both, run(tmp_path / "whole.gcx", "cam", "eb"), exact=False)
    run(tmp_path / "a.gcx")
    assert run.explained == []


def test_another_model_is_computed_from_the_graphs_that_are_stored(run: Run, tmp_path: Path) -> None:
    run(tmp_path / "a.gcx", "cam")
    other = run(tmp_path / "a.gcx", "cam", bundle=make_bundle(2))
    assert (run.n_explained, run.n_read) == (39, 0)
    assert_same(other, run(tmp_path / "b.gcx", "cam", bundle=make_bundle(2)))


@pytest.mark.parametrize("feature_set", [FEATURE_SET_1, FEATURE_SET_2])
def test_an_older_model_finds_the_results_of_before_and_leaves_a_newer_one_its_own(
    run: Run, tmp_path: Path, feature_set: str
) -> None:
    network = initialise(N_OLDER_FEATURES, (8, 6), 2, torch.Generator().manual_seed(1))
    older = Bundle(Card("old", "nothing real", ("no", "yes"), (8, 6), feature_set, N_OLDER_FEATURES), network, Path())
    first = run(tmp_path / "a.gcx", "cam", bundle=older)
    assert all(each.read.graph.codes.max() < N_OLDER_CODES for each in first if isinstance(each, ExplainedRecord))
    with open_project(tmp_path / "a.gcx") as project:
        (reading,) = project.readings(project.sources()[0].id)
    settings = json.loads(reading.settings)  # as projects of before have them
    assert settings["features"] == "convmol-nonnegative-2"
    assert "depends" not in settings
    run(tmp_path / "a.gcx", "cam")
    assert (run.n_explained, run.n_read) == (39, 40)
    assert_same(run(tmp_path / "a.gcx", "cam", bundle=older), first)
    assert (run.n_explained, run.n_read) == (0, 0)


def test_another_column_or_preparation_is_a_reading_of_its_own(run: Run, tmp_path: Path) -> None:
    first = run(tmp_path / "a.gcx", "cam")
    run(tmp_path / "a.gcx", "cam", smiles_column="other")
    assert (run.n_explained, run.n_read) == (40, 40)
    prepared = run(tmp_path / "a.gcx", "cam", preparation=Preparation(largest_fragment=True))
    assert run.n_read == 40
    assert_same(run(tmp_path / "a.gcx", "cam", preparation=Preparation(largest_fragment=True)), prepared)
    assert isinstance(prepared[33], ExplainedRecord)
    assert prepared[33].read.preparation
    assert_same(run(tmp_path / "a.gcx", "cam"), first)


def test_positions_come_in_the_requested_order_stored_or_not(run: Run, tmp_path: Path) -> None:
    run(tmp_path / "a.gcx", "cam", positions=[30, 3, 5])
    some = run(tmp_path / "a.gcx", "cam", positions=[3, 39, 5, 0, 30, 12])
    assert [r.position for r in some] == [3, 39, 5, 0, 30, 12]
    assert run.n_explained == 3


@pytest.mark.parametrize("name", ["out.csv", "out.sdf"])
def test_a_file_written_from_the_project_equals_the_one_written_first(
    run: Run, table: Path, bundle: Bundle, tmp_path: Path, name: str
) -> None:
    molblocks = name.endswith("sdf")
    texts = []
    for again in (False, True):
        results = run(tmp_path / "a.gcx", "cam", with_molblocks=molblocks, stop_after=None if again else 17)
        if not again:
            results = run(tmp_path / "b.gcx", "cam", with_molblocks=molblocks)
        with open_library(table) as library:
            write_results(str(tmp_path / name), library, ResultPlan(bundle.card, ("cam",), "all"), results)
        texts.append((tmp_path / name).read_text())
    assert texts[0] == texts[1]
    assert not molblocks or "V2000" in texts[0]


def test_a_library_that_was_changed_is_refused_with_the_remedy(run: Run, table: Path, tmp_path: Path) -> None:
    run(tmp_path / "a.gcx", "cam")
    table.write_text(table.read_text().replace("name 3,", "name three,"))
    with pytest.raises(LibraryError, match=r"changed since its results were saved in .*a\.gcx; name a new project"):
        run(tmp_path / "a.gcx", "cam")
    run(tmp_path / "b.gcx", "cam")


def test_a_library_and_project_that_were_moved_together_are_recognised(run: Run, table: Path, tmp_path: Path) -> None:
    wanted = run(tmp_path / "a.gcx", "cam")
    moved = tmp_path / "moved"
    moved.mkdir()
    for path in (table, tmp_path / "a.gcx"):
        path.rename(moved / path.name)
    run.table = moved / table.name
    assert_same(run(moved / "a.gcx", "cam"), wanted)
    assert run.n_explained == 0
    with open_project(moved / "a.gcx") as project:
        assert [source.absolute for source in project.sources()] == [run.table]


def test_a_project_open_elsewhere_gives_what_it_holds_and_refuses_to_compute(run: Run, tmp_path: Path) -> None:
    wanted = run(tmp_path / "a.gcx", "cam")
    with open_project(tmp_path / "a.gcx"):
        assert_same(run(tmp_path / "a.gcx", "cam"), wanted)
        with pytest.raises(ProjectError, match="open in another window or command"):
            run(tmp_path / "a.gcx", "eb")


@pytest.mark.parametrize("table_name", ["record", "prediction", "saliency"])
def test_damaged_results_are_computed_again_in_one_run_and_noted(run: Run, tmp_path: Path, table_name: str) -> None:
    wanted = run(tmp_path / "a.gcx", "cam")
    connection = sqlite3.connect(tmp_path / "a.gcx")
    with connection:
        connection.execute(f"UPDATE {table_name} SET checksum = checksum + 1 WHERE position IN (7, 20, 33)")
    connection.close()
    assert_same(run(tmp_path / "a.gcx", "cam"), wanted, exact=False)
    assert run.n_explained == 3
    assert run.damaged == [7, 20, 33]
    assert_same(run(tmp_path / "a.gcx", "cam"), wanted, exact=False)
    assert run.n_explained == 0
    assert run.damaged == []


def test_what_is_damaged_in_a_project_that_cannot_be_written_is_refused(run: Run, tmp_path: Path) -> None:
    run(tmp_path / "a.gcx", "cam")
    with open_project(tmp_path / "a.gcx"):
        connection = sqlite3.connect(tmp_path / "a.gcx")
        with connection:
            connection.execute("UPDATE saliency SET map = x'00' WHERE position IN (7, 20)")
        connection.close()
        with pytest.raises(ProjectError, match=r"what it holds of 2 records \(8, 21\) is damaged"):
            run(tmp_path / "a.gcx", "cam")


def test_a_stop_costs_no_more_than_a_batch_and_progress_counts_what_is_stored(run: Run, tmp_path: Path) -> None:
    cancel = CancelToken()
    seen: list[Progress] = []
    with open_library(run.table) as library, create_project(tmp_path / "a.gcx") as project:
        request = ExplanationRequest(library, run.bundle, [method("cam")])
        results = explain_into_project(request, Work(run.pool, cancel=cancel), project)
        stopped_at = [result.position for result in islice(results, 20)][-1]
        cancel.cancel()
        with pytest.raises(Cancelled):
            list(results)
    n_saved = run.n_explained
    rest = run(tmp_path / "a.gcx", "cam", report=seen.append)
    assert stopped_at == 19
    assert len(rest) == 40
    assert run.n_explained == 39 - n_saved
    assert (seen[-1].done, seen[-1].total, seen[-1].rejected) == (40, 40, 1)
