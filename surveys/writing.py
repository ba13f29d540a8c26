"""From a survey back to TOML, for surveys that were changed in a form or read from another format.

What is written reads back as the same survey, with the same fingerprint. A field at its default is left out,
so that a person who opens the file sees what was decided and nothing else. Knows no pages and no files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, Field, fields
from typing import Any

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
)
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
    Survey,
    options_of,
)
from surveys.texts import Text

_KINDS: dict[type[Question], str] = {
    Choice: "choice",
    Choices: "choices",
    Scale: "scale",
    FreeText: "free_text",
    Number: "number",
}
# Kind of comparison -> the word in the definition, and the field that holds its operand.
_OPERATORS: dict[type[Comparison], tuple[str, str]] = {
    Equals: ("equals", "value"),
    In: ("in", "values"),
    AnyIn: ("any_in", "values"),
    AllIn: ("all_in", "values"),
    CountAtLeast: ("count_at_least", "count"),
    Answered: ("answered", ""),
    Empty: ("empty", ""),
}
# Written first, so that a table begins with what it is; the rest follows in the order of the model.
_FIRST = ("id", "kind", "text")
# Left out, it would read back as reviewed in the base language.
_ALWAYS = frozenset({"reviewed"})
_APART = frozenset({"sections", "endings", "questions", "options"})
_ON_ONE_LINE = frozenset({"languages", "reviewed", "easy"})
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}

Written = Mapping[str, object]


def write(survey: Survey) -> str:
    """The definition of `survey` as TOML; `parse` makes the same survey of it."""
    lines = list(_pairs(_own(survey, survey.base)))
    for section in survey.sections:
        lines += ["", "[[sections]]", *_pairs(_own(section, survey.base))]
        for question in section.questions:
            lines += ["", "[[sections.questions]]", *_question(question, survey.base)]
    for ending in survey.endings:
        lines += ["", "[[endings]]", *_pairs(_own(ending, survey.base))]
    return "\n".join(lines) + "\n"


def _question(question: Question, base: str) -> Iterator[str]:
    yield from _pairs({"kind": _KINDS[type(question)], **_own(question, base)})
    if options := options_of(question):
        yield "options = ["
        yield from (f"  {_value(_own(option, base))}," for option in options)
        yield "]"


def _own(part: Survey | Section | Question | Option | Ending, base: str) -> Written:
    """The fields of one table that differ from their defaults, in the order of the model."""
    return {
        each.name: _plain(getattr(part, each.name), base)
        for each in fields(part)
        if each.init and each.name not in _APART and (each.name in _ALWAYS or _differs(part, each))
    }


def _differs(part: object, each: Field[Any]) -> bool:
    value = getattr(part, each.name)
    if each.default is not MISSING:
        return bool(value != each.default)
    return bool(value != ())


def _plain(value: object, base: str) -> object:
    match value:
        case Text():
            return _text(value, base)
        case tuple():
            return [_plain(each, base) for each in value]
        case (
            Not() | And() | Or() | Equals() | In() | AnyIn() | AllIn() | CountAtLeast() | Answered() | Empty()
        ):
            return _condition(value)
    return value


def _text(text: Text, base: str) -> object:
    versions = {f"{each.language}-{each.variant}".rstrip("-"): each.words for each in text.versions}
    return versions[base] if versions.keys() == {base} else versions


def _condition(condition: Condition) -> Written:
    match condition:
        case Not():
            return {"not": _condition(condition.condition)}
        case And():
            return {"and": [_condition(each) for each in condition.conditions]}
        case Or():
            return {"or": [_condition(each) for each in condition.conditions]}
    operator, operand = _OPERATORS[type(condition)]
    value = getattr(condition, operand) if operand else True
    return {"question": condition.question, operator: list(value) if isinstance(value, tuple) else value}


def _pairs(table: Written) -> Iterator[str]:
    order = [key for key in _FIRST if key in table] + [key for key in table if key not in _FIRST]
    for key in order:
        value = table[key]
        if isinstance(value, list) and key not in _ON_ONE_LINE:
            yield f"{key} = ["
            yield from (f"  {_value(each)}," for each in value)
            yield "]"
        else:
            yield f"{key} = {_value(value)}"


def _value(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case str():
            return _string(value)
        case Mapping():
            inner = ", ".join(f"{_key(key)} = {_value(each)}" for key, each in value.items())
            return f"{{ {inner} }}"
        case Sequence():
            return f"[{', '.join(_value(each) for each in value)}]"
    raise TypeError(value)


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _string(key)


def _string(words: str) -> str:
    return '"' + "".join(_escaped(letter) for letter in words) + '"'


def _escaped(letter: str) -> str:
    if letter in _ESCAPES:
        return _ESCAPES[letter]
    # TOML takes no control character as it stands.
    return f"\\u{ord(letter):04x}" if ord(letter) < 0x20 or ord(letter) == 0x7F else letter
