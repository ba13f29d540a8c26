"""Jinja as we use it: strict, escaped, without `config`, with the few names that every page needs."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from pathlib import Path
from typing import Any

from flask import Flask, g
from flask.templating import Environment
from flask_babel import gettext as _
from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, PrefixLoader, Undefined
from jinja2.utils import missing

import surveys
from consult.days import day_in_words
from consult.resources import TEMPLATES
from consult.settings import DEFAULT_SERVICE_NAME
from consult.web import languages, support
from consult.web.compiled import Compiled
from consult.web.extensions import babel, settings
from consult.web.sentences import sentence
from consult.web.sessions import current

# The GOV.UK macros ask for these three and never set them.
_NEVER_SET = frozenset({"caller", "undefined", "null"})


class StrictButForOptions(Undefined):
    """An unknown name or attribute is a fault; a key left out of a macro's options is merely empty.

    The GOV.UK macros take a dictionary of options and ask it for keys that callers may leave out.
    """

    def _lenient(self) -> bool:
        if self._undefined_name in _NEVER_SET:
            return True
        return self._undefined_obj is not missing and (
            isinstance(self._undefined_obj, (Mapping, Undefined)) or self._undefined_obj is None
        )

    def __str__(self) -> str:
        return "" if self._lenient() else str(self._fail_with_undefined_error())

    def __bool__(self) -> bool:
        return False if self._lenient() else bool(self._fail_with_undefined_error())

    def __iter__(self) -> Any:
        return iter(()) if self._lenient() else self._fail_with_undefined_error()

    def __len__(self) -> int:
        return 0 if self._lenient() else int(self._fail_with_undefined_error())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Undefined)

    def __hash__(self) -> int:
        return id(type(self))


class _Environment(Environment):
    """Flask's, whose names for all templates stay as they are once the first one is loaded."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """In one dictionary. Jinja's chain of two is searched in Python at every import of a macro, which is
        a fifth of what a page costs."""
        return {**self.globals, **(d or {})}


def init_app(app: Flask) -> None:
    """Set up the environment and the names of every template."""
    app.jinja_environment = _Environment
    app.jinja_env.undefined = StrictButForOptions
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.pop("config", None)
    app.jinja_env.bytecode_cache = compiled_here()
    app.jinja_loader = ChoiceLoader(
        [
            FileSystemLoader(TEMPLATES),
            PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
        ]
    )
    app.jinja_env.filters["read"] = _read
    app.jinja_env.filters["read_lang"] = lambda text, language: text.read(language).language
    app.jinja_env.filters["sentences"] = surveys.lines
    app.jinja_env.filters["wording"] = lambda text, language: text.read(language)
    # In the language of the page; what is not a day is a fault.
    app.jinja_env.filters["day_in_words"] = lambda day: day_in_words(day, languages.spoken())
    app.jinja_env.filters["sentence"] = sentence
    app.jinja_env.globals["support_box"] = support.box
    app.context_processor(_names)


def compiled_here() -> Compiled:
    """What was compiled beforehand, as this module has templates compiled."""
    return Compiled(Path(__file__).read_bytes())


def compile_all() -> int:
    """Compile every template and write it beside them; returns how many there are. Raises OSError."""
    app = Flask("consult", static_folder=None, template_folder=None)
    babel.init_app(app)
    init_app(app)
    return compiled_here().write(app.jinja_env)


def _read(text: surveys.Text, language: str, dates: Mapping[str, str] | None = None) -> str:
    """The words of a definition's text in a language, with the consultation's dates put in."""
    return text.read(language).filled(dates or {})


def _service_name() -> str:
    """The name of the service in the language of the page."""
    own = settings()
    if languages.chosen() == languages.ENGLISH:
        return own.service_name
    if own.service_name == DEFAULT_SERVICE_NAME and not own.service_name_welsh:
        return str(_("Standards consultation"))
    return own.service_name_welsh or own.service_name


def _names() -> dict[str, object]:
    own = settings()
    return {
        "service_name": _service_name(),
        "backup_days": own.backup_days_keys,
        "staff_idle_minutes": own.staff_idle_minutes,
        "demonstration": g.get("demonstration", False),
        "pilot": g.get("pilot") or bool((current().get("visit") or {}).get("pilot")),
        "support_services": support.shown(),
        "unlocked": "staff_key" in current(),
        "staff_nav": g.get("staff_nav", ()),
        "account": g.get("account"),
        "has_errors": False,
    }
