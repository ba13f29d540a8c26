"""What people signed: kept row after row, and read as it stands now.

A signature of a version counts for its fingerprint alone: other words, and nobody has signed them. Nothing
here is for the process that takes answers in; what that must know stands in `survey.reviewed`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from consult.models.account import Account
from consult.models.consultation import Consultation, Survey
from consult.models.signoff import SignOff, SignOffKind
from consult.records import audit
from consult.vault.opening import WorkbenchVault

OF_A_VERSION = frozenset({SignOffKind.PILOT, SignOffKind.ADVISERS, SignOffKind.FLAG, SignOffKind.REVIEW})
# Each person's own signature counts beside the others': taking one's own back leaves theirs.
_BY_EACH = frozenset({SignOffKind.ADVISERS, SignOffKind.FLAG})
# Of each thing that it is about there is one that counts.
_ABOUT_EACH = frozenset({SignOffKind.FLAG, SignOffKind.REVIEW})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody signs. `about`, `number` and `day` mean what the kind makes of them: see the model."""

    kind: SignOffKind
    about: str = ""
    number: int | None = None
    day: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A signature that stands, with who gave it and when."""

    kind: SignOffKind
    about: str
    number: int | None
    day: date | None
    note: str
    by: bytes
    by_name: str
    on: date


def record(
    session: Session,
    vault: WorkbenchVault,
    survey: Survey,
    wanted: Wanted,
    account: Account,
    *,
    given: bool = True,
    today: date,
) -> None:
    """Keep a signature, or that one is taken back, with its line in the log of staff acts."""
    consultation = session.get_one(Consultation, survey.consultation_id)
    of_version = wanted.kind in OF_A_VERSION
    where = f"{consultation.name}/{survey.definition_id}" if of_version else consultation.name
    version = f" of version {survey.fingerprint.hex()[:16]}" if of_version else ""
    parts = (f"{wanted.kind}{version}", wanted.about, wanted.note)
    entry = audit.note(
        session,
        vault,
        account.name,
        "sign" if given else "take signature back",
        where,
        detail=": ".join(part for part in parts if part),
        today=today,
    )
    session.add(
        SignOff(
            consultation_id=consultation.id,
            definition_id=survey.definition_id if of_version else None,
            fingerprint=survey.fingerprint if of_version else None,
            kind=wanted.kind,
            about=wanted.about,
            number=wanted.number,
            day=wanted.day,
            note=wanted.note,
            given=given,
            signed_by=account.id,
            signed_on=today,
            entry=entry,
        )
    )
    session.flush()
    if wanted.kind is SignOffKind.REVIEW:
        mark_reviewed(session, survey)


def mark_reviewed(session: Session, survey: Survey) -> None:
    """Let the process that takes answers in know which languages of the present version people signed."""
    signed = {each.about for each in standing(session, survey) if each.kind is SignOffKind.REVIEW}
    survey.reviewed = sorted(signed)
    session.flush()


def standing(session: Session, survey: Survey) -> tuple[Signed, ...]:
    """What stands now for the present version of a survey and for its consultation, oldest first."""
    rows = session.execute(
        select(SignOff, Account.display_name)
        .join(Account, Account.id == SignOff.signed_by)
        .where(
            SignOff.consultation_id == survey.consultation_id,
            or_(
                SignOff.definition_id.is_(None),
                and_(
                    SignOff.definition_id == survey.definition_id, SignOff.fingerprint == survey.fingerprint
                ),
            ),
        )
        .order_by(SignOff.entry)
    )
    stands: dict[tuple[str, str, bytes], Signed] = {}
    for row, name in rows:
        kind = SignOffKind(row.kind)
        key = (
            kind,
            row.about if kind in _ABOUT_EACH else "",
            row.signed_by if kind in _BY_EACH else b"",
        )
        stands.pop(key, None)
        if row.given:
            stands[key] = _signed(row, kind, name)
    return tuple(stands.values())


def of_kind(stands: Iterable[Signed], *kinds: SignOffKind) -> tuple[Signed, ...]:
    """Those of some kinds."""
    return tuple(each for each in stands if each.kind in kinds)


def _signed(row: SignOff, kind: SignOffKind, name: str) -> Signed:
    return Signed(
        kind=kind,
        about=row.about,
        number=row.number,
        day=row.day,
        note=row.note,
        by=row.signed_by,
        by_name=name,
        on=row.signed_on,
    )
