"""Reading and coding free text: what happens, without a word about HTTP.

`enter` opens a consultation for one request; everything that shows or codes answers takes what it returns.
Only this package and `records` know `analysis`; only a person's act becomes a coding.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from consult.coding.service.acts import Press, code, recode, remove, undo
from consult.coding.service.answering import answer, cover
from consult.coding.service.answerpage import AnswerPage, Cover
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
from consult.coding.service.framepages import effect, history, journal, theme_notes
from consult.coding.service.imagining import COUNTS as IDEA_COUNTS
from consult.coding.service.imagining import ask_anew, bring_back, ideas, set_aside
from consult.coding.service.imagining import words_of as words_of_idea
from consult.coding.service.lists import answers, questions
from consult.coding.service.meaning import decide as decide_meaning
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
from consult.coding.service.reframing import (
    PlaceError,
    merge,
    move,
    put,
    put_named,
    retire,
    reword,
    shift,
    split,
)
from consult.coding.service.refusing import NotCheckedError, OtherSetError
from consult.coding.service.searching import NothingToFindError, search, search_meaning
from consult.coding.service.settling import UnsettledError, Verdict, settle, settlement
from consult.coding.service.sieving import Sieve, Which
from consult.coding.service.standing import FrameWordsError, FrozenError, InUseError
from consult.coding.service.versions import NothingToUndoError, freeze, reopen, write
from consult.coding.service.versions import undo as undo_frame
from consult.records.codings import Stream
from consult.records.themes import ThemeText
from consult.records.unlocking import Unlocked

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from consult.coding.service.agreeing import AgreementPage
    from consult.coding.service.progressing import ProgressPage
    from consult.coding.service.sureness import SurePage


def agreement(unlocked: Unlocked, definition_id: str, box: str) -> AgreementPage:
    """Agreement of two coders on one question; see `agreeing`."""
    from consult.coding.service import agreeing  # noqa: PLC0415 - loads pandas: only where it is needed

    return agreeing.agreement(unlocked, definition_id, box)


def progress(unlocked: Unlocked, definition_id: str, box: str, *, estimate: bool) -> ProgressPage:
    """How far the coding of one question is; see `progressing`."""
    from consult.coding.service import progressing  # noqa: PLC0415 - loads scikit-learn

    return progressing.progress(unlocked, definition_id, box, estimate=estimate)


def sure(unlocked: Unlocked, definition_id: str, box: str) -> SurePage:
    """The very sure suggestions of one question; see `sureness`."""
    from consult.coding.service import sureness  # noqa: PLC0415 - loads scikit-learn

    return sureness.sure(unlocked, definition_id, box)


def judge_sure(unlocked: Unlocked, page: SurePage, verdicts: Mapping[str, bool], *, print_: str) -> bool:
    """Take in how a person judged a sample of them; see `sureness`."""
    from consult.coding.service import sureness  # noqa: PLC0415 - loads scikit-learn

    return sureness.judge(unlocked, page, verdicts, print_=print_)


def accept_sure(unlocked: Unlocked, definition_id: str, box: str, *, checked: Sequence[str]) -> int:
    """Accept them all as one batch; see `sureness`."""
    from consult.coding.service import sureness  # noqa: PLC0415 - loads scikit-learn

    return sureness.accept(unlocked, definition_id, box, checked=checked)


def take_batch_back(unlocked: Unlocked, definition_id: str, box: str, batch: str) -> int:
    """Take back what was accepted as one batch; see `sureness`."""
    from consult.coding.service import sureness  # noqa: PLC0415 - loads scikit-learn

    return sureness.take_batch_back(unlocked, definition_id, box, batch)


__all__ = [
    "IDEA_COUNTS",
    "AnswerPage",
    "Care",
    "Cover",
    "Entry",
    "FrameWordsError",
    "FrozenError",
    "Help",
    "InUseError",
    "Likely",
    "MemoError",
    "Mentions",
    "Next",
    "NotCheckedError",
    "NotSecondError",
    "NothingToFindError",
    "NothingToSampleError",
    "NothingToUndoError",
    "OtherSetError",
    "Pace",
    "PlaceError",
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
    "accept_sure",
    "add_theme",
    "agreement",
    "answer",
    "answers",
    "ask_anew",
    "bring_back",
    "care",
    "change_theme",
    "code",
    "cover",
    "decide_meaning",
    "effect",
    "enter",
    "finish",
    "flag",
    "frame",
    "freeze",
    "history",
    "ideas",
    "journal",
    "judge_sure",
    "memo",
    "mentions",
    "merge",
    "move",
    "next_second",
    "next_to_code",
    "pairs",
    "progress",
    "put",
    "put_named",
    "questions",
    "recode",
    "refuse",
    "remove",
    "reopen",
    "resting",
    "retire",
    "reword",
    "sample",
    "search",
    "search_meaning",
    "set_aside",
    "settle",
    "settlement",
    "shift",
    "shortcuts",
    "skip",
    "split",
    "sure",
    "switch_shortcuts",
    "switch_suggestions",
    "take_batch_back",
    "take_memo_away",
    "take_up",
    "theme",
    "theme_named",
    "theme_notes",
    "undo",
    "undo_frame",
    "words_of_idea",
    "write",
]
