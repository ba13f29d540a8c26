"""The same work through processes of this machine. Through a cluster: `coding/test_meaning.py`."""

from __future__ import annotations

from concurrent.futures import Executor, Future, ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest

from analysis.embedding import StoppedError, choose_backend, embed
from analysis.pool import WorkerError, at_work, embed_through, executor
from analysis.prepared import Prepared, prepare
from analysis.vectors import Vectors


@pytest.fixture(scope="module")
def few() -> Prepared:
    texts = [f"The wait was {n} months long. Nobody rang me back, and the room was cold." for n in range(24)]
    return prepare(pd.DataFrame({"answer": [str(n) for n in range(24)], "text": texts, "language": "en"}))


@pytest.fixture(scope="module")
def alone(few: Prepared) -> Vectors:
    return embed(few, choose_backend("onnx"))


def same(found: Vectors, alone: Vectors) -> bool:
    """Batches differ, and 8-bit kernels round by what stands beside: the direction is the same."""
    return all(
        bool((np.sum(one.astype(float) * other.astype(float), axis=1) > 0.99).all())
        for one, other in ((found.answers, alone.answers), (found.phrases, alone.phrases))
    )


def test_processes_give_the_same_vectors_and_say_how_far_they_are(few: Prepared, alone: Vectors) -> None:
    told: list[int] = []

    def tell(done: int) -> bool:
        told.append(done)
        return True

    with executor(processes=1) as workers:
        found = embed_through(few, alone.backend, workers, tell, shard=10)
    assert same(found, alone)
    assert told == [10, 20, 24]


class Failing(Executor):
    """Workers whose every task fails with words of an answer in its message."""

    def submit(self, *_: object, **__: object) -> Future[tuple[str, bytes]]:  # type: ignore[override]
        failed: Future[tuple[str, bytes]] = Future()
        failed.set_exception(ValueError("The wait was 3 months long"))
        return failed


def test_of_a_fault_in_a_worker_only_its_kind_comes_back(few: Prepared, alone: Vectors) -> None:
    with pytest.raises(WorkerError) as caught:
        embed_through(few, alone.backend, Failing())
    assert str(caught.value) == "A worker failed (ValueError)."
    assert caught.value.__context__ is None


def test_what_has_not_begun_is_called_off_when_somebody_stops_the_work(few: Prepared, alone: Vectors) -> None:
    with ThreadPoolExecutor(1) as workers, pytest.raises(StoppedError):
        embed_through(few, alone.backend, workers, lambda _: False, shard=6)


def test_a_worker_that_fails_raises_nothing_that_its_log_would_show() -> None:
    kind, rows = at_work(["The wait was 3 months long"], [()], "no such back-end")
    assert (kind, rows) == ("BackendError", b"")
