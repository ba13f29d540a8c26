"""A cookie that says nothing, for a page where something is typed without a visit.

Its value is chance and is kept nowhere. It is there to be taken away: a browser that loses a cookie which
scripts cannot read lets go of the pages it kept in memory, so that Back shows no typed words (care.md 1).
"""

from __future__ import annotations

import secrets
from typing import TypeVar

from flask import request
from werkzeug.wrappers import Response

from consult.web.areas import is_onion
from consult.web.extensions import settings

Answer = TypeVar("Answer", bound=Response)


def give(response: Answer) -> Answer:
    """Let the browser hold the cookie until it is closed, or until `take`."""
    secure = _secure()
    response.set_cookie(
        _name(secure=secure),
        secrets.token_urlsafe(16),
        secure=secure,
        httponly=True,
        samesite="Strict",
        path="/",
    )
    return response


def take(response: Answer) -> Answer:
    """Take it away, if the browser showed one."""
    secure = _secure()
    name = _name(secure=secure)
    if name in request.cookies:
        response.delete_cookie(name, secure=secure, httponly=True, samesite="Strict", path="/")
        response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response


def _secure() -> bool:
    return settings().secure_cookies and (request.is_secure or not is_onion(request.host))


def _name(*, secure: bool) -> str:
    return "__Host-m" if secure else "m"
