"""Web sessions on the server, sealed under a key that only the cookie can make.

At rest neither the database nor the cookie alone tells anything. A session is written in the same transaction
as the act of the request, so that the two cannot differ; a request that commits nothing writes it afterwards.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from functools import partial
from typing import Any, cast

from flask import Flask, Request, Response, has_request_context, request, session
from flask.sessions import SessionInterface, SessionMixin
from sqlalchemy import Connection, bindparam, delete, event, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from consult import clock
from consult.faults import BusyError, SealError
from consult.models.session import StaffSession, Visit
from consult.records import reading, together
from consult.records.prepared import Insert, Lookup, Statement
from consult.records.together import Asking, Last, Write
from consult.vault import cookies
from consult.web import ageing
from consult.web.areas import is_apart, is_onion, is_staff
from consult.web.extensions import db, settings, writer
from consult.web.sealed import SealedSession

VISIT_HOURS = 20
"""A visit without a code holds the only copy of what was typed: twenty hours, the exception of WCAG 2.2.1."""
KINDS = frozenset({"visit", "staff"})
TOUCH_SECONDS = 60
_SLACK_HOURS = 48  # a row outlives its visit: the night's work may run while the clock is as wrong
PANELLIST = "panellist"
"""Under this name the session of a panellist holds who they are."""
RESTED = "_rested"
"""Nobody used the visit for its idle minutes. What that means is for the visit's own pages to say."""

logger = logging.getLogger(__name__)


