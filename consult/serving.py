"""How requests come in: whole, before a thread is given to them, and nobody waits for somebody who is slow.

Gunicorn's threads read from the network themselves, so that as many slow senders as there are threads would
keep everybody else out, and the loop that takes new people in waits for those who do not hang up. Here one
loop gathers each request in memory, without ever waiting, and lingers for those who leave; threads get whole
requests and write answers into the buffers of the kernel. Knows gunicorn and HTTP's framing, and nothing of
the application. Whole bodies stay in memory: none is written to a file.
"""

from __future__ import annotations

import errno
import gc
import re
import socket
import struct
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from selectors import EVENT_READ
from typing import Any

from gunicorn import http
from gunicorn.workers.gthread import TConn, ThreadWorker

MEMORY = {
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": "131072",
    "MALLOC_TRIM_THRESHOLD_": "1048576",
}
"""For the environment of a server, read by the C library as it starts. One arena: else each thread keeps the
blocks of slow hashes. Fixed thresholds: else the first large block makes the library keep all that follow."""
LARGEST = 1024 * 1024
"""Bytes of one request that are gathered; a longer one goes on as it is: its stated length is refused."""
TOGETHER = 64 * 1024 * 1024
"""Bytes of unfinished requests in all: beyond, the largest of them is let go."""
IDLE_SECONDS, WHOLE_SECONDS = 20, 120
"""How long nothing may come, and how long a whole request may take: enough for 256 KiB over a poor line."""
LINGER_SECONDS, LINGER_BYTES = 5, 16 * 1024 * 1024
"""How long somebody may go on sending what is not read any more, before the line is cut."""
_SEND_BUFFER = 512 * 1024
_SEND_SECONDS = 30
_CHUNK = 64 * 1024
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,18})[ \t]*\r\n", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:", re.IGNORECASE)
_EXPECTS = re.compile(rb"\r\nexpect:[ \t]*100-continue", re.IGNORECASE)


@dataclass(slots=True, kw_only=True)
class Arrival:
    """A request on its way in. `whole` is its length in bytes, once its head says so."""

    received: bytearray = field(default_factory=bytearray)
    begun: float = 0.0
    heard: float = 0.0
    whole: int | None = None
    chunked: bool = False

    def take(self, more: bytes) -> None:
        """Add what came."""
        head_before = self.whole is not None or self.chunked
        start = max(0, len(self.received) - 3)
        self.received += more
        if not head_before and (end := self.received.find(b"\r\n\r\n", start)) >= 0:
            head = bytes(self.received[: end + 2])
            self.chunked = _CHUNKED.search(head) is not None
            length = _LENGTH.search(head)
            self.whole = None if self.chunked else end + 4 + (int(length[1]) if length else 0)

    @property
    def complete(self) -> bool:
        """Whether a thread can work on it without waiting for the network."""
        if self.whole is not None:
            return len(self.received) >= self.whole or self.whole > LARGEST
        ended = self.chunked and self.received.endswith(b"\r\n0\r\n\r\n")
        return ended or len(self.received) > LARGEST

    @property
    def asks_to_go_on(self) -> bool:
        """Whether the sender waits to be told that the body is welcome."""
        return self.whole is not None and _EXPECTS.search(self.received) is not None


