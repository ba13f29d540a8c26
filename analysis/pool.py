"""Work on many answers shared out over processes of this machine, or over the organisation's own machines.

Knows executors of `concurrent.futures`. Workers get text and give vectors back; they never get a key, and of
a fault in one only its kind comes back: its message, and what it was given, could hold words of an answer,
and a cluster's worker writes both into its log. Under two thousand
answers a pool costs more than it gives.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context

from analysis.embedding import Rows, StoppedError, embed_shard, gather, unpack
from analysis.prepared import Prepared
from analysis.text import Span
from analysis.vectors import Backend, Vectors

SHARD = 500
POOL_FROM = 2_000
PATIENCE = 10
"""Seconds until a scheduler that does not answer is taken to be gone."""


class WorkerError(RuntimeError):
    """A worker failed; carries the kind of the fault and nothing of its message."""


@contextmanager
def executor(scheduler: str | None = None, *, processes: int = 2) -> Iterator[Executor]:
    """Processes of this machine, or with the address of a Dask scheduler the workers of that cluster.

    A cluster needs the extra `cluster`, and this package on every worker.
    """
    if scheduler is None:
        # Fresh processes: a fork would copy keys and opened answers into the workers.
        with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
            yield pool
        return
    from distributed import Client  # noqa: PLC0415 - only who has a cluster has it installed

    with Client(scheduler, set_as_default=False, timeout=PATIENCE) as client:  # type: ignore[no-untyped-call]
        yield client.get_executor()


def embed_through(
    prepared: Prepared,
    backend: Backend,
    workers: Executor,
    told: Callable[[int], bool] | None = None,
    *,
    shard: int = SHARD,
) -> Vectors:
    """As `embedding.embed`, through workers; the same rows within the rounding of the model's kernels.

    told: called with the number of answers done so far; when it says False, what has not begun is called off
    and `StoppedError` is raised. Raises `WorkerError` when a worker fails.
    """
    rows: list[Rows] = []
    shards = shared_out(prepared.texts, prepared.phrases, backend, workers, shard=shard)
    for part in shards:
        rows += part
        if told is not None and not told(len(rows)):
            shards.close()
            raise StoppedError
    return gather(prepared, rows, backend)


def shared_out(
    texts: Sequence[str],
    phrases: Sequence[Sequence[Span]],
    backend: Backend,
    workers: Executor,
    *,
    shard: int = SHARD,
) -> Generator[list[Rows]]:
    """Rows of one shard of texts after the other, in their order, as workers get done with them.

    Closing it calls off what has not begun. Raises `WorkerError` when a worker fails.
    """
    parts = [slice(start, start + shard) for start in range(0, len(texts), shard)]
    waiting = [workers.submit(at_work, texts[part], phrases[part], backend.name) for part in parts]
    try:
        for future in waiting:
            yield unpack(_result(future))
    finally:
        for each in waiting:
            each.cancel()


def at_work(texts: Sequence[str], phrases: Sequence[Sequence[Span]], name: str) -> tuple[str, bytes]:
    """What a worker does: the kind of a fault, empty where there was none, and the rows as bytes."""
    try:
        return "", embed_shard(texts, phrases, name)
    except Exception as fault:  # noqa: BLE001 - raised, its words and the texts would stand in a worker's log
        return type(fault).__name__, b""


def _result(future: Future[tuple[str, bytes]]) -> bytes:
    try:
        kind, shard = future.result()
    except Exception as fault:  # noqa: BLE001 - a worker that died, or was called off
        kind = type(fault).__name__
    if kind:
        raise WorkerError(f"A worker failed ({kind}).")
    return shard
