"""The words of a question for one person: earlier choices put into later questions.

What may be repeated is narrow: the words of options that somebody chose, of a question that is stored and not
sensitive, on an earlier page. Never own words: nobody should find on a page what they once typed. A sentence
that recalls is used when everything that it names was answered; else the question's own text, which stands by
itself, so that no sentence ever has a hole in it.
"""

from __future__ import annotations

from dataclasses import replace

from surveys.conditions import Answers, AnswerValue
from surveys.model import Question, Survey, options_of
from surveys.texts import Text, Version, filled, placeholders

RECALLED = "answer."
"""A placeholder in `recalling` is this and the id of a question, as in `{answer.ways}`."""
_BETWEEN = "; "


def recalls(text: Text) -> tuple[str, ...]:
    """The questions whose answers a text names, each once."""
    found = (name for version in text.versions for name in placeholders(version.words))
    return tuple(dict.fromkeys(name.removeprefix(RECALLED) for name in found if name.startswith(RECALLED)))


def may_be_recalled(question: Question) -> bool:
    """Whether the answer may stand in a later text."""
    return question.stored and not question.sensitive and bool(options_of(question))


def told(survey: Survey, question: Question, answers: Answers) -> Question:
    """The question in the words that this person gets. `answers` are those on the way (`on_route`)."""
    if not question.recalling:
        return question
    names = recalls(question.recalling)
    if not all(_known(survey, name, answers) for name in names):
        return question
    versions = tuple(
        replace(version, words=_filled(survey, version, names, answers))
        for version in question.recalling.versions
    )
    return replace(question, text=Text(versions=versions))


def is_recalling(survey: Survey, question: Question, answers: Answers) -> bool:
    """Whether the words of the question hold an answer of this person."""
    return told(survey, question, answers) is not question


def _known(survey: Survey, question_id: str, answers: Answers) -> bool:
    if not survey.has_question(question_id) or question_id not in answers:
        return False
    return may_be_recalled(survey.question(question_id))


def _filled(survey: Survey, version: Version, names: tuple[str, ...], answers: Answers) -> str:
    values = {
        f"{RECALLED}{name}": _said(survey, survey.question(name), answers[name], version) for name in names
    }
    return filled(version.words, values)


def _said(survey: Survey, question: Question, answer: AnswerValue, version: Version) -> str:
    chosen = answer if isinstance(answer, list) else [answer]
    return _BETWEEN.join(
        option.text.read(version.language, base=survey.base, variant=version.variant).words
        for option in options_of(question)
        if option.id in chosen
    )
