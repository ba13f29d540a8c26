"""One writer at a time in each process, and one commit for all that wait.

A request reads, opens and seals by itself, outside of any writing transaction. What is left are a few
statements: its act. Acts that come while another commits are done together in the next transaction, by the
thread that waited longest, or by one of the writer's own where none waits, and answered once that is on disk.
Knows nothing of requests.
"""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from functools import partial
from queue import Empty, SimpleQueue

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from consult import turns
from consult.faults import BusyError
from consult.lulls import lull
from consult.models import base, locks
from consult.records import scrub, tallies, together
from consult.records.tallies import Counted
from consult.records.together import Write

_Perform = Callable[[Connection, Sequence[Sequence[Write]]], list[Counted]]
Then = Callable[[BaseException | None], None]
"""Called once an act is on disk, or with what it raised. It may neither wait nor raise."""

LONGEST_QUEUE = 256
OLDEST_SECONDS = 5.0
SOON_SECONDS = 0.1
"""After a sent answer for the write-ahead log to be empty. Half the time that a group of them takes went into
that; groups that follow each other share it."""


class TooManyActsError(BusyError):
    """More is waiting to be stored than can be done soon."""


class _Act:
    """What one request wants stored, and how it ended. `scrub`: the log is emptied before that is told."""

    scrub_within = 0.0

    def __init__(self, writes: Sequence[Write], *, scrub: bool) -> None:
        self.writes = tuple(writes)
        self.scrub = scrub
        self.since = time.monotonic()
        self.done = False
        self.error: BaseException | None = None
        self._asleep = threading.Lock()
        self._asleep.acquire()

    def wait(self) -> None:
        """Until it is done, or is this thread's turn to lead."""
        self._asleep.acquire()

    def wake(self) -> None:
        self._asleep.release()


class _Left(_Act):
    """An act that nobody waits for: a thread of the writer leads in its place once the loop has looked at
    everybody who has come, and says how it ended. `scrub`: the log is emptied soon."""

    scrub_within = SOON_SECONDS

    def __init__(
        self, writes: Sequence[Write], *, scrub: bool, then: Then, lead: Callable[[_Act], None]
    ) -> None:
        super().__init__(writes, scrub=scrub)
        self._then, self._lead = then, lead

    def wake(self) -> None:
        if self.done:
            self._then(self.error)
        else:
            lull.then(partial(self._lead, self))


