"""Which language a page speaks, and which others it offers. Easy read counts as one more, such as "en-easy".

English stands on every page. Another language does where a person has read every word of it: those of the
interface, for which the installation vouches (`CONSULT_WELSH_REVIEWED`), and those of the survey. Only where
all answers are invented are drafts shown, and then each page says so.

The language goes along in the links before Start, as nothing is kept then, and in the visit from there on.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from typing import Any, cast

import flask_babel
from flask import Flask, current_app, g, request
from werkzeug.exceptions import HTTPException

import surveys
from consult.settings import Settings
from consult.web import catalogue, easyread
from consult.web.areas import is_staff
from consult.web.extensions import babel, settings
from consult.web.sessions import current

ENGLISH = "en"
FIELD = "language"
"""In a link, in a hidden field of the forms before a visit, and in the visit itself."""
SWITCH = "switch"
"""The name of the buttons that change the language of a page with a form."""
_CARRY_NOTHING = frozenset({"site.leave", "site.health", "respond.show", "respond.act", "static"})

logger = logging.getLogger(__name__)


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
    found: tuple[str, ...] = g.get("offered_languages") or _of_the_house(drafts=False)
    return found


def offer(spoken: Collection[str], *, reviewed: Collection[str], drafts: bool) -> None:
    """This request is about a survey that can be had in the languages `spoken`. Call it before the page.

    `reviewed`: those of them that a person has read. With `drafts` the words of the interface may be ones
    that nobody has read yet.
    """
    g.reviewed_languages = frozenset(reviewed)
    house = _of_the_house(drafts=drafts)
    _set(tuple(language for language in house if language in spoken) or (ENGLISH,))


def offer_house(*, drafts: bool, eased: bool = True) -> None:
    """This request is about no survey. `eased`: whether the page can be had as easy read, too."""
    house = _of_the_house(drafts=drafts)
    _set(tuple(each for each in house if eased or not surveys.is_easy(each)) or (ENGLISH,))


def draft() -> bool:
    """Whether this page has words that no person has read in its language yet."""
    return tag() not in _read_by_people() or tag() not in g.get("reviewed_languages", {tag()})


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


def _of_the_house(*, drafts: bool) -> tuple[str, ...]:
    read = _read_by_people()
    eased = (surveys.tag(each) for each in settings().languages if each in easyread.LANGUAGES)
    found = (*settings().languages, *eased)
    return tuple(each for each in found if drafts or each in read) or (ENGLISH,)


def _read_by_people() -> frozenset[str]:
    return cast("frozenset[str]", current_app.extensions["consult.languages"])


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
    app.extensions["consult.languages"] = _people_have_read(
        cast("Settings", app.extensions["consult.settings"])
    )
    babel.init_app(
        app, default_locale=ENGLISH, default_translation_directories="translations", locale_selector=chosen
    )
    app.context_processor(_names)

    @app.url_defaults
    def carry(endpoint: str, values: dict[str, Any]) -> None:
        """Links between public pages hand the language on."""
        if endpoint in _CARRY_NOTHING or is_staff(request.path) or FIELD in values:
            return
        if tag() != settings().languages[0] and _is_public(app, endpoint):
            values[FIELD] = tag()


def _is_public(app: Flask, endpoint: str) -> bool:
    return not any(is_staff(rule.rule) for rule in app.url_map.iter_rules(endpoint))


def _names() -> dict[str, object]:
    return {
        "lang": str(flask_babel.get_locale()),
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
