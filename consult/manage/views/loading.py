"""The text of a survey: start from one of ours, paste or upload, see what to mend, keep it as a version."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consult.faults import RefusedError
from consult.manage import service
from consult.manage.forms import SurveyForm, sentence
from consult.manage.views.common import LEAD, again, bp, to_overview, who
from consult.web import access
from consult.web.access import ADMINISTRATOR
from consult.web.extensions import db, workbench_vault

_TYPED_NAME = "text"


@bp.get("/<consultation>/surveys/load")
@access.roles(LEAD, ADMINISTRATOR)
def survey_text(consultation: str) -> ResponseReturnValue:
    """Room for the text of a survey."""
    form = SurveyForm(formdata=None)
    form.offer(service.shipped())
    return render_template("manage/load.html", form=form, consultation=consultation, **_NOTHING_YET)


@bp.post("/<consultation>/surveys/load")
@access.roles(LEAD, ADMINISTRATOR)
def load_survey(consultation: str) -> ResponseReturnValue:
    """Check a survey's text; keep it as a version when that was asked for and nothing is to mend."""
    form = SurveyForm()
    form.offer(service.shipped())
    typed = (form.source.data or "").replace("\r\n", "\n")
    source, name = _chosen(form, typed)
    form.source.data = source
    page = _NOTHING_YET | {
        "form": form,
        "consultation": consultation,
        # A file took the place of what was typed: it is given back beside it.
        "earlier": typed if typed.strip() and typed != source else "",
    }
    act = request.form.get("act")
    if not form.errors and not source.strip():
        form.source.errors = [_("Please write or paste a survey, choose a file, or start from one of ours.")]
    if form.errors:
        return again("manage/load.html", 422, **page)
    if act == "start":
        return render_template("manage/load.html", **page)
    if faults := service.check(source, name=name):
        return again("manage/load.html", 422, **page | {"faults": faults})
    if act != "keep":
        return render_template("manage/load.html", **page | {"checked": True})
    try:
        service.load(db.session(), workbench_vault(), consultation, source, name=name, **who())
    except RefusedError as error:
        form.source.errors = [sentence(str(error))]
        return again("manage/load.html", 409, **page)
    db.session.commit()
    return to_overview(consultation, "loaded")


_NOTHING_YET: dict[str, object] = {"faults": (), "earlier": "", "checked": False}


def _chosen(form: SurveyForm, typed: str) -> tuple[str, str]:
    """The text to go on with and the name it has in faults; what cannot be used is said beside its field."""
    if request.form.get("act") == "start":
        source = service.shipped_source(form.shipped.data or "")
        if source is None:
            form.shipped.errors = [_("Please choose one of these.")]
            return typed, _TYPED_NAME
        return source, f"{form.shipped.data}.toml"
    upload = request.files.get(form.file.name)
    if upload is None or not upload.filename:
        return typed, _TYPED_NAME
    try:
        return upload.read().decode("utf-8-sig").replace("\r\n", "\n"), upload.filename[-60:]
    except UnicodeDecodeError:
        form.file.errors = [_("This file is not UTF-8 text. Please save it as UTF-8, then choose it again.")]
        return typed, _TYPED_NAME
