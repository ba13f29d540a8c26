"""T43: the same survey in easy read, from its landing page to its end, and from one view to the other."""

from __future__ import annotations

from dataclasses import replace

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask

import surveys
from consult import intake
from consult.records import definitions, opened, ready
from consult.settings import Settings
from consult.web import easyread
from consult.web.padding import LEAST
from surveys.reading import reading_age, sentences, words_of
from tests.builders import TODAY, Team, definition, make_response, make_team, release
from tests.consult.conftest import Start
from tests.visitor import Visitor

SOURCE = surveys.shipped_source("survivors")
READ = SOURCE.replace('reviewed = ["en"]', 'reviewed = ["en", "cy", "en-easy"]')
WORDS = "They listened to me on the stairs."


@pytest.fixture
def vouched(settings: Settings) -> Settings:
    return replace(settings, easy_read_reviewed=f"{easyread.mark('en')} an easy-read group, 3 November 2026")


@pytest.fixture
def team(app: Flask) -> Team:
    return make_team(app, source=READ)


@pytest.fixture
def easy(team: Team, vouched: Settings, start: Start) -> Visitor:
    """Somebody before the landing page of the survey, in easy read."""
    team.session.rollback()
    made = start(intake.create_app, vouched)
    made.test_client_class = team.app.test_client_class
    visitor = Visitor(made.test_client())
    visitor.visit(f"/about/{team.survey.slug}")
    follow(visitor, "Easy read")
    return visitor


def follow(visitor: Visitor, name: str) -> None:
    (link,) = [each for each in visitor.page.select("a") if each.get_text(strip=True) == name][:1]
    href = str(link["href"])
    visitor.visit(f"{visitor.path}{href}" if href.startswith("?") else href)


def main_words(page: BeautifulSoup) -> str:
    """What easy read itself says on a page, line by line; not the names of services, codes and answers."""
    main = BeautifulSoup(str(page.find("main")), "html.parser")
    for other in main.select(".app-code, .app-own-words, textarea, [hidden]"):
        other.decompose()
    return "\n".join(main.get_text("\n", strip=True).splitlines())


def held_to_easy_read(visitor: Visitor) -> None:
    """Short sentences, easy words, larger text, decorative pictures, and pages of one size."""
    page = visitor.page
    assert "app-easy" in page.find("body")["class"]  # type: ignore[index]
    words = main_words(page)
    longest = max((sentence for sentence in sentences(words)), key=lambda each: len(words_of(each)))
    assert len(words_of(longest)) <= 12, longest
    assert reading_age(words) < 9, (reading_age(words), words)
    for picture in page.find_all("img"):
        assert picture["alt"] == ""
        assert str(picture["src"]).startswith("/static/easy/")
    assert len({str(picture["src"]) for picture in page.find_all("img")}) <= 1
    assert page.find("svg") is None


def begin(visitor: Visitor, depth: str = "full") -> None:
    visitor.press("Start")
    visitor.press("I do not want a code")
    visitor.press("Continue", {"depth": depth})


def on(visitor: Visitor, fields: dict[str, str | list[str]] | None = None) -> None:
    buttons = [button.get_text(strip=True) for button in visitor.page.find_all("button")]
    visitor.press("I am 18 or over" if "I am 18 or over" in buttons else "Continue", fields or {})


def go_to(visitor: Visitor, text: str) -> None:
    for _ in range(60):
        if visitor.heading == text:
            return
        on(visitor)
    raise AssertionError(text)


def checked(page: BeautifulSoup) -> dict[str, str]:
    return {str(each["name"]): str(each["value"]) for each in page.select("main input[checked]")}


def switch(visitor: Visitor, name: str, fields: dict[str, str | list[str]] | None = None) -> None:
    visitor.press(name, fields or {})