class Writer:
    """Stores acts for every thread of a process."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writing = engine.execution_options(**{base.HAS_LOCK: True})
        self._lock = base.lock_of(engine)
        self._waiting: deque[_Act] = deque()
        self._led = False
        self._leading: SimpleQueue[_Act | None] | None = None
        self._guard = threading.Lock()
        self._log = scrub.Emptying()

    def run(self, writes: Sequence[Write], *, scrub: bool = False) -> None:
        """Store an act; returns when it is committed, on disk.

        `scrub`: something sealed was destroyed or replaced, so the write-ahead log is emptied, too; where a
        reader holds that up, as soon as it can be. Raises what the act raised, TooManyActsError or
        StillWritingError; then nothing is stored.
        """
        act = _Act(writes, scrub=scrub)
        leads = self._join(act)
        with turns.Lent():
            if not leads:
                act.wait()
            if not act.done:
                self._lead(act)
        if act.error is not None:
            raise act.error

    def later(self, writes: Sequence[Write], *, scrub: bool = False, then: Then) -> None:
        """Store an act while the caller goes on. `scrub`: the log is emptied soon after it is told.

        Raises TooManyActsError.
        """
        act = _Left(writes, scrub=scrub, then=then, lead=self._lead_elsewhere)
        if self._join(act):
            act.wake()

    def _join(self, act: _Act, *, always: bool = False) -> bool:
        """Let an act wait with the others; returns whether there is nobody to lead them."""
        with self._guard:
            if self._too_much() and not always:
                raise TooManyActsError("too much at once")
            self._waiting.append(act)
            leads, self._led = not self._led, True
        return leads

    def _own_thread(self) -> SimpleQueue[_Act | None]:
        """What the writer's own thread works off. Only for who leads or is about to: never for two at once.

        Begun late, since a thread of before a fork is not there after it.
        """
        if self._leading is None:
            self._leading = SimpleQueue()
            threading.Thread(target=self._lead_for, args=(self._leading,), name="stores", daemon=True).start()
        return self._leading

    def _lead_elsewhere(self, act: _Act) -> None:
        self._own_thread().put(act)

    def _lead_for(self, acts: SimpleQueue[_Act | None]) -> None:
        """Lead for acts that nobody waits for, and see to it that the log is emptied in time."""
        while True:
            try:
                act = acts.get(timeout=self._log.seconds_left)
            except Empty:
                self._nudge(acts)
                act = acts.get()
            if act is not None:
                self._lead(act)

    def _nudge(self, acts: SimpleQueue[_Act | None]) -> None:
        """Let an act without statements wait with the others: the log is emptied after whatever is stored."""
        act = _Left((), scrub=False, then=lambda _: acts.put(None), lead=acts.put)
        if self._join(act, always=True):
            act.wake()

    def _too_much(self) -> bool:
        if not self._waiting:
            return False
        waited = time.monotonic() - self._waiting[0].since
        return len(self._waiting) >= LONGEST_QUEUE or waited > OLDEST_SECONDS

    def _lead(self, own: _Act) -> None:
        """Do everything that waits, own act first, then hand over to who has come meanwhile."""
        try:
            with locks.held(self._lock):
                self._store(self._take())
        except BaseException as error:  # noqa: BLE001 - whatever it is, nobody may wait for ever
            if not own.done:  # the lock was not to be had, for anybody
                _answer(self._take(), error)
        finally:
            with self._guard:
                following = self._waiting[0] if self._waiting else None
                self._led = following is not None
            if following is not None:
                following.wake()

    def _take(self) -> list[_Act]:
        with self._guard:
            group = list(self._waiting)
            self._waiting.clear()
        return group

    def _store(self, group: list[_Act]) -> None:
        """One transaction for the group; an act that fails is left out, and the others are done again."""
        token = base.writing.set(True)
        try:
            with self._writing.connect() as connection:
                self._end(connection, group, _stored(connection, group))
        except BaseException as error:
            _answer([act for act in group if not act.done], error)
            raise
        finally:
            base.writing.reset(token)

    def _end(self, connection: Connection, group: Sequence[_Act], stored: Sequence[_Act]) -> None:
        """Say that it is done: to those who need not wait for the log, and after it, to the others."""
        wanted = [act.scrub_within for act in stored if act.scrub]
        _answer([act for act in group if not act.scrub or act.scrub_within])
        try:
            if wanted:
                self._log.want(min(wanted))
            self._log.when_due(connection)
            if self._log.seconds_left is not None:
                self._own_thread().put(None)  # to look at the clock again
        finally:
            _answer([act for act in group if not act.done])


def at_once(session: Session, *writes: Write) -> None:
    """Do acts in the session's own transaction: for what is not a person's request. The caller commits."""
    session.flush()
    connection = session.connection()
    raised = Counter(together.perform(connection, *writes))
    for total in sorted(raised):
        tallies.add(connection, total, raised[total])
    session.expire_all()  # rows that it holds may have changed under it


def _stored(connection: Connection, group: Sequence[_Act]) -> list[_Act]:
    """Commit all acts of the group that do not fail; returns those. Raises when the commit fails."""
    left = list(group)
    perform = together.in_few_journeys if together.can_be(connection) else together.one_by_one
    while left:
        try:
            failed = _committed(connection, left, perform)
        except together.NotTogetherError:
            perform = together.one_by_one  # to the end: what was waited for in vain is not waited for twice
        else:
            if failed is None:
                break
            left.remove(failed)
    return left


def _committed(connection: Connection, group: Sequence[_Act], perform: _Perform) -> _Act | None:
    """Commit all acts of the group, or none and return the one that failed."""
    with connection.begin() as transaction:
        try:
            raised = Counter(perform(connection, [act.writes for act in group]))
        except together.ActError as failed:
            act = group[failed.place]
            act.error = failed.__cause__  # it goes to the request whose act it is
            transaction.rollback()
            return act
        # Last, and in one order: everybody writes to these rows, and holds them until the commit.
        for total in sorted(raised):
            tallies.add(connection, total, raised[total])
    return None


def _answer(group: Sequence[_Act], error: BaseException | None = None) -> None:
    for act in group:
        act.error = act.error or error
        act.done = True
        act.wake()
