from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from gcx_desktop.app.libraries.find_substructure import find_substructure, query_of_text
from gcx_desktop.errors import Cancelled
from gcx_desktop.library.library import Library, open_library
from gcx_desktop.pool import WorkerPool
from gcx_desktop.progress import CancelToken
from gcx_desktop.substructure.query import MAX_CHARACTERS, QueryError
from gcx_desktop.work import Work


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    with WorkerPool(1) as pool:
        yield pool


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    path = tmp_path / "library.smi"
    path.write_text("OC(=O)c1ccccc1 a\nnot-a-molecule b\nC[C@H](N)C(=O)O c\n[H]OCC d\nC1CCCCC1 e\n")
    with open_library(path) as opened:
        yield opened


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("C(=O)[OH]", [0, 2]),
        ("c1ccccc1", [0]),
        ("[#6]", [0, 2, 3, 4]),
        ("C[C@@H](N)C(=O)O", [2]),  # as the other enantiomer
        ("[R]", [0, 4]),
    ],
)
def test_the_records_that_contain_a_substructure_are_found_in_the_files_order(
    library: Library, pool: WorkerPool, query: str, expected: list[int]
) -> None:
    smarts = query_of_text(query, as_smarts=False, pool=pool).smarts
    found = list(find_substructure(library, smarts, Work(pool)))
    containing = np.concatenate([each.containing for each in found])
    assert len(containing) == len(library)
    assert np.flatnonzero(containing).tolist() == expected
    assert not np.concatenate([each.unknown for each in found]).any()


@pytest.mark.parametrize("query", ["c1ccccc", "", "rubbish(", "CC\ud800", "C" * (MAX_CHARACTERS + 1)])
def test_what_is_no_query_is_refused_in_a_sentence(pool: WorkerPool, query: str) -> None:
    with pytest.raises(QueryError, match=r"no SMARTS|characters"):
        query_of_text(query, as_smarts=False, pool=pool)


def test_a_record_in_which_the_search_takes_too_long_is_unknown_and_not_without_it(tmp_path: Path) -> None:
    path = tmp_path / "chains.smi"
    path.write_text(f"CCO\n{'C' * 60}\n{'C' * 7}.[Xe]\nnot-a-molecule\n")
    endless = ".".join(["[#6]"] * 7 + ["[Xe]"])  # all ways to choose seven carbons before it is seen that xenon lacks
    with WorkerPool(1, time_limit=1.0) as impatient, open_library(path) as opened:
        found = list(find_substructure(opened, endless, Work(impatient)))
    assert np.concatenate([each.unknown for each in found]).tolist() == [False, True, False, False]
    assert np.concatenate([each.containing for each in found]).tolist() == [False, False, True, False]


def test_a_search_can_be_stopped(library: Library, pool: WorkerPool) -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        next(find_substructure(library, "C", Work(pool, cancel=cancel)))
