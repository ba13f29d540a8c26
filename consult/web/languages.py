"""Which language a page speaks, and which others it offers. Easy read counts as one more, such as "en-easy".

English stands on every page. Another language does where a person has read every word of it: those of the
interface, for which the installation vouches (`CONSULT_WELSH_REVIEWED`), and those of the survey. Only where
all answers are invented are drafts shown, and then each page says so.

The language goes along in the links before Start, as nothing is kept then, and in the visit from there on.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import flask_babel
from flask import Flask, current_app, g, request
from werkzeug.exceptions import HTTPException

import surveys
from consult.settings import Settings
from consult.web import catalogue, easyread
from consult.web.areas import is_staff
from consult.web.extensions import babel, settings
from consult.web.sessions import current

if TYPE_CHECKING:
    from consult.records.definitions import Spoken

ENGLISH = "en"
FIELD = "language"
"""In a link, in a hidden field of the forms before a visit, and in the visit itself."""
SWITCH = "switch"
"""The name of the buttons that change the language of a page with a form."""
_CARRY_NOTHING = frozenset({"site.leave", "site.health", "respond.show", "respond.act", "static"})

logger = logging.getLogger(__name__)


class Words(NamedTuple):
    """How a page speaks: its language with its view, those offered, whether nobody has read its words yet."""

    tag: str
    offered: tuple[str, ...]
    draft: bool


class House:
    """The languages of an installation, in the order of the setting, then easy read."""

    def __init__(self, own: Settings) -> None:
        self._read = _people_have_read(own)
        self._every = (
            *own.languages,
            *(surveys.tag(each) for each in own.languages if each in easyread.LANGUAGES),
        )
        self._ready = tuple(each for each in self._every if each in self._read) or (ENGLISH,)

    def offers(self, *, drafts: bool) -> tuple[str, ...]:
        """Those that people have read; with `drafts` all of them."""
        return self._every if drafts else self._ready

    def of_a_survey(self, spoken: Collection[str], *, drafts: bool) -> tuple[str, ...]:
        """Those that a survey can be had in as well."""
        offers = self.offers(drafts=drafts)
        return tuple(language for language in offers if language in spoken) or (ENGLISH,)

    def is_draft(self, tag: str, reviewed: Collection[str]) -> bool:
        """Whether nobody has read some words of a page yet; `reviewed` are the languages of its survey."""
        return tag not in self._read or tag not in reviewed

    def of_a_visit(self, spoken: Spoken, visited: object) -> Words:
        """How a page of a survey speaks to somebody with a visit in a language, if no other is asked for."""
        offered = self.of_a_survey(spoken.offered, drafts=spoken.demonstration)
        tag = str(visited) if visited in offered else offered[0]
        return Words(tag=tag, offered=offered, draft=self.is_draft(tag, spoken.reviewed))


def chosen() -> str:
    """The language of this request; English for the team."""
    return surveys.language_of(tag())


def easy() -> bool:
    """Whether this page is shown as easy read."""
    return surveys.is_easy(tag())


def tag() -> str:
    """The language with its view: "en", or "en-easy" for easy read in English."""
    if "language" not in g:
        g.language = _choose()
    return str(g.language)


def offered() -> tuple[str, ...]:
    """The languages that this page can be had in, in the order of the setting, then easy read."""
    found: tuple[str, ...] = g.get("offered_languages") or _house().offers(drafts=False)
    return found


def spoken() -> str:
    """The language that words are put in: that of the request, or one that a sheet of paper is set in."""
    return str(flask_babel.get_locale())


def words() -> Words:
    """How this page speaks."""
    return Words(tag=tag(), offered=offered(), draft=draft())


def offer(spoken: Collection[str], *, reviewed: Collection[str], drafts: bool) -> None:
    """This request is about a survey that can be had in the languages `spoken`. Call it before the page.

    `reviewed`: those of them that a person has read. With `drafts` the words of the interface may be ones
    that nobody has read yet.
    """
    g.reviewed_languages = reviewed
    _set(_house().of_a_survey(spoken, drafts=drafts))


def offer_house(*, drafts: bool, eased: bool = True) -> None:
    """This request is about no survey. `eased`: whether the page can be had as easy read, too."""
    house = _house().offers(drafts=drafts)
    _set(tuple(each for each in house if eased or not surveys.is_easy(each)) or (ENGLISH,))


def draft() -> bool:
    """Whether this page has words that no person has read in its language yet."""
    return _house().is_draft(tag(), g.get("reviewed_languages", {tag()}))


def speak(language: str) -> None:
    """Show this page alone in a language, whatever is offered; nothing is kept."""
    g.language = language
    flask_babel.refresh()


def switch(wanted: str) -> None:
    """Speak another language from now on, if this page offers it."""
    if wanted in offered():
        g.language = wanted
        flask_babel.refresh()
        keep()


def keep() -> None:
    """Let the visit go on in the language of this request."""
    current().keep(FIELD, tag())


def _set(languages: tuple[str, ...]) -> None:
    g.offered_languages = languages
    if g.pop("language", None) not in {None, tag()}:
        flask_babel.refresh()


def house_of(app: Flask) -> House:
    """What an application speaks."""
    return cast("House", app.extensions["consult.languages"])


def _house() -> House:
    return house_of(current_app)


def _choose() -> str:
    if is_staff(request.path):
        return ENGLISH
    possible = offered()
    visited = current().get(FIELD)
    if "offered_languages" not in g and surveys.language_of(str(visited)) in settings().languages:
        # Such as a page about a fault: the survey that the person is in has let this language in.
        possible = (*possible, str(visited))
    for wanted in (request.args.get(FIELD), _sent(), visited):
        if wanted in possible:
            return str(wanted)
    return possible[0]


def _sent() -> str | None:
    try:
        return request.form.get(FIELD)
    except HTTPException:
        return None  # a form too large to read still gets its page


def _people_have_read(own: Settings) -> frozenset[str]:
    """English, and each language whose present words are those that a person vouched for."""
    read = {ENGLISH}
    for language in set(catalogue.TRANSLATED) & set(own.languages):
        if own.welsh_reviewed and own.welsh_reviewed.split()[0] == catalogue.mark(catalogue.read(language)):
            read.add(language)
        elif own.welsh_reviewed:
            logger.warning("Welsh is not offered: its words changed since they were reviewed")
    for language in easyread.LANGUAGES:
        if own.easy_read_reviewed and own.easy_read_reviewed.split()[0] == easyread.mark(language):
            read.add(surveys.tag(language))
        elif own.easy_read_reviewed:
            logger.warning("easy read is not offered: its words changed since they were reviewed")
    return frozenset(read)


def init_app(app: Flask) -> None:
    """Let Flask-Babel ask us; English is the language of the source."""
    app.extensions["consult.languages"] = House(cast("Settings", app.extensions["consult.settings"]))
    babel.init_app(
        app, default_locale=ENGLISH, default_translation_directories="translations", locale_selector=chosen
    )
    app.jinja_env.install_gettext_callables(_in_words, _counted, newstyle=True)  # type: ignore[attr-defined]
    app.context_processor(_names)

    @app.url_defaults
    def carry(endpoint: str, values: dict[str, Any]) -> None:
        """Links between public pages hand the language on."""
        if endpoint in _CARRY_NOTHING or is_staff(request.path) or FIELD in values:
            return
        if tag() != settings().languages[0] and _is_public(app, endpoint):
            values[FIELD] = tag()


def _in_words(english: str) -> str:
    """A sentence of a template in the language of the page. For English nothing need be looked up: to find
    the catalogue anew for each sentence is a good part of what a page costs."""
    return english if spoken() == ENGLISH else str(flask_babel.get_translations().ugettext(english))


def _counted(one: str, many: str, count: int) -> str:
    return str(flask_babel.get_translations().ungettext(one, many, count))


def _is_public(app: Flask, endpoint: str) -> bool:
    return not any(is_staff(rule.rule) for rule in app.url_map.iter_rules(endpoint))


def _names() -> dict[str, object]:
    return {
        "lang": spoken(),
        "language_tag": tag(),
        "easy": easy(),
        "languages": offered(),
        "draft_words": draft(),
        "start_page": _start_page,
    }


def _start_page() -> str:
    """The way to the landing page, which another application than this one may serve."""
    speak = "" if tag() == settings().languages[0] else f"?{FIELD}={tag()}"
    return f"{request.script_root}/{speak}"
