"""The text of a survey: start from one of ours, paste or upload, see what to mend, keep it as a version."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consult.faults import RefusedError
from consult.making import service
from consult.making.forms import SurveyForm
from consult.making.service import workbook
from consult.making.views.common import LEAD, again, bp
from consult.web import access
from consult.web.access import ADMINISTRATOR, who
from consult.web.extensions import db, workbench_vault
from consult.web.sentences import sentence


@bp.get("/<consultation>/surveys/load")
@access.roles(LEAD, ADMINISTRATOR)
def survey_text(consultation: str) -> ResponseReturnValue:
    """Room for the text of a survey."""
    form = SurveyForm(formdata=None)
    form.offer(service.shipped())
    return render_template("making/load.html", form=form, consultation=consultation, **_NOTHING_YET)


@bp.post("/<consultation>/surveys/load")
@access.roles(LEAD, ADMINISTRATOR)
def load_survey(consultation: str) -> ResponseReturnValue:
    """Check a survey's text; keep it as a version when that was asked for and nothing is to mend."""
    form = SurveyForm()
    form.offer(service.shipped())
    typed = (form.source.data or "").replace("\r\n", "\n")
    chosen = _chosen(form, typed)
    form.source.data = chosen.source
    page = _NOTHING_YET | {
        "form": form,
        "consultation": consultation,
        "notes": chosen.notes,
        # A file took the place of what was typed: it is given back beside it.
        "earlier": typed if typed.strip() and typed != chosen.source else "",
    }
    act = request.form.get("act")
    if not form.errors and not chosen.faults and not chosen.source.strip():
        form.source.errors = [_("Please write or paste a survey, choose a file, or start from one of ours.")]
    if form.errors:
        return again("making/load.html", 422, **page)
    if faults := chosen.faults or (act != "start" and service.check(chosen.source, name=chosen.name)):
        return again("making/load.html", 422, **page | {"faults": faults})
    if act == "start":
        return render_template("making/load.html", **page)
    if act != "keep":
        advice = workbook.advice(chosen.source)
        return render_template("making/load.html", **page | {"checked": True, "advice": advice})
    try:
        service.load(db.session(), workbench_vault(), consultation, chosen.source, name=chosen.name, **who())
    except RefusedError as error:
        form.source.errors = [sentence(str(error))]
        return again("making/load.html", 409, **page)
    db.session.commit()
    return redirect(url_for("manage.overview", consultation=consultation, done="loaded"), 303)


@bp.get("/<consultation>/surveys/<survey_id>/<any(toml, xlsx):kind>")
@access.roles(LEAD, ADMINISTRATOR)
def survey_file(consultation: str, survey_id: str, kind: str) -> ResponseReturnValue:
    """The present version of a survey, to go on with elsewhere: our text, or a workbook in XLSForm."""
    content = workbook.current(db.session(), consultation, survey_id, kind)
    answer = Response(content, mimetype=_MIMETYPES[kind])
    answer.headers.set("Content-Disposition", "attachment", filename=f"{survey_id}.{kind}")
    return answer


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chosen:
    """The text to go on with, the name it has in faults, and what was said of a workbook."""

    source: str
    name: str = "text"
    faults: tuple[workbook.Fault, ...] = ()
    notes: tuple[workbook.Fault, ...] = ()


_NOTHING_YET: dict[str, object] = {"faults": (), "notes": (), "advice": (), "earlier": "", "checked": False}
_MIMETYPES = {
    "toml": "text/plain",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def _chosen(form: SurveyForm, typed: str) -> _Chosen:
    """What was chosen; what cannot be used is said beside its field, and what was typed stays."""
    if request.form.get("act") == "start":
        source = service.shipped_source(form.shipped.data or "")
        if source is None:
            form.shipped.errors = [_("Please choose one of these.")]
            return _Chosen(source=typed)
        return _Chosen(source=source, name=f"{form.shipped.data}.toml")
    upload = request.files.get(form.file.name)
    if upload is None or not upload.filename:
        return _Chosen(source=typed)
    content, name = upload.read(), upload.filename[-60:]
    if workbook.is_workbook(content):
        return _from_workbook(form, typed, content, name)
    try:
        return _Chosen(source=content.decode("utf-8-sig").replace("\r\n", "\n"), name=name)
    except UnicodeDecodeError:
        form.file.errors = [_("This file is not UTF-8 text. Please save it as UTF-8, then choose it again.")]
        return _Chosen(source=typed)


def _from_workbook(form: SurveyForm, typed: str, content: bytes, name: str) -> _Chosen:
    try:
        made = workbook.take_over(content, name=name)
    except workbook.WorkbookError as error:
        form.file.errors = [sentence(str(error))]
        return _Chosen(source=typed)
    except workbook.DefinitionError as error:
        return _Chosen(source=typed, name=name, faults=error.faults)
    return _Chosen(source=made.source, name=name, notes=made.notes)
