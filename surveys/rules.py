"""A rule taken apart and put together: conditions by their place in the tree, and in words.

A place is a path of numbers from the root, such as (0, 1); () is the whole rule. What is empty after an act
is taken out, so that what is left always reads back from a definition.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from surveys.conditions import (
    AllIn,
    And,
    Answered,
    AnyIn,
    Comparison,
    Condition,
    CountAtLeast,
    Empty,
    Equals,
    In,
    Not,
    Or,
    comparisons,
)
from surveys.model import CANNOT_RATE, Question, Scale, Survey, options_of

Path = tuple[int, ...]


class NoSuchPlaceError(LookupError):
    """The rule has nothing at this place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a rule as a page lists it: how deep it stands, and its words.

    `group` is "and" or "or" for a line that heads others, else "". `turned` says that its opposite is meant.
    """

    path: Path
    depth: int
    words: str
    group: str = ""
    turned: bool = False


def at(rule: Condition | None, path: Path) -> Condition:
    """The condition at this place. Raises NoSuchPlaceError."""
    if rule is None:
        raise NoSuchPlaceError(path)
    if not path:
        return rule
    inner = _inner(rule)
    if not 0 <= path[0] < len(inner):
        raise NoSuchPlaceError(path)
    return at(inner[path[0]], path[1:])


def put(rule: Condition | None, path: Path, new: Condition | None) -> Condition | None:
    """The rule with another condition at this place, or with none there. Raises NoSuchPlaceError."""
    if not path:
        return new
    if rule is None:
        raise NoSuchPlaceError(path)
    inner = list(_inner(rule))
    if not 0 <= path[0] < len(inner):
        raise NoSuchPlaceError(path)
    changed = put(inner[path[0]], path[1:], new)
    inner[path[0] : path[0] + 1] = [] if changed is None else [changed]
    return _around(rule, tuple(inner))


def add(rule: Condition | None, path: Path, new: Condition) -> Condition:
    """The rule with a condition more: in the group at this place, or joined by "and" to what stands there."""
    if rule is None:
        return new
    path = _under_nots(rule, path)
    found = at(rule, path)
    group = found if isinstance(found, And | Or) else And(conditions=(found,))
    grown = put(rule, path, type(group)(conditions=(*group.conditions, new)))
    return grown or new


def turned(rule: Condition, path: Path) -> Condition | None:
    """The rule with the opposite at this place. Raises NoSuchPlaceError."""
    found = at(rule, path)
    return put(rule, path, found.condition if isinstance(found, Not) else Not(condition=found))


def joined(rule: Condition, path: Path) -> Condition | None:
    """The rule with "and" for "or" in the group at this place, or the other way. Raises NoSuchPlaceError."""
    path = _under_nots(rule, path)
    found = at(rule, path)
    match found:
        case And():
            return put(rule, path, Or(conditions=found.conditions))
        case Or():
            return put(rule, path, And(conditions=found.conditions))
    raise NoSuchPlaceError(path)


def grouped(rule: Condition, path: Path) -> Condition | None:
    """The rule with what stands at this place as the first of a group of its own. Raises NoSuchPlaceError."""
    found = at(rule, path)
    within = at(rule, path[:-1]) if path else None
    return put(rule, path, (And if isinstance(within, Or) else Or)(conditions=(found,)))


def lines(rule: Condition | None, survey: Survey) -> tuple[Line, ...]:
    """A rule line by line, each with its place."""
    return () if rule is None else tuple(_lines(rule, survey, (), 0))


def in_words(rule: Condition | None, survey: Survey) -> str:
    """A rule as one sentence without its stop: when something is asked."""
    if rule is None:
        return "always"
    return f"if {_say(rule, survey)}"


def may_look_at(survey: Survey, where: str) -> tuple[Question, ...]:
    """The questions that a rule of this part may look back at: kept, and on an earlier page."""
    earlier: list[Question] = []
    for section in survey.sections:
        if section.id == where:
            break
        for group in section.groups():
            if any(question.id == where for question in group):
                return tuple(question for question in earlier if question.stored)
            earlier += group
    return tuple(question for question in earlier if question.stored)


def looks_at(rule: Condition | None) -> frozenset[str]:
    """The ids of the questions that a rule looks back at."""
    return frozenset(each.question for each in comparisons(rule))


def _under_nots(rule: Condition, path: Path) -> Path:
    """The place of what is turned round, when that is a group: more joins the group."""
    found, below = at(rule, path), path
    while isinstance(found, Not):
        found, below = found.condition, (*below, 0)
    return below if isinstance(found, And | Or) else path


def _inner(rule: Condition) -> tuple[Condition, ...]:
    match rule:
        case Not():
            return (rule.condition,)
        case And() | Or():
            return rule.conditions
    return ()


def _around(rule: Condition, inner: tuple[Condition, ...]) -> Condition | None:
    if not inner:
        return None
    return Not(condition=inner[0]) if isinstance(rule, Not) else type(rule)(conditions=inner)  # type: ignore[call-arg]


def _lines(rule: Condition, survey: Survey, path: Path, depth: int) -> Iterator[Line]:
    match rule:
        case Not():
            inner = _lines(rule.condition, survey, (*path, 0), depth)
            first = next(inner)
            # One line stands for both: what is done with it is done with the whole.
            yield replace(first, path=path, turned=not first.turned)
            yield from inner
        case And() | Or():
            group = "and" if isinstance(rule, And) else "or"
            head = "All of these are so" if group == "and" else "One of these is so, or more"
            yield Line(path=path, depth=depth, words=head, group=group)
            for place, each in enumerate(rule.conditions):
                yield from _lines(each, survey, (*path, place), depth + 1)
        case _:
            yield Line(path=path, depth=depth, words=_compared(rule, survey))


def _say(rule: Condition, survey: Survey) -> str:
    match rule:
        case Not():
            return f"it is not so that {_bracketed(rule.condition, survey)}"
        case And():
            return " and ".join(_bracketed(each, survey) for each in rule.conditions)
        case Or():
            return " or ".join(_bracketed(each, survey) for each in rule.conditions)
    return _compared(rule, survey)


def _bracketed(rule: Condition, survey: Survey) -> str:
    said = _say(rule, survey)
    return f"({said})" if isinstance(rule, And | Or) and len(rule.conditions) > 1 else said


def _compared(rule: Comparison, survey: Survey) -> str:
    asked = _asked(rule.question, survey)
    match rule:
        case Equals():
            return f"{asked} is {_answer(rule.question, rule.value, survey)}"
        case CountAtLeast():
            return f"{asked} has at least {rule.count} chosen"
        case Answered() | Empty():
            return f"{asked} has {'an' if isinstance(rule, Answered) else 'no'} answer"
    joined = {In: "is one of", AnyIn: "has at least one of", AllIn: "has all of"}[type(rule)]
    return f"{asked} {joined} {', '.join(_answer(rule.question, each, survey) for each in rule.values)}"


def _asked(question_id: str, survey: Survey) -> str:
    if not survey.has_question(question_id):
        return f"the question '{question_id}', which is not there,"
    return f"“{survey.question(question_id).text.read(survey.base, base=survey.base).words or question_id}”"


def _answer(question_id: str, value: str | int, survey: Survey) -> str:
    question = survey.question(question_id) if survey.has_question(question_id) else None
    for option in options_of(question) if question else ():
        if option.id == value:
            return f"“{option.text.read(survey.base, base=survey.base).words or option.id}”"
    if value == CANNOT_RATE and isinstance(question, Scale):
        return f"“{question.cannot_rate.read(survey.base, base=survey.base).words or value}”"
    return str(value)
