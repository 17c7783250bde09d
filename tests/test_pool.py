from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator

import pytest

from gcx_desktop.errors import Cancelled
from gcx_desktop.pool import Packing, WorkerFailure, WorkerPool
from gcx_desktop.progress import CancelToken
from tests import pool_tasks


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    with WorkerPool(2, time_limit=0.5) as pool:
        yield pool


def test_results_come_in_the_order_of_the_items(pool: WorkerPool) -> None:
    assert pool.submit(pool_tasks.double, range(100)).result(30) == [2 * x for x in range(100)]


def test_chunks_come_in_order_whatever_their_length(pool: WorkerPool) -> None:
    chunks = [range(n) for n in (5, 0, 1, 30, 2)]
    assert list(pool.map(pool_tasks.double, chunks)) == [[2 * x for x in chunk] for chunk in chunks]


def test_map_takes_no_more_chunks_than_it_may_have_under_way(pool: WorkerPool) -> None:
    taken = 0

    def chunks() -> Iterator[list[int]]:
        nonlocal taken
        for _ in range(100):
            taken += 1
            yield [1]

    results = pool.map(pool_tasks.double, chunks(), ahead=4)
    next(results)
    assert taken <= 5
    results.close()  # type: ignore[attr-defined]


def test_an_item_that_crashes_hangs_or_raises_costs_only_itself(pool: WorkerPool) -> None:
    results = pool.submit(pool_tasks.misbehave_at_3, range(10)).result(60)
    assert [x for x in results if not isinstance(x, WorkerFailure)] == [0, 2, 4, 8, 12, 16, 18]
    assert "crashed its worker process (SIGABRT)" in results[3].reason
    assert results[5].reason == "took longer than 0.5 s"
    assert "seven" in results[7].reason


def test_results_may_travel_packed_and_what_cannot_be_packed_is_lost_with_the_reason(pool: WorkerPool) -> None:
    packing = Packing(pool_tasks.pack_as_text, lambda text: [int(word) for word in text.split()])
    assert list(pool.map(pool_tasks.double, [range(5), range(3)], packing=packing)) == [[0, 2, 4, 6, 8], [0, 2, 4]]
    lost = pool.submit(pool_tasks.misbehave_at_3, [6, 7], packing=packing).result(30)
    assert [result.reason for result in lost if isinstance(result, WorkerFailure)] == [lost[0].reason] * 2
    assert "TypeError" in lost[0].reason


def test_workers_import_neither_torch_nor_qt(pool: WorkerPool) -> None:
    assert pool.submit(pool_tasks.heavy_modules, [0]).result(30) == [[]]


def test_an_urgent_job_goes_before_those_that_wait(pool: WorkerPool) -> None:
    finished: list[str] = []
    done = threading.Event()

    def note(name: str) -> None:
        finished.append(name)
        if len(finished) == 41:
            done.set()

    for _ in range(40):
        pool.submit(pool_tasks.double, range(20_000), priority=1).add_done_callback(lambda _: note("patient"))
    pool.submit(pool_tasks.double, [1], priority=0).add_done_callback(lambda _: note("urgent"))
    assert done.wait(60)
    assert finished.index("urgent") < 20


def test_closing_cancels_what_waits_and_leaves_no_process() -> None:
    pool = WorkerPool(1)
    pid = pool.submit(pool_tasks.process_id, [0]).result(30)[0]
    futures = [pool.submit(pool_tasks.misbehave_at_3, [5]) for _ in range(3)]
    pool.close()
    assert all(future.cancelled() for future in futures)
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, 0)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert pool.submit(pool_tasks.double, [1]).exception() is not None


def test_workers_that_need_not_start_at_once_start_with_the_first_work() -> None:
    before = threading.enumerate()
    with WorkerPool(1, starts_at_once=False) as own:
        assert threading.enumerate() == before
        assert own.submit(pool_tasks.double, [1]).result(30) == [2]


def test_a_pool_that_was_given_no_work_is_closed_without_having_started_a_worker() -> None:
    own = WorkerPool(1, starts_at_once=False)
    own.close()
    assert own.submit(pool_tasks.double, [1]).exception() is not None


def test_what_cannot_be_pickled_is_an_error_not_a_hang(pool: WorkerPool) -> None:
    with pytest.raises(Exception, match=r"pickle|local"):
        pool.submit(lambda x: x, [1]).result(30)
    assert pool.submit(pool_tasks.double, [1]).result(30) == [2]


def test_whoever_waits_for_a_worker_that_hangs_can_be_stopped() -> None:
    stopped = CancelToken()
    with WorkerPool(1) as own:
        results = own.map(pool_tasks.misbehave_at_3, [[5]], cancel=stopped)
        stopped.cancel()
        with pytest.raises(Cancelled):
            next(results)