def test_the_whole_way_in_easy_read_from_the_landing_page_to_the_end(easy: Visitor, team: Team) -> None:
    """T43, T31: one question a page, each with its picture, in sentences and words that are easy to read."""
    held_to_easy_read(easy)
    assert "We want to make support for men better." in easy.words
    for name in ("How to stay safe on this site", "How we keep your answers", "People you can talk to"):
        here = easy.path
        follow(easy, name)
        assert easy.heading == name
        held_to_easy_read(easy)
        easy.visit(f"{here}?language=en-easy")
    easy.press("Start")
    held_to_easy_read(easy)
    assert easy.heading == "Before you start"
    easy.press("I do not want a code")
    held_to_easy_read(easy)
    easy.press("Continue", {"depth": "full"})
    view = definitions.current(team.session, team.survey, easy=True)
    asked = []
    for _ in range(60):
        if easy.heading == "Look at your answers":
            break
        held_to_easy_read(easy)
        (picture,) = easy.page.select("main img")
        fieldsets = easy.page.select("main fieldset") + easy.page.select("main .govuk-form-group > textarea")
        assert len(fieldsets) == 1, easy.heading
        assert easy.response is not None
        assert len(easy.response.data) == LEAST, easy.heading
        asked.append(easy.heading)
        assert "/static/easy/" in str(picture["src"])
        on(easy)
    assert asked == [
        question.text.read("en").words
        for page in surveys.pages(view, {}, surveys.Depth.FULL)
        for question in page.questions
    ]
    easy.press("Change: Do you want to say something else?")
    easy.press("Continue", {"else": WORDS})
    assert WORDS in easy.words
    easy.press("Yes, use my answers: send them")
    held_to_easy_read(easy)
    assert easy.heading == "We have your answers"
    easy.press("Close this page")
    held_to_easy_read(easy)


def test_the_view_is_inside_the_seal_and_nowhere_beside_it(easy: Visitor, team: Team) -> None:
    """T43, T25: which view somebody used is known to who may open the answer, and to nobody else."""
    begin(easy)
    go_to(easy, "Do you want to say something else?")
    easy.press("Continue", {"else": WORDS})
    go_to(easy, "Look at your answers")
    easy.press("Yes, use my answers: send them")
    for _ in range(5):
        make_response(team, {"else": "Other words."})
    release(team)
    unlocked = team.unlocked()
    found = list(opened.released(unlocked.session, unlocked.vault, unlocked.consultation, unlocked.keys))
    views = {each.answers.get("else"): (each.language, each.view) for each in found}
    assert views == {WORDS: ("en", "easy"), "Other words.": ("en", "")}
    columns = {column.name for column in type(team.survey).metadata.tables["response"].columns}
    assert not {"view", "language", "easy"} & columns


def test_a_scale_is_asked_by_three_faces_and_its_answer_says_so(easy: Visitor) -> None:
    """T43: faces or words for 1 to 9, nothing chosen beforehand, and read back as what they are."""
    begin(easy)
    go_to(easy, "I can tell that it is for me")
    assert "How much does this matter to you?" in easy.words
    radios = easy.page.select("main input[type=radio]")
    assert [str(each["value"]) for each in radios] == ["face_low", "face_middle", "face_high", "cannot_rate"]
    assert checked(easy.page) == {}
    labels = [easy.page.find("label", attrs={"for": each["id"]}).get_text(strip=True) for each in radios]  # type: ignore[union-attr]
    assert labels == ["Not much", "A bit", "A lot", "I cannot say"]
    on(easy, {"matters_ds1": "face_high"})
    go_to(easy, "Look at your answers")
    assert "A lot (one of three faces)" in easy.words


def test_switching_keeps_page_words_and_answers_both_ways(easy: Visitor) -> None:
    """T43: the two views are one survey; nothing that was typed or chosen is lost between them."""
    begin(easy)
    go_to(easy, "Do you want to say more about what helps?")
    switch(easy, "English", {"helped_words": WORDS})
    assert easy.heading == "Getting support"
    assert easy.page.find("textarea", attrs={"name": "helped_words"}).get_text().strip() == WORDS  # type: ignore[union-attr]
    assert {str(each["name"]) for each in easy.page.select("main input[type=checkbox]")} == {"helped"}
    switch(easy, "Easy read", {"helped": ["told", "evenings"]})
    assert easy.heading == "What made it easy to get help, or would have?"
    boxes = [str(each["value"]) for each in easy.page.select("main input[checked]")]
    assert boxes == ["told", "evenings"]
    on(easy)
    assert WORDS in easy.page.find("textarea", attrs={"name": "helped_words"}).get_text()  # type: ignore[union-attr]


