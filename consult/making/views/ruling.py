"""Rules: when a section or a question is asked, put together from conditions on earlier answers."""

from __future__ import annotations

from collections.abc import Callable

from flask import abort, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consult.making import service
from consult.making.forms.rules import ConditionForm, EarlierForm
from consult.making.views.common import LEAD, again, at, bp, change, opened
from consult.making.views.editing import found
from consult.web import access
from consult.web.access import ADMINISTRATOR
from surveys import Condition, Survey, editing, rules
from surveys.rules import NoSuchPlaceError, Path


@bp.get("/<consultation>/surveys/<survey_id>/edit/rules/<where>")
@access.roles(LEAD, ADMINISTRATOR)
def rule(consultation: str, survey_id: str, where: str) -> ResponseReturnValue:
    """When this part is asked, in words and line by line."""
    copy = opened(consultation, survey_id)
    now = found(lambda survey: editing.rule_of(survey, where), copy)
    return render_template(
        "making/rule.html",
        copy=copy,
        where=where,
        label=_label(copy, where),
        said=rules.in_words(now, copy.survey),
        lines=[(line, ".".join(map(str, line.path))) for line in rules.lines(now, copy.survey)],
        earlier=rules.may_look_at(copy.survey, where),
        back=_back(copy, where),
    )


@bp.post("/<consultation>/surveys/<survey_id>/edit/rules/<where>")
@access.roles(LEAD, ADMINISTRATOR)
def change_rule(consultation: str, survey_id: str, where: str) -> ResponseReturnValue:
    """Turn a line round, join a group in the other way, make a group, or take a line out."""
    copy = opened(consultation, survey_id)
    act, _slash, place = request.form.get("act", "").partition("/")
    said = _("change when “%(label)s” is asked", label=_label(copy, where))

    def changed(survey: Survey) -> Survey:
        now = editing.rule_of(survey, where)
        return editing.put_rule(survey, where, _acted(now, act, path_of(place)))

    change(copy, said, changed)
    return redirect(at(copy, "rule", where=where), 303)


@bp.route("/<consultation>/surveys/<survey_id>/edit/rules/<where>/add", methods=["GET", "POST"])
@access.roles(LEAD, ADMINISTRATOR)
def add_condition(consultation: str, survey_id: str, where: str) -> ResponseReturnValue:
    """One more condition: first which question, then what its answer has to be."""
    copy = opened(consultation, survey_id)
    found(lambda survey: editing.rule_of(survey, where), copy)
    offered = {each.id: each for each in rules.may_look_at(copy.survey, where)}
    place = request.args.get("place", "")
    page = {"copy": copy, "where": where, "label": _label(copy, where), "place": place}
    asked = offered.get(request.args.get("question", ""))
    if asked is None:
        earlier = EarlierForm(formdata=None)
        earlier.offer(tuple(offered.values()), copy.survey.base)
        missing = "question" in request.args or request.args.get("next") == "yes"
        if missing:
            earlier.question.errors = [_("Please choose one of these.")]
        status = 422 if missing else 200
        return render_template("making/earlier.html", form=earlier, has_errors=missing, **page), status
    form = ConditionForm()
    form.offer(asked, copy.survey.base)
    shown = page | {"form": form, "asked": asked, "asked_words": _label(copy, asked.id)}
    if not form.is_submitted():
        return render_template("making/condition.html", **shown)
    condition = form.condition(asked) if form.validate() else None
    if condition is None:
        return again("making/condition.html", 422, **shown)
    _add(copy, where, path_of(place), condition)
    return redirect(at(copy, "rule", where=where), 303)


def path_of(place: str) -> Path:
    """A place as it stands in an address, such as 0.1; what is none is not here."""
    steps = [step for step in place.split(".") if step]
    if not all(step.isascii() and step.isdigit() and len(step) < 4 for step in steps):
        abort(404)
    return tuple(int(step) for step in steps)


def _add(copy: service.Copy, where: str, path: Path, condition: Condition) -> None:
    said = _("change when “%(label)s” is asked", label=_label(copy, where))

    def changed(survey: Survey) -> Survey:
        now = editing.rule_of(survey, where)
        try:
            return editing.put_rule(survey, where, rules.add(now, path, condition))
        except NoSuchPlaceError:
            # Somebody took that group away: the condition joins the whole rule.
            return editing.put_rule(survey, where, rules.add(now, (), condition))

    change(copy, said, changed)


_RULE_ACTS: dict[str, Callable[[Condition, Path], Condition | None]] = {
    "turn": rules.turned,
    "join": rules.joined,
    "group": rules.grouped,
    "remove": lambda now, path: rules.put(now, path, None),
}


def _acted(now: Condition | None, act: str, path: Path) -> Condition | None:
    if now is None or act not in _RULE_ACTS:
        abort(404)
    try:
        return _RULE_ACTS[act](now, path)
    except NoSuchPlaceError:
        abort(404)


def _label(copy: service.Copy, where: str) -> str:
    survey = copy.survey
    words = {each.id: each.title for each in survey.sections} | {
        each.id: each.text for each in survey.questions
    }
    return words[where].read(survey.base, base=survey.base).words or where if where in words else where


def _back(copy: service.Copy, where: str) -> str:
    if any(each.id == where for each in copy.survey.sections):
        return at(copy, "part", part=where)
    return at(copy, "question", question=where)
