"""Reading and coding free text: what happens, without a word about HTTP.

`enter` opens a consultation for one request; everything that shows or codes answers takes what it returns.
Only this package and `records` know `analysis`; only a person's act becomes a coding.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from consult.coding.service.acts import Press, code, remove, undo
from consult.coding.service.answering import AnswerPage, Cover, answer, cover
from consult.coding.service.beside import MemoError, flag, memo, refuse, skip, take_memo_away
from consult.coding.service.entering import enter
from consult.coding.service.frame import (
    Entry,
    Mentions,
    UnclearNameError,
    add_theme,
    change_theme,
    frame,
    mentions,
    switch_suggestions,
    theme,
    theme_named,
)
from consult.coding.service.lists import answers, questions
from consult.coding.service.offering import Help, Likely
from consult.coding.service.pacing import (
    Care,
    Pace,
    RestError,
    care,
    resting,
    shortcuts,
    switch_shortcuts,
    take_up,
)
from consult.coding.service.pairs import (
    NothingToSampleError,
    NotSecondError,
    finish,
    next_second,
    pairs,
    sample,
)
from consult.coding.service.queue import Next, next_to_code
from consult.coding.service.settling import UnsettledError, Verdict, settle, settlement
from consult.coding.service.sieving import Sieve, Which
from consult.records.codings import Stream
from consult.records.themes import ThemeText
from consult.records.unlocking import Unlocked

if TYPE_CHECKING:
    from consult.coding.service.agreeing import AgreementPage


def agreement(unlocked: Unlocked, definition_id: str, box: str) -> AgreementPage:
    """Agreement of two coders on one question; see `agreeing`."""
    from consult.coding.service import agreeing  # noqa: PLC0415 - loads pandas: only where it is needed

    return agreeing.agreement(unlocked, definition_id, box)


__all__ = [
    "AnswerPage",
    "Care",
    "Cover",
    "Entry",
    "Help",
    "Likely",
    "MemoError",
    "Mentions",
    "Next",
    "NotSecondError",
    "NothingToSampleError",
    "Pace",
    "Press",
    "RestError",
    "Sieve",
    "Stream",
    "ThemeText",
    "UnclearNameError",
    "Unlocked",
    "UnsettledError",
    "Verdict",
    "Which",
    "add_theme",
    "agreement",
    "answer",
    "answers",
    "care",
    "change_theme",
    "code",
    "cover",
    "enter",
    "finish",
    "flag",
    "frame",
    "memo",
    "mentions",
    "next_second",
    "next_to_code",
    "pairs",
    "questions",
    "refuse",
    "remove",
    "resting",
    "sample",
    "settle",
    "settlement",
    "shortcuts",
    "skip",
    "switch_shortcuts",
    "switch_suggestions",
    "take_memo_away",
    "take_up",
    "theme",
    "theme_named",
    "undo",
]
