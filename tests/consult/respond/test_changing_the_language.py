"""T42: changing the language shows the same page of every kind, and no word that was typed is lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.builders import Team
from tests.consult.moving import Clock
from tests.consult.respond.welsh_walking import WORDS, begin, cy, look, switches, to
from tests.visitor import Visitor


def shape(visitor: Visitor) -> list[tuple[str, str]]:
    """The fields and buttons of a page: the same in each language, but for the button to change it."""
    return [
        (str(each.get("name")), str(each.get("value", "")))
        for each in visitor.page.select("main button, main input, main textarea")
        if each.get("name") not in {"csrf_token", "start_token", "language"}
    ]


def asked(visitor: Visitor) -> None:
    """To the first page of questions."""
    visitor.press("I do not want a code")
    visitor.press("Continue", {"depth": "full"})


def through(visitor: Visitor) -> None:
    """To the check page, with nothing answered."""
    asked(visitor)
    while visitor.heading != "Check your answers":
        visitor.press(" ".join(visitor.page.select(".app-ways__button")[0].get_text().split()))


def two_buttons(visitor: Visitor) -> None:
    """To the page that has no Continue."""
    asked(visitor)
    visitor.press("Continue")


def sent(visitor: Visitor) -> None:
    """To the page after sending."""
    through(visitor)
    visitor.press("Yes, use my answers: send them")


def wrong_word(visitor: Visitor) -> None:
    """To the page that shows the code once more."""
    visitor.press("Get a code")
    visitor.press("I have my code: go on", {"word": ["no", "way"]})


KINDS: dict[str, Callable[[Visitor], None]] = {
    "before the questions": lambda _: None,
    "the code": lambda visitor: visitor.press("Get a code"),
    "a wrong word of the code": wrong_word,
    "how much to share": lambda visitor: visitor.press("I do not want a code"),
    "questions": asked,
    "two buttons": two_buttons,
    "check": through,
    "sent": sent,
}


@pytest.mark.parametrize("kind", KINDS)
def test_changing_the_language_shows_the_same_page_of_every_kind(
    demonstration: Team, visitor: Visitor, kind: str
) -> None:
    """T42: there and back by its button, at the one address."""
    begin(visitor, demonstration.survey.slug, "en")
    KINDS[kind](visitor)
    before, heading = shape(visitor), visitor.heading
    for language in ("cy", "en"):
        to(visitor, language)
        assert visitor.page.html is not None
        assert visitor.page.html["lang"] == language
        assert shape(visitor) == before
        assert visitor.path == f"/s/{demonstration.survey.slug}"
        assert visitor.response is not None
        assert not visitor.response.request.query_string
        if language == "cy":
            look(visitor)
    assert visitor.heading == heading


@pytest.mark.parametrize(
    "path", ["/", "/safety", "/support", "/privacy", "/about/{}", "/back/{}", "/nothing"]
)
def test_pages_without_an_answer_change_by_a_link(demonstration: Team, visitor: Visitor, path: str) -> None:
    """T42: before Start nothing is kept, so the language is in the link, and in those that lead on."""
    here = path.format(demonstration.survey.slug)
    visitor.visit(here)
    if path == "/nothing":  # a fault is about no survey: only what people have read stands there
        assert switches(visitor) == []
        return
    to(visitor, "cy")
    look(visitor)
    assert visitor.path == here
    assert not visitor.client.get_cookie("s")
    ways = [str(each["href"]) for each in visitor.page.select("a[href^='/']")]
    inside = [
        way for way in ways if not way.startswith("/leave") and f"/s/{demonstration.survey.slug}" not in way
    ]
    assert inside
    assert [way for way in inside if "language=cy" not in way] == []
    to(visitor, "en")
    assert "Cymraeg" in visitor.words


def test_typed_words_stay_when_the_language_changes(demonstration: Team, visitor: Visitor) -> None:
    """T42: with and without a code, in a box for own words and among options."""
    for code in (False, True):
        begin(visitor, demonstration.survey.slug, "en")
        if code:
            visitor.take_code()
        else:
            visitor.press("I do not want a code")
        visitor.press("Continue", {"depth": "full"})
        while not visitor.page.find(attrs={"name": "helped_words"}):
            visitor.press(" ".join(visitor.page.select(".app-ways__button")[0].get_text().split()))
        to(visitor, "cy", {"helped": ["told"], "helped_words": WORDS})
        assert WORDS in visitor.page.find(attrs={"name": "helped_words"}).get_text()  # type: ignore[union-attr]
        assert [str(each["value"]) for each in visitor.page.select("input[checked]")] == ["told"]
        look(visitor)
        visitor.client.delete_cookie("s")


def test_a_problem_is_told_in_the_other_language_and_nothing_typed_is_lost(
    demonstration: Team, visitor: Visitor
) -> None:
    """T30, T42: the error state keeps its page, its status and its text."""
    begin(visitor, demonstration.survey.slug, "en")
    asked(visitor)
    while not visitor.page.find(attrs={"name": "helped_words"}):
        visitor.press(" ".join(visitor.page.select(".app-ways__button")[0].get_text().split()))
    long = "gair " * 1500
    visitor.press("Continue", {"helped_words": long})
    assert visitor.status == 422
    to(visitor, "cy")
    assert visitor.status == 422
    assert visitor.page.title is not None
    assert visitor.page.title.get_text(strip=True) == "Gwall: Ymgynghoriad safonau"
    assert visitor.page.find(attrs={"name": "helped_words"}).get_text().strip() == long.strip()  # type: ignore[union-attr]
    assert "yn hirach nag y gallwn ei gadw" in visitor.words
    look(visitor)
    visitor.press(cy("Continue"), {"helped_words": WORDS})
    look(visitor)


def test_words_and_choices_that_nothing_keeps_yet_stay_too(demonstration: Team, visitor: Visitor) -> None:
    """T42: two words of the code half typed, and a depth chosen but not sent."""
    begin(visitor, demonstration.survey.slug, "en")
    visitor.press("Get a code")
    to(visitor, "cy", {"word": ["acorn", ""]})
    assert [str(each["value"]) for each in visitor.page.select("input[name=word]") if each.get("value")] == [
        "acorn"
    ]
    visitor.press(cy("I do not want a code"))
    to(visitor, "en", {"depth": "short"})
    assert [str(each["value"]) for each in visitor.page.select("input[checked]")] == ["short"]


def test_a_code_that_is_none_is_told_in_welsh(demonstration: Team, visitor: Visitor) -> None:
    """T21, T42: the page after a wrong code, which belongs to no visit yet."""
    visitor.visit(f"/back/{demonstration.survey.slug}")
    visitor.press("Continue", {"code": "no such words"})
    assert visitor.status == 422
    to(visitor, "cy")
    assert (visitor.status, visitor.path) == (422, f"/s/{demonstration.survey.slug}")
    look(visitor)
    assert cy("No answers open with this code") in visitor.words


def test_a_locked_page_changes_its_language_and_stays_locked(
    demonstration: Team, visitor: Visitor, moved: Clock
) -> None:
    """T17, T42."""
    begin(visitor, demonstration.survey.slug, "en")
    visitor.take_code()
    moved.moment += 2 * 3600
    visitor.visit(f"/s/{demonstration.survey.slug}")
    assert visitor.heading == "Please type your code"
    to(visitor, "cy")
    assert visitor.heading == cy("Please type your code")
    look(visitor)
