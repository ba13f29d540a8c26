"""The evidence page of a standard, links to its clauses, and the way of a quote."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consult import clock
from consult.evidence import forms, service
from consult.evidence.views.common import TEAM, bp, may_edit, shown, unlocked
from consult.web import access
from consult.web.extensions import db

HOLDS = "holds"
"""What the form of a link sends when it is to hold for the present wording, too."""


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
        "evidence/matrix.html", consultation=consultation, overview=service.overview(unlocked(consultation))
    )


@bp.get("/themes/<theme_key>/trail")
@access.roles(*TEAM)
@access.needs_key
def trail(consultation: str, theme_key: str) -> ResponseReturnValue:
    """Where a theme leads: sentences, clauses, decisions, published lines."""
    whole = "all" in request.args
    found = service.trail(unlocked(consultation), theme_key, whole=whole)
    return render_template("evidence/trail.html", consultation=consultation, trail=found)


@bp.get("/standards/<key>/equity")
@access.roles(*TEAM)
@access.needs_key
def equity(consultation: str, key: str) -> ResponseReturnValue:
    """Who raised what, by kind of service, where that can be shown."""
    found = service.check(unlocked(consultation), key)
    return render_template("evidence/equity.html", consultation=consultation, check=found)


@bp.post("/standards/<key>/links/suggested")
@access.roles(*TEAM)
def suggested(consultation: str, key: str) -> ResponseReturnValue:
    """Turn a suggested link down, or have it offered again."""
    act = service.offer_again if request.form.get("act") == "again" else service.refuse_link
    act(
        db.session(),
        consultation,
        key,
        request.form.get("suggestion", ""),
        account_id=access.account().id,
        today=clock.today(),
    )
    db.session.commit()
    return redirect(url_for(".link", consultation=consultation, key=key, _anchor="suggested"), 303)


@bp.route("/standards/<key>/links", methods=["GET", "POST"])
@access.roles(*TEAM)
def link(consultation: str, key: str) -> ResponseReturnValue:
    """Tie a theme or a finding to a clause."""
    offered = service.linkable(db.session(), consultation, key)
    chosen = {name: request.args.get(name) for name in ("clause", "theme", "finding")}
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
    return shown("evidence/link.html", status, consultation=consultation, key=key, offered=offered, form=form)


@bp.post("/standards/<key>/unlink")
@access.roles(*TEAM)
def unlink(consultation: str, key: str) -> ResponseReturnValue:
    """Take a link away, or say that it holds for the present wording."""
    wanted = request.form.get("link", "")
    if request.form.get("act") == HOLDS:
        service.hold(
            db.session(), consultation, key, wanted, account_id=access.account().id, today=clock.today()
        )
    else:
        service.unlink(db.session(), consultation, key, wanted)
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
        service.propose_quote(unlocked(consultation), form.coding.data or "", form.words.data or "")
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
    act(unlocked(consultation), request.form.get("quote", ""))
    db.session.commit()
    return redirect(url_for(".standard", consultation=consultation, key=key), 303)


def _evidence_page(consultation: str, key: str, form: forms.QuoteForm | None = None) -> ResponseReturnValue:
    whole = request.args.get("theme", "")
    return shown(
        "evidence/standard.html",
        422 if form else 200,
        consultation=consultation,
        page=service.page(unlocked(consultation), key, whole_theme=whole),
        form=form,
        may_edit=may_edit(consultation),
    )
