"""What goes out on paper, and how answers from paper or phone are sealed, without a word about HTTP."""

from __future__ import annotations

from consult.gathering.service.keying import (
    KEYED,
    CameBy,
    Entry,
    Look,
    begin,
    code_for,
    look,
    require_not_sealed,
    sealing,
    told_as_busy,
)
from consult.gathering.service.papers import OnPaper, poster_code, survey, surveys_of
from consult.records.responses import digits

__all__ = [
    "KEYED",
    "CameBy",
    "Entry",
    "Look",
    "OnPaper",
    "begin",
    "code_for",
    "digits",
    "look",
    "poster_code",
    "require_not_sealed",
    "sealing",
    "survey",
    "surveys_of",
    "told_as_busy",
]