def current() -> SealedSession:
    """The session of this request."""
    return cast("SealedSession", session._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001


def reread(*, hold: bool = False) -> SealedSession:
    """The session of this request as the store holds it now, after another request of it was first.

    `hold`: no other request changes it until the transaction of this one ends. With SQLite that is so once a
    transaction has begun to write; elsewhere the row is locked.
    """
    sealed = current()
    sealed.undo()
    if hold and sealed.secret:
        table = _TABLES[sealed.kind]
        locked = select(table.purge_after).where(table.id_hash == sealed.secret.row)
        db.session().execute(locked.with_for_update())
    found = _opened(sealed.kind, sealed.secret, db.session()) if sealed.secret else None
    if found is not None:
        dict.clear(sealed)
        dict.update(sealed, found)
        sealed.settle()
    return sealed


def cookie_name(kind: str, *, secure: bool) -> str:
    """`__Host-` names need HTTPS; plain ones are for loopback and .onion."""
    letter = "w" if kind == "staff" else "s"
    return f"__Host-{letter}" if secure else letter


def in_use(session: Session, cookie: str, *, idle_minutes: int) -> SealedSession | None:
    """The session of a visit that is neither over nor locked, as far as the time tells. Else None."""
    found = _found("visit", cookie, session)
    if found is None or _expired("visit", found):
        return None
    return None if ageing.rested(found) > 60 * idle_minutes else found


class SealedSessions(SessionInterface):
    """Keeps sessions in `visit` (people who answer) and `staff_session` (team and panel)."""

    def __init__(self, *, secure: bool, kinds: Collection[str], visit_idle_minutes: int) -> None:
        self._secure = secure
        self._kinds = kinds
        self._visit_idle_seconds = 60 * visit_idle_minutes

    def _secure_here(self, request: Request) -> bool:
        """One installation may serve the web by HTTPS, and its onion address, sealed by Tor, without."""
        return self._secure and (request.is_secure or not is_onion(request.host))

    def open_session(self, app: Flask, request: Request) -> SealedSession:  # noqa: ARG002 - Flask's signature
        """Find and open the row, or start an empty session. A row that does not open counts as none."""
        kind = "staff" if is_staff(request.path) else "visit"
        cookie = request.cookies.get(cookie_name(kind, secure=self._secure_here(request)))
        # Each of two applications may not even read the other's rows.
        if not cookie or kind not in self._kinds or request.path.startswith("/static/"):
            return SealedSession(kind)
        if is_apart(request.path):  # not even whether there is a visit may be known there
            return SealedSession(kind)
        try:
            found = _found(kind, cookie, db.session())
        except SQLAlchemyError as error:
            db.session.rollback()
            logger.warning("sessions cannot be read", exc_info=error)
            unknown = SealedSession(kind)
            unknown.unreadable = True
            return unknown
        if found is None or _expired(kind, found):
            fresh = SealedSession(kind)
            fresh["_lapsed"] = True  # the browser showed a cookie: it had a session here before
            fresh.settle()
            if found is not None:
                fresh.over = found.made().row
            return fresh
        found.touched = ageing.worth_noting(found, TOUCH_SECONDS)
        if kind == "visit" and ageing.rested(found) > self._visit_idle_seconds:
            # Kept with the next touch, after which the visit would look awake. No loss if that fails.
            dict.__setitem__(found, RESTED, True)
        return found

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:  # noqa: ARG002
        """Write what the transaction of the request has not written, and send or take back the cookie."""
        sealed = cast("SealedSession", session)
        if sealed.over is not None:
            _destroy(sealed.kind, sealed.over)
        if sealed.modified or sealed.touched:
            _write_alone(sealed)
        secure = self._secure_here(request)
        name = cookie_name(sealed.kind, secure=secure)
        if sealed.send_cookie and sealed.cookie:
            response.set_cookie(
                name, sealed.cookie, secure=secure, httponly=True, samesite="Strict", path="/"
            )
        elif sealed.cookie is None and sealed.ended:
            response.delete_cookie(name, secure=secure, httponly=True, samesite="Strict", path="/")
            # Leaving, signing out, taking back: the browser lets go of what it kept of these pages, too.
            response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'


def _write_alone(sealed: SealedSession) -> None:
    try:
        writer().run([writing_of(sealed)])
    except (SQLAlchemyError, BusyError) as error:
        if sealed.modified:
            raise
        logger.warning("a session was not renewed", exc_info=error)
    else:
        sealed.settle()


def _destroy(kind: str, id_hash: bytes) -> None:
    """Take away one row; when that cannot be now, the hour to purge it comes."""

    def destroy(connection: Connection) -> None:
        _END[kind].run(connection, {"of": id_hash})

    db.session.rollback()  # the request is over: whatever it read, it holds nothing up any more
    try:
        writer().run([destroy])
    except (SQLAlchemyError, BusyError) as error:
        logger.warning("an ended session was not destroyed", exc_info=error)


def write(sealed: SealedSession, connection: Connection) -> None:
    """Put the row in place and remove those of ended ids, inside the caller's transaction."""
    together.perform(connection, writing_of(sealed))


def writing_of(sealed: SealedSession) -> Write:
    """Seal the session as it is now; returns what puts its row in place and removes rows of ended ids."""
    table = _TABLES[sealed.kind]
    begins = sealed.kind == "staff" and sealed.cookie is None
    ended, row, hour = list(sealed.ended), _row(sealed), int(clock.now() // 3600)

    def write_row(connection: Connection) -> Asking[None]:
        if begins:
            # Who left without signing out comes back no more: each new session clears such rows away.
            connection.execute(delete(table).where(table.purge_after < hour))
        asked = [_END[sealed.kind].of({"of": id_hash}) for id_hash in ended]
        if row is None:
            yield Last(asked)
            return
        *_, changed = yield [*asked, _CHANGE[sealed.kind].of(row)]
        if not changed:
            yield Last([_PUT[sealed.kind].of(row)])

    return write_row


def _row(sealed: SealedSession) -> dict[str, Any] | None:
    content = {key: value for key, value in sealed.items() if key != "_lapsed"}
    if not content:
        return None
    moment = ageing.touch(content)
    for mark in (ageing.STARTED, ageing.STEADY):
        dict.__setitem__(sealed, mark, content[mark])
    secret = sealed.made()
    slack = 0 if sealed.kind == "staff" else _SLACK_HOURS
    return {
        "id_hash": secret.row,
        "kind": sealed.kind,
        "blob": secret.seal(sealed.kind, content),
        "purge_after": int((moment + _idle_seconds(sealed.kind, content)) // 3600) + 1 + slack,
    }


def _put(table: type[StaffSession | Visit], insert: Insert) -> Any:
    statement = insert(table)
    changes = {"blob": statement.excluded.blob, "purge_after": statement.excluded.purge_after}
    return statement.on_conflict_do_update(index_elements=["id_hash"], set_=changes)


_TABLES: Mapping[str, type[StaffSession | Visit]] = {"visit": Visit, "staff": StaffSession}
_PUT = {kind: Statement(partial(_put, table)) for kind, table in _TABLES.items()}
# A session that is there and ends in the same hour: the index over the hours stays as it is, which with
# SQLite is one page of 64 KiB less to write for each page of answers that is saved.
_CHANGE = {
    kind: Statement(
        update(table)
        .where(table.id_hash == bindparam("id_hash"), table.purge_after == bindparam("purge_after"))
        .values(blob=bindparam("blob"))
    )
    for kind, table in _TABLES.items()
}
_END = {
    kind: Statement(delete(table).where(table.id_hash == bindparam("of"))) for kind, table in _TABLES.items()
}
_STAFF = select(StaffSession.blob).where(StaffSession.id_hash == bindparam("of"))
_VISIT = Lookup(select(Visit.blob).where(Visit.id_hash == bindparam("of")))


def _found(kind: str, cookie: str, session: Session) -> SealedSession | None:
    try:
        return _opened(kind, cookies.Secret(cookie), session)
    except SealError:
        return None


def _opened(kind: str, secret: cookies.Secret, session: Session) -> SealedSession | None:
    if kind == "visit":  # its request only reads: in one transaction with all that it reads after
        row = reading.row(session, _VISIT, of=secret.row)
        blob = row.blob if row else None
    else:
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            blob = connection.scalar(_STAFF, {"of": secret.row})
    if blob is None:
        return None
    try:
        return SealedSession(kind, secret, secret.open(kind, blob))
    except SealError:
        return None


def _expired(kind: str, content: Mapping[str, Any]) -> bool:
    if ageing.idle(kind, content) > _idle_seconds(kind, content):
        return True
    return kind == "staff" and ageing.age(kind, content) > settings().staff_hours * 3600


def _idle_seconds(kind: str, content: Mapping[str, Any]) -> int:
    if kind != "staff":
        return VISIT_HOURS * 3600
    # A panellist writes for a while on one page, and opens nothing but their own answers.
    minutes = settings().visit_idle_minutes if PANELLIST in content else settings().staff_idle_minutes
    return minutes * 60


def init_app(app: Flask, *, secure: bool, kinds: Collection[str] = KINDS, visit_idle_minutes: int) -> None:
    """Use sealed sessions of these kinds, and write the row with the act's own commit."""
    app.session_interface = SealedSessions(secure=secure, kinds=kinds, visit_idle_minutes=visit_idle_minutes)


@event.listens_for(Session, "before_commit")
def _write_with_the_act(act: Session) -> None:
    """A codeless draft, or the new session after sending, cannot differ from what the act stored."""
    if has_request_context() and (current().modified or current().touched):
        write(current(), act.connection())


@event.listens_for(Session, "after_commit")
def _written(act: Session) -> None:  # noqa: ARG001 - SQLAlchemy's signature
    """Only a commit that went through settles the session; after a failed one the error page undoes it."""
    if has_request_context():
        current().settle()


def purge(session: Session, hour: int) -> int:
    """Destroy sessions whose hour (of the epoch) is over; returns how many. The caller commits."""
    gone = 0
    for table in (Visit, StaffSession):
        gone += session.execute(delete(table).where(table.purge_after < hour)).rowcount  # type: ignore[attr-defined]
    return gone
