"""From TOML to a survey, with every fault of form named at once.

What is read here has the right shape. Whether it makes a good survey (references, wording) is for `check`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from typing import TypedDict

from surveys.conditions import Condition, read_condition
from surveys.easy_table import laid_in
from surveys.faults import DefinitionError, Fault
from surveys.fields import Notes, Table
from surveys.model import (
    Choice,
    Choices,
    Depth,
    Ending,
    FreeText,
    Number,
    Option,
    Question,
    Scale,
    Section,
    Strand,
    Survey,
)
from surveys.texts import Text

_LINE = re.compile(r"\(at (line \d+), column \d+\)")

# What a question does not take over from the one it is `like`: these belong to one place in one survey.
_OWN = frozenset({"id", "lead", "like", "when", "starts_page", "bank", "recalling"})


class _Common(TypedDict):
    id: str
    text: Text
    hint: Text
    lead: Text
    depth: Depth
    stored: bool
    sensitive: bool
    starts_page: bool
    when: Condition | None
    picture: str
    bank: str
    recalling: Text


def parse(source: str, *, name: str = "definition") -> Survey:
    """The survey written in `source`.

    `name` is the file named in faults. Raises DefinitionError with all faults of form. `check` the result.
    """
    notes = Notes(file=name)
    survey = _survey(Table(laid_in(_tables(source, name), notes), where="survey", notes=notes))
    if notes.faults:
        raise DefinitionError(tuple(notes.faults))
    return survey


def parse_question(entries: Mapping[str, object], *, name: str) -> Question:
    """One question from its table alone. Raises DefinitionError with all faults of form."""
    notes = Notes(file=name)
    question = _question(Table(entries, where=name, notes=notes), {})
    if question is None or notes.faults:
        raise DefinitionError(tuple(notes.faults))
    return question


def _tables(source: str, name: str) -> dict[str, object]:
    try:
        return tomllib.loads(source)
    except tomllib.TOMLDecodeError as wrong:
        line = _LINE.search(str(wrong))
        where = line[1] if line else "last line"
        raise DefinitionError((Fault(file=name, where=where, message=f"not TOML: {wrong}"),)) from wrong
    except RecursionError as wrong:
        deep = Fault(file=name, where="survey", message="tables are nested too deeply")
        raise DefinitionError((deep,)) from wrong


def _survey(table: Table) -> Survey:
    table.notes.base = base = table.words("base", "en")
    shared = _raw_questions(table)
    survey = Survey(
        id=table.words("id"),
        strand=table.member("strand", Strand),
        base=base,
        languages=table.names("languages", (base,)),
        reviewed=table.names("reviewed", (base,)),
        title=table.text("title"),
        notice=table.text("notice"),
        summary=table.texts("summary"),
        consent=table.texts("consent"),
        reassurance=table.texts("reassurance"),
        thanks=table.texts("thanks"),
        easy=table.names("easy", ()),
        sections=tuple(
            _section(_inner(table, entries, f"sections[{place}]"), shared)
            for place, entries in enumerate(table.tables("sections"), start=1)
        ),
        endings=tuple(
            _ending(_inner(table, entries, f"endings[{place}]"))
            for place, entries in enumerate(table.tables("endings"), start=1)
        ),
    )
    table.close()
    return survey


def _raw_questions(table: Table) -> dict[str, dict[str, object]]:
    """Questions as written, by id, so that one can be `like` another."""
    sections = table.entries.get("sections")
    raw: dict[str, dict[str, object]] = {}
    for section in sections if isinstance(sections, list) else ():
        questions = section.get("questions") if isinstance(section, dict) else None
        for question in questions if isinstance(questions, list) else ():
            if isinstance(question, dict) and isinstance(question.get("id"), str):
                raw.setdefault(question["id"], question)
    return raw


def _inner(table: Table, entries: Mapping[str, object], path: str) -> Table:
    """A table inside another, called by its id where it has one."""
    named = entries.get("id")
    return Table(entries, where=named if isinstance(named, str) and named else path, notes=table.notes)


def _section(table: Table, shared: Mapping[str, dict[str, object]]) -> Section:
    section = Section(
        id=table.words("id"),
        title=table.text("title"),
        note=table.text("note"),
        counted=table.flag("counted", default=True),
        when=_when(table),
        questions=tuple(
            question
            for place, entries in enumerate(table.tables("questions"), start=1)
            if (question := _question(_inner(table, entries, f"{table.where}.questions[{place}]"), shared))
        ),
    )
    table.close()
    return section


def _ending(table: Table) -> Ending:
    ending = Ending(id=table.words("id"), title=table.text("title"), paragraphs=table.texts("paragraphs"))
    table.close()
    return ending


def _when(table: Table) -> Condition | None:
    written = table.take("when")
    return (
        None
        if written is None
        else read_condition(written, lambda message: table.fault(f"'when': {message}"))
    )


def _question(table: Table, shared: Mapping[str, dict[str, object]]) -> Question | None:
    model = table.take("like")
    if model is not None:
        if not isinstance(model, str) or model not in shared or "like" in shared[model]:
            table.fault(f"'like' names a question that is written in full, not {model!r}")
            return None
        inherited = {key: value for key, value in shared[model].items() if key not in _OWN}
        own = {key: value for key, value in table.entries.items() if key != "like"}
        table = Table(inherited | own, where=table.where, notes=table.notes)
    kind = table.take("kind")
    if not isinstance(kind, str) or kind not in _KINDS:
        said = "is missing" if kind is None else f"cannot be {kind!r}"
        table.fault(f"'kind' {said}; it is one of {', '.join(_KINDS)}")
        return None
    question = _KINDS[kind](table, _common(table))
    table.close()
    return question


def _common(table: Table) -> _Common:
    return _Common(
        id=table.words("id"),
        text=table.text("text"),
        hint=table.text("hint"),
        lead=table.text("lead"),
        depth=table.member("depth", Depth, Depth.SHORT),
        stored=table.flag("stored", default=True),
        sensitive=table.flag("sensitive", default=False),
        starts_page=table.flag("starts_page", default=False),
        when=_when(table),
        picture=table.words("picture", ""),
        bank=table.words("bank", ""),
        recalling=table.text("recalling"),
    )


def _options(table: Table) -> tuple[Option, ...]:
    return tuple(
        _option(_option_table(table, entries, place))
        for place, entries in enumerate(table.tables("options"), start=1)
    )


def _option_table(table: Table, entries: Mapping[str, object], place: int) -> Table:
    return Table(
        entries, where=f"{table.where}.{entries.get('id') or f'options[{place}]'}", notes=table.notes
    )


def _option(table: Table) -> Option:
    option = Option(
        id=table.words("id"),
        text=table.text("text"),
        detail=table.flag("detail", default=False),
        exclusive=table.flag("exclusive", default=False),
        ends=table.words("ends", "") or None,
        support=table.flag("support", default=False),
    )
    table.close()
    return option


def _choice(table: Table, common: _Common) -> Choice:
    return Choice(**common, options=_options(table), buttons=table.flag("buttons", default=False))


def _choices(table: Table, common: _Common) -> Choices:
    return Choices(**common, options=_options(table))


def _scale(table: Table, common: _Common) -> Scale:
    return Scale(
        **common,
        low=table.whole("low", 1),
        high=table.whole("high", 9),
        label_low=table.text("label_low"),
        label_high=table.text("label_high"),
        thirds=table.texts("thirds"),
        cannot_rate=table.text("cannot_rate"),
        faces=table.texts("faces"),
        about=table.text("about"),
    )


def _free_text(table: Table, common: _Common) -> FreeText:
    return FreeText(**common, max_length=table.whole("max_length", 5000))


def _number(table: Table, common: _Common) -> Number:
    return Number(**common, least=table.whole("least", 0), most=table.whole("most", 1_000_000))


_KINDS: dict[str, Callable[[Table, _Common], Question]] = {
    "choice": _choice,
    "choices": _choices,
    "scale": _scale,
    "free_text": _free_text,
    "number": _number,
}
