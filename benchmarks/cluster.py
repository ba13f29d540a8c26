"""A private PostgreSQL server for a run, as durable as one in use: every commit reaches the disk."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.servers import HOST, free_port

SERVER = "CONSULT_BENCH_PG"
"""The environment variable that names a server in use, as libpq writes it."""
_OWNER = "postgres"


@contextmanager
def cluster(*, private: bool) -> Iterator[str | None]:
    """The server named by the environment, or one of our own when asked for, or None."""
    named = os.environ.get(SERVER)
    programs = _programs()
    if named or not private or programs is None:
        yield named
        return
    with tempfile.TemporaryDirectory() as folder:
        as_owner: list[str] = []
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            as_owner = ["runuser", "-u", _OWNER, "--"]
            shutil.chown(folder, _OWNER)
        home, port = Path(folder), free_port()
        control = [*as_owner, str(programs / "pg_ctl"), "-D", str(home / "cluster")]
        options = (
            f"-p {port} -c listen_addresses={HOST} -c unix_socket_directories={home} -c max_connections=200"
        )
        _run([*as_owner, str(programs / "initdb"), "-D", str(home / "cluster"), "-A", "trust", "-U", _OWNER])
        _run([*control, "-w", "-l", str(home / "log"), "-o", options, "start"])
        try:
            yield f"host={HOST} port={port} user={_OWNER} dbname=postgres"
        finally:
            _run([*control, "-m", "fast", "stop"])


def _programs() -> Path | None:
    """Where the newest PostgreSQL keeps its programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda place: int(place.parent.name))
    return found[-1] if found else None


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
