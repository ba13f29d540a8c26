"""One self-contained HTML file from a template: no script, no outside file, from a page or a command alike.

It has an environment of its own, since a file that is handed on knows no request, no session and no reader's
language: reports are in English.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache

from babel.dates import format_date
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from consult.resources import TEMPLATES

LANGUAGE = "en"


def html_file(template: str, context: Mapping[str, object]) -> bytes:
    """The bytes of a page made from `templates/reports/<template>`."""
    return _environment().get_template(f"reports/{template}").render(lang=LANGUAGE, **context).encode()


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_null_translations(newstyle=True)  # type: ignore[attr-defined]  # added by the extension
    made.filters["dateformat"] = _day
    made.filters["day_in_words"] = lambda day: _day(day, "d MMMM y")
    return made


def _day(day: date, pattern: str) -> str:
    return format_date(day, format=pattern, locale="en_GB")
