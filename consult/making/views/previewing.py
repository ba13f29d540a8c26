"""Looking at a survey before people do: each page in each language and depth, and every way through it."""

from __future__ import annotations

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

import surveys
from consult.making.service import preview as service
from consult.making.service import ways as ways_service
from consult.making.service.preview import Place
from consult.making.service.sources import Source, source_of
from consult.making.service.versions import COPY
from consult.making.views.common import LEAD, bp
from consult.web import access, languages
from consult.web.access import ADMINISTRATOR
from consult.web.extensions import db

LOOK = ("analyst", LEAD, "translator", "adviser", ADMINISTRATOR)


@bp.get("/<consultation>/surveys/<survey_id>/preview")
@access.roles(*LOOK)
def preview(consultation: str, survey_id: str) -> ResponseReturnValue:
    """One page as people who answer see it, with a line that says that nothing is kept."""
    source, place = _there(consultation, survey_id)
    return _page(source, place, service.look(source, place))


@bp.post("/<consultation>/surveys/<survey_id>/preview")
@access.roles(*LOOK)
def preview_on(consultation: str, survey_id: str) -> ResponseReturnValue:
    """Where a button of that page leads."""
    source, place = _there(consultation, survey_id)
    form = dict(request.form.lists())
    if languages.SWITCH in form:
        wanted = form[languages.SWITCH][0]
        known = wanted in service.languages_of(source.survey)
        return _to(source, place, language=wanted if known else place.language)
    sight = service.look(source, place, form)
    if sight.problems and (form.get("act") or ["continue"])[0] == "continue":
        return _page(source, place, sight), 422
    return _to(source, service.press(source, place, form))


@bp.get("/<consultation>/surveys/<survey_id>/ways")
@access.roles(*LOOK)
def ways(consultation: str, survey_id: str) -> ResponseReturnValue:
    """All ways through a survey, and which pages come "as if" somebody had answered so."""
    source, place = _there(consultation, survey_id)
    return render_template(
        "making/ways.html",
        consultation=consultation,
        source=source,
        place=place,
        found=ways_service.ways_of(source, place),
        depths=_depths(),
        address=lambda **changes: _address(source, place, **changes),
    )


@bp.get("/<consultation>/surveys/<survey_id>/languages")
@access.roles(*LOOK)
def in_languages(consultation: str, survey_id: str) -> ResponseReturnValue:
    """What each further language still lacks, and whether a person has read it."""
    source, _place = _there(consultation, survey_id)
    found = source.survey
    return render_template(
        "making/languages.html",
        consultation=consultation,
        source=source,
        languages_of=[
            (_tongues().get(each, each), each in found.reviewed, surveys.missing(found, each))
            for each in surveys.translations(found)
        ],
    )


def _there(consultation: str, survey_id: str) -> tuple[Source, Place]:
    args = dict(request.args.lists())
    version = (args.get("version") or [""])[0]
    source = source_of(db.session(), consultation, survey_id, version)
    return source, service.settled(source, service.place_of(source, args))


def _page(source: Source, place: Place, sight: service.Sight) -> str:
    language = place.language.partition("-")[0]
    languages.speak(language)
    g.demonstration = source.demonstration
    problems = {each.question_id: _("This does not do as it is typed.") for each in sight.problems}
    return render_template(
        "making/preview.html",
        base=f"respond/{sight.template}.html",
        source=source,
        place=place,
        pages=service.pages_of(source, place),
        tongues=[(tag, _tongues().get(tag, tag)) for tag in service.languages_of(source.survey)],
        depths=_depths(),
        widths=_widths(),
        versions=[(each, _("the working copy") if each == COPY else each) for each in source.versions],
        copy=COPY,
        kept=_kept(place),
        address=lambda **changes: _address(source, place, **changes),
        action=_address(source, place),
        language=language,
        problems=problems,
        has_errors=bool(problems),
        wrong_code=False,
        **sight.context,
    )


def _kept(place: Place) -> list[tuple[str, str]]:
    """What a change of language or width leaves as it is: the page, and the answers that steer."""
    query = place.query()
    names = ["page", *(name for name in query if name.startswith(service.ANSWER))]
    pairs = []
    for name in names:
        value = query[name]
        pairs += [(name, str(each)) for each in (value if isinstance(value, list) else [value])]
    return pairs


def _tongues() -> dict[str, str]:
    return {
        "en": _("English"),
        "cy": _("Welsh"),
        "en-easy": _("Easy read"),
        "cy-easy": _("Easy read in Welsh"),
    }


def _widths() -> dict[str, str]:
    return {"desktop": _("Wide"), "tablet": _("Tablet"), "phone": _("Phone")}


def _depths() -> dict[str, str]:
    return {"short": _("a little"), "standard": _("more"), "full": _("all of it")}


def _address(source: Source, place: Place, endpoint: str = ".preview", **changes: object) -> str:
    return url_for(
        endpoint,
        consultation=source.consultation,
        survey_id=source.survey_id,
        **place.query(**changes),  # type: ignore[arg-type]  # names and texts
    )


def _to(source: Source, place: Place, **changes: object) -> ResponseReturnValue:
    return redirect(_address(source, place, ".preview", **changes), 303)
