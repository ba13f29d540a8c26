"""Before a survey opens: the ten lines of the gate as a page shows them, and signing what is one's own.

Who may sign what follows the roles: those who lead name the owners, advisers sign for the men they stand
for, translators for the words they read. One person cannot be both signers of a flag.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy.orm import Session

from consult.faults import MissingError, RefusedError
from consult.models.account import Account, Role
from consult.models.consultation import Consultation, State, Survey
from consult.models.signoff import SignOffKind
from consult.records import consultations, definitions, gate, gate_version, limits, signoffs
from consult.records.gate_case import Line
from consult.records.gate_version import LEAST_PILOTS, called
from consult.records.limits import in_words as limits_in_words
from consult.records.people import SignedIn
from consult.records.signoffs import Signed, Wanted
from consult.vault.opening import WorkbenchVault

__all__ = ["LEAST_PILOTS", "Line", "SignOffKind", "Signed", "Wanted", "called", "limits_in_words"]

_ADMINISTRATOR = "administrator"
_RUN = frozenset({Role.LEAD.value, _ADMINISTRATOR})
_LONGEST = 300
NAMES_A_PERSON = frozenset(
    {
        SignOffKind.ASSESSMENT,
        SignOffKind.LEGAL_BASIS,
        SignOffKind.CONTROLLER,
        SignOffKind.SECURITY,
        SignOffKind.SAFEGUARDING,
        SignOffKind.STAFF_SUPPORT,
    }
)
_SIGNERS: Mapping[SignOffKind, frozenset[str]] = {
    SignOffKind.PILOT: frozenset({Role.LEAD.value, Role.ADVISER.value}),
    SignOffKind.ADVISERS: frozenset({Role.ADVISER.value}),
    SignOffKind.FLAG: frozenset({Role.LEAD.value, Role.ADVISER.value, Role.CUSTODIAN.value}),
    SignOffKind.REVIEW: frozenset({Role.TRANSLATOR.value, Role.ADVISER.value}),
}


class SignatureError(RefusedError):
    """This cannot be signed as it is. `problems` says for each field what to do."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems = dict(problems)
        super().__init__("; ".join(self.problems.values()))


class NotYoursToSignError(RefusedError):
    """Somebody of another role signs this."""


class UnknownKindError(MissingError):
    """There is no such thing to sign."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyPage:
    """One survey before the gate. `may_sign`: the kinds that this person signs."""

    title: str
    state: str
    version: str
    pilot: str
    lines: tuple[Line, ...]
    may_sign: frozenset[str]

    @property
    def whole(self) -> int:
        """How many lines miss nothing."""
        return sum(not line.missing for line in self.lines)

    @property
    def can_open(self) -> bool:
        """Whether it waits to be opened, for the first time or again."""
        return self.state != State.OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One thing to sign: what may be chosen, what is signed as it stands, and what stands already."""

    title: str
    may_sign: bool
    choices: Mapping[str, str]
    statement: str
    standing: tuple[Signed, ...]


def ready_page(
    session: Session, consultation: str, survey_id: str, person: SignedIn, *, exits: str, today: date
) -> ReadyPage:
    """The ten lines for a survey. Raises UnknownConsultationError or UnknownSurveyError."""
    survey = _survey(session, consultation, survey_id)
    return ReadyPage(
        title=_title(session, survey),
        state=survey.state,
        version=survey.fingerprint.hex()[:16],
        pilot=survey.pilot or "",
        lines=gate.of(session, survey, exits=exits, today=today),
        may_sign=frozenset(kind for kind in SignOffKind if _may(person, consultation, kind)),
    )


def sheet(
    session: Session, consultation: str, survey_id: str, kind: str, person: SignedIn, *, exits: str
) -> Sheet:
    """What is signed, for somebody who signs it or looks on. Raises UnknownKindError."""
    wanted = _kind(kind)
    survey = _survey(session, consultation, survey_id)
    return Sheet(
        title=_title(session, survey),
        may_sign=_may(person, consultation, wanted),
        choices=_choices(session, survey, wanted),
        statement=_statement(session, survey, wanted, exits),
        standing=_own_to_take_back(signoffs.of_kind(signoffs.standing(session, survey), wanted), person),
    )


def sign(
    session: Session,
    vault: WorkbenchVault,
    consultation: str,
    survey_id: str,
    wanted: Wanted,
    person: SignedIn,
    *,
    exits: str,
    today: date,
) -> None:
    """Sign it. Raises SignatureError with a reason for each field, or NotYoursToSignError."""
    _require_own(person, consultation, wanted.kind)
    survey = _survey(session, consultation, survey_id)
    statement = _statement(session, survey, wanted.kind, exits)
    made = replace(wanted, about=statement or wanted.about.strip(), note=wanted.note.strip())
    choices = _choices(session, survey, made.kind)
    _require_possible(made, choices, today)
    signoffs.record(session, vault, survey, made, _account(session, person), today=today)


