"""T43: from easy read to the ordinary page and back: one survey, and nothing lost on the way."""

from __future__ import annotations

from bs4 import Tag

from tests.builders import Team
from tests.consult.respond.easy_walking import (
    WORDS,
    begin,
    checked,
    go_to,
    held_to_easy_read,
    on,
    switch,
)
from tests.visitor import Visitor


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
    ordinary = easy.shown
    on(easy, {"matters_ds1": "3", "matters_ds2": "8"})
    easy.press("Back")
    easy.shown = ordinary
    switch(easy, "Easy read", {"matters_ds1": "3", "matters_ds2": "8"})
    stale = easy.shown
    switch(easy, "English")
    easy.shown = stale
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


def test_a_draft_saved_in_one_view_opens_in_the_other(easy: Visitor, easy_team: Team) -> None:
    easy.press("Start")
    code = easy.take_code()
    easy.press("Continue", {"depth": "full"})
    go_to(easy, "It is easy to get in touch")
    easy.press("Save and come back", {"matters_ds2": "face_low"})
    easy.press("I have my code: stop for now")
    easy.visit(f"/back/{easy_team.survey.slug}")
    easy.press("Continue", {"code": code})
    assert easy.heading == "What good looks like"
    assert checked(easy.page) == {"matters_ds2": "face_low"}


def test_own_words_can_be_lent_and_a_copy_kept_in_easy_read(easy: Visitor) -> None:
    """T43, T45: the list beside own words, the tick for other studies, and the page of the copy."""
    begin(easy)
    go_to(easy, "Do you want to say something else?")
    easy.press("Continue", {"else": WORDS})
    go_to(easy, "Look at your answers")
    held_to_easy_read(easy)
    easy.press("English", {"use.else": "quote", "archive": "yes"})
    assert easy.heading == "Check your answers"
    assert checked(easy.page) == {"archive": "yes"}
    easy.press("Easy read")
    chosen = easy.page.select_one("select[name='use.else'] option[selected]")
    assert isinstance(chosen, Tag)
    assert chosen.get_text(strip=True) == "You can show my own words"
    easy.press("Keep a copy for yourself")
    assert easy.heading == "A copy of your answers"
    held_to_easy_read(easy)
