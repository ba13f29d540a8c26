"""Pages for the parts of a survey: its texts, a section, a question and its options, an ending."""

from __future__ import annotations

from typing import Any

from flask import abort, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

import surveys
from consult.making import service
from consult.making.forms import parts as forms
from consult.making.forms.questions import kind_words, question_form
from consult.making.forms.starting import NewQuestionForm
from consult.making.forms.words import Kind, kinds_of
from consult.making.views.common import LEAD, again, at, bp, change, opened, to_outline
from consult.making.views.editing import Asked, edit, found
from consult.web import access
from consult.web.access import ADMINISTRATOR
from consult.web.extensions import db
from surveys import Option, Question, Survey, bank, editing, options_of, rules, text


@bp.route("/<consultation>/surveys/<survey_id>/edit/texts", methods=["GET", "POST"])
@access.roles(LEAD, ADMINISTRATOR)
def texts(consultation: str, survey_id: str) -> ResponseReturnValue:
    """The words of the whole survey, and its languages."""
    copy = opened(consultation, survey_id)
    asked = Asked(
        template="making/part.html",
        form=forms.texts_form(_kinds(copy), copy.survey)(),
        find=lambda survey: survey,
        put=lambda _survey, typed: typed,
        said=_("change the words of the survey"),
        then=at(copy, "outline", done="saved"),
        page={"heading": _("Words of the survey"), "rule": None, "where": "", **_easy(copy)},
    )
    return edit(copy, asked)


@bp.route("/<consultation>/surveys/<survey_id>/edit/parts/<part>", methods=["GET", "POST"])
@access.roles(LEAD, ADMINISTRATOR)
def part(consultation: str, survey_id: str, part: str) -> ResponseReturnValue:
    """A section: its title, the note before it, and its rule."""
    copy = opened(consultation, survey_id)
    section = found(lambda survey: editing.section(survey, part), copy)
    asked = Asked(
        template="making/part.html",
        form=forms.section_form(_kinds(copy))(),
        find=lambda survey: editing.section(survey, part),
        put=editing.put_section,
        said=_("change the part “%(title)s”", title=_said(section.title, copy)),
        then=at(copy, "outline", done="saved", _anchor=part),
        page={
            "heading": _("Part: %(title)s", title=_said(section.title, copy) or part),
            "rule": rules.in_words(section.when, copy.survey),
            "where": part,
            **_easy(copy),
        },
    )
    return edit(copy, asked)


@bp.route("/<consultation>/surveys/<survey_id>/edit/endings/<ending>", methods=["GET", "POST"])
@access.roles(LEAD, ADMINISTRATOR)
def ending(consultation: str, survey_id: str, ending: str) -> ResponseReturnValue:
    """The page for somebody who leaves before the survey starts."""
    copy = opened(consultation, survey_id)
    now = found(lambda survey: editing.ending(survey, ending), copy)
    title = _said(now.title, copy)
    asked = Asked(
        template="making/part.html",
        form=forms.ending_form(_kinds(copy))(),
        find=lambda survey: editing.ending(survey, ending),
        put=editing.put_ending,
        said=_("change the ending “%(title)s”", title=title),
        then=at(copy, "outline", done="saved", _anchor=ending),
        page={
            "heading": _("Ending: %(title)s", title=title or ending),
            "rule": None,
            "where": "",
            **_easy(copy),
        },
    )
    return edit(copy, asked)


@bp.route("/<consultation>/surveys/<survey_id>/edit/parts/<part>/new", methods=["GET", "POST"])
@access.roles(LEAD, ADMINISTRATOR)
def new_question(consultation: str, survey_id: str, part: str) -> ResponseReturnValue:
    """A new question of a section: its words and kind first, all else on its own page."""
    copy = opened(consultation, survey_id)
    section = found(lambda survey: editing.section(survey, part), copy)
    form = NewQuestionForm()
    form.offer(kind_words())
    page: dict[str, Any] = {"copy": copy, "form": form, "section": section}
    if not form.is_submitted():
        return render_template("making/new_question.html", **page)
    if not form.validate():
        return again("making/new_question.html", 422, **page)
    words = surveys.flowing(form.text.data or "")
    taken = service.used_ids(db.session(), consultation, copy.survey)
    name = editing.make_id(words, taken, otherwise="question")
    new = editing.KINDS[str(form.kind.data)](id=name, text=text(words, copy.survey.base), starts_page=True)
    said = _("add the question “%(words)s”", words=words)
    change(copy, said, lambda survey: editing.add_question(survey, part, new))
    return redirect(at(copy, "question", question=name, done="added"), 303)


@bp.route("/<consultation>/surveys/<survey_id>/edit/questions/<question>", methods=["GET", "POST"])
@access.roles(LEAD, ADMINISTRATOR)
def question(consultation: str, survey_id: str, question: str) -> ResponseReturnValue:
    """A question with all its settings, its options and its rule."""
    copy = opened(consultation, survey_id)
    now: Question = found(lambda survey: editing.question(survey, question), copy)
    fixed = service.was_answered(db.session(), consultation, survey_id, question)
    form = question_form(_kinds(copy), editing.kind_of(now), fixed_kind=fixed)()
    if not form.is_submitted() and not fixed:
        form["kind"].data = editing.kind_of(now)

    def put(survey: Survey, typed: Question) -> Survey:
        kind = editing.kind_of(typed) if fixed else str(form["kind"].data)
        return editing.put_question(survey, editing.as_kind(typed, kind))

    changes_kind = form.is_submitted() and not fixed and form["kind"].data != editing.kind_of(now)
    asked = Asked(
        template="making/question.html",
        form=form,
        find=lambda survey: editing.question(survey, question),
        put=put,
        said=_("change the question “%(words)s”", words=_said(now.text, copy)),
        then=at(copy, "question", question=question, done="kind")
        if changes_kind
        else at(copy, "outline", done="saved", _anchor=question),
        page=_around_question(copy, now, fixed=fixed),
    )
    return edit(copy, asked)


