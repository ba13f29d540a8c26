"""Work on many answers shared out over processes of this machine, or over the organisation's own machines.

Knows executors of `concurrent.futures`. Workers get text and give vectors back; they never get a key, and of
a fault in one only its kind comes back, since its message could hold words of an answer. Under two thousand
answers a pool costs more than it gives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context

from analysis.embedding import Rows, StoppedError, embed_shard, gather, unpack
from analysis.prepared import Prepared
from analysis.vectors import Backend, Vectors

SHARD = 500
POOL_FROM = 2_000


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

    with Client(scheduler, set_as_default=False) as client:  # type: ignore[no-untyped-call]
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
    parts = [slice(start, start + shard) for start in range(0, len(prepared.texts), shard)]
    waiting = [
        workers.submit(embed_shard, prepared.texts[part], prepared.phrases[part], backend.name)
        for part in parts
    ]
    rows: list[Rows] = []
    for future in waiting:
        rows += unpack(_result(future))
        if told is not None and not told(len(rows)):
            for each in waiting:
                each.cancel()
            raise StoppedError
    return gather(prepared, rows, backend)


def _result(future: Future[bytes]) -> bytes:
    try:
        return future.result()
    except Exception as fault:  # noqa: BLE001 - whatever a worker raised: its words stay out
        kind = type(fault).__name__
    raise WorkerError(f"A worker failed ({kind}).")
