"""What a file says: reports and tables for publication, and, by two people, the answers themselves."""

from __future__ import annotations

from consult.reports.service.answers import Readiness, answers_zip, readiness, take_approval
from consult.reports.service.drafts import standards_docx, standards_toml
from consult.reports.service.editions import kept as kept_editions
from consult.reports.service.editions import make as make_edition
from consult.reports.service.editions import public_address
from consult.reports.service.editions import put_out as put_out_edition
from consult.reports.service.editions import take_back as take_back_edition
from consult.reports.service.refi import NoThemesError, answers_qdpx, codebook_qdc
from consult.reports.service.register import Line, register
from consult.reports.service.standards import (
    Format,
    NotOnTheTeamError,
    ReportFile,
    Unlocked,
    for_command,
    matrix_csv,
    note,
    standard_csv,
    unlocked,
)
from consult.reports.service.static_site import edition_site
from consult.reports.service.statistics import answers_sav, codebooks_zip
from consult.reports.service.whole import as_document, as_pdf, evidence_html, standard_html
from consult.reports.service.workbook import evidence_xlsx

__all__ = [
    "Format",
    "Line",
    "NoThemesError",
    "NotOnTheTeamError",
    "Readiness",
    "ReportFile",
    "Unlocked",
    "answers_qdpx",
    "answers_sav",
    "answers_zip",
    "as_document",
    "as_pdf",
    "codebook_qdc",
    "codebooks_zip",
    "edition_site",
    "evidence_html",
    "evidence_xlsx",
    "for_command",
    "kept_editions",
    "make_edition",
    "matrix_csv",
    "note",
    "public_address",
    "put_out_edition",
    "readiness",
    "register",
    "standard_csv",
    "standard_html",
    "standards_docx",
    "standards_toml",
    "take_approval",
    "take_back_edition",
    "unlocked",
]
