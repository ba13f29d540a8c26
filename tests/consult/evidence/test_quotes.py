"""A quote needs its author's consent, two different people, and words that are the author's."""

from __future__ import annotations

import pytest
from flask import Flask

from consult.evidence import service
from consult.records import quotes, voices
from consult.records.quotes import drawn_from
from tests.consult.evidence.scene import Scene, make_scene


@pytest.fixture
def scene(app: Flask) -> Scene:
    made = make_scene(app)
    made.link("1.1")
    return made


def proposed(scene: Scene, words: str = "They believed me [...]") -> quotes.Quote:
    (excerpt, *_) = scene.page().themes[0].excerpts
    service.propose_quote(scene.unlocked(), excerpt.coding, words)
    scene.team.session.commit()
    (quote,) = voices.hear(scene.unlocked()).quotes
    return quote


def test_one_person_alone_cannot_pass_a_quote(scene: Scene) -> None:
    scene.coded(["quote"] * 6)
    quote = proposed(scene)
    with pytest.raises(service.SamePersonError):
        service.pass_quote(scene.unlocked(), quote.id.hex())
    assert not quote.passed


def test_a_second_person_passes_it(scene: Scene) -> None:
    scene.coded(["quote"] * 6)
    quote = proposed(scene)
    kim = scene.colleague()
    service.pass_quote(scene.unlocked(kim), quote.id.hex())
    scene.team.session.commit()
    (passed,) = voices.hear(scene.unlocked()).quotes
    assert (passed.passed, passed.passed_by) == (True, kim.id)
    shown = [each for each in scene.page().themes[0].excerpts if each.passed]
    assert [(each.quote_words, each.own) for each in shown] == [("They believed me [...]", True)]


def test_the_second_person_is_shown_what_could_tell_who_it_was(scene: Scene) -> None:
    scene.code(_released(scene), end=57)
    (excerpt, *_) = scene.page(whole_theme=scene.theme.id.hex()).themes[0].excerpts
    assert excerpt.look_at == ("Swansea",)
    proposed(scene, "I waited in Swansea for a year.")
    (waiting,) = [each for each in scene.page().themes[0].excerpts if each.quote_id]
    assert waiting.look_at == ("Swansea",)


def _released(scene: Scene) -> list[bytes]:
    ids = scene.answer(["quote"] * 6)
    scene.release()
    return ids


@pytest.mark.parametrize("consent", ["paraphrase", "count_only", ""])
def test_no_quote_without_its_authors_consent(scene: Scene, consent: str) -> None:
    scene.coded([consent] * 6)
    coding_id = next(iter(voices.hear(scene.unlocked()).codings))
    with pytest.raises(service.NoConsentError):
        service.propose_quote(scene.unlocked(), coding_id.hex(), "They believed me")


def test_a_new_text_needs_two_people_again(scene: Scene) -> None:
    scene.coded(["quote"] * 6)
    quote = proposed(scene)
    service.pass_quote(scene.unlocked(scene.colleague()), quote.id.hex())
    scene.team.session.commit()
    service.propose_quote(scene.unlocked(), quote.coding_id.hex(), "They believed me at once.")
    scene.team.session.commit()
    (again,) = voices.hear(scene.unlocked()).quotes
    assert (again.words, again.passed) == ("They believed me at once.", False)


def test_a_quote_can_be_taken_back(scene: Scene) -> None:
    scene.coded(["quote"] * 6)
    service.take_quote_back(scene.unlocked(), proposed(scene).id.hex())
    scene.team.session.commit()
    assert voices.hear(scene.unlocked()).quotes == ()


def test_an_unknown_quote_or_excerpt_is_missing(scene: Scene) -> None:
    with pytest.raises(quotes.UnknownQuoteError):
        service.pass_quote(scene.unlocked(), "no hex")
    with pytest.raises(service.UnknownExcerptError):
        service.propose_quote(scene.unlocked(), "00", "words")


@pytest.mark.parametrize(
    "words", ["I waited [...] for a year", "i waited in swansea", "... waited in [a town] for a year."]
)
def test_parts_may_be_left_out(words: str) -> None:
    assert drawn_from(words, "I waited in Swansea, for a year.")


@pytest.mark.parametrize(
    "words", ["I waited two years", "for a year I waited", "aited in", "", "[...]", "I waited. Never again"]
)
def test_nothing_may_be_put_into_a_persons_mouth(words: str) -> None:
    assert not drawn_from(words, "I waited in Swansea, for a year.")
