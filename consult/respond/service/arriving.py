"""Starting a visit, or finding one again by its code. A wrong code costs the same work and looks the same."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy.orm import Session

import surveys
from consult.records import consultations, definitions, drafts, places, responses, support
from consult.records.definitions import Spoken
from consult.respond.service.desk import Desk
from consult.respond.service.visit import Stage, Step, Visit
from consult.vault.sealing import IntakeVault

CODE = "code"
"""The field that a code is typed into."""


PILOT = "trial"
"""The field of a Start that leads into a trial."""


def left_over(visit: Visit, form: Mapping[str, Sequence[str]]) -> bool:
    """Whether a visit is of a trial, and Start was pressed for something else: then that begins."""
    return bool(visit.pilot) and (form.get(PILOT) or [""])[0] != visit.pilot


def consultation_of(session: Session, slug: str) -> bytes:
    """Whose survey this is: limits are counted by consultation. Raises UnknownSurveyError."""
    return places.at(session, slug).consultation.id


def spoken(session: Session, slug: str) -> Spoken:
    """The languages of this survey, and whether its answers are invented. Raises UnknownSurveyError."""
    place = places.at(session, slug)
    return definitions.spoken(session, place.consultation, place.survey)


def arrive(
    session: Session,
    vault: IntakeVault,
    slug: str,
    form: Mapping[str, Sequence[str]],
    *,
    language: str,
    easy: bool = False,
    listed: Iterable[support.Entry],
    today: date,
) -> Step:
    """Begin at the page on leaving and safety, or return with a code; `listed`: all people to talk to.

    Raises SurveyClosedError, StartsOverError or PausedError for a start that cannot be now; coming back is
    always possible.
    """
    desk = Desk.at(session, vault, slug, today)
    if CODE in form:
        return _return(desk, Visit(slug=slug, language=language, easy=easy), form[CODE][0])
    pilot = (form.get(PILOT) or [""])[0]
    if pilot:
        desk.require_pilot(pilot)
    else:
        desk.place.require_open()
        consultations.require_start(desk.survey, today)
    support.require_not_paused(session, desk.consultation, listed=listed, today=today)
    visit = Visit(slug=slug, response_id=os.urandom(16).hex(), language=language, easy=easy, pilot=pilot)
    if pilot:
        return Step(visit=visit)
    return Step(visit=visit, writes=(responses.counting(desk.survey, "started"),))


def unlock(session: Session, vault: IntakeVault, visit: Visit, typed: str) -> Visit | None:
    """The visit awake again, or None when this is not its code. Right and wrong codes do the same work."""
    desk = Desk.at(session, vault, visit.slug)
    desk.let_go()
    code, keys = responses.read_code(desk.vault, desk.consultation, typed)
    if not keys.lead_to(bytes.fromhex(visit.lookup)):
        return None
    return visit.at(
        visit.stage, locked=False, code=code, draft_key=keys.draft.hex(), pointer_key=keys.pointer.hex()
    )


def _return(desk: Desk, visit: Visit, typed: str) -> Step:
    desk.let_go()
    code, keys = responses.read_code(desk.vault, desk.consultation, typed)
    known = visit.at(
        visit.stage,
        lookup=keys.lookup.hex(),
        draft_key=keys.draft.hex(),
        pointer_key=keys.pointer.hex(),
        code=code,
        code_taken=True,
    )
    # Both are looked up whatever the first one says: right and wrong codes do the same work.
    draft = drafts.open_(desk.session, desk.vault, desk.survey, keys)
    sent = responses.find(desk.session, desk.vault, desk.survey, keys)
    if draft is not None:
        visit = known.at(
            Stage.QUESTIONS if draft.page else Stage.CHECK,
            page=draft.page,
            depth=surveys.Depth(draft.depth),
            response_id=draft.response_id,
            rev=draft.rev,
            draft_rev=draft.draft_rev,
            words=draft.words,
            archive=draft.archive,
            furthest=draft.furthest,
        )
        return Step(visit=visit)
    if sent is not None:
        return Step(visit=known.at(Stage.KEPT, response_id=sent.response_id.hex(), rev=sent.rev))
    return Step(visit=known, wrong_code=True)
