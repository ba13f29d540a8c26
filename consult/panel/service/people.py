"""Who is on the panel: invited by name, with a link that lets one person in once.

Knows names, groups, and who has finished a round. Knows no rating, and no way to one.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.faults import MissingError, RefusedError
from consult.models.base import new_id
from consult.models.consultation import Consultation
from consult.models.panel import MemberState, PanelMember, PanelPart, PanelRound
from consult.records import audit
from consult.vault import panel as secrets
from consult.vault.opening import WorkbenchVault

CONTACT = "panel_member.contact"


class UnknownMemberError(MissingError):
    """Nobody on the panel has this id."""


class MemberStateError(RefusedError):
    """The member is not in a state in which this can be done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Who somebody is. interests: as declared. credit: the name for the list of thanks, or nothing."""

    name: str
    email: str = ""
    interests: str = ""
    credit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """Somebody to invite; without an address they get the link in another way."""

    name: str
    email: str
    group: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link that was made just now: it is kept nowhere, so this is the one time to hand it on."""

    member_id: str
    name: str
    email: str
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A line of the list. done: by round number, whether they have finished; absent, when not asked."""

    id: str
    contact: Contact
    group: str
    state: str
    done: dict[int, bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """What an invitation led to: links, and the names of people who were on the panel already."""

    links: tuple[Link, ...]
    known: tuple[str, ...]


def invite(
    session: Session,
    vault: WorkbenchVault,
    consultation: Consultation,
    wanted: Sequence[Invitation],
    *,
    actor: str,
    today: date,
) -> Invited:
    """Put people on the panel. Who is there already, or has declined or left, is not written to again."""
    there = {
        contact.email.casefold() or contact.name.casefold()
        for _, contact in contacts(session, vault, consultation)
    }
    links, known = [], []
    for each in wanted:
        mark = each.email.casefold() or each.name.casefold()
        if mark in there:
            known.append(each.name)
            continue
        there.add(mark)
        member_id, link = new_id(), secrets.new_link()
        session.add(
            PanelMember(
                id=member_id,
                consultation_id=consultation.id,
                panel_group=each.group,
                contact=sealed(vault, member_id, Contact(name=each.name, email=each.email)),
                link=secrets.link_hash(link),
            )
        )
        links.append(Link(member_id=member_id.hex(), name=each.name, email=each.email, link=link))
    session.flush()
    if links:
        audit.note(
            session,
            vault,
            actor,
            "invite to panel",
            consultation.name,
            detail=f"{len(links)} people",
            today=today,
        )
    return Invited(links=tuple(links), known=tuple(known))


def new_link(
    session: Session,
    vault: WorkbenchVault,
    consultation: Consultation,
    member_id: str,
    *,
    actor: str,
    today: date,
) -> Link:
    """Another link for somebody who has not joined; the earlier one lets nobody in any more.

    Raises MemberStateError for others: who joined has answers, and only a custodian lets them in anew.
    """
    row = member(session, consultation, member_id)
    if row.state != MemberState.INVITED:
        raise MemberStateError("only somebody who was invited and has not joined can have another link")
    link = secrets.new_link()
    row.link = secrets.link_hash(link)
    session.flush()
    contact = read(vault, row)
    audit.note(session, vault, actor, "new panel link", consultation.name, detail="", today=today)
    return Link(member_id=member_id, name=contact.name, email=contact.email, link=link)


def everybody(session: Session, vault: WorkbenchVault, consultation: Consultation) -> tuple[Person, ...]:
    """The list by name, with who has finished which round, and nothing else of any round."""
    parts: dict[bytes, dict[int, bool]] = {}
    rows = session.execute(
        select(PanelPart.member_id, PanelRound.number, PanelPart.done)
        .join(PanelRound, PanelPart.round_id == PanelRound.id)
        .where(PanelRound.consultation_id == consultation.id)
    )
    for member_id, number, done in rows:
        parts.setdefault(member_id, {})[number] = done
    found = [
        Person(
            id=row.id.hex(),
            contact=contact,
            group=row.panel_group,
            state=row.state,
            done=parts.get(row.id, {}),
        )
        for row, contact in contacts(session, vault, consultation)
    ]
    return tuple(sorted(found, key=lambda person: (person.contact.name.casefold(), person.id)))


def thanks(session: Session, vault: WorkbenchVault, consultation: Consultation) -> tuple[str, ...]:
    """Names for the list of thanks: of those who asked for it, as they want to be named."""
    return tuple(
        sorted(
            contact.credit
            for row, contact in contacts(session, vault, consultation)
            if contact.credit and row.state == MemberState.JOINED
        )
    )


def contacts(
    session: Session, vault: WorkbenchVault, consultation: Consultation
) -> list[tuple[PanelMember, Contact]]:
    """Every member with who they are."""
    rows = session.scalars(
        select(PanelMember).where(PanelMember.consultation_id == consultation.id).order_by(PanelMember.id)
    )
    return [(row, read(vault, row)) for row in rows]


def member(session: Session, consultation: Consultation, member_id: str) -> PanelMember:
    """One member. Raises UnknownMemberError."""
    try:
        found = session.get(PanelMember, bytes.fromhex(member_id))
    except ValueError:
        found = None
    if found is None or found.consultation_id != consultation.id:
        raise UnknownMemberError("nobody on this panel has this id")
    return found


def amend(session: Session, vault: WorkbenchVault, row: PanelMember, **changes: str) -> None:
    """Change what is known of a member, such as their interests."""
    row.contact = sealed(vault, row.id, replace(read(vault, row), **changes))
    session.flush()


def sealed(vault: WorkbenchVault, member_id: bytes, contact: Contact) -> bytes:
    """As it is kept."""
    return vault.seal_secret(CONTACT, member_id, json.dumps(asdict(contact)).encode())


def read(vault: WorkbenchVault, row: PanelMember) -> Contact:
    """Who a member is. Raises SealError for a row that was changed."""
    return Contact(**json.loads(vault.open_secret(CONTACT, row.id, row.contact)))
