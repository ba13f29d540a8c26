"""Lists of references: choose a file, look at what was read, store it or not; and pairs that look alike."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consult import clock
from consult.faults import ConflictError, RefusedError
from consult.literature import service
from consult.literature.forms import ListForm
from consult.literature.views.common import TEAM, again, bp
from consult.web import access
from consult.web.access import who
from consult.web.extensions import db, workbench_vault
from consult.web.sentences import sentence


@bp.get("/lists")
@access.roles(*TEAM)
def choose(consultation: str) -> ResponseReturnValue:
    """Room for a file, with where it comes from."""
    return render_template("literature/choose.html", consultation=consultation, form=ListForm(formdata=None))


@bp.post("/lists")
@access.roles(*TEAM)
@access.takes_large_files
def bring(consultation: str) -> ResponseReturnValue:
    """Read the file and let it wait until somebody has looked at what was read."""
    form = ListForm()
    upload = request.files.get(form.file.name)
    fine = form.validate()
    content = upload.read() if upload is not None and upload.filename else b""
    if not content:
        form.file.errors = [_("Please choose a file with references in it.")]
    if not fine or not content:
        return again("literature/choose.html", 422, consultation=consultation, form=form)
    try:
        key = service.hold(
            db.session(),
            consultation,
            content,
            (form.place.data or "").strip(),
            (form.terms.data or "").strip(),
            account_id=access.account().id,
            today=clock.today(),
        )
    except service.ListError as error:
        form.file.errors = [sentence(str(error))]
        return again("literature/choose.html", 422, consultation=consultation, form=form)
    db.session.commit()
    return redirect(url_for(".waiting", consultation=consultation, held=key), 303)


@bp.get("/lists/<held>")
@access.roles(*TEAM)
def waiting(consultation: str, held: str) -> ResponseReturnValue:
    """What was read in a list that is not stored yet."""
    try:
        read = service.preview(db.session(), consultation, held)
    except service.NothingWaitsError:
        return redirect(url_for(".publications", consultation=consultation, done="gone"), 303)
    return render_template("literature/waiting.html", consultation=consultation, read=read)


@bp.post("/lists/<held>")
@access.roles(*TEAM)
def settle(consultation: str, held: str) -> ResponseReturnValue:
    """Store a list, or forget it."""
    try:
        if request.form.get("act") != "store":
            service.drop(db.session(), consultation, held)
            done = "dropped"
        else:
            service.store(
                db.session(),
                workbench_vault(),
                consultation,
                held,
                leave_out_known=request.form.get("known") == "leave_out",
                **who(),
            )
            done = "stored"
    except service.NothingWaitsError:
        db.session.rollback()
        done = "gone"
    db.session.commit()
    return redirect(url_for(".publications", consultation=consultation, done=done), 303)


@bp.get("/doubles")
@access.roles(*TEAM)
def doubles(consultation: str) -> ResponseReturnValue:
    """Pairs that look like one publication."""
    return _doubles_page(consultation)


@bp.post("/doubles")
@access.roles(*TEAM)
def decide(consultation: str) -> ResponseReturnValue:
    """One or two: what a person says of a pair."""
    keep, other = request.form.get("first", ""), request.form.get("second", "")
    act = request.form.get("act", "")
    if act == "second":
        keep, other = other, keep
    session, person = db.session(), access.account()
    try:
        if act == "apart":
            service.keep_apart(session, consultation, keep, other, account_id=person.id)
        else:
            service.same(session, consultation, keep, other, account_id=person.id, today=clock.today())
    except (ConflictError, RefusedError) as error:
        db.session.rollback()
        return _doubles_page(consultation, refused=sentence(str(error))), 409
    db.session.commit()
    return redirect(url_for(".doubles", consultation=consultation, done="decided"), 303)


def _doubles_page(consultation: str, *, refused: str = "") -> str:
    pairs = service.pairs(db.session(), consultation)
    return render_template(
        "literature/doubles.html",
        consultation=consultation,
        pairs=pairs[: service.PAIRS_SHOWN],
        count=len(pairs),
        done=request.args.get("done", ""),
        refused=refused,
        has_errors=bool(refused),
    )
