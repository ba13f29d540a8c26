"""Easy read: another view of the same survey. Same ids and same way; one question a page, in easy words.

The view is a survey itself, so whoever walks, asks or shows one needs to know nothing of easy read. An answer
given in one view is an answer in the other. Knows no pages and nothing of pictures but their names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import fields, is_dataclass, replace
from typing import Any

from surveys.conditions import Answers
from surveys.journey import Page, page, page_of, way
from surveys.model import Depth, Question, Section, Survey
from surveys.texts import NO_TEXT, Text, Version

_BETWEEN = re.compile(r"(?<=[.!?])\s+")
EASY = "easy"
"""The variant of a text, and the view of a survey."""


def easy_read(survey: Survey) -> Survey:
    """The survey as easy read shows it. Where a text has no easy words, its ordinary ones stand."""
    eased: Survey = _eased(survey)
    return replace(eased, sections=tuple(_one_by_one(section) for section in eased.sections))


def tag(language: str, *, easy: bool = True) -> str:
    """A language and a view in one word, as definitions write it: "en", or "en-easy"."""
    return f"{language}-{EASY}" if easy else language


def is_easy(tagged: str) -> bool:
    """Whether a tag names easy read."""
    return tagged.endswith(f"-{EASY}")


def language_of(tagged: str) -> str:
    """The language that a tag names, in whichever view."""
    return tagged.partition("-")[0]


def lines(words: str) -> tuple[str, ...]:
    """The sentences of a text one by one, each with its mark at the end: easy read gives each a line."""
    return tuple(_BETWEEN.split(words)) if words else ()


def same_page(before: Survey, now: Survey, answers: Answers, depth: Depth, page_id: str) -> Page | None:
    """The page of one view that asks what a page of the other asked; None when that is not asked any more.

    `before` and `now` are views of one survey. From a page of several questions it is that of the first. A
    page that `now` has itself stays.
    """
    there = way(now, answers)
    if here := there.page(depth, page_id):
        return here
    asked = page(before, answers, depth, page_id)
    return None if asked is None else there.page(depth, page_of(now, asked.questions[0].id))


def _one_by_one(section: Section) -> Section:
    """Each question on a page of its own, with the words that stood above its group."""
    questions = [
        replace(question, starts_page=True, lead=question.lead or _lead_of(group[:place]))
        for group in section.groups()
        for place, question in enumerate(group)
    ]
    return replace(section, questions=tuple(questions))


def _lead_of(before: Iterable[Question]) -> Text:
    leads = [question.lead for question in before if question.lead]
    return leads[-1] if leads else NO_TEXT


def _eased(part: Any) -> Any:
    """The same value with the easy words of each text in the place of its ordinary ones."""
    if isinstance(part, Text):
        return _easy_words(part)
    if isinstance(part, tuple):
        return tuple(_eased(each) for each in part)
    if is_dataclass(part) and not isinstance(part, type):
        changed = {each.name: _eased(getattr(part, each.name)) for each in fields(part) if each.init}
        return replace(part, **changed)
    return part


def _easy_words(text: Text) -> Text:
    words = {version.language: version for version in text.versions if not version.variant}
    words |= {version.language: version for version in text.versions if version.variant == EASY}
    return Text(
        versions=tuple(
            Version(language=language, words=version.words) for language, version in sorted(words.items())
        )
    )
