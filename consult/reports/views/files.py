"""Downloads. A file is made, noted in the log, and only then handed over."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _

from consult import clock
from consult.faults import RefusedError
from consult.reports import service
from consult.reports.views.common import TEAM, bp, download, hand_over, unlocked
from consult.web import access, paper
from consult.web.extensions import db, settings, workbench_vault
from consult.web.sentences import sentence
from consult.web.writing import will_read, will_write

_RAW = {"qdpx": service.answers_qdpx, "spss": service.answers_sav}
_NO_SECOND = _(
    "Nothing was handed over: this takes two people, and no agreement of today is left. Please ask for it, "
    "and let somebody else agree."
)


@bp.get("/standards/<key>/evidence.csv")
@access.roles(*TEAM)
@access.needs_key
def standard_csv(consultation: str, key: str) -> ResponseReturnValue:
    """The evidence of a standard as a table."""
    return hand_over(consultation, service.standard_csv(unlocked(consultation), key))


@bp.get("/reports")
@access.roles(*TEAM)
def start(consultation: str) -> ResponseReturnValue:
    """Every file that can be made, and for whom it is."""
    return render_template("reports/start.html", consultation=consultation)


@bp.get("/evidence.<any(html, docx, pdf):kind>")
@access.roles(*TEAM)
@access.needs_key
def evidence(consultation: str, kind: str) -> ResponseReturnValue:
    """The evidence for all draft standards, with how it was done."""
    return _set(consultation, kind)


@bp.get("/standards/<key>/report.<any(html, docx, pdf):kind>")
@access.roles(*TEAM)
@access.needs_key
def standard(consultation: str, key: str, kind: str) -> ResponseReturnValue:
    """The evidence for one draft standard."""
    return _set(consultation, kind, key)


@bp.get("/evidence.xlsx")
@access.roles(*TEAM)
@access.needs_key
def evidence_xlsx(consultation: str) -> ResponseReturnValue:
    """The same as a workbook."""
    return hand_over(consultation, service.evidence_xlsx(unlocked(consultation)))


@bp.get("/codebooks.zip")
@access.roles(*TEAM)
def codebooks(consultation: str) -> ResponseReturnValue:
    """What was asked, for statistics programs: no answer."""
    return hand_over(consultation, service.codebooks_zip(db.session(), consultation))


@bp.get("/evidence.csv")
@access.roles(*TEAM)
@access.needs_key
def matrix_csv(consultation: str) -> ResponseReturnValue:
    """Themes and findings by clause as a table."""
    return hand_over(consultation, service.matrix_csv(unlocked(consultation)))


@bp.get("/codebook.qdc")
@access.roles(*TEAM)
def codebook_qdc(consultation: str) -> ResponseReturnValue:
    """The code frame for other coding tools."""
    try:
        made = service.codebook_qdc(db.session(), consultation)
    except service.NoThemesError:
        return redirect(url_for("coding.themes", consultation=consultation), 303)
    return hand_over(consultation, made)


@bp.get("/standards.toml")
@access.roles(*TEAM)
def standards_toml(consultation: str) -> ResponseReturnValue:
    """The words of all draft standards as text."""
    return hand_over(consultation, service.standards_toml(db.session(), consultation))


@bp.get("/standards.docx")
@access.roles(*TEAM)
def standards_docx(consultation: str) -> ResponseReturnValue:
    """The words of all draft standards as a document."""
    return hand_over(consultation, service.standards_docx(db.session(), consultation))


@bp.get("/export")
@access.roles(*TEAM)
def raw(consultation: str) -> ResponseReturnValue:
    """What the file of answers holds, and the button for it once two people agreed."""
    return _raw_page(consultation)


@bp.post("/export")
@access.roles(*TEAM)
@access.needs_key
def raw_file(consultation: str) -> ResponseReturnValue:
    """Hand the answers over, once for each agreement. What fails before the end leaves it unused."""
    person, today = access.account(), clock.today()
    will_read()
    if not service.readiness(db.session(), consultation, person, today=today).approved:
        return _raw_page(consultation, refused=_NO_SECOND), 409
    make = _RAW.get(request.form.get("kind", ""), service.answers_zip)
    try:
        made = make(unlocked(consultation))
    except service.NoThemesError as error:
        return _raw_page(consultation, refused=sentence(str(error))), 409
    will_write()
    try:
        service.take_approval(db.session(), workbench_vault(), consultation, person, today=today)
    except RefusedError:
        db.session.rollback()
        return _raw_page(consultation, refused=_NO_SECOND), 409
    return download(consultation, made)


@bp.get("/exports")
@access.roles(*TEAM)
def register(consultation: str) -> ResponseReturnValue:
    """Every file that left, and which of them hold what was taken back or changed since."""
    return render_template(
        "reports/register.html",
        consultation=consultation,
        lines=service.register(db.session(), consultation),
    )


def _set(consultation: str, kind: str, key: str = "") -> ResponseReturnValue:
    """A report in one of its three forms. A PDF that cannot be made now is told, and nothing is noted."""
    opened_by, name, today = unlocked(consultation), settings().service_name, clock.today()
    if key:
        made = service.standard_html(opened_by, key, service_name=name, today=today)
    else:
        made = service.evidence_html(opened_by, service_name=name, today=today)
    if kind == "docx":
        made = service.as_document(made)
    elif kind == "pdf":
        db.session.rollback()  # setting takes seconds, and nobody need wait for this transaction
        try:
            made = service.as_pdf(made, paper.pdf(made.content.decode()))
        except paper.BeingMadeError:
            wait = {"Refresh": str(paper.COME_BACK_SECONDS), "Retry-After": str(paper.COME_BACK_SECONDS)}
            return render_template("gathering/being_made.html", again=request.path), 503, wait
        except paper.NoFilesError:
            return render_template("reports/no_pdf.html", consultation=consultation), 503
    return hand_over(consultation, made)


def _raw_page(consultation: str, *, refused: object = "") -> str:
    ready = service.readiness(db.session(), consultation, access.account(), today=clock.today())
    return render_template(
        "reports/answers.html",
        consultation=consultation,
        ready=ready,
        refused=refused,
        has_errors=bool(refused),
    )
