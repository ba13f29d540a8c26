"""The custodian's page: who is who, letting somebody in again, and destroying the keys that join."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from consult.faults import RefusedError
from consult.panel import forms, service
from consult.panel.views.common import CUSTODIAN, again, bp, named, to
from consult.web import access
from consult.web.access import who
from consult.web.extensions import db, workbench_vault
from consult.web.sentences import sentence

if TYPE_CHECKING:
    from consult.vault.passphrases import StaffKey


@bp.route("/names", methods=["GET", "POST"])
@access.roles(CUSTODIAN)
@access.needs_key
def names(consultation: str) -> ResponseReturnValue:
    """Names beside the labels of each round, for a reason that stays in the log."""
    form = forms.ReasonForm()
    if request.method == "GET":
        return render_template("panel/names.html", **_page(consultation, form))
    try:
        found = service.pseudonyms.who_is_who(
            db.session(), workbench_vault(), named(consultation), _holder(), form.reason.data or "", **who()
        )
    except RefusedError as error:
        form.reason.errors = [sentence(str(error))]
        return again("panel/names.html", 422, **_page(consultation, form))
    db.session.commit()
    return render_template("panel/names.html", **(_page(consultation, form) | {"found": found}))


@bp.post("/names/<member>/let-in")
@access.roles(CUSTODIAN)
@access.needs_key
def let_in(consultation: str, member: str) -> ResponseReturnValue:
    """A link for somebody who lost their passphrase; their answers stay theirs."""
    try:
        link = service.custody.let_in_again(
            db.session(), workbench_vault(), named(consultation), member, holder=_holder(), **who()
        )
    except RefusedError as error:
        page = _page(consultation, forms.ReasonForm(formdata=None)) | {"refused": sentence(str(error))}
        return again("panel/names.html", 409, **page)
    db.session.commit()
    return render_template(
        "panel/links.html",
        consultation=consultation,
        links=[(link.name, url_for("panellist.arrive", link=link.link, _external=True))],
        sent=0,
        failed=[],
        known=(),
    )


@bp.post("/names/share")
@access.roles(CUSTODIAN)
@access.needs_key
def share(consultation: str) -> ResponseReturnValue:
    """Give the keys that one holds to custodians who came later."""
    service.custody.share(db.session(), workbench_vault(), named(consultation), holder=_holder(), **who())
    db.session.commit()
    return to("names", consultation, done="shared")


@bp.post("/names/destroy")
@access.roles(CUSTODIAN)
@access.needs_key
def destroy(consultation: str) -> ResponseReturnValue:
    """Destroy every joining key: nobody can put a name beside a rating after that."""
    if request.form.get("sure") != "yes":
        page = _page(consultation, forms.ReasonForm(formdata=None)) | {"unsure": True}
        return again("panel/names.html", 422, **page)
    service.pseudonyms.destroy_keys(db.session(), workbench_vault(), named(consultation), **who())
    db.session.commit()
    return to("names", consultation, done="destroyed")


def _holder() -> StaffKey:
    return service.desk.holder(access.account().id, access.staff_key())


def _page(consultation: str, form: forms.ReasonForm) -> dict[str, object]:
    session, found = db.session(), named(consultation)
    return {
        "consultation": consultation,
        "form": form,
        "lacking": service.custody.lacking(session, found, access.account().id),
        "held": service.pseudonyms.keys_held(session, found, access.account().id),
        "rounds": [each.number for each in service.rounds.every(session, found) if each.state == "closed"],
        "found": None,
        "refused": "",
        "unsure": False,
        "done": request.args.get("done", ""),
    }
