"""Who can open the answers: keys given, taken, made anew, and destroyed at the end.

Bringing what is sealed under new keys takes longer than a page should: it works for a moment, commits after
each step, and shows how far it is. Whoever holds a key goes on with a button; stopping loses nothing.
"""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consult import clock
from consult.faults import ConflictError, RefusedError
from consult.manage import service
from consult.manage.forms import GrantForm
from consult.manage.views.common import LEAD, again, bp, to_overview
from consult.web import access
from consult.web.access import ADMINISTRATOR, who
from consult.web.extensions import db, workbench_vault
from consult.web.sentences import sentence

ANALYST = "analyst"
SECONDS = 2.0
"""How long one press of the button works."""


@bp.get("/<consultation>/keys")
@access.roles(*service.ROLES, ADMINISTRATOR)
def keys(consultation: str) -> ResponseReturnValue:
    """How the keys stand, what can be done, and what happens when something is lost."""
    person = access.account()
    return render_template(
        "manage/keys.html",
        consultation=consultation,
        state=service.keys_state(db.session(), consultation),
        me=person.name,
        may_change=bool({ANALYST, LEAD} & person.roles(consultation)),
        may_end=_may_end(consultation),
        may_manage_people=person.administrator,
        done=request.args.get("done", ""),
    )


@bp.route("/<consultation>/keys/give", methods=["GET", "POST"])
@access.roles(*service.ROLES, ADMINISTRATOR)
@access.needs_key
def give_key(consultation: str) -> ResponseReturnValue:
    """Give another person a key to the answers; only who holds one can."""
    candidates = service.without_grant(db.session(), consultation)
    form = GrantForm()
    form.offer(candidates)
    page: dict[str, object] = {"form": form, "consultation": consultation, "people": candidates}
    if not form.is_submitted():
        return render_template("manage/key_give.html", **page)
    if not form.validate():
        form.person.errors = [_("Please choose a person.")]
        return again("manage/key_give.html", 422, **page)
    try:
        service.give_grant(
            db.session(),
            workbench_vault(),
            consultation,
            form.person.data or "",
            account_id=access.account().id,
            private=access.staff_key(),
            **who(),
        )
    except RefusedError as error:
        form.person.errors = [sentence(str(error))]
        return again("manage/key_give.html", 409, **page)
    db.session.commit()
    return to_overview(consultation, "granted")


@bp.route("/<consultation>/keys/take/<name>", methods=["GET", "POST"])
@access.roles(ANALYST, LEAD)
@access.needs_key
def take_key(consultation: str, name: str) -> ResponseReturnValue:
    """Take a person's key: new keys at once, and what is sealed follows."""
    page: dict[str, object] = {
        "consultation": consultation,
        "person": service.person(db.session(), consultation, name),
        "state": service.keys_state(db.session(), consultation),
    }
    if request.method == "GET":
        return render_template("manage/key_take.html", refused="", **page)
    try:
        service.revoke(db.session(), workbench_vault(), consultation, name, _holder(), **who())
    except RefusedError as error:
        return again("manage/key_take.html", 409, refused=sentence(str(error)), **page)
    db.session.commit()
    return _go_on(consultation)


@bp.route("/<consultation>/keys/renew", methods=["GET", "POST"])
@access.roles(ANALYST, LEAD)
@access.needs_key
def renew_keys(consultation: str) -> ResponseReturnValue:
    """Make new keys and take nobody's."""
    page: dict[str, object] = {"consultation": consultation}
    if request.method == "GET":
        return render_template("manage/keys_renew.html", refused="", **page)
    try:
        service.renew(db.session(), workbench_vault(), consultation, _holder(), **who())
    except RefusedError as error:
        return again("manage/keys_renew.html", 409, refused=sentence(str(error)), **page)
    db.session.commit()
    return _go_on(consultation)


@bp.route("/<consultation>/keys/follow", methods=["GET", "POST"])
@access.roles(ANALYST, LEAD)
@access.needs_key
def follow(consultation: str) -> ResponseReturnValue:
    """Bring what is sealed under earlier keys under the present ones, for a moment."""
    if request.method == "POST":
        return _go_on(consultation, give_up=request.form.get("give_up") == "yes")
    left = service.keys_state(db.session(), consultation).left
    if left is None:
        return redirect(url_for(".keys", consultation=consultation), 303)
    return _progress(consultation, left)


@bp.route("/<consultation>/keys/end", methods=["GET", "POST"])
@access.roles(ANALYST, LEAD, "custodian", ADMINISTRATOR)
def ending(consultation: str) -> ResponseReturnValue:
    """Destroy the keys of a consultation for ever, when two people agreed."""
    person, today = access.account(), clock.today()
    page: dict[str, object] = {
        "consultation": consultation,
        "state": service.keys_state(db.session(), consultation),
        "agreed": service.may_destroy(db.session(), consultation, person, today=today),
    }
    if request.method == "GET":
        return render_template("manage/keys_end.html", refused="", **page)
    if request.form.get("understood") != "yes":
        refused = _("Please tick the box first: it cannot be undone.")
        return again("manage/keys_end.html", 422, refused=refused, **page)
    try:
        service.destroy_keys(db.session(), workbench_vault(), consultation, person, today=today)
    except (RefusedError, ConflictError) as error:
        return again("manage/keys_end.html", 409, refused=sentence(str(error)), **page)
    db.session.commit()
    service.wipe_traces(db.engine)
    return redirect(url_for(".keys", consultation=consultation, done="destroyed"), 303)


def _go_on(consultation: str, *, give_up: bool = False) -> ResponseReturnValue:
    """Walk for a moment; on to the overview of the keys when everything has followed."""
    work = service.begin_pass(db.session(), workbench_vault(), consultation, _holder())
    over = _walk(work)
    left = service.finish(
        db.session(),
        workbench_vault(),
        consultation,
        given_up=work.shut if over and give_up else 0,
        **who(),
    )
    db.session.commit()
    if left.total:
        return _progress(consultation, left, shut=work.shut if over and left.total == work.shut else 0)
    service.wipe_traces(db.engine)
    return redirect(url_for(".keys", consultation=consultation, done="followed"), 303)


def _walk(work: service.Pass) -> bool:
    """Whether the whole walk was done. Each step is a transaction of its own: people answer meanwhile."""
    until = clock.now() + SECONDS
    while work.step():
        db.session.commit()
        if clock.now() > until:
            return False
    db.session.commit()
    return True


def _progress(consultation: str, left: service.Left, *, shut: int = 0) -> ResponseReturnValue:
    return render_template("manage/keys_follow.html", consultation=consultation, left=left, shut=shut)


def _holder() -> service.StaffKey:
    return service.holder(access.account().id, access.staff_key())


def _may_end(consultation: str) -> bool:
    person = access.account()
    return person.administrator or bool({ANALYST, LEAD, "custodian"} & person.roles(consultation))
