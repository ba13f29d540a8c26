"""The bank: questions about people that are asked the same way elsewhere, to copy into a survey.

Each entry says why it is asked, where its wording and options come from and on which day that was seen. It is
our own text: sources are named for facts, and somebody verifies them before a survey goes live. A copy
keeps the entry's name and version, so that a later change of either can be seen.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from surveys.definition import parse_question
from surveys.model import Choice, Choices, Question
from surveys.texts import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One question of the bank.

    `differs` says how it is asked elsewhere in the UK or in the standard, when that matters to a comparison;
    `narrow` why it is asked no more closely. `seen` is the day on which the source was read.
    """

    name: str
    version: int
    topic: str
    why: str
    source: str
    source_url: str
    seen: date
    narrow: str = ""
    differs: str = ""
    question: Question

    @property
    def mark(self) -> str:
        """What a copy keeps, such as `age_band/1`."""
        return f"{self.name}/{self.version}"


@cache
def entries() -> tuple[Entry, ...]:
    """Every question of the bank, in its order."""
    written = tomllib.loads((files("surveys.bank") / "uk.toml").read_text(encoding="utf-8"))
    return tuple(_entry(each) for each in written["entries"])


def entry(name: str) -> Entry:
    """The entry of this name. Raises KeyError."""
    return {each.name: each for each in entries()}[name]


def copied(found: Entry, question_id: str) -> Question:
    """The entry's question for a survey, under an id that is free there, with the mark of its version."""
    return replace(found.question, id=question_id, bank=found.mark)


def taken_from(question: Question) -> Entry | None:
    """The entry that a question was copied from, if the bank still has it, in whatever version."""
    name = question.bank.partition("/")[0]
    return next((each for each in entries() if each.name == name), None) if name else None


def same_as_bank(question: Question) -> bool:
    """Whether a copied question still reads and is answered as its entry now says."""
    found = taken_from(question)
    if found is None or question.bank != found.mark:
        return False
    again = replace(
        found.question,
        id=question.id,
        bank=question.bank,
        # What belongs to one place in one survey is no change.
        depth=question.depth,
        lead=question.lead,
        starts_page=question.starts_page,
        when=question.when,
        picture=question.picture,
    )
    return _in_english(again) == _in_english(question)


def _in_english(question: Question) -> Question:
    """Without other languages and easy read: putting it into those is no change of the question."""
    plain = replace(
        question,
        text=_first_words(question.text),
        hint=_first_words(question.hint),
        lead=_first_words(question.lead),
    )
    if not isinstance(plain, Choice | Choices):
        return plain
    options = (replace(option, text=_first_words(option.text)) for option in plain.options)
    return replace(plain, options=tuple(options))


def _first_words(words: Text) -> Text:
    return Text.of({("en", ""): words.read("en").words})


def _entry(written: Mapping[str, Any]) -> Entry:
    plain = {key: value for key, value in written.items() if key != "question"}
    return Entry(**plain, question=parse_question(written["question"], name=str(written["name"])))
