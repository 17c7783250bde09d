"""What a window's project holds is given from there; whatever becomes of the project, all records come."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gcx_desktop.app.explaining.explain_library import ExplainedRecord, explain_library
from gcx_desktop.app.explaining.explanation_source import LayeredSource
from gcx_desktop.app.explaining.request import ExplanationRequest
from gcx_desktop.app.projects.explain_project import explain_into_project
from gcx_desktop.app.projects.project_explanations import ProjectHolder, SavingSource
from gcx_desktop.app.projects.project_writer import ProjectWriter
from gcx_desktop.errors import ProjectError
from gcx_desktop.explain.engine import Explainer
from gcx_desktop.explain.method import method
from gcx_desktop.library.library import Library, open_library
from gcx_desktop.pool import WorkerPool
from gcx_desktop.project.results import StoredResults
from gcx_desktop.project.store import create_project
from gcx_desktop.work import Work
from tests.app.projects.test_stored_results import make_bundle

N_RECORDS = 12
"""Of which one is no molecule."""


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    with WorkerPool(1) as pool:
        yield pool


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    path = tmp_path / "library.smi"
    smiles = ["C" * (i + 1) + "O" for i in range(N_RECORDS)]
    smiles[4] = "broken"
    path.write_text("".join(f"{each} {i}\n" for i, each in enumerate(smiles)))
    with open_library(path) as library:
        yield library


@pytest.fixture
def request_(library: Library) -> ExplanationRequest:
    return ExplanationRequest(library, make_bundle(1), [method("cam")])


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[ProjectWriter]:
    made = ProjectWriter(create_project(tmp_path / "a.gcx"), 1)
    yield made
    made.project.close()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many records the network was asked of, batch by batch."""
    found, explain = list[int](), Explainer.explain

    def counting(explainer: Explainer, graphs: Sequence[Any]) -> Any:
        found.append(len(graphs))
        return explain(explainer, graphs)

    monkeypatch.setattr(Explainer, "explain", counting)
    return found


def positions(results: Sequence[Any]) -> list[int]:
    return [result.position for result in results]


def test_what_is_computed_into_a_project_is_there_the_next_time(
    request_: ExplanationRequest, writer: ProjectWriter, pool: WorkerPool, asked: list[int]
) -> None:
    source, work = SavingSource(writer, explain_library), Work(pool)
    some = list(source(request_.with_positions([3, 1]), work))
    assert sum(asked) == 2
    everything = list(source(request_, work))
    assert sum(asked) == N_RECORDS - 1
    assert list(ProjectHolder(writer).holds(request_)) == [True] * N_RECORDS
    again = list(LayeredSource((ProjectHolder(writer),), explain_library)(request_, work))
    assert sum(asked) == N_RECORDS - 1
    assert positions(some) == [3, 1]
    assert positions(everything) == positions(again) == list(range(N_RECORDS))
    for one, other in zip(everything, again, strict=True):
        if isinstance(one, ExplainedRecord) and isinstance(other, ExplainedRecord):
            np.testing.assert_array_equal(one.record_maps("cam"), other.record_maps("cam"))
            np.testing.assert_array_equal(one.explanation.probabilities, other.explanation.probabilities)


def test_asking_what_a_project_holds_adds_nothing_to_it(request_: ExplanationRequest, writer: ProjectWriter) -> None:
    assert not ProjectHolder(writer).holds(request_).any()
    assert writer.project.models() == []
    assert writer.project.sources() == []


def test_records_come_although_they_cannot_be_saved(
    request_: ExplanationRequest, writer: ProjectWriter, pool: WorkerPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise ProjectError("a.gcx", "the disk is full")

    monkeypatch.setattr(StoredResults, "save", refuse)
    results = list(SavingSource(writer, explain_library)(request_, Work(pool)))
    assert positions(results) == list(range(N_RECORDS))


@pytest.mark.parametrize("begun", [0, 5])
def test_a_project_can_be_closed_while_somebody_takes_records_from_it(
    request_: ExplanationRequest, writer: ProjectWriter, pool: WorkerPool, begun: int
) -> None:
    list(explain_into_project(request_, Work(pool), writer.project))
    results = LayeredSource((ProjectHolder(writer),), explain_library)(request_, Work(pool))
    first = list(islice(results, begun))
    writer.close()
    assert positions([*first, *results]) == list(range(N_RECORDS))
    assert not ProjectHolder(writer).holds(request_).any()
