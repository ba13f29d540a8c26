"""Draft standards and clauses: listed, written and changed."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consult import clock
from consult.evidence import forms, service
from consult.evidence.views.common import LEAD, TEAM, bp, may_edit, shown
from consult.web import access
from consult.web.extensions import db

CLAUSE = "clause-"


@bp.get("/standards")
@access.roles(*TEAM)
def standards(consultation: str) -> ResponseReturnValue:
    """All draft standards with what is missing under each."""
    return render_template(
        "evidence/standards.html",
        consultation=consultation,
        standards=service.listed(db.session(), consultation, today=clock.today()),
        may_edit=may_edit(consultation),
    )


@bp.route("/standards/new", methods=["GET", "POST"])
@access.roles(LEAD)
def new_standard(consultation: str) -> ResponseReturnValue:
    """Write a standard."""
    form = forms.NewStandardForm()
    if form.validate_on_submit():
        text = form.text((form.key.data or "").strip())
        if service.make(db.session(), consultation, text, today=clock.today()).saved:
            db.session.commit()
            return redirect(url_for(".edit_standard", consultation=consultation, key=text.key), 303)
        form.key.errors = [_("This key is in use. Please choose another one.")]
    status = 422 if form.errors else 200
    return shown("evidence/new.html", status, consultation=consultation, form=form)


@bp.route("/standards/<key>/edit", methods=["GET", "POST"])
@access.roles(LEAD)
def edit_standard(consultation: str, key: str) -> ResponseReturnValue:
    """Change a standard. When somebody else did meanwhile, both texts are shown and nothing is lost."""
    now = service.editing(db.session(), consultation, key)
    form = forms.StandardForm(obj=now.text, revision=now.revision)
    if not form.validate_on_submit():
        return _editing_page(consultation, now, form, 422 if form.errors else 200)
    revision = forms.revision_of(form.revision)
    outcome = service.change(
        db.session(),
        consultation,
        form.text(key),
        revision=revision or 0,
        today=clock.today(),
        said=form.said.data or "",
    )
    if outcome.saved:
        db.session.commit()
        return redirect(url_for(".standard", consultation=consultation, key=key), 303)
    theirs = form.differing(now.text)
    form.revision.data = str(now.revision)  # saving again is then a decision made with both texts in view
    return _editing_page(consultation, now, form, 409, theirs=theirs)


@bp.post("/standards/<key>/clauses")
@access.roles(LEAD)
def clause(consultation: str, key: str) -> ResponseReturnValue:
    """Add a clause, or change one."""
    form = forms.ClauseForm(prefix=CLAUSE)
    now = service.editing(db.session(), consultation, key)
    if not form.validate_on_submit():
        return _editing_page(consultation, now, None, 422, clause_form=form)
    text = form.text()
    outcome = service.write_clause(db.session(), consultation, key, text, today=clock.today())
    if outcome.saved:
        db.session.commit()
        return redirect(f"{url_for('.edit_standard', consultation=consultation, key=key)}#clauses", 303)
    if outcome.taken:
        form.number.errors = [_("This number is in use. Please choose another one.")]
        return _editing_page(consultation, now, None, 422, clause_form=form)
    present = next(each for each in now.clauses if each.number == text.number)
    theirs = form.differing(present)
    form.revision.data = str(present.revision)
    return _editing_page(consultation, now, None, 409, clause_form=form, theirs=theirs)


def _editing_page(
    consultation: str,
    now: service.Editing,
    form: forms.StandardForm | None,
    status: int,
    *,
    clause_form: forms.ClauseForm | None = None,
    theirs: list[forms.Differing] | None = None,
) -> ResponseReturnValue:
    return shown(
        "evidence/edit.html",
        status,
        consultation=consultation,
        now=now,
        form=form or forms.StandardForm(formdata=None, obj=now.text, revision=now.revision),
        clause_form=clause_form or _clause_form(now),
        theirs=theirs or [],
    )


def _clause_form(now: service.Editing) -> forms.ClauseForm:
    """A form for the clause that the address names, or for a new one."""
    wanted = request.args.get("clause")
    present = next((each for each in now.clauses if each.number == wanted), None)
    if present is None:
        return forms.ClauseForm(formdata=None, prefix=CLAUSE)
    return forms.ClauseForm(
        formdata=None, prefix=CLAUSE, obj=present.words, number=present.number, revision=present.revision
    )
