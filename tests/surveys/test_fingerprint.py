"""The hash that is bound into every sealed answer."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from enum import StrEnum
from typing import Any

import pytest

from surveys import Text, canonical, fingerprint, load, parse, shipped
from tests.forms import FULL
from tests.surveys.small import SMALL


def changed(value: object) -> Iterator[Any]:
    """The value with one thing inside it changed, in every place where that can be done."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield value + 1
    elif isinstance(value, StrEnum):
        yield next(member for member in type(value) if member is not value)
    elif isinstance(value, str):
        yield value + "x"
    elif isinstance(value, tuple):
        yield from changed_inside(value)
        for place in range(1, len(value)):
            yield (*value[: place - 1], value[place], value[place - 1], *value[place + 1 :])
    elif is_dataclass(value) and not isinstance(value, type):
        yield from changed_field(value)


def changed_field(value: Any) -> Iterator[Any]:
    for part in fields(value):
        if part.init and part.metadata.get("shown", True):
            inner = getattr(value, part.name)
            # The languages of one text have no order of their own.
            others = changed_inside(inner) if isinstance(value, Text) else changed(inner)
            for other in others:
                yield replace(value, **{part.name: other})


def changed_inside(value: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    for place, each in enumerate(value):
        yield value[:place] + value[place + 1 :]
        for other in changed(each):
            yield (*value[:place], other, *value[place + 1 :])


@pytest.mark.parametrize("survey_id", [*shipped(), "small"])
def test_changing_any_one_text_setting_condition_or_order_changes_it(survey_id: str) -> None:
    survey = parse(SMALL) if survey_id == "small" else load(survey_id)
    mine = fingerprint(survey)
    # In the long form every change; in the short one every fifth, from where chance begins.
    step = 1 if survey_id == "small" or FULL else 5
    tried = list(itertools.islice(changed(survey), secrets.randbelow(step), None, step))
    assert len(tried) > 100
    assert all(fingerprint(other) != mine for other in tried)


def test_it_is_32_bytes_and_the_same_for_the_same_survey() -> None:
    assert len(fingerprint(parse(SMALL))) == 32
    assert fingerprint(parse(SMALL)) == fingerprint(parse(SMALL))


def test_layout_comments_and_the_order_of_keys_do_not_count() -> None:
    other = (
        SMALL.replace("[[sections]]", "# a remark\n\n[[sections]]")
        .replace('id = "small"', 'id   =   "small"')
        .replace('kind = "number"\n', "")
        .replace("least = 1", 'least = 1\nkind = "number"')
        .replace('{ en = "Yes", cy = "Do" }', '{ cy = "Do", en = "Yes" }')
        .replace('"Anything else?"', '"""\n  Anything\n  else?\n"""')
    )
    assert other != SMALL
    assert fingerprint(parse(other)) == fingerprint(parse(SMALL))


def test_letters_written_in_two_parts_count_as_the_same_letters() -> None:
    parted = SMALL.replace("hŷn", "hy\u0302n")
    assert parted != SMALL
    assert fingerprint(parse(parted)) == fingerprint(parse(SMALL))


def test_a_setting_written_out_at_its_default_does_not_count() -> None:
    written = SMALL.replace('depth = "standard"', 'depth = "standard"\nlow = 1\nhigh = 9\nsensitive = false')
    assert fingerprint(parse(written)) == fingerprint(parse(SMALL))


def test_who_reviewed_a_language_does_not_count() -> None:
    reviewed = SMALL.replace("languages =", 'reviewed = ["en", "cy"]\nlanguages =')
    assert fingerprint(parse(reviewed)) == fingerprint(parse(SMALL))


def test_answers_sealed_under_an_earlier_release_can_still_be_opened() -> None:
    """The bytes are pinned: if this fails, every stored answer would stop matching its definition."""
    source = """
        id = "pinned"
        strand = "survivors"
        title = "T"
        [[sections]]
        id = "s"
        title = { en = "S", cy = "A" }
        [[sections.questions]]
        id = "q"
        kind = "choice"
        text = "Q"
        options = [{ id = "a", text = "A" }, { id = "b", text = "B", detail = true }]
        [[sections.questions]]
        id = "w"
        kind = "scale"
        text = "W"
        starts_page = true
        when = { not = { question = "q", in = ["a"] } }
    """
    assert canonical(parse(source)).decode() == (
        '{"id":"pinned","is":"Survey","sections":[{"id":"s","is":"Section","questions":['
        '{"id":"q","is":"Choice","options":[{"id":"a","is":"Option","text":{"en":"A"}},'
        '{"detail":true,"id":"b","is":"Option","text":{"en":"B"}}],"text":{"en":"Q"}},'
        '{"id":"w","is":"Scale","starts_page":true,"text":{"en":"W"},"when":{"condition":'
        '{"is":"In","question":"q","values":["a"]},"is":"Not"}}],"title":{"cy":"A","en":"S"}}],'
        '"strand":"survivors","title":{"en":"T"}}'
    )
    pinned = "46d9cb859ab14895b17afd424563ef02be3d81bfd07aa8b9d4bee9ff50548262"
    assert fingerprint(parse(source)).hex() == pinned
