"""How requests come in: whole, before a thread is given to them, and nobody waits for somebody who is slow.

Gunicorn's threads read from the network themselves, so that as many slow senders as there are threads would
keep everybody else out, and the loop that takes new people in waits for those who do not hang up. Here one
loop gathers each request in memory, without ever waiting, and lingers for those who leave; threads get whole
requests, and what the application can do without waiting, the loop asks for itself. Knows gunicorn and HTTP's
framing, and of the application nothing but where that is. Whole bodies stay in memory, never in a file.
"""

from __future__ import annotations

import errno
import gc
import socket
import struct
import sys
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from selectors import EVENT_READ
from typing import TYPE_CHECKING, Any

from gunicorn import http
from gunicorn.workers.gthread import TConn, ThreadWorker

from consult import turns
from consult.lulls import lull
from consult.serving import lines
from consult.serving.arrivals import Arrival
from consult.serving.at_once import Request
from consult.serving.heads import Heads, NotPlainError

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

TOGETHER = 64 * 1024 * 1024
"""Bytes of unfinished requests in all: beyond, the largest of them is let go."""
IDLE_SECONDS, WHOLE_SECONDS = 20, 120
"""How long nothing may come, and how long a whole request may take: enough for 256 KiB over a poor line."""
LINGER_SECONDS, LINGER_BYTES = 5, 16 * 1024 * 1024
"""How long somebody may go on sending what is not read any more, before the line is cut."""
_SEND_BUFFER = 512 * 1024
_SEND_SECONDS = 30
_OTHERS_FIRST = 0.001
"""Seconds for which a process leaves it to the others to take the next one in, unless it hears something."""
_SIGN_OF_LIFE = 0.5
"""Seconds between two signs for the process that watches over this one."""


class NotSharedError(RuntimeError):
    """Several processes were asked for and would each keep limits, tokens or keys of their own."""


