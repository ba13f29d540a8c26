"""Pages of standards and literature: read, call the service, commit once, answer."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consult import clock
from consult.evidence import forms, service
from consult.web import access
from consult.web.extensions import db, workbench_vault

bp = Blueprint("evidence", __name__, url_prefix="/team/<consultation>")
access.guard(bp)

TEAM = ("analyst", "lead")
LEAD = "lead"
CLAUSE = "clause-"


@bp.get("/standards")
@access.roles(*TEAM)
def standards(consultation: str) -> ResponseReturnValue:
    """All draft standards with what is missing under each."""
    return render_template(
        "evidence/standards.html",
        consultation=consultation,
        standards=service.listed(db.session(), consultation),
        may_edit=_may_edit(consultation),
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
    return _page("evidence/new.html", status, consultation=consultation, form=form)


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
        db.session(), consultation, form.text(key), revision=revision or 0, today=clock.today()
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
    outcome = service.write_clause(db.session(), consultation, key, text)
    if outcome.saved:
        db.session.commit()
        return redirect(f"{url_for('.edit_standard', consultation=consultation, key=key)}#clauses", 303)
    if outcome.taken:
        form.number.errors = [_("This number is in use. Please choose another one.")]
        return _editing_page(consultation, now, None, 422, clause_form=form)
    present = next(each for each in now.clauses if each.number == text.number)
    form.revision.data = str(present.revision)
    return _editing_page(
        consultation, now, None, 409, clause_form=form, theirs=[(text.number, present.wording)]
    )


@bp.get("/standards/<key>")
@access.roles(*TEAM)
@access.needs_key
def standard(consultation: str, key: str) -> ResponseReturnValue:
    """The evidence page."""
    return _evidence_page(consultation, key)


@bp.get("/matrix")
@access.roles(*TEAM)
@access.needs_key
def matrix(consultation: str) -> ResponseReturnValue:
    """Themes and findings by standard."""
    return render_template(
        "evidence/matrix.html", consultation=consultation, overview=service.overview(_unlocked(consultation))
    )


@bp.route("/standards/<key>/links", methods=["GET", "POST"])
@access.roles(*TEAM)
def link(consultation: str, key: str) -> ResponseReturnValue:
    """Tie a theme or a finding to a clause."""
    offered = service.linkable(db.session(), consultation, key)
    chosen = {"clause": request.args.get("clause"), "theme": request.args.get("theme")}
    form = forms.LinkForm(**chosen).offer(offered)
    if request.method == "POST" and form.complete():
        try:
            service.link(
                db.session(),
                consultation,
                key,
                form.new_link(),
                account_id=access.account().id,
                today=clock.today(),
            )
        except service.LinkedTwiceError:
            form.clause.errors = [_("These two are linked already. Take that link away first to change it.")]
        else:
            db.session.commit()
            return redirect(url_for(".standard", consultation=consultation, key=key), 303)
    status = 422 if form.errors else 200
    return _page("evidence/link.html", status, consultation=consultation, key=key, offered=offered, form=form)


@bp.post("/standards/<key>/unlink")
@access.roles(*TEAM)
def unlink(consultation: str, key: str) -> ResponseReturnValue:
    """Take a link away."""
    service.unlink(db.session(), consultation, key, request.form.get("link", ""))
    db.session.commit()
    return redirect(url_for(".standard", consultation=consultation, key=key), 303)


@bp.post("/standards/<key>/quotes")
@access.roles(*TEAM)
@access.needs_key
def quote(consultation: str, key: str) -> ResponseReturnValue:
    """Propose a quote."""
    form = forms.QuoteForm()
    if not form.validate_on_submit():
        return _evidence_page(consultation, key, form)
    try:
        service.propose_quote(_unlocked(consultation), form.coding.data or "", form.words.data or "")
    except service.NotTheirWordsError:
        form.words.errors = [
            _("A quote uses the person's own words in their order: leave words out with [...], add none.")
        ]
        return _evidence_page(consultation, key, form)
    db.session.commit()
    return redirect(url_for(".standard", consultation=consultation, key=key), 303)


@bp.post("/standards/<key>/quotes/confirm")
@access.roles(*TEAM)
@access.needs_key
def confirm_quote(consultation: str, key: str) -> ResponseReturnValue:
    """Pass a quote as the second person, or take one back."""
    act = service.take_quote_back if request.form.get("act") == "take_back" else service.pass_quote
    act(_unlocked(consultation), request.form.get("quote", ""))
    db.session.commit()
    return redirect(url_for(".standard", consultation=consultation, key=key), 303)


@bp.route("/literature", methods=["GET", "POST"])
@access.roles(*TEAM)
def literature(consultation: str) -> ResponseReturnValue:
    """Publications: record one, mark it as read, take findings from it."""
    known = service.publications(db.session(), consultation)
    act = request.form.get("act", "")
    publication = forms.PublicationForm(formdata=request.form if act == "publication" else None)
    finding = forms.FindingForm(formdata=request.form if act == "finding" else None)
    finding.offer([(each.key, each.citation) for each in known if each.read])
    if request.method == "POST" and _act_on_literature(consultation, act, publication, finding):
        db.session.commit()
        return redirect(url_for(".literature", consultation=consultation), 303)
    status = 422 if publication.errors or finding.errors else 200
    return _page(
        "evidence/literature.html",
        status,
        consultation=consultation,
        publications=known,
        form=finding if act == "finding" else publication,
        publication=publication,
        finding=finding,
    )


def _act_on_literature(
    consultation: str, act: str, publication: forms.PublicationForm, finding: forms.FindingForm
) -> bool:
    session = db.session()
    if act == "read":
        service.mark_read(session, consultation, request.form.get("source", ""))
        return True
    if act == "finding" and finding.validate_on_submit():
        typed = finding.data
        service.add_finding(session, consultation, typed["source"], typed["statement"], typed["page"] or "")
        return True
    if act == "publication" and publication.validate_on_submit():
        typed = publication.data
        if service.add_publication(
            session,
            consultation,
            typed["key"],
            typed["citation"],
            design=typed["design"] or "",
            setting=typed["setting"] or "",
        ):
            return True
        publication.key.errors = [_("This key is in use. Please choose another one.")]
    return False


def _evidence_page(consultation: str, key: str, form: forms.QuoteForm | None = None) -> ResponseReturnValue:
    whole = request.args.get("theme", "")
    return _page(
        "evidence/standard.html",
        422 if form else 200,
        consultation=consultation,
        page=service.page(_unlocked(consultation), key, whole_theme=whole),
        form=form,
        may_edit=_may_edit(consultation),
    )


def _editing_page(
    consultation: str,
    now: service.Editing,
    form: forms.StandardForm | None,
    status: int,
    *,
    clause_form: forms.ClauseForm | None = None,
    theirs: list[tuple[str, str]] | None = None,
) -> ResponseReturnValue:
    return _page(
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
    return forms.ClauseForm(formdata=None, prefix=CLAUSE, obj=present)


def _page(template: str, status: int, **context: object) -> ResponseReturnValue:
    """A page; one that comes back with something to mend lets go of what was not kept."""
    body = render_template(template, has_errors=status != 200, **context)
    if status != 200:
        db.session.rollback()
    return body, status


def _unlocked(consultation: str) -> service.Unlocked:
    return service.unlocked(
        db.session(),
        workbench_vault(),
        consultation,
        account_id=access.account().id,
        private=access.staff_key(),
    )


def _may_edit(consultation: str) -> bool:
    return LEAD in access.account().roles(consultation)
