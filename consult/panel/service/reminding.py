"""Letters to panellists: an invitation, and reminders to those who have not finished, which stop by rule.

Knows names, addresses and done or not done. The words say nothing of the topic: a mailbox may be shared.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.faults import RefusedError
from consult.mail import Letter
from consult.models.consultation import Consultation
from consult.models.panel import MemberState, PanelMember, PanelPart, PanelRound, RoundState
from consult.panel.service import people, protocol
from consult.panel.service.people import Link
from consult.records import audit
from consult.vault import panel as secrets
from consult.vault.opening import WorkbenchVault

INVITATION = """Dear {name},

You know this work from the inside. We would like your judgement on a set of draft
standards, in up to {rounds} rounds over some weeks. Others on the panel will see what was
said, never who said it. The panel is quasi-anonymous: the organisers know who was invited
and who has finished, and nobody of them can put a name beside a rating. We will answer
every comment.

This link is yours alone and works once. Please do not pass it on:

{link}

You can also say no there, and then we do not write again.
"""
REMINDER = """Dear {name},

Round {round} is open, and we have not had the last of your answers.{until} What you have
saved is kept, and you can go on from there on any device:

{link}

You need not answer everything. If you would rather leave the panel, you can do so there,
and we do not write again.
"""


class NoReminderError(RefusedError):
    """The protocol's rule on reminders says no."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """How addresses are made: for a link, and for the door of a panel."""

    sender: str
    link: Callable[[str], str]
    door: Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminded:
    """Letters to send, and names of people without an address, who must be told in another way."""

    letters: tuple[Letter, ...]
    unreachable: tuple[str, ...]


def invitations(links: Sequence[Link], addresses: Addresses, *, rounds: int) -> tuple[Letter, ...]:
    """One letter for each link that has an address."""
    return tuple(
        Letter(
            to=each.email,
            subject=f"{addresses.sender}: an invitation",
            text=INVITATION.format(name=each.name, rounds=rounds, link=addresses.link(each.link)),
        )
        for each in links
        if each.email
    )


def stopped(row: PanelRound, rule: protocol.Protocol, *, today: date) -> str:
    """Why no reminder may go out now; nothing when it may."""
    if row.state != RoundState.OPEN:
        return "this round is not open"
    if row.reminders >= rule.reminders:
        return f"the protocol allows {rule.reminders} reminders in a round, and they have gone out"
    since = row.reminded or row.opened
    if since is not None and today < since + timedelta(days=rule.reminder_days):
        ready = (since + timedelta(days=rule.reminder_days)).isoformat()
        return (
            f"the next reminder may go out on {ready}: the protocol leaves {rule.reminder_days} days between"
        )
    return ""


def remind(
    session: Session,
    vault: WorkbenchVault,
    consultation: Consultation,
    row: PanelRound,
    addresses: Addresses,
    *,
    actor: str,
    today: date,
) -> Reminded:
    """Letters to those who have not finished, each with their own way in. Raises NoReminderError."""
    rule = protocol.of_round(session, row)
    if reason := stopped(row, rule, today=today):
        raise NoReminderError(reason)
    letters, unreachable = [], []
    for member in _unfinished(session, consultation, row):
        contact = people.read(vault, member)
        if not contact.email:
            unreachable.append(contact.name)
            continue
        way = addresses.door(consultation.slug)
        if member.state == MemberState.INVITED:
            link = secrets.new_link()
            member.link = secrets.link_hash(link)
            way = addresses.link(link)
        until = f" It closes on {row.closes.isoformat()} at the earliest." if row.closes else ""
        text = REMINDER.format(name=contact.name, round=row.number, until=until, link=way)
        subject = f"{addresses.sender}: round {row.number}"
        letters.append(Letter(to=contact.email, subject=subject, text=text))
    row.reminders += 1
    row.reminded = today
    session.flush()
    detail = f"round {row.number}, {len(letters)} letters"
    audit.note(session, vault, actor, "remind panel", consultation.name, detail=detail, today=today)
    return Reminded(letters=tuple(letters), unreachable=tuple(sorted(unreachable)))


def _unfinished(session: Session, consultation: Consultation, row: PanelRound) -> list[PanelMember]:
    """Who joined and is not done, and who was invited and has not answered. Nobody who declined or left."""
    done = select(PanelPart.member_id).where(PanelPart.round_id == row.id, PanelPart.done.is_(True))
    return list(
        session.scalars(
            select(PanelMember)
            .where(
                PanelMember.consultation_id == consultation.id,
                PanelMember.state.in_((MemberState.INVITED, MemberState.JOINED)),
                PanelMember.id.not_in(done),
            )
            .order_by(PanelMember.id)
        )
    )
