"""Who is on the panel, by name: invitations, links, reminders, thanks. No rating is near these pages."""

from __future__ import annotations

from collections.abc import Sequence

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from consult.faults import RefusedError
from consult.mail import Letter
from consult.panel import forms, service
from consult.panel.service.people import Link
from consult.panel.views.common import LEAD, PANEL_MANAGER, addresses, again, bp, named, to
from consult.web import access
from consult.web.access import who
from consult.web.extensions import db, post, workbench_vault
from consult.web.sentences import sentence


@bp.get("/people")
@access.roles(PANEL_MANAGER)
def people(consultation: str) -> ResponseReturnValue:
    """The list, with who has finished, and the form to invite more."""
    return render_template("panel/people.html", **_page(consultation))


@bp.post("/people/invite")
@access.roles(PANEL_MANAGER)
def invite(consultation: str) -> ResponseReturnValue:
    """Invite people; the links are sent, or shown on the answer to this form alone."""
    form = forms.InviteForm()
    wanted = form.invitations() if form.validate_on_submit() else []
    if not wanted:
        return again("panel/people.html", 422, **_page(consultation, form))
    found = service.people.invite(db.session(), workbench_vault(), named(consultation), wanted, **who())
    rounds = service.protocol.newest(db.session(), named(consultation)).protocol.rounds
    letters = service.reminding.invitations(found.links, addresses(), rounds=rounds)
    db.session.commit()
    by_mail = form.by.data == "mail"
    failed = post().send(letters) if by_mail else ()
    return _links(consultation, found.links, letters, failed, by_mail=by_mail, known=found.known)


@bp.post("/people/<member>/link")
@access.roles(PANEL_MANAGER)
def new_link(consultation: str, member: str) -> ResponseReturnValue:
    """Another link for somebody who has not joined; the one before lets nobody in any more."""
    try:
        link = service.people.new_link(db.session(), workbench_vault(), named(consultation), member, **who())
    except RefusedError as error:
        return again("panel/people.html", 409, **_page(consultation, refused=sentence(str(error))))
    db.session.commit()
    return _links(consultation, (link,), (), (), by_mail=False, known=())


@bp.post("/people/remind")
@access.roles(PANEL_MANAGER)
def remind(consultation: str) -> ResponseReturnValue:
    """Write to those who have not finished, as often as the protocol allows."""
    session, found = db.session(), named(consultation)
    row = service.rounds.open_now(session, found.id)
    if row is None:
        return to("people", consultation)
    try:
        made = service.reminding.remind(session, workbench_vault(), found, row, addresses(), **who())
    except RefusedError as error:
        return again("panel/people.html", 409, **_page(consultation, refused=sentence(str(error))))
    db.session.commit()
    failed = post().send(made.letters)
    return render_template(
        "panel/reminded.html",
        consultation=consultation,
        sent=len(made.letters) - len(failed),
        failed=[letter.to for letter in failed],
        unreachable=made.unreachable,
    )


@bp.get("/thanks")
@access.roles(LEAD, PANEL_MANAGER)
def thanks(consultation: str) -> ResponseReturnValue:
    """Names of those who asked to be thanked by name, and of nobody else."""
    return render_template(
        "panel/thanks.html",
        consultation=consultation,
        names=service.people.thanks(db.session(), workbench_vault(), named(consultation)),
    )


def _page(consultation: str, form: forms.InviteForm | None = None, *, refused: str = "") -> dict[str, object]:
    db.session.rollback()
    session, found = db.session(), named(consultation)
    row = service.rounds.open_now(session, found.id)
    stopped = ""
    if row is not None:
        rule = service.protocol.of_round(session, row)
        stopped = service.reminding.stopped(row, rule, today=who()["today"])
    return {
        "consultation": consultation,
        "form": form or forms.InviteForm(formdata=None),
        "people": service.people.everybody(session, workbench_vault(), found),
        "rounds": [each.number for each in service.rounds.every(session, found)],
        "open": row.number if row is not None else 0,
        "stopped": sentence(stopped) if stopped else "",
        "refused": refused,
        "done": request.args.get("done", ""),
        "groups": forms.GROUPS,
    }


def _links(
    consultation: str,
    links: Sequence[Link],
    letters: Sequence[Letter],
    failed: Sequence[Letter],
    *,
    by_mail: bool,
    known: Sequence[str],
) -> ResponseReturnValue:
    """What became of new links: those that no letter took are shown once, to be handed on."""
    missed = {letter.to for letter in failed}
    shown = [each for each in links if not by_mail or not each.email or each.email in missed]
    return render_template(
        "panel/links.html",
        consultation=consultation,
        links=[(each.name, url_for("panellist.arrive", link=each.link, _external=True)) for each in shown],
        sent=len(letters) - len(failed) if by_mail else 0,
        failed=sorted(missed),
        known=known,
    )
