"""Changing a survey step by step: each act takes a survey and gives another, and nothing is ever half done.

Ids are made from the words once and stay, since answers keep ids. Whether what comes out may be shown to
people is for `check`; here a part may still lack its words. Knows no pages, and not who changes what.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import fields, replace
from typing import Protocol, TypeVar

from surveys.conditions import Condition
from surveys.every import every_text
from surveys.model import (
    Choice,
    Choices,
    Ending,
    FreeText,
    Number,
    Option,
    Question,
    Scale,
    Section,
    Strand,
    Survey,
    options_of,
)
from surveys.texts import Text

KINDS: dict[str, type[Question]] = {
    "choice": Choice,
    "choices": Choices,
    "scale": Scale,
    "free_text": FreeText,
    "number": Number,
}
"""The kinds of question by the word that a definition has for them."""

LONGEST_ID = 32
_RESERVED = frozenset(
    {"survey", "title", "notice", "summary", "consent", "reassurance", "thanks", "languages"}
)


class NoSuchPartError(LookupError):
    """There is no part of this id: somebody may have removed it."""


class _HasId(Protocol):
    @property
    def id(self) -> str: ...


Named = TypeVar("Named", bound=_HasId)


def empty(survey_id: str, strand: Strand, title: Text) -> Survey:
    """A survey with nothing in it but its title."""
    return Survey(id=survey_id, strand=strand, title=title, sections=())


def under(survey: Survey, survey_id: str) -> Survey:
    """The survey under another id."""
    return replace(survey, id=survey_id)


def make_id(words: str, taken: Collection[str], *, otherwise: str = "part") -> str:
    """An id from words, not among those taken; `otherwise` where the words hold no letter to begin with."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    found = re.findall(r"[a-z0-9]+", plain.replace("'", ""))
    while found and not found[0][0].isalpha():
        found = [otherwise, *found] if otherwise not in found else found[1:]
    name = found[0][:LONGEST_ID] if found else otherwise
    for each in found[1:]:
        if len(name) + len(each) >= LONGEST_ID:
            break
        name = f"{name}_{each}"
    number, free = 1, name
    while free in taken or free in _RESERVED:
        number += 1
        free = f"{name}_{number}"
    return free


def ids_of(survey: Survey) -> frozenset[str]:
    """The ids of sections, questions and endings: each names one place, so none may be used twice."""
    named: tuple[Section | Question | Ending, ...] = (*survey.sections, *survey.questions, *survey.endings)
    return frozenset(each.id for each in named)


def kind_of(question: Question) -> str:
    """The word for a question's kind."""
    return next(word for word, kind in KINDS.items() if type(question) is kind)


def as_kind(question: Question, kind: str) -> Question:
    """The question as another kind: what both have stays, such as its words, and of choices the options."""
    wanted = KINDS[kind]
    if type(question) is wanted:
        return question
    shared = {each.name for each in fields(wanted)} & {each.name for each in fields(question)}
    return wanted(**{name: getattr(question, name) for name in shared})


def section(survey: Survey, section_id: str) -> Section:
    """The section of this id. Raises NoSuchPartError."""
    return survey.sections[_place(survey.sections, section_id)]


def section_of(survey: Survey, question_id: str) -> Section:
    """The section that a question stands in. Raises NoSuchPartError."""
    for each in survey.sections:
        if any(question.id == question_id for question in each.questions):
            return each
    raise NoSuchPartError(question_id)


def question(survey: Survey, question_id: str) -> Question:
    """The question of this id. Raises NoSuchPartError."""
    return _found(survey.questions, question_id)


def option(survey: Survey, question_id: str, option_id: str) -> Option:
    """An option of a question. Raises NoSuchPartError."""
    return _found(options_of(question(survey, question_id)), option_id)


def ending(survey: Survey, ending_id: str) -> Ending:
    """The ending of this id. Raises NoSuchPartError."""
    return _found(survey.endings, ending_id)


def add_section(survey: Survey, new: Section) -> Survey:
    """With a section more, as the last."""
    return replace(survey, sections=(*survey.sections, new))


def put_section(survey: Survey, changed: Section) -> Survey:
    """With this section in the place of the one of its id. Raises NoSuchPartError."""
    return replace(survey, sections=_put(survey.sections, changed))


def move_section(survey: Survey, section_id: str, by: int) -> Survey:
    """With a section so many places further down, or up when `by` is negative; never past an end."""
    return replace(survey, sections=_moved(survey.sections, section_id, by))


def remove_section(survey: Survey, section_id: str) -> Survey:
    """Without a section and its questions. Raises NoSuchPartError."""
    return replace(survey, sections=_without(survey.sections, section_id))


def add_question(survey: Survey, section_id: str, new: Question) -> Survey:
    """With a question more, as the last of a section. Raises NoSuchPartError."""
    found = section(survey, section_id)
    return put_section(survey, replace(found, questions=(*found.questions, new)))


def put_question(survey: Survey, changed: Question) -> Survey:
    """With this question in the place of the one of its id. Raises NoSuchPartError."""
    found = section_of(survey, changed.id)
    return put_section(survey, replace(found, questions=_put(found.questions, changed)))


