"""One short view for every page of every survey, at one fixed address.

The browser's history holds one line; each act is posted and answered by 303 to the same place. What must
wait, for some seconds or for the code, waits inside the sealed visit (`web/lane.py`).
"""

from __future__ import annotations

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from consult import clock
from consult.faults import BusyError, ConflictError
from consult.respond import service
from consult.respond.service import Stage, Step, Visit
from consult.web import easyread, lane, languages, padding, problems, support
from consult.web.extensions import db, intake_vault
from consult.web.lane import Fields
from consult.web.limits import limits
from consult.web.rendered import rendered
from consult.web.sessions import RESTED, current, reread
from consult.web.throttle import YOUNGEST_SECONDS, start_tokens
from consult.web.writing import store

bp = Blueprint("respond", __name__)
bp.after_request(padding.pad)
Answer = ResponseReturnValue | None
"""What an act shows; None for the page of this address as it is after it."""
_VISIT = "visit"
_WRONG = "wrong_code"
"""Set when the code typed last, at this address, was none; the page after it says so."""


@bp.get("/s/<slug>")
def show(slug: str) -> ResponseReturnValue:
    """The page where the person is. Without a visit: one neutral page that says nothing of the topic."""
    _speak(slug)
    waiting = lane.kept(lane.SLOW, slug)
    if waiting is not None:
        if waiting.seconds or lane.looks_ahead():
            page = render_template(_template("waiting"), seconds=waiting.seconds, problems={})
            return page, {"Refresh": str(max(1, waiting.seconds))}
        return _go_through(slug, lane.SLOW, waiting) or show(slug)
    visit = _visit(slug)
    if current().get(_WRONG) == slug:
        return _wrong_code(slug, visit)
    if visit is None:
        return render_template("respond/neutral.html")
    behind = lane.kept(lane.LOCKED, slug)
    if behind is not None and not visit.locked and not lane.looks_ahead():
        return _go_through(slug, lane.LOCKED, behind) or show(slug)
    step = service.show(db.session(), intake_vault(), visit, today=clock.today())
    if step.left and not lane.looks_ahead():
        current().end()
        store(())
    if step.renew:
        current()[_VISIT] = step.visit.plain()
        current().renew()
    return _page(step)


@bp.post("/s/<slug>")
def act(slug: str) -> ResponseReturnValue:
    """Do what a button says, then show the same address again."""
    fields = dict(request.form.lists())
    _speak(slug, arriving=g.arriving)
    if languages.SWITCH in fields:
        return _switch(slug, fields)
    if g.arriving:
        languages.keep()
    if _WRONG in current():
        del current()[_WRONG]
    if fields.get("act") == ["look"]:  # a button for browsers that do not refresh by themselves
        return _here(slug)
    if _too_fast(slug, fields):
        seconds = YOUNGEST_SECONDS if g.early and not fields.get(lane.HONEYPOT, [""])[0] else None
        lane.slow_down(slug, fields, arriving=g.arriving, seconds=seconds)
        store(())
        return _here(slug)
    return _take(slug, fields, arriving=g.arriving) or _here(slug)


def _speak(slug: str, *, arriving: bool = False) -> None:
    """Offer the languages of this survey. Without a visit nothing is looked up: all addresses are alike."""
    plain = current().get(_VISIT)
    known = arriving or current().get(_WRONG) == slug or lane.kept(lane.SLOW, slug) is not None
    if known or (plain is not None and plain["slug"] == slug):
        spoken = service.spoken(db.session(), slug)
        g.demonstration = spoken.demonstration
        languages.offer(spoken.offered, reviewed=spoken.reviewed, drafts=spoken.demonstration)


def _switch(slug: str, fields: Fields) -> ResponseReturnValue:
    """The same page in another language, with all that was typed on it; nothing else is done."""
    before = languages.tag()
    if "offered_languages" in g:
        languages.switch(fields[languages.SWITCH][0])
    visit = _visit(slug)
    on_its_page = lane.kept(lane.SLOW, slug) is None and current().get(_WRONG) != slug
    if visit is None or visit.locked or not on_its_page:
        store(())
        return _here(slug)
    asked = {**fields, "act": [languages.SWITCH]}
    step = service.act(db.session(), intake_vault(), visit, asked, today=clock.today())
    if step.problems and step.easy != languages.easy():
        # One question a page, or several: what must be mended could be out of sight in the other view.
        languages.switch(before)
    return _done(step) or _here(slug)


def _template(name: str, *, easy: bool | None = None) -> str:
    """Where a page is written, in the view that is asked for."""
    shown = languages.easy() if easy is None else easy
    return easyread.template(f"respond/{name}.html", languages.chosen(), easy=shown)


def _here(slug: str) -> ResponseReturnValue:
    return redirect(url_for(".show", slug=slug), 303)


def _too_fast(slug: str, fields: Fields) -> bool:
    """Whether a request goes through the slow lane; each kind is counted where it happens."""
    if not limits().on:
        return False
    visit = _visit(slug)
    if service.CODE in fields and (g.arriving or visit is not None):
        return not limits().code(current().cookie) or g.early
    if g.arriving and visit is None:
        consultation = service.consultation_of(db.session(), slug)
        room = limits().start(consultation, g.get("source"))
        return not room or g.early or fields.get(lane.HONEYPOT, [""]) != [""]
    if visit is not None and visit.stage is Stage.CHECK and fields.get("act") == ["send"]:
        return not limits().send(service.consultation_of(db.session(), slug))
    return False


