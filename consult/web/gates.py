"""The conditions of a survey in whole sentences, for readers who have all questions before them at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask_babel import gettext

import surveys


def _(words: str, **facts: object) -> str:
    return str(gettext(words, **facts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One sentence; or, with `parts`, how many of these must be so."""

    words: str
    parts: tuple[Said, ...] = ()


class Speaker:
    """Says conditions of one survey in one language, by the numbers of its questions."""

    def __init__(self, survey: surveys.Survey, numbers: Mapping[str, int], language: str) -> None:
        self._survey, self._numbers, self._language = survey, numbers, language

    def say(self, condition: surveys.Condition) -> Said:
        """A condition in words. Raises KeyError when it names a question that the survey does not have."""
        match condition:
            case surveys.And():
                return Said(words=_("All of these are so:"), parts=self._each(condition.conditions))
            case surveys.Or():
                return Said(words=_("At least one of these is so:"), parts=self._each(condition.conditions))
            case surveys.Not():
                return Said(words=_("This is not so:"), parts=self._each((condition.condition,)))
            case _:
                return Said(words=self._sentence(condition))

    def _each(self, conditions: Iterable[surveys.Condition]) -> tuple[Said, ...]:
        return tuple(map(self.say, conditions))

    def _sentence(
        self,
        said: surveys.Equals
        | surveys.In
        | surveys.AnyIn
        | surveys.AllIn
        | surveys.CountAtLeast
        | surveys.Answered
        | surveys.Empty,
    ) -> str:
        number = self._numbers[said.question]
        match said:
            case surveys.Answered():
                return _("You answered question %(number)s.", number=number)
            case surveys.Empty():
                return _("You left question %(number)s empty.", number=number)
            case surveys.CountAtLeast():
                return _(
                    "You ticked %(count)s or more boxes at question %(number)s.",
                    count=said.count,
                    number=number,
                )
            case surveys.Equals():
                answer = self._answers(said.question, (said.value,))
                return _("You answered “%(answer)s” at question %(number)s.", answer=answer, number=number)
            case surveys.AllIn():
                answers = self._answers(said.question, said.values)
                return _(
                    "You ticked all of these at question %(number)s: %(answers)s.",
                    answers=answers,
                    number=number,
                )
        answers = self._answers(said.question, said.values)
        return _(
            "You gave one of these answers at question %(number)s: %(answers)s.",
            answers=answers,
            number=number,
        )

    def _answers(self, question_id: str, values: Iterable[str | int]) -> str:
        return "; ".join(self._answer(self._survey.question(question_id), value) for value in values)

    def _answer(self, question: surveys.Question, value: str | int) -> str:
        if isinstance(question, surveys.Scale) and value == surveys.CANNOT_RATE:
            return self._read(question.cannot_rate)
        texts = {option.id: option.text for option in surveys.options_of(question)}
        return self._read(texts[str(value)]) if str(value) in texts else str(value)

    def _read(self, text: surveys.Text) -> str:
        return text.read(self._language, base=self._survey.base).words
