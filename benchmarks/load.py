"""A bounded load generator for loopback: the same request for some seconds, or each of a list once.

The first uses `wrk` where it is installed. The second cannot: each request has a visit of its own, to be sent
exactly once, so it is one thread that waits for many sockets. Both sides of a ratio use the same generator.
"""

from __future__ import annotations

import re
import selectors
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat

from benchmarks.servers import HOST

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_STALLED = 30.0
_DONE = """
done = function(summary, latency, requests)
  local bad = summary.errors
  io.write(string.format("RESULT %d %d %d %d %d %d\\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(95), latency:percentile(99),
    bad.status + bad.connect + bad.read + bad.write + bad.timeout))
end
"""


class LoadError(RuntimeError):
    """The other side does not answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """One turn under load; times in milliseconds. `errors`: answers with another status than expected."""

    requests: int
    seconds: float
    p50: float
    p95: float
    p99: float
    errors: int

    @property
    def per_second(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds


def message(port: int, method: str, path: str, *, cookie: str = "", body: str | None = None) -> bytes:
    """An HTTP/1.1 request as bytes; the body is a form."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {HOST}:{port}"]
    if cookie:
        lines.append(f"Cookie: {cookie}")
    if body is not None:
        lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body.encode())}"]
    return ("\r\n".join(lines) + "\r\n\r\n" + (body or "")).encode()


def once(port: int, requests: Sequence[bytes], *, connections: int, expected: int) -> Load:
    """Send each request exactly once over so many connections. Raises LoadError when nothing answers."""
    return _Crowd(port, iter(requests), expected).run(min(connections, len(requests)))


def repeated(port: int, request: bytes, *, connections: int, seconds: float, expected: int = 200) -> Load:
    """Send the same request for so long. Uses wrk when it is installed and `seconds` is a whole number."""
    if shutil.which("wrk") and seconds >= 1 and seconds == int(seconds):
        return _wrk(port, request, connections, int(seconds))
    crowd = _Crowd(port, repeat(request), expected, until=time.perf_counter() + seconds)
    return crowd.run(connections)


def generator() -> str:
    """Which generator `repeated` uses here."""
    return "wrk" if shutil.which("wrk") else "own"


class _Caller:
    """One keep-alive connection."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.socket = self._connect()
        self.received = b""
        self.begun = 0.0

    def send(self, request: bytes) -> None:
        self.received = b""
        self.begun = time.perf_counter()
        self.socket.sendall(request)

    def renew(self) -> None:
        self.socket.close()
        self.socket = self._connect()

    def _connect(self) -> socket.socket:
        # Requests are a few KiB and fit the send buffer: only reading waits.
        return socket.create_connection((HOST, self._port), timeout=_STALLED)


class _Crowd:
    """Many connections, one thread."""

    def __init__(
        self, port: int, requests: Iterator[bytes], expected: int, until: float | None = None
    ) -> None:
        self._port, self._requests, self._expected, self._until = port, requests, expected, until
        self._selector = selectors.DefaultSelector()
        self._times: list[float] = []
        self._errors = 0
        self._calling = 0

    def run(self, connections: int) -> Load:
        callers = [_Caller(self._port) for _ in range(connections)]
        begun = time.perf_counter()
        for caller in callers:
            self._selector.register(caller.socket, selectors.EVENT_READ, caller)
            self._next(caller)
        while self._calling:
            ready = self._selector.select(_STALLED)
            if not ready:
                raise LoadError("no answer for half a minute")
            for key, _ in ready:
                self._read(key.data)
        took = time.perf_counter() - begun
        for caller in callers:
            caller.socket.close()
        self._selector.close()
        return _summed(self._times, took, self._errors)

    def _next(self, caller: _Caller) -> None:
        if self._until is not None and time.perf_counter() > self._until:
            return
        request = next(self._requests, None)
        if request is not None:
            self._calling += 1
            caller.send(request)

    def _read(self, caller: _Caller) -> None:
        chunk = caller.socket.recv(1 << 16)
        caller.received += chunk
        if chunk and not _whole(caller.received):
            return
        self._calling -= 1
        self._times.append(time.perf_counter() - caller.begun)
        head = caller.received.partition(b"\r\n\r\n")[0]
        self._errors += head[9:12] != str(self._expected).encode()
        if not chunk or b"\r\nconnection: close" in head.lower():
            self._selector.unregister(caller.socket)
            caller.renew()
            self._selector.register(caller.socket, selectors.EVENT_READ, caller)
        self._next(caller)


def _whole(received: bytes) -> bool:
    head, end, body = received.partition(b"\r\n\r\n")
    length = _LENGTH.search(head)
    return bool(end) and len(body) >= (int(length[1]) if length else 0)


def _summed(times: list[float], took: float, errors: int) -> Load:
    ordered = sorted(times) or [0.0]

    def share(part: float) -> float:
        return ordered[min(len(ordered) - 1, int(len(ordered) * part))] * 1e3

    return Load(
        requests=len(times), seconds=took, p50=share(0.5), p95=share(0.95), p99=share(0.99), errors=errors
    )


def _wrk(port: int, request: bytes, connections: int, seconds: int) -> Load:
    quoted = "".join(f"\\{byte:03d}" for byte in request)
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(f'local whole = "{quoted}"\nrequest = function() return whole end\n{_DONE}')
        script.flush()
        run = subprocess.run(
            ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "20s", "-s", script.name,
             f"http://{HOST}:{port}/"],
            capture_output=True,
            text=True,
            timeout=seconds + 60,
            check=False,
        )  # fmt: skip
    result = re.search(r"RESULT " + r" ".join([r"(\d+)"] * 6), run.stdout)
    if result is None:
        raise LoadError("wrk gave no result")
    requests, micros, p50, p95, p99, errors = (int(number) for number in result.groups())
    return Load(
        requests=requests,
        seconds=micros / 1e6,
        p50=p50 / 1e3,
        p95=p95 / 1e3,
        p99=p99 / 1e3,
        errors=errors,
    )
