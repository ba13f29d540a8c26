"""Every page of the survivors' survey and of the site, read as somebody in a bad hour would: what stands on
each, what stands on none, and what comes first."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask

import surveys
from tests.builders import Team, make_team
from tests.visitor import Visitor

SITE = ("/", "/safety", "/privacy", "/support")
CHECK = "Check your answers"
TOPIC = re.compile(r"abus|rape|assault|sexual|violen|surviv|victim|trauma|harm|crime|men\b", re.IGNORECASE)
HURRY = re.compile(
    r"\d ?%|nearly there|almost done|hurry|time left|minutes left|streak|well done", re.IGNORECASE
)
PRESS = re.compile(r"are you sure|why (?:did|do) you|must answer|required|mandatory", re.IGNORECASE)
PRAISE = re.compile(r"\bbrave|courage|\bhero|\bstrong\b|proud of you", re.IGNORECASE)


@pytest.fixture
def team(app: Flask) -> Team:
    return make_team(app, source=surveys.shipped_source("survivors"), name="survivors", person="sam")


@pytest.fixture
def way(team: Team, visitor: Visitor) -> list[BeautifulSoup]:
    """The pages of somebody who sends each page empty, from the first page to the end."""
    return list(walk(visitor, team.survey.slug))


def seen(visitor: Visitor, *paths: str) -> Iterator[BeautifulSoup]:
    for path in paths:
        visitor.visit(path)
        yield visitor.page


def walk(visitor: Visitor, slug: str) -> Iterator[BeautifulSoup]:
    visitor.visit(f"/about/{slug}")
    yield visitor.page
    visitor.press("Start")
    yield visitor.page
    visitor.press("I do not want a code")
    yield visitor.page
    visitor.press("Continue", {"depth": "full"})
    yield visitor.page
    while visitor.heading != CHECK:
        assert visitor.status == 200
        buttons = visitor.shown.buttons
        visitor.press("I am 18 or over" if "I am 18 or over" in buttons else "Continue")
        yield visitor.page
    visitor.press("Yes, use my answers: send them")
    yield visitor.page
    assert visitor.heading == "Your answers are sent"


def words(page: BeautifulSoup) -> str:
    return " ".join(page.get_text(" ").split())


def own_words(page: BeautifulSoup) -> str:
    """What a page says itself, without the support box that is the same everywhere."""
    main = page.find("main")
    assert isinstance(main, Tag)
    return " ".join(main.get_text(" ").split())


def sections(page: BeautifulSoup) -> list[str]:
    return [found.get_text(" ", strip=True) for found in page.select("h2")]


def test_each_box_for_own_words_says_that_nothing_need_be_described_and_that_nobody_can_reply(
    way: list[BeautifulSoup],
) -> None:
    """T05, T34: with every open question; the second line also on the first page and at the end."""
    boxes = [page for page in way if page.select("main textarea:not(.app-detail__box)")]
    assert len(boxes) >= 8
    cannot = "We cannot see who you are, so we cannot reply or send help. If you are in danger now, call 999."
    for page in boxes:
        assert "You do not need to describe what happened to you" in own_words(page)
        assert "Please leave out names and places." in own_words(page)
        assert cannot in own_words(page)
    for page in (way[0], way[-1]):
        assert cannot in words(page)


def test_the_way_out_is_the_second_link_of_every_page_whatever_its_status(
    team: Team, way: list[BeautifulSoup], visitor: Visitor
) -> None:
    """T06: pages of the site and of a survey, of faults and of a closed survey."""
    pages = [*way, *seen(visitor, *SITE)]
    slug = team.survey.slug
    for answer in (
        visitor.client.get("/none"),
        visitor.client.delete("/"),
        visitor.client.post(f"/s/{slug}", data={"words": "x" * 300_000}),
        visitor.client.post(f"/s/{slug}", data={"words": "x"}),
        visitor.client.get("/", base_url="http://elsewhere.example"),
    ):
        assert answer.status_code >= 400
        pages.append(BeautifulSoup(answer.text, "html.parser"))
    team.survey.state = "closed"
    team.session.commit()
    pages += seen(visitor, f"/about/{slug}", f"/s/{slug}", f"/back/{slug}")
    for page in pages:
        first, second = (str(link.get("href")) for link in page.select("a[href]")[:2])
        assert first.startswith("#")
        assert second == "/leave"


@pytest.mark.parametrize("choice", ["Get a code", "I do not want a code"])
def test_what_leaving_does_and_what_becomes_of_answers_comes_before_any_question(
    team: Team, visitor: Visitor, choice: str
) -> None:
    """T11, T18, T21, T35: the page after Start, on either way on from it."""
    visitor.visit(f"/about/{team.survey.slug}")
    visitor.press("Start")
    assert visitor.heading == "Before you start"
    for said in (
        "“Leave this site” is on every page",
        "Pressing Shift three times does the same",
        "It does not clear your history",
        "If you think it may be tracked, what you do here may be seen",
        "Your answers are locked",
        "A lost code cannot be found again, by anyone",
        "If you write a name, we take it out",
        "If you write that someone is at risk, we cannot find them",
    ):
        assert said in visitor.words
    assert not visitor.page.select("main input[type=radio], main textarea")
    offered = [button.get_text(strip=True) for button in visitor.page.select("main .app-choice button")]
    assert offered == ["Get a code", "I do not want a code"]
    classes = {str(button.get("class")) for button in visitor.page.select("main .app-choice button")}
    assert len(classes) == 1
    visitor.press(choice)
    assert visitor.heading in {"Your code", "How much do you want to share today?"}


def test_the_page_on_staying_safe_names_each_danger_and_ends_with_help(visitor: Visitor) -> None:
    """T12: and clearing all of a history is warned of."""
    visitor.visit("/safety")
    page = visitor.page
    wanted = [
        "Leaving quickly",
        "Another device",
        "A private window",
        "Your history",
        "Spyware",
        "Networks",
        "Help",
    ]
    assert [each for each in sections(page) if each in wanted] == wanted
    for said in ("single entries", "can look odd", "workplace, school, wing or barracks"):
        assert said in visitor.words
    assert page.select_one('main a[href="/support"]')


def test_titles_addresses_and_previews_say_nothing_of_the_topic(
    team: Team, way: list[BeautifulSoup], visitor: Visitor
) -> None:
    """T13: what stands in a history list, a tab or a shared link."""
    pages = [*way, *seen(visitor, *SITE)]
    for page in pages:
        assert isinstance(page.title, Tag)
        assert not TOPIC.search(page.title.get_text())
        assert page.select("meta[property^=og], meta[name^=twitter], meta[name=description]") == []
        for link in page.select("a[href^='/'], link[href], script[src]"):
            assert not TOPIC.search(str(link.get("href") or link.get("src")))
    assert not TOPIC.search(team.survey.slug)


def test_no_page_hurries_presses_or_counts_down(way: list[BeautifulSoup]) -> None:
    """T03, T16: parts have a name and a number, and that is all."""
    parts = set()
    for page in way:
        assert page.select("progress, meter, [role=progressbar]") == []
        assert not HURRY.search(own_words(page))
        assert not PRESS.search(own_words(page))
        parts |= set(re.findall(r"Part \d of \d:? [A-Z][a-z ]+", own_words(page)))
    assert len(parts) >= 4


def test_every_choice_stands_in_a_named_group_and_is_called_by_its_option(way: list[BeautifulSoup]) -> None:
    """T29: real radios and boxes; a scale has words at both ends and for its thirds."""
    seen = 0
    for page in way:
        for field in page.select("main input[type=radio], main input[type=checkbox]"):
            group = field.find_parent("fieldset")
            assert isinstance(group, Tag)
            legend = group.find("legend")
            assert isinstance(legend, Tag)
            assert legend.get_text(strip=True)
            label = page.find("label", attrs={"for": field["id"]})
            assert isinstance(label, Tag)
            assert label.get_text(strip=True)
            seen += 1
    assert seen > 100
    (scales,) = [page for page in way if "How much does each of these matter" in own_words(page)]
    for said in ("Does not matter much", "Matters a bit", "Matters a lot"):
        assert said in own_words(scales)


def test_the_last_page_thanks_settles_and_says_what_comes_next(way: list[BeautifulSoup]) -> None:
    """T37: and calls nobody brave."""
    last = own_words(way[-1])
    for said in (
        "Thank you.",
        "Feel your feet on the floor",
        "these people will listen",
        "we will show what we heard",
    ):
        assert said in last
    assert "Call 999" in words(way[-1])
    assert not PRAISE.search(last)


def test_no_page_shows_a_picture_that_nobody_looked_at(way: list[BeautifulSoup], visitor: Visitor) -> None:
    """T39: there is none on the ordinary pages."""
    for page in [*way, *seen(visitor, *SITE)]:
        assert page.select("img, picture, video, svg") == []


def test_questions_about_the_person_come_last_say_why_and_can_all_be_declined() -> None:
    """T22, T40: age in bands and a region at most, and no box that asks who somebody is."""
    survey = surveys.load("survivors")
    counted = [part for part in survey.sections if part.counted]
    about = counted[-1]
    assert about.id == "about"
    assert "who we have not heard from" in about.note.read("en").words
    asked = [question for question in about.questions if question.id.startswith("about_")]
    assert len(asked) == 6
    for question in asked:
        assert surveys.options_of(question)[-1].id == "prefer_not"
    kinds = {type(question) for question in survey.questions}
    assert surveys.Number not in kinds
    assert [each for each in survey.questions if each.id.startswith("about_")] == asked


def test_the_first_question_makes_room_for_every_man() -> None:
    """T38: no guess at who did what, at whom he loves, or that he looked for help."""
    said = " ".join(text.read("en").words for _, text in surveys.every_text(surveys.load("survivors")))
    assert "unwanted sexual experience" in said
    assert "not sure if mine counts (you are welcome here)" in said
    assert "Gay or lesbian" in said
    assert not re.search(
        r"\b(?:admit|confess|victim|perpetrator|your abuser|wife|girlfriend)\b", said, re.IGNORECASE
    )


def test_how_much_to_share_is_asked_before_any_question_and_changed_both_ways(
    team: Team, visitor: Visitor
) -> None:
    """T15: what was answered is kept, also what a shorter way does not ask."""
    visitor.visit(f"/about/{team.survey.slug}")
    visitor.press("Start")
    visitor.press("I do not want a code")
    assert visitor.heading == "How much do you want to share today?"
    assert len(visitor.page.select("main input[name=depth]")) == 3
    visitor.press("Continue", {"depth": "full"})
    while not visitor.page.select("[name=first_contact]"):
        buttons = visitor.shown.buttons
        visitor.press("I am 18 or over" if "I am 18 or over" in buttons else "Continue")
    visitor.press("Change how much I share", {"first_contact": ["letter"]})
    visitor.press("Continue", {"depth": "short"})
    visitor.press("Change how much I share")
    visitor.press("Continue", {"depth": "full"})
    while visitor.heading != CHECK:
        visitor.press("Continue")
    assert "Letter" in own_words(visitor.page)
