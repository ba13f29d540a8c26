"""Standards and the evidence page: what happens, without a word about HTTP.

What opens answers takes an `Unlocked`; the rest takes a session and the consultation's name. Callers commit
once.
"""

from __future__ import annotations

from consult.evidence.service.commenting import (
    Answering,
    answer,
    answering,
    commented,
    take_reply_back,
    write_comment,
)
from consult.evidence.service.equity import EquityCheck, check
from consult.evidence.service.judging import (
    CellError,
    Desk,
    EquityMissingError,
    NothingToJudgeError,
    SameWordsError,
    confirm_link,
    confirm_row,
    decide,
    desk,
    judge_link,
    judge_row,
    needs_equity,
    note_equity,
)
from consult.evidence.service.linking import (
    Linkable,
    NewLink,
    UnknownEvidenceError,
    hold,
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
from consult.evidence.service.recent import Standing
from consult.evidence.service.standards import (
    ClauseText,
    Editing,
    Listed,
    Outcome,
    change,
    editing,
    listed,
    make,
    neighbours,
    write_clause,
)
from consult.evidence.service.suggesting import offer_again, refuse_link
from consult.evidence.service.trail import Trail, trail
from consult.models.judgement import Concern, Confidence, DecisionKind, Disposition, Reply
from consult.models.standard import ServiceKind, Stance, StandardStatus, Strength
from consult.records.adequacy import of as adequacy
from consult.records.comments import ReplyText, UnknownCommentError
from consult.records.judging import SecondPersonError, Settled, Sureness
from consult.records.judging import proposed as proposed_level
from consult.records.linked import COMPONENTS
from consult.records.quotes import LONGEST, NoConsentError, NotTheirWordsError, SamePersonError
from consult.records.standards import (
    LinkedTwiceError,
    StandardText,
    UnknownStandardError,
)
from consult.records.unlocking import Unlocked, unlocked
from consult.records.wordings import ClauseWords

__all__ = [
    "COMPONENTS",
    "LONGEST",
    "Answering",
    "CellError",
    "ClauseText",
    "ClauseWords",
    "Concern",
    "Confidence",
    "DecisionKind",
    "Desk",
    "Disposition",
    "Editing",
    "EquityCheck",
    "EquityMissingError",
    "EvidencePage",
    "Linkable",
    "LinkedTwiceError",
    "Listed",
    "NewLink",
    "NoConsentError",
    "NotTheirWordsError",
    "NothingToJudgeError",
    "Outcome",
    "Overview",
    "Reply",
    "ReplyText",
    "SamePersonError",
    "SameWordsError",
    "SecondPersonError",
    "ServiceKind",
    "Settled",
    "Stance",
    "StandardStatus",
    "StandardText",
    "Standing",
    "Strength",
    "Sureness",
    "Trail",
    "UnknownCommentError",
    "UnknownEvidenceError",
    "UnknownExcerptError",
    "UnknownStandardError",
    "Unlocked",
    "adequacy",
    "answer",
    "answering",
    "change",
    "check",
    "commented",
    "confirm_link",
    "confirm_row",
    "decide",
    "desk",
    "editing",
    "hold",
    "judge_link",
    "judge_row",
    "link",
    "linkable",
    "listed",
    "make",
    "needs_equity",
    "neighbours",
    "note_equity",
    "offer_again",
    "overview",
    "page",
    "pass_quote",
    "propose_quote",
    "proposed_level",
    "refuse_link",
    "take_quote_back",
    "take_reply_back",
    "trail",
    "unlink",
    "unlocked",
    "write_clause",
    "write_comment",
]
