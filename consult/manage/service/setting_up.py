"""Making a consultation with its keys, and changing its terms within the rule."""

from __future__ import annotations

from dataclasses import fields
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.faults import ConflictError
from consult.manage.service.terms import (
    NewConsultation,
    Terms,
    TermsError,
    require_name,
    require_not_looser,
    require_possible,
)
from consult.models.account import Account, Role
from consult.models.consultation import Consultation, State
from consult.records import accounts, audit, consultations
from consult.vault.opening import WorkbenchVault

_FIELDS = tuple(field.name for field in fields(Terms))


class ConsultationExistsError(ConflictError):
    """A consultation of this name exists."""


def create(
    session: Session, vault: WorkbenchVault, wanted: NewConsultation, *, actor: str, today: date
) -> Consultation:
    """Make a consultation and its keys; who is granted them becomes an analyst in it.

    Nobody else ever held the keys. Raises TermsError, ConsultationExistsError, or UnknownAccountError.
    """
    require_name(wanted.name)
    require_possible(wanted.terms)
    grantees = [_active(session, name) for name in dict.fromkeys(wanted.grantees)]
    leads = [_active(session, name) for name in dict.fromkeys(wanted.leads)]
    if not grantees:
        raise TermsError({"grantees": "choose at least one person who will be able to open the answers"})
    if session.scalar(select(Consultation.id).where(Consultation.name == wanted.name)) is not None:
        raise ConsultationExistsError(f"there is a consultation named {wanted.name!r} already")
    made = Consultation(name=wanted.name, pepper=vault.pepper, **_values(wanted.terms))
    session.add(made)
    session.flush()
    accounts.make_consultation_keys(session, vault, made, grantees)
    for account in grantees:
        accounts.join(session, account, made, Role.ANALYST)
    for account in leads:
        accounts.join(session, account, made, Role.LEAD)
    names = ", ".join(account.name for account in grantees)
    audit.note(
        session, vault, actor, "new consultation", made.name, detail=f"keys granted to {names}", today=today
    )
    return made


def terms_of(session: Session, name: str) -> Terms:
    """The terms as they stand. Raises UnknownConsultationError."""
    return _terms(consultations.named(session, name))


def change(
    session: Session, vault: WorkbenchVault, name: str, wanted: Terms, *, actor: str, today: date
) -> None:
    """Change the terms; once the consultation has opened, only towards stricter.

    Raises TermsError with a reason for each field, or UnknownConsultationError.
    """
    consultation = consultations.named(session, name)
    require_possible(wanted)
    now = _terms(consultation)
    if consultation.state != State.PREPARING:
        require_not_looser(now, wanted)
    _require_time_to_take_back(session, consultation, wanted)
    changed = [
        f"{field} from {getattr(now, field)} to {getattr(wanted, field)}"
        for field in _FIELDS
        if getattr(now, field) != getattr(wanted, field)
    ]
    if not changed:
        return
    for field, value in _values(wanted).items():
        setattr(consultation, field, value)
    audit.note(session, vault, actor, "change terms", name, detail="; ".join(changed), today=today)
    session.flush()


def set_suggestions(
    session: Session, vault: WorkbenchVault, name: str, on: bool, *, actor: str, today: date
) -> None:
    """Switch help with themes on or off. Raises UnknownConsultationError."""
    consultation = consultations.named(session, name)
    if consultation.suggestions == on:
        return
    consultation.suggestions = on
    audit.note(session, vault, actor, "suggestions", name, detail="on" if on else "off", today=today)
    session.flush()


def _require_time_to_take_back(session: Session, consultation: Consultation, wanted: Terms) -> None:
    """Who starts on the last day must still be able to take answers back. Raises TermsError."""
    days = (each.closing_date for each in consultations.surveys_of(session, consultation))
    last = max((day for day in days if day), default=None)
    if last and wanted.freeze_date and wanted.freeze_date < last:
        told = consultations.in_words(last)
        raise TermsError({"freeze_date": f"people can start until {told}: choose that day or a later one"})


def _active(session: Session, name: str) -> Account:
    account = accounts.named(session, name)
    if not account.active:
        raise accounts.UnknownAccountError(f"the account {name!r} is disabled")
    return account


def _terms(consultation: Consultation) -> Terms:
    return Terms(**{field: getattr(consultation, field) for field in _FIELDS})


def _values(terms: Terms) -> dict[str, object]:
    return {field: getattr(terms, field) for field in _FIELDS}
