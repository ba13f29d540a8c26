"""What was heard and what it changed: the list, an entry and its wordings, and the way onto the page."""

from __future__ import annotations

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consult.afterwards import forms, service
from consult.afterwards.views.common import TEAM, again, bp, who
from consult.web import access
from consult.web.extensions import db, workbench_vault
from consult.web.sentences import sentence


@bp.get("/changes")
@access.roles(*TEAM)
def changes(consultation: str) -> ResponseReturnValue:
    """Every entry, and where the public page is."""
    return _list(consultation)


@bp.route("/changes/new", methods=["GET", "POST"])
@access.roles(*TEAM)
@access.needs_key
def new_change(consultation: str) -> ResponseReturnValue:
    """Write an entry."""
    unlocked = _unlocked(consultation)
    form = forms.ChangeForm().offer(service.changes.offered_themes(db.session(), consultation))
    if not form.is_submitted():
        return render_template("afterwards/change.html", consultation=consultation, form=form, now=None)
    if form.validate():
        try:
            entry = service.publishing.write(unlocked, form.text([]), today=who()["today"])
        except service.NotAllowedError as error:
            form.mark.errors = [sentence(str(error))]
        else:
            db.session.commit()
            return redirect(url_for(".change", consultation=consultation, entry=entry, done="saved"), 303)
    return again("afterwards/change.html", 422, consultation=consultation, form=form, now=None)


@bp.route("/changes/<entry>", methods=["GET", "POST"])
@access.roles(*TEAM)
@access.needs_key
def change(consultation: str, entry: str) -> ResponseReturnValue:
    """An entry with its wordings; saving makes another one."""
    unlocked = _unlocked(consultation)
    now = service.changes.editing(unlocked, entry)
    offered = service.changes.offered_themes(db.session(), consultation)
    if request.method == "GET":
        form = forms.ChangeForm(formdata=None, obj=now.now.text, number=now.now.number).offer(offered)
        return _entry(consultation, now, form, 200, done=request.args.get("done", ""))
    form = forms.ChangeForm().offer(offered)
    text = form.text(request.form.getlist("quote"))
    if not form.validate():
        return _entry(consultation, now, form, 422, ticked=text.quotes)
    if text.theme != now.now.text.theme:  # its quotes are of another theme
        text = form.text([])
    try:
        service.publishing.rewrite(unlocked, entry, text, number=form.opened_number, today=who()["today"])
    except service.ChangedMeanwhileError:
        form.number.data = str(now.now.number)  # saving again is then a decision made with both texts in view
        return _entry(consultation, now, form, 409, ticked=text.quotes)
    except service.NotAllowedError as error:
        form.mark.errors = [sentence(str(error))]
        return _entry(consultation, now, form, 422, ticked=text.quotes)
    db.session.commit()
    return redirect(url_for(".change", consultation=consultation, entry=entry, done="saved"), 303)


@bp.post("/changes/<entry>/publish")
@access.roles(*TEAM)
@access.needs_key
def publish_change(consultation: str, entry: str) -> ResponseReturnValue:
    """Put the newest wording on the public page, as a second person."""
    typed = request.form.get("number", "")
    number = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 8 else 0
    try:
        service.publishing.publish(_unlocked(consultation), entry, number=number, **who())
    except (service.OwnWordsError, service.NotAllowedError, service.ChangedMeanwhileError) as error:
        db.session.rollback()
        return _list(consultation, refused=sentence(str(error))), 409
    db.session.commit()
    return redirect(url_for(".changes", consultation=consultation, done="published"), 303)


@bp.post("/changes/<entry>/take-down")
@access.roles(*TEAM)
def take_down_change(consultation: str, entry: str) -> ResponseReturnValue:
    """Take an entry off the public page."""
    service.publishing.take_down(db.session(), workbench_vault(), consultation, entry, **who())
    db.session.commit()
    return redirect(url_for(".changes", consultation=consultation, done="taken-down"), 303)


def _list(consultation: str, *, refused: str = "") -> str:
    slug, results_date = service.changes.page(db.session(), consultation)
    return render_template(
        "afterwards/changes.html",
        consultation=consultation,
        entries=service.changes.listed(db.session(), consultation, access.account().id),
        slug=slug,
        results_date=results_date,
        # Split, the public pages are another host's: there is nothing to link to here.
        public="further.after" in current_app.view_functions,
        refused=refused,
        done=request.args.get("done", ""),
        has_errors=bool(refused),
    )


def _entry(
    consultation: str,
    now: service.changes.Editing,
    form: forms.ChangeForm,
    status: int,
    *,
    done: str = "",
    ticked: tuple[str, ...] | None = None,
) -> ResponseReturnValue:
    page = {
        "consultation": consultation,
        "form": form,
        "now": now,
        "ticked": now.now.text.quotes if ticked is None else ticked,
        "done": done,
        "theirs": now.now.text if status == 409 else None,
        "marks": {"many": _("many"), "some": _("some"), "few": _("a few")},
    }
    if status == 200:
        return render_template("afterwards/change.html", has_errors=False, **page)
    return again("afterwards/change.html", status, **page)


def _unlocked(consultation: str) -> service.Unlocked:
    return service.unlocked(
        db.session(),
        workbench_vault(),
        consultation,
        account_id=access.account().id,
        private=access.staff_key(),
    )