def take_back(
    session: Session,
    vault: WorkbenchVault,
    consultation: str,
    survey_id: str,
    wanted: Wanted,
    person: SignedIn,
    *,
    today: date,
) -> None:
    """Take a signature back: the line is open again, and both acts stay in the log.

    An open survey stays open: to stop it, close it. Raises SignatureError where there is none to take back.
    """
    _require_own(person, consultation, wanted.kind)
    survey = _survey(session, consultation, survey_id)
    standing = signoffs.of_kind(signoffs.standing(session, survey), wanted.kind)
    if not any(each.about == wanted.about for each in _own_to_take_back(standing, person)):
        raise SignatureError({"about": "this is not signed, or somebody else signed it"})
    account = _account(session, person)
    signoffs.record(session, vault, survey, wanted, account, given=False, today=today)


def _own_to_take_back(standing: Iterable[Signed], person: SignedIn) -> tuple[Signed, ...]:
    """Each person's own signature is theirs alone; where one counts for all, whoever may sign may end it."""
    each_own = {SignOffKind.ADVISERS, SignOffKind.FLAG}
    return tuple(each for each in standing if each.kind not in each_own or each.by == person.id)


def _may(person: SignedIn, consultation: str, kind: SignOffKind) -> bool:
    roles = {*person.roles(consultation), *({_ADMINISTRATOR} if person.administrator else ())}
    return bool(roles & _SIGNERS.get(kind, _RUN))


def _kind(kind: str) -> SignOffKind:
    if kind not in tuple(SignOffKind):
        raise UnknownKindError("there is no such thing to sign")
    return SignOffKind(kind)


def _require_own(person: SignedIn, consultation: str, kind: SignOffKind) -> None:
    if not _may(person, consultation, kind):
        who = " or ".join(sorted(_SIGNERS.get(kind, _RUN)))
        raise NotYoursToSignError(f"somebody of another role signs this: {who}")


def _choices(session: Session, survey: Survey, kind: SignOffKind) -> dict[str, str]:
    definition = definitions.current(session, survey)
    if kind is SignOffKind.FLAG:
        return {flag: flag for flag in gate_version.flags(definition)}
    if kind is SignOffKind.REVIEW:
        return {each: called(each) for each in gate_version.to_review(definition)}
    return {}


def _statement(session: Session, survey: Survey, kind: SignOffKind, exits: str) -> str:
    if kind is SignOffKind.RULES:
        return gate.rules_in_words(session.get_one(Consultation, survey.consultation_id))
    return exits if kind is SignOffKind.EXIT else ""


def _require_possible(wanted: Wanted, choices: Mapping[str, str], today: date) -> None:
    problems = {}
    if problem := _about_problem(wanted, choices):
        problems["about"] = problem
    if wanted.kind is SignOffKind.PILOT and (wanted.number is None or wanted.number < LEAST_PILOTS):
        problems["number"] = f"a version opens after {LEAST_PILOTS} people or more have tried it out"
    if wanted.kind in {SignOffKind.PILOT, SignOffKind.ACCESSIBILITY} and (
        problem := _day_problem(wanted, today)
    ):
        problems["day"] = problem
    if len(wanted.note) > _LONGEST:
        problems["note"] = f"please use {_LONGEST} characters or fewer"
    if problems:
        raise SignatureError(problems)


def _about_problem(wanted: Wanted, choices: Mapping[str, str]) -> str:
    if wanted.kind in {SignOffKind.FLAG, SignOffKind.REVIEW}:
        return "" if wanted.about in choices else "please choose what you sign for"
    if wanted.kind in NAMES_A_PERSON and not wanted.about:
        return "please write the name of a person"
    if wanted.kind is SignOffKind.STAFF_LIMITS and not wanted.about:
        return (
            f"please give both figures: {limits.MINUTES.start} to {limits.MINUTES.stop - 1} minutes at a "
            f"time, and {limits.ANSWERS.start} to {limits.ANSWERS.stop - 1} answers a day"
        )
    return f"please use {_LONGEST} characters or fewer" if len(wanted.about) > 2 * _LONGEST else ""


def _day_problem(wanted: Wanted, today: date) -> str:
    if wanted.day is None:
        return "please write a date as year-month-day, such as 2027-03-31"
    if wanted.day > today:
        return "this day is still to come"
    if wanted.kind is SignOffKind.ACCESSIBILITY and wanted.day < today - timedelta(days=gate.GOOD_FOR_DAYS):
        return "the statement is older than a year: look at it again, and date it anew"
    return ""


def _account(session: Session, person: SignedIn) -> Account:
    return session.get_one(Account, person.id)


def _survey(session: Session, consultation: str, survey_id: str) -> Survey:
    return consultations.survey_of(session, consultations.named(session, consultation), survey_id)


def _title(session: Session, survey: Survey) -> str:
    definition = definitions.current(session, survey)
    return definition.title.read("en", base=definition.base).words
