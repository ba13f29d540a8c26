"""T42: a whole visit in Welsh, and changing the language on every kind of page without losing a word."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from bs4 import NavigableString, Tag
from flask import Flask

import surveys
from consult import combined
from consult.records import kept_versions, opened, ready
from consult.settings import Settings
from consult.web import catalogue
from tests.builders import TODAY, Team, make_team, release
from tests.consult.conftest import Start
from tests.consult.moving import Clock
from tests.visitor import Visitor

WORDS = "Roedd y grisiau'n dawel."
WELSH = dict(catalogue.pairs(catalogue.read("cy")))
SURVEY = surveys.shipped_source("practitioners")
"""In both languages; a team of a test has its Welsh read by a person."""
SAME_IN_BOTH = {"English", "Cymraeg", "(example)", "999", "Shift"}

Read = Callable[..., Flask]


def cy(english: str) -> str:
    """The Welsh of a sentence of the pages."""
    return WELSH[english]


@pytest.fixture
def read(app: Flask, settings: Settings, start: Start) -> Read:
    """Makes an installation that vouches for the Welsh of its pages."""

    def make(**changes: object) -> Flask:
        mark = catalogue.mark(catalogue.read("cy"))
        vouched = replace(settings, welsh_reviewed=f"{mark} Ann Example, 1 December 2026", **changes)  # type: ignore[arg-type]
        made = start(combined.create_app, vouched)
        made.test_client_class = app.test_client_class
        return made

    return make


@pytest.fixture
def demonstration(app: Flask) -> Team:
    """The survivors' survey with its draft Welsh, and nothing that is real."""
    team = make_team(app, source=surveys.shipped_source("survivors"), demonstration=True)
    team.session.rollback()
    return team


def texts(visitor: Visitor) -> list[tuple[str, str]]:
    """Every text of the page with the language it is marked with."""
    found = []
    for text in visitor.page.find_all(string=True):
        words = " ".join(text.split())
        parents = [parent for parent in text.parents if isinstance(parent, Tag)]
        if not words or type(text) is not NavigableString or parents[0].name in {"script", "style"}:
            continue
        lang = next((str(parent["lang"]) for parent in parents if parent.get("lang")), "")
        found.append((words, lang))
    return found


def look(visitor: Visitor) -> None:
    """A page in Welsh: said to be so, and no sentence of the catalogue or of the survey left in English."""
    assert visitor.page.html is not None
    assert visitor.page.html["lang"] == "cy", visitor.path
    english = {each for each, welsh in WELSH.items() if each != welsh and "%(" not in each} - SAME_IN_BOTH
    assert len(texts(visitor)) > 10
    for words, lang in texts(visitor):
        assert lang in {"en", "cy"}, words
        if lang == "cy":
            assert words not in english, (visitor.path, words)
    current = visitor.page.select("[aria-current=true]")
    assert [each["lang"] for each in current] in ([], ["cy"])


def switches(visitor: Visitor) -> list[Tag]:
    """What the page offers to change its language with; easy read is another choice beside them."""
    found = [each for each in visitor.page.select(".app-languages [lang]") if each.name in {"a", "button"}]
    return [each for each in found if each.get_text(strip=True) != "Easy read"]


def to(visitor: Visitor, language: str, fields: dict[str, str | list[str]] | None = None) -> None:
    """Change the language the way the page offers it, having typed `fields`."""
    (way,) = switches(visitor)
    assert way["lang"] == language
    if way.name == "a":
        assert way["hreflang"] == language
        visitor.visit(f"{visitor.path}{way['href']}")
    else:
        visitor.press(" ".join(way.get_text().split()), fields)


def begin(visitor: Visitor, slug: str, language: str = "cy") -> None:
    """To the page on leaving and safety, in a language."""
    visitor.visit(f"/about/{slug}?language={language}")
    visitor.press(cy("Start") if language == "cy" else "Start")


def shape(visitor: Visitor) -> list[tuple[str, str]]:
    """The fields and buttons of a page: the same in each language, but for the button to change it."""
    return [
        (str(each.get("name")), str(each.get("value", "")))
        for each in visitor.page.select("main button, main input, main textarea")
        if each.get("name") not in {"csrf_token", "start_token", "language"}
    ]


