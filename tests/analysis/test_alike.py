"""Comments that say much the same stand together, and nothing is left out."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from analysis import alike

SAID = (
    "Two days is hard in a team of two.",
    "Name a rate of pay.",
    "In a team of two, two days is too hard.",
    "Who would check this?",
    "A small team of two cannot answer in two days.",
)


def test_what_shares_its_words_stands_together() -> None:
    assert alike.groups(SAID) == ((0, 2, 4), (1,), (3,))


def test_equal_texts_stand_together_even_without_a_telling_word() -> None:
    assert alike.groups(["Yes!", "no", "yes"]) == ((0, 2), (1,))
    assert alike.groups([]) == ()


@given(st.lists(st.text(max_size=40), max_size=12))
def test_every_text_is_in_one_group(texts: list[str]) -> None:
    found = [place for group in alike.groups(texts) for place in group]
    assert sorted(found) == list(range(len(texts)))
