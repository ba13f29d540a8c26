"""Versions: kept from the working copy, listed, compared, and chosen for the next opening."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

import surveys
from consult.faults import RefusedError
from consult.making import service
from consult.making.forms.starting import KeepForm
from consult.making.views.common import LEAD, again, at, bp, opened
from consult.web import access
from consult.web.access import ADMINISTRATOR, who
from consult.web.extensions import db, workbench_vault
from consult.web.sentences import sentence


@bp.get("/<consultation>/surveys/<survey_id>/keep")
@access.roles(LEAD, ADMINISTRATOR)
def keeping(consultation: str, survey_id: str) -> ResponseReturnValue:
    """What would be kept as a version, and what it lacks."""
    copy = opened(consultation, survey_id)
    return render_template("making/keep.html", form=KeepForm(formdata=None), **_around(copy))


@bp.post("/<consultation>/surveys/<survey_id>/keep")
@access.roles(LEAD, ADMINISTRATOR)
def keep(consultation: str, survey_id: str) -> ResponseReturnValue:
    """Keep the working copy as a version."""
    copy = opened(consultation, survey_id)
    form = KeepForm()
    if not form.validate():
        return again("making/keep.html", 422, form=form, **_around(copy))
    try:
        kept = service.keep(
            db.session(), workbench_vault(), consultation, survey_id, said=form.said.data or "", **who()
        )
    except surveys.DefinitionError:
        return redirect(at(copy, "mend"), 303)
    except RefusedError as error:
        form.form_errors.append(sentence(str(error)))
        return again("making/keep.html", 409, form=form, **_around(copy))
    db.session.commit()
    done = "kept" if kept.used else "waits"
    return redirect(at(copy, "versions", done=done if kept.new else "there"), 303)


@bp.get("/<consultation>/surveys/<survey_id>/versions")
@access.roles(LEAD, ADMINISTRATOR)
def versions(consultation: str, survey_id: str) -> ResponseReturnValue:
    """Every version of a survey, and room to compare two."""
    return _versions(consultation, survey_id)


@bp.get("/<consultation>/surveys/<survey_id>/versions/compare")
@access.roles(LEAD, ADMINISTRATOR)
def compare(consultation: str, survey_id: str) -> ResponseReturnValue:
    """What is different between two versions; without two, the page to choose them."""
    old, new = request.args.get("old", ""), request.args.get("new", "")
    if not (old and new):
        return redirect(url_for("making.versions", consultation=consultation, survey_id=survey_id), 303)
    compared = service.compare(db.session(), consultation, survey_id, old, new)
    return render_template(
        "making/compare.html", compared=compared, consultation=consultation, survey_id=survey_id
    )


@bp.post("/<consultation>/surveys/<survey_id>/versions/<version>/use")
@access.roles(LEAD, ADMINISTRATOR)
def use_version(consultation: str, survey_id: str, version: str) -> ResponseReturnValue:
    """Let people see a version from the next opening on."""
    try:
        service.use(db.session(), workbench_vault(), consultation, survey_id, version, **who())
    except RefusedError as error:
        db.session.rollback()
        return _versions(consultation, survey_id, refused=sentence(str(error))), 409
    db.session.commit()
    found = url_for("making.versions", consultation=consultation, survey_id=survey_id, done="used")
    return redirect(found, 303)


def _versions(consultation: str, survey_id: str, *, refused: str = "") -> str:
    return render_template(
        "making/versions.html",
        found=service.versions(db.session(), consultation, survey_id),
        consultation=consultation,
        copy_name=service.COPY,
        done=request.args.get("done", ""),
        refused=refused,
        has_errors=bool(refused),
    )


def _around(copy: service.Copy) -> dict[str, object]:
    listed = service.versions(db.session(), copy.consultation, copy.survey.id)
    return {
        "copy": copy,
        "faults": service.faults(copy.survey),
        "gone": service.gone_from_answers(db.session(), copy.consultation, copy.survey),
        "last": listed.lines[0] if listed.lines else None,
        "changed": listed.changed,
        "state": listed.state,
    }
