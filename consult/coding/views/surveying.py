"""Looking over the coding of one question: progress, and what is so sure that a batch may be accepted."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from consult.coding import forms, service
from consult.coding.service import NotCheckedError, NothingToFindError, OtherSetError
from consult.coding.views.common import bp, coders, enter, is_open
from consult.web.access import needs_key
from consult.web.extensions import db
from consult.web.sentences import sentence
from consult.web.sessions import current

_CHECKED = "coding_checked"
"""Which set of very sure suggestions this person judged a sample of, as the sample left it."""


@bp.get("/answers/<definition_id>/<question_id>/progress")
@coders
@needs_key
def progress(consultation: str, definition_id: str, question_id: str) -> ResponseReturnValue:
    """What is coded and left, whether new themes come, how good suggestions are, what more would take."""
    minutes = forms.minutes(request.args.get("minutes", ""))
    return render_template(
        "coding/progress.html",
        consultation=consultation,
        page=service.progress(
            enter(consultation), definition_id, question_id, estimate=request.args.get("estimate") == "yes"
        ),
        minutes=minutes,
        estimate=request.args.get("estimate") == "yes",
    )


@bp.get("/answers/<definition_id>/<question_id>/sure")
@coders
@needs_key
def sure(consultation: str, definition_id: str, question_id: str) -> ResponseReturnValue:
    """The very sure suggestions: a sample of them to judge first."""
    return _sure_page(consultation, definition_id, question_id)


@bp.post("/answers/<definition_id>/<question_id>/sure/<act>")
@coders
@needs_key
def act_on_sure(consultation: str, definition_id: str, question_id: str, act: str) -> ResponseReturnValue:
    """Judge the sample; accept all, once that was done; or take a batch back."""
    unlocked = enter(consultation)
    try:
        done = _act_on_sure(unlocked, definition_id, question_id, act)
    except (NotCheckedError, OtherSetError) as error:
        db.session.rollback()
        problem = sentence(str(error))
        page = _sure_page(consultation, definition_id, question_id, problem=problem)
        return page, 422 if isinstance(error, NotCheckedError) else 409
    db.session.commit()
    there = url_for(
        ".sure",
        consultation=consultation,
        definition_id=definition_id,
        question_id=question_id,
        done=done,
    )
    return redirect(there, 303)


@bp.route("/search", methods=["GET", "POST"])
@coders
@needs_key
def search(consultation: str) -> ResponseReturnValue:
    """Answers by words or meaning. A post, so that no address or log holds the words; it changes nothing."""
    unlocked = enter(consultation)
    problem, found, typed = "", None, request.form.get("words", "")
    by_meaning = request.form.get("by") == "meaning"
    if request.method == "POST":
        try:
            look = service.search_meaning if by_meaning else service.search
            found = look(unlocked, typed)
        except NothingToFindError as error:
            problem = sentence(str(error))
    page = render_template(
        "coding/search.html",
        consultation=consultation,
        found=found,
        by_meaning=by_meaning,
        problem=problem,
        typed=typed,
        is_open=is_open,
        has_errors=bool(problem),
    )
    return page, 422 if problem else 200


def _act_on_sure(unlocked: service.Unlocked, definition_id: str, question_id: str, act: str) -> str:
    if act == "judge":
        page = service.sure(unlocked, definition_id, question_id)
        verdicts = forms.right_or_wrong(request.form)
        if not service.judge_sure(unlocked, page, verdicts, print_=request.form.get("set", "")):
            current().pop(_CHECKED, None)
            return "wrong"
        wrong = {value for value, right in verdicts.items() if not right}
        left = [each.value for each in page.found if each.value not in wrong]
        current()[_CHECKED] = [definition_id, question_id, left]
        return "checked"
    if act == "accept":
        checked = _checked(definition_id, question_id)
        if not checked:
            raise NotCheckedError("please judge the sample first")
        service.accept_sure(unlocked, definition_id, question_id, checked=checked)
        current().pop(_CHECKED, None)
        return "accepted"
    if act == "undo":
        service.take_batch_back(unlocked, definition_id, question_id, request.form.get("batch", ""))
        return "undone"
    raise forms.UnknownPressError("this page has no such button")


def _checked(definition_id: str, question_id: str) -> list[str]:
    kept = current().get(_CHECKED)
    return list(kept[2]) if kept and list(kept[:2]) == [definition_id, question_id] else []


def _sure_page(consultation: str, definition_id: str, question_id: str, *, problem: str = "") -> str:
    page = service.sure(enter(consultation), definition_id, question_id)
    there = {each.value for each in page.found}
    checked = _checked(definition_id, question_id)
    return render_template(
        "coding/sure.html",
        consultation=consultation,
        page=page,
        checked=checked if set(checked) <= there else [],
        chosen=request.form,
        problem=problem,
        done=request.args.get("done", ""),
        has_errors=bool(problem),
    )
