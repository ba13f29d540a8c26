"""Progress of a question, and very sure suggestions accepted as a batch after a sample was judged."""

from __future__ import annotations

import pytest
from bs4 import Tag
from flask import Flask

from consult.coding import service
from consult.coding.service import NotCheckedError, OtherSetError, Stream, meaning, sureness
from consult.coding.service.searching import Found
from consult.coding.service.sureness import SAMPLE
from consult.records import codings, themes
from consult.records.codings import Origin
from tests.consult.coding.workbench import BOX, DEFINITION, Workbench, make_workbench, sign_in
from tests.visitor import Visitor

HERE = f"/team/trial/answers/small/{BOX}"
SAID = {
    "waiting": ("It took {n} months until a reply came", "A very long wait of {n} months for a reply"),
    "kindness": ("A kind worker listened {n} times", "The worker was warm and kind, {n} of them"),
}
CODED, ALL = 160, 200
"""Beyond 150 answers that were drawn at random, suggestions say which of them are sure."""


def said(number: int) -> tuple[str, str]:
    """The theme and the words of an invented answer."""
    theme = ("waiting", "kindness")[number % 2]
    return theme, SAID[theme][number // 2 % 2].format(n=number) + "."


@pytest.fixture(scope="module")
def texts() -> tuple[str, ...]:
    """Two hundred answers that say one of two things."""
    return tuple(said(number)[1] for number in range(ALL))


@pytest.fixture
def coded(app: Flask, texts: tuple[str, ...]) -> Workbench:
    """Most of them coded blind, as drawn at random, by one person."""
    bench = make_workbench(app, texts, suggestions=True)
    unlocked = bench.unlocked()
    used = {each.key: each for each in themes.of(unlocked.session, unlocked.consultation)}
    codings.add_all(
        unlocked,
        [
            codings.Coding(
                response_id=bench.responses[number],
                response_rev=1,
                question_id=BOX,
                start=0,
                end=len(said(number)[1]),
                theme_id=used[said(number)[0]].id,
                coder_id=unlocked.account_id,
                stream=Stream.RANDOM,
                blind=True,
                seq=1,
            )
            for number in range(CODED)
        ],
    )
    bench.team.session.commit()
    return bench


def test_a_batch_needs_a_judged_sample_is_one_and_is_taken_back_as_one(coded: Workbench) -> None:
    unlocked = coded.unlocked()
    page = service.sure(unlocked, DEFINITION, BOX)
    assert SAMPLE <= page.answers <= ALL - CODED
    assert len(page.sample) == SAMPLE
    assert {each.theme for each in page.found} <= {"Waiting", "Kindness"}
    right = {each.value: True for each in page.sample}
    with pytest.raises(NotCheckedError):
        service.judge_sure(unlocked, page, dict(list(right.items())[1:]), print_=page.print_)
    with pytest.raises(OtherSetError):
        service.judge_sure(unlocked, page, right, print_="another set")
    assert service.judge_sure(unlocked, page, right | {page.sample[0].value: False}, print_=page.print_)
    coded.team.session.commit()
    values = [each.value for each in page.found]
    with pytest.raises(OtherSetError):  # one of them was turned down just now
        service.accept_sure(coded.unlocked(), DEFINITION, BOX, checked=values)
    left = [value for value in values if value != page.sample[0].value]
    made = service.accept_sure(coded.unlocked(), DEFINITION, BOX, checked=left)
    coded.team.session.commit()
    assert made == len(left)
    after = service.sure(coded.unlocked(), DEFINITION, BOX)
    (batch,) = after.batches
    assert (batch.codings, batch.own) == (made, True)
    stands = codings.live(
        codings.acts(unlocked.session, unlocked.vault, unlocked.consultation, unlocked.keys)
    )
    accepted = [each for each in stands if each.batch]
    assert {each.origin for each in accepted} == {Origin.SUGGESTION_ACCEPTED}
    assert not any(each.blind or each.stream == Stream.RANDOM for each in accepted)
    assert service.take_batch_back(coded.unlocked(), DEFINITION, BOX, batch.name) == made
    coded.team.session.commit()
    assert service.sure(coded.unlocked(), DEFINITION, BOX).batches == ()
    assert service.answers(coded.unlocked(), DEFINITION, BOX).coded == CODED


def test_too_many_wrong_in_the_sample_keep_the_rest_from_being_accepted(coded: Workbench) -> None:
    page = service.sure(coded.unlocked(), DEFINITION, BOX)
    verdicts = {each.value: place > 1 for place, each in enumerate(page.sample)}
    assert not service.judge_sure(coded.unlocked(), page, verdicts, print_=page.print_)
    coded.team.session.commit()
    after = service.sure(coded.unlocked(), DEFINITION, BOX)
    turned_down = {each.value for each in page.sample[:2]}
    assert not turned_down & {each.value for each in after.found}
    assert after.batches == ()


def test_progress_counts_blind_codings_alone_and_estimates_what_more_would_take(coded: Workbench) -> None:
    page = service.progress(coded.unlocked(), DEFINITION, BOX, estimate=True)
    assert (page.answers, page.coded, page.left, page.blind, page.second) == (ALL, CODED, 40, CODED, 0)
    assert page.stated is not None
    assert page.stated.n_blind == CODED
    assert not page.thin
    assert page.settled_at == 30  # two themes only: all new ones come at once
    assert {each.median for each in page.new} == {0.0}
    assert [point.coded for point in page.points] == [40, 80, 120]
    assert len(page.needed) == 4
    assert page.hours(90, 2) == 3


def test_progress_of_a_young_question_says_what_is_not_known_yet(bench: Workbench) -> None:
    page = service.progress(bench.unlocked(), DEFINITION, BOX, estimate=True)
    assert (page.thin, page.new, page.stated, page.points) == (True, (), None, ())


def test_the_pages_lead_through_the_sample_to_the_batch_and_back(coded: Workbench, visitor: Visitor) -> None:
    sign_in(visitor)
    visitor.visit(f"{HERE}/progress")
    assert "Coded blind, drawn at random: 160." in visitor.words
    visitor.visit(f"{HERE}/progress?estimate=yes&minutes=3")
    assert "about 2.0 hours" in visitor.words
    visitor.visit(f"{HERE}/sure")
    visitor.press("I have judged the sample")
    assert visitor.status == 422
    assert "Please judge each of them" in visitor.words
    radios = [each for each in visitor.page.select("input[type=radio]") if isinstance(each, Tag)]
    visitor.press("I have judged the sample", {str(each["name"]): "right" for each in radios})
    assert "The sample held." in visitor.words
    (button,) = [each for each in visitor.page.find_all("button") if each.get_text().strip()[:6] == "Accept"]
    visitor.press(button.get_text(" ", strip=True))
    assert "Accepted as one batch." in visitor.words
    visitor.press("Take the batch back (1)")
    assert "The batch is taken back." in visitor.words


def test_when_people_turn_down_clearly_more_than_expected_nothing_counts_as_sure(coded: Workbench) -> None:
    """A suggestion is expected to be right about as often as its likelihood says."""
    page = service.sure(coded.unlocked(), DEFINITION, BOX)
    refused = page.found[: sureness.LEAST_JUDGED]
    assert len(refused) == sureness.LEAST_JUDGED
    for each in refused:
        service.refuse(coded.unlocked(), DEFINITION, BOX, each.answer.hex(), each.key)
    coded.team.session.commit()
    after = service.sure(coded.unlocked(), DEFINITION, BOX)
    assert after.found == ()
    assert "turned down clearly more" in after.reason


def test_words_are_found_by_how_they_begin_whatever_their_accents(app: Flask, visitor: Visitor) -> None:
    bench = make_workbench(app, ("Café tables, a kind welcome. " * 9, "A cafe.", "Kindness.", "x", "y"))
    found = service.search(bench.unlocked(), "KIND cafe")
    (hit,) = found.hits
    assert (hit.match, found.answers, hit.response) == ("kind", 1, bench.responses[0].hex())
    assert service.search(bench.unlocked(), "cafés").answers == 0
    assert service.search(bench.unlocked(), "kind").answers == 2
    sign_in(visitor)
    visitor.visit("/team/trial/search")
    visitor.press("Search", {"words": "?!"})
    assert visitor.status == 422
    visitor.press("Search", {"words": "kind"})
    assert "Answers found: 2." in visitor.words
    assert visitor.path == "/team/trial/search"
    visitor.press("Open")
    assert visitor.heading == "Code an answer"


def test_answers_are_found_by_what_they_mean_where_that_is_worked_out(app: Flask) -> None:
    bench = make_workbench(
        app, ("The wait was endless. Tea was fine.", *said_often("kindness")), suggestions=True
    )
    assert service.search_meaning(bench.unlocked(), "it took very long") == Found(hits=(), answers=0)
    meaning.allow(on=True)
    try:
        bench.page(1)  # suggestions are shown: meaning is worked out
        found = service.search_meaning(bench.unlocked(), "it took very long")
    finally:
        meaning.allow(on=False)
    assert found.looked == 6
    assert found.hits[0].response == bench.responses[0].hex()
    assert found.hits[0].match == "The wait was endless."


def said_often(theme: str) -> list[str]:
    """Five answers that say one thing."""
    return [SAID[theme][number % 2].format(n=number) + "." for number in range(5)]
