"""The panel at a glance, its protocol and the print of it, and the next round."""

from __future__ import annotations

from flask import Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # the stubs trail WTForms 3.3

from consult.faults import ConflictError, RefusedError
from consult.panel import forms, service
from consult.panel.views.common import CUSTODIAN, LOOKERS, RUNNERS, again, bp, named, to, whole
from consult.web import access, paper
from consult.web.access import who
from consult.web.extensions import db, workbench_vault
from consult.web.sentences import sentence


@bp.get("/")
@access.roles(*LOOKERS, CUSTODIAN)
def start(consultation: str) -> ResponseReturnValue:
    """What stands, and what comes next."""
    roles = access.account().roles(consultation)
    return render_template(
        "panel/start.html",
        consultation=consultation,
        glance=service.dashboard.glance(db.session(), named(consultation)),
        slug=named(consultation).slug,
        may_run=bool(roles & set(RUNNERS)),
        may_manage="panel_manager" in roles,
        may_read=bool(roles & {"analyst", "lead"}),
        may_join=CUSTODIAN in roles,
        done=request.args.get("done", ""),
    )


@bp.route("/protocol", methods=["GET", "POST"])
@access.roles(*RUNNERS)
def protocol(consultation: str) -> ResponseReturnValue:
    """The newest version: to be written, or, locked, to be read."""
    form = forms.ProtocolForm()
    page = _protocol_page(consultation, form)
    if not form.is_submitted():
        return render_template(
            "panel/protocol.html", **page, done=request.args.get("done", ""), has_errors=False
        )
    if not form.validate():
        return again("panel/protocol.html", 422, **page, done="")
    try:
        service.protocol.save(
            db.session(),
            named(consultation),
            form.protocol(),
            form.items.data or (),
            number=form.opened_number,
        )
    except (RefusedError, ConflictError) as error:
        form.form_errors.append(sentence(str(error)))
        return again("panel/protocol.html", 409, **page, done="")
    db.session.commit()
    return to("protocol", consultation, done="saved")


@bp.post("/protocol/lock")
@access.roles(*RUNNERS)
def lock_protocol(consultation: str) -> ResponseReturnValue:
    """Lock the newest version: what it says decides from now on."""
    try:
        service.protocol.lock(db.session(), workbench_vault(), named(consultation), **who())
    except RefusedError as error:
        form = forms.ProtocolForm(formdata=None)
        page = _protocol_page(consultation, form, fill=True)
        return again("panel/protocol.html", 409, **(page | {"refused": sentence(str(error))}), done="")
    db.session.commit()
    return to("protocol", consultation, done="locked")


@bp.post("/protocol/change")
@access.roles(*RUNNERS)
def change_protocol(consultation: str) -> ResponseReturnValue:
    """Begin another version, for a reason that is printed with it."""
    reason = forms.ReasonForm()
    try:
        service.protocol.begin_change(
            db.session(), workbench_vault(), named(consultation), reason.reason.data or "", **who()
        )
    except RefusedError as error:
        reason.reason.errors = [sentence(str(error))]
        page = _protocol_page(consultation, forms.ProtocolForm(formdata=None), fill=True) | {"reason": reason}
        return again("panel/protocol.html", 422, **page, done="")
    db.session.commit()
    return to("protocol", consultation, done="changing")


@bp.get("/protocol/<number>/<kind>")
@access.roles(*LOOKERS, CUSTODIAN)
def print_protocol(consultation: str, number: str, kind: str) -> ResponseReturnValue:
    """One version for paper: as a page, or as a file."""
    found = {each.number: each for each in service.protocol.versions(db.session(), named(consultation))}
    if whole(number) not in found or kind not in {"html", "pdf"}:
        abort(404)
    version = found[whole(number)]
    context = {"version": version, "title": named(consultation).title}
    if kind == "html":
        page = render_template("panel/protocol_print.html", **context)
        return Response(
            page, headers={"Content-Disposition": f'attachment; filename="protocol-{number}.html"'}
        )
    depends_on = (consultation, number, version.mark, version.locked)
    return handed_over(
        consultation, "panel/protocol_print.html", depends_on, context, f"protocol-{number}.pdf"
    )


@bp.route("/next", methods=["GET", "POST"])
@access.roles(*RUNNERS)
def next_round(consultation: str) -> ResponseReturnValue:
    """What the next round asks: the stop rule proposes, a person decides."""
    found = service.rounds.candidates(db.session(), named(consultation))
    form = forms.NextForm()
    form.items.choices = [
        SelectChoice(value=each.worded.clause_id, label=each.worded.number) for each in found
    ]
    page = {
        "consultation": consultation,
        "form": form,
        "candidates": found,
        "glance": service.dashboard.glance(db.session(), named(consultation)),
        "chosen": set(form.items.data or ())
        if form.is_submitted()
        else {each.worded.clause_id for each in found if each.ask},
    }
    if not form.is_submitted():
        return render_template("panel/next.html", **page)
    if not form.validate():
        return again("panel/next.html", 422, **page)
    try:
        row = service.rounds.open_next(
            db.session(),
            workbench_vault(),
            named(consultation),
            set(form.items.data or ()),
            closes=form.closes.data,
            vote=bool(form.vote.data),
            **who(),
        )
    except RefusedError as error:
        form.form_errors.append(sentence(str(error)))
        return again("panel/next.html", 409, **page)
    number = row.number
    db.session.commit()
    return to("board", consultation, number=number, done="opened")


def handed_over(
    consultation: str, template: str, depends_on: tuple[object, ...], context: dict[str, object], name: str
) -> ResponseReturnValue:
    """A file for paper, or the page that says why there is none yet."""
    try:
        return paper.handed_over(paper.file(template, "en", depends_on, context), name)
    except paper.BeingMadeError:
        page = render_template("gathering/being_made.html", again=request.path, consultation=consultation)
        seconds = str(paper.COME_BACK_SECONDS)
        return page, 503, {"Refresh": seconds, "Retry-After": seconds}
    except paper.NoFilesError:
        return render_template("gathering/no_file.html", needed=paper.NEEDED, consultation=consultation), 503


def _protocol_page(consultation: str, form: forms.ProtocolForm, *, fill: bool = False) -> dict[str, object]:
    """`fill`: the form of this request was another one, so this one shows what is kept."""
    if fill:
        db.session.rollback()
    session, found = db.session(), named(consultation)
    version = service.protocol.newest(session, found)
    form.offer(version, service.protocol.worded(session, found), fill=fill)
    return {
        "consultation": consultation,
        "form": form,
        "version": version,
        "versions": service.protocol.versions(session, found),
        "begun": service.protocol.has_begun(session, found),
        "reason": forms.ReasonForm(formdata=None),
        "refused": "",
    }
