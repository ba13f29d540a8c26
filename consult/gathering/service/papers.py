"""What a survey needs to go out on paper. No answer is read here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import segno
from sqlalchemy.orm import Session

import surveys
from consult.models.consultation import Consultation, State, Survey
from consult.records import consultations, definitions


@dataclass(frozen=True, slots=True, kw_only=True)
class OnPaper:
    """One survey as it is printed and typed in."""

    id: str
    slug: str
    definition: surveys.Survey
    fingerprint: bytes
    open: bool
    demonstration: bool
    days: Mapping[str, date | None]
    post_to: str
    phone_to: str
    # The last day to start: papers that come later are still typed in, until the survey is closed.
    send_by: date | None

    @property
    def title(self) -> str:
        """Its title for the team."""
        return self.definition.title.read("en", base=self.definition.base).words

    def dates(self, language: str) -> dict[str, str]:
        """The dates that its texts may name, in words."""
        return {name: consultations.in_words(day, language) for name, day in self.days.items()}


def surveys_of(session: Session, name: str) -> tuple[OnPaper, ...]:
    """Every survey of a consultation. Raises UnknownConsultationError."""
    consultation = consultations.named(session, name)
    return tuple(
        _on_paper(session, consultation, row) for row in consultations.surveys_of(session, consultation)
    )


def survey(session: Session, name: str, survey_id: str) -> OnPaper:
    """One survey. Raises UnknownConsultationError or UnknownSurveyError."""
    consultation = consultations.named(session, name)
    return _on_paper(session, consultation, consultations.survey_of(session, consultation, survey_id))


def poster_code(address: str) -> str:
    """A QR code (ISO/IEC 18004) of an address as a picture inside a text: a quarter of it may be hidden."""
    return str(segno.make_qr(address, error="q").svg_data_uri(scale=10, border=4))


def _on_paper(session: Session, consultation: Consultation, row: Survey) -> OnPaper:
    return OnPaper(
        id=row.definition_id,
        slug=row.slug,
        definition=definitions.current(session, row),
        fingerprint=row.fingerprint,
        open=row.state == State.OPEN and consultation.state == State.OPEN,
        demonstration=consultation.demonstration,
        days=consultations.days(consultation),
        post_to=consultation.post_to,
        phone_to=consultation.phone_to,
        send_by=row.closing_date,
    )
