"""When a section or question is asked: a closed set of operators over earlier answers.

A condition is a value, read from a definition and never evaluated as code. It knows answers by question id
and nothing of pages, texts or where the answers come from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

AnswerValue = str | int | list[str]
"""One answer: an option id or words, a whole number, or several option ids in the order of the definition."""

Answers = Mapping[str, AnswerValue]
"""Answers by question id; an option's "say how" words under `question.option`. Empty means absent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Equals:
    """The one answer is this one."""

    question: str
    value: str | int

    def holds(self, answers: Answers) -> bool:
        """Whether it holds."""
        return answers.get(self.question) == self.value


@dataclass(frozen=True, slots=True, kw_only=True)
class In:
    """The one answer is among these."""

    question: str
    values: tuple[str | int, ...]

    def holds(self, answers: Answers) -> bool:
        """Whether it holds."""
        return answers.get(self.question) in self.values


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyIn:
    """Of many answers, at least one is among these."""

    question: str
    values: tuple[str, ...]

    def holds(self, answers: Answers) -> bool:
        """Whether it holds."""
        return not _chosen(answers, self.question).isdisjoint(self.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class AllIn:
    """Of many answers, all of these were chosen."""

    question: str
    values: tuple[str, ...]

    def holds(self, answers: Answers) -> bool:
        """Whether it holds."""
        return self.question in answers and _chosen(answers, self.question).issuperset(self.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class CountAtLeast:
    """At least so many were chosen."""

    question: str
    count: int

    def holds(self, answers: Answers) -> bool:
        """Whether it holds."""
        return self.question in answers and len(_chosen(answers, self.question)) >= self.count


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """There is an answer."""

    question: str

    def holds(self, answers: Answers) -> bool:
        """Whether it holds."""
        return self.question in answers


@dataclass(frozen=True, slots=True, kw_only=True)
class Empty:
    """There is no answer."""

    question: str

    def holds(self, answers: Answers) -> bool:
        """Whether it holds."""
        return self.question not in answers


@dataclass(frozen=True, slots=True, kw_only=True)
class Not:
    """The condition does not hold."""

    condition: Condition

    def holds(self, answers: Answers) -> bool:
        """Whether it holds."""
        return not self.condition.holds(answers)


@dataclass(frozen=True, slots=True, kw_only=True)
class And:
    """All of the conditions hold."""

    conditions: tuple[Condition, ...]

    def holds(self, answers: Answers) -> bool:
        """Whether it holds."""
        return all(each.holds(answers) for each in self.conditions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Or:
    """One of the conditions holds, or more."""

    conditions: tuple[Condition, ...]

    def holds(self, answers: Answers) -> bool:
        """Whether it holds."""
        return any(each.holds(answers) for each in self.conditions)


Comparison = Equals | In | AnyIn | AllIn | CountAtLeast | Answered | Empty
Condition = Comparison | Not | And | Or


def holds(condition: Condition | None, answers: Answers) -> bool:
    """Whether the condition holds; no condition always does. An absent answer satisfies `Empty` alone."""
    return condition is None or condition.holds(answers)


def _chosen(answers: Answers, question_id: str) -> set[str]:
    """What was chosen, one or many; nothing where there is no answer."""
    answer = answers.get(question_id, [])
    return set(answer) if isinstance(answer, list) else {str(answer)}


def comparisons(condition: Condition | None) -> tuple[Comparison, ...]:
    """Every comparison inside a condition, in the order written: what an author's lint looks at."""
    match condition:
        case None:
            return ()
        case Not():
            return comparisons(condition.condition)
        case And() | Or():
            return tuple(each for part in condition.conditions for each in comparisons(part))
    return (condition,)


def read_condition(written: object, note: Callable[[str], None]) -> Condition | None:
    """A condition from a table of a definition, or None after `note` was told what is wrong with it.

    Shapes: `{ question = "q", equals = "a" }`, with `in`, `any_in`, `all_in` (lists), `count_at_least` (a
    number), `answered` or `empty` (true) in place of `equals`; `{ not = {..} }`, `{ and = [..] }` and
    `{ or = [..] }`.
    """
    if not isinstance(written, dict):
        note(f'a condition is a table such as {{ question = "looked", equals = "yes" }}, not {written!r}')
        return None
    if "question" in written:
        return _read_comparison(written, note)
    if len(written) != 1 or not written.keys() <= {"not", "and", "or"}:
        note(f"a condition has a question and an operator, or one of not, and, or; not {_keys(written)}")
        return None
    ((operator, inner),) = written.items()
    if operator == "not":
        condition = read_condition(inner, note)
        return None if condition is None else Not(condition=condition)
    return _read_joined(operator, inner, note)


def _read_joined(operator: str, inner: object, note: Callable[[str], None]) -> Condition | None:
    if not isinstance(inner, list) or not inner:
        note(f"'{operator}' takes a list of conditions")
        return None
    parts = tuple(part for part in (read_condition(each, note) for each in inner) if part is not None)
    if len(parts) != len(inner):
        return None
    return And(conditions=parts) if operator == "and" else Or(conditions=parts)


def _read_comparison(written: Mapping[str, object], note: Callable[[str], None]) -> Condition | None:
    question = written["question"]
    operators = [key for key in written if key != "question"]
    if not isinstance(question, str) or len(operators) != 1 or operators[0] not in _OPERATORS:
        note(f"a condition names one question and one of {', '.join(_OPERATORS)}; not {_keys(written)}")
        return None
    suits, example, make = _OPERATORS[operators[0]]
    operand = written[operators[0]]
    if not suits(operand):
        note(f"'{operators[0]}' takes {example}, not {operand!r}")
        return None
    return make(question, operand)


def _keys(written: Mapping[str, object]) -> str:
    return ", ".join(str(key) for key in written) or "nothing"


def _one(operand: object) -> bool:
    return isinstance(operand, str | int) and not isinstance(operand, bool)


def _several(operand: object) -> bool:
    return isinstance(operand, list) and bool(operand) and all(_one(each) for each in operand)


def _several_ids(operand: object) -> bool:
    return isinstance(operand, list) and bool(operand) and all(isinstance(each, str) for each in operand)


def _positive(operand: object) -> bool:
    return isinstance(operand, int) and not isinstance(operand, bool) and operand >= 1


def _true(operand: object) -> bool:
    return operand is True


# operator -> (does the operand suit, what to write instead, the condition)
_OPERATORS: dict[str, tuple[Callable[[object], bool], str, Callable[..., Comparison]]] = {
    "equals": (_one, "one option id or number", lambda q, value: Equals(question=q, value=value)),
    "in": (_several, "a list", lambda q, values: In(question=q, values=tuple(values))),
    "any_in": (
        _several_ids,
        "a list of option ids",
        lambda q, operand: AnyIn(question=q, values=tuple(operand)),
    ),
    "all_in": (
        _several_ids,
        "a list of option ids",
        lambda q, operand: AllIn(question=q, values=tuple(operand)),
    ),
    "count_at_least": (
        _positive,
        "a number from 1",
        lambda q, operand: CountAtLeast(question=q, count=operand),
    ),
    "answered": (_true, "true (for its opposite write empty = true)", lambda q, _: Answered(question=q)),
    "empty": (_true, "true (for its opposite write answered = true)", lambda q, _: Empty(question=q)),
}
