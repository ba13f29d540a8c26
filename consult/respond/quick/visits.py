"""The visit of a request, found and opened without the framework."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from flask import Flask
from itsdangerous import BadData, URLSafeTimedSerializer, base64_encode

import surveys
from consult.records.definitions import Spoken
from consult.records.reading import Reading
from consult.respond import service
from consult.respond.quick.asked import ORDINARY, TOKEN, VISIT, Asked
from consult.respond.service import Visit
from consult.web import ageing, languages, sessions
from consult.web.languages import Words
from consult.web.sealed import SealedSession
from consult.web.sessions import TOUCH_SECONDS

if TYPE_CHECKING:
    from consult.settings import Settings

_SALT = "wtf-csrf-token"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A visit with nothing to say or to wait for, and the session that it is in."""

    visit: Visit
    spoken: Spoken
    words: Words
    held: SealedSession

    @property
    def worth_noting(self) -> bool:
        """Whether the session was not used for a while: then it is noted that it is."""
        return ageing.worth_noting(self.held, TOUCH_SECONDS)


class Visits:
    """Finds the visits of one application."""

    def __init__(self, app: Flask) -> None:
        own = cast("Settings", app.extensions["consult.settings"])
        self._house = languages.house_of(app)
        self._idle = own.visit_idle_minutes
        self._tokens = URLSafeTimedSerializer(app.config["SECRET_KEY"], salt=_SALT)
        self._signer = self._tokens.make_signer()  # once, and not for each token

    def in_use(self, session: Reading, asked: Asked) -> Found | None:
        """The visit at the address that is asked, unless it is locked, over, or not plainly at work."""
        held = sessions.in_use(session, asked.cookie, idle_minutes=self._idle)
        if held is None or not held.keys() <= ORDINARY or TOKEN not in held:
            return None
        plain: Mapping[str, Any] | None = held.get(VISIT)
        if plain is None or plain["slug"] != asked.slug or plain["locked"]:
            return None
        spoken = service.spoken(session, asked.slug)
        words = self._house.of_a_visit(spoken, held.get(languages.FIELD))
        view = {"language": surveys.language_of(words.tag), "easy": surveys.is_easy(words.tag)}
        return Found(visit=Visit.from_plain({**plain, **view}), spoken=spoken, words=words, held=held)

    def undisturbed(self, session: Reading, asked: Asked) -> Found | None:
        """As `in_use`, where nothing has to be noted of the visit either."""
        found = self.in_use(session, asked)
        return None if found is None or found.worth_noting else found

    def token(self, found: Found) -> str:
        """For the form of a page; as the views', which try to compress it first, and it never is shorter."""
        return self._signer.sign(base64_encode(json.dumps(found.held[TOKEN]))).decode()

    def gave(self, found: Found, token: str) -> bool:
        """Whether we gave this token out to this visit."""
        try:
            given = self._tokens.load_payload(self._signer.unsign(token))
            return secrets.compare_digest(given, found.held[TOKEN])
        except (BadData, TypeError):
            return False
