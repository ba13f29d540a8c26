"""Typing answers in that came on paper or by phone: one empty form after the other, and no way back.

Nothing typed is kept here but until the form is sealed, and then nobody's session can read it. A press of the
button that comes twice meets its own mark. What cannot be stored is shown again with everything typed.
"""

from __future__ import annotations

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consult import clock
from consult.faults import BusyError, ClosedError, ConflictError, Fault, RefusedError, SealError
from consult.gathering import service
from consult.gathering.forms import keying as forms
from consult.gathering.forms.keying import Typed
from consult.gathering.service import OnPaper
from consult.gathering.views.common import ANALYST, LEAD, address_of, bp, sheet
from consult.web import access, problems
from consult.web.extensions import db, intake_vault, settings, workbench_vault
from consult.web.sentences import sentence
from consult.web.sessions import current, reread
from consult.web.throttle import start_tokens
from consult.web.writing import store, will_read, will_write

_DONE = "keyed_in"
"""In the sealed session: the mark of the form that was sealed last, and its code until the person has it."""
_BEGUN = "keying"
_STATUS: tuple[tuple[type[Fault], int], ...] = (
    (BusyError, 503),
    (ClosedError, 410),
    (ConflictError, 409),
    (RefusedError, 422),
    (SealError, 500),
)


@bp.get("/<survey_id>/keying")
@access.roles(ANALYST, LEAD)
def form(consultation: str, survey_id: str) -> ResponseReturnValue:
    """An empty form with all questions, numbered as on paper."""
    survey = service.survey(db.session(), consultation, survey_id)
    first = {name: [request.args.get(name, "")] for name in (forms.CAME_BY, forms.LANGUAGE)}
    return _form(consultation, survey, forms.read(first, survey.definition))


@bp.post("/<survey_id>/keying")
@access.roles(ANALYST, LEAD)
def key_in(consultation: str, survey_id: str) -> ResponseReturnValue:
    """Seal what was typed; or show it again, with what to look at."""
    survey = service.survey(db.session(), consultation, survey_id)
    typed = forms.read(dict(request.form.lists()), survey.definition)
    found = service.look(survey.definition, typed.fields)
    if typed.act in {"look", "clear"}:
        return _form(consultation, survey, typed, found)
    if found.reading.problems:
        return _form(consultation, survey, typed, found), 422
    if found.ending:
        return render_template(
            "gathering/ended.html", consultation=consultation, survey=survey, ending=found.ending
        )
    if found.empty or (found.passed_over and typed.act != "without"):
        return _form(consultation, survey, typed, found, missing=found.empty), 422
    try:
        _seal(consultation, survey, typed, found)
    except Fault as error:
        db.session.rollback()
        current().undo()
        status = next((status for kind, status in _STATUS if isinstance(error, kind)), 500)
        if status == 500:  # its words are for the log, which has them by the type
            raise
        return _form(consultation, survey, typed, found, refused=_reason(error)), status
    return redirect(url_for(".keyed_in", consultation=consultation, survey_id=survey_id), 303)


@bp.get("/<survey_id>/keying/done")
@access.roles(ANALYST, LEAD)
def keyed_in(consultation: str, survey_id: str) -> ResponseReturnValue:
    """It is sealed. The code, if there is one, for the person alone."""
    survey = service.survey(db.session(), consultation, survey_id)
    done = current().get(_DONE)
    if done is None or done["survey"] != [consultation, survey_id]:
        return redirect(url_for(".form", consultation=consultation, survey_id=survey_id), 303)
    if not done["renewed"]:
        # With a new id the browser does not bring the filled form back from its memory. Not before this
        # page: were it with the sealing, an answer lost on the way would leave a dead cookie.
        current()[_DONE] = {**done, "renewed": True}
        current().renew()
    return render_template(
        "gathering/keyed_in.html",
        consultation=consultation,
        survey=survey,
        done=done,
        where=address_of(survey.slug, "back"),
    )


@bp.post("/<survey_id>/keying/next")
@access.roles(ANALYST, LEAD)
def next_one(consultation: str, survey_id: str) -> ResponseReturnValue:
    """Forget the code of the last one, and show an empty form."""
    done = current().pop(_DONE, None) or {}
    db.session.commit()
    kept = {name: done[name] for name in (forms.CAME_BY, forms.LANGUAGE) if name in done}
    return redirect(url_for(".form", consultation=consultation, survey_id=survey_id, **kept), 303)


def _seal(consultation: str, survey: OnPaper, typed: Typed, found: service.Look) -> None:
    """Note that it is done, then store it apart from the note; once, however often the button is pressed."""
    if _stored(typed):
        return
    code, keys = "", None
    if typed.wants_code:
        will_read()
        code, keys = service.code_for(db.session(), intake_vault(), consultation)
    with service.told_as_busy():
        will_write()
        person = access.account().name
        survey = service.survey(db.session(), consultation, survey.id)
        # From here on no other press of the button goes on: it would put this one's note and code away.
        if reread(hold=True).get(_BEGUN) != typed.mark:
            service.begin(
                db.session(), workbench_vault(), consultation, survey.id, actor=person, today=clock.today()
            )
            current()[_BEGUN] = typed.mark
        db.session.commit()
        if _stored(typed):
            return
        entry = service.Entry(
            response_id=_response_id(consultation, survey, typed.mark),
            answers=found.kept,
            came_by=typed.came_by,
            language=typed.language,
            later_studies=typed.later_studies,
            keys=keys,
        )
        will_read()
        sealer = intake_vault() if keys else workbench_vault()
        writes = service.sealing(db.session(), sealer, consultation, survey.id, entry)
        current()[_DONE] = {
            "mark": typed.mark,
            "survey": [consultation, survey.id],
            "code": code,
            "digits": service.digits(code) if code else "",
            "renewed": False,
            forms.CAME_BY: str(typed.came_by),
            forms.LANGUAGE: typed.language,
        }
        try:
            store(writes, scrub=True)
        except ConflictError:
            # A second press came through at the same moment. Only the first one made a code that works.
            if reread().get(_DONE, {}).get("mark") != typed.mark:
                service.require_not_sealed(db.session(), entry.response_id)
                raise


def _stored(typed: Typed) -> bool:
    done = current().get(_DONE)
    return done is not None and done["mark"] == typed.mark


def _response_id(consultation: str, survey: OnPaper, mark: str) -> bytes:
    """The same for the same form, and nothing that whoever sees the form could work out."""
    of = "\0".join((consultation, survey.id, access.account().name, mark))
    return start_tokens().named(of)


def _reason(error: Fault) -> str:
    if isinstance(error, BusyError):
        return str(_("Nothing was stored: too much is going on. Please press the button again in a moment."))
    return sentence(str(error))


def _form(
    consultation: str,
    survey: OnPaper,
    typed: Typed,
    found: service.Look | None = None,
    *,
    missing: bool = False,
    refused: str = "",
) -> str:
    wrong = found.reading.problems if found else ()
    return render_template(
        "gathering/keying.html",
        consultation=consultation,
        survey=survey,
        sheet=sheet(survey, typed.language),
        typed=typed,
        answers=typed.shown(survey.definition),
        problems={problem.question_id: problems.message(problem) for problem in wrong},
        passed_over=found.passed_over if found else (),
        missing=missing,
        refused=refused,
        has_errors=bool(wrong or missing or refused),
        codes="consult.intake_vault" in current_app.extensions,
        idle=settings().staff_idle_minutes,
    )
