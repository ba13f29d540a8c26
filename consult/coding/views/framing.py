"""The code frame: its themes, and the switch for suggestions."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consult import clock
from consult.coding import forms, service
from consult.coding.forms import ThemeForm
from consult.coding.views.common import bp, coders, enter
from consult.faults import ConflictError, MissingError, RefusedError
from consult.web.access import account
from consult.web.extensions import db, workbench_vault
from consult.web.sessions import current


@bp.get("/themes")
@coders
def themes(consultation: str) -> ResponseReturnValue:
    """The code frame. With the answers unlocked also how many people raised each theme."""
    return render_template(
        "coding/themes.html",
        consultation=consultation,
        frame=service.frame(db.session(), consultation),
        mentions=_mentions(consultation),
    )


@bp.route("/themes/new", methods=["GET", "POST"])
@coders
def new_theme(consultation: str) -> ResponseReturnValue:
    """Put a theme into the frame."""
    form = ThemeForm(request.form)
    if request.method == "GET":
        return _theme_page(consultation, form, _("New theme"))
    if not form.validate():
        return _theme_page(consultation, form, _("New theme")), 422
    service.add_theme(db.session(), consultation, form.text())
    db.session.commit()
    return redirect(url_for(".themes", consultation=consultation), 303)


@bp.route("/themes/<key>", methods=["GET", "POST"])
@coders
def theme(consultation: str, key: str) -> ResponseReturnValue:
    """Change a theme's words. Who was too late sees both texts, and keeps the own one in the form."""
    entry = service.theme(db.session(), consultation, key)
    heading = _("Change a theme")
    if request.method == "GET":
        form = ThemeForm(obj=entry.text, revision=str(entry.revision))
        return _theme_page(consultation, form, heading)
    form = ThemeForm(request.form)
    if not form.validate():
        return _theme_page(consultation, form, heading), 422
    started_from = forms.whole(form.revision.data or "")
    try:
        service.change_theme(db.session(), consultation, key, form.text(), revision=started_from)
    except ConflictError:
        # Sent again, the own text takes the place of the one now in view: a decision, no longer an accident.
        form.revision.data = str(entry.revision)
        return _theme_page(consultation, form, heading, theirs=entry), 409
    db.session.commit()
    return redirect(url_for(".themes", consultation=consultation), 303)


@bp.post("/themes/suggestions")
@coders
def suggestions(consultation: str) -> ResponseReturnValue:
    """Turn suggestions on or off for everybody in the consultation."""
    service.switch_suggestions(
        db.session(),
        workbench_vault(),
        consultation,
        on=request.form.get("suggestions") == "on",
        actor=account().name,
        today=clock.today(),
    )
    db.session.commit()
    return redirect(url_for(".themes", consultation=consultation), 303)


def _mentions(consultation: str) -> service.Mentions | None:
    """Numbers beside the themes, for who has unlocked and holds a key; the frame itself needs neither."""
    if "staff_key" not in current():
        return None
    try:
        return service.mentions(enter(consultation))
    except (MissingError, RefusedError):
        return None


def _theme_page(consultation: str, form: ThemeForm, heading: str, theirs: service.Entry | None = None) -> str:
    return render_template(
        "coding/theme.html",
        consultation=consultation,
        form=form,
        heading=heading,
        theirs=theirs,
        has_errors=bool(form.errors),
    )
