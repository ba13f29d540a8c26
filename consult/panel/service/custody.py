"""What a custodian holds: the secret of each panellist, which joins a name to a pseudonym."""

from __future__ import annotations

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
    """Seal the secret to each custodian of today; one who comes later holds the keys of who joins then."""
    custodians = session.scalars(
        select(Membership.account_id)
        .join(Account, Membership.account_id == Account.id)
        .where(
            Membership.consultation_id == consultation.id,
            Membership.role == Role.CUSTODIAN,
            Account.active.is_(True),
        )
    ).all()
    for account_id in custodians:
        stored = key_records.public_key(session, KeyOwner.ACCOUNT, account_id, 0)
        public = vault.genuine(str(KeyOwner.ACCOUNT), account_id, 0, stored.pub, stored.mac)
        blob = secrets.to_custodian(public, secret, consultation.id, member_id, account_id)
        session.merge(
            PanelKey(member_id=member_id, grantee_id=account_id, consultation_id=consultation.id, blob=blob)
        )


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
