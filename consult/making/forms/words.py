"""Fields for texts: a box for each language, and for easy read where a survey has that.

A list of paragraphs is one box with a line for each. A paragraph that is not written yet in a language is a
line of its own with a dash, so that the others keep their places.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import Field, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

import surveys
from surveys.texts import Text

Kind = tuple[str, str]
"""A language and a variant, as in `("en", "easy")`."""

LONGEST = 4000
NOT_WRITTEN = "–"  # noqa: RUF001 - a dash, as people see it
_TOO_LONG = lazy_gettext("Please use 4,000 characters or fewer.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One text of a part: the field of the model, its label, and how it is written."""

    name: str
    label: str
    hint: str = ""
    area: bool = False
    many: bool = False
    needed: str = ""


def kinds_of(survey: surveys.Survey, *, easy: bool = False) -> tuple[Kind, ...]:
    """What to write in: the languages offered, and easy read where a text has it or it is wanted."""
    languages = tuple(dict.fromkeys((survey.base, *survey.languages)))
    versions = [version for _where, text in surveys.every_text(survey) for version in text.versions]
    easy_ones = {*survey.easy, *(version.language for version in versions if version.variant)}
    if easy:
        easy_ones.add(survey.base)
    return (
        *((language, "") for language in languages),
        *((language, surveys.EASY) for language in languages if language in easy_ones),
    )


def field_name(name: str, kind: Kind) -> str:
    """The name of the box for one kind, as in `text_en_easy`."""
    return "_".join(part for part in (name, *kind) if part)


def fields_for(words: Sequence[Words], kinds: Sequence[Kind]) -> dict[str, Field]:
    """The boxes for these texts, by name."""
    return {
        field_name(each.name, kind): _box(each, kind, first=kind == kinds[0], alone=len(kinds) == 1)
        for each in words
        for kind in kinds
    }


def shown(words: Words, kinds: Sequence[Kind], value: Text | tuple[Text, ...]) -> Mapping[str, str]:
    """What stands in each box for a text, or for a list of paragraphs."""
    if isinstance(value, Text):
        return {field_name(words.name, kind): _of(value, kind) for kind in kinds}
    return {
        field_name(words.name, kind): _lines([_of(text, kind) for text in value], lead=kind == kinds[0])
        for kind in kinds
    }


def read(words: Words, kinds: Sequence[Kind], form: FlaskForm, before: object) -> Text | tuple[Text, ...]:
    """The text, or the paragraphs, as typed. What the boxes do not show of the text before stays."""
    typed = {kind: str(form[field_name(words.name, kind)].data or "") for kind in kinds}
    if not words.many:
        kept = _others(before if isinstance(before, Text) else Text(), kinds)
        return Text.of(kept | {kind: _flowing(said) for kind, said in typed.items()})
    old = before if isinstance(before, tuple) else ()
    columns = [[_flowing(line) for line in said.splitlines() if line.strip()] for said in typed.values()]
    rows = list(zip_longest(*columns, fillvalue=""))
    paragraphs = []
    for place, row in enumerate(rows):
        said = {kind: "" if line == NOT_WRITTEN else line for kind, line in zip(typed, row, strict=True)}
        kept = _others(old[place], kinds) if place < len(old) else {}
        paragraphs.append(Text.of(kept | said))
    return tuple(paragraph for paragraph in paragraphs if paragraph)


def _box(words: Words, kind: Kind, *, first: bool, alone: bool) -> Field:
    label = words.label if alone else f"{words.label} ({named(kind)})"
    hint = words.hint if first else ""
    checks: list[Any] = [Length(max=LONGEST, message=_TOO_LONG)]
    if words.needed and first:
        checks.insert(0, DataRequired(message=words.needed))
    box = TextAreaField if words.area or words.many else StringField
    return box(label, description=hint, validators=checks)


def named(kind: Kind) -> str:
    """A language and variant in words."""
    language = {"en": _("English"), "cy": _("Welsh")}.get(kind[0], kind[0])
    return str(_("%(language)s, easy read", language=language) if kind[1] else language)


def _of(text: Text, kind: Kind) -> str:
    return next(
        (each.words for each in text.versions if (each.language, each.variant) == kind),
        "",
    )


def _lines(lines: list[str], *, lead: bool) -> str:
    if not any(lines):
        return ""
    return "\n".join(line or ("" if lead else NOT_WRITTEN) for line in lines)


def _others(text: Text, kinds: Sequence[Kind]) -> dict[Kind, str]:
    versions = {(each.language, each.variant): each.words for each in text.versions}
    return {kind: words for kind, words in versions.items() if kind not in kinds}


def _flowing(typed: str) -> str:
    return surveys.flowing(typed)