def test_a_number_stays_the_number_in_easy_read_and_a_face_the_face_in_the_other_view(easy: Visitor) -> None:
    """T43: switching turns no 8 into a face and no face into an 8."""
    begin(easy)
    go_to(easy, "I can tell that it is for me")
    switch(easy, "English", {"matters_ds1": "face_middle"})
    assert checked(easy.page) == {"matters_ds1": "face_middle"}
    assert "My answer from easy read: Matters a bit" in easy.words
    switch(easy, "Easy read", {"matters_ds2": "8", "matters_ds3": "cannot_rate"})
    assert checked(easy.page) == {"matters_ds1": "face_middle"}
    on(easy)
    assert checked(easy.page) == {"matters_ds2": "8"}
    assert "My answer from before: 8" in easy.words
    on(easy)
    assert checked(easy.page) == {"matters_ds3": "cannot_rate"}
    go_to(easy, "Look at your answers")
    easy.press("English")
    assert easy.heading == "Check your answers"
    assert "Matters a bit (one of three faces)" in easy.words


def test_two_pages_of_one_person_in_two_views_empty_nothing(easy: Visitor) -> None:
    """What is sent is read in the view in which it was asked: ten lines are not emptied by a page of one."""
    begin(easy)
    go_to(easy, "I can tell that it is for me")
    switch(easy, "English")
    ordinary = BeautifulSoup(str(easy.page), "html.parser")
    on(easy, {"matters_ds1": "3", "matters_ds2": "8"})
    easy.press("Back")
    easy.page = ordinary
    switch(easy, "Easy read", {"matters_ds1": "3", "matters_ds2": "8"})
    stale = BeautifulSoup(str(easy.page), "html.parser")
    switch(easy, "English")
    easy.page = stale
    on(easy, {"matters_ds1": "face_low"})
    go_to(easy, "Check your answers")
    assert "Does not matter much (one of three faces)" in easy.words
    assert "8" in easy.words.split()


def test_what_must_be_mended_stays_in_sight_when_the_view_is_changed(easy: Visitor) -> None:
    """T30: nothing typed is lost: the page stays as it was, and says what to do."""
    begin(easy)
    go_to(easy, "Do you want to say more about what helps?")
    switch(easy, "English")
    switch(easy, "Easy read", {"helped_words": "much " * 1_001})
    assert easy.status == 422
    assert easy.heading == "Getting support"
    assert "Please shorten it" in easy.words
    assert "much much" in easy.page.find("textarea", attrs={"name": "helped_words"}).get_text()  # type: ignore[union-attr]


def test_easy_read_goes_along_with_a_code_and_with_every_button_of_the_way(easy: Visitor, team: Team) -> None:
    """T43, T18, T20: code pages, coming back, what was sent, taking one back, taking all back."""
    easy.press("Start")
    easy.press("Get a code")
    held_to_easy_read(easy)
    easy.press("I have my code: go on", {"word": ["wrong", "words"]})
    assert easy.status == 422
    held_to_easy_read(easy)
    code = easy.code()
    easy.press("I have my code: go on", easy.words_back())
    easy.press("Continue", {"depth": "short"})
    easy.press("Change how much I share")
    held_to_easy_read(easy)
    easy.press("Continue", {"depth": "full"})
    go_to(easy, "Do you want to say more about what helps?")
    easy.press("Save and come back", {"helped_words": WORDS})
    held_to_easy_read(easy)
    easy.press("I have my code: stop for now")
    held_to_easy_read(easy)
    easy.visit(f"/back/{team.survey.slug}?language=en-easy")
    easy.press("Continue", {"code": code})
    assert easy.heading == "Do you want to say more about what helps?"
    go_to(easy, "Look at your answers")
    easy.press("Yes, use my answers: send them")
    easy.press("Close this page")
    easy.visit(f"/back/{team.survey.slug}?language=en-easy")
    easy.press("Continue", {"code": code})
    assert easy.heading == "What you sent"
    held_to_easy_read(easy)
    easy.press("Take back one answer")
    held_to_easy_read(easy)
    easy.press("Back")
    easy.press("Take my answers back")
    held_to_easy_read(easy)
    assert easy.heading == "We have deleted your answers"


