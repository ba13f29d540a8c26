"""Editions of the standards for the public: made by one person, put out by another."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from consult.faults import ConflictError, RefusedError
from consult.reports import service
from consult.reports.views.common import LEAD, TEAM, bp, hand_over, unlocked
from consult.web import access
from consult.web.access import who
from consult.web.extensions import db, settings, workbench_vault
from consult.web.sentences import sentence


@bp.get("/editions")
@access.roles(*TEAM)
def editions(consultation: str) -> ResponseReturnValue:
    """All editions, and which one the public reads."""
    return _page(consultation)


@bp.post("/editions")
@access.roles(LEAD)
@access.needs_key
def make_edition(consultation: str) -> ResponseReturnValue:
    """Make the next edition from what is agreed now."""
    try:
        service.make_edition(unlocked(consultation), **who())
    except RefusedError as error:
        db.session.rollback()
        return _page(consultation, refused=sentence(str(error))), 409
    return _done(consultation, "made")


@bp.post("/editions/<edition>/out")
@access.roles(LEAD)
def put_out_edition(consultation: str, edition: str) -> ResponseReturnValue:
    """Let the public read an edition."""
    try:
        service.put_out_edition(
            db.session(),
            workbench_vault(),
            consultation,
            _number(edition),
            account_id=access.account().id,
            **who(),
        )
    except (RefusedError, ConflictError) as error:
        db.session.rollback()
        return _page(consultation, refused=sentence(str(error))), 409
    return _done(consultation, "out")


@bp.post("/editions/<edition>/back")
@access.roles(LEAD)
def take_back_edition(consultation: str, edition: str) -> ResponseReturnValue:
    """Take the standards off the public pages."""
    try:
        service.take_back_edition(db.session(), workbench_vault(), consultation, _number(edition), **who())
    except ConflictError as error:
        db.session.rollback()
        return _page(consultation, refused=sentence(str(error))), 409
    return _done(consultation, "back")


@bp.get("/editions/<edition>/site.zip")
@access.roles(*TEAM)
def edition_site(consultation: str, edition: str) -> ResponseReturnValue:
    """An edition as files for any web server."""
    try:
        made = service.edition_site(
            db.session(), consultation, _number(edition), service_name=settings().service_name
        )
    except ConflictError:
        return redirect(url_for(".editions", consultation=consultation, done="gone"), 303)
    return hand_over(consultation, made)


def _number(edition: str) -> int:
    """The number of an edition in an address; 0, which none has, for anything else."""
    return int(edition) if edition.isdecimal() and len(edition) < 9 else 0


def _done(consultation: str, done: str) -> ResponseReturnValue:
    db.session.commit()
    return redirect(url_for(".editions", consultation=consultation, done=done), 303)


def _page(consultation: str, *, refused: str = "") -> str:
    shelf = service.kept_editions(db.session(), consultation, account_id=access.account().id)
    return render_template(
        "reports/editions.html",
        consultation=consultation,
        editions=shelf,
        slug=service.public_address(db.session(), consultation),
        done=request.args.get("done", ""),
        refused=refused,
        has_errors=bool(refused),
    )