@bp.post("/<consultation>/surveys/<survey_id>/edit/questions/<question>/place")
@access.roles(LEAD, ADMINISTRATOR)
def place_question(consultation: str, survey_id: str, question: str) -> ResponseReturnValue:
    """Move a question to the end of another part."""
    copy = opened(consultation, survey_id)
    now: Question = found(lambda survey: editing.question(survey, question), copy)
    part = request.form.get("part", "")
    said = _("move “%(words)s” to another part", words=_said(now.text, copy))
    change(copy, said, lambda survey: editing.place_question(survey, question, part))
    return to_outline(copy, anchor=question)


@bp.post("/<consultation>/surveys/<survey_id>/edit/questions/<question>/options")
@access.roles(LEAD, ADMINISTRATOR)
def options(consultation: str, survey_id: str, question: str) -> ResponseReturnValue:
    """Add options to a question, or move or remove one."""
    copy = opened(consultation, survey_id)
    now: Question = found(lambda survey: editing.question(survey, question), copy)
    act, _slash, name = request.form.get("act", "").partition("/")
    words = _said(now.text, copy)
    if act == "add":
        return _add_options(copy, now)
    if act in {"up", "down"}:
        by = -1 if act == "up" else 1
        said = _("move an option of “%(words)s”", words=words)
        change(copy, said, lambda survey: editing.move_option(survey, question, name, by))
    elif act == "remove":
        said = _("remove an option of “%(words)s”", words=words)
        change(copy, said, lambda survey: editing.remove_option(survey, question, name))
    else:
        abort(404)
    return redirect(at(copy, "question", question=question, _anchor="options"), 303)


@bp.route(
    "/<consultation>/surveys/<survey_id>/edit/questions/<question>/options/<option>", methods=["GET", "POST"]
)
@access.roles(LEAD, ADMINISTRATOR)
def option(consultation: str, survey_id: str, question: str, option: str) -> ResponseReturnValue:
    """An option with its settings."""
    copy = opened(consultation, survey_id)
    now: Option = found(lambda survey: editing.option(survey, question, option), copy)
    parent = editing.question(copy.survey, question)
    asked = Asked(
        template="making/part.html",
        form=forms.option_form(_kinds(copy), copy.survey, parent)(),
        find=lambda survey: editing.option(survey, question, option),
        put=lambda survey, typed: editing.put_option(survey, question, typed),
        said=_("change the option “%(words)s”", words=_said(now.text, copy)),
        then=at(copy, "question", question=question, _anchor="options"),
        page={
            "heading": _("Option: %(words)s", words=_said(now.text, copy) or option),
            "rule": None,
            "where": "",
            "back": at(copy, "question", question=question, _anchor="options"),
            **_easy(copy),
        },
    )
    return edit(copy, asked)


def _add_options(copy: service.Copy, now: Question) -> ResponseReturnValue:
    new = forms.NewOptionsForm()
    if not new.validate():
        form = question_form(_kinds(copy), editing.kind_of(now), fixed_kind=True)(formdata=None)
        form.fill(now)
        form.mark.data = form.mark_of(now)
        page = _around_question(copy, now, fixed=True) | {"new_options": new}
        return again("making/question.html", 422, copy=copy, form=form, **page)
    taken = set(service.used_option_ids(db.session(), copy.consultation, copy.survey, now.id))
    made = []
    for words in new.texts():
        made.append(
            Option(id=editing.make_id(words, taken, otherwise="option"), text=text(words, copy.survey.base))
        )
        taken.add(made[-1].id)

    def added(survey: Survey) -> Survey:
        for each in made:
            survey = editing.add_option(survey, now.id, each)
        return survey

    change(copy, _("add options to “%(words)s”", words=_said(now.text, copy)), added)
    return redirect(at(copy, "question", question=now.id, _anchor="options"), 303)


def _around_question(copy: service.Copy, now: Question, *, fixed: bool) -> dict[str, object]:
    home = editing.section_of(copy.survey, now.id)
    entry = bank.taken_from(now)
    return {
        "question": now,
        "kind": kind_words()[editing.kind_of(now)],
        "has_options": editing.kind_of(now) in {"choice", "choices"},
        "options": options_of(now),
        "new_options": forms.NewOptionsForm(formdata=None),
        "fixed": fixed,
        "home": home,
        "others": [each for each in copy.survey.sections if each.id != home.id],
        "rule": rules.in_words(now.when, copy.survey),
        "entry": entry,
        "as_in_bank": bank.same_as_bank(now),
        "done": request.args.get("done", ""),
        **_easy(copy),
    }


def _kinds(copy: service.Copy) -> tuple[Kind, ...]:
    return kinds_of(copy.survey, easy="easy" in request.args)


def _easy(copy: service.Copy) -> dict[str, object]:
    """Whether the page shows boxes for easy read, and whether it can be asked to."""
    return {"offers_easy": not any(variant for _language, variant in _kinds(copy))}


def _said(words: surveys.Text, copy: service.Copy) -> str:
    return words.read(copy.survey.base, base=copy.survey.base).words
