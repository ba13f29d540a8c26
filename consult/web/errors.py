"""From a kind of failure to a status and a page. Absent and forbidden look the same.

Every page keeps the way out and the support box, and gives back what was typed: nobody loses a word to a
fault of ours. The web session goes back to what is stored, since the act was not done. Handlers log the type
and the place of an exception and a random id, never its text.
"""

from __future__ import annotations

import logging
import re
import secrets
from typing import Any

from flask import Flask, current_app, g, render_template, request
from flask.globals import request_ctx
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, InternalServerError, RequestEntityTooLarge

from consult import faults
from consult.web import lane, languages
from consult.web.extensions import db
from consult.web.sentences import sentence
from consult.web.sessions import current

logger = logging.getLogger(__name__)

PAGES: dict[type[faults.Fault], tuple[int, str]] = {
    faults.MissingError: (404, "errors/not-found.html"),
    faults.ClosedError: (410, "errors/closed.html"),
    faults.ConflictError: (409, "errors/conflict.html"),
    faults.BusyError: (503, "errors/busy.html"),
    faults.RefusedError: (409, "errors/refused.html"),
}
_BY_STATUS = {
    400: "errors/csrf.html",
    403: "errors/not-found.html",
    404: "errors/not-found.html",
    405: "errors/method.html",
    413: "errors/too-large.html",
    503: "errors/busy.html",
}
_RETRY_SECONDS = "20"
_LARGEST_GIVEN_BACK = 1024 * 1024
# What buttons and choices send: one click away, while words are not.
_CHOICE = re.compile(r"[a-z0-9_./-]{0,40}")
_NEVER_SHOWN = {"csrf_token", "start_token", "passphrase", "code", "present", "new_passphrase", "repeat"}


def init_app(app: Flask) -> None:
    """Register a handler for each kind, for what the framework raises, and for everything else."""
    for kind in PAGES:
        app.register_error_handler(kind, _fault)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OperationalError, _database)
    app.register_error_handler(Exception, _unexpected)
    app.log_exception = _log_place  # type: ignore[method-assign]

    @app.before_request
    def refuse_without_sessions() -> None:
        # Taken for somebody without a visit, the person would be told that there is none.
        if current().unreadable:
            raise faults.BusyError


def _fault(error: faults.Fault) -> ResponseReturnValue:
    for kind in type(error).__mro__:
        if kind in PAGES:
            status, template = PAGES[kind]
            return page(status, template, reason=str(error) if status in {409, 410} else "")
    return _unexpected(error)


def _csrf(_error: CSRFError) -> ResponseReturnValue:
    return page(400, "errors/csrf.html")


def _http(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if 300 <= status < 400:
        return error.get_response()
    cause = error.original_exception if isinstance(error, InternalServerError) else None
    if isinstance(cause, OperationalError):
        return _database(cause)
    if isinstance(cause, faults.BusyError):
        return _fault(cause)
    body, status, headers = page(status, _BY_STATUS.get(status, "errors/server-error.html"))
    if allow := error.get_response().headers.get("Allow"):
        headers["Allow"] = allow
    return body, status, headers


def _database(error: OperationalError) -> ResponseReturnValue:
    # A locked or full database is a wait for the person, never a lost text.
    db.session.rollback()
    logger.warning("database busy or full", exc_info=error)
    return page(503, "errors/busy.html")


def _unexpected(error: Exception) -> ResponseReturnValue:
    db.session.rollback()
    incident = secrets.token_hex(4)
    logger.error("unexpected failure", exc_info=error, extra={"incident": incident, "status": 500})
    # A record that was tampered with does not open later either: its page does not say "try again".
    sealed = isinstance(error, faults.SealError)
    return page(500, "errors/sealed.html" if sealed else "errors/server-error.html", incident=incident)


def _log_place(exc_info: Any) -> None:
    # In place of Flask's own line, which holds the path.
    logger.error("failed outside a view", exc_info=exc_info)


def page(
    status: int, template: str, *, reason: str = "", incident: str = ""
) -> tuple[str, int, dict[str, str]]:
    """Render an error page with what the person had typed, so that it can be copied and kept."""
    current().undo()
    if status != 503:  # what was put off and failed is given back here, and not tried for ever
        lane.let_go()
    if request_ctx.url_adapter is None:  # the request named a host that is not ours
        request_ctx.url_adapter = current_app.url_map.bind("localhost", request.root_path)
    translated = gettext(reason) if reason else ""
    body = render_template(
        template,
        reason=sentence(translated),
        # What has no translation, such as a reason that only the team meets, is in English.
        reason_lang="en" if translated == reason else languages.chosen(),
        incident=incident,
        typed=_typed(),
    )
    headers = {"Retry-After": _RETRY_SECONDS} if status == 503 else {}
    return body, status, headers


def _form() -> dict[str, list[str]]:
    """What was sent. A form that is too large to use is still read, within reason, to be given back."""
    try:
        return dict(request.form.lists())
    except RequestEntityTooLarge:
        if request.mimetype != "application/x-www-form-urlencoded":
            raise  # the library would put large files on disk
        request.max_content_length = request.max_form_memory_size = _LARGEST_GIVEN_BACK
        return dict(request.form.lists())


def _typed() -> list[str]:
    try:
        fields = list((g.get("typed") or _form()).items())
    except HTTPException:
        return []  # far too large or broken off: nothing of it reached us
    return [
        text
        for name, values in fields
        if name not in _NEVER_SHOWN
        for text in values
        if not _CHOICE.fullmatch(text)
    ]