class PatientWorker(ThreadWorker):  # type: ignore[misc]
    """Gunicorn's threads, fed with whole requests."""

    def load_wsgi(self) -> None:
        """Load the application, and take what it is made of out of every later search for garbage: walking
        through all modules and templates again and again would hold everybody up for some hundredths."""
        super().load_wsgi()
        gc.collect()
        gc.freeze()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._arrivals: dict[TConn, Arrival] = {}
        self._leaving: dict[TConn, tuple[float, int]] = {}
        self._gathered = 0
        self._looked = 0.0

    def accept(self, listener: socket.socket) -> None:
        """Take somebody in, without a thread."""
        try:
            sock, address = listener.accept()
        except OSError as wrong:
            if wrong.errno in (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK):
                return
            raise
        # An answer of ours fits whole, so that no thread waits for somebody who reads slowly.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
        self.nr_conns += 1
        if self.nr_conns > self.worker_connections * 3 // 4:
            self._make_room(lambda arrival: arrival.begun)
        self._await(TConn(self.cfg, sock, address, listener.getsockname()), b"")

    def finish_request(self, conn: TConn, done: Future[Any]) -> None:
        """Keep the line for the next request, or let it end; in the loop, and never waiting."""
        keep = self.alive and not done.cancelled() and done.exception() is None and bool(done.result())
        if not keep:
            self._let_go(conn)
            return
        rest = conn.parser.unreader.take_buffered()
        conn.initialized, conn.parser = False, None
        self._await(conn, rest)

    def murder_keepalived(self, force: bool = False) -> None:
        """End what has taken too long. Called by gunicorn's loop at every turn."""
        now = time.monotonic()
        if not force and self.alive and now - self._looked < 0.25:
            return
        self._looked = now
        for conn, arrival in list(self._arrivals.items()):
            late = now - arrival.heard > IDLE_SECONDS or now - arrival.begun > WHOLE_SECONDS
            # A worker that stops waits for requests that have begun, and for nobody else.
            if force or late or not (self.alive or arrival.received):
                self._drop(conn)
        for conn, (until, _) in list(self._leaving.items()):
            if force or now > until:
                self._cut(conn)

    def _await(self, conn: TConn, begun: bytes) -> None:
        conn.sock.setblocking(False)
        now = time.monotonic()
        arrival = Arrival(begun=now, heard=now)
        arrival.take(begun)
        self._gathered += len(begun)
        self._arrivals[conn] = arrival
        self.poller.register(conn.sock, EVENT_READ, partial(self._more, conn))
        if arrival.complete:
            self._hand_over(conn)

    def _more(self, conn: TConn, _: object) -> None:
        chunk = _read(conn.sock)
        if chunk is None:
            return
        arrival = self._arrivals[conn]
        if not chunk:
            self._drop(conn)
            return
        headless = arrival.whole is None
        arrival.heard = time.monotonic()
        if not arrival.received:
            arrival.begun = arrival.heard
        arrival.take(chunk)
        self._gathered += len(chunk)
        if arrival.complete:
            self._hand_over(conn)
        elif headless and arrival.asks_to_go_on:
            _say(conn.sock, b"HTTP/1.1 100 Continue\r\n\r\n")
        if self._gathered > TOGETHER:
            self._make_room(lambda each: -len(each.received))

    def _hand_over(self, conn: TConn) -> None:
        """Give a thread a request that reads from memory and so cannot wait."""
        arrival = self._forget(conn)
        conn.parser = http.get_parser(self.cfg, [bytes(arrival.received)], conn.client)
        conn.initialized = True
        conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", _SEND_SECONDS, 0))
        self.enqueue_req(conn)

    def _make_room(self, order: Callable[[Arrival], float]) -> None:
        """Drop the first unfinished request in this order."""
        if self._arrivals:
            self._drop(min(self._arrivals, key=lambda conn: order(self._arrivals[conn])))

    def _forget(self, conn: TConn) -> Arrival:
        self.poller.unregister(conn.sock)
        arrival = self._arrivals.pop(conn)
        self._gathered -= len(arrival.received)
        return arrival

    def _drop(self, conn: TConn) -> None:
        self._forget(conn)
        self.nr_conns -= 1
        conn.close()

    def _let_go(self, conn: TConn) -> None:
        """Say that nothing more comes, and read what is still sent, so that the answer is not cut off."""
        try:
            conn.sock.setblocking(False)
            conn.sock.shutdown(socket.SHUT_WR)
            self.poller.register(conn.sock, EVENT_READ, partial(self._read_off, conn))
        except (OSError, ValueError):
            self.nr_conns -= 1
            conn.close()
            return
        self._leaving[conn] = time.monotonic() + LINGER_SECONDS, 0

    def _read_off(self, conn: TConn, _: object) -> None:
        chunk = _read(conn.sock)
        if chunk is None:
            return
        until, before = self._leaving[conn]
        self._leaving[conn] = until, before + len(chunk)
        if not chunk or before > LINGER_BYTES:
            self._cut(conn)

    def _cut(self, conn: TConn) -> None:
        self.poller.unregister(conn.sock)
        del self._leaving[conn]
        self.nr_conns -= 1
        conn.close()


def _read(sock: socket.socket) -> bytes | None:
    """What is there; nothing at the end or when the line broke; None when there is nothing yet."""
    try:
        return sock.recv(_CHUNK)
    except (BlockingIOError, InterruptedError):
        return None
    except OSError:
        return b""


def _say(sock: socket.socket, words: bytes) -> None:
    try:
        sock.send(words)
    except OSError:
        return  # who has gone meanwhile is noticed by the next read
