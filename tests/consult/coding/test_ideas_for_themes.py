"""Ideas for themes: what uncoded answers speak of, for a person to name or set aside."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from bs4 import Tag
from flask import Flask
from sqlalchemy import delete

from consult.coding import service
from consult.coding.service import Unlocked, meaning, proposing
from consult.coding.service.held import shelves
from consult.coding.service.imagining import IdeasPage
from consult.models.response import Response
from consult.records import unlocking
from tests.builders import SMALL, make_response, make_team, release
from tests.consult.coding.workbench import BOX, DEFINITION, Workbench, make_workbench, sign_in
from tests.visitor import Visitor

HERE = f"/team/trial/answers/{DEFINITION}/{BOX}/ideas"
SAID = {
    "It took {n} months until a reply came to my letter.": 9,
    "The front door opens onto busy street number {n}.": 8,
    "The bus fare costs {n} pounds each way.": 7,
    "Evening opening hours after work at {n} would help.": 7,
    "A text message reminder {n} days before helps.": 6,
    "Soft chairs in {n} warm rooms.": 6,
    "My worker listened for {n} hours and never rushed.": 6,
    "Nobody asked my brother Merlin about sailing boats {n}.": 2,
}
TEXTS = tuple(said.format(n=n) for said, times in SAID.items() for n in range(10, 10 + times))


@pytest.fixture
def bench(app: Flask) -> Workbench:
    """Fifty-one answers that say one of eight things each, two of them the rare one."""
    return make_workbench(app, TEXTS, suggestions=True)


def ideas(unlocked: Unlocked, count: int = 8) -> IdeasPage:
    return service.ideas(unlocked, DEFINITION, BOX, count=count)


def until_done(bench: Workbench) -> None:
    unlocked = bench.unlocked()
    asked = shelves.at(unlocked.account_id, unlocked.consultation.id, DEFINITION).value.asked[BOX]
    assert asked.thread is not None
    asked.thread.join(60)


def test_what_few_raised_is_shown_and_marked_and_what_a_theme_may_say_is_told(bench: Workbench) -> None:
    page = ideas(bench.unlocked())
    assert len(page.ideas) == 8
    assert not page.by_meaning
    assert page.grouped == page.uncoded == len(TEXTS)
    rare = next(each for each in page.ideas if any("Merlin" in example.words for example in each.typical))
    assert rare.by_few
    assert rare.people.hidden
    often = next(each for each in page.ideas if "reply" in " ".join(each.words))
    assert not often.by_few
    assert often.people.shown == "9"
    waiting = next(theme for theme in often.themes if theme.key == "waiting")
    assert {"reply", "took"} <= set(waiting.words)  # "how long it took until a reply or a first talk came"
    evening = next(each for each in page.ideas if "evening" in each.words)
    assert not evening.themes
    assert all(example.words in TEXTS for each in page.ideas for example in each.typical)


def test_ideas_come_from_uncoded_answers_and_stay_until_new_ones_are_asked_for(bench: Workbench) -> None:
    bench.press("waiting", 0)
    first = ideas(bench.unlocked())
    assert first.grouped == len(TEXTS) - 1
    bench.press(None, 1)  # read, and no theme applies: coded, too
    again = ideas(bench.unlocked())
    assert (again.grouped, again.since) == (len(TEXTS) - 1, 1)
    assert [each.id for each in again.ideas] == [each.id for each in first.ideas]
    service.ask_anew(bench.unlocked(), DEFINITION, BOX)
    anew = ideas(bench.unlocked())
    assert (anew.grouped, anew.since) == (len(TEXTS) - 2, 0)


def test_what_is_set_aside_stays_so_when_ideas_are_made_anew_and_goes_with_the_lock(bench: Workbench) -> None:
    first = ideas(bench.unlocked())
    assert service.set_aside(bench.unlocked(), DEFINITION, BOX, first.ideas[2].id)
    assert not service.set_aside(bench.unlocked(), DEFINITION, BOX, "absent")
    bench.press("waiting", 0)
    service.ask_anew(bench.unlocked(), DEFINITION, BOX)
    anew = ideas(bench.unlocked())
    assert (anew.aside, len(anew.ideas)) == (1, 7)
    assert first.ideas[2].words not in [each.words for each in anew.ideas]
    unlocking.lock(bench.unlocked().account_id)
    assert (ideas(bench.unlocked()).aside, len(ideas(bench.unlocked()).ideas)) == (0, 8)


def test_a_withdrawn_answer_is_in_no_idea_on_the_next_page(bench: Workbench) -> None:
    ideas(bench.unlocked())
    bench.team.session.execute(delete(Response).where(Response.id == bench.responses[0]))
    bench.team.session.commit()
    page = ideas(bench.unlocked())
    assert page.grouped == len(TEXTS) - 1
    shown = {example.response for each in page.ideas for example in (*each.typical, *each.edge)}
    assert bench.responses[0].hex() not in shown


def test_with_many_answers_the_page_never_waits_and_says_when_the_work_broke(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proposing, "AT_ONCE", 3)

    def broken(*_: object, **__: object) -> None:
        raise ValueError("It took 3 months")

    with monkeypatch.context() as patched:
        patched.setattr(proposing, "propose", broken)
        assert not ideas(bench.unlocked()).ideas
        until_done(bench)
        assert ideas(bench.unlocked()).failed
    service.ask_anew(bench.unlocked(), DEFINITION, BOX)
    begun = ideas(bench.unlocked())
    assert not begun.ideas
    until_done(bench)
    assert len(ideas(bench.unlocked()).ideas) == 8


@dataclass(frozen=True)
class Nothing:
    """What the page says where there is nothing to show."""

    texts: tuple[str, ...]
    suggestions: bool
    says: str


@pytest.mark.parametrize(
    "nothing",
    [
        Nothing((), suggestions=True, says="there is nothing to group"),
        Nothing(TEXTS[:6], suggestions=True, says="too few answers to group (6)"),
        Nothing(TEXTS[:6], suggestions=False, says="Suggestions are off"),
    ],
)
def test_where_there_is_nothing_to_group_the_page_says_why(
    app: Flask, visitor: Visitor, nothing: Nothing
) -> None:
    make_workbench(app, nothing.texts, suggestions=nothing.suggestions)
    sign_in(visitor)
    visitor.visit(HERE)
    assert nothing.says in visitor.words


def test_a_coder_finds_ideas_names_one_and_sets_another_aside(bench: Workbench, visitor: Visitor) -> None:
    sign_in(visitor)
    visitor.visit("/team/trial/themes")
    link = visitor.page.find("a", string="Ideas for themes")
    assert isinstance(link, Tag)
    visitor.visit(str(link["href"]))
    assert visitor.page.find("a", href=HERE)
    visitor.visit(f"{HERE}?count=8")
    assert "by their words alone" in visitor.words
    assert "raised by a few" in visitor.words
    first = ideas(bench.unlocked()).ideas[0]
    visitor.visit(f"/team/trial/themes/new?survey={DEFINITION}&box={BOX}&idea={first.id}")
    name = visitor.page.find("input", id="name")
    assert isinstance(name, Tag)
    assert name["value"] == ", ".join(first.words)
    assert "not sealed" in visitor.words
    visitor.visit(HERE)
    visitor.press("Not a theme: Idea 1")
    assert "Set aside: 1." in visitor.words
    visitor.press("Show them again")
    assert "All ideas are shown again." in visitor.words
    assert len(service.frame(bench.team.session, "trial").themes) == 3


def test_ideas_go_by_words_until_the_meaning_is_worked_out_and_then_by_meaning(
    bench: Workbench, visitor: Visitor
) -> None:
    meaning.allow(on=True)
    try:
        assert not ideas(bench.unlocked()).by_meaning
        unlocked = bench.unlocked()
        work = shelves.at(unlocked.account_id, unlocked.consultation.id, DEFINITION).value.works[BOX]
        assert work.thread is not None
        work.thread.join(60)
        assert ideas(bench.unlocked()).ready
        sign_in(visitor)
        ideas(bench.unlocked())
        visitor.visit(HERE)
        visitor.press("Work them out anew", {"count": "8"})
        assert "grouped by their meaning" in visitor.words
    finally:
        meaning.allow(on=False)


def test_ideas_of_a_question_that_may_be_hard_to_read_are_covered_until_wanted(
    app: Flask, visitor: Visitor
) -> None:
    """T48: words stay covered, and each answer until it is opened."""
    source = SMALL.replace('text = "What helped?"', 'text = "What helped?"\nsensitive = true')
    team = make_team(app, source=source, suggestions=True)
    for text in TEXTS:
        make_response(team, {BOX: text, "words_use": "count_only"})
    release(team)
    sign_in(visitor)
    visitor.visit(HERE)
    assert "Ideas: 12" in visitor.words or "Ideas: 8" in visitor.words
    assert "reply" not in visitor.words
    shown = visitor.page.find("a", string="Show the ideas")
    assert isinstance(shown, Tag)
    visitor.visit(str(shown["href"]))
    assert "reply" in visitor.words  # the idea's own words
    assert "until a reply came" not in visitor.words
    assert "its words are hidden until you open it" in visitor.words
    visitor.press("Not a theme: Idea 1")
    assert "Set aside: 1." in visitor.words  # still shown
