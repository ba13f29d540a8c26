"""Reading and coding free text: what happens, without a word about HTTP.

`enter` opens a consultation for one request; everything that shows or codes answers takes what it returns.
Only this package and `records` know `analysis`; only a person's act becomes a coding.
"""

from __future__ import annotations

from consult.coding.service.acts import Press, code, remove, undo
from consult.coding.service.answering import AnswerPage, answer
from consult.coding.service.entering import enter
from consult.coding.service.frame import (
    Entry,
    Mentions,
    add_theme,
    change_theme,
    frame,
    mentions,
    switch_suggestions,
    theme,
)
from consult.coding.service.lists import Which, answers, questions
from consult.coding.service.offering import Help, Likely
from consult.coding.service.queue import Next, next_to_code
from consult.records.codings import Stream
from consult.records.themes import ThemeText
from consult.records.unlocking import Unlocked

__all__ = [
    "AnswerPage",
    "Entry",
    "Help",
    "Likely",
    "Mentions",
    "Next",
    "Press",
    "Stream",
    "ThemeText",
    "Unlocked",
    "Which",
    "add_theme",
    "answer",
    "answers",
    "change_theme",
    "code",
    "enter",
    "frame",
    "mentions",
    "next_to_code",
    "questions",
    "remove",
    "switch_suggestions",
    "theme",
    "undo",
]
