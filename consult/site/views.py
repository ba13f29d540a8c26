"""The public pages around a survey. Mild words, nothing typed on them but the code of who comes back."""

from __future__ import annotations

from flask import Blueprint, Response, abort, g, render_template, request
from flask.typing import ResponseReturnValue

import surveys
from consult import clock
from consult.addresses import is_local
from consult.site import service
from consult.web import easyread, languages, leaving, paper
from consult.web import support as directory
from consult.web.extensions import db, settings
from consult.web.rendered import rendered
from consult.web.sessions import current
from consult.web.throttle import start_tokens
from consult.web.writing import store

# Every application has these; the doors to a survey are only where surveys are answered.
bp = Blueprint("site", __name__)
doors = Blueprint("doors", __name__)


@doors.get("/")
def landing() -> ResponseReturnValue:
    """What can be taken part in now."""
    invitations = service.open_surveys(db.session(), today=clock.today())
    g.demonstration = any(survey.demonstration for survey in invitations)
    _offer_house()
    return render_template(_written("landing"), surveys=invitations, language=languages.chosen())


@doors.get("/about/<slug>")
def about(slug: str) -> ResponseReturnValue:
    """What one survey is for, who keeps the answers and how; Start. Sets no cookie."""
    survey = _about(service.survey(db.session(), slug, today=clock.today()))
    if not survey.open or survey.over or request.method != "GET":  # without Start, or read by nobody
        return _invited(survey, "")
    depends_on = ("about", survey.shape, languages.words(), directory.shown())
    return rendered().page(depends_on, _token(slug), lambda token: _invited(survey, token))


@doors.get("/about/<slug>/questions")
def questions(slug: str) -> ResponseReturnValue:
    """All questions, to be read before taking part. Sets no cookie and keeps nothing."""
    survey = _about(service.questions(db.session(), slug, today=clock.today()))
    return render_template(
        "site/questions.html", invited=survey, sheet=_sheet(survey), language=languages.chosen()
    )


@doors.get("/about/<slug>/questions/<size>.pdf")
def questions_file(slug: str, size: str) -> ResponseReturnValue:
    """The same as a file to print, in ordinary or large letters, with boxes to tick and lines to write on."""
    survey = _about(service.questions(db.session(), slug, today=clock.today()))
    if size not in set(paper.Size) or not survey.open:
        abort(404)
    try:
        made = paper.questionnaire(_sheet(survey), survey.fingerprint, paper.Size(size))
    except paper.BeingMadeError:
        page = render_template("site/being_made.html", slug=slug, size=size)
        return (
            page,
            503,
            {"Refresh": str(paper.COME_BACK_SECONDS), "Retry-After": str(paper.COME_BACK_SECONDS)},
        )
    except paper.NoFilesError:
        return render_template("site/no_file.html", slug=slug), 503
    return paper.handed_over(made, f"questions-{size}.pdf")


@doors.get("/trial/<token>")
def trial(token: str) -> ResponseReturnValue:
    """What a trial is, and Start: the same way as everybody's, and nothing is kept. Sets no cookie."""
    survey = _about(service.pilot(db.session(), token, today=clock.today()))
    g.pilot = True
    start_token = _token(survey.slug)
    return render_template(
        "site/trial.html", survey=survey, token=token, start_token=start_token, language=languages.chosen()
    )


@doors.get("/back/<slug>")
def back(slug: str) -> ResponseReturnValue:
    """The form for a code. It posts to the survey's own address."""
    survey = _about(service.survey(db.session(), slug, today=clock.today()))
    return render_template(
        _written("back"),
        survey=survey,
        restored=service.restored(db.session()),
        start_token=_token(slug),
        language=languages.chosen(),
    )


@bp.get("/safety")
def safety() -> ResponseReturnValue:
    """How to use these pages so that nobody else learns of it."""
    _offer_house()
    return render_template(_written("safety"))


@bp.get("/support")
def support() -> ResponseReturnValue:
    """People to talk to."""
    _offer_house()
    return render_template(_written("support"))


@bp.get("/privacy")
def privacy() -> ResponseReturnValue:
    """What is kept, how it is locked, and what cannot be promised."""
    _offer_house()
    return render_template(_written("privacy"))


@bp.get("/accessibility")
def accessibility() -> ResponseReturnValue:
    """What works for whom, what does not yet, and how to say that something does not."""
    _offer_house()
    return render_template(_written("accessibility"), contact=settings().contact)


@bp.get("/health")
def health() -> ResponseReturnValue:
    """For the host's own monitoring: says that the process and its database answer, and nothing else."""
    service.check_database(db.session())
    return Response("ok\n", mimetype="text/plain")


@bp.get("/leave")
def leave() -> ResponseReturnValue:
    """End the visit on the server and go to a neutral site. A link, so that it needs no script.

    A browser that only looks ahead (prefetch, HEAD) must not end anything.
    """
    if leaving.looks_ahead():
        return Response(status=204)
    writes = service.leave(current().get("visit"))
    current().end()
    store(writes)
    return leaving.away()


def _invited(survey: service.Invitation, start_token: str) -> str:
    shown = survey.in_easy_read() if languages.easy() else survey
    return render_template(
        _written("about"), survey=shown, start_token=start_token, language=languages.chosen()
    )


def _about(found: service.Invitation) -> service.Invitation:
    """A survey whose languages this page speaks."""
    g.demonstration = found.demonstration
    languages.offer(found.spoken.offered, reviewed=found.spoken.reviewed, drafts=found.demonstration)
    return found


def _written(page: str) -> str:
    """Where a page is written, in the view that is asked for."""
    return easyread.template(f"site/{page}.html", languages.chosen(), easy=languages.easy())


def _offer_house() -> None:
    """The languages of a page that is about no survey. Draft words stand only where nothing is real.

    A demonstration is never on a public host, so there nothing need be asked.
    """
    own = all(is_local(host) for host in settings().hosts)
    languages.offer_house(drafts=own and service.nothing_is_real(db.session(), today=clock.today()))


def _sheet(survey: service.Invitation) -> paper.Sheet:
    return paper.Sheet(
        survey=survey.definition,
        language=languages.chosen(),
        dates=survey.dates(languages.chosen()),
        post_to=survey.post_to,
        phone_to=survey.phone_to,
        send_by=survey.closing_date,
        demonstration=survey.demonstration,
        variant=surveys.EASY if languages.easy() else "",
    )


def _token(slug: str) -> str:
    return start_tokens().make(f"/s/{slug}")
