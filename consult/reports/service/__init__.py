"""What a file says: reports and tables for publication, and, by two people, the answers themselves."""

from __future__ import annotations

from consult.reports.service.answers import Readiness, answers_zip, readiness, take_approval
from consult.reports.service.drafts import standards_docx, standards_toml
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
    standard_html,
    unlocked,
)

__all__ = [
    "Format",
    "Line",
    "NoThemesError",
    "NotOnTheTeamError",
    "Readiness",
    "ReportFile",
    "Unlocked",
    "answers_qdpx",
    "answers_zip",
    "codebook_qdc",
    "for_command",
    "matrix_csv",
    "note",
    "readiness",
    "register",
    "standard_csv",
    "standard_html",
    "standards_docx",
    "standards_toml",
    "take_approval",
    "unlocked",
]