def _go_through(slug: str, kind: str, waiting: lane.Waiting) -> Answer:
    """The time is over, or the code was right: do what was asked."""
    lane.replay(waiting)
    lane.let_go(kind)
    return _take(slug, waiting.fields, arriving=waiting.arriving)


def _take(slug: str, fields: Fields, *, arriving: bool) -> Answer:
    """Hand a request to where it belongs."""
    visit = _visit(slug)
    if visit is not None and visit.locked and not (arriving and service.CODE in fields):
        return _at_the_lock(slug, visit, fields)
    try:
        if arriving and (visit is None or service.CODE in fields or service.left_over(visit, fields)):
            return _arrive(slug, fields)
        if visit is None:
            return render_template("respond/neutral.html")
        if arriving:  # Start again, with a visit still open: go on where it was
            return None
        step = service.act(db.session(), intake_vault(), visit, fields, today=clock.today())
    except BusyError:  # the slow hashes of codes have a short queue
        return _wait_for_a_turn(slug, fields, arriving=arriving)
    return _done(step)


def _arrive(slug: str, fields: Fields) -> Answer:
    step = service.arrive(
        db.session(),
        intake_vault(),
        slug,
        fields,
        language=languages.chosen(),
        easy=languages.easy(),
        listed=support.shelf().entries(),
        today=clock.today(),
    )
    if step.wrong_code:
        current()[_WRONG] = slug
        store(())
        return None
    plain = current().get(_VISIT)
    if plain is None or plain["lookup"] != step.visit.lookup:
        lane.let_go()  # what waits here is of somebody else
    current().renew()
    generate_csrf()  # stored with the visit, so that its first page has nothing to store
    return _done(step)


def _at_the_lock(slug: str, visit: Visit, fields: Fields) -> Answer:
    """Nothing but the code opens a visit that nobody used for an hour; what was sent meanwhile is kept."""
    if fields.get("act") == ["end"]:
        current().end()
        store(())
        return render_template(_template("finished"))
    current()[_VISIT] = visit.plain()
    if service.CODE not in fields:
        if "act" in fields:
            lane.lock_away(slug, fields)
        store(())
        return None
    try:
        awake = service.unlock(db.session(), intake_vault(), visit, fields[service.CODE][0])
    except BusyError:
        return _wait_for_a_turn(slug, fields, arriving=False)
    if awake is None:
        current()[_WRONG] = slug
    else:
        current()[_VISIT] = awake.plain()
        current().renew()
    store(())
    return None


def _wait_for_a_turn(slug: str, fields: Fields, *, arriving: bool) -> Answer:
    current().undo()
    languages.keep()
    lane.slow_down(slug, fields, arriving=arriving)
    store(())
    return None


def _done(step: Step) -> Answer:
    """Store what an act led to, and show it."""
    if step.problems or step.again:
        return _page(step), 422
    if step.file:
        return _file(step)
    if step.left:
        current().end()
    else:
        current().keep(_VISIT, step.visit.plain())
    try:
        store(step.writes, scrub=step.scrub)
    except ConflictError:
        if not _sent_already(step):
            raise
    return _page(step) if step.left or step.at_once else None


def _sent_already(step: Step) -> bool:
    """Whether the other page that was first is this one: "send" pressed twice."""
    stored = reread()
    return step.visit.stage is Stage.SENT and stored.get(_VISIT, {}).get("stage") == Stage.SENT


def _visit(slug: str) -> Visit | None:
    plain = current().get(_VISIT)
    if plain is None or plain["slug"] != slug:
        return None
    visit = Visit.from_plain({**plain, "language": languages.chosen(), "easy": languages.easy()})
    if current().get(RESTED):
        del current()[RESTED]
        visit = visit.asleep()
        current()[_VISIT] = visit.plain()
    return visit


def _wrong_code(slug: str, visit: Visit | None) -> ResponseReturnValue:
    locked = visit is not None and visit.locked
    page = render_template(
        _template("locked" if locked else "code_unknown"),
        has_errors=True,
        wrong_code=True,
        problems={},
        language=languages.chosen(),
        has_visit=visit is not None,
        start_token=start_tokens().make(f"/s/{slug}"),
    )
    return page, 422


def _file(step: Step) -> ResponseReturnValue:
    """A file that the browser keeps and does not show, under a name that says nothing."""
    g.demonstration = step.demonstration
    body = render_template(
        f"respond/{step.template}.{step.file}", language=languages.chosen(), **step.context
    )
    return Response(
        body,
        mimetype="text/plain" if step.file == "txt" else "text/html",
        headers={"Content-Disposition": f'attachment; filename="copy.{step.file}"'},
    )


def _page(step: Step) -> str | bytes:
    g.demonstration, g.pilot = step.demonstration, bool(step.visit.pilot)

    def render(**more: object) -> str:
        return render_template(
            _template(step.template, easy=step.easy),
            easy=step.easy,
            has_errors=bool(step.problems) or step.again,
            problems={problem.question_id: problems.message(problem) for problem in step.problems},
            language=languages.chosen(),
            wrong_code=False,
            **step.context,
            **more,
        )

    if step.shape is None:
        return render()
    depends_on = step.kept_under(languages.words(), request.path, support.shown())
    return rendered().page(depends_on, generate_csrf(), lambda token: render(csrf_token=lambda: token))
