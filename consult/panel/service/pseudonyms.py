"""Ratings under pseudonym, for who holds a key; and who is who, for a custodian alone.

A label is another one in each round, so that nobody follows a person over the rounds by who left when. Only
people who took part have a line, and a group is named only when enough of it have one: a line that stands
alone would be one person's.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from consult.faults import RefusedError, SealError
from consult.models.consultation import Consultation
from consult.models.panel import PanelKey, PanelMember, RoundState
from consult.panel.service import ballots, people, protocol, rounds
from consult.records import audit, panel_figures
from consult.records.unlocking import Unlocked
from consult.vault import panel as secrets
from consult.vault.opening import WorkbenchVault
from consult.vault.passphrases import StaffKey


class TooFewError(RefusedError):
    """So few took part that each line could be somebody."""


class ReasonError(RefusedError):
    """Joining names needs a reason that stays in the log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One panellist in one round. ratings: by statement, "" where there is none. group: "" when hidden."""

    label: str
    group: str
    ratings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A closed round's ratings, in the order of labels."""

    items: tuple[str, ...]
    rows: tuple[Row, ...]
    shut: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """A name with its label in each closed round. `labels` is empty where no key of theirs is held."""

    id: str
    name: str
    state: str
    labels: Mapping[int, str]


def table(unlocked: Unlocked, number: int) -> Table:
    """Ratings of a closed round. Raises TooFewError under eight people, or for a round that is open."""
    session, consultation = unlocked.session, unlocked.consultation
    row = rounds.numbered(session, consultation, number)
    if row.state != RoundState.CLOSED:
        raise TooFewError("ratings can be looked at once the round has closed")
    items = rounds.items(session, row)
    found = ballots.opened(unlocked, row)
    took = found.took_part([each.clause_id.hex() for each in items])
    there = [each for each in found.opened if each.pseudonym in took]
    if len(there) < panel_figures.LEAST_ALL:
        raise TooFewError("fewer than eight took part: each line could be somebody")
    hidden = panel_figures.hidden_groups(Counter(each.group for each in there))
    rows = [
        Row(
            label=label(each.pseudonym, row.id),
            group="" if each.group in hidden else each.group,
            ratings=tuple(str(each.rating(item.clause_id.hex()) or "") for item in items),
        )
        for each in there
    ]
    return Table(
        items=tuple(item.number for item in items),
        rows=tuple(sorted(rows, key=lambda each: each.label)),
        shut=found.shut,
    )


def note(
    session: Session,
    consultation: Consultation,
    number: int,
    vault: WorkbenchVault,
    *,
    actor: str,
    today: date,
) -> None:
    """Put into the log that somebody looked at the ratings of a round."""
    detail = f"round {number}"
    audit.note(session, vault, actor, "look at panel ratings", consultation.name, detail=detail, today=today)


def label(pseudonym: str, round_id: bytes) -> str:
    """What stands for a pseudonym in one round."""
    return hashlib.sha256(b"panel label" + round_id + bytes.fromhex(pseudonym)).hexdigest()[:8]


def who_is_who(
    session: Session,
    vault: WorkbenchVault,
    consultation: Consultation,
    holder: StaffKey,
    reason: str,
    *,
    actor: str,
    today: date,
) -> tuple[Who, ...]:
    """Names with their labels: a custodian's act, for a reason that stays in the log. Raises ReasonError."""
    reason = " ".join(reason.split())
    if not 10 <= len(reason) <= 300:
        raise ReasonError("please give a reason of 10 to 300 characters: it stays in the log")
    kept = {
        each.member_id: each.blob
        for each in session.scalars(
            select(PanelKey).where(
                PanelKey.consultation_id == consultation.id, PanelKey.grantee_id == holder.account_id
            )
        )
    }
    closed = [each for each in rounds.every(session, consultation) if each.state == RoundState.CLOSED]
    found = []
    for row, contact in people.contacts(session, vault, consultation):
        labels = {}
        if row.id in kept:
            pseudonym = _pseudonym(holder, consultation, row, kept[row.id])
            labels = {each.number: label(pseudonym, each.id) for each in closed} if pseudonym else {}
        found.append(Who(id=row.id.hex(), name=contact.name, state=row.state, labels=labels))
    audit.note(
        session,
        vault,
        actor,
        "join panel names and pseudonyms",
        consultation.name,
        detail=reason,
        today=today,
    )
    return tuple(sorted(found, key=lambda each: (each.name.casefold(), each.id)))


def keys_held(session: Session, consultation: Consultation, account_id: bytes) -> int:
    """How many joining keys somebody holds."""
    query = (
        select(func.count())
        .select_from(PanelKey)
        .where(PanelKey.consultation_id == consultation.id, PanelKey.grantee_id == account_id)
    )
    return session.scalar(query) or 0


def destroy_keys(
    session: Session, vault: WorkbenchVault, consultation: Consultation, *, actor: str, today: date
) -> int:
    """Destroy every joining key of the consultation; returns how many. Nobody can join a name after that."""
    gone = session.execute(delete(PanelKey).where(PanelKey.consultation_id == consultation.id)).rowcount  # type: ignore[attr-defined]  # a cursor result has it
    if gone:
        audit.note(
            session, vault, actor, "destroy panel keys", consultation.name, detail=f"{gone}", today=today
        )
    return int(gone)


def expired(session: Session, consultation: Consultation, *, today: date) -> bool:
    """Whether the panel ended as many days ago as the protocol keeps the joining keys."""
    rows = rounds.every(session, consultation)
    if not rows or rows[-1].closed is None:
        return False
    rule = protocol.of_round(session, rows[-1])
    return len(rows) >= rule.rounds and rows[-1].closed + timedelta(days=rule.keys_days) < today


def _pseudonym(holder: StaffKey, consultation: Consultation, row: PanelMember, blob: bytes) -> str | None:
    try:
        secret = secrets.from_custodian(holder, consultation.id, row.id, blob)
    except SealError:
        return None
    return secret.pseudonym(consultation.id).hex()
