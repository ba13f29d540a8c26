"""What every act needs at hand: the survey with its words, the vault, and where answers are kept
meanwhile."""

from __future__ import annotations

import secrets
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

import surveys
from consult.models.consultation import Consultation, Survey
from consult.records import consultations, definitions, drafts, places
from consult.records.drafts import DraftContent
from consult.records.places import Place
from consult.records.together import Write
from consult.respond.service.visit import Step, Visit
from consult.vault.receipts import ReceiptKeys
from consult.vault.sealing import IntakeVault


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One survey, opened for one request. `writes` gathers what the act wants stored."""

    session: Session
    vault: IntakeVault
    place: Place
    definition: surveys.Survey
    today: date = date.min
    # Whether `definition` is the view of easy read.
    easy: bool = False
    writes: list[Write] = field(default_factory=list)
    _drafts: dict[str, DraftContent] = field(default_factory=dict)

    @classmethod
    def at(
        cls,
        session: Session,
        vault: IntakeVault,
        slug: str,
        today: date = date.min,
        *,
        easy: bool = False,
    ) -> Desk:
        """The desk of the survey at an address, in one of its two views. Raises UnknownSurveyError."""
        place = places.at(session, slug)
        definition = definitions.current(session, place.survey, easy=easy)
        return cls(session=session, vault=vault, place=place, definition=definition, today=today, easy=easy)

    @property
    def consultation(self) -> Consultation:
        """To be read only."""
        return self.place.consultation

    @property
    def survey(self) -> Survey:
        """To be read only."""
        return self.place.survey

    def require_open(self, visit: Visit) -> None:
        """Raises SurveyClosedError unless answers are taken in now; for a trial, unless it is still on."""
        if visit.pilot:
            self.require_pilot(visit.pilot)
        else:
            self.place.require_open()

    def require_pilot(self, typed: str) -> None:
        """Raises SurveyClosedError unless this is the trial that is on."""
        if not self.survey.pilot or not secrets.compare_digest(typed.encode(), self.survey.pilot.encode()):
            raise consultations.SurveyClosedError("this trial is over")

    def let_go(self) -> None:
        """End the reading before a slow hash: an open reader would hold up the writers all the while."""
        self.session.rollback()

    def turned(self, visit: Visit) -> Visit:
        """The visit at the page that this view has in the place of one of the other view."""
        if not (visit.page and self.definition.easy):
            return visit
        other = definitions.current(self.session, self.survey, easy=not self.easy)
        answers = self.answers(visit)
        here = surveys.same_page(other, self.definition, answers, visit.depth, visit.page)
        return visit if here is None else visit.at(visit.stage, page=here.id)

    def answers(self, visit: Visit) -> dict[str, Any]:
        """All answers so far: from the sealed draft with a code, else from the visit; steering ones
        included."""
        kept = self.draft(visit).answers if visit.drafted else visit.answers
        return {**kept, **visit.steering}

    def keep(self, visit: Visit, answers: Mapping[str, Any]) -> Visit:
        """Save answers where this person's are kept. Storing raises StaleDraftError when another tab saved
        first."""
        steering = {
            question.id: answers[question.id]
            for question in self.definition.questions
            if not question.stored and question.id in answers
        }
        stored = {key: value for key, value in answers.items() if key not in steering}
        if not visit.drafted:
            return visit.at(visit.stage, answers=stored, steering=steering)
        if not stored and visit.draft_rev == 0:
            return visit.at(visit.stage, steering=steering)  # nothing to keep yet: no row
        content = DraftContent(
            answers=stored,
            depth=visit.depth,
            page=visit.page,
            response_id=visit.response_id,
            rev=visit.rev,
            words=visit.words,
            archive=visit.archive,
            furthest=visit.furthest,
        )
        draft_rev, write = drafts.saving(
            self.vault,
            self.survey,
            keys_of(visit),
            content,
            previous=visit.draft_rev,
            days=self.consultation.draft_days,
            today=self.today,
        )
        self.writes.append(write)
        return visit.at(visit.stage, steering=steering, draft_rev=draft_rev)

    def forget(self, visit: Visit) -> None:
        """Destroy the draft."""
        if visit.drafted:
            self.writes.append(drafts.deleting(bytes.fromhex(visit.lookup)))

    def step(
        self, visit: Visit, template: str, *, shape: tuple[Hashable, ...] | None = None, **rest: Any
    ) -> Step:
        """A page with what every page of the survey needs. `shape`: see Step; the survey is added to it."""
        context = {
            "visit": visit,
            "survey": self.definition,
            "dates": consultations.dates(self.consultation, visit.language),
            **rest.pop("context", {}),
        }
        return Step(
            visit=visit,
            template=template,
            context=context,
            shape=None if shape is None else (*self._wording(), bool(visit.pilot), *shape),
            demonstration=self.consultation.demonstration,
            easy=self.easy,
            **rest,
        )

    def _wording(self) -> tuple[Hashable, ...]:
        return (
            self.consultation.id,
            self.survey.fingerprint,
            self.easy,
            self.consultation.demonstration,
            *consultations.days(self.consultation).values(),
        )

    def draft(self, visit: Visit) -> DraftContent:
        """What is stored under the code, opened once: nothing of this request is stored before its end.

        Without a row it is empty, of revision 0.
        """
        if visit.lookup not in self._drafts:
            found = drafts.open_(self.session, self.vault, self.survey, keys_of(visit))
            self._drafts[visit.lookup] = found or DraftContent(response_id=visit.response_id)
        return self._drafts[visit.lookup]


def keys_of(visit: Visit) -> ReceiptKeys:
    """The keys that the person's code gave."""
    return ReceiptKeys(
        lookup=bytes.fromhex(visit.lookup),
        draft=bytes.fromhex(visit.draft_key),
        pointer=bytes.fromhex(visit.pointer_key),
    )
