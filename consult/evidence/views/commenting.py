"""Comments on a standard and our answers to them."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consult import clock
from consult.evidence import forms, service
from consult.evidence.views.common import TEAM, bp, shown, unlocked
from consult.faults import ConflictError
from consult.web import access
from consult.web.extensions import db


@bp.route("/standards/<key>/comments", methods=["GET", "POST"])
@access.roles(*TEAM)
@access.needs_key
def comments(consultation: str, key: str) -> ResponseReturnValue:
    """All comments with what was answered; write one down that came in another way."""
    opened = unlocked(consultation)
    found = service.commented(opened, key)
    form = forms.CommentForm().offer(found.clauses)
    if form.validate_on_submit():
        service.write_comment(
            opened, key, form.clause.data, (form.words.data or "").strip(), (form.came.data or "").strip()
        )
        db.session.commit()
        return redirect(url_for(".comments", consultation=consultation, key=key), 303)
    status = 422 if form.errors else 200
    return shown("evidence/comments.html", status, consultation=consultation, found=found, form=form)


@bp.route("/standards/<key>/comments/answer", methods=["GET", "POST"])
@access.roles(*TEAM)
@access.needs_key
def answer_comments(consultation: str, key: str) -> ResponseReturnValue:
    """Write one answer to the ticked comments, or change one."""
    opened = unlocked(consultation)
    reply_id = request.args.get("reply", "")
    ticked = request.form.getlist("comment") or request.args.getlist("comment")
    if not ticked and not reply_id:
        return redirect(url_for(".comments", consultation=consultation, key=key), 303)
    at = service.answering(opened, key, ticked, reply_id)
    form = forms.ReplyForm(obj=at.reply, comment=list(at.ticked)).offer(at)
    if form.validate_on_submit():
        try:
            revision = forms.revision_of(form.revision)
            service.answer(opened, at, form.text(), revision=revision, today=clock.today())
        except ConflictError:
            now = service.answering(opened, key, (), reply_id).reply
            form.reason.errors = [_meanwhile(now)]
            form.revision.data = str(now.revision if now else 0)
            return _answer_page(consultation, key, at, form, 409)
        db.session.commit()
        return redirect(url_for(".comments", consultation=consultation, key=key), 303)
    return _answer_page(consultation, key, at, form, 422 if form.errors else 200)


@bp.post("/standards/<key>/comments/take-back")
@access.roles(*TEAM)
@access.needs_key
def take_answer_back(consultation: str, key: str) -> ResponseReturnValue:
    """Take an answer away: its comments wait again."""
    service.take_reply_back(unlocked(consultation), key, request.form.get("reply", ""))
    db.session.commit()
    return redirect(url_for(".comments", consultation=consultation, key=key), 303)


def _answer_page(
    consultation: str, key: str, at: service.Answering, form: forms.ReplyForm, status: int
) -> ResponseReturnValue:
    return shown("evidence/answer.html", status, consultation=consultation, key=key, at=at, form=form)


def _meanwhile(now: service.Reply | None) -> str:
    said = f"{now.summary} {now.reason}" if now else ""
    words = _(
        "Somebody else changed this answer meanwhile. It now reads: “%(now)s” Yours is kept here: put "
        "together what should stand, and save again.",
        now=said,
    )
    return str(words)
