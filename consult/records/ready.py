"""What must be so before people may answer: a second way in, and keys that were tried.

A lost passphrase must never lose what somebody wrote. Nothing here is for the process that takes answers in.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consult.faults import RefusedError
from consult.models.account import Account
from consult.models.consultation import Consultation, State, Survey
from consult.models.key import KeyGrant, KeyOwner
from consult.records import accounts, definitions, kept_versions, recovery
from consult.records import keys as key_records
from consult.records.recovery import Standing
from consult.vault.envelope import EnvelopeError
from consult.vault.opening import WorkbenchVault
from consult.vault.passphrases import StaffKey


class TooFewGrantsError(RefusedError):
    """Fewer people than agreed can open the answers: one lost passphrase could lose them all."""


class NoSecondWayInError(RefusedError):
    """The recovery shares are not made, not typed back, or older than the present keys."""


class UnreviewedWordsError(RefusedError):
    """The survey is offered in a language that no person has reviewed."""


class KeysDoNotFitError(RefusedError):
    """What people would send could not be opened: the stored public key is another one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """How many people can open the answers, and how the shares stand."""

    holders: int
    least: int
    shares: Standing
    # A demonstration has invented answers and needs no shares.
    shares_needed: bool

    @property
    def people_missing(self) -> int:
        """How many more people must be able to open answers."""
        return max(0, self.least - self.holders)

    @property
    def complete(self) -> bool:
        """Whether nothing is missing. The keys are still tried when a survey is opened."""
        return not self.people_missing and (not self.shares_needed or self.shares is Standing.READY)


def of(session: Session, consultation: Consultation) -> Readiness:
    """How ready a consultation is."""
    return Readiness(
        holders=holders(session, consultation),
        least=consultation.min_grants,
        shares=recovery.standing(session, consultation),
        shares_needed=not consultation.demonstration,
    )


def holders(session: Session, consultation: Consultation) -> int:
    """How many people with an active account hold a key of the present epoch. Recovery is not one of them."""
    counted = session.scalar(
        select(func.count())
        .select_from(KeyGrant)
        .join(Account, Account.id == KeyGrant.grantee_id)
        .where(
            KeyGrant.consultation_id == consultation.id,
            KeyGrant.epoch == consultation.epoch,
            Account.active,
        )
    )
    return counted or 0


def open_survey(
    session: Session, vault: WorkbenchVault, survey: Survey, *, holder: StaffKey | None = None
) -> None:
    """Let people answer, once nothing is missing.

    With the key of somebody who has unlocked, an answer is sealed and opened once more. Without, what was
    tried when the shares were made counts, and the stored public key must still be that one. Raises
    TooFewGrantsError, NoSecondWayInError, UnreviewedWordsError or KeysDoNotFitError.
    """
    consultation = session.get_one(Consultation, survey.consultation_id)
    require(session, consultation)
    _require_reviewed(session, consultation, survey)
    try:
        _try_keys(session, vault, consultation, holder)
    except EnvelopeError as error:
        raise KeysDoNotFitError(
            "the stored key was tried and is not the one that the service made, so answers could be lost or "
            "read by others; the survey stays closed: tell who runs the service"
        ) from error
    consultation.state = State.OPEN
    survey.state = State.OPEN
    kept_versions.note_opened(session, survey)


def require(session: Session, consultation: Consultation) -> None:
    """Raises TooFewGrantsError or NoSecondWayInError, with what to do; KeysDestroyedError at the end."""
    if key_records.are_destroyed(session, consultation):
        raise key_records.KeysDestroyedError(key_records.DESTROYED)
    ready = of(session, consultation)
    if ready.people_missing:
        raise TooFewGrantsError(
            f"{consultation.name} needs {ready.least} people who can open answers and has {ready.holders}: "
            "give another person a grant first"
        )
    if not ready.complete:
        raise NoSecondWayInError(f"{consultation.name}: {what_to_do(ready.shares)}")


def what_to_do(shares: Standing) -> str:
    """What is still to be done with the recovery shares. Not for shares that are ready."""
    return _WORDS[shares]


def _require_reviewed(session: Session, consultation: Consultation, survey: Survey) -> None:
    """Nobody is asked in words that no person stands behind. A demonstration asks nobody."""
    unread = definitions.unreviewed(definitions.current(session, survey))
    if unread and not consultation.demonstration:
        named = ", ".join(f"'{language}'" for language in unread)
        raise UnreviewedWordsError(
            f"{survey.definition_id} is offered in {named}, which nobody has reviewed yet: let a person read "
            "it, or take it out of the line 'languages'"
        )


def _try_keys(
    session: Session, vault: WorkbenchVault, consultation: Consultation, holder: StaffKey | None
) -> None:
    stored = key_records.public_key(session, KeyOwner.CONSULTATION, consultation.id, consultation.epoch)
    blobs = key_records.grants_to(session, consultation, holder.account_id) if holder else {}
    if holder and blobs:
        keys = accounts.opened_keys(session, vault, consultation, holder)
        vault.try_out(keys, consultation.id, consultation.epoch, stored.pub, stored.mac)
    else:
        vault.genuine(str(KeyOwner.CONSULTATION), consultation.id, consultation.epoch, stored.pub, stored.mac)
    if not consultation.demonstration:
        recovery.require_genuine(session, vault, consultation)


_WORDS = {
    Standing.NONE: "make the recovery shares first, and type one of them back",
    Standing.UNREAD: "the recovery shares are made; type one of them back first",
    Standing.BEHIND: "the recovery shares do not open the present keys: make new ones first",
}
