"""Preparing free text."""

from __future__ import annotations

import re
import socket

import nltk.data
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import text as room
from analysis.text import Span, no_content, normalise, phrases, sentences

ANY_TEXT = st.text(st.characters(codec=None), max_size=80)


def said(text: str) -> list[str]:
    return [span.of(text) for span in sentences(text)]


@given(ANY_TEXT)
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    once.encode("utf-8")


def test_the_text_of_record_has_plain_line_ends_and_composed_letters() -> None:
    assert normalise("one\r\ntwo\rthree") == "one\ntwo\nthree"
    assert normalise("cafe\u0301") == "caf\u00e9"
    assert normalise("a\x00b\x0bc\ud800d\ufffee\U0001f642") == "abcde\U0001f642"


def test_a_title_or_an_abbreviation_does_not_end_a_sentence() -> None:
    text = "I saw Dr. Evans at 9 a.m. on a Monday. He asked, e.g. about sleep. It took approx. 20 minutes."
    assert said(text) == [
        "I saw Dr. Evans at 9 a.m. on a Monday.",
        "He asked, e.g. about sleep.",
        "It took approx. 20 minutes.",
    ]


def test_an_answer_that_ends_in_no_ends_its_sentence() -> None:
    assert said("Was I told? They said no. Nobody rang.") == ["Was I told?", "They said no.", "Nobody rang."]


def test_a_blank_line_ends_a_sentence() -> None:
    assert said("the wait\n\nthe door") == ["the wait", "the door"]


def test_places_count_code_points() -> None:
    text = "\U0001f642 Good. \u0174yneb newydd."
    assert sentences(text) == (Span(0, 7), Span(8, 21))


@given(ANY_TEXT)
def test_every_character_that_is_not_white_space_lies_in_one_sentence(text: str) -> None:
    record = normalise(text)
    covered = [place for span in sentences(record) for place in range(span.start, span.end)]
    assert len(covered) == len(set(covered))
    left = set(range(len(record))) - set(covered)
    assert all(record[place].isspace() for place in left)


def test_splitting_sentences_needs_no_network_and_no_downloaded_files(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(nltk.data, "path", [])
    room._punkt.cache_clear()
    assert said("One thing. Another thing.") == ["One thing.", "Another thing."]


def test_phrases_split_at_stops_turns_and_longer_clauses() -> None:
    text = "Staff were kind but the wait was long, nobody told me why. Fine; really fine"
    assert [span.of(text) for span in phrases(text)] == [
        "Staff were kind",
        "but the wait was long",
        "nobody told me why.",
        "really fine",
    ]


def test_a_single_part_means_no_phrases() -> None:
    assert phrases("The wait was long.") == ()
    assert phrases("Good. The wait was long.") == ()


def test_only_the_first_thirty_phrases_count() -> None:
    assert len(phrases("It was good. " * 40)) == 30


@given(
    st.lists(
        st.sampled_from(["a b", "word", ". ", ", ", "\n", " but ", " although it", "; ", "c d e"]),
        max_size=20,
    )
)
def test_phrases_are_the_parts_that_a_plain_split_gives(parts: list[str]) -> None:
    text = "".join(parts)
    rule = r"(?<=[.!?;])\s+|\n+|\s+(?=but |however |although )|,\s+(?=\w+ \w+ \w+)"
    plain = [part.strip() for part in re.split(rule, text) if len(part.split()) >= 2]
    assert [span.of(text) for span in phrases(text)] == (plain[:30] if len(plain) > 1 else [])


@pytest.mark.parametrize(
    "text", ["N/A", "none.", " Nil ", "\u201cNo\u201d", "don\u2019t know", "No  comment!", "...", "10", ""]
)
def test_an_answer_that_says_there_is_none_has_no_content(text: str) -> None:
    assert no_content(text)


@pytest.mark.parametrize("text", ["No wait at all", "nothing was explained", "Dim byd", "ok"])
def test_few_words_are_content_all_the_same(text: str) -> None:
    assert not no_content(text)
