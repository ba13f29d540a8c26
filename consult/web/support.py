"""The support list as pages show it: the same on every page, in the words of the page's language.

Read at most every few seconds by each process, so that an entry that is hidden goes from every page at once
and no page waits for the database because of it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, cast

from flask import Flask, current_app, g
from flask_babel import gettext as _
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from consult import clock
from consult.days import day_in_words
from consult.records import support
from consult.records.support import Entry
from consult.web import languages
from consult.web.extensions import db

KEPT_SECONDS = 10
_NEVER = float("-inf")


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way to reach a service; `href` is empty where there is nothing to follow."""

    text: str
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One entry in words."""

    name: str
    what: str
    nations: tuple[str, ...]
    contact: tuple[Way, ...]
    hours: str
    serves: str
    worker: str
    checked_on: str
    example: bool
    # The language of what its own people say of it, where that is not the language of the page.
    lang: str = ""


class Shelf:
    """What this process read last, for a few seconds, and the words made of it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: tuple[Entry, ...] = ()
        self._words: dict[tuple[str, bool, date], tuple[Service, ...]] = {}
        self._read_at = _NEVER

    def entries(self) -> tuple[Entry, ...]:
        """All entries. When the database does not answer, those read last: an error page needs them most."""
        with self._lock:
            if abs(clock.now() - self._read_at) < KEPT_SECONDS:
                return self._entries
            never, self._read_at = self._read_at == _NEVER, clock.now()
            if never:  # nobody goes on with an empty list, or with one that was just changed
                return self._read()
        return self._read()  # whoever else asks has the list of before, meanwhile

    def services(self, language: str, *, example: bool) -> tuple[Service, ...]:
        """What is shown today, in a language; `example` picks made-up services."""
        entries, today = self.entries(), clock.today()
        wanted = (language, example, today)
        if wanted not in self._words:
            chosen = [entry for entry in entries if entry.example is example]
            self._words[wanted] = tuple(_in_words(entry, today) for entry in support.shown(chosen, today))
        return self._words[wanted]

    def ready(self, language: str, *, example: bool) -> tuple[Service, ...] | None:
        """What is shown today, if it was read and put in words a moment ago."""
        if abs(clock.now() - self._read_at) >= KEPT_SECONDS:
            return None
        return self._words.get((language, example, clock.today()))

    def forget(self) -> None:
        """Read anew the next time: the directory was just changed here."""
        self._read_at = _NEVER

    def _read(self) -> tuple[Entry, ...]:
        try:
            with (
                db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection,
                Session(connection) as session,
            ):
                found = support.everything(session)
        except SQLAlchemyError:
            return self._entries
        if found != self._entries:
            self._entries, self._words = found, {}
        return found


def init_app(app: Flask) -> None:
    """Give the application its shelf."""
    app.extensions["consult.support"] = Shelf()


def shelf() -> Shelf:
    """The shelf of the running application."""
    return shelf_of(current_app)


def shelf_of(app: Flask) -> Shelf:
    """The shelf of an application."""
    found: Shelf = app.extensions["consult.support"]
    return found


def shown() -> tuple[Service, ...]:
    """The services for this page: made-up ones where a demonstration is shown, real ones elsewhere."""
    return shelf().services(languages.spoken(), example=bool(g.get("demonstration", False)))


def box(services: tuple[Service, ...], easy: object = False) -> str:
    """The support box of a page, in its language. Put together once: it stands on every page."""
    return _box(services, languages.spoken(), bool(easy))


@lru_cache(maxsize=16)
def _box(services: tuple[Service, ...], _language: str, easy: bool) -> str:
    macros: Any = current_app.jinja_env.get_template("macros/support.html").module
    return cast("str", macros.support_box(services, easy))


def _in_words(entry: Entry, today: date) -> Service:
    checked = entry.last_check(today)
    return Service(
        name=entry.name,
        what=entry.what,
        nations=entry.nations,
        contact=tuple(_ways(entry)),
        hours=", ".join(part for part in (entry.hours, entry.cost, entry.languages) if part),
        serves=_serves(entry),
        worker=_("You can choose to talk to a man or a woman.") if entry.choice_of_worker == "yes" else "",
        checked_on=_checked(checked.on) if checked else "",
        example=entry.example,
        lang="" if languages.spoken() == "en" else "en",
    )


def _checked(day: date) -> str:
    return str(_("Checked on %(day)s", day=day_in_words(day, languages.spoken())))


def _ways(entry: Entry) -> Iterable[Way]:
    for channel in entry.channels:
        number = channel.value.replace(" ", "")
        match channel.kind:
            case "phone":
                yield Way(text=channel.value, href=f"tel:{number}")
            case "text":
                yield Way(text=_("text %(number)s", number=channel.value), href=f"sms:{number}")
            case "relay":
                yield Way(text=_("relay %(number)s", number=channel.value), href=f"tel:{number}")
            case "chat":
                yield Way(text=_("online chat"), href=channel.value)
            case "web":
                yield Way(text=channel.value.removeprefix("https://").rstrip("/"), href=channel.value)
            case "bsl":
                href = channel.value if channel.value.startswith("https://") else ""
                yield Way(text=_("British Sign Language"), href=href)


def _serves(entry: Entry) -> str:
    words = {
        "men": _("for men"),
        "any_gender": _("for anyone"),
        "under_18": _("for people under 18"),
        "families": _("for families and friends"),
    }
    said = [words[kind] for kind in entry.serves if kind in words]
    if entry.least_age and "under_18" not in entry.serves:
        said.append(_("from %(age)s years", age=entry.least_age))
    whole = ", ".join(said)
    return whole[:1].upper() + whole[1:]