def move_question(survey: Survey, question_id: str, by: int) -> Survey:
    """With a question so many places further down in its section, or up; never past an end."""
    found = section_of(survey, question_id)
    return put_section(survey, replace(found, questions=_moved(found.questions, question_id, by)))


def place_question(survey: Survey, question_id: str, section_id: str) -> Survey:
    """With a question as the last of another section. Raises NoSuchPartError."""
    section(survey, section_id)
    moving = question(survey, question_id)
    return add_question(remove_question(survey, question_id), section_id, moving)


def remove_question(survey: Survey, question_id: str) -> Survey:
    """Without a question. Raises NoSuchPartError."""
    found = section_of(survey, question_id)
    return put_section(survey, replace(found, questions=_without(found.questions, question_id)))


def with_options(question: Question, options: Sequence[Option]) -> Question:
    """A choice with other options. Raises NoSuchPartError for a kind that has none."""
    if not isinstance(question, Choice | Choices):
        raise NoSuchPartError(question.id)
    return replace(question, options=tuple(options))


def add_option(survey: Survey, question_id: str, new: Option) -> Survey:
    """With an option more, as the last. Raises NoSuchPartError."""
    found = question(survey, question_id)
    return put_question(survey, with_options(found, (*options_of(found), new)))


def put_option(survey: Survey, question_id: str, changed: Option) -> Survey:
    """With this option in the place of the one of its id. Raises NoSuchPartError."""
    found = question(survey, question_id)
    return put_question(survey, with_options(found, _put(options_of(found), changed)))


def move_option(survey: Survey, question_id: str, option_id: str, by: int) -> Survey:
    """With an option so many places further down, or up; never past an end. Raises NoSuchPartError."""
    found = question(survey, question_id)
    return put_question(survey, with_options(found, _moved(options_of(found), option_id, by)))


def remove_option(survey: Survey, question_id: str, option_id: str) -> Survey:
    """Without an option. Raises NoSuchPartError."""
    found = question(survey, question_id)
    return put_question(survey, with_options(found, _without(options_of(found), option_id)))


def add_ending(survey: Survey, new: Ending) -> Survey:
    """With an ending more."""
    return replace(survey, endings=(*survey.endings, new))


def put_ending(survey: Survey, changed: Ending) -> Survey:
    """With this ending in the place of the one of its id. Raises NoSuchPartError."""
    return replace(survey, endings=_put(survey.endings, changed))


def remove_ending(survey: Survey, ending_id: str) -> Survey:
    """Without an ending. Raises NoSuchPartError."""
    return replace(survey, endings=_without(survey.endings, ending_id))


def rule_of(survey: Survey, where: str) -> Condition | None:
    """When the section or question of this id is asked; None for always. Raises NoSuchPartError."""
    return _routed(survey, where).when


def put_rule(survey: Survey, where: str, rule: Condition | None) -> Survey:
    """With another rule for the section or question of this id. Raises NoSuchPartError."""
    found = _routed(survey, where)
    if isinstance(found, Section):
        return put_section(survey, replace(found, when=rule))
    return put_question(survey, replace(found, when=rule))


def unreviewed(before: Survey, after: Survey) -> Survey:
    """The survey after a change, without the mark of review for what was written anew.

    Words in another language than the base, and easy read, count as read by a person only as they were.
    """
    old, new = _by_kind(before), _by_kind(after)
    changed = {kind for kind in old.keys() | new.keys() if old.get(kind) != new.get(kind)}
    again = {"-".join(part for part in kind if part) for kind in changed} - {after.base}
    return replace(after, reviewed=tuple(each for each in after.reviewed if each not in again))


def _by_kind(survey: Survey) -> dict[tuple[str, str], list[tuple[str, str]]]:
    kinds: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for where, words in every_text(survey):
        for each in words.versions:
            kinds.setdefault((each.language, each.variant), []).append((where, each.words))
    return {kind: sorted(found) for kind, found in kinds.items()}


def _routed(survey: Survey, where: str) -> Section | Question:
    if any(each.id == where for each in survey.sections):
        return section(survey, where)
    return question(survey, where)


def _place(named: Sequence[Named], wanted: str) -> int:
    for place, each in enumerate(named):
        if each.id == wanted:
            return place
    raise NoSuchPartError(wanted)


def _found(named: Sequence[Named], wanted: str) -> Named:
    return named[_place(named, wanted)]


def _put(named: Sequence[Named], changed: Named) -> tuple[Named, ...]:
    place = _place(named, changed.id)
    return (*named[:place], changed, *named[place + 1 :])


def _without(named: Sequence[Named], gone: str) -> tuple[Named, ...]:
    place = _place(named, gone)
    return (*named[:place], *named[place + 1 :])


def _moved(named: Sequence[Named], moving: str, by: int) -> tuple[Named, ...]:
    place = _place(named, moving)
    rest = [*named[:place], *named[place + 1 :]]
    rest.insert(min(max(place + by, 0), len(rest)), named[place])
    return tuple(rest)
