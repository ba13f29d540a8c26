"""Beginning a working copy: from one of ours, from a survey of one's own, from a file, or with nothing."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

import surveys
from consult.making import service
from consult.making.forms.starting import EMPTY, UPLOAD, StartForm
from consult.making.service import workbook
from consult.making.views.common import LEAD, again, bp, opened
from consult.web import access
from consult.web.access import ADMINISTRATOR, who
from consult.web.extensions import db, workbench_vault
from consult.web.sentences import sentence
from surveys import Strand
from surveys.editing import empty, make_id


@bp.get("/<consultation>/surveys/make")
@access.roles(LEAD, ADMINISTRATOR)
def start(consultation: str) -> ResponseReturnValue:
    """What is being made here, and what a new survey can begin from."""
    form = StartForm(formdata=None)
    form.offer(_offered(consultation))
    return render_template("making/start.html", form=form, **_around(consultation))


@bp.post("/<consultation>/surveys/make")
@access.roles(LEAD, ADMINISTRATOR)
def begin(consultation: str) -> ResponseReturnValue:
    """Begin a working copy, and go to it."""
    form = StartForm()
    form.offer(_offered(consultation))
    faults: tuple[surveys.Fault, ...] = ()
    if form.validate():
        try:
            chosen = _chosen(consultation, form)
        except surveys.DefinitionError as error:
            chosen, faults = None, error.faults
        if chosen is not None:
            survey, based_on = chosen
            survey_id = service.begin(
                db.session(), workbench_vault(), consultation, survey, based_on=based_on, **who()
            )
            db.session.commit()
            return redirect(url_for("making.outline", consultation=consultation, survey_id=survey_id), 303)
    db.session.rollback()
    return again("making/start.html", 422, form=form, faults=faults, **_around(consultation))


@bp.get("/<consultation>/surveys/<survey_id>/discard")
@access.roles(LEAD, ADMINISTRATOR)
def discarding(consultation: str, survey_id: str) -> ResponseReturnValue:
    """What is thrown away, before it is."""
    return render_template("making/discard.html", copy=opened(consultation, survey_id))


@bp.post("/<consultation>/surveys/<survey_id>/discard")
@access.roles(LEAD, ADMINISTRATOR)
def discard(consultation: str, survey_id: str) -> ResponseReturnValue:
    """Throw a working copy away. Versions stay."""
    service.discard(db.session(), workbench_vault(), consultation, survey_id, **who())
    db.session.commit()
    return redirect(url_for("making.start", consultation=consultation, done="discarded"), 303)


def _around(consultation: str) -> dict[str, object]:
    return {
        "consultation": consultation,
        "copies": service.all_of(db.session(), consultation),
        "done": request.args.get("done", ""),
    }


def _offered(consultation: str) -> list[tuple[str, str]]:
    shipped = [
        (f"shipped/{key}", _("Ours: %(title)s", title=title)) for key, title in service.shipped().items()
    ]
    own = [
        (
            f"own/{line.consultation}/{line.survey_id}",
            _("%(title)s: its next version", title=line.title)
            if line.consultation == consultation
            else _("%(title)s, of %(consultation)s", title=line.title, consultation=line.consultation_title),
        )
        for line in service.to_begin_from(db.session(), access.account())
    ]
    # What is here comes first: to go on with it is what most come for.
    return [*sorted(own, key=lambda way: not way[0].startswith(f"own/{consultation}/")), *shipped]


def _chosen(consultation: str, form: StartForm) -> tuple[surveys.Survey, bytes | None] | None:
    """What to begin with, and the version that it is; None when something is to be mended in the form."""
    way, _slash, rest = str(form.start.data).partition("/")
    if way == EMPTY:
        return _nothing(form)
    if way == UPLOAD:
        return _uploaded(form)
    if way == "shipped":
        return surveys.load(rest), None
    home, _slash, survey_id = rest.partition("/")
    survey, fingerprint = service.present(db.session(), home, survey_id)
    # Within its own consultation a survey goes on as itself; elsewhere it becomes another one.
    return survey, fingerprint if home == consultation else None


def _nothing(form: StartForm) -> tuple[surveys.Survey, None] | None:
    title = surveys.flowing(form.title.data or "")
    if not title:
        form.title.errors = [_("Please write a title.")]
        return None
    survey_id = make_id(title, (), otherwise="survey")
    return empty(survey_id, Strand(str(form.strand.data)), surveys.text(title)), None


def _uploaded(form: StartForm) -> tuple[surveys.Survey, None] | None:
    """The survey in a file. Raises surveys.DefinitionError with every fault of form."""
    upload = request.files.get(form.file.name)
    if upload is None or not upload.filename:
        form.file.errors = [_("Please choose a file.")]
        return None
    content, name = upload.read(), upload.filename[-60:]
    try:
        source = (
            workbook.take_over(content, name=name).source
            if workbook.is_workbook(content)
            else content.decode("utf-8-sig").replace("\r\n", "\n")
        )
    except workbook.WorkbookError as error:
        form.file.errors = [sentence(str(error))]
        return None
    except UnicodeDecodeError:
        form.file.errors = [_("This file is not UTF-8 text. Please save it as UTF-8, then choose it again.")]
        return None
    return surveys.parse(source, name=name), None
