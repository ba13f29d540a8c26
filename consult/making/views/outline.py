"""A survey under work on one page: parts moved, added, removed and taken back; and what to mend."""

from __future__ import annotations

from collections.abc import Callable

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consult.making import service
from consult.making.forms.starting import TitleForm
from consult.making.views.common import LEAD, again, at, bp, change, opened, to_outline
from consult.web import access
from consult.web.access import ADMINISTRATOR, who
from consult.web.extensions import db
from consult.web.sentences import sentence
from surveys import Ending, Section, Survey, editing, flowing, rules, text

Act = Callable[[Survey, str], Survey]

# What a button of a list says: kind of part and act -> what is done to the part of its id.
_ACTS: dict[tuple[str, str], Act] = {
    ("part", "up"): lambda survey, name: editing.move_section(survey, name, -1),
    ("part", "down"): lambda survey, name: editing.move_section(survey, name, 1),
    ("part", "remove"): editing.remove_section,
    ("question", "up"): lambda survey, name: editing.move_question(survey, name, -1),
    ("question", "down"): lambda survey, name: editing.move_question(survey, name, 1),
    ("question", "remove"): editing.remove_question,
    ("ending", "remove"): editing.remove_ending,
}


@bp.get("/<consultation>/surveys/<survey_id>/edit")
@access.roles(LEAD, ADMINISTRATOR)
def outline(consultation: str, survey_id: str) -> ResponseReturnValue:
    """Every part with its questions, and what comes next."""
    copy = opened(consultation, survey_id)
    return render_template("making/outline.html", **_around(copy), done=request.args.get("done", ""))


@bp.post("/<consultation>/surveys/<survey_id>/edit")
@access.roles(LEAD, ADMINISTRATOR)
def arrange(consultation: str, survey_id: str) -> ResponseReturnValue:
    """Move or remove a part, a question or an ending."""
    copy = opened(consultation, survey_id)
    kind, _slash, rest = request.form.get("act", "").partition("/")
    name, _slash, act = rest.partition("/")
    wanted = _ACTS.get((kind, act))
    if wanted is None:
        abort(404)
    words = _("move %(label)s") if act in {"up", "down"} else _("remove %(label)s")
    change(copy, words % {"label": _label(copy, name)}, lambda survey: wanted(survey, name))
    return to_outline(
        copy, done="removed" if act == "remove" else "", anchor=None if act == "remove" else name
    )


@bp.post("/<consultation>/surveys/<survey_id>/edit/parts")
@access.roles(LEAD, ADMINISTRATOR)
def add_part(consultation: str, survey_id: str) -> ResponseReturnValue:
    """A new part, as the last."""
    return _add(consultation, survey_id, "part")


@bp.post("/<consultation>/surveys/<survey_id>/edit/endings")
@access.roles(LEAD, ADMINISTRATOR)
def add_ending(consultation: str, survey_id: str) -> ResponseReturnValue:
    """A new ending: the page for somebody who leaves before the survey starts."""
    return _add(consultation, survey_id, "ending")


@bp.post("/<consultation>/surveys/<survey_id>/undo")
@access.roles(LEAD, ADMINISTRATOR)
def undo(consultation: str, survey_id: str) -> ResponseReturnValue:
    """Take the last change back."""
    shown = request.form.get("revision", "")
    revision = int(shown) if shown.isascii() and shown.isdigit() else 0
    try:
        service.undo(db.session(), consultation, survey_id, revision=revision, **who())
    except service.ChangedMeanwhileError as error:
        db.session.rollback()
        copy = opened(consultation, survey_id)
        return again("making/outline.html", 409, **_around(copy), refused=sentence(str(error)))
    db.session.commit()
    return to_outline(opened(consultation, survey_id), done="undone")


@bp.get("/<consultation>/surveys/<survey_id>/mend")
@access.roles(LEAD, ADMINISTRATOR)
def mend(consultation: str, survey_id: str) -> ResponseReturnValue:
    """What stops the survey from being kept, and what to look at again, each with a link to its field."""
    copy = opened(consultation, survey_id)
    lines = [(line, address(copy, line.place)) for line in service.to_mend(copy.survey)]
    return render_template("making/mend.html", copy=copy, lines=lines)


def address(copy: service.Copy, place: service.Place) -> str:
    """Where something is mended: the page, and the very field on it."""
    anchor = place.field or None
    language = copy.survey.base
    if place.field in _IN_LANGUAGES:
        anchor = f"{place.field}_{language}"
    match place.page:
        case "part":
            return at(copy, "part", part=place.part, _anchor=anchor)
        case "question":
            return at(copy, "question", question=place.part, _anchor=anchor)
        case "option":
            return at(copy, "option", question=place.part, option=place.option, _anchor=anchor)
        case "ending":
            return at(copy, "ending", ending=place.part, _anchor=anchor)
        case "rule":
            return at(copy, "rule", where=place.part)
    return at(copy, "texts", _anchor=anchor)


# Fields that are written in each language: a link goes to the box of the base language.
_IN_LANGUAGES = {
    *("title", "notice", "summary", "consent", "reassurance", "thanks", "note", "text", "hint", "lead"),
    *("label_low", "label_high", "thirds", "faces", "cannot_rate", "paragraphs", "recalling", "about"),
}


def _add(consultation: str, survey_id: str, kind: str) -> ResponseReturnValue:
    copy = opened(consultation, survey_id)
    form = TitleForm()
    if not form.validate():
        return again("making/outline.html", 422, **_around(copy, **{kind: form}))
    title = flowing(form.title.data or "")
    name = editing.make_id(title, service.used_ids(db.session(), consultation, copy.survey), otherwise=kind)
    if kind == "part":
        said = _("add the part “%(title)s”", title=title)
        change(copy, said, lambda survey: editing.add_section(survey, Section(id=name, title=text(title))))
    else:
        said = _("add the ending “%(title)s”", title=title)
        change(copy, said, lambda survey: editing.add_ending(survey, Ending(id=name, title=text(title))))
    return to_outline(copy, anchor=name)


def _around(copy: service.Copy, **forms: TitleForm) -> dict[str, object]:
    survey = copy.survey
    routed = {each.id: each.when for each in survey.sections if each.when}
    routed |= {each.id: each.when for each in survey.questions if each.when}
    return {
        "copy": copy,
        "faults": service.faults(survey),
        "rules": {name: rules.in_words(rule, survey) for name, rule in routed.items()},
        "new_part": forms.get("part") or TitleForm(formdata=None, prefix=""),
        "new_ending": forms.get("ending") or TitleForm(formdata=None),
        "home": url_for("making.start", consultation=copy.consultation),
    }


def _label(copy: service.Copy, name: str) -> str:
    survey = copy.survey
    titles = {each.id: each.title for each in survey.sections} | {
        each.id: each.title for each in survey.endings
    }
    titles |= {each.id: each.text for each in survey.questions}
    words = titles[name].read(survey.base, base=survey.base).words if name in titles else ""
    return f"“{words or name}”"
