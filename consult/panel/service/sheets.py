"""A panellist's own answers: read back, changed and kept, page by page, while the round is open.

Every save is sealed twice: to the panellist, who reads it back on any device, and to the consultation, whose
people open it after the round has closed. Nothing that is stored joins either to a name.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from sqlalchemy import Engine, case, delete, insert, select, update
from sqlalchemy.orm import Session

from analysis.attrition import TOOK_PART
from consult.faults import ConflictError
from consult.models.consultation import Consultation
from consult.models.panel import PanelPart, PanelRound, PanelSheet, RoundState
from consult.models.response import Response, Tombstone
from consult.panel.service import rounds
from consult.records import keys as key_records
from consult.records import responses, scrub
from consult.vault import panel as secrets
from consult.vault.opening import WorkbenchVault
from consult.vault.panel import Secret, SheetBinding
from consult.vault.sealing import Binding

CANNOT_RATE = "cannot_rate"
Answers = Mapping[str, Any]


class OtherPageError(ConflictError):
    """The same statement was answered from another page meanwhile; `theirs` is what stands there now."""

    def __init__(self, theirs: Answers) -> None:
        self.theirs = theirs
        super().__init__("you changed this answer from another page meanwhile")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A panellist who is here."""

    session: Session
    vault: WorkbenchVault
    member_id: bytes
    consultation_id: bytes
    group: str
    secret: Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What one panellist has said in one round. items: by clause id; late: typed after the round had closed.

    `turn` of an item's answers goes up with each change: a page that shows an earlier turn is behind.
    """

    rev: int = 0
    response_id: bytes = b""
    items: Mapping[str, Answers] = field(default_factory=dict)
    missing: str = ""
    late: Mapping[str, Answers] = field(default_factory=dict)
    finished: bool = False

    def content(self) -> dict[str, Any]:
        """As it is sealed for the panellist."""
        return {
            "response": self.response_id.hex(),
            "items": dict(self.items),
            "missing": self.missing,
            "late": dict(self.late),
            "finished": self.finished,
        }

    def rated(self) -> int:
        """How many statements have a rating, "cannot rate" among them."""
        return sum(1 for each in self.items.values() if each.get("imp") is not None)


def load(seat: Seat, row: PanelRound) -> Sheet:
    """The sheet of a round; an empty one before anything was saved. Raises SealError."""
    keys = seat.secret.of_round(row.id)
    kept = seat.session.get(PanelSheet, keys.lookup, populate_existing=True)
    if kept is None:
        return Sheet()
    given = secrets.open_sheet(keys.draft, _binding(seat, row, keys.lookup, kept.rev), kept.blob)
    return Sheet(
        rev=kept.rev,
        response_id=bytes.fromhex(given["response"]),
        items=given["items"],
        missing=given["missing"],
        late=given["late"],
        finished=given["finished"],
    )


def save_item(seat: Seat, row: PanelRound, clause_id: str, answers: Answers, *, turn: int) -> Sheet:
    """Keep the answers about one statement. Sent twice, the second time changes nothing.

    Raises OtherPageError when another page was first with other answers, or TooLargeError. Once the round has
    closed the words are kept for the next one, and only the panellist can read them: see `Sheet.late`.
    """
    now = load(seat, row)
    there = {key: value for key, value in now.items.get(clause_id, {}).items() if key != "turn"}
    here = {key: value for key, value in answers.items() if value not in ("", None)}
    if here == there:
        return now
    if row.state != RoundState.OPEN:
        words = {key: value for key, value in here.items() if isinstance(value, str) and key in _WORDS}
        return _keep_own(seat, row, now, late={**now.late, clause_id: words}) if words else now
    behind = int(now.items.get(clause_id, {}).get("turn", 0))
    if turn != behind and there:
        raise OtherPageError(there)
    items = {**now.items, clause_id: {**here, "turn": behind + 1}}
    return _keep(seat, row, now, items=items)


def save_items(seat: Seat, row: PanelRound, given: Mapping[str, Answers]) -> Sheet:
    """Keep answers about many statements at once, and say that one has finished."""
    now = load(seat, row)
    turns = {key: int(now.items.get(key, {}).get("turn", 0)) + 1 for key in given}
    items = {key: {**answers, "turn": turns[key]} for key, answers in given.items()}
    return _keep(seat, row, now, items={**now.items, **items}, finished=True)


def save_missing(seat: Seat, row: PanelRound, words: str) -> Sheet:
    """Keep what is missing from the whole set."""
    now = load(seat, row)
    if now.missing == words:
        return now
    if row.state != RoundState.OPEN:
        return _keep_own(seat, row, now, late={**now.late, "missing": {"comment": words}})
    return _keep(seat, row, now, missing=words)


def finish(seat: Seat, row: PanelRound) -> Sheet:
    """Say that one has finished; answers can still be changed until the round closes."""
    now = load(seat, row)
    return _keep(seat, row, now, finished=True) if row.state == RoundState.OPEN else now


def take_back(seat: Seat, row: PanelRound) -> None:
    """Destroy the answers of an open round; a tombstone keeps an old copy from bringing them back."""
    now = load(seat, row)
    keys = seat.secret.of_round(row.id)
    seat.session.execute(delete(PanelSheet).where(PanelSheet.lookup == keys.lookup))
    if now.response_id:
        seat.session.execute(delete(Response).where(Response.id == now.response_id))
        seat.session.add(Tombstone(response_hash=hashlib.sha256(now.response_id).digest()))
    seat.session.flush()


def settle(engine: Engine) -> None:
    """After the commit of what destroyed answers: empty the database's own log of them."""
    scrub.checkpoint(engine)


