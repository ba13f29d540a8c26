"""One gunicorn on loopback, its CPU time and its memory, as the operating system counts them."""

from __future__ import annotations

import compileall
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import TracebackType

from consult.serving import MEMORY, options
from consult.web import templating

HOME = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
YARDSTICK = "benchmarks.yardstick:create_app()"
_TICKS = os.sysconf("SC_CLK_TCK")
_LIMIT = 60.0


class ServerError(RuntimeError):
    """A server ended, or did not answer in time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to serve: an application factory, how many processes and threads, and its environment."""

    application: str
    env: Mapping[str, str]
    workers: int = 1
    threads: int = 8


class Server:
    """A running gunicorn. Leaving the `with` block ends it and every process it started."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Server:
        self.start()
        self.wait_for("/", any_status=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Begin; returns at once."""
        as_installed()
        plan = self._plan
        how = ["--workers", str(plan.workers), "--threads", str(plan.threads), "--no-control-socket"]
        memory = {}
        if plan.application != YARDSTICK:  # as `consult run` does
            how, memory = options(plan.workers, plan.threads), MEMORY
        self._process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", plan.application, "--bind", f"{HOST}:{self.port}", *how,
             "--log-level", "error"],
            cwd=HOME,
            env={**os.environ, **memory, **plan.env},
        )  # fmt: skip

    def wait_for(self, path: str, *, any_status: bool = False) -> None:
        """Return with the first 200 (or any answer) of this address. Raises ServerError."""
        end = time.monotonic() + _LIMIT
        while time.monotonic() < end:
            if self._process is None or self._process.poll() is not None:
                raise ServerError("the server ended before it answered")
            try:
                if _status(self.port, path) == 200 or any_status:
                    return
            except (OSError, HTTPException):
                time.sleep(0.005)
        raise ServerError("the server did not answer in time")

    def stop(self) -> None:
        """End it and wait."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    @property
    def pid(self) -> int:
        """The master's. Raises ServerError when nothing runs."""
        if self._process is None:
            raise ServerError("the server is not running")
        return self._process.pid

    def cpu(self) -> float:
        """Seconds of CPU so far, of the master and all its workers."""
        return sum(_cpu(each) for each in _family(self.pid))

    def memory(self) -> float:
        """Proportional set size of one worker in MiB: the mean over the workers."""
        workers = _family(self.pid)[1:]
        return sum(_pss(each) for each in workers) / max(1, len(workers))


@cache
def as_installed() -> None:
    """Compile modules and templates, once: both were where the service was installed."""
    for package in ("consult", "surveys", "benchmarks"):
        compileall.compile_dir(HOME / package, quiet=1)
    templating.compile_all()


def first_answer(plan: Plan, path: str) -> float:
    """Seconds from the start of the process to the first 200."""
    as_installed()
    server = Server(plan)
    begun = time.perf_counter()
    server.start()
    try:
        server.wait_for(path)
        return time.perf_counter() - begun
    finally:
        server.stop()


def free_port() -> int:
    """A port of loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _status(port: int, path: str) -> int:
    connection = HTTPConnection(HOST, port, timeout=10)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


def _family(pid: int) -> list[int]:
    """A process and its descendants."""
    found, waiting = [], [pid]
    while waiting:
        each = waiting.pop()
        found.append(each)
        try:
            for task in Path(f"/proc/{each}/task").iterdir():
                waiting += [int(child) for child in (task / "children").read_text().split()]
        except OSError:
            continue  # ended meanwhile
    return found


def _cpu(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _pss(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