def test_a_draft_saved_in_one_view_opens_in_the_other(easy: Visitor, team: Team) -> None:
    easy.press("Start")
    code = easy.take_code()
    easy.press("Continue", {"depth": "full"})
    go_to(easy, "It is easy to get in touch")
    easy.press("Save and come back", {"matters_ds2": "face_low"})
    easy.press("I have my code: stop for now")
    easy.visit(f"/back/{team.survey.slug}")
    easy.press("Continue", {"code": code})
    assert easy.heading == "What good looks like"
    assert checked(easy.page) == {"matters_ds2": "face_low"}


def test_who_leaves_at_the_start_is_told_so_in_easy_words(easy: Visitor) -> None:
    """T36: the page for young people, too."""
    begin(easy)
    easy.press("Continue", {"closest": "someone_else"})
    assert easy.heading == "Help for friends and family"
    held_to_easy_read(easy)


def test_deleting_all_is_said_in_easy_words(easy: Visitor) -> None:
    begin(easy)
    easy.press("Stop and delete my answers")
    assert easy.heading == "We have deleted your answers"
    held_to_easy_read(easy)


def test_easy_read_that_nobody_has_reviewed_is_neither_opened_nor_offered(
    app: Flask, vouched: Settings, start: Start
) -> None:
    """T43: a survey with easy read that no person has read does not open; nor is our own offered unread."""
    team = make_team(app)
    unread = SOURCE.replace('reviewed = ["en"]', 'reviewed = ["cy", "en"]')
    survey = definitions.load(team.session, team.consultation, unread, name="survivors.toml", today=TODAY)
    with pytest.raises(ready.UnreviewedWordsError, match="'en-easy'"):
        ready.open_survey(team.session, team.vault, survey)
    assert surveys.offered(definition(team), definition(team).reviewed) == ("en",)


def test_our_own_pages_are_offered_in_easy_read_once_a_person_has_read_these_very_ones(
    team: Team, settings: Settings, start: Start
) -> None:
    team.session.rollback()
    other = replace(settings, easy_read_reviewed="0123456789ab somebody, 3 November 2026")
    for kept in (settings, other):
        visitor = Visitor(start(intake.create_app, kept).test_client())
        visitor.visit(f"/about/{team.survey.slug}?language=en-easy")
        assert "Easy read" not in visitor.words
        assert "app-easy" not in str(visitor.page.find("body"))


def test_a_demonstration_shows_a_draft_and_says_so(app: Flask) -> None:
    """T43: the draft can be tried out where no answer is real, and each page says what it is."""
    team = make_team(app, source=SOURCE, demonstration=True)
    team.session.rollback()
    visitor = Visitor(app.test_client())
    visitor.visit(f"/about/{team.survey.slug}")
    assert "Draft easy read" not in visitor.words
    follow(visitor, "Easy read")
    assert "Draft easy read: not yet reviewed" in visitor.words
    begin(visitor)
    assert "Draft easy read: not yet reviewed" in visitor.words


def test_the_language_links_say_which_view_this_is(easy: Visitor) -> None:
    current = easy.page.select_one(".app-languages [aria-current]")
    assert isinstance(current, Tag)
    assert (current.get_text(strip=True), current["lang"]) == ("Easy read", "en")
