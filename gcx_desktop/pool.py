"""Worker processes with a time limit for each item of work.

RDKit holds the interpreter lock while it parses, lays out and draws, and some records hang or crash the
process. So all of that is done in worker processes: if an item hangs, crashes or raises, only this item is lost (its
result is a :class:`WorkerFailure` with the reason), and the worker is replaced. Nothing here imports torch or Qt.
"""

from __future__ import annotations

import contextlib
import ctypes
import heapq
import itertools
import multiprocessing
import multiprocessing.connection
import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, field
from multiprocessing.sharedctypes import RawValue
from typing import Any

from .errors import GcxError
from .progress import CancelToken, raise_if_cancelled
from .worker_process import WorkerFailure as WorkerFailure
from .worker_process import run_worker

TIME_LIMIT = 10.0
"""Seconds that one item may take."""
READ_AHEAD = 64
"""Chunks that may be done before they are asked for, so that workers stay busy while the caller is slow."""
_POLL = 0.1
_MAX_FAILED_STARTS = 5
_TOLD_TO_END = tuple(int(getattr(signal, name)) for name in ("SIGTERM", "SIGHUP", "SIGINT") if hasattr(signal, name))
"""Signals that a user or the system sends to end a worker; its current record is not the cause."""


def sole_result(future: Future[list[Any]]) -> Any | WorkerFailure | None:
    """The result of a finished job with one item: :class:`WorkerFailure` if it failed, ``None`` if it was cancelled."""
    try:
        return future.result()[0]
    except CancelledError:
        return None
    except Exception as error:
        return WorkerFailure(str(error))


class WorkersCannotStartError(GcxError):
    """Worker processes end as soon as they are started."""

    def __init__(self) -> None:
        super().__init__("worker processes cannot be started on this computer; see whether memory or processes ran out")


def default_workers() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return max(1, os.cpu_count() or 1)


@dataclass(frozen=True, slots=True)
class Packing:
    """How results are sent from a worker, where pickling each one would take too long."""

    pack: Callable[[list[Any | WorkerFailure]], Any]
    """In the worker: packs the results of some items so that little is pickled. Must be picklable itself."""
    unpack: Callable[[Any], list[Any | WorkerFailure]]
    """In the pool's thread: unpacks as many results, in the same order."""


@dataclass(slots=True)
class _Job:
    """A submitted sequence of items."""

    function: Callable[[Any], Any]
    packing: Packing | None
    items: Sequence[Any]
    future: Future[list[Any]]
    results: list[Any]
    missing: int


@dataclass(slots=True, order=True)
class _Piece:
    """Items of a job that one worker processes together."""

    priority: int
    order: int
    job: _Job = field(compare=False)
    indices: Sequence[int] = field(compare=False)


class _Worker:
    """A process and the piece that it is working on."""

    def __init__(self, context: multiprocessing.context.SpawnContext, niceness: int) -> None:
        self.at = RawValue(ctypes.c_longlong, -1)
        """Shared with the process: the index in the piece of its current item."""
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=run_worker, args=(theirs, self.at, niceness), daemon=True)
        self.process.start()
        theirs.close()
        self.piece: _Piece | None = None
        self.seen = -1
        self.since = 0.0
        self.useful = False

    def give(self, piece: _Piece) -> None:
        self.piece, self.seen, self.since = piece, -1, time.monotonic()
        self.at.value = -1
        job = piece.job
        pack = job.packing.pack if job.packing else None
        self.connection.send((job.function, pack, [job.items[i] for i in piece.indices]))

    def overdue(self, limit: float) -> bool:
        """Whether it has worked on the same item for longer than the limit."""
        if self.piece is None:
            return False
        at, now = self.at.value, time.monotonic()
        if at != self.seen:
            self.seen, self.since = at, now
        # Before the first item the worker is starting, so a longer limit holds.
        return now - self.since > (limit if at >= 0 else 60.0)

    def kill(self) -> None:
        self.connection.close()
        if self.process.is_alive():
            self.process.kill()
        self.process.join()
        self.process.close()


