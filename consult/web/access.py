"""Who may see what. The team's blueprints refuse by default; an endpoint says which roles it is for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from flask import Blueprint, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from consult import clock
from consult.records import people
from consult.records.people import SignedIn, Who
from consult.web import guard as guarding
from consult.web import navigation, settling
from consult.web.extensions import db
from consult.web.sessions import current

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])
ANYBODY = "anybody signed in"
ADMINISTRATOR = "administrator"
_HALF = "half_way"


def account() -> SignedIn:
    """The person who is signed in. Only in views behind `guard`."""
    return cast("SignedIn", g.account)


def who() -> Who:
    """The person of this request, and the day, for the log of staff acts. Only in views behind `guard`."""
    return Who(actor=account().name, today=clock.today())


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


def takes_files(view: View) -> View:
    """Mark a view that takes a file: more than any form, and kept in memory. Only from who is signed in."""
    view.takes_files = guarding.LARGEST_FILE  # type: ignore[attr-defined]
    return view


def takes_large_files(view: View) -> View:
    """The same for lists of references and work of other tools, which are larger than any form."""
    view.takes_files = guarding.LARGEST_LIST  # type: ignore[attr-defined]
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


def half_way(view: View) -> View:
    """Mark a view for people whose passphrase was right and whose second factor is still to come."""
    view.half_way = True  # type: ignore[attr-defined]
    return view


def is_half_way() -> bool:
    """Whether the person of this request still owes a second factor. Only in views behind `guard`."""
    return bool(g.half_way)


def begin(account_id: bytes, generation: int, *, complete: bool) -> None:
    """Start the session of somebody whose passphrase was right, under a new id.

    Half-way, the account stands under a name that no page but the marked ones asks for.
    """
    session = current()
    session.clear()  # nothing of an earlier person or visit stays
    session["account" if complete else _HALF] = account_id.hex()
    session["generation"] = generation
    session.renew()


def complete() -> None:
    """The second factor was right: the session of this request becomes a whole one, under a new id."""
    session = current()
    session["account"] = session.pop(_HALF)
    session.renew()


def guard(blueprint: Blueprint) -> None:
    """Refuse every view of the blueprint that the signed-in person has no role for."""

    @blueprint.before_request
    def check() -> ResponseReturnValue | None:
        view = current_app.view_functions[str(request.endpoint)]
        if getattr(view, "before_sign_in", False):
            return None
        return _at_the_door(view) or _inside(view)

    blueprint.after_request(settling.after)
    blueprint.teardown_request(settling.end)


def _at_the_door(view: Callable[..., object]) -> ResponseReturnValue | None:
    """Say who is here; where to go for who is not signed in, or not wholly."""
    g.account, g.half_way = load(), False
    if g.account is None and _HALF in current():
        g.account, g.half_way = _load(_HALF), True
        if g.account is not None and not getattr(view, "half_way", False):
            g.account = None
            return redirect(url_for("accounts.second_factor"), 303)
    if g.account is not None:
        return None
    if "generation" in current():
        current().end()  # the account moved on: what this session holds is destroyed now
        db.session.rollback()
    return redirect(url_for("accounts.sign_in"), 303)


def _inside(view: Callable[..., object]) -> ResponseReturnValue | None:
    """Refuse what the person has no role for, and ask for the passphrase where answers are opened."""
    consultation = (request.view_args or {}).get("consultation")
    if not _may(g.account, getattr(view, "wanted_roles", ()), consultation):
        abort(404)  # absent and forbidden look the same
    g.staff_nav = () if g.half_way else navigation.Menu(consultation)
    g.demonstration = consultation in g.account.demonstrations
    if getattr(view, "needs_key", False) and "staff_key" not in current():
        return redirect(url_for("accounts.unlock", next=request.path), 303)
    if "staff_key" in current():
        settling.begin()
    return None


def load() -> SignedIn | None:
    """The account of the session, if it is still active and of the same generation."""
    return _load("account")


def _load(key: str) -> SignedIn | None:
    session = current()
    if key not in session:
        return None
    return people.signed_in(db.session(), bytes.fromhex(session[key]), session["generation"])


def _may(person: SignedIn, wanted: tuple[str, ...], consultation: str | None) -> bool:
    if ANYBODY in wanted:
        return True
    if ADMINISTRATOR in wanted and person.administrator:
        return True
    return consultation is not None and bool(person.roles(consultation) & set(wanted))
