"""Acts that take two people: what waits, room to ask, and buttons to agree or refuse."""

from __future__ import annotations

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consult import clock
from consult.faults import ConflictError, MissingError, RefusedError
from consult.manage import service
from consult.manage.forms import AskForm, DeletionForm
from consult.manage.service import ApprovalKind
from consult.manage.views.common import bp
from consult.web import access
from consult.web.access import ADMINISTRATOR
from consult.web.extensions import db, workbench_vault
from consult.web.sentences import sentence

# Where each act is done once two people agreed.
PLACES = {
    ApprovalKind.RAW_EXPORT: "reports.raw",
    ApprovalKind.DESTROY_KEYS: "manage.ending",
    ApprovalKind.DELETE_CONSULTATION: "manage.deletion",
}


@bp.get("/<consultation>/approvals")
@access.roles(*service.APPROVERS, ADMINISTRATOR)
def approvals(consultation: str) -> ResponseReturnValue:
    """What waits for a second person, and what one could ask for."""
    return _page(consultation, AskForm(formdata=None), done=request.args.get("done", ""))


@bp.post("/<consultation>/approvals")
@access.roles(*service.APPROVERS, ADMINISTRATOR)
def ask_approval(consultation: str) -> ResponseReturnValue:
    """Ask for an act that takes two people."""
    form = AskForm()
    form.offer(_words())
    if not form.validate_on_submit():
        db.session.rollback()
        return _page(consultation, form), 422
    try:
        service.request(
            db.session(),
            workbench_vault(),
            consultation,
            _kind(form.kind.data or ""),
            access.account(),
            (form.detail.data or "").strip(),
            today=clock.today(),
        )
    except (RefusedError, ConflictError) as error:
        db.session.rollback()
        return _page(consultation, form, refused=sentence(str(error))), 409
    db.session.commit()
    return redirect(url_for(".approvals", consultation=consultation, done="asked"), 303)


@bp.post("/<consultation>/approvals/<answer>")
@access.roles(*service.APPROVERS, ADMINISTRATOR)
def answer_approval(consultation: str, answer: str) -> ResponseReturnValue:
    """Agree to what somebody else asked for, refuse it, or take one's own request back."""
    if answer not in tuple(service.Answer):
        raise MissingError("there is no such answer to a request")
    given = service.Answer(answer)
    try:
        service.answer(
            db.session(),
            workbench_vault(),
            consultation,
            _kind(request.form.get("kind", "")),
            access.account(),
            given,
            today=clock.today(),
        )
    except (RefusedError, ConflictError) as error:
        db.session.rollback()
        return _page(consultation, AskForm(formdata=None), refused=sentence(str(error))), 409
    db.session.commit()
    return redirect(url_for(".approvals", consultation=consultation, done=str(given)), 303)


@bp.get("/<consultation>/delete")
@access.roles(*service.APPROVERS, ADMINISTRATOR)
def deletion(consultation: str) -> ResponseReturnValue:
    """What would go with a consultation, and the button for it once two people agreed."""
    return _deletion(consultation, DeletionForm(formdata=None))


@bp.post("/<consultation>/delete")
@access.roles(*service.APPROVERS, ADMINISTRATOR)
def delete_consultation(consultation: str) -> ResponseReturnValue:
    """Delete a consultation with all that is in it."""
    form = DeletionForm()
    if not form.validate_on_submit():
        db.session.rollback()
        return _deletion(consultation, form), 422
    try:
        members = service.delete_consultation(
            db.session(),
            workbench_vault(),
            consultation,
            access.account(),
            form.typed.data or "",
            today=clock.today(),
        )
    except service.WrongNameError as error:
        db.session.rollback()
        form.typed.errors = [sentence(str(error))]
        return _deletion(consultation, form), 422
    except RefusedError as error:
        db.session.rollback()
        form.form_errors.append(sentence(str(error)))
        return _deletion(consultation, form), 409
    db.session.commit()
    service.settle_deletion(db.engine, members)
    return redirect(url_for(".home", done="deleted"), 303)


def _deletion(consultation: str, form: DeletionForm) -> str:
    return render_template(
        "manage/deletion.html",
        consultation=consultation,
        form=form,
        found=service.deletion(db.session(), consultation, access.account(), today=clock.today()),
        has_errors=bool(form.errors or form.form_errors),
    )


def _kind(value: str) -> ApprovalKind:
    if value not in tuple(ApprovalKind):
        raise MissingError("there is no such act")
    return ApprovalKind(value)


def _page(consultation: str, form: AskForm, *, done: str = "", refused: str = "") -> str:
    person, today = access.account(), clock.today()
    places = {kind: place for kind, place in PLACES.items() if place in current_app.view_functions}
    could_ask = service.could_ask(db.session(), consultation, person, today=today)
    form.offer({each.kind: _words()[each.kind] for each in could_ask})
    return render_template(
        "manage/approvals.html",
        consultation=consultation,
        form=form,
        asked_for=service.asked_for(db.session(), consultation, person, today=today),
        could_ask=could_ask,
        places={str(kind): place for kind, place in places.items()},
        words=_words(),
        done=done,
        refused=refused,
        has_errors=bool(form.errors or refused),
    )


def _words() -> dict[str, str]:
    return {
        ApprovalKind.RAW_EXPORT: _("A file of the answers themselves"),
        ApprovalKind.DESTROY_KEYS: _("Destroying the keys to the answers"),
        ApprovalKind.DELETE_CONSULTATION: _("Deleting the whole consultation"),
    }
