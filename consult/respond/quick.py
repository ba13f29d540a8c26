"""The page of a survey that shows nothing of the person but a form token, answered without the framework.

Most requests of a survey ask for such a page, and it is kept ready: what is left is to find the visit, the
survey and the draft. Whatever is not plainly such a request (no visit, something to note or to say, another
language, a page that shows an answer, a fault of any kind) goes the whole way through the views, which says
what is right: a test holds the two against each other, byte for byte.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import Engine
from werkzeug.sansio.utils import host_is_trusted

import surveys
from consult import clock, turns
from consult.records.reading import Reading
from consult.respond import service
from consult.respond.service import Stage, Visit
from consult.web import ageing, headers, languages, padding, rendered, sessions, support
from consult.web.areas import is_onion
from consult.web.extensions import db

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from consult.settings import Settings
    from consult.vault.sealing import IntakeVault

AREA = "/s/"
_TOKEN, _VISIT = "csrf_token", "visit"
_ORDINARY = frozenset({_TOKEN, _VISIT, languages.FIELD, *ageing.MARKS})
"""All that is in the session of a visit with nothing to say or to wait for."""
_OWN = frozenset({Stage.CODE, Stage.CHECK, Stage.SENT, Stage.KEPT, Stage.ONE, Stage.COPY})
"""Stages whose pages always show something of the person."""
_SALT = "wtf-csrf-token"


def init_app(app: Flask, _keys: object) -> None:
    """Answer such requests before the framework sees them."""
    with app.app_context():
        app.wsgi_app = Quick(app, app.wsgi_app, db.engine)  # type: ignore[method-assign]
        if db.engine.dialect.name == "sqlite":  # whose readers wait for nobody
            app.extensions[turns.NO_WAITING] = AREA


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A request that may be answered here: the address and the cookie."""

    path: str
    cookie: str

    @property
    def slug(self) -> str:
        return self.path.removeprefix(AREA)


class Quick:
    """WSGI: answers what it can, and hands everything else on as it came."""

    def __init__(self, app: Flask, whole: WSGIApplication, engine: Engine) -> None:
        self._app, self.whole, self._engine = app, whole, engine
        own = cast("Settings", app.extensions["consult.settings"])
        self._vault = cast("IntakeVault", app.extensions["consult.intake_vault"])
        self._house = languages.house_of(app)
        self._shelf = support.shelf_of(app)
        self._headers = headers.of_a_survey(secure=own.secure_cookies, onion=own.onion)
        self._pads = own.pad_pages
        self._https = own.secure_cookies
        self._cookie = sessions.cookie_name("visit", secure=own.secure_cookies) + "="
        self._idle = own.visit_idle_minutes
        self._trusts = lru_cache(64)(lambda host: host_is_trusted(host, own.hosts) and not is_onion(host))
        self._signer = URLSafeTimedSerializer(app.config["SECRET_KEY"], salt=_SALT)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer, or hand on."""
        if not environ["PATH_INFO"].startswith(AREA):
            return self.whole(environ, start_response)
        if turns.NO_WAITING in environ:
            ready = self._ready(environ, start_response)
            if ready is None:
                raise turns.MustWaitError
            return ready
        with turns.Taken():
            return self._ready(environ, start_response) or self.whole(environ, start_response)

    def _ready(self, environ: WSGIEnvironment, start_response: StartResponse) -> Sequence[bytes] | None:
        asked = self._asked(environ)
        if asked is None:
            return None
        try:
            with Reading(self._engine) as session:
                body = self._body(session, asked)
        except Exception:  # noqa: BLE001 - the views meet it again, and have the words for it
            return None
        if body is None:
            return None
        start_response("200 OK", self._headers(asked.path, len(body)))
        return [body]

    def _asked(self, environ: WSGIEnvironment) -> _Asked | None:
        path = environ["PATH_INFO"]
        if (
            environ["REQUEST_METHOD"] != "GET"
            or environ.get("QUERY_STRING")
            or environ.get("SCRIPT_NAME")
            or "HTTP_SEC_PURPOSE" in environ
        ):
            return None
        own = [
            each.strip()
            for each in environ.get("HTTP_COOKIE", "").split(";")
            if each.strip().startswith(self._cookie)
        ]
        if len(own) != 1 or not self._trusts(environ.get("HTTP_HOST", "")):
            return None
        return _Asked(path=path, cookie=own[0].removeprefix(self._cookie))

    def _body(self, session: Reading, asked: _Asked) -> bytes | None:
        content = sessions.undisturbed(session, asked.cookie, idle_minutes=self._idle)
        if content is None or not content.keys() <= _ORDINARY or _TOKEN not in content:
            return None
        plain = content.get(_VISIT)
        if plain is None or plain["slug"] != asked.slug or Stage(plain["stage"]) in _OWN:
            return None
        spoken = service.spoken(session, asked.slug)
        words = self._house.of_a_visit(spoken, content.get(languages.FIELD))
        language = surveys.language_of(words.tag)
        services = self._shelf.ready(language, example=spoken.demonstration)
        if services is None:
            return None
        visit = Visit.from_plain({**plain, "language": language, "easy": surveys.is_easy(words.tag)})
        step = service.show(session, self._vault, visit, today=clock.today())
        if step.shape is None or step.left or step.renew:
            return None
        page = rendered.pages_of(self._app).ready(
            step.kept_under(words, asked.path, services), lambda: self._signer.dumps(content[_TOKEN])
        )
        if page is None:
            return None
        return padding.padded(page.encode()) if self._pads else page.encode()
