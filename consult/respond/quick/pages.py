"""The page of a survey that shows nothing of the person but a form token.

Most requests of a survey ask for such a page, and it is kept ready: what is left is to find the visit, the
survey and the draft.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import Flask

from consult import clock
from consult.records.reading import Reading
from consult.respond import service
from consult.respond.quick.asked import Answer, Asked
from consult.respond.quick.visits import Visits
from consult.respond.service import Stage
from consult.web import headers, padding, rendered, support

if TYPE_CHECKING:
    from consult.settings import Settings
    from consult.vault.sealing import IntakeVault

_OWN = frozenset({Stage.CODE, Stage.CHECK, Stage.SENT, Stage.KEPT, Stage.ONE, Stage.COPY})
"""Stages whose pages always show something of the person."""


class Pages:
    """Shows the pages that are kept ready."""

    def __init__(self, app: Flask, visits: Visits) -> None:
        own = cast("Settings", app.extensions["consult.settings"])
        self._vault = cast("IntakeVault", app.extensions["consult.intake_vault"])
        self._visits = visits
        self._shelf = support.shelf_of(app)
        self._kept = rendered.pages_of(app)
        self._headers = headers.of_a_survey(secure=own.secure_cookies, onion=own.onion)
        self._pads = own.pad_pages

    def answer(self, session: Reading, asked: Asked) -> Answer | None:
        """The page where the person is, or None."""
        found = self._visits.undisturbed(session, asked)
        if found is None or found.visit.stage in _OWN:
            return None
        services = self._shelf.ready(found.visit.language, example=found.spoken.demonstration)
        if services is None:
            return None
        step = service.show(session, self._vault, found.visit, today=clock.today())
        if step.shape is None or step.left or step.renew:
            return None
        depends_on = step.kept_under(found.words, asked.path, services)
        page = self._kept.ready(depends_on, lambda: self._visits.token(found))
        if page is None:
            return None
        length = sum(map(len, page))
        if self._pads:
            page.append(padding.filling(length))
            length += len(page[-1])
        return Answer(status="200 OK", headers=self._headers(asked.path, length), body=page)
