"""What can be printed: the questions in two sizes, and a poster with the address."""

from __future__ import annotations

from collections.abc import Callable

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from consult.gathering import service
from consult.gathering.views.common import ANALYST, LEAD, address_of, bp, sheet
from consult.web import access, paper
from consult.web.access import ADMINISTRATOR
from consult.web.extensions import db


@bp.get("")
@access.roles(ANALYST, LEAD, ADMINISTRATOR)
def start(consultation: str) -> ResponseReturnValue:
    """Every survey with what can be printed of it, and the way to typing answers in."""
    roles = access.account().roles(consultation)
    return render_template(
        "gathering/paper.html",
        consultation=consultation,
        surveys=service.surveys_of(db.session(), consultation),
        address=address_of,
        may_key=bool(roles & {ANALYST, LEAD}),
        refused="",
    )


@bp.get("/<survey_id>/questions-<size>-<language>.pdf")
@access.roles(ANALYST, LEAD, ADMINISTRATOR)
def questions(consultation: str, survey_id: str, size: str, language: str) -> ResponseReturnValue:
    """All questions with boxes and lines. Those of a survey that is not open are marked as a draft."""
    survey = service.survey(db.session(), consultation, survey_id)
    if size not in set(paper.Size) or language not in survey.definition.languages:
        abort(404)
    return _file(
        consultation,
        lambda: paper.questionnaire(sheet(survey, language), survey.fingerprint, paper.Size(size)),
        f"questions-{size}-{language}.pdf",
    )


@bp.get("/<survey_id>/poster-<language>.pdf")
@access.roles(ANALYST, LEAD, ADMINISTRATOR)
def poster(consultation: str, survey_id: str, language: str) -> ResponseReturnValue:
    """A poster with neutral words, the address in letters and as a QR code, and slips to tear off."""
    survey = service.survey(db.session(), consultation, survey_id)
    address = address_of(survey.slug, "about")
    if language not in survey.definition.languages or not address:
        abort(404)
    context = {
        "language": language,
        "address": address,
        "spelled": address.partition("://")[2],
        "code": service.poster_code(address),
        "draft": not survey.open,
        "demonstration": survey.demonstration,
    }
    return _file(
        consultation,
        lambda: paper.file("paper/poster.html", language, tuple(context.values()), context),
        f"poster-{language}.pdf",
    )


def _file(consultation: str, make: Callable[[], bytes], name: str) -> ResponseReturnValue:
    try:
        return paper.handed_over(make(), name)
    except paper.BeingMadeError:
        page = render_template("gathering/being_made.html", again=request.path, consultation=consultation)
        seconds = str(paper.COME_BACK_SECONDS)
        return page, 503, {"Refresh": seconds, "Retry-After": seconds}
    except paper.NoFilesError:
        return render_template("gathering/no_file.html", needed=paper.NEEDED, consultation=consultation), 503
