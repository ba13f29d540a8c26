"""Standards and the evidence page: what happens, without a word about HTTP.

What opens answers takes an `Unlocked`; the rest takes a session and the consultation's name. Callers commit
once.
"""

from __future__ import annotations

from consult.evidence.service.linking import (
    Linkable,
    NewLink,
    UnknownEvidenceError,
    link,
    linkable,
    unlink,
)
from consult.evidence.service.overview import Overview, overview
from consult.evidence.service.page import EvidencePage, page
from consult.evidence.service.quoting import (
    UnknownExcerptError,
    pass_quote,
    propose_quote,
    take_quote_back,
)
from consult.evidence.service.standards import (
    ClauseText,
    Editing,
    Listed,
    Outcome,
    change,
    editing,
    listed,
    make,
    write_clause,
)
from consult.models.standard import ServiceKind, Stance, StandardStatus, Strength
from consult.records.quotes import LONGEST, NoConsentError, NotTheirWordsError, SamePersonError
from consult.records.standards import (
    LinkedTwiceError,
    StandardText,
    UnknownStandardError,
)
from consult.records.unlocking import Unlocked, unlocked
from consult.records.wordings import ClauseWords

__all__ = [
    "LONGEST",
    "ClauseText",
    "ClauseWords",
    "Editing",
    "EvidencePage",
    "Linkable",
    "LinkedTwiceError",
    "Listed",
    "NewLink",
    "NoConsentError",
    "NotTheirWordsError",
    "Outcome",
    "Overview",
    "SamePersonError",
    "ServiceKind",
    "Stance",
    "StandardStatus",
    "StandardText",
    "Strength",
    "UnknownEvidenceError",
    "UnknownExcerptError",
    "UnknownStandardError",
    "Unlocked",
    "change",
    "editing",
    "link",
    "linkable",
    "listed",
    "make",
    "overview",
    "page",
    "pass_quote",
    "propose_quote",
    "take_quote_back",
    "unlink",
    "unlocked",
    "write_clause",
]