def test_a_whole_visit_in_welsh_has_no_english_sentence_on_any_page(
    demonstration: Team, visitor: Visitor
) -> None:
    """T42: from the landing page to the answers that were taken back again."""
    slug = demonstration.survey.slug
    for path in ("/", "/safety", "/support", "/privacy", f"/back/{slug}", f"/about/{slug}/questions"):
        visitor.visit(f"{path}?language=cy")
        look(visitor)
    begin(visitor, slug)
    look(visitor)
    visitor.press(cy("Get a code"))
    look(visitor)
    code = visitor.code()
    shown = code.split()
    asked = [str(label.get_text()).split()[-1] for label in visitor.page.select("label[for^=word-]")]
    visitor.press(cy("I have my code: go on"), {"word": [shown[int(number) - 1] for number in asked]})
    look(visitor)
    visitor.press(cy("Continue"), {"depth": "full"})
    pages = 0
    while visitor.heading != cy("Check your answers"):
        look(visitor)
        pages += 1
        ways = visitor.page.select(".app-ways__button")
        typed = {str(box["name"]): WORDS for box in visitor.page.select("main textarea.govuk-textarea")}
        visitor.press(" ".join(ways[0].get_text().split()), {**typed})
    assert pages > 15
    look(visitor)
    assert WORDS in visitor.words
    visitor.press(cy("Yes, use my answers: send them"))
    look(visitor)
    visitor.press(cy("Close this page"))
    look(visitor)
    visitor.visit(f"/back/{slug}?language=cy")
    visitor.press(cy("Continue"), {"code": code})
    look(visitor)
    assert visitor.heading == cy("What you sent")
    visitor.press(cy("Take back one answer"))
    look(visitor)
    visitor.press(cy("Back"))
    visitor.press(cy("Take my answers back"))
    look(visitor)
    assert visitor.heading == cy("Your answers are taken back")


def test_each_page_of_a_draft_says_that_nobody_has_read_it(demonstration: Team, visitor: Visitor) -> None:
    """T42: Welsh is shown in a demonstration, with a calm line on each page."""
    line = cy("Draft Welsh: not yet reviewed by a person.")
    slug = demonstration.survey.slug
    for path in ("/", "/safety", "/support", "/privacy", f"/about/{slug}", f"/back/{slug}"):
        visitor.visit(f"{path}?language=cy")
        assert line in visitor.words, path
        visitor.visit(path)
        assert "Draft Welsh" not in visitor.words, path
    begin(visitor, slug)
    assert line in visitor.words
    visitor.visit("/nothing/here")
    assert visitor.status == 404
    look(visitor)
    assert line in visitor.words


def test_unreviewed_welsh_is_not_on_a_real_page_whatever_the_address_says(
    app: Flask, visitor: Visitor
) -> None:
    """T42: not in a link, not by a form, not by the button of a page."""
    team = make_team(app, source=SURVEY)  # the survey was read, the words of the pages were not
    slug = team.survey.slug
    team.session.rollback()
    for path in ("/", "/safety", f"/about/{slug}", f"/back/{slug}"):
        visitor.visit(f"{path}?language=cy")
        assert visitor.page.html is not None
        assert visitor.page.html["lang"] == "en", path
        assert "Cymraeg" not in visitor.words, path
    visitor.visit(f"/about/{slug}")
    token = str(visitor.page.find(attrs={"name": "start_token"})["value"])  # type: ignore[index]
    visitor.post(f"/s/{slug}", [("start_token", token), ("language", "cy")])
    assert visitor.heading == "Before you start"
    csrf = str(visitor.page.find(attrs={"name": "csrf_token"})["value"])  # type: ignore[index]
    visitor.post(f"/s/{slug}", [("csrf_token", csrf), ("switch", "cy")])
    assert visitor.heading == "Before you start"


