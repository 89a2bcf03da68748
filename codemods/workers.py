"""Spreading work over an executor's workers, and carrying on when a worker dies."""

from __future__ import annotations

import atexit
import gc
import multiprocessing
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, as_completed
from typing import TypeAlias, TypeVar

Pool: TypeAlias = Callable[[int], Executor]
"""Makes an executor with that many workers."""

Result = TypeVar("Result")
Task: TypeAlias = Callable[[Sequence[str]], list[Result]]
"""Gives one result for each item. It must be picklable when the workers are processes."""

_CHUNKS_PER_WORKER = 8  # enough that one slow chunk does not leave the other workers idle


def process_pool(workers: int) -> Executor:
    """Processes. They are forked on Linux: that starts in 15 ms, and shares what was read so far."""
    method = "fork" if sys.platform == "linux" else None
    context = multiprocessing.get_context(method)
    return ProcessPoolExecutor(workers, mp_context=context, initializer=spare_the_collector)


def spare_the_collector() -> None:
    """For processes that do nothing but scan: trees are kept, and to look for garbage costs a third.

    To take them all apart when the process ends would cost another.
    """
    gc.set_threshold(50_000, 100, 20)
    atexit.register(gc.freeze)


def spread(
    task: Task[Result], items: Sequence[str], workers: int, pool: Pool = process_pool
) -> Iterator[tuple[str, Result | None]]:
    """Each item with its result, as they come; None for an item whose worker died of it."""
    parts = min(len(items), workers * _CHUNKS_PER_WORKER)
    lost: list[Sequence[str]] = []
    with pool(workers) as executor:
        futures: dict[Future[list[Result]], Sequence[str]] = {}
        for n in range(parts):
            chunk = items[n::parts]
            try:
                futures[executor.submit(task, chunk)] = chunk
            except BrokenExecutor:  # a worker died while we were still handing out
                lost.append(chunk)
        for future in as_completed(futures):
            try:
                yield from zip(futures[future], future.result(), strict=True)
            except BrokenExecutor:
                lost.append(futures[future])
    for chunk in lost:
        yield from _isolate(task, chunk, pool)


def _isolate(task: Task[Result], items: Sequence[str], pool: Pool) -> Iterator[tuple[str, Result | None]]:
    """Try again in a worker of its own, in halves, until the item that kills its worker is alone."""
    try:
        with pool(1) as executor:
            results = executor.submit(task, items).result()
    except BrokenExecutor:
        if len(items) == 1:
            yield items[0], None
            return
        for half in (items[: len(items) // 2], items[len(items) // 2 :]):
            yield from _isolate(task, half, pool)
    else:
        yield from zip(items, results, strict=True)
