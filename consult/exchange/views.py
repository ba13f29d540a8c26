"""Files from elsewhere: looked at first, chosen once more, and only then taken in. No file is kept."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consult import clock
from consult.exchange import service
from consult.exchange.forms import FileForm
from consult.web import access
from consult.web.access import who
from consult.web.extensions import db, workbench_vault
from consult.web.sentences import sentence

bp = Blueprint("exchange", __name__, url_prefix="/team/<consultation>/exchange")
access.guard(bp)

TEAM = ("analyst", "lead")
LEAD = "lead"


@bp.get("/coding-tools")
@access.roles(*TEAM)
def coding_tools(consultation: str) -> ResponseReturnValue:
    """Room for a file of another coding tool, and what goes out to them."""
    return _page("exchange/coding_tools.html", consultation, FileForm(formdata=None))


@bp.post("/coding-tools")
@access.roles(*TEAM)
@access.needs_key
@access.takes_large_files
def take_work(consultation: str) -> ResponseReturnValue:
    """Look at a file of another coding tool, or take it in."""
    form, content = _sent()
    found = None
    taking = request.form.get("act") == "take"
    if content:
        opened_by = _unlocked(consultation)
        try:
            found = (
                service.take(opened_by, content, today=clock.today())
                if taking
                else service.look(opened_by, content)
            )
        except service.QdaError as error:
            form.file.errors = [sentence(str(error))]
    if form.file.errors:
        return _page("exchange/coding_tools.html", consultation, form, status=422)
    if taking:
        db.session.commit()
    return _page("exchange/coding_tools.html", consultation, form, found=found, taken=taking)


@bp.get("/standards")
@access.roles(*TEAM)
def standards(consultation: str) -> ResponseReturnValue:
    """Standards as files: out, and in again."""
    return _page("exchange/standards.html", consultation, FileForm(formdata=None))


@bp.post("/standards")
@access.roles(LEAD)
@access.takes_large_files
def take_standards(consultation: str) -> ResponseReturnValue:
    """Look at a file of standards, or take it in."""
    form, content = _sent()
    found, taking = None, request.form.get("act") == "take"
    session = db.session()
    if content:
        try:
            drafts = service.read_drafts(content)
            found = service.differences(session, consultation, drafts)
            if taking:
                service.take_drafts(session, workbench_vault(), consultation, drafts, **who())
        except service.DraftsError as error:
            form.file.errors = [sentence(str(error))]
    if form.file.errors:
        return _page("exchange/standards.html", consultation, form, status=422)
    if taking:
        db.session.commit()
    return _page("exchange/standards.html", consultation, form, found=found, taken=taking)


def _sent() -> tuple[FileForm, bytes]:
    form = FileForm()
    form.validate()
    upload = request.files.get(form.file.name)
    content = upload.read() if upload is not None and upload.filename else b""
    if not content:
        form.file.errors = [_("Please choose a file.")]
    return form, content


def _page(
    template: str, consultation: str, form: FileForm, *, status: int = 200, **page: object
) -> ResponseReturnValue:
    shown = {"found": None, "taken": False, "may_take": LEAD in access.account().roles(consultation)} | page
    body = render_template(template, consultation=consultation, form=form, has_errors=status != 200, **shown)
    if status != 200:
        db.session.rollback()
    return body, status


def _unlocked(consultation: str) -> service.Unlocked:
    return service.unlocked(
        db.session(),
        workbench_vault(),
        consultation,
        account_id=access.account().id,
        private=access.staff_key(),
    )
