"""Signs every line of the gate for one survey: the demonstration's, and those of tests and benchmarks.

All names in it are invented. Nothing of the service calls this but `consult demo`.
"""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy.orm import Session

from consult.models.account import Account
from consult.models.consultation import Consultation, Survey
from consult.models.signoff import SignOffKind
from consult.records import definitions, gate, gate_version, limits, signoffs
from consult.records.signoffs import Wanted
from consult.vault.opening import WorkbenchVault

_NAMED = {
    SignOffKind.ASSESSMENT: "Ash Example",
    SignOffKind.LEGAL_BASIS: "Bo Example",
    SignOffKind.CONTROLLER: "Cam Example",
    SignOffKind.SECURITY: "Del Example",
    SignOffKind.SAFEGUARDING: "Eli Example",
    SignOffKind.STAFF_SUPPORT: "Flo Example",
}


def sign_everything(
    session: Session,
    vault: WorkbenchVault,
    survey: Survey,
    signers: tuple[Account, Account],
    *,
    exits: str,
    today: date,
) -> None:
    """Set the dates that are not set, and sign all that can be signed, without a commit.

    The first signer leads; the second reads languages, and signs for the advisory group. Support services
    and keys are left as they are.
    """
    consultation = session.get_one(Consultation, survey.consultation_id)
    lead, second = signers
    _dates(consultation, survey, today)
    for wanted in _of_the_consultation(consultation, exits, today):
        signoffs.record(session, vault, survey, wanted, lead, today=today)
    definition = definitions.current(session, survey)
    for each in gate_version.to_review(definition):
        wanted = Wanted(kind=SignOffKind.REVIEW, about=each)
        signoffs.record(session, vault, survey, wanted, second, today=today)
    for flag in gate_version.flags(definition):
        for signer in signers:
            wanted = Wanted(kind=SignOffKind.FLAG, about=flag, note="Needed (example).")
            signoffs.record(session, vault, survey, wanted, signer, today=today)
    pilot = Wanted(
        kind=SignOffKind.PILOT, number=gate_version.LEAST_PILOTS, day=today, note="Invented (example)."
    )
    signoffs.record(session, vault, survey, pilot, lead, today=today)
    advisers = Wanted(kind=SignOffKind.ADVISERS, note="An invented group (example).")
    signoffs.record(session, vault, survey, advisers, second, today=today)


def _dates(consultation: Consultation, survey: Survey, today: date) -> None:
    survey.closing_date = survey.closing_date or today + timedelta(days=60)
    consultation.freeze_date = consultation.freeze_date or today + timedelta(days=90)
    consultation.results_date = consultation.results_date or today + timedelta(days=120)


def _of_the_consultation(consultation: Consultation, exits: str, today: date) -> list[Wanted]:
    return [
        *(Wanted(kind=kind, about=f"{name} (example)") for kind, name in _NAMED.items()),
        Wanted(kind=SignOffKind.STAFF_LIMITS, about=limits.in_words(50, 80)),
        Wanted(kind=SignOffKind.RULES, about=gate.rules_in_words(consultation)),
        Wanted(kind=SignOffKind.ACCESSIBILITY, day=today, note="Invented (example)."),
        Wanted(kind=SignOffKind.EXIT, about=exits),
    ]