class PatientWorker(ThreadWorker):  # type: ignore[misc]
    """Gunicorn's threads, fed with whole requests."""

    @classmethod
    def setup(cls) -> None:
        """Called by gunicorn before anything is loaded. What an application is made of stays out of searches
        for garbage: to walk through it takes a quarter of a second at the start, and hundredths later."""
        gc.disable()

    def load_wsgi(self) -> None:
        """Take the application. Raises NotSharedError when it cannot be served by so many processes."""
        super().load_wsgi()
        about = getattr(self.wsgi, "extensions", {})
        if self.cfg.workers > 1 and not (self.cfg.preload_app and about.get(turns.MANY)):
            sys.stderr.write("consult: one process for this application, or --preload for the intake\n")
            raise NotSharedError
        area = about.get(turns.NO_WAITING)
        self._heads = Heads(self.cfg)
        self._quick = (b"GET " + area.encode(), b"POST " + area.encode()) if area else None
        gc.freeze()
        gc.enable()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._arrivals: dict[TConn, Arrival] = {}
        self._leaving: dict[TConn, tuple[float, int]] = {}
        self._ready: deque[Request] = deque()
        self._waking = False
        self._took_in = False
        self._gathered = 0
        self._looked = self._noted = 0.0

    def notify(self) -> None:
        """Show that the loop still turns. Gunicorn asks for it at every turn, and each is a change of a file,
        which waits while somebody's answers are brought to the same disk."""
        now = time.monotonic()
        if now - self._noted >= _SIGN_OF_LIFE:
            self._noted = now
            super().notify()

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """One turn: whoever has come is looked at. Gunicorn's own would not know that nobody has."""
        if self._took_in:
            self._took_in = False
            self.set_accept_enabled(False)
            timeout = min(timeout, _OTHERS_FIRST)
        lull.begin()
        come = self.poller.select(0 if lull.is_awaited else timeout)
        lull.end()
        if not come:
            lull.come()
        for key, _ in come:
            key.data(key.fileobj)
            if lull.is_overdue:
                lull.come()

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
        self._took_in = self.cfg.workers > 1
        if self.nr_conns > self.worker_connections * 3 // 4:
            self._make_room(lambda arrival: arrival.begun)
        self._await(TConn(self.cfg, sock, address, listener.getsockname()), b"")

    def finish_request(self, conn: TConn, done: Future[Any]) -> None:
        """Keep the line for the next request, or let it end; in the loop, and never waiting."""
        keep = self.alive and not done.cancelled() and done.exception() is None and bool(done.result())
        if not keep:
            self._let_go(conn)
            return
        self._await(conn, conn.parser.unreader.take_buffered() if conn.parser else b"")

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
        conn.initialized, conn.parser = False, None
        arrival = Arrival(begun=(now := time.monotonic()), heard=now)
        arrival.take(begun)
        self._gathered += len(begun)
        self._arrivals[conn] = arrival
        self.poller.register(conn.sock, EVENT_READ, partial(self._more, conn))
        if arrival.complete:
            self._hand_over(conn)

    def _more(self, conn: TConn, _: object) -> None:
        chunk = lines.read(conn.sock)
        if chunk is None:
            return
        if not chunk:
            self._drop(conn)
            return
        arrival = self._arrivals[conn]
        headless = arrival.whole is None
        arrival.heard = time.monotonic()
        if not arrival.received:
            arrival.begun = arrival.heard
        arrival.take(chunk)
        self._gathered += len(chunk)
        if arrival.complete:
            if not self._asked_at_once(conn, arrival):
                self._hand_over(conn)
        elif headless and arrival.asks_to_go_on:
            lines.send(conn.sock, b"HTTP/1.1 100 Continue\r\n\r\n")
        if self._gathered > TOGETHER:
            self._make_room(lambda each: -len(each.received))

    def _asked_at_once(self, conn: TConn, arrival: Arrival) -> bool:
        """Ask here for what needs no waiting: to hand it to a thread and back costs half as much again."""
        last = not self.alive or self.nr + 1 >= self.max_requests
        if self._quick is None or last or not arrival.is_only(self._quick):
            return False
        try:
            request = Request(self._heads, conn, bytes(arrival.received))
        except NotPlainError:
            return False
        self.nr += 1
        if self._answered(request):
            self._gathered -= len(arrival.received)
            self._arrivals[conn] = Arrival(begun=arrival.heard, heard=arrival.heard)
        else:
            self._forget(conn)
        return True

    def _answered(self, request: Request) -> bool:
        """Whether the whole answer has gone. Else it will, once that is told or by a thread, or nobody is
        there any more."""
        conn = request.line
        try:
            answer = request.at_once(self.wsgi, partial(self._told, request))
        except turns.NotYetError:
            return False
        except turns.MustWaitError:
            self._submit(conn, partial(_by_a_thread, request, self.wsgi))
            return False
        except Exception:  # noqa: BLE001 - a fault of one answer must not end the loop, and with it all others
            sent, answer = -1, b""
        else:
            sent = lines.send(conn.sock, answer)
        if sent < 0:
            self.nr_conns -= 1
            conn.close()
        elif sent < len(answer):  # somebody who asks and does not read: a thread waits for them
            self._submit(conn, partial(lines.send_all, conn.sock, answer[sent:]))
        return sent == len(answer)

    def _told(self, request: Request) -> None:
        """Called by any thread. Many that are told together wake the loop once."""
        self._ready.append(request)
        if not self._waking:
            self._waking = True
            self.method_queue.defer(self._answer_ready)

    def _answer_ready(self) -> None:
        self._waking = False
        while self._ready:
            request = self._ready.popleft()
            if not self._answered(request):
                continue
            if self.alive:
                self._await(request.line, b"")
            else:
                self._let_go(request.line)

    def _hand_over(self, conn: TConn) -> None:
        """Give a thread a request that reads from memory and so cannot wait."""
        arrival = self._forget(conn)
        conn.parser = http.get_parser(self.cfg, [bytes(arrival.received)], conn.client)
        conn.initialized = True
        self._submit(conn, partial(self.handle, conn))

    def _submit(self, conn: TConn, work: Callable[[], object]) -> None:
        """Let a thread do this, and end the request as it says."""
        conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", _SEND_SECONDS, 0))
        done = self.tpool.submit(work)
        done.add_done_callback(lambda done: self.method_queue.defer(self.finish_request, conn, done))

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
        chunk = lines.read(conn.sock)
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


def _by_a_thread(request: Request, application: WSGIApplication) -> bool:
    return lines.send_all(request.line.sock, request.answer(application))
