"""What takes people in: a worker for gunicorn, and what a server of ours is started with."""

from __future__ import annotations

from consult import turns
from consult.serving.worker import NotSharedError, PatientWorker

__all__ = ["MEMORY", "NotSharedError", "PatientWorker", "options"]

MEMORY = {
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": "131072",
    "MALLOC_TRIM_THRESHOLD_": "1048576",
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
}
"""For the environment of a server, read by the C library as it starts. One arena: else each thread keeps the
blocks of slow hashes. Fixed thresholds: else the first large block makes the library keep all that follow.
Large pages where the system offers them: a slow hash walks through all of its memory, a fifth quicker so."""


def options(processes: int = 1, threads: int = turns.THREADS) -> list[str]:
    """For gunicorn's command line. Of several processes, one loads the application for all: they share what
    it keeps in memory."""
    numbers = ["--workers", str(processes), "--threads", str(threads)]
    shared = ["--preload"] if processes > 1 else []
    return [*numbers, *shared, "--worker-class", "consult.serving.PatientWorker", "--no-control-socket"]
