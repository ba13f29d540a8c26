"""Which requests may be answered without the framework, and what they ask for."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, cast
from urllib.parse import unquote

from flask import Flask
from flask_wtf.csrf import same_origin
from werkzeug.sansio.utils import host_is_trusted

from consult.respond import service
from consult.web import ageing, guard, languages, sessions
from consult.web.areas import is_onion

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from consult.records.together import Write
    from consult.settings import Settings

AREA = "/s/"
TOKEN, VISIT = "csrf_token", "visit"
ORDINARY = frozenset({TOKEN, VISIT, languages.FIELD, *ageing.MARKS})
"""All that is in the session of a visit with nothing to say or to wait for."""
_FORM = "application/x-www-form-urlencoded"
_MOST_FIELDS = 500
"""Of a form, twice as many as a check page has: whoever sends more holds up a thread, and not the loop."""
_ELSEWHERE = frozenset({guard.START_FIELD, languages.SWITCH, languages.FIELD, service.CODE})
"""Fields of forms that begin something, or say it in another language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request that may be answered here. `fields` are those of a form, None when a page is asked for."""

    path: str
    cookie: str
    fields: Mapping[str, list[str]] | None

    @property
    def slug(self) -> str:
        """The address of the survey."""
        return self.path.removeprefix(AREA)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What goes back, once what belongs to it is stored."""

    status: str
    headers: list[tuple[str, str]]
    body: list[bytes]
    writes: tuple[Write, ...] = ()
    scrub: bool = False


class Door:
    """Reads requests of one application."""

    def __init__(self, app: Flask) -> None:
        own = cast("Settings", app.extensions["consult.settings"])
        self._cookie = sessions.cookie_name("visit", secure=own.secure_cookies) + "="
        self._referer = own.require_referer
        self._longest = int(app.config["MAX_CONTENT_LENGTH"])
        self._trusts = lru_cache(64)(lambda host: host_is_trusted(host, own.hosts) and not is_onion(host))

    def asked(self, environ: WSGIEnvironment) -> Asked | None:
        """What is asked for, or None where the framework must look."""
        if environ.get("QUERY_STRING") or environ.get("SCRIPT_NAME") or "HTTP_SEC_PURPOSE" in environ:
            return None
        cookie = self._own_cookie(environ)
        if cookie is None or not self._trusts(environ.get("HTTP_HOST", "")):
            return None
        fields = None
        if environ["REQUEST_METHOD"] == "POST":
            fields = self._fields(environ)
            if fields is None or "act" not in fields or not fields.keys().isdisjoint(_ELSEWHERE):
                return None
        elif environ["REQUEST_METHOD"] != "GET":
            return None
        return Asked(path=environ["PATH_INFO"], cookie=cookie, fields=fields)

    def _own_cookie(self, environ: WSGIEnvironment) -> str | None:
        every = (each.strip() for each in environ.get("HTTP_COOKIE", "").split(";"))
        own = [each for each in every if each.startswith(self._cookie)]
        return own[0].removeprefix(self._cookie) if len(own) == 1 else None

    def _fields(self, environ: WSGIEnvironment) -> dict[str, list[str]] | None:
        length = environ.get("CONTENT_LENGTH", "")
        whole = length.isdecimal() and int(length) <= self._longest
        if not whole or environ.get("CONTENT_TYPE") != _FORM or not self._from_here(environ):
            return None
        body = environ["wsgi.input"].read(int(length))
        environ["wsgi.input"] = io.BytesIO(body)  # for the framework, should it have to look
        if len(body) != int(length) or body.count(b"&") >= _MOST_FIELDS:
            return None
        return form(body.decode())  # what is no UTF-8 is for the framework

    def _from_here(self, environ: WSGIEnvironment) -> bool:
        """As `guard` asks of every form."""
        if environ.get("HTTP_SEC_FETCH_SITE", "same-origin") != "same-origin":
            return False
        if environ["wsgi.url_scheme"] != "https" or not self._referer:
            return True
        return bool(same_origin(environ.get("HTTP_REFERER", ""), f"https://{environ['HTTP_HOST']}/"))


def form(body: str) -> dict[str, list[str]]:
    """The fields of a form as the framework reads it, in fewer steps: most words have nothing to undo."""
    fields: dict[str, list[str]] = {}
    for pair in body.split("&"):
        if pair:
            name, _, typed = pair.partition("=")
            fields.setdefault(_plain(name), []).append(_plain(typed))
    return fields


def _plain(sent: str) -> str:
    spaced = sent.replace("+", " ")
    return unquote(spaced, errors="werkzeug.url_quote") if "%" in spaced else spaced
