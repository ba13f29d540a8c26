"""The panellist behind a request. Their pages are for whoever joined this one panel, and for nobody else.

What was typed on a page whose session is over is given back to be copied.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from flask import Blueprint, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from consult.faults import RefusedError
from consult.records import panel_members
from consult.records.panel_members import Panellist
from consult.web.extensions import db
from consult.web.sessions import PANELLIST, current

InWords = Callable[[dict[str, list[str]]], dict[str, list[str]]]
View = TypeVar("View", bound=Callable[..., ResponseReturnValue])
_GENERATION, _SECRET = "panel_generation", "panel_secret"


class SignedOutError(RefusedError):
    """Nobody is signed in, or not any more."""


def at_the_door(view: View) -> View:
    """Mark a view that is for people who are not signed in."""
    view.at_the_door = True  # type: ignore[attr-defined]
    return view


def panellist() -> Panellist:
    """Who is signed in. Only in views behind `guard`."""
    return cast("Panellist", g.panellist)


def secret() -> bytes:
    """The secret of the person, from the sealed session. Only in views behind `guard`."""
    return bytes.fromhex(current()[_SECRET])


def begin(member_id: bytes, generation: int, secret: bytes) -> None:
    """Start a panellist's session under a new id; nothing of an earlier person stays."""
    session = current()
    session.clear()
    session[PANELLIST] = member_id.hex()
    session[_GENERATION] = generation
    session[_SECRET] = secret.hex()
    session.renew()


def load() -> Panellist | None:
    """The panellist of the session, if there is one and they are still on the panel."""
    session = current()
    if PANELLIST not in session:
        return None
    return panel_members.signed_in(db.session(), bytes.fromhex(session[PANELLIST]), session[_GENERATION])


def guard(blueprint: Blueprint, sign_in: str, in_words: InWords) -> None:
    """Lead everybody who is not signed in to the door; who had typed something gets it back to copy.

    in_words: what was sent as a person reads it, so that marks are given back as well as words.
    """

    @blueprint.url_value_preprocessor
    def remember(endpoint: str | None, _values: object) -> None:
        """Before anything can refuse the request: a page that was open too long is refused first of all."""
        view = current_app.view_functions[str(endpoint)]
        if request.method == "POST" and not getattr(view, "at_the_door", False):
            g.typed = in_words(dict(request.form.lists()))

    @blueprint.before_request
    def check() -> ResponseReturnValue | None:
        view = current_app.view_functions[str(request.endpoint)]
        g.account = None
        if getattr(view, "at_the_door", False):
            return None
        slug = str((request.view_args or {}).get("slug", ""))
        g.panellist = load()
        if g.panellist is None and request.method == "POST":
            raise SignedOutError("you were signed out: please copy what you typed, and sign in again")
        if g.panellist is None:
            return redirect(url_for(sign_in, slug=slug), 303)
        if g.panellist.slug != slug:
            abort(404)
        g.demonstration = g.panellist.demonstration
        return None
