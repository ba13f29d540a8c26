"""Public pages of the standards. They set no cookie, take nothing in, and need no script."""

from __future__ import annotations

import csv
import io

from flask import Blueprint, Response, abort, g, render_template, request
from flask.typing import ResponseReturnValue

from consult.published import service
from consult.web import languages, padding
from consult.web.extensions import db

bp = Blueprint("published", __name__, url_prefix="/standards/<slug>")
bp.after_request(padding.pad)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


@bp.get("")
def standards(slug: str) -> ResponseReturnValue:
    """The standards, all or those for one kind of service."""
    return _page("published/standards.html", slug)


@bp.get("/commissioners")
def commissioners(slug: str) -> ResponseReturnValue:
    """For those who pay for services: what each standard means for them, and how meeting it is checked."""
    return _page("published/commissioners.html", slug)


@bp.get("/check")
def check(slug: str) -> ResponseReturnValue:
    """A sheet by which a service checks itself. There is no form on it: nothing can be sent."""
    shown = service.shown(db.session(), slug)
    found = service.for_kind(shown.edition.standards, _kind())
    lines: dict[str, list[tuple[str, str]]] = {}
    for standard, number, words in service.lines_to_check(found):
        lines.setdefault(standard["key"], []).append((number, words))
    return _page("published/check.html", slug, lines=lines)


@bp.get("/check.csv")
def check_table(slug: str) -> ResponseReturnValue:
    """The same as a table to keep and fill in."""
    shown = service.shown(db.session(), slug)
    written = io.StringIO(newline="")
    found = service.for_kind(shown.edition.standards, _kind())
    rows = [service.CHECK_HEAD, *service.check_table(found)]
    csv.writer(written, lineterminator="\r\n").writerows(
        [f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in row] for row in rows
    )
    response = Response(written.getvalue().encode("utf-8-sig"), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="check.csv"'
    return response


@bp.get("/of/<key>")
def standard(slug: str, key: str) -> ResponseReturnValue:
    """One standard with what speaks for and against each part of it."""
    found = service.shown(db.session(), slug).edition.standard(key)
    if found is None:
        abort(404)
    return _page("published/standard.html", slug, standard=found)


def _page(template: str, slug: str, **more: object) -> str:
    shown = service.shown(db.session(), slug)
    g.demonstration = shown.demonstration
    languages.offer_house(drafts=shown.demonstration, eased=False)
    return render_template(
        template,
        slug=slug,
        edition=shown.edition,
        standards=service.for_kind(shown.edition.standards, _kind()),
        kind=_kind(),
        **more,
    )


def _kind() -> str:
    asked = request.args.get("for", "")
    return asked if asked in service.KINDS else ""
