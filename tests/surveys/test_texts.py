"""A text in several languages and variants."""

from __future__ import annotations

from surveys import NO_TEXT, Text, text

BOTH = Text.of({("en", ""): "Hello", ("cy", ""): "Helô", ("en", "easy"): "Hi"})


def test_a_text_is_read_in_the_language_asked_for() -> None:
    assert (BOTH.read("cy").words, BOTH.read("cy").language) == ("Helô", "cy")


def test_a_missing_language_falls_back_to_the_base_and_says_so() -> None:
    found = text("Only English").read("cy", base="en")
    assert (found.words, found.language) == ("Only English", "en")


def test_the_language_counts_more_than_the_variant() -> None:
    found = BOTH.read("cy", variant="easy")
    assert (found.words, found.language, found.variant) == ("Helô", "cy", "")


def test_easy_read_is_a_variant_of_the_same_text() -> None:
    assert BOTH.read("en", variant="easy").words == "Hi"
    assert BOTH.languages == ("cy", "en")


def test_an_empty_text_is_false_and_reads_as_nothing() -> None:
    assert not NO_TEXT
    assert (NO_TEXT.read("cy").words, NO_TEXT.read("cy").language) == ("", "en")
    assert not Text.of({("en", ""): ""})


def test_only_known_names_in_curly_brackets_are_filled_in() -> None:
    found = text("Until {freeze_date}, {freeze_date.__class__} and {other}").read("en")
    filled = found.filled({"freeze_date": "1 May"})
    assert filled == "Until 1 May, {freeze_date.__class__} and {other}"
