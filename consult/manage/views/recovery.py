"""Recovery shares: made and shown once, typed back, and used to let somebody in.

Shares leave by the answer to the very request that made them. They are in no address, no log and no session.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from consult import clock
from consult.faults import MissingError, RefusedError
from consult.manage import service
from consult.manage.forms import LetInForm, ShareForm, SharesForm
from consult.manage.views.common import LEAD, again, bp, to_overview
from consult.web import access
from consult.web.access import ADMINISTRATOR, who
from consult.web.extensions import db, workbench_vault
from consult.web.sentences import sentence

ANALYST = "analyst"


@bp.get("/<consultation>/recovery")
@access.roles(ANALYST, LEAD, ADMINISTRATOR)
def recovery(consultation: str) -> ResponseReturnValue:
    """How the second way into a consultation stands, and what happens when something is lost."""
    return render_template(
        "manage/recovery.html",
        overview=service.overview(db.session(), consultation),
        mark=service.mark_of_shares(db.session(), consultation),
        may_make=bool({ANALYST, LEAD} & access.account().roles(consultation)),
        done=request.args.get("done", ""),
    )


@bp.route("/<consultation>/recovery/make", methods=["GET", "POST"])
@access.roles(ANALYST, LEAD)
@access.needs_key
def make_shares(consultation: str) -> ResponseReturnValue:
    """Make shares and show them on this one answer."""
    form = SharesForm()
    page: dict[str, object] = {
        "consultation": consultation,
        "replaces": service.shares_of(db.session(), consultation) is not service.Standing.NONE,
        "back": url_for(".recovery", consultation=consultation),
    }
    if not form.is_submitted():
        form.scheme.data = form.usual
        return render_template("manage/recovery_make.html", form=form, **page)
    if not form.validate():
        return again("manage/recovery_make.html", 422, form=form, **page)
    holder = service.holder(access.account().id, access.staff_key())
    try:
        made = service.make_shares(
            db.session(), workbench_vault(), consultation, form.chosen(), holder, **who()
        )
    except RefusedError as error:
        form.form_errors.append(sentence(str(error)))
        return again("manage/recovery_make.html", 409, form=form, **page)
    db.session.commit()
    return _shown(made, url_for(".confirm_share", consultation=consultation))


@bp.route("/<consultation>/recovery/confirm", methods=["GET", "POST"])
@access.roles(ANALYST, LEAD, ADMINISTRATOR)
def confirm_share(consultation: str) -> ResponseReturnValue:
    """Type one share back from its paper."""

    def confirm(typed: str) -> None:
        service.confirm_share(db.session(), workbench_vault(), consultation, typed, **who())

    back = url_for(".recovery", consultation=consultation)
    return _typed_back(confirm, back=back, consultation=consultation)


@bp.route("/<consultation>/recovery/use", methods=["GET", "POST"])
@access.roles(ANALYST, LEAD, ADMINISTRATOR)
def use_shares(consultation: str) -> ResponseReturnValue:
    """Let a person open the answers with enough shares; nobody needs to have unlocked."""
    form = LetInForm()
    people = service.everybody_with_words(db.session())
    form.offer(people)
    page: dict[str, object] = {
        "consultation": consultation,
        "back": url_for(".recovery", consultation=consultation),
    }
    if not form.is_submitted():
        return render_template("manage/recovery_use.html", form=form, **page)
    if not form.validate():
        return again("manage/recovery_use.html", 422, form=form, **page)
    try:
        service.use_shares(
            db.session(),
            workbench_vault(),
            consultation,
            [field.data or "" for field in form.shares()],
            form.person.data or "",
            **who(),
        )
    except service.TypedSharesError as error:
        form.refuse(error.problems)
        return again("manage/recovery_use.html", 422, form=form, **page)
    except (RefusedError, MissingError) as error:
        form.form_errors.append(sentence(str(error)))
        return again("manage/recovery_use.html", 409, form=form, **page)
    db.session.commit()
    return to_overview(consultation, "let-in")


@bp.get("/installation-key")
@access.roles(ADMINISTRATOR)
def installation_key() -> ResponseReturnValue:
    """How the installation's own key stands."""
    return render_template(
        "manage/installation_key.html",
        standing=service.installation_shares(db.session()),
        mark=service.mark_of_installation(db.session()),
        done=request.args.get("done", ""),
    )


@bp.route("/installation-key/make", methods=["GET", "POST"])
@access.roles(ADMINISTRATOR)
def make_installation_key() -> ResponseReturnValue:
    """Make the installation key and show its shares on this one answer."""
    form = SharesForm()
    page: dict[str, object] = {
        "consultation": None,
        "replaces": service.installation_shares(db.session()) is not service.Standing.NONE,
        "back": url_for(".installation_key"),
    }
    if not form.is_submitted():
        form.scheme.data = form.usual
        return render_template("manage/recovery_make.html", form=form, **page)
    if not form.validate():
        return again("manage/recovery_make.html", 422, form=form, **page)
    made = service.make_installation_shares(db.session(), workbench_vault(), form.chosen(), **who())
    db.session.commit()
    return _shown(made, url_for(".confirm_installation_key"))


@bp.route("/installation-key/confirm", methods=["GET", "POST"])
@access.roles(ADMINISTRATOR)
def confirm_installation_key() -> ResponseReturnValue:
    """Type one share of the installation key back: it is used from then on."""

    def confirm(typed: str) -> None:
        service.confirm_installation_share(db.session(), workbench_vault(), typed, **who())

    return _typed_back(confirm, back=url_for(".installation_key"), consultation=None)


def _shown(made: service.MadeShares, confirm: str) -> ResponseReturnValue:
    return render_template(
        "manage/recovery_shares.html", made=made, people=len(made.texts), today=clock.today(), confirm=confirm
    )


def _typed_back(
    confirm: Callable[[str], None], *, back: str, consultation: str | None
) -> ResponseReturnValue:
    form = ShareForm()
    page: dict[str, object] = {"back": back, "consultation": consultation}
    if not form.is_submitted():
        return render_template("manage/recovery_confirm.html", form=form, **page)
    if not form.validate():
        return again("manage/recovery_confirm.html", 422, form=form, **page)
    try:
        confirm(form.share.data or "")
    except service.TypedSharesError as error:
        form.share.errors = [sentence(said) for said in error.problems.values()]
        return again("manage/recovery_confirm.html", 422, form=form, **page)
    except RefusedError as error:
        form.form_errors.append(sentence(str(error)))
        return again("manage/recovery_confirm.html", 409, form=form, **page)
    db.session.commit()
    return redirect(f"{back}?done=confirmed", 303)
