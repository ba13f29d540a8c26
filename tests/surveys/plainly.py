"""The rules of walking and reading once more, as plainly as can be, to hold the quick ones against.

Nothing here is shared with `surveys.journey`, `surveys.answers` or `surveys.conditions`, and nothing is
worked out before it is asked for.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from surveys import (
    CANNOT_RATE,
    DETAIL_LENGTH,
    FACES,
    AllIn,
    And,
    Answered,
    Answers,
    AnswerValue,
    AnyIn,
    Choice,
    Choices,
    Condition,
    CountAtLeast,
    Depth,
    Empty,
    Equals,
    FreeText,
    In,
    Not,
    Number,
    Or,
    Problem,
    ProblemCode,
    Question,
    Reading,
    Scale,
    Survey,
)

Asked = tuple[str, int | None, int, tuple[str, ...]]
"""A page: its id, part, parts, and the ids of its questions."""


COMPARED: dict[type, Callable[[Any, AnswerValue, list[str]], bool]] = {
    Empty: lambda _, _answer, _many: False,
    Answered: lambda _, _answer, _many: True,
    Equals: lambda condition, answer, _: answer == condition.value,
    In: lambda condition, answer, _: any(answer == value for value in condition.values),
    AnyIn: lambda condition, _, many: any(value in many for value in condition.values),
    AllIn: lambda condition, _, many: all(value in many for value in condition.values),
    CountAtLeast: lambda condition, _, many: len(set(many)) >= condition.count,
}
"""What each comparison asks of an answer, and of the same as a list."""


def holds(condition: Condition | None, answers: Answers) -> bool:
    """Whether a condition holds."""
    match condition:
        case None:
            return True
        case Not():
            return not holds(condition.condition, answers)
        case And():
            return False not in [holds(each, answers) for each in condition.conditions]
        case Or():
            return True in [holds(each, answers) for each in condition.conditions]
    if condition.question not in answers:
        return isinstance(condition, Empty)
    answer = answers[condition.question]
    return COMPARED[type(condition)](condition, answer, answer if isinstance(answer, list) else [str(answer)])


def groups(survey: Survey) -> list[tuple[str, int, list[Question]]]:
    """Every page that there could be: its id, the place of its section, its questions."""
    found: list[tuple[str, int, list[Question]]] = []
    for place, section in enumerate(survey.sections):
        for number, question in enumerate(section.questions):
            if number == 0:
                found.append((section.id, place, [question]))
            elif question.starts_page:
                found.append((f"{section.id}.{question.id}", place, [question]))
            else:
                found[-1][2].append(question)
    return found


def walk(
    survey: Survey, answers: Answers
) -> tuple[list[tuple[str, int, list[Question]]], dict[str, AnswerValue], str | None]:
    """The pages that come at full depth, the answers on the way, and the ending if one of them leaves."""
    come: list[tuple[str, int, list[Question]]] = []
    known: dict[str, AnswerValue] = {}
    for page_id, place, questions in groups(survey):
        before = dict(known)
        asked = [each for each in questions if holds(survey.sections[place].when, before)]
        asked = [each for each in asked if holds(each.when, before)]
        if not asked:
            continue
        come.append((page_id, place, asked))
        left: list[str] = []
        for question in asked:
            for option_id, leads_to in _answered(question, answers, known):
                if leads_to and isinstance(question, Choice) and answers[question.id] == option_id:
                    left.append(leads_to)
        if left:
            return come, known, left[0]
    return come, known, None


def _answered(
    question: Question, answers: Answers, known: dict[str, AnswerValue]
) -> list[tuple[str, str | None]]:
    if question.id not in answers:
        return []
    answer = known[question.id] = answers[question.id]
    if not isinstance(question, Choice | Choices):
        return []
    chosen = [each for each in question.options if each.id == answer or each.id in _list(answer)]
    for option in question.options:
        box = f"{question.id}.{option.id}"
        if option.detail and box in answers:
            known[box] = answers[box]
    return [(option.id, option.ends) for option in chosen]


def _list(answer: AnswerValue) -> list[str]:
    return answer if isinstance(answer, list) else []


def pages(survey: Survey, answers: Answers, depth: Depth) -> list[Asked]:
    """The pages for these answers at a depth."""
    order = [Depth.SHORT, Depth.STANDARD, Depth.FULL]
    deep = order.index(depth)
    come, _, _ = walk(survey, answers)
    left = [
        (page_id, place, [each for each in asked if order.index(each.depth) <= deep])
        for page_id, place, asked in come
    ]
    left = [each for each in left if each[2]]
    counted = sorted({place for _, place, _ in left if survey.sections[place].counted})
    return [
        (
            page_id,
            counted.index(place) + 1 if place in counted else None,
            len(counted),
            tuple(question.id for question in asked),
        )
        for page_id, place, asked in left
    ]


def stored(survey: Survey, answers: Answers) -> dict[str, AnswerValue]:
    """What may be kept."""
    _, known, ending = walk(survey, answers)
    names = [question.id for question in survey.questions if question.stored and ending is None]
    return {key: value for key, value in known.items() if key in names or key.split(".")[0] in names}


def clean(words: str) -> str:
    """Words as they are kept, letter by letter."""
    kept = ""
    for letter in words.replace("\r\n", "\n").replace("\r", "\n"):
        number = ord(letter)
        legal = letter in "\t\n" or 0x20 <= number <= 0xD7FF or 0xE000 <= number <= 0xFFFD or number > 0xFFFF
        kept += letter if legal else ""
    return unicodedata.normalize("NFC", kept).strip()


def read(questions: Sequence[Question], form: Mapping[str, Sequence[str]]) -> Reading:
    """The answers in a form."""
    page = _Page(form)
    for question in questions:
        page.read(question)
    return Reading(values=page.values, problems=tuple(page.problems), typed=page.typed)


class _Page:
    """One form, and what was found in it so far."""

    def __init__(self, form: Mapping[str, Sequence[str]]) -> None:
        self.form = form
        self.values: dict[str, AnswerValue] = {}
        self.problems: list[Problem] = []
        self.typed: dict[str, tuple[str, ...]] = {}

    def read(self, question: Question) -> None:
        own = self.sent(question.id)
        boxes = [each for each in getattr(question, "options", ()) if each.detail]
        details = {each.id: self.words(f"{question.id}.{each.id}", DETAIL_LENGTH) for each in boxes}
        details = {name: said for name, said in details.items() if said}
        match question:
            case FreeText():
                if said := self.words(question.id, question.max_length):
                    self.values[question.id] = said
            case Choice() | Choices():
                self.choose(question, [*own, *details], details)
            case Scale() if own:
                self.rate(question, own[0])
            case Number() if own:
                self.whole(question, own[0], question.least, question.most)

    def sent(self, name: str) -> tuple[str, ...]:
        found = tuple(clean(each) for each in self.form.get(name, ()) if clean(each))
        if found:
            self.typed[name] = found
        return found

    def wrong(
        self, name: str, code: ProblemCode, *, limit: int | None = None, over: int | None = None
    ) -> None:
        typed = self.typed.get(name, ())
        self.problems.append(Problem(question_id=name, code=code, typed=typed, limit=limit, over=over))

    def words(self, name: str, limit: int) -> str:
        written = (*self.sent(name), "")[0]
        if len(written) > limit:
            self.wrong(name, ProblemCode.TOO_LONG, limit=limit, over=len(written) - limit)
            return ""
        return written

    def choose(self, question: Choice | Choices, given: list[str], details: dict[str, str]) -> None:
        chosen = given if isinstance(question, Choices) else given[:1]
        known = [each for each in question.options if each.id in chosen]
        ids = [each.id for each in known]
        if any(each not in ids for each in chosen):
            self.wrong(question.id, ProblemCode.UNKNOWN_OPTION)
        elif len(known) > 1 and any(each.exclusive for each in known):
            self.wrong(question.id, ProblemCode.EXCLUSIVE, over=len(known) - 1)
        elif ids:
            self.values[question.id] = ids if isinstance(question, Choices) else ids[0]
            self.values.update({f"{question.id}.{each}": details[each] for each in details})

    def rate(self, question: Scale, written: str) -> None:
        if written == CANNOT_RATE and question.cannot_rate:
            self.values[question.id] = CANNOT_RATE
        elif written in FACES and question.three:
            self.values[question.id] = written
        else:
            self.whole(question, written, question.low, question.high)

    def whole(self, question: Question, written: str, least: int, most: int) -> None:
        digits = written[1:] if written[0] in "+-" else written
        if not digits or any(each not in "0123456789" for each in digits):
            self.wrong(question.id, ProblemCode.NOT_A_NUMBER)
            return
        low = written[0] == "-"
        # Digits without end are as good as one too many or too few.
        number = int(written) if len(digits) <= 15 else (least - 1 if low else most + 1)
        if number < least:
            self.wrong(question.id, ProblemCode.OUT_OF_RANGE, limit=least, over=least - number)
        elif number > most:
            self.wrong(question.id, ProblemCode.OUT_OF_RANGE, limit=most, over=number - most)
        else:
            self.values[question.id] = number
