"""One short view for every page of every survey, at one fixed address.

The browser's history holds one line; each act is posted and answered by 303 to the same place.
"""

from __future__ import annotations

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from consult import clock
from consult.respond import forms, service
from consult.respond.service import Step
from consult.web import support
from consult.web.extensions import db, intake_vault
from consult.web.languages import chosen
from consult.web.rendered import rendered
from consult.web.sessions import current
from consult.web.throttle import start_tokens
from consult.web.writing import store

bp = Blueprint("respond", __name__)
_VISIT = "visit"


@bp.get("/s/<slug>")
def show(slug: str) -> ResponseReturnValue:
    """The page where the person is. Without a visit: one neutral page that says nothing of the topic."""
    visit = _visit(slug)
    if visit is None:
        return render_template("respond/neutral.html")
    step = service.show(db.session(), intake_vault(), visit)
    if step.renew:
        current()[_VISIT] = step.visit.plain()
        current().renew()
    return _page(step)


@bp.post("/s/<slug>")
def act(slug: str) -> ResponseReturnValue:
    """Do what a button says, then show the same address again."""
    visit = _visit(slug)
    if g.arriving and (visit is None or service.CODE in request.form):
        step = service.arrive(
            db.session(), intake_vault(), slug, _fields(), language=chosen(), today=clock.today()
        )
        current().renew()
    elif visit is None:
        return render_template("respond/neutral.html")
    elif g.arriving:  # Start again, with a visit still open: go on where it was
        return redirect(url_for(".show", slug=slug), 303)
    else:
        step = service.act(db.session(), intake_vault(), visit, _fields(), today=clock.today())
    if step.problems or step.wrong_code or step.again:
        return _page(step), 422
    if step.left:
        current().end()
    else:
        current().keep(_VISIT, step.visit.plain())
    store(step.writes, scrub=step.scrub)
    if step.left:
        return _page(step)
    return redirect(url_for(".show", slug=slug), 303)


def _visit(slug: str) -> service.Visit | None:
    plain = current().get(_VISIT)
    if plain is None or plain["slug"] != slug:
        return None
    return service.Visit.from_plain(plain)


def _fields() -> dict[str, list[str]]:
    return dict(request.form.lists())


def _page(step: Step) -> str:
    g.demonstration = step.demonstration

    def render(**more: object) -> str:
        return render_template(
            f"respond/{step.template}.html",
            has_errors=bool(step.problems) or step.wrong_code or step.again,
            problems={problem.question_id: forms.message(problem) for problem in step.problems},
            language=chosen(),
            start_token=start_tokens().make(request.path) if step.wrong_code else "",
            **step.context,
            **more,
        )

    if step.shape is None:
        return render()
    depends_on = (step.template, step.shape, chosen(), request.path, support.shown())
    return rendered().page(depends_on, generate_csrf(), lambda token: render(csrf_token=lambda: token))
