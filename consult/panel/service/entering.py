"""How a panellist comes in: once by a link, and from then on, on any device, by a name and a passphrase.

The slow hash runs outside of any writing transaction, as at the team's door.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from consult.faults import ConflictError, MissingError, RefusedError, SealError
from consult.models.consultation import Consultation
from consult.models.panel import (
    MemberState,
    PanelGroup,
    PanelKey,
    PanelMember,
    PanelPart,
    PanelRound,
    RoundState,
)
from consult.panel.service import custody, people
from consult.vault import panel as secrets
from consult.vault import passphrases
from consult.vault.opening import WorkbenchVault
from consult.vault.panel import MemberKey, Secret
from consult.vault.passphrases import WeakPassphraseError, WrongPassphraseError

__all__ = [
    "Entrance",
    "JoinError",
    "Joining",
    "SignInTakenError",
    "UsedLinkError",
    "WeakPassphraseError",
    "WrongPassphraseError",
    "arriving",
    "decline",
    "enter",
    "is_demonstration",
    "join",
    "new_passphrase",
    "seat_with_passphrase",
    "withdraw",
]
_WRONG = "the name or the passphrase is not right"


class UsedLinkError(MissingError):
    """The link leads nowhere: it was used, replaced, or never made. Which one is not said."""


class SignInTakenError(ConflictError):
    """Somebody else of this panel signs in under this name."""


class JoinError(RefusedError):
    """Something is missing from the form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arriving:
    """Whom a link lets in. again: they are on the panel already and have lost their passphrase."""

    member_id: bytes
    slug: str
    title: str
    name: str
    group: str
    again: bool
    demonstration: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Joining:
    """What somebody who joins has typed."""

    sign_in: str
    passphrase: str = field(repr=False)
    group: str = ""
    interests: str = ""
    credit: str = ""
    consent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    """A panellist who may come in, with the secret for the sealed session."""

    member_id: bytes
    generation: int
    secret: bytes = field(repr=False)


def arriving(session: Session, vault: WorkbenchVault, link: str) -> Arriving:
    """Whom a link is for. Changes nothing. Raises UsedLinkError."""
    row = _by_link(session, link)
    consultation = session.get_one(Consultation, row.consultation_id)
    return Arriving(
        member_id=row.id,
        slug=consultation.slug,
        title=consultation.title,
        name=people.read(vault, row).name,
        group=row.panel_group,
        again=row.state == MemberState.JOINED,
        demonstration=consultation.demonstration,
    )


def join(session: Session, vault: WorkbenchVault, link: str, typed: Joining) -> Entrance:
    """Use a link up: from now on the panellist signs in by name and passphrase.

    Raises UsedLinkError, JoinError, WeakPassphraseError, SignInTakenError, or TooManyError of the slow hash.
    """
    row = _by_link(session, link)
    member_id, consultation_id, handed = row.id, row.consultation_id, row.handed
    if row.state == MemberState.INVITED and not typed.consent:
        raise JoinError("whoever joins says so")
    session.rollback()
    secret = secrets.take_over(handed, link, member_id) if handed else secrets.new_secret()
    key = vault.panel.new_key(typed.passphrase, member_id, secret)
    row = _by_link(session, link)  # once more: another page may have been first
    consultation = session.get_one(Consultation, consultation_id)
    _name(session, vault, consultation, row, typed.sign_in)
    _keep(row, key)
    row.link = row.handed = None
    row.generation += 1
    if row.state == MemberState.INVITED:
        row.state = MemberState.JOINED
        if typed.group in set(PanelGroup):
            row.panel_group = typed.group
        people.amend(session, vault, row, interests=typed.interests.strip(), credit=typed.credit.strip())
        _take_part(session, row)
    custody.give(session, vault, consultation, row.id, secret)
    session.flush()
    return Entrance(member_id=row.id, generation=row.generation, secret=secret.raw)


def decline(session: Session, vault: WorkbenchVault, link: str) -> None:
    """Use a link up to say no; nobody of them is written to again. Raises UsedLinkError."""
    row = _by_link(session, link)
    if row.state != MemberState.INVITED:
        raise UsedLinkError("this link does not decline")
    row.state, row.link = MemberState.DECLINED, None
    people.amend(session, vault, row, email="")
    session.flush()


def enter(session: Session, vault: WorkbenchVault, slug: str, name: str, passphrase: str) -> Entrance:
    """Check name and passphrase by one run of the slow hash. Raises WrongPassphraseError or TooManyError."""
    consultation = session.scalar(select(Consultation).where(Consultation.slug == slug))
    row, mine = None, False
    if consultation is not None:
        signs = vault.panel.sign_ins(consultation.id, name)
        # Somebody else's row where nobody has this name: to read none takes less time than to read one.
        row = session.scalar(
            select(PanelMember)
            .where(PanelMember.consultation_id == consultation.id, PanelMember.sign_in.is_not(None))
            .order_by(PanelMember.sign_in.in_(signs).desc())
            .limit(1)
        )
        mine = row is not None and row.sign_in in signs
    key = _key(row) if row is not None else None
    state = (row.id, row.state, row.generation) if row is not None else None
    session.rollback()
    _require_readable(passphrase)
    if key is None or state is None or not mine:
        vault.panel.refuse_unknown(passphrase, name)
        raise WrongPassphraseError(_WRONG)
    member_id, standing, generation = state
    secret = vault.panel.open_key(passphrase, member_id, key)
    if standing != MemberState.JOINED:
        raise WrongPassphraseError(_WRONG)
    if key.pepper != vault.pepper:
        _move_on(session, vault, member_id, name, passphrase, secret)
    return Entrance(member_id=member_id, generation=generation, secret=secret.raw)


