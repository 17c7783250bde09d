"""A record comes from the first holder that holds it, in the order in which records are wanted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from numpy.typing import NDArray

from gcx_desktop.app.explaining.explanation_source import ExplanationSource, LayeredSource
from gcx_desktop.app.explaining.request import ExplanationRequest
from gcx_desktop.pool import WorkerPool
from gcx_desktop.progress import Progress
from gcx_desktop.work import Work

NO_POOL = cast(WorkerPool, None)
Given = SimpleNamespace
"""In the place of an explained record: its position, and who gave it."""


@dataclass
class Holder:
    name: str
    positions: set[int]

    def holds(self, request: ExplanationRequest) -> NDArray[np.bool_]:
        return np.array([position in self.positions for position in request.wanted], dtype=np.bool_)

    def records(self, request: ExplanationRequest, work: Work, fallback: ExplanationSource) -> Iterator[Any]:
        return (Given(position=position, by=self.name) for position in request.wanted)


class Computer:
    """Notes what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[ExplanationRequest] = []

    def __call__(self, request: ExplanationRequest, work: Work) -> Iterator[Any]:
        self.asked.append(request)
        return (Given(position=position, by="computed") for position in request.wanted)


def asked(positions: list[int]) -> ExplanationRequest:
    return ExplanationRequest(cast(Any, range(10)), cast(Any, None), positions=positions)


def given(source: LayeredSource, positions: list[int], work: Work) -> list[tuple[int, str]]:
    return [(each.position, each.by) for each in cast(Iterator[Any], source(asked(positions), work))]


def test_each_record_comes_from_the_first_that_holds_it() -> None:
    computer = Computer()
    source = LayeredSource((Holder("project", {1, 7}), Holder("table", {7, 3})), computer)
    found = given(source, [7, 2, 3, 1, 9], Work(NO_POOL))
    assert found == [(7, "project"), (2, "computed"), (3, "table"), (1, "project"), (9, "computed")]
    assert [list(each.wanted) for each in computer.asked] == [[2, 9]]


def test_what_nobody_holds_is_computed_by_the_request_as_it_is() -> None:
    computer, request = Computer(), asked([4, 5])
    list(LayeredSource((Holder("project", {1}),), computer)(request, Work(NO_POOL)))
    assert computer.asked == [request]


@pytest.mark.parametrize("held", [set(), {0, 1}, {0, 1, 2}])
def test_progress_counts_all_records_that_are_wanted(held: set[int]) -> None:
    reported: list[Progress] = []
    source = LayeredSource((Holder("project", held),), Computer())
    assert len(given(source, [0, 1, 2], Work(NO_POOL, reported.append))) == 3
    if held:
        assert (reported[-1].done, reported[-1].total) == (3, 3)
        assert {each.total for each in reported} == {3}
    else:
        assert reported == [], "a source that computes reports its own progress"