def test_reviewed_pages_do_not_lead_into_a_survey_whose_welsh_nobody_read(app: Flask, read: Read) -> None:
    """T42: no half Welsh page; each page offers what people have read of it."""
    team = make_team(app)  # in English alone
    slug = team.survey.slug
    team.session.rollback()
    visitor = Visitor(read().test_client())
    visitor.visit("/safety?language=cy")
    look(visitor)
    assert "drafft" not in visitor.words.lower()
    visitor.visit("/?language=cy")
    (link,) = [each for each in visitor.page.select("main a") if "/about/" in str(each["href"])]
    assert (link["lang"], link.get_text()) == ("en", "A small survey")
    visitor.visit(str(link["href"]))
    assert visitor.page.html is not None
    assert visitor.page.html["lang"] == "en"
    assert switches(visitor) == []
    visitor.press("Start")
    assert visitor.heading == "Before you start"
    assert slug in visitor.path


def test_where_people_have_read_both_welsh_is_offered_without_a_word_of_draft(app: Flask, read: Read) -> None:
    """T42: and the language stands inside the seal of the answers, never beside it."""
    team = make_team(app, source=SURVEY)
    slug = team.survey.slug
    team.session.rollback()
    visitor = Visitor(read().test_client())
    visitor.visit(f"/about/{slug}")
    to(visitor, "cy")
    assert "drafft" not in " ".join(words for words, _ in texts(visitor) if "ddrafft" not in words).lower()
    assert visitor.heading == "Eich barn am ddeuddeg safon ddrafft"
    visitor.press(cy("Start"))
    visitor.press(cy("I do not want a code"))
    visitor.press(cy("Continue"), {"depth": "full"})
    visitor.press(cy("Continue"), {"group": "research"})
    while visitor.heading != cy("Check your answers"):
        look(visitor)
        visitor.press(cy("Continue"))
    visitor.press(cy("Yes, use my answers: send them"))
    assert visitor.heading == cy("Your answers are sent")
    team.consultation.release_min = 1
    team.session.commit()
    release(team)
    found = opened.released(team.session, team.vault, team.consultation, team.unlocked().keys)
    assert [each.language for each in found] == ["cy"]


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


def test_a_reason_that_a_page_says_no_for_is_in_welsh(demonstration: Team, visitor: Visitor) -> None:
    """T42: a survey that closed meanwhile."""
    slug = demonstration.survey.slug
    begin(visitor, slug)
    demonstration.survey.state = "closed"
    demonstration.session.commit()
    visitor.press(cy("I do not want a code"))
    assert visitor.status == 410
    look(visitor)
    assert cy("this survey is closed").removeprefix("mae") in visitor.words


def test_dates_and_numbers_are_written_in_the_language_of_their_sentence(
    demonstration: Team, visitor: Visitor
) -> None:
    """T42: dates through Babel, in the consent and beside each service."""
    demonstration.consultation.freeze_date = date(2027, 3, 1)
    demonstration.session.commit()
    begin(visitor, demonstration.survey.slug)
    assert "Ar ôl 1 Mawrth 2027 ni allwn" in visitor.words
    assert "Gwiriwyd ar" in visitor.words
    to(visitor, "en")
    assert "After 1 March 2027 we cannot" in visitor.words


def test_what_a_service_says_of_itself_is_marked_as_english(demonstration: Team, visitor: Visitor) -> None:
    """T42: `lang` tells a screen reader how to read a name and a description that has no Welsh."""
    visitor.visit("/support?language=cy")
    marked = {words for words, lang in texts(visitor) if lang == "en"}
    names = {str(each.get_text(strip=True)) for each in visitor.page.select(".app-support__service strong")}
    assert names
    assert names <= marked


def test_a_survey_does_not_open_in_welsh_that_nobody_has_read(app: Flask) -> None:
    """T42: D9 at the one place where every survey opens; a demonstration asks nobody."""
    team = make_team(app)
    draft = kept_versions.load(team.session, team.consultation, SURVEY, name="draft.toml", today=TODAY)
    with pytest.raises(ready.UnreviewedWordsError, match="'cy'"):
        ready.open_survey(team.session, team.vault, draft)
    assert draft.state == "preparing"
