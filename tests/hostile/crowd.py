"""People who keep a server waiting, and people who only want their page: bounded in number and in time.

Knows HTTP and nothing of the application. Every line is to loopback.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

HOST = "127.0.0.1"
_FORM = "Content-Type: application/x-www-form-urlencoded"


def silent(port: int, _: str) -> socket.socket:
    """A line on which nothing is said."""
    return _line(port)


def half_a_head(port: int, path: str) -> socket.socket:
    """A request that never gets to its end."""
    return _line(port, f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nX-Slow: ".encode())


def half_a_body(port: int, path: str) -> socket.socket:
    """A form of which a part comes."""
    head = f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\n{_FORM}\r\nContent-Length: 20000\r\n\r\n"
    return _line(port, head.encode() + b"words=" + b"x" * 500)


def reads_nothing(port: int, path: str) -> socket.socket:
    """Whole requests, one behind the other, whose answers nobody reads."""
    return _line(port, f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode() * 4, window=2048)


def does_not_hang_up(port: int, _: str) -> socket.socket:
    """A request that is none, and a line that stays open after the answer."""
    return _line(port, b"\x16\x03\x01 nonsense\r\n\r\n")


SLOW: tuple[Callable[[int, str], socket.socket], ...] = (
    silent,
    half_a_head,
    half_a_body,
    reads_nothing,
    does_not_hang_up,
)


@contextmanager
def crowd(port: int, path: str, number: int) -> Iterator[None]:
    """So many slow people of every kind: a sign from each every two seconds, new lines for those cut."""
    lines = [(kind, kind(port, path)) for kind in (SLOW[place % len(SLOW)] for place in range(number))]
    over = threading.Event()

    def go_on() -> None:
        while not over.wait(2):
            for place, (kind, line) in enumerate(lines):
                try:
                    line.send(b"x")
                except OSError:
                    line.close()
                    with suppress(OSError):
                        lines[place] = kind, kind(port, path)

    slowly = threading.Thread(target=go_on, daemon=True)
    slowly.start()
    try:
        yield
    finally:
        over.set()
        slowly.join(timeout=60)
        for _, line in lines:
            line.close()


def share(times: list[float], part: float) -> float:
    """The time that this part of all stays under, in milliseconds."""
    ordered = sorted(times)
    return 1000 * ordered[min(len(ordered) - 1, int(len(ordered) * part))]


def timed(act: Callable[[], object]) -> float:
    """Seconds that something takes."""
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def memory(pid: int, field: str = "VmRSS") -> float:
    """MiB of a process and its children, as the kernel counts them: `VmRSS` now, `VmHWM` at the highest."""
    found = 0.0
    for each in (pid, *_children(pid)):
        for line in Path(f"/proc/{each}/status").read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith(f"{field}:"):
                found += int(line.split()[1]) / 1024
    return found


def _children(pid: int) -> list[int]:
    return [
        int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    ]


def _line(port: int, said: bytes = b"", window: int | None = None) -> socket.socket:
    line = socket.socket()
    if window is not None:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
    line.settimeout(5)
    line.connect((HOST, port))
    if said:
        line.sendall(said)
    return line
