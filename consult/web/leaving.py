"""Leaving: the answer that takes somebody to a neutral site, and takes with it what the browser kept."""

from __future__ import annotations

from flask import redirect, request
from werkzeug.wrappers import Response

from consult.web import passing
from consult.web.areas import is_onion
from consult.web.extensions import settings


def looks_ahead() -> bool:
    """Whether a browser only looks ahead (prefetch, HEAD): that must not end anything."""
    return request.method == "HEAD" or "prefetch" in request.headers.get("Sec-Purpose", "")


def away() -> Response:
    """The way out, after the session has been ended."""
    own = settings()
    address = own.exit_url_onion if own.exit_url_onion and is_onion(request.host) else own.exit_url
    answer = redirect(address, 303)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    answer.headers["Referrer-Policy"] = "no-referrer"
    return passing.take(answer)
