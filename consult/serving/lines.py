"""Reading from a line and writing to it, without waiting but in `send_all`. Knows sockets alone."""

from __future__ import annotations

import socket

_CHUNK = 64 * 1024


def read(sock: socket.socket) -> bytes | None:
    """What is there; nothing at the end or when the line broke; None when there is nothing yet."""
    try:
        return sock.recv(_CHUNK)
    except (BlockingIOError, InterruptedError):
        return None
    except OSError:
        return b""


def send(sock: socket.socket, answer: bytes) -> int:
    """How many bytes of it went; -1 when the line broke."""
    try:
        return sock.send(answer)
    except (BlockingIOError, InterruptedError):
        return 0
    except OSError:
        return -1


def send_all(sock: socket.socket, answer: bytes) -> bool:
    """All of it, however slowly the other side takes it; True. Raises OSError when the line broke."""
    sock.setblocking(True)
    sock.sendall(answer)
    return True
