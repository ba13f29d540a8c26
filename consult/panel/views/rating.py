"""A panellist's own pages: the list, one statement, what is missing, withdrawing. Every page saves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consult.faults import RefusedError
from consult.panel import forms, service
from consult.panel.views import keeping
from consult.panel.views.common import whole
from consult.panel.views.door import bp
from consult.web import panellists
from consult.web.extensions import db, workbench_vault
from consult.web.sentences import sentence
from consult.web.sessions import current


@bp.get("/<slug>/")
def home(slug: str) -> ResponseReturnValue:
    """Where the panel stands, and every statement with one's own answer."""
    return render_template(
        "panel/home.html",
        slug=slug,
        home=service.feedback.home(_seat()),
        done=request.args.get("done", ""),
        problem="",
    )


@bp.get("/<slug>/protocol")
def rules(slug: str) -> ResponseReturnValue:
    """The protocol in words: what decides, and that it was fixed before the first round."""
    return render_template(
        "panel/rules.html", slug=slug, home=service.feedback.home(_seat()), groups=forms.GROUPS
    )


@bp.get("/<slug>/<place>")
def statement(slug: str, place: str) -> ResponseReturnValue:
    """One statement, with feedback from the second round on, and the form."""
    asked = service.feedback.item(_seat(), whole(place))
    return _statement(slug, asked, asked.answers, 200, done=request.args.get("done", ""))


@bp.get("/<slug>/<place>/evidence")
def evidence(slug: str, place: str) -> ResponseReturnValue:
    """What the other strands say of a statement: only once one has rated before and may rate again."""
    asked = service.feedback.item(_seat(), whole(place))
    if asked.feedback is None or not asked.may_rate:
        return redirect(url_for(".statement", slug=slug, place=place), 303)
    return render_template("panel/evidence.html", slug=slug, asked=asked)


@bp.post("/<slug>/<place>")
def save(slug: str, place: str) -> ResponseReturnValue:
    """Keep what was typed, and go on. Once the round has closed it is kept for the next one."""
    seat, at = _seat(), whole(place)
    row, clauses = service.feedback.asked_now(seat)
    if row is None or not 1 <= at <= len(clauses):
        return redirect(url_for(".home", slug=slug), 303)
    read = forms.rated(dict(request.form.lists()))
    if read.problems:
        return _mend(slug, seat, at, read, problems=read.problems)
    try:
        sheet = service.sheets.save_item(seat, row, clauses[at - 1], read.answers, turn=read.turn)
    except service.sheets.OtherPageError as error:
        return _mend(slug, seat, at, read, theirs=error.theirs)
    except RefusedError:
        much = _("All that you wrote in this round together is more than we can keep. Please shorten this.")
        return _mend(slug, seat, at, read, problems={"comment": much})
    is_open = row.state == "open"
    db.session.commit()
    if keeping.asked():
        return keeping.kept(late=not is_open, turn=sheet.items.get(clauses[at - 1], {}).get("turn", 0))
    return _on(slug, at, len(clauses)) if is_open else redirect(url_for(".home", slug=slug, done="late"), 303)


@bp.post("/<slug>/missing")
def missing(slug: str) -> ResponseReturnValue:
    """What the whole set lacks."""
    words = request.form.get("missing", "").replace("\r\n", "\n").strip()
    seat = _seat()
    row = service.feedback.current(seat.session, seat.consultation_id)
    over = len(words) - forms.LONGEST_WORDS
    if over > 0 or row is None:
        much = _("This is longer than we can keep. Please shorten it by %(over)s characters.", over=over)
        if keeping.asked():
            return keeping.not_kept(422, str(much))
        page = {"slug": slug, "home": service.feedback.home(seat), "done": "", "has_errors": True}
        return render_template("panel/home.html", **page, problem=much, typed=words), 422
    service.sheets.save_missing(seat, row, words)
    late = row.state != "open"
    db.session.commit()
    if keeping.asked():
        return keeping.kept(late=late)
    return redirect(url_for(".home", slug=slug, done="late" if late else "saved"), 303)


@bp.post("/<slug>/finish")
def finish(slug: str) -> ResponseReturnValue:
    """Say that one has finished: no reminder comes any more, and answers can still be changed."""
    seat = _seat()
    row = service.feedback.current(seat.session, seat.consultation_id)
    if row is not None:
        service.sheets.finish(seat, row)
        db.session.commit()
    return redirect(url_for(".home", slug=slug, done="finished"), 303)


@bp.route("/<slug>/withdraw", methods=["GET", "POST"])
def withdraw(slug: str) -> ResponseReturnValue:
    """Leave the panel for good; answers of the open round are destroyed."""
    if request.method == "GET":
        return render_template("panel/withdraw.html", slug=slug)
    seat = _seat()
    row = service.rounds.open_now(seat.session, seat.consultation_id)
    if row is not None:
        service.sheets.take_back(seat, row)
    service.entering.withdraw(seat.session, workbench_vault(), seat.member_id)
    current().end()
    db.session.commit()
    service.sheets.settle(db.engine)
    return render_template("panel/declined.html", left=True)


@bp.post("/<slug>/sign-out")
def sign_out(slug: str) -> ResponseReturnValue:
    """End the session; everything saved stays."""
    current().end()
    db.session.commit()
    return redirect(url_for(".sign_in", slug=slug), 303)


def _seat() -> service.sheets.Seat:
    return service.desk.seat(db.session(), workbench_vault(), panellists.panellist(), panellists.secret())


def _on(slug: str, place: int, of: int) -> ResponseReturnValue:
    """Where the pressed button leads: the same page for Clear, the list, one back, or the next statement."""
    if "clear" in request.form:
        return redirect(url_for(".statement", slug=slug, place=place), 303)
    act = request.form.get("go", "next")
    if act == "back" and place > 1:
        return redirect(url_for(".statement", slug=slug, place=place - 1), 303)
    if act == "next" and place < of:
        return redirect(url_for(".statement", slug=slug, place=place + 1), 303)
    return redirect(url_for(".home", slug=slug, done="saved"), 303)


def _mend(
    slug: str,
    seat: service.sheets.Seat,
    place: int,
    read: forms.Rated,
    *,
    problems: Mapping[str, str] | None = None,
    theirs: Mapping[str, Any] | None = None,
) -> ResponseReturnValue:
    """The page again with everything typed; with what another page saved, both texts."""
    db.session.rollback()
    status = 409 if theirs else 422
    if keeping.asked():
        twice = _("You changed this statement from another page. Press a button below to see both.")
        return keeping.not_kept(status, str(next(iter((problems or {}).values()), twice)))
    asked = service.feedback.item(seat, place)
    return _statement(slug, asked, read.answers, status, problems=problems, theirs=theirs)


def _statement(
    slug: str,
    asked: service.feedback.Asked,
    answers: Mapping[str, Any],
    status: int,
    *,
    problems: Mapping[str, str] | None = None,
    theirs: Mapping[str, Any] | None = None,
    done: str = "",
) -> ResponseReturnValue:
    page = render_template(
        "panel/statement.html",
        slug=slug,
        asked=asked,
        answers=answers,
        problems={name: sentence(str(message)) for name, message in (problems or {}).items()},
        theirs=theirs or {},
        done=done,
        has_errors=status != 200,
    )
    return page, status
