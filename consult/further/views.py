"""What came of it all, and who would like to hear more: pages without a visit and without its cookie.

For the form there is no web session to keep anything in. So what was typed comes back on the same page when
it has to wait, and the code is shown on the answer to the form, once.
"""

from __future__ import annotations

from flask import Blueprint, Response, g, make_response, render_template, request
from flask.typing import ResponseReturnValue

from consult.further import forms, service
from consult.web import lane, languages, padding, passing
from consult.web.extensions import db, intake_vault
from consult.web.limits import limits
from consult.web.throttle import start_tokens
from consult.web.writing import store

bp = Blueprint("further", __name__)
bp.after_request(padding.pad)


@bp.get("/after/<slug>")
def after(slug: str) -> ResponseReturnValue:
    """What was heard and what it changed; before that, when it comes."""
    page = service.after(db.session(), slug)
    _speak(demonstration=page.demonstration)
    return render_template(
        "further/after.html",
        entries=page.entries,
        days=page.days,
        results_date=page.results_date,
        asks_more=page.asks_more,
        standards=page.standards,
        marks=forms.marks(),
        slug=slug,
    )


@bp.get("/more/<slug>")
def more(slug: str) -> ResponseReturnValue:
    """The form."""
    return _form(slug, service.asking(db.session(), slug), forms.Typed(), 200)


@bp.post("/more/<slug>")
def send(slug: str) -> ResponseReturnValue:
    """Seal what was typed, and show the code that takes it back."""
    asked = service.asking(db.session(), slug)
    fields = dict(request.form.lists())
    typed = forms.read(fields)
    if languages.SWITCH in fields:
        return _form(slug, asked, typed, 200, speak=fields[languages.SWITCH][0])
    if _too_fast(asked, fields):
        return _form(slug, asked, typed, 503, wait=True)
    if typed.problems:
        return _form(slug, asked, typed, 422)
    left = service.leave(db.session(), intake_vault(), slug, typed.wish())
    store((left.write,), scrub=True)
    return _last("further/left.html", asked.demonstration, slug=slug, words=left.words, digits=left.digits)


@bp.get("/more/<slug>/back")
def back(slug: str) -> ResponseReturnValue:
    """Where the code is typed that takes it back."""
    return _code_form(slug, 200)


@bp.post("/more/<slug>/back")
def take_back(slug: str) -> ResponseReturnValue:
    """Destroy what the code leads to."""
    if limits().on and not limits().code(None):
        return _code_form(slug, 503, wait=True)
    write = service.take_back(db.session(), intake_vault(), slug, request.form.get("code", ""))
    try:
        store((write,), scrub=True)
    except service.NothingThereError:
        return _code_form(slug, 422, wrong=True)
    return _last("further/taken_back.html", demonstration=False)


def _too_fast(asked: service.Asking, fields: forms.Fields) -> bool:
    """Whether the form has to be pressed once more: programs are slowed down, people hardly notice."""
    if not limits().on:
        return False
    room = limits().start(("interest", asked.id), g.get("source"))
    return not room or not g.arriving or g.early or fields.get(lane.HONEYPOT, [""]) != [""]


def _form(
    slug: str, asked: service.Asking, typed: forms.Typed, status: int, *, wait: bool = False, speak: str = ""
) -> Response:
    _speak(demonstration=asked.demonstration)
    if speak in languages.offered():
        languages.speak(speak)
    page = render_template(
        "further/more.html",
        asked=asked,
        typed=typed,
        kinds=forms.kinds(),
        wait=wait,
        slug=slug,
        problems=typed.problems if status == 422 else {},
        longest=(service.LONGEST_CONTACT, service.LONGEST_REMARK),
        start_token=start_tokens().make(request.path),
        has_errors=status == 422,
    )
    return passing.give(make_response(page, status))


def _code_form(slug: str, status: int, *, wrong: bool = False, wait: bool = False) -> Response:
    page = render_template(
        "further/back.html",
        slug=slug,
        wrong=wrong,
        wait=wait,
        start_token=start_tokens().make(f"/more/{slug}/back"),
        has_errors=wrong,
    )
    return passing.give(make_response(page, status))


def _last(template: str, demonstration: bool, **context: object) -> Response:
    _speak(demonstration=demonstration)
    return passing.take(make_response(render_template(template, **context)))


def _speak(*, demonstration: bool) -> None:
    """The languages of these pages, which are about no survey; drafts where nothing is real."""
    g.demonstration = demonstration
    languages.offer_house(drafts=demonstration)
