"""Advice for authors: what to look at again before people see a survey, and how to mend it.

Unlike `check`, whose faults stop a survey, this finds what only a person can judge. The one exception is a
word that may ask what happened to somebody: such a version is used only once two people have signed for it
(`Rule.DISCLOSURE`). Rules on English words look at the base language when that is English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from surveys.easy import EASY
from surveys.every import every_text
from surveys.model import (
    Choice,
    Choices,
    FreeText,
    Number,
    Question,
    Scale,
    Section,
    Survey,
    options_of,
)
from surveys.reading import reading_age, sentences, words_of
from surveys.texts import Text

OLDEST_READER = 14
"""Reading age that no page may pass; 9 to 11 is aimed at."""
LONGEST_SENTENCE = 20
LONGEST_NOTE = 40
LONGEST_QUESTION = 30
MOST_ON_A_PAGE = 12
LONGEST_EASY_SENTENCE = 12
OLDEST_EASY_READER = 9
"""Reading age that easy read stays under."""
FEWEST_WORDS_JUDGED = 12
"""On fewer words a reading age says nothing."""


class Rule(StrEnum):
    """What a piece of advice is about."""

    READING_AGE = "reading age"
    LONG_SENTENCE = "long sentence"
    LONG_QUESTION = "long question"
    LONG_PAGE = "long page"
    LONG_NOTE = "long note"
    NO_NOTE = "no note"
    TWO_IN_ONE = "two questions in one"
    DISCLOSURE = "may ask what happened"
    PRESSING = "presses or pries"
    LEADING = "leads to an answer"
    UNKIND = "words that can hurt"
    PREFER_NOT = "no way not to say"
    PROGRESS = "counts down"
    HARD_EASY_READ = "easy read that is not easy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """One thing to look at again: the id it is about, why, and a way to mend it."""

    where: str
    rule: Rule
    said: str
    mend: str


# Rule -> what is looked for, and how it is mended. Case does not matter.
_PHRASES: dict[Rule, tuple[re.Pattern[str], str]] = {
    Rule.DISCLOSURE: (
        re.compile(
            r"\bwhat (?:exactly )?(?:happened|was done|did (?:he|she|they) do)\b(?! (?:next|after you))"
            r"|\b(?:describe|tell us about|give details of|explain) (?:the |your |an? |any )?(?:\w+ )?"
            r"(?:abuse|assaults?|rapes?|incidents?|attacks?|experiences?|violence|trauma)\b"
            r"|\bwho (?:did|hurt|abused|assaulted|attacked|harmed)\b"
            r"|\bhow (?:often|many times) (?:did|were|was)\b"
            r"|\bwhen (?:did it|was the|were you) (?:happen\w*|first|abused|assaulted|raped)?\b"
            r"|\bwere you (?:ever )?(?:raped|abused|assaulted)\b|\bwhere did it happen\b",
            re.IGNORECASE,
        ),
        "ask about services and what helps, never about what happened; else two people must sign for it",
    ),
    Rule.PRESSING: (
        re.compile(
            r"\bwhy (?:did|do|have) you (?:not|skip|never|leave)|\bwhy (?:didn't|don't|haven't)\b"
            r"|\bare you sure\b|\byou (?:must|have to|need to) (?:answer|say|tell)\b|\bbe honest\b"
            r"|\bplease (?:try to )?answer (?:all|every)",
            re.IGNORECASE,
        ),
        "leave it out: skipping needs no reason",
    ),
    Rule.LEADING: (
        re.compile(
            r"\b(?:don't|do not|wouldn't|would not) you (?:agree|think)\b"
            r"|\bhow (?:good|great|bad|poor|helpful) was\b"
            r"|\b(?:obviously|clearly|surely|of course)\b",
            re.IGNORECASE,
        ),
        "ask so that each answer is as easy as the others, such as 'How was it for you?'",
    ),
    Rule.UNKIND: (
        re.compile(
            r"\b(?:admit(?:ted)?|confess(?:ed)?|alleged(?:ly)?|victims?|suffer(?:ed|ing)? from|brave"
            r"|your abuser|your attacker|perpetrators?|him or her who)\b|\byour wife\b|\byour girlfriend\b",
            re.IGNORECASE,
        ),
        "say it plainly and without a guess, such as 'unwanted sexual experience'",
    ),
    Rule.PROGRESS: (
        re.compile(
            r"\d ?%|\bnearly there\b|\balmost done\b|\b(?:minutes|questions) (?:left|to go)\b", re.IGNORECASE
        ),
        "leave it out: the part's name and number are enough",
    ),
}
_TWO = re.compile(r"\b(?:and|or)\b", re.IGNORECASE)
_NOT_SAY = re.compile(r"\b(?:prefer|rather) not\b", re.IGNORECASE)


def advise(survey: Survey) -> list[Advice]:
    """All advice on a survey, in the order of its pages."""
    found = [*_on_structure(survey)]
    if survey.base == "en":
        found += [*_on_phrases(survey), *_on_questions(survey), *_on_pages(survey)]
    found += _on_easy_read(survey)
    places = {name: place for place, name in enumerate(_order(survey))}
    return sorted(found, key=lambda advice: places.get(advice.where.split(".")[0], -1))


def must_be_signed(survey: Survey) -> list[Advice]:
    """The advice for which two people must sign before this version is used."""
    return [advice for advice in advise(survey) if advice.rule is Rule.DISCLOSURE]


def _order(survey: Survey) -> Iterator[str]:
    for section in survey.sections:
        yield section.id
        yield from (question.id for question in section.questions)


def _on_structure(survey: Survey) -> Iterator[Advice]:
    for section in survey.sections:
        if any(question.sensitive for question in section.questions) and section.counted and not section.note:
            yield Advice(
                where=section.id,
                rule=Rule.NO_NOTE,
                said="a part with sensitive questions has no words before it",
                mend="add a note: the topic in plain words, and how many questions",
            )
        for question in section.questions:
            if _is_about_somebody(question) and not _can_decline(question):
                yield Advice(
                    where=question.id,
                    rule=Rule.PREFER_NOT,
                    said="a sensitive choice has no option not to say",
                    mend="add the option 'Prefer not to say'",
                )


def _is_about_somebody(question: Question) -> bool:
    return question.sensitive and question.stored and isinstance(question, Choice | Choices)


def _can_decline(question: Question) -> bool:
    return any(
        option.id == "prefer_not" or any(_NOT_SAY.search(version.words) for version in option.text.versions)
        for option in options_of(question)
    )


def _on_phrases(survey: Survey) -> Iterator[Advice]:
    for where, text in every_text(survey):
        for words in _all_english(text):
            yield from _on_words(where, words)
        for sentence in sentences(_english(text)):
            if (length := len(words_of(sentence))) > LONGEST_SENTENCE:
                yield Advice(
                    where=where,
                    rule=Rule.LONG_SENTENCE,
                    said=f"a sentence has {length} words: '{sentence[:60]}'",
                    mend=f"make two of it: {LONGEST_SENTENCE} words are the most",
                )


def _on_words(where: str, words: str) -> Iterator[Advice]:
    for rule, (pattern, mend) in _PHRASES.items():
        if (found := pattern.search(words)) and not _denied(words, found.start()):
            yield Advice(where=where, rule=rule, said=f"'{found[0]}' stands here", mend=mend)


def _denied(words: str, at: int) -> bool:
    """Whether what stands at this place is said not to be asked, as in "We will not ask what happened"."""
    before = re.split(r"[.!?]", words[:at])[-1]
    return re.search(r"\b(?:not|never|none|no need|without|nobody)\b", before, re.IGNORECASE) is not None


def _on_questions(survey: Survey) -> Iterator[Advice]:
    for question in survey.questions:
        asked = _english(question.text)
        if len(words_of(asked)) > LONGEST_QUESTION:
            yield Advice(
                where=question.id,
                rule=Rule.LONG_QUESTION,
                said=f"the question has {len(words_of(asked))} words",
                mend="put what explains it into the hint",
            )
        marks = asked.count("?")
        if marks > 1 or (isinstance(question, Scale | Number) and _TWO.search(asked)):
            yield Advice(
                where=question.id,
                rule=Rule.TWO_IN_ONE,
                said="one answer has to do for two questions",
                mend="ask them one by one",
            )


def _on_pages(survey: Survey) -> Iterator[Advice]:
    for section in survey.sections:
        if section.note and len(words_of(_english(section.note))) > LONGEST_NOTE:
            yield Advice(
                where=section.id,
                rule=Rule.LONG_NOTE,
                said=f"the note has {len(words_of(_english(section.note)))} words",
                mend=f"keep it under {LONGEST_NOTE}: long notes raise dread",
            )
        for group in section.groups():
            yield from _on_page(section, group)


def _on_page(section: Section, group: tuple[Question, ...]) -> Iterator[Advice]:
    where = group[0].id if group else section.id
    if len(group) > MOST_ON_A_PAGE or sum(isinstance(each, FreeText) for each in group) > 2:
        yield Advice(
            where=where,
            rule=Rule.LONG_PAGE,
            said=f"a page asks {len(group)} questions",
            mend="begin a new page at one of them: one question, or one small group, is easiest",
        )
    words = ". ".join(part for question in group for part in _read_aloud(question))
    age = reading_age(words)
    if len(words_of(words)) >= FEWEST_WORDS_JUDGED and age > OLDEST_READER:
        yield Advice(
            where=where,
            rule=Rule.READING_AGE,
            said=f"the page reads as for an age of about {round(age)}",
            mend=f"use shorter words and sentences: 9 to 11 is the aim, {OLDEST_READER} the most",
        )


def _read_aloud(question: Question) -> Iterator[str]:
    yield from (words for words in map(_english, (question.lead, question.text, question.hint)) if words)
    yield from (_english(option.text) for option in options_of(question))


def _on_easy_read(survey: Survey) -> Iterator[Advice]:
    for where, text in every_text(survey):
        words = text.read("en", variant=EASY).words if text.has("en", EASY) else ""
        longest = max((len(words_of(sentence)) for sentence in sentences(words)), default=0)
        age = reading_age(words)
        if longest > LONGEST_EASY_SENTENCE:
            said, mend = (
                f"a sentence has {longest} words",
                f"say one idea, in {LONGEST_EASY_SENTENCE} words at most",
            )
        elif len(words_of(words)) >= FEWEST_WORDS_JUDGED and age >= OLDEST_EASY_READER:
            said = f"it reads as for an age of about {round(age)}"
            mend = f"use the words that people say: easy read stays under {OLDEST_EASY_READER}"
        else:
            continue
        yield Advice(where=where, rule=Rule.HARD_EASY_READ, said=f"{said}: '{words[:60]}'", mend=mend)


def _all_english(text: Text) -> Iterator[str]:
    """The ordinary words, and those of easy read where they differ."""
    yield from dict.fromkeys((_english(text), text.read("en", variant=EASY).words))


def _english(text: Text) -> str:
    return text.read("en").words
