"""The gate: ten lines, each signed or with what is missing, before anybody may answer a survey.

Knows rows, the survey's text and a date; says what is there and what is not, and decides nothing that a
person should. Keys are tried when the survey opens (`ready`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlalchemy.orm import Session

from consult.faults import RefusedError
from consult.models.consultation import Consultation, Survey
from consult.models.signoff import SignOffKind
from consult.records import audit, consultations, definitions, gate_version, ready, signoffs, support
from consult.records import keys as key_records
from consult.records.gate_case import Case, Line, Missing
from consult.records.recovery import Standing
from consult.records.signoffs import Signed
from consult.vault.opening import WorkbenchVault
from consult.vault.passphrases import StaffKey

GOOD_FOR_DAYS = 365
"""How long the accessibility statement and the check of the leave address are good for."""

_OWNERS = {
    SignOffKind.ASSESSMENT: "who owns the data protection assessment",
    SignOffKind.LEGAL_BASIS: "who answers for the legal basis",
    SignOffKind.CONTROLLER: "who the controller is",
    SignOffKind.SECURITY: "who keeps the security record",
    SignOffKind.SAFEGUARDING: "who owns safeguarding",
}


class NotReadyError(RefusedError):
    """Something is missing before the survey may open. `lines` are those that miss something."""

    def __init__(self, lines: tuple[Line, ...]) -> None:
        self.lines = lines
        said = "; ".join(
            f"{line.number}: {', '.join(each.said for each in line.missing)}" for line in self.lines
        )
        super().__init__(f"this is still missing before the survey can open: {said}")


def of(session: Session, survey: Survey, *, exits: str, today: date) -> tuple[Line, ...]:
    """The ten lines for the present version of a survey on a day."""
    case = Case(
        session=session,
        survey=survey,
        consultation=session.get_one(Consultation, survey.consultation_id),
        definition=definitions.current(session, survey),
        stands=signoffs.standing(session, survey),
        exits=exits,
        today=today,
    )
    return (
        _owners(case),
        gate_version.pilot(case),
        _support(case),
        gate_version.flagged(case),
        gate_version.reviews(case),
        _dates(case),
        _keys(case),
        _accessibility(case),
        _exit(case),
        _staff(case),
    )


def require(session: Session, survey: Survey, *, exits: str, today: date) -> None:
    """Raises NotReadyError that names every line with something missing."""
    lacking = tuple(line for line in of(session, survey, exits=exits, today=today) if line.missing)
    if lacking:
        raise NotReadyError(lacking)


def open_survey(
    session: Session,
    vault: WorkbenchVault,
    survey: Survey,
    *,
    holder: StaffKey | None = None,
    exits: str,
    actor: str,
    today: date,
) -> None:
    """Let people answer, once every line is whole: an act in the log. A trial of it ends.

    Raises NotReadyError, or KeysDoNotFitError.
    """
    require(session, survey, exits=exits, today=today)
    ready.open_survey(session, vault, survey, holder=holder)
    survey.pilot = None
    consultation = session.get_one(Consultation, survey.consultation_id)
    what = f"{consultation.name}/{survey.definition_id}"
    audit.note(session, vault, actor, "open survey", what, detail=survey.fingerprint.hex()[:16], today=today)


def rules_in_words(consultation: Consultation) -> str:
    """Thresholds and the panel's rule as they stand: this is what is signed, so a change voids it."""
    return (
        f"answers appear {consultation.release_min} or more together; the team sees counts from "
        f"{consultation.team_k}, the public from {consultation.published_k}, rounded to "
        f"{consultation.published_rounding}; a statement is in when at least "
        f"{consultation.consensus_agree} % rate it 7 to 9 and fewer than {consultation.consensus_oppose} % "
        "rate it 1 to 3, each group with the same weight"
    )


def _owners(case: Case) -> Line:
    signed = case.signed(*_OWNERS)
    there = {each.kind for each in signed}
    missing = tuple(Missing(said=said, place=kind) for kind, said in _OWNERS.items() if kind not in there)
    return Line(number="G1", signed=signed, missing=missing, kinds=tuple(_OWNERS))