def _let_workers_reuse_small_blocks() -> None:
    """Makes glibc keep 200 freed blocks of each size for reuse, not 7, in processes started from now on. A parsed
    molecule has some hundred small blocks, and reading one takes an eighth less time."""
    if sys.platform == "linux":
        set_already = os.environ.get("GLIBC_TUNABLES", "")
        if "tcache_count" not in set_already:
            os.environ["GLIBC_TUNABLES"] = ":".join(filter(None, [set_already, "glibc.malloc.tcache_count=200"]))


class WorkerPool:
    """A fixed number of worker processes, fed by one thread.

    Close it, or use it as a context manager; closing kills the workers at once.
    """

    def __init__(
        self,
        workers: int | None = None,
        *,
        time_limit: float = TIME_LIMIT,
        niceness: int = 0,
        starts_at_once: bool = True,
    ) -> None:
        """:param niceness: above 0, workers have lower priority than other processes, where the system supports it
        :param starts_at_once: whether the workers are started now instead of with the first work
        """
        self._niceness = niceness
        self.n_workers = workers or default_workers()
        self.time_limit = time_limit
        self._context = multiprocessing.get_context("spawn")
        _let_workers_reuse_small_blocks()
        self._lock = threading.Lock()
        self._queue: list[_Piece] = []
        self._order = itertools.count()
        self._wake_receiver, self._wake_sender = self._context.Pipe(duplex=False)
        self._closed = False
        self._has_idle = False
        """Whether a worker waits for work; guarded by the lock, so that no submission is missed."""
        self._failed_starts = 0
        # The thread starts the workers, since on Linux they end with the thread that started them.
        self._thread = threading.Thread(target=self._dispatch, name="worker pool", daemon=True)
        self._started = False
        """Guarded by the lock."""
        if starts_at_once:
            with self._lock:
                self._start()

    def __enter__(self) -> WorkerPool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def submit(
        self,
        function: Callable[[Any], Any],
        items: Sequence[Any],
        *,
        priority: int = 0,
        packing: Packing | None = None,
    ) -> Future[list[Any | WorkerFailure]]:
        """Has ``[function(item) for item in items]`` done by one worker, an item that fails being
        :class:`WorkerFailure`.

        :param function: picklable: a module's function, or a partial of one
        :param priority: lower goes first; equal ones in the order of submission
        """
        future: Future[list[Any]] = Future()
        if not items:
            future.set_result([])
            return future
        job = _Job(function, packing, items, future, [None] * len(items), len(items))
        with self._lock:
            if self._closed:
                future.set_exception(CancelledError())
                return future
            heapq.heappush(self._queue, _Piece(priority, next(self._order), job, range(len(items))))
            self._start()
            wanted = self._has_idle
        if wanted:
            self._wake()
        return future

    def map(
        self,
        function: Callable[[Any], Any],
        chunks: Iterable[Sequence[Any]],
        *,
        ahead: int = READ_AHEAD,
        priority: int = 0,
        packing: Packing | None = None,
        cancel: CancelToken | None = None,
    ) -> Iterator[list[Any | WorkerFailure]]:
        """The results of each chunk, in order.

        Work begins at once; at most ``ahead`` chunks are being processed or waiting to be taken, so memory is bounded.

        :raises Cancelled: once ``cancel`` is set, even while a worker is busy with a long item
        """
        futures = (self.submit(function, chunk, priority=priority, packing=packing) for chunk in chunks)
        return self._in_order(futures, deque(itertools.islice(futures, ahead)), cancel)

    def _in_order(
        self, rest: Iterator[Future[list[Any]]], pending: deque[Future[list[Any]]], cancel: CancelToken | None
    ) -> Iterator[list[Any | WorkerFailure]]:
        try:
            while pending:
                # With a timeout, so that Ctrl-C interrupts the wait on every system.
                while True:
                    raise_if_cancelled(cancel)
                    try:
                        results = pending[0].result(timeout=_POLL if cancel is not None else 0.5)
                        break
                    except TimeoutError:
                        continue
                pending.popleft()
                pending.extend(itertools.islice(rest, 1))
                yield results
        finally:
            for future in pending:
                future.cancel()

    def close(self) -> None:
        """Kills the workers and cancels all that is not done."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            self._start()  # its thread frees what the pool holds
        self._wake()
        self._thread.join()

    def _start(self) -> None:
        """Starts the thread, unless it was; to be called with the lock held."""
        if not self._started:
            self._started = True
            self._thread.start()

    def _wake(self) -> None:
        with contextlib.suppress(OSError):
            self._wake_sender.send_bytes(b"")

    # Everything below runs in the pool's thread.

    def _dispatch(self) -> None:
        workers: list[_Worker] = []
        try:
            while not self._closed:
                if self._failed_starts >= _MAX_FAILED_STARTS:
                    self._fail_all(WorkersCannotStartError())
                while len(workers) < self.n_workers and self._failed_starts < _MAX_FAILED_STARTS:
                    workers.append(_Worker(self._context, self._niceness))
                with self._lock:
                    self._has_idle = True
                for worker in workers:
                    if worker.piece is None and (piece := self._next_piece()):
                        self._give(worker, piece)
                with self._lock:
                    self._has_idle = not workers or any(worker.piece is None for worker in workers)
                busy = any(worker.piece for worker in workers)
                ready = multiprocessing.connection.wait(
                    [self._wake_receiver, *(w.connection for w in workers)], _POLL if busy else None
                )
                while self._wake_receiver.poll():
                    self._wake_receiver.recv_bytes()
                for worker in list(workers):
                    if worker.connection in ready:
                        reason = self._receive(worker)
                    elif worker.overdue(self.time_limit):
                        reason = f"took longer than {self.time_limit:g} s"
                    else:
                        continue
                    if reason:
                        workers.remove(worker)
                        self._replace(worker, reason)
        finally:
            for worker in workers:
                if worker.piece:
                    worker.piece.job.future.cancel()
                worker.kill()
            self._fail_all(None)
            self._wake_sender.close()
            self._wake_receiver.close()

    def _next_piece(self) -> _Piece | None:
        with self._lock:
            while self._queue:
                piece = heapq.heappop(self._queue)
                if not piece.job.future.cancelled():
                    return piece
        return None

    def _give(self, worker: _Worker, piece: _Piece) -> None:
        try:
            worker.give(piece)
        except (OSError, ValueError):  # it ended while idle; the wait below notices its closed pipe
            worker.piece = piece
        except Exception as error:  # an item that cannot be pickled is the caller's error
            worker.piece = None
            if not piece.job.future.cancelled():
                piece.job.future.set_exception(error)

    def _receive(self, worker: _Worker) -> str:
        """Takes a worker's results; if it ended, returns how."""
        try:
            is_packed, results = worker.connection.recv()
        except (EOFError, OSError):
            worker.process.join(1.0)
            code = worker.process.exitcode
            if code is not None and -code in _TOLD_TO_END:
                worker.at.value = -1  # so that no record is named as the cause
            how = signal.Signals(-code).name if code is not None and code < 0 else f"exit code {code}"
            return f"crashed its worker process ({how})"
        piece, worker.piece, worker.useful = worker.piece, None, True
        self._failed_starts = 0
        if piece:
            packing = piece.job.packing
            self._store(piece.job, piece.indices, packing.unpack(results) if packing and is_packed else results)
        return ""

    def _replace(self, worker: _Worker, reason: str) -> None:
        """Replaces a worker that ended; its current item is lost, the others of its piece are done again."""
        piece, at = worker.piece, int(worker.at.value)
        worker.kill()
        if at < 0 and (piece is not None or not worker.useful):
            self._failed_starts += 1
        if piece is None:
            return
        rest: list[Sequence[int]] = [piece.indices]
        if at >= 0:
            self._store(piece.job, [piece.indices[at]], [WorkerFailure(reason)])
            rest = [piece.indices[:at], piece.indices[at + 1 :]]
        with self._lock:
            for indices in rest:
                if indices:
                    heapq.heappush(self._queue, _Piece(piece.priority, piece.order, piece.job, indices))

    def _store(self, job: _Job, indices: Sequence[int], results: Sequence[Any]) -> None:
        for index, result in zip(indices, results, strict=True):
            job.results[index] = result
        job.missing -= len(indices)
        if job.missing == 0:
            with contextlib.suppress(Exception):  # it may have been cancelled in this moment
                job.future.set_result(job.results)

    def _fail_all(self, error: Exception | None) -> None:
        with self._lock:
            pieces, self._queue = self._queue, []
        for piece in pieces:
            if error is None:
                piece.job.future.cancel()
            elif not piece.job.future.done():
                piece.job.future.set_exception(error)
