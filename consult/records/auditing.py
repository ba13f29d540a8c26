"""Reading and checking the log of staff acts: what it proves, and to whom it shows which of its entries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from consult.models.audit import AuditChain, AuditEvent
from consult.records import audit
from consult.vault import audit as chain
from consult.vault.envelope import EnvelopeError, PrivateKey, recipient
from consult.vault.opening import WorkbenchVault

_AT_ONCE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """Something that is not as the service wrote it; `seq` is the number of the entry."""

    seq: int
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a check found. `mac_entries`: how many entries were checked with the keys of the shares, too."""

    entries: int
    mac_entries: int
    chains: int
    head: bytes
    wrong: tuple[Wrong, ...]
    # The entry whose head was asked about, and how many came after it; None when no entry has that head.
    known: int | None = None

    @property
    def spoken(self) -> str:
        """The head in eight words; empty for a log without entries."""
        return chain.spoken(self.head) if self.entries else ""


@dataclass(slots=True, kw_only=True)
class _State:
    """Where the walk through the log stands."""

    walk: chain.Walk
    broken: bool = False
    wrong: list[Wrong] = field(default_factory=list)
    entries: int = 0
    mac_entries: int = 0
    known: int | None = None

    def tell(self, seq: int, what: str) -> None:
        self.wrong.append(Wrong(seq=seq, what=what))
        self.broken = True


def check(
    session: Session, vault: WorkbenchVault, *, recovery: PrivateKey | None = None, heard: bytes = b""
) -> Checked:
    """Hold every entry to its chain, each chain to the one before, and the end to the head under seal.

    `recovery` also checks every mac: without it somebody who can write to the database and read the server's
    secret could have made a whole chain anew. `heard` is the beginning of a head that was printed earlier.
    """
    key_row = audit.locked(session)  # nobody writes while we read: else the end would move on under us
    chains = {row.first_seq: row for row in session.scalars(select(AuditChain))}
    state = _State(walk=chain.Walk())
    for row in _rows(session):
        if row.entry.seq in chains:
            _enter(state, chains.pop(row.entry.seq), row, recovery)
        _hold(state, row)
        if heard and row.hash.startswith(heard):
            state.known = row.entry.seq
    for first_seq in sorted(chains):
        state.tell(first_seq, "entries are missing from here: a chain began here")
    try:
        now = audit.live(vault, key_row)
    except EnvelopeError:
        state.tell(state.walk.expected, "the key of the next entry does not open: it was changed")
    else:
        _hold_end(state, now)
    return Checked(
        entries=state.entries,
        mac_entries=state.mac_entries,
        chains=session.query(AuditChain).count(),
        head=state.walk.head,
        wrong=tuple(state.wrong),
        known=state.known,
    )


def _rows(session: Session) -> Iterator[chain.Row]:
    # Plain rows and no objects: a log may have many thousand entries.
    query = select(*AuditEvent.__table__.columns).order_by(AuditEvent.seq)
    for row in session.execute(query, execution_options={"yield_per": _AT_ONCE}):
        yield audit.row_of(row)


def _enter(state: _State, begun: AuditChain, row: chain.Row, recovery: PrivateKey | None) -> None:
    """Go over to the next chain: it must name the end of the one before."""
    before, expected = state.walk.head, state.walk.expected
    state.broken = False
    if begun.previous_head != before or expected != begun.first_seq:
        state.tell(expected, "entries are missing or changed before the next chain: it names another head")
    if begun.previous_head != chain.FIRST and row.entry.detail != audit.naming(begun.previous_head):
        state.tell(begun.first_seq, "the first entry of a chain does not name the head of the one before")
    state.walk = chain.Walk(_first_key(state, begun, recovery), first=begun.first_seq)
    state.broken = False


def _first_key(state: _State, begun: AuditChain, recovery: PrivateKey | None) -> bytes | None:
    if recovery is None or begun.sealed_key is None or recipient(begun.sealed_key) != recovery.id:
        return None  # begun before this recovery key: its hashes are checked, its macs cannot be
    try:
        return chain.open_first_key(recovery, begun.id, begun.sealed_key)
    except EnvelopeError:
        state.tell(begun.first_seq, "the first key of this chain does not open: it was changed")
        return None


def _hold(state: _State, row: chain.Row) -> None:
    state.entries += 1
    expected = state.walk.expected
    keyed = state.walk.key is not None
    if state.walk.holds(row):
        state.mac_entries += keyed
    elif not state.broken:
        missing = row.entry.seq != expected
        state.tell(expected, "this entry is missing" if missing else "this entry is not as it was written")


def _hold_end(state: _State, now: audit.Live | None) -> None:
    if now is None:
        if state.entries:
            state.tell(state.walk.expected, "the key of the next entry is missing")
    elif state.broken or not now.head:
        return  # said already; or a log of the time before heads were kept
    elif now.head != state.walk.head:
        state.tell(state.walk.expected, "entries are missing from here: the log was cut off")
    elif state.walk.key is not None and now.key != state.walk.key:
        state.tell(state.walk.expected, "the key of the next entry is not the one that follows")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which entries to show; empty fields leave out nothing. `consultation` is a name."""

    actor: str = ""
    action: str = ""
    consultation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One entry on a page."""

    seq: int
    day: date
    actor: str
    action: str
    object: str
    detail: str


def page(
    session: Session, wanted: Filter, *, before: int | None = None, size: int = 50
) -> tuple[list[Line], int | None]:
    """Entries, newest first, below the number `before`; and the number to go on below, or None at the end."""
    query = select(AuditEvent).where(*_conditions(wanted)).order_by(AuditEvent.seq.desc()).limit(size + 1)
    if before is not None:
        query = query.where(AuditEvent.seq < before)
    found = [
        Line(
            seq=event.seq,
            day=event.date,
            actor=event.actor,
            action=event.action,
            object=event.object,
            detail=event.detail,
        )
        for event in session.scalars(query)
    ]
    return found[:size], found[size - 1].seq if len(found) > size else None


def choices(session: Session, consultation: str = "") -> tuple[Sequence[str], Sequence[str]]:
    """Everybody who acts in the log and every kind of act, for who picks some of them."""
    shown = _conditions(Filter(consultation=consultation))
    actors, actions = (
        session.scalars(select(column).where(*shown).distinct().order_by(column)).all()
        for column in (AuditEvent.actor, AuditEvent.action)
    )
    return actors, actions


def _conditions(wanted: Filter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.actor:
        found.append(AuditEvent.actor == wanted.actor)
    if wanted.action:
        found.append(AuditEvent.action == wanted.action)
    if wanted.consultation:
        name = wanted.consultation
        found.append(
            or_(AuditEvent.object == name, AuditEvent.object.startswith(f"{name}/", autoescape=True))
        )
    return found
