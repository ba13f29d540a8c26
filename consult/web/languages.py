"""Which language the interface speaks: the one chosen in the visit, or in the link before there is one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Flask, g, request
from flask_babel import get_locale
from werkzeug.exceptions import HTTPException

from consult.web.areas import is_staff
from consult.web.extensions import babel, settings
from consult.web.sessions import current

FIELD = "language"


def chosen() -> str:
    """The language of this request; English for the team."""
    if "language" not in g:
        g.language = _choose()
    return str(g.language)


def prefer(fields: Mapping[str, Sequence[str]]) -> None:
    """Speak the language of a form that was put off."""
    wanted = (fields.get(FIELD) or [""])[0]
    if wanted in settings().languages:
        g.language = wanted


def _choose() -> str:
    if is_staff(request.path):
        return "en"
    for wanted in (request.args.get(FIELD), _sent(), current().get(FIELD)):
        if wanted in settings().languages:
            return str(wanted)
    return settings().languages[0]


def _sent() -> str | None:
    try:
        return request.form.get(FIELD)
    except HTTPException:
        return None  # a form too large to read still gets its page


def init_app(app: Flask) -> None:
    """Let Flask-Babel ask us; English is the language of the source."""
    babel.init_app(
        app, default_locale="en", default_translation_directories="translations", locale_selector=chosen
    )
    app.context_processor(lambda: {"lang": str(get_locale())})