def is_demonstration(session: Session, slug: str) -> bool:
    """Whether everything at this address is made up."""
    return bool(session.scalar(select(Consultation.demonstration).where(Consultation.slug == slug)))


def new_passphrase() -> str:
    """Six words made by chance; kept nowhere."""
    return passphrases.generate()


def withdraw(session: Session, vault: WorkbenchVault, member_id: bytes) -> None:
    """Leave the panel for good: no letter comes any more, and the joining key of this member is destroyed."""
    row = session.get_one(PanelMember, member_id)
    row.state = MemberState.WITHDRAWN
    row.link = row.handed = row.sign_in = row.secret = row.verifier = None
    row.generation += 1
    people.amend(session, vault, row, email="", interests="", credit="")
    session.execute(delete(PanelKey).where(PanelKey.member_id == member_id))
    open_rounds = select(PanelRound.id).where(
        PanelRound.consultation_id == row.consultation_id, PanelRound.state == RoundState.OPEN
    )
    session.execute(
        delete(PanelPart).where(PanelPart.member_id == member_id, PanelPart.round_id.in_(open_rounds))
    )
    session.flush()


def seat_with_passphrase(
    session: Session, vault: WorkbenchVault, row: PanelMember, secret: Secret, *, sign_in: str
) -> str:
    """A passphrase by chance for somebody who joins without a link: for demonstrations. Returns it."""
    passphrase = passphrases.generate()
    _keep(row, vault.panel.new_key(passphrase, row.id, secret))
    row.sign_in = vault.panel.sign_ins(row.consultation_id, sign_in)[0]
    session.flush()
    return passphrase


def _by_link(session: Session, link: str) -> PanelMember:
    try:
        hashed = secrets.link_hash(link)
    except SealError:
        raise UsedLinkError("this link leads nowhere") from None
    row = session.scalar(select(PanelMember).where(PanelMember.link == hashed).with_for_update())
    if row is None or row.state not in {MemberState.INVITED, MemberState.JOINED}:
        raise UsedLinkError("this link leads nowhere")
    return row


def _name(
    session: Session, vault: WorkbenchVault, consultation: Consultation, row: PanelMember, typed: str
) -> None:
    found = vault.panel.sign_ins(consultation.id, typed)
    taken = select(PanelMember.id).where(
        PanelMember.consultation_id == consultation.id,
        PanelMember.sign_in.in_(found),
        PanelMember.id != row.id,
    )
    if session.scalar(taken) is not None:
        raise SignInTakenError("somebody of this panel signs in under this name: please choose another")
    row.sign_in = found[0]


def _keep(row: PanelMember, key: MemberKey) -> None:
    row.pepper, row.salt, row.memory_kib, row.passes = key.pepper, key.salt, key.memory_kib, key.passes
    row.verifier, row.secret = key.verifier, key.wrapped


def _key(row: PanelMember) -> MemberKey | None:
    if row.salt is None or row.verifier is None or row.secret is None:
        return None
    return MemberKey(
        pepper=row.pepper,
        salt=row.salt,
        memory_kib=row.memory_kib,
        passes=row.passes,
        verifier=row.verifier,
        wrapped=row.secret,
    )


def _move_on(
    session: Session, vault: WorkbenchVault, member_id: bytes, name: str, passphrase: str, secret: Secret
) -> None:
    """Wrap the secret with the server's present secret; a passphrase that is too weak today stays."""
    try:
        key = vault.panel.new_key(passphrase, member_id, secret)
    except WeakPassphraseError:
        return
    row = session.get_one(PanelMember, member_id)
    _keep(row, key)
    row.sign_in = vault.panel.sign_ins(row.consultation_id, name)[0]
    session.flush()


def _take_part(session: Session, row: PanelMember) -> None:
    """Who joins while a round is open is asked in it."""
    round_id = session.scalar(
        select(PanelRound.id).where(
            PanelRound.consultation_id == row.consultation_id, PanelRound.state == RoundState.OPEN
        )
    )
    if round_id is not None and session.get(PanelPart, (round_id, row.id)) is None:
        session.add(PanelPart(round_id=round_id, member_id=row.id))


def _require_readable(passphrase: str) -> None:
    try:
        passphrases.normalise(passphrase)
    except WeakPassphraseError as error:
        raise WrongPassphraseError(_WRONG) from error
