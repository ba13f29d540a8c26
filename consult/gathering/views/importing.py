"""Bringing in answers that were gathered elsewhere: choose a file, match its columns, check, import, undo."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consult import clock
from consult.faults import ConflictError, RefusedError
from consult.gathering.forms import importing as forms
from consult.gathering.forms.importing import FileForm
from consult.gathering.service import imports as service
from consult.web import access
from consult.web.extensions import db, workbench_vault
from consult.web.sentences import sentence
from consult.web.sessions import current
from consult.web.writing import will_read, will_write

bp = Blueprint("gathering", __name__, url_prefix="/team/<consultation>/gathering")
access.guard(bp)

LEAD = "lead"


@bp.get("")
@access.roles(LEAD)
def start(consultation: str) -> ResponseReturnValue:
    """Room for a file; and, for who has unlocked, the imports that can be taken out again."""
    form = FileForm(formdata=None)
    return _start_page(consultation, form)


@bp.post("")
@access.roles(LEAD)
@access.takes_files
def choose(consultation: str) -> ResponseReturnValue:
    """Read the file, hold it in memory, and go on to its columns."""
    form = FileForm()
    form.offer(service.surveys_of(db.session(), consultation))
    upload = request.files.get(form.file.name)
    valid = form.validate()
    if upload is None or not upload.filename:
        form.file.errors = [_("Please choose a file.")]
        valid = False
    if not valid or upload is None:
        return _again(consultation, form)
    content = upload.read()
    if len(content) > service.LARGEST_FILE:
        form.file.errors = [_("This file is too large for the page. Whoever runs the service can import it.")]
        return _again(consultation, form)
    try:
        service.hold(
            db.session(),
            consultation,
            form.survey.data,
            access.account().id,
            content,
            form.chosen_shape(),
        )
    except service.FileError as error:
        form.file.errors = [sentence(str(error))]
        return _again(consultation, form)
    db.session.commit()
    return redirect(url_for(".columns", consultation=consultation), 303)


@bp.get("/columns")
@access.roles(LEAD)
def columns(consultation: str) -> ResponseReturnValue:
    """What each column answers, with the first rows of the file."""
    try:
        return _columns_page(consultation)
    except service.NothingHeldError:
        return redirect(url_for(".start", consultation=consultation, done="gone"), 303)


@bp.post("/columns")
@access.roles(LEAD)
def bring(consultation: str) -> ResponseReturnValue:
    """Check every row, import them all in one act, or let go of the file."""
    person = access.account()
    act = request.form.get("act")
    will_read()
    try:
        if act == "drop":
            service.let_go(db.session(), consultation, person.id)
            return redirect(url_for(".start", consultation=consultation, done="dropped"), 303)
        at_work = service.at_work(db.session(), consultation, person.id)
        usable = [column.name for column in at_work.brought.table.usable]
        brought = service.match(db.session(), consultation, person.id, forms.targets(request.form, usable))
        if act != "import":
            checked = service.check(at_work.definition, brought)
            return _columns_page(consultation, checked=checked)
        skip = request.form.get("skip") == "yes"
        sealed = service.seal(
            db.session(),
            workbench_vault(),
            consultation,
            brought,
            today=clock.today(),
            skip_bad=skip,
        )
    except service.NothingHeldError:
        return redirect(url_for(".start", consultation=consultation, done="gone"), 303)
    except RefusedError as error:
        return _columns_page(consultation, refused=sentence(str(error))), 422
    will_write()
    try:
        service.store(db.session(), workbench_vault(), sealed, actor=person.name, today=clock.today())
    except ConflictError as error:
        db.session.rollback()
        return _columns_page(consultation, refused=sentence(str(error))), 409
    service.let_go(db.session(), consultation, person.id)
    db.session.commit()
    return redirect(url_for(".start", consultation=consultation, done="imported"), 303)


@bp.get("/imports")
@access.roles(LEAD)
@access.needs_key
def imports(consultation: str) -> ResponseReturnValue:
    """Every import of which answers are left, and the way to take it out again."""
    return _imports_page(consultation)


@bp.post("/imports/<key>")
@access.roles(LEAD)
@access.needs_key
def take_out(consultation: str, key: str) -> ResponseReturnValue:
    """Undo an import as one, or withdraw it once its answers were used."""
    will_read()
    try:
        leaving = service.find(_enter(consultation), key)
    except service.UnknownImportError:  # a button pressed twice, or by two people
        return redirect(url_for(".imports", consultation=consultation, done="gone"), 303)
    will_write()
    try:
        service.take_out(
            _enter(consultation),
            key,
            leaving,
            actor=access.account().name,
            today=clock.today(),
            withdraw=request.form.get("act") == "withdraw",
        )
    except (RefusedError, ConflictError) as error:
        db.session.rollback()
        return _imports_page(consultation, refused=sentence(str(error))), 409
    db.session.commit()
    service.settle(db.engine)
    return redirect(url_for(".imports", consultation=consultation, done="taken-out"), 303)


def _enter(consultation: str) -> service.Unlocked:
    return service.enter(
        db.session(),
        workbench_vault(),
        consultation,
        account_id=access.account().id,
        private=access.staff_key(),
    )


def _start_page(consultation: str, form: FileForm) -> str:
    form.offer(service.surveys_of(db.session(), consultation))
    return render_template(
        "gathering/start.html",
        consultation=consultation,
        form=form,
        done=request.args.get("done", ""),
        unlocked="staff_key" in current(),
    )


def _again(consultation: str, form: FileForm) -> ResponseReturnValue:
    db.session.rollback()
    form.offer(service.surveys_of(db.session(), consultation))
    return (
        render_template(
            "gathering/start.html",
            consultation=consultation,
            form=form,
            done="",
            unlocked="staff_key" in current(),
            has_errors=True,
        ),
        422,
    )


def _columns_page(consultation: str, *, checked: service.Checked | None = None, refused: str = "") -> str:
    at_work = service.at_work(db.session(), consultation, access.account().id)
    brought = at_work.brought
    usable = [column.name for column in brought.table.usable]
    typed = forms.targets(request.form, usable) if request.method == "POST" else brought.targets
    named = checked.bad[: service.MOST_NAMED] if checked else ()
    return render_template(
        "gathering/columns.html",
        consultation=consultation,
        brought=brought,
        shape=forms.SHAPES[brought.table.shape],
        chosen=typed,
        targets=service.targets_of(at_work.definition),
        preview=service.preview(brought),
        checked=checked,
        problems=[(each.row, each.question, forms.problem(each.code)) for each in named],
        refused=refused,
        has_errors=bool(refused),
    )


def _imports_page(consultation: str, *, refused: str = "") -> str:
    return render_template(
        "gathering/imports.html",
        consultation=consultation,
        imports=service.imports(_enter(consultation)),
        names=forms.SHAPES,
        done=request.args.get("done", ""),
        refused=refused,
        has_errors=bool(refused),
    )
