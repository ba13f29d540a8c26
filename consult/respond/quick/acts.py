"""A button that leads on, from the first page of a visit to "send": what it stores, and the way back."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, cast

from flask import Flask
from werkzeug.utils import redirect

from consult import clock
from consult.records.reading import Reading
from consult.respond import service
from consult.respond.quick.asked import TOKEN, VISIT, Answer, Asked
from consult.respond.quick.visits import Found, Visits
from consult.respond.service import Stage, Step
from consult.web import headers, sessions

if TYPE_CHECKING:
    from consult.records.together import Write
    from consult.settings import Settings
    from consult.vault.sealing import IntakeVault
    from consult.web.limits import Limits

_HERE = {
    Stage.WELCOME: {"no_code"},
    Stage.CODE: {"continue", "no_code"},
    Stage.DEPTH: {"continue", "back"},
    Stage.QUESTIONS: {"continue", "skip", "back", "past_part"},
    Stage.CHECK: {"send", "back"},
}
"""Buttons that lead on from a page, by where they stand. A new code is made by the views alone."""


class Acts:
    """Knows what buttons say. It stores nothing."""

    def __init__(self, app: Flask, visits: Visits) -> None:
        own = cast("Settings", app.extensions["consult.settings"])
        self._vault = cast("IntakeVault", app.extensions["consult.intake_vault"])
        self._limits = cast("Limits", app.extensions["consult.limits"])
        self._visits = visits
        self._headers = headers.of_a_survey(secure=own.secure_cookies, onion=own.onion)
        self._way_back = lru_cache(64)(lambda path: redirect(path, 303).get_data())

    def answer(self, session: Reading, asked: Asked) -> Answer | None:
        """The way back, and what must be stored before; or None."""
        found = self._visits.in_use(session, asked)
        if found is None or not self._may(asked, found):
            return None
        step = service.act(session, self._vault, found.visit, asked.fields or {}, today=clock.today())
        if step.problems or step.again or step.file or step.left or step.at_once:
            return None
        if not self._has_room(session, asked):  # asked last: the views would take a second place
            return None
        body = self._way_back(asked.path)
        return Answer(
            status="303 SEE OTHER",
            headers=[*self._headers(asked.path, len(body)), ("Location", asked.path)],
            body=[body],
            writes=(*step.writes, *self._kept(found, step)),
            scrub=step.scrub,
        )

    def _may(self, asked: Asked, found: Found) -> bool:
        fields = asked.fields or {}
        act = fields["act"][0]
        token = fields.get(TOKEN, [""])[0]
        return act in _HERE.get(found.visit.stage, ()) and self._visits.gave(found, token)

    def _has_room(self, session: Reading, asked: Asked) -> bool:
        if (asked.fields or {})["act"] != ["send"] or not self._limits.on:
            return True
        return self._limits.send(service.consultation_of(session, asked.slug))

    def _kept(self, found: Found, step: Step) -> tuple[Write, ...]:
        """What keeps the web session, where it changed or was not used for a while."""
        found.held.keep(VISIT, step.visit.plain())
        return (sessions.writing_of(found.held),) if found.held.modified or found.worth_noting else ()