def _support(case: Case) -> Line:
    entries = support.for_(case.session, case.consultation)
    lacking = support.missing(entries, case.consultation.nations, case.today)
    missing = (Missing(said=support.in_words(lacking), place="support"),) if lacking else ()
    shown = len(support.shown(entries, case.today))
    return Line(number="G3", facts=(f"Services shown today: {shown}.",), missing=missing)


def _dates(case: Case) -> Line:
    signed = tuple(
        each for each in case.signed(SignOffKind.RULES) if each.about == rules_in_words(case.consultation)
    )
    missing = list(_missing_dates(case))
    if not signed:
        missing.append(Missing(said="a signature for the thresholds and the rule", place=SignOffKind.RULES))
    dated = (
        ("Last day to start", case.survey.closing_date),
        ("Last day to take answers back", case.consultation.freeze_date),
        ("Day of the results", case.consultation.results_date),
    )
    facts = tuple(f"{what}: {consultations.in_words(day)}." for what, day in dated if day)
    return Line(number="G6", signed=signed, facts=facts, missing=tuple(missing), kinds=(SignOffKind.RULES,))


def _missing_dates(case: Case) -> Iterator[Missing]:
    closing, freeze, results = (
        case.survey.closing_date,
        case.consultation.freeze_date,
        case.consultation.results_date,
    )
    if closing is None:
        yield Missing(said="the last day to start", place="closing")
    elif closing < case.today:
        yield Missing(said="a last day to start that is not over", place="closing")
    if freeze is None:
        yield Missing(said="the last day to take answers back", place="settings")
    elif closing and freeze < closing:
        yield Missing(said="a last day to take answers back after the last day to start", place="settings")
    if results is None:
        yield Missing(said="the day of the results", place="settings")


def _keys(case: Case) -> Line:
    if key_records.are_destroyed(case.session, case.consultation):
        gone = "keys to the answers, which were destroyed for good: this consultation cannot open again"
        return Line(number="G7", missing=(Missing(said=gone, place="keys"),))
    found = ready.of(case.session, case.consultation)
    missing = []
    if found.people_missing:
        missing.append(
            Missing(
                said=f"it needs {found.least} people who can open answers and has {found.holders}: give "
                "another person a grant first",
                place="keys",
            )
        )
    if found.shares_needed and found.shares is not Standing.READY:
        missing.append(Missing(said=ready.what_to_do(found.shares), place="recovery"))
    shares = "Recovery shares were typed back." if found.shares_needed else "Recovery shares are not needed."
    facts = [f"People who can open answers: {found.holders}."]
    if found.complete:
        facts += [shares, "The keys are tried once more when the survey opens."]
    return Line(number="G7", facts=tuple(facts), missing=tuple(missing))


def _accessibility(case: Case) -> Line:
    signed = case.signed(SignOffKind.ACCESSIBILITY)
    fresh = tuple(each for each in signed if each.day and _within_a_year(each.day, case.today))
    missing = () if fresh else (_dated("an accessibility statement", signed, SignOffKind.ACCESSIBILITY),)
    return Line(number="G8", signed=signed, missing=missing, kinds=(SignOffKind.ACCESSIBILITY,))


def _exit(case: Case) -> Line:
    signed = tuple(each for each in case.signed(SignOffKind.EXIT) if each.about == case.exits)
    fresh = tuple(each for each in signed if _within_a_year(each.on, case.today))
    missing = () if fresh else (_dated("a check of the leave address", signed, SignOffKind.EXIT),)
    return Line(
        number="G9",
        signed=signed,
        facts=(f"“Leave this site” leads to {case.exits}.",),
        missing=missing,
        kinds=(SignOffKind.EXIT,),
    )


def _staff(case: Case) -> Line:
    kinds = (SignOffKind.STAFF_SUPPORT, SignOffKind.STAFF_LIMITS)
    signed = case.signed(*kinds)
    there = {each.kind for each in signed}
    wanted = zip(kinds, ("who supports the staff", "limits for staff who read answers"), strict=True)
    missing = tuple(Missing(said=said, place=kind) for kind, said in wanted if kind not in there)
    return Line(number="G10", signed=signed, missing=missing, kinds=kinds)


def _within_a_year(day: date, today: date) -> bool:
    return 0 <= (today - day).days <= GOOD_FOR_DAYS


def _dated(what: str, signed: tuple[Signed, ...], kind: SignOffKind) -> Missing:
    return Missing(said=f"{what} within the last year" if signed else what, place=kind)
