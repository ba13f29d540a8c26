"""What a custodian holds: the secret of each panellist, which joins a name to a pseudonym."""

from __future__ import annotations

from collections import Counter
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.models.account import Account, Membership, Role
from consult.models.consultation import Consultation
from consult.models.key import KeyOwner
from consult.models.panel import MemberState, PanelKey
from consult.panel.service import people
from consult.records import audit
from consult.records import keys as key_records
from consult.vault import panel as secrets
from consult.vault.opening import WorkbenchVault
from consult.vault.panel import Secret
from consult.vault.passphrases import StaffKey


def give(
    session: Session, vault: WorkbenchVault, consultation: Consultation, member_id: bytes, secret: Secret
) -> None:
    """Seal the secret to each custodian of today; one who comes later is given it by one who holds it."""
    for custodian in _custodians(session, consultation):
        _seal(session, vault, consultation, member_id, secret, custodian.id)


def lacking(session: Session, consultation: Consultation, holder_id: bytes) -> dict[str, int]:
    """Other custodians who hold fewer keys than this one could give, by name, and how many they lack."""
    held = _held(session, consultation)
    mine = held.get(holder_id, frozenset())
    found = {
        each.display_name: len(mine - held.get(each.id, frozenset()))
        for each in _custodians(session, consultation)
        if each.id != holder_id
    }
    return {name: number for name, number in sorted(found.items()) if number}


def share(
    session: Session,
    vault: WorkbenchVault,
    consultation: Consultation,
    *,
    holder: StaffKey,
    actor: str,
    today: date,
) -> int:
    """Give the keys that one holds to every custodian who lacks them; returns how many. Logged with names."""
    held = _held(session, consultation)
    given: Counter[str] = Counter()
    for custodian in _custodians(session, consultation):
        for member_id in sorted(
            held.get(holder.account_id, frozenset()) - held.get(custodian.id, frozenset())
        ):
            kept = session.get_one(PanelKey, (member_id, holder.account_id))
            secret = secrets.from_custodian(holder, consultation.id, member_id, kept.blob)
            _seal(session, vault, consultation, member_id, secret, custodian.id)
            given[custodian.name] += 1
    session.flush()
    for name, number in sorted(given.items()):
        detail = f"{number} keys to {name}"
        audit.note(session, vault, actor, "share panel keys", consultation.name, detail=detail, today=today)
    return given.total()


def let_in_again(
    session: Session,
    vault: WorkbenchVault,
    consultation: Consultation,
    member_id: str,
    *,
    holder: StaffKey,
    actor: str,
    today: date,
) -> people.Link:
    """A link for somebody who lost their passphrase, whose answers stay theirs. A custodian's act, logged.

    Raises MemberStateError when this custodian holds no key of the member.
    """
    row = people.member(session, consultation, member_id)
    kept = session.get(PanelKey, (row.id, holder.account_id))
    if row.state != MemberState.JOINED or kept is None:
        raise people.MemberStateError(
            "you hold no joining key of this person, or they have not joined: send a new link instead"
        )
    secret = secrets.from_custodian(holder, consultation.id, row.id, kept.blob)
    link = secrets.new_link()
    row.link, row.handed = secrets.link_hash(link), secrets.hand_over(secret, link, row.id)
    session.flush()
    contact = people.read(vault, row)
    audit.note(
        session, vault, actor, "let panellist in again", consultation.name, detail=contact.name, today=today
    )
    return people.Link(member_id=member_id, name=contact.name, email=contact.email, link=link)


def _custodians(session: Session, consultation: Consultation) -> list[Account]:
    return list(
        session.scalars(
            select(Account)
            .join(Membership, Membership.account_id == Account.id)
            .where(
                Membership.consultation_id == consultation.id,
                Membership.role == Role.CUSTODIAN,
                Account.active.is_(True),
            )
            .order_by(Account.id)
        )
    )


def _held(session: Session, consultation: Consultation) -> dict[bytes, frozenset[bytes]]:
    """Members by the account that holds their key."""
    found: dict[bytes, set[bytes]] = {}
    for grantee_id, member_id in session.execute(
        select(PanelKey.grantee_id, PanelKey.member_id).where(PanelKey.consultation_id == consultation.id)
    ):
        found.setdefault(grantee_id, set()).add(member_id)
    return {grantee_id: frozenset(members) for grantee_id, members in found.items()}


def _seal(
    session: Session,
    vault: WorkbenchVault,
    consultation: Consultation,
    member_id: bytes,
    secret: Secret,
    account_id: bytes,
) -> None:
    stored = key_records.public_key(session, KeyOwner.ACCOUNT, account_id, 0)
    public = vault.genuine(str(KeyOwner.ACCOUNT), account_id, 0, stored.pub, stored.mac)
    blob = secrets.to_custodian(public, secret, consultation.id, member_id, account_id)
    session.merge(
        PanelKey(member_id=member_id, grantee_id=account_id, consultation_id=consultation.id, blob=blob)
    )
