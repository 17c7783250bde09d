"""What a project holds is given as it was computed; what is damaged is left out, and nothing of it is replaced."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from gcx_desktop.app.explaining.explain_library import ExplainedRecord
from gcx_desktop.app.explaining.request import ExplanationRequest
from gcx_desktop.app.libraries.row_results import RowResult, row_results
from gcx_desktop.app.projects.explain_project import explain_into_project
from gcx_desktop.app.projects.stored_results import save_explained, stored_results
from gcx_desktop.explain.method import method
from gcx_desktop.gcn.bundles.bundle import Bundle
from gcx_desktop.gcn.cards.card import Card
from gcx_desktop.gcn.network import initialise
from gcx_desktop.graph.features import FEATURE_SET, N_FEATURES
from gcx_desktop.library.library import Library, open_library
from gcx_desktop.library.molecules.preparation import Preparation
from gcx_desktop.library.record import Rejected
from gcx_desktop.pool import WorkerPool
from gcx_desktop.project.store import Project, create_project, open_project
from gcx_desktop.work import Work

SMILES = ["CCO", "c1ccccc1", "broken", "CC(=O)O", "[H]OC"]
Result = ExplainedRecord | Rejected


def make_bundle(seed: int) -> Bundle:
    card = Card("tiny", "nothing real", ("no", "yes"), (8, 6), FEATURE_SET, N_FEATURES)
    return Bundle(card, initialise(N_FEATURES, (8, 6), 2, torch.Generator().manual_seed(seed)), Path("tiny"))


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    with WorkerPool(1) as pool:
        yield pool


@pytest.fixture
def bundle() -> Bundle:
    return make_bundle(1)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    path = tmp_path / "library.smi"
    path.write_text("".join(f"{smiles} {i}\n" for i, smiles in enumerate(SMILES)))
    with open_library(path) as library:
        yield library


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with create_project(tmp_path / "a.gcx") as project:
        yield project


@pytest.fixture
def computed(library: Library, bundle: Bundle, project: Project, pool: WorkerPool) -> list[Result]:
    request = ExplanationRequest(library, bundle, [method("cam")])
    return list(explain_into_project(request, Work(pool), project))


def held(library: Library, bundle: Bundle, project: Project, id_: str = "cam") -> list[Result]:
    return [result for portion in stored_results(library, bundle, id_, project) for result in portion]


def test_all_that_was_computed_is_given_in_the_files_order(
    library: Library, bundle: Bundle, project: Project, computed: list[Result]
) -> None:
    found = held(library, bundle, project)
    assert len(found) == len(SMILES)
    for got, wanted in zip(found, computed, strict=True):
        if isinstance(got, Rejected) or isinstance(wanted, Rejected):
            assert got == wanted
        else:
            a, b = row_results([got, wanted], "cam", None)
            assert isinstance(a, RowResult)
            assert isinstance(b, RowResult)
            assert (a.position, a.predicted, a.probabilities) == (b.position, b.predicted, b.probabilities)
            np.testing.assert_array_equal(a.values, b.values)


def test_of_another_method_only_the_predictions_are_given(
    library: Library, bundle: Bundle, project: Project, computed: list[Result]
) -> None:
    results = row_results(held(library, bundle, project, "eb"), "eb", None)
    found = [each for each in results if isinstance(each, RowResult)]
    assert [each.position for each in found] == [0, 1, 3, 4]
    assert all(each.values is None for each in found)


def test_to_look_for_another_models_results_adds_nothing_to_the_project(
    library: Library, project: Project, computed: list[Result]
) -> None:
    assert held(library, make_bundle(2), project) == []
    assert len(project.models()) == 1


def test_a_project_that_can_only_be_looked_at_gives_what_it_holds_and_nothing_of_another_preparation(
    library: Library, bundle: Bundle, project: Project, computed: list[Result]
) -> None:
    with open_project(project.path) as second:
        assert second.read_only
        assert len(held(library, bundle, second)) == len(SMILES)
        other = Preparation(neutralise=True)
        assert list(stored_results(library, bundle, "cam", second, preparation=other)) == []


def test_what_is_damaged_is_left_out_noted_and_removed(
    library: Library, bundle: Bundle, project: Project, computed: list[Result]
) -> None:
    project.close()
    connection = sqlite3.connect(project.path)
    connection.execute("UPDATE prediction SET predicted = 1 - predicted WHERE position = 1")
    connection.execute("UPDATE record SET smiles = 'N' WHERE position = 3")
    connection.execute("UPDATE saliency SET map = x'00' WHERE position = 4")
    connection.commit()
    connection.close()
    with open_project(project.path) as again:
        found = held(library, bundle, again)
        assert again.take_damaged() == [1, 3, 4]
        assert again.take_damaged() == []
    positions = [r.position for r in found]
    assert positions == [0, 2, 4]
    assert isinstance(found[-1], ExplainedRecord)
    assert found[-1].explanation.maps == {}
    with open_project(project.path) as again:  # they were removed, all at once
        assert [r.position for r in held(library, bundle, again)] == [0, 2]
        assert again.take_damaged() == []


def test_records_that_were_explained_one_by_one_are_saved_and_replace_nothing(
    library: Library, bundle: Bundle, project: Project, pool: WorkerPool
) -> None:
    explained = [
        result
        for result in explain_into_project(
            ExplanationRequest(library, bundle, [method("cam")], [0, 1]), Work(pool), project
        )
        if isinstance(result, ExplainedRecord)
    ]
    other = create_project(project.path.with_name("b.gcx"))
    save_explained(other, library, bundle, explained[:1])
    assert [r.position for r in held(library, bundle, other)] == [0]
    explained[0].explanation.maps["cam"] = explained[0].explanation.maps["cam"] + 1
    save_explained(other, library, bundle, explained)
    first, second = held(library, bundle, other)
    other.close()
    assert isinstance(first, ExplainedRecord)
    assert not np.array_equal(first.explanation.maps["cam"], explained[0].explanation.maps["cam"])
    assert second.position == 1
