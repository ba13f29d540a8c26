"""The queue of comments: a person reads each before the panel does."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from consult.faults import RefusedError
from consult.panel import forms, service
from consult.panel.views.common import READERS, again, bp, to, unlocked
from consult.web import access
from consult.web.access import who
from consult.web.extensions import db
from consult.web.sentences import sentence

STATES = ("waiting", "shown", "withheld")


@bp.get("/comments")
@access.roles(*READERS)
@access.needs_key
def comments(consultation: str) -> ResponseReturnValue:
    """Comments in one state, by statement."""
    state = request.args.get("state", STATES[0])
    state = state if state in STATES else STATES[0]
    return render_template(
        "panel/comments.html",
        consultation=consultation,
        state=state,
        found=service.comments.queued(unlocked(consultation), state=state),
        done=request.args.get("done", ""),
    )


@bp.route("/comments/<comment>", methods=["GET", "POST"])
@access.roles(*READERS)
@access.needs_key
def comment(consultation: str, comment: str) -> ResponseReturnValue:
    """One comment with what in it could tell who somebody is, and the words that the panel may read."""
    found = service.comments.one(unlocked(consultation), comment)
    text, marks = service.desk.marked(found.written)
    form = (
        forms.CommentForm()
        if request.method == "POST"
        else forms.CommentForm(formdata=None, words=found.words or text)
    )
    page = {"consultation": consultation, "comment": found, "marks": marks, "form": form}
    if request.method == "GET":
        return render_template("panel/comment.html", **page, has_errors=False)
    show = request.form.get("act") != "withhold"
    if show and not form.validate():
        return again("panel/comment.html", 422, **page)
    try:
        service.comments.decide(unlocked(consultation), comment, form.words.data or "", show=show, **who())
    except RefusedError as error:
        form.words.errors = [sentence(str(error))]
        return again("panel/comment.html", 422, **page)
    db.session.commit()
    return to("comments", consultation, done="shown" if show else "withheld")
