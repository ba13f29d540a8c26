"""Who may see what. The team's blueprints refuse by default; an endpoint says which roles it is for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from flask import Blueprint, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from consult.records import people
from consult.records.people import SignedIn
from consult.web import navigation
from consult.web.extensions import db
from consult.web.sessions import current

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])
ANYBODY = "anybody signed in"
ADMINISTRATOR = "administrator"


def account() -> SignedIn:
    """The person who is signed in. Only in views behind `guard`."""
    return cast("SignedIn", g.account)


def roles(*wanted: str) -> Callable[[View], View]:
    """Say which roles a view is for: of the consultation in its address, or `ADMINISTRATOR`, or `ANYBODY`."""

    def mark(view: View) -> View:
        view.wanted_roles = wanted  # type: ignore[attr-defined]
        return view

    return mark


def needs_key(view: View) -> View:
    """Mark a view that opens answers: who has not unlocked is asked for the passphrase first."""
    view.needs_key = True  # type: ignore[attr-defined]
    return view


def staff_key() -> bytes:
    """The unlocked private key of the person. Only in views marked `needs_key`."""
    return bytes.fromhex(current()["staff_key"])


def key_if_unlocked() -> bytes | None:
    """The private key of a person who has unlocked, else None: for acts that can do without."""
    return staff_key() if "staff_key" in current() else None


def before_sign_in(view: View) -> View:
    """Mark the one view that is for people who are not signed in yet."""
    view.before_sign_in = True  # type: ignore[attr-defined]
    return view


def guard(blueprint: Blueprint) -> None:
    """Refuse every view of the blueprint that the signed-in person has no role for."""

    @blueprint.before_request
    def check() -> ResponseReturnValue | None:
        if getattr(current_app.view_functions[str(request.endpoint)], "before_sign_in", False):
            return None
        g.account = load()
        if g.account is None:
            return redirect(url_for("accounts.sign_in"), 303)
        view = current_app.view_functions[str(request.endpoint)]
        consultation = (request.view_args or {}).get("consultation")
        if not _may(g.account, getattr(view, "wanted_roles", ()), consultation):
            abort(404)  # absent and forbidden look the same
        g.staff_nav = navigation.of(consultation)
        g.demonstration = consultation in g.account.demonstrations
        if getattr(view, "needs_key", False) and "staff_key" not in current():
            return redirect(url_for("accounts.unlock", next=request.path), 303)
        return None


def load() -> SignedIn | None:
    """The account of the session, if it is still active and of the same generation."""
    session = current()
    if "account" not in session:
        return None
    return people.signed_in(db.session(), bytes.fromhex(session["account"]), session["generation"])


def _may(person: SignedIn, wanted: tuple[str, ...], consultation: str | None) -> bool:
    if ANYBODY in wanted:
        return True
    if ADMINISTRATOR in wanted and person.administrator:
        return True
    return consultation is not None and bool(person.roles(consultation) & set(wanted))
