"""A round for the team: how it stands, closing it, the sheet for paper, and ratings under pseudonym."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from consult.faults import RefusedError
from consult.panel import forms, service
from consult.panel.views.common import LOOKERS, READERS, RUNNERS, bp, named, to, unlocked, whole
from consult.panel.views.planning import handed_over
from consult.web import access
from consult.web.access import who
from consult.web.extensions import db
from consult.web.sentences import sentence
from consult.web.writing import will_read, will_write


@bp.get("/round/<number>")
@access.roles(*LOOKERS)
def board(consultation: str, number: str) -> ResponseReturnValue:
    """How many have come, in bands, and what a closed round found."""
    return render_template("panel/board.html", **_board(consultation, number), refused="")


@bp.route("/round/<number>/close", methods=["GET", "POST"])
@access.roles(*RUNNERS)
@access.needs_key
def close(consultation: str, number: str) -> ResponseReturnValue:
    """Open what was sealed, count it, and keep the figures: nobody rates in this round after that."""
    if request.method == "GET":
        return render_template("panel/close.html", **_board(consultation, number))
    try:
        service.closing.close(unlocked(consultation), whole(number), **who())
    except RefusedError as error:
        db.session.rollback()
        page = _board(consultation, number) | {"has_errors": True}
        return render_template("panel/board.html", **page, refused=sentence(str(error))), 409
    db.session.commit()
    return to("board", consultation, number=number, done="closed")


@bp.get("/round/<number>/sheet.pdf")
@access.roles(*LOOKERS)
def sheet(consultation: str, number: str) -> ResponseReturnValue:
    """The feedback of a closed round for paper: figures, and no comment that nobody has passed."""
    page = _board(consultation, number)
    if page["board"].state != "closed":  # type: ignore[attr-defined]  # a Board
        return to("board", consultation, number=number)
    page |= {"title": named(consultation).title}
    depends_on = (consultation, number, str(page["board"]))
    return handed_over(consultation, "panel/sheet_print.html", depends_on, page, f"round-{number}.pdf")


@bp.route("/round/<number>/ratings", methods=["GET", "POST"])
@access.roles(*READERS)
@access.needs_key
def ratings(consultation: str, number: str) -> ResponseReturnValue:
    """Ratings of a closed round, each line a pseudonym of this round alone. Looking is noted in the log."""
    found, refused = None, ""
    if request.method == "POST":
        will_read()
        try:
            found = service.pseudonyms.table(unlocked(consultation), whole(number))
            will_write()
            service.pseudonyms.note(
                db.session(), named(consultation), whole(number), unlocked(consultation).vault, **who()
            )
        except RefusedError as error:
            db.session.rollback()
            refused = sentence(str(error))
        db.session.commit()
    page = render_template(
        "panel/ratings.html",
        consultation=consultation,
        number=number,
        table=found,
        groups=forms.GROUPS,
        refused=refused,
        has_errors=bool(refused),
    )
    return page, 409 if refused else 200


def _board(consultation: str, number: str) -> dict[str, object]:
    shown = request.args.get("statement", "")
    found = service.dashboard.board(db.session(), named(consultation), whole(number), shown=shown)
    roles = access.account().roles(consultation)
    return {
        "consultation": consultation,
        "board": found,
        "rules": service.dashboard.rules(found.lines),
        "states": service.dashboard.states(found.lines),
        "groups": forms.GROUPS,
        "flips": service.dashboard.flips(found.lines),
        "may_run": bool(roles & set(RUNNERS)),
        "may_read": bool(roles & set(READERS)),
        "done": request.args.get("done", ""),
        "has_errors": False,
    }
