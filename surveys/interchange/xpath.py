"""Conditions as XLSForm writes them (a small part of XPath), read into ours and written from ours.

Read: `${question} = 'option'`, `!=`, comparisons of whole numbers, `selected(${question}, 'option')`,
`count-selected(${question}) >= 2`, `not(..)`, `and`, `or` and brackets. Anything else is refused by name,
never guessed: a condition that was read wrongly would leave somebody unasked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from surveys.conditions import (
    AllIn,
    And,
    Answered,
    AnyIn,
    Condition,
    CountAtLeast,
    Empty,
    Equals,
    In,
    Not,
    Or,
)
from surveys.model import Choice, Choices, Number, Question, Scale

_TOKEN = re.compile(
    r"\s*(?:(?P<question>\$\{\s*[^}]+?\s*\})|(?P<words>'[^']*'|\"[^\"]*\")|(?P<number>-?\d+)"
    r"|(?P<sign><=|>=|!=|=|<|>|\(|\)|,)|(?P<name>[A-Za-z][A-Za-z-]*)|(?P<rest>\S))"
)
_MOST_VALUES = 101
_FLIPPED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
_KEEPS: dict[str, Callable[[int, int], bool]] = {
    "<": lambda mark, bound: mark < bound,
    ">": lambda mark, bound: mark > bound,
    "<=": lambda mark, bound: mark <= bound,
    ">=": lambda mark, bound: mark >= bound,
}


class XPathError(ValueError):
    """A condition that we cannot take over; the text says which part and what to do."""


def read(written: str, questions: Mapping[str, Question]) -> Condition:
    """The condition in `written`. `questions` are those read so far, by their name in the form.

    Raises XPathError.
    """
    return _Reader(written, questions).whole()


def write(condition: Condition, names: Callable[[str], str] = lambda name: name) -> str:
    """A condition as XLSForm writes it. `names` turns an id of ours into a name of the form."""
    match condition:
        case Not():
            return f"not({write(condition.condition, names)})"
        case And():
            return " and ".join(_bracketed(each, names) for each in condition.conditions)
        case Or():
            return " or ".join(_bracketed(each, names) for each in condition.conditions)
    return _written_comparison(condition, "${" + names(condition.question) + "}")


def _bracketed(condition: Condition, names: Callable[[str], str]) -> str:
    written = write(condition, names)
    return f"({written})" if isinstance(condition, And | Or | In | AnyIn | AllIn) else written


def _written_comparison(
    condition: Equals | In | AnyIn | AllIn | CountAtLeast | Answered | Empty, question: str
) -> str:
    match condition:
        case Equals():
            return f"{question} = {_literal(condition.value)}"
        case In():
            return " or ".join(f"{question} = {_literal(value)}" for value in condition.values)
        case AnyIn() | AllIn():
            joint = " or " if isinstance(condition, AnyIn) else " and "
            return joint.join(f"selected({question}, '{value}')" for value in condition.values)
        case CountAtLeast():
            return f"count-selected({question}) >= {condition.count}"
        case Answered():
            return f"{question} != ''"
        case Empty():
            return f"{question} = ''"


def _literal(value: str | int) -> str:
    return str(value) if isinstance(value, int) else f"'{value}'"


class _Reader:
    """Reads one condition by recursive descent: or, and, a comparison or something in brackets."""

    def __init__(self, written: str, questions: Mapping[str, Question]) -> None:
        self._questions = questions
        self._tokens = [(str(found.lastgroup), found[0].strip()) for found in _TOKEN.finditer(written)]
        self._at = 0

    def whole(self) -> Condition:
        condition = self._joined("or", lambda: self._joined("and", self._single))
        if self._kind():
            raise XPathError(f"'{self._word()}' is not understood here")
        return condition

    def _joined(self, word: str, inner: Callable[[], Condition]) -> Condition:
        parts = [inner()]
        while self._word() == word:
            self._at += 1
            parts.append(inner())
        if len(parts) == 1:
            return parts[0]
        values = tuple(part.value for part in parts if isinstance(part, Equals))
        asked = {part.question for part in parts if isinstance(part, Equals)}
        if word == "or" and len(values) == len(parts) and len(asked) == 1:
            return In(question=asked.pop(), values=values)  # which is how that list was written
        return Or(conditions=tuple(parts)) if word == "or" else And(conditions=tuple(parts))

    def _single(self) -> Condition:
        if self._word() == "(":
            return self._in_brackets()
        if self._kind() == "name" and self._word() in {"not", "selected", "count-selected"}:
            name = self._word()
            self._at += 1
            if name == "not":
                return Not(condition=self._in_brackets())
            return self._selected() if name == "selected" else self._counted()
        return self._comparison()

    def _in_brackets(self) -> Condition:
        self._expect("(")
        condition = self._joined("or", lambda: self._joined("and", self._single))
        self._expect(")")
        return condition

    def _selected(self) -> Condition:
        self._expect("(")
        question = self._question()
        self._expect(",")
        value = self._operand()
        self._expect(")")
        return _is(question, value)

    def _counted(self) -> Condition:
        self._expect("(")
        question = self._question()
        self._expect(")")
        sign, count = self._sign(), self._operand()
        if not isinstance(count, int) or sign not in {">=", ">", "="}:
            raise XPathError("count-selected is compared with >= and a whole number")
        if sign == "=" and count == 0:
            return Empty(question=question.id)
        if sign == "=":
            more = CountAtLeast(question=question.id, count=count + 1)
            return And(conditions=(CountAtLeast(question=question.id, count=count), Not(condition=more)))
        return CountAtLeast(question=question.id, count=max(1, count + (sign == ">")))

    def _comparison(self) -> Condition:
        if self._kind() == "question":
            question, sign, value = self._question(), self._sign(), self._operand()
        else:
            value, sign = self._operand(), self._sign()
            question, sign = self._question(), _FLIPPED.get(sign, sign)
        if sign in _KEEPS:
            return _ordered(question, sign, value)
        if value == "":
            return (Empty if sign == "=" else Answered)(question=question.id)
        equal = _is(question, value)
        return equal if sign == "=" else Not(condition=equal)

    def _question(self) -> Question:
        kind, word = self._kind(), self._word()
        if kind != "question":
            raise XPathError(f"a question such as ${{looked}} is expected, not '{word or 'the end'}'")
        self._at += 1
        name = word[2:-1].strip()
        if name not in self._questions:
            raise XPathError(f"the question '{name}' does not come before this one")
        return self._questions[name]

    def _operand(self) -> str | int:
        kind, word = self._kind(), self._word()
        if kind not in {"words", "number"}:
            raise XPathError(f"an option in quotes or a whole number is expected, not '{word or 'the end'}'")
        self._at += 1
        return int(word) if kind == "number" else word[1:-1]

    def _sign(self) -> str:
        word = self._word()
        if word not in {"=", "!=", *_KEEPS}:
            raise XPathError(f"a comparison such as = is expected, not '{word or 'the end'}'")
        self._at += 1
        return word

    def _expect(self, word: str) -> None:
        if self._word() != word:
            raise XPathError(f"'{word}' is expected, not '{self._word() or 'the end'}'")
        self._at += 1

    def _kind(self) -> str:
        return self._tokens[self._at][0] if self._at < len(self._tokens) else ""

    def _word(self) -> str:
        return self._tokens[self._at][1] if self._at < len(self._tokens) else ""


def _is(question: Question, value: str | int) -> Condition:
    """That the answer is this one, or that it is among those chosen."""
    if isinstance(question, Choices):
        return AnyIn(question=question.id, values=(str(value),))
    if isinstance(question, Choice):
        return Equals(question=question.id, value=str(value))
    if isinstance(question, Scale | Number):
        try:
            return Equals(question=question.id, value=int(value))
        except ValueError:
            raise XPathError(f"'{question.id}' is a number, and '{value}' is none") from None
    raise XPathError(f"the words of '{question.id}' cannot be compared: say that there are some, with != ''")


def _ordered(question: Question, sign: str, bound: str | int) -> Condition:
    """More or less than a number: said as the list of marks for which it holds."""
    match question:
        case Scale():
            marks = range(question.low, question.high + 1)
        case Number() if question.most - question.least < _MOST_VALUES:
            marks = range(question.least, question.most + 1)
        case _:
            raise XPathError(
                f"'{sign}' is for a range or for whole numbers with a constraint of at most "
                f"{_MOST_VALUES} values; '{question.id}' is neither"
            )
    if not isinstance(bound, int):
        raise XPathError(f"'{sign}' is followed by a whole number, not '{bound}'")
    kept = tuple(mark for mark in marks if _KEEPS[sign](mark, bound))
    if not kept:
        raise XPathError(f"'{question.id}' can never be {sign} {bound}")
    return In(question=question.id, values=kept)
