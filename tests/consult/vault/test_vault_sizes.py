"""S8: the stored size tells a class and nothing more."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consult.vault import cookies, padding
from consult.vault.envelope import EnvelopeError, J, u32
from consult.vault.opening import NoteBinding
from consult.vault.padding import BODIES, NOTES, TooLargeError
from tests.consult.vault.made import CONSULTATION, PLACE, make_house, make_receipt_keys
from tests.forms import FULL

HOUSE = make_house()
WORDS = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=900)
ANSWERS = st.dictionaries(
    st.text("abcq0123456789", max_size=8), WORDS | st.lists(WORDS, max_size=3), max_size=4
)


@settings(max_examples=2000 if FULL else 60, deadline=None)
@given(answers=ANSWERS, language=st.sampled_from(["en", "cy"]))
def test_any_answers_up_to_4_kib_are_stored_in_one_size(answers: dict[str, Any], language: str) -> None:
    content = {"answers": answers, "lang": language}
    if len(J(content)) > 4092:
        return
    sealed = HOUSE.seal(content=content)
    keys = make_receipt_keys()
    draft = HOUSE.intake.seal_draft(keys.draft, **PLACE, lookup=keys.lookup, rev=1, content=content)
    pointer = HOUSE.intake.seal_pointer(keys.pointer, sealed.pointer, CONSULTATION, keys.lookup)
    sizes = (len(sealed.body), len(sealed.slot), len(draft), len(pointer))
    assert sizes == (4146, 1190, 4146, 134)
    cookie = cookies.new_cookie()
    assert len(cookies.Secret(cookie).seal("visit", content)) == 4146


@settings(max_examples=1000 if FULL else 60, deadline=None)
@given(length=st.integers(0, 131_072 + 64))
def test_longer_answers_take_the_next_class_or_are_refused_before_sealing(length: int) -> None:
    content = {"a": "x" * length}
    whole = len(J(content)) + 4
    fitting = [size for size in BODIES if whole <= size]
    if not fitting:
        with pytest.raises(TooLargeError) as caught:
            padding.pad(content, BODIES)
        assert caught.value.limit == BODIES[-1] == 128 * 1024
        return
    padded = padding.pad(content, BODIES)
    assert len(padded) == fitting[0]
    assert padding.unpad(padded, BODIES) == content


def test_guessing_the_length_from_the_stored_size_is_guessing_blind(
    figure: Callable[[str, object], None],
) -> None:
    dice = np.random.default_rng(20270104)
    lengths = np.minimum(dice.gamma(1.2, 640, 6000 if FULL else 600).astype(int), 4000)
    sizes = np.array([len(HOUSE.seal(content={"answers": {"q1": "x" * int(n)}}).body) for n in lengths])
    # The best guess from a size is the middle of all texts of that size.
    guesses = np.array([np.median(lengths[sizes == size]) for size in sizes])
    error = float(np.abs(lengths - guesses).mean())
    blind = float(np.abs(lengths - np.median(lengths)).mean())
    figure("error of a guess, characters", f"{error:.1f} (blind {blind:.1f}; {len(lengths):,} texts)")
    figure("sizes of answers up to 4 KiB", len(set(sizes.tolist())))
    assert error == blind


def test_the_classes_are_those_of_the_specification() -> None:
    assert [size // 1024 for size in BODIES] == [4, 8, 16, 32, 64, 128]
    assert NOTES == (256, 1024, 4096, 16_384, 65_536)


@settings(max_examples=40, deadline=None)
@given(themes=st.lists(st.text("abcdef-", max_size=12), max_size=12))
def test_short_notes_are_stored_in_one_size(themes: list[str]) -> None:
    note = NoteBinding(
        consultation_id=CONSULTATION, epoch=1, note_id=b"n" * 16, response_id=None, response_rev=0
    )
    if len(J({"themes": themes})) <= 252:
        assert len(HOUSE.workbench.seal_note(HOUSE.keys, note, {"themes": themes})) == 256 + 50


@pytest.mark.parametrize(
    "padded",
    [
        b"",
        b"\0\0\0",
        (u32(2) + b"{}").ljust(4095, b"\0"),
        (u32(2) + b"{}").ljust(4097, b"\0"),
        (u32(2) + b"{}").ljust(4095, b"\0") + b"\x01",
        (u32(2) + b"{}" + b" ").ljust(4096, b"\0"),
        u32(4093) + bytes(4092),
        u32(2**32 - 1) + bytes(4092),
        (u32(2) + b"[]").ljust(4096, b"\0"),
        (u32(4) + b"{}{}").ljust(4096, b"\0"),
        (u32(3) + b"{} ").ljust(4096, b"\0"),
        (u32(1) + b"{").ljust(4096, b"\0"),
        (u32(2) + b"\xff\xfe").ljust(4096, b"\0"),
        (u32(4000) + b"[" * 4000).ljust(4096, b"\0"),
        u32(0) + bytes(4092),
    ],
)
def test_filling_that_is_not_ours_is_refused(padded: bytes) -> None:
    with pytest.raises(EnvelopeError):
        padding.unpad(padded, BODIES)


@pytest.mark.parametrize(
    "value",
    [
        {"a": float("nan")},
        {"a": float("inf")},
        {"a": "\ud800"},
        {"\udfff": 1},
        {"a": b"bytes"},
        {"a": {1, 2}},
    ],
)
def test_what_is_not_json_is_never_written(value: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        J(value)


def test_nesting_without_end_is_refused_and_not_followed() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(ValueError, match="JSON"):
        J({"a": deep})


@given(
    value=st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), st.integers() | st.booleans())
)
def test_json_is_the_same_for_every_order_of_keys(value: dict[str, int]) -> None:
    assert J(value) == J(dict(reversed(value.items())))
    assert json.loads(J(value)) == value
