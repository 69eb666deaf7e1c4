"""One function over many things: here, or in a pool of processes. The results are the same."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

T = TypeVar("T")
R = TypeVar("R")

_AHEAD = 3
"""Calls under way for each process: enough to keep it busy, few enough to bound the memory."""


class Runner(Protocol):
    """Results of a function over things, in their order, lazily: things are taken as room comes free."""

    def __call__(self, function: Callable[[T], R], things: Iterable[T]) -> Iterator[R]: ...


@contextlib.contextmanager
def runner(jobs: int) -> Iterator[Runner]:
    """Runs functions over things in ``jobs`` processes; 1 means here, without any other process.

    With more, the function, the things and the results must pickle. An exception that the function
    raises is raised in its place. Ctrl-C reaches this process only; leaving the block by an exception
    cancels what has not begun.
    """
    if jobs <= 1:
        yield _here
        return
    # Imported here: the pool takes 30 ms to import, and most runs need none.
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_all_start_methods, get_context

    # Not "fork": a copy of a process with threads (the progress display) may hang.
    method = "forkserver" if "forkserver" in get_all_start_methods() else "spawn"
    pool = ProcessPoolExecutor(jobs, mp_context=get_context(method), initializer=_begin)
    try:
        yield _Pool(pool, jobs * _AHEAD)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _here(function: Callable[[T], R], things: Iterable[T]) -> Iterator[R]:
    return map(function, things)


def default_jobs() -> int:
    """Processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def collect_rarely() -> None:
    """Makes the collector of cycles look less often, for a process of our own: records make none, and
    to look for them among thousands takes a seventh of the time."""
    gc.set_threshold(50_000)


def _begin() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    collect_rarely()


class _Pool:
    def __init__(self, pool: ProcessPoolExecutor, ahead: int) -> None:
        self._pool = pool
        self._ahead = ahead

    def __call__(self, function: Callable[[T], R], things: Iterable[T]) -> Iterator[R]:
        waiting: deque[Future[R]] = deque()
        for thing in things:
            waiting.append(self._pool.submit(function, thing))
            if len(waiting) >= self._ahead:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
