"""The bank of questions about people: looked at, and copied into the working copy."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consult.making import service
from consult.making.forms.starting import NEW_PART, BankForm
from consult.making.views.common import LEAD, again, bp, change, opened, to_outline
from consult.web import access
from consult.web.access import ADMINISTRATOR
from consult.web.extensions import db
from surveys import Section, Survey, bank, editing, text


@bp.get("/<consultation>/surveys/<survey_id>/edit/bank")
@access.roles(LEAD, ADMINISTRATOR)
def offered(consultation: str, survey_id: str) -> ResponseReturnValue:
    """The questions of the bank, each with why it is asked and where it comes from."""
    copy = opened(consultation, survey_id)
    return render_template("making/bank.html", form=_form(copy, empty=True), **_around(copy))


@bp.post("/<consultation>/surveys/<survey_id>/edit/bank")
@access.roles(LEAD, ADMINISTRATOR)
def take(consultation: str, survey_id: str) -> ResponseReturnValue:
    """Copy questions of the bank into a part."""
    copy = opened(consultation, survey_id)
    form = _form(copy)
    if not form.validate():
        return again("making/bank.html", 422, form=form, **_around(copy))
    chosen = [bank.entry(str(name)) for name in form.entries.data or ()]
    taken = set(service.used_ids(db.session(), consultation, copy.survey))
    part = str(form.part.data)
    new = editing.make_id("About you", taken, otherwise="part") if part == NEW_PART else ""
    copies = []
    for entry in chosen:
        name = editing.make_id(entry.question.id.replace("_", " "), taken, otherwise="about")
        taken.add(name)
        copies.append(bank.copied(entry, name))

    def added(survey: Survey) -> Survey:
        if new:
            note = text(_("These help us see who we have not heard from. All are up to you."))
            survey = editing.add_section(survey, Section(id=new, title=text(_("About you")), note=note))
        for each in copies:
            survey = editing.add_question(survey, new or part, each)
        return survey

    change(copy, _("take questions from the bank"), added)
    return to_outline(copy, done="taken", anchor=new or part)


def _form(copy: service.Copy, *, empty: bool = False) -> BankForm:
    form = BankForm(formdata=None) if empty else BankForm()
    survey = copy.survey
    titles = {
        each.id: each.title.read(survey.base, base=survey.base).words or each.id for each in survey.sections
    }
    form.offer({entry.name: entry.topic for entry in bank.entries()}, titles)
    if empty and "about" in titles:
        form.part.data = "about"
    return form


def _around(copy: service.Copy) -> dict[str, object]:
    there = {question.bank.partition("/")[0] for question in copy.survey.questions if question.bank}
    return {"copy": copy, "entries": bank.entries(), "there": there}
