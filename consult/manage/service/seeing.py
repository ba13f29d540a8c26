"""What a consultation looks like to those who run it. No answer and no waiting count is read here."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.manage.service.people import Person, members
from consult.manage.service.setting_up import terms_of
from consult.manage.service.terms import Terms
from consult.models.consultation import Consultation, State, Survey
from consult.models.response import Batch
from consult.records import batches, consultations, counts, definitions, ready, responses
from consult.records.people import SignedIn
from consult.records.ready import Readiness

__all__ = ["Readiness"]


class NextStep(StrEnum):
    """What would move a consultation on."""

    LOAD = "load"
    # A key for another person, or the recovery shares: the page of the consultation lists what is missing.
    SECURE = "secure"
    OPEN = "open"
    WAIT = "wait"
    READ = "read"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultationLine:
    """A consultation in the list at home."""

    name: str
    title: str
    state: str
    demonstration: bool
    roles: tuple[str, ...]
    next_step: NextStep


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyLine:
    """A survey with its public address, and totals in bands, as they stood at the last release."""

    id: str
    title: str
    strand: str
    state: str
    slug: str
    started: str
    sent: str
    withdrawn: str
    # Closed, and there never was a batch: whatever came stays unseen, unless somebody makes an exception.
    unseen: bool
    closing_date: date | None = None
    # The end of the address of a trial, while there is one.
    pilot: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchLine:
    """A batch: its survey's title, date and size."""

    survey: str
    released: date
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """One consultation on one page."""

    name: str
    state: str
    demonstration: bool
    suggestions: bool
    terms: Terms
    surveys: tuple[SurveyLine, ...]
    batches: tuple[BatchLine, ...]
    people: tuple[Person, ...]
    key_holders: tuple[str, ...]
    next_step: NextStep
    ready: Readiness


def consultations_for(session: Session, person: SignedIn) -> tuple[ConsultationLine, ...]:
    """Consultations that a person has a role in; for an administrator, all of them."""
    return tuple(
        _line(session, each, person.roles(each.name))
        for each in consultations.every(session)
        if person.administrator or person.roles(each.name)
    )


def every_consultation(session: Session) -> tuple[ConsultationLine, ...]:
    """All consultations by title, for those who run the service from the command line."""
    return tuple(_line(session, each) for each in consultations.every(session))


def overview(session: Session, name: str) -> Overview:
    """Everything about a consultation but what people wrote. Raises UnknownConsultationError."""
    consultation = consultations.named(session, name)
    lines = tuple(_survey_line(session, survey) for survey in consultations.surveys_of(session, consultation))
    titles = {line.id: line.title for line in lines}
    people = members(session, consultation)
    return Overview(
        name=consultation.name,
        state=consultation.state,
        demonstration=consultation.demonstration,
        suggestions=consultation.suggestions,
        terms=terms_of(session, name),
        surveys=lines,
        batches=tuple(
            BatchLine(survey=titles[batch.definition_id], released=batch.released, size=batch.n)
            for batch in batches.of(session, consultation)
        ),
        people=people,
        key_holders=tuple(person.display_name for person in people if person.holds_key),
        next_step=_next_step(session, consultation),
        ready=ready.of(session, consultation),
    )


def _line(session: Session, consultation: Consultation, roles: Collection[str] = ()) -> ConsultationLine:
    return ConsultationLine(
        name=consultation.name,
        title=consultation.title,
        state=consultation.state,
        demonstration=consultation.demonstration,
        roles=tuple(sorted(roles)),
        next_step=_next_step(session, consultation),
    )


def _survey_line(session: Session, survey: Survey) -> SurveyLine:
    totals = responses.totals(session, survey)
    told = ("started", "sent", "withdrawn")
    consultation = session.get_one(Consultation, survey.consultation_id)
    shown = [cell.shown for cell in counts.bands(consultation, [totals.get(each, 0) for each in told])]
    definition = definitions.current(session, survey)
    return SurveyLine(
        id=survey.definition_id,
        title=definition.title.read("en", base=definition.base).words,
        strand=survey.strand,
        state=survey.state,
        slug=survey.slug,
        started=shown[0],
        sent=shown[1],
        withdrawn=shown[2],
        unseen=survey.state == State.CLOSED and not batches.any_of(session, survey),
        closing_date=survey.closing_date,
        pilot=survey.pilot or "",
    )


def _next_step(session: Session, consultation: Consultation) -> NextStep:
    states = set(session.scalars(select(Survey.state).where(Survey.consultation_id == consultation.id)))
    if not states:
        return NextStep.LOAD
    batch = session.scalar(select(Batch.id).where(Batch.consultation_id == consultation.id).limit(1))
    if State.OPEN in states:
        return NextStep.READ if batch else NextStep.WAIT
    if State.PREPARING in states:
        return NextStep.OPEN if ready.of(session, consultation).complete else NextStep.SECURE
    return NextStep.READ if batch else NextStep.DONE