def late_words(seat: Seat, row: PanelRound, clause_id: str) -> Answers:
    """What was typed on a statement after the round before had closed, to be offered in this one."""
    before = seat.session.scalar(
        select(PanelRound).where(
            PanelRound.consultation_id == seat.consultation_id, PanelRound.number == row.number - 1
        )
    )
    return {} if before is None else load(seat, before).late.get(clause_id, {})


_WORDS = frozenset({"comment", "clearer", "evidence", "changed", "vote_reason"})


def _keep(seat: Seat, row: PanelRound, now: Sheet, **changes: Any) -> Sheet:
    """Seal the changed sheet to both, and say whether this member has finished."""
    session = seat.session
    sheet = _changed(now, **changes)
    asked = rounds.bound(session, row).clauses
    key_records.hold_epoch(session.connection(), seat.consultation_id)
    _seal_to_team(seat, row, now, sheet)
    _store(seat, row, now, sheet)
    _mark(session, row, seat.member_id, done=_is_done(sheet, len(asked)))
    return sheet


def _keep_own(seat: Seat, row: PanelRound, now: Sheet, **changes: Any) -> Sheet:
    sheet = _changed(now, **changes)
    _store(seat, row, now, sheet)
    return sheet


def _changed(now: Sheet, **changes: Any) -> Sheet:
    given = {
        "response_id": now.response_id or os.urandom(16),
        "items": now.items,
        "missing": now.missing,
        "late": now.late,
        "finished": now.finished,
    }
    return Sheet(rev=now.rev + 1, **{**given, **changes})


def _is_done(sheet: Sheet, asked: int) -> bool:
    """Finished by their word, or with so much answered that they count as having taken part."""
    return sheet.finished or (asked > 0 and Fraction(sheet.rated(), asked) >= TOOK_PART)


def _seal_to_team(seat: Seat, row: PanelRound, now: Sheet, sheet: Sheet) -> None:
    session, asked = seat.session, rounds.bound(seat.session, row)
    consultation = session.get_one(Consultation, seat.consultation_id, populate_existing=True)
    place = {
        "consultation_id": consultation.id,
        "definition_id": rounds.definition_id(row.number),
        "fingerprint": asked.fingerprint,
    }
    binding = Binding(response_id=sheet.response_id, rev=sheet.rev, **place)  # type: ignore[arg-type]  # its fields
    content = {
        "pseudonym": seat.secret.pseudonym(consultation.id).hex(),
        "group": seat.group,
        "items": {key: value for key, value in sheet.items.items() if key in asked.clauses},
        "missing": sheet.missing,
    }
    made = seat.vault.seal_response(binding, content, responses.recipient(session, consultation))
    values = {**place, "epoch": consultation.epoch, "rev": sheet.rev, "body": made.body, "slot": made.slot}
    if not now.response_id or session.get(Response, sheet.response_id) is None:
        session.execute(insert(Response).values(id=sheet.response_id, batch_id=None, **values))
        return
    done = session.execute(
        update(Response).where(Response.id == sheet.response_id, Response.rev < sheet.rev).values(**values)
    )
    _require_one(done.rowcount)  # type: ignore[attr-defined]  # a cursor result has it


def _store(seat: Seat, row: PanelRound, now: Sheet, sheet: Sheet) -> None:
    keys = seat.secret.of_round(row.id)
    blob = secrets.seal_sheet(keys.draft, _binding(seat, row, keys.lookup, sheet.rev), sheet.content())
    if not now.rev:
        seat.session.execute(
            insert(PanelSheet).values(
                lookup=keys.lookup,
                consultation_id=seat.consultation_id,
                round_id=row.id,
                rev=sheet.rev,
                blob=blob,
            )
        )
        return
    done = seat.session.execute(
        update(PanelSheet)
        .where(PanelSheet.lookup == keys.lookup, PanelSheet.rev == now.rev)
        .values(rev=sheet.rev, blob=blob)
    )
    _require_one(done.rowcount)  # type: ignore[attr-defined]  # as above
    seat.session.expire_all()


def _require_one(count: int) -> None:
    if count != 1:
        raise ConflictError(
            "another page of yours was saving at the same time: please press the button again"
        )


def _mark(session: Session, row: PanelRound, member_id: bytes, *, done: bool) -> None:
    """Write the line of every member anew, and this one's with what is true now.

    Else a database that numbers the versions of rows would give this member's line and the sheet one number.
    """
    session.execute(
        update(PanelPart)
        .where(PanelPart.round_id == row.id)
        .values(done=case((PanelPart.member_id == member_id, done), else_=PanelPart.done)),
        execution_options={"synchronize_session": False},
    )
    session.flush()


def _binding(seat: Seat, row: PanelRound, lookup: bytes, rev: int) -> SheetBinding:
    return SheetBinding(consultation_id=seat.consultation_id, round_id=row.id, lookup=lookup, rev=rev)
