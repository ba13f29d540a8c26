"""Suggestions come from people, are apart, stay away from blind answers; and which answer comes next."""

from __future__ import annotations

from collections import Counter

import pytest
from flask import Flask

from analysis.sampling import BLIND_WANTED
from consult.coding import service
from consult.coding.service import Help, Likely, Stream, suggesting
from consult.coding.service.reading import read
from consult.records import themes
from consult.records.codings import Coding
from tests.builders import make_response, make_team, release
from tests.consult.coding.workbench import BOX, DEFINITION, TEXTS, THEMES, Workbench, make_workbench

MANY = tuple(
    f"{words} Number {number}."
    for number in range(15)
    for words in ("I waited months for a reply.", "The worker was kind and listened.")
)


@pytest.fixture
def helped(app: Flask) -> Workbench:
    """The same with suggestions on."""
    return make_workbench(app, suggestions=True)


def test_with_the_switch_off_nothing_is_suggested(bench: Workbench) -> None:
    page = bench.page()
    assert (page.help, page.suggestions) == (Help.OFF, ())


def test_definitions_suggest_before_anything_is_coded(helped: Workbench) -> None:
    page = helped.page(1)
    assert page.help == Help.SHOWN
    assert page.suggestions[0].theme == "Kindness"
    assert page.suggestions[0].likely == Likely.UNKNOWN
    assert page.suggestions[0].words == "The worker listened and was warm."
    assert set(page.suggestions[0].because) & {"worker", "listened", "warm", "was", "or listened"}
    assert page.quality is not None
    assert "coded blind" in page.quality.reason
    assert page.given == ()  # nothing is applied without a person


def test_what_is_turned_down_teaches_as_soon_as_the_answer_is_coded_and_not_before(app: Flask) -> None:
    """Before, nobody said what else is in the answer: a fit that took it for empty would learn falsehoods."""
    like = "The worker listened and was warm."
    bench = make_workbench(app, (like, like, *TEXTS[2:]), suggestions=True)

    def score(place: int) -> float:
        unlocked = bench.unlocked()
        used = themes.of(unlocked.session, unlocked.consultation)
        fit = suggesting.fitted(read(unlocked, DEFINITION), BOX, used)
        assert fit.suggester is not None
        key = bench.responses[place].hex()
        listed = fit.suggester.suggest([key])
        return float(listed[listed["theme"] == "kindness"]["score"].iloc[0])

    before = score(1)
    service.refuse(bench.unlocked(), DEFINITION, BOX, bench.responses[0].hex(), "kindness")
    bench.team.session.commit()
    assert "Kindness" not in {each.theme for each in bench.page(0).suggestions}
    assert "Kindness" in {each.theme for each in bench.page(1).suggestions}
    assert score(1) == before
    for place, theme in ((0, "plain_words"), (2, "waiting"), (3, "plain_words")):
        bench.press(theme, place)
    for _ in range(2):  # a fit waits for five decisions
        bench.undo(3)
        bench.press("plain_words", 3)
    assert score(1) < before / 2


def test_without_themes_or_definitions_there_is_too_little_to_learn_from(app: Flask) -> None:
    bench = make_workbench(app, suggestions=True, themed=False)
    assert bench.page().help == Help.TOO_LITTLE
    assert bench.page().blind


def test_codings_teach_what_no_definition_says(app: Flask) -> None:
    bench = make_workbench(app, MANY, suggestions=True, themed=False)
    for name in ("Alpha", "Beta"):
        service.add_theme(bench.team.session, "trial", service.ThemeText(name=name))
    bench.team.session.commit()
    for place in range(10):
        bench.press("alpha" if place % 2 else "beta", place, stream=Stream.RANDOM, blind=True)
    assert bench.page(21).suggestions[0].theme == "Alpha"
    assert bench.page(20).suggestions[0].theme == "Beta"
    assert bench.page(21).suggestions[0].likely in {Likely.LIKELY, Likely.POSSIBLE}
    assert bench.page(21).suggestions[0].alike


def test_a_theme_that_was_given_is_not_suggested_again(helped: Workbench) -> None:
    assert "Kindness" in {each.theme for each in helped.page(1).suggestions}
    helped.press("kindness", 1)
    assert "Kindness" not in {each.theme for each in helped.page(1).suggestions}


def test_random_answers_are_blind_until_enough_were_coded_so(helped: Workbench) -> None:
    page = helped.page(0, stream=Stream.RANDOM)
    assert (page.help, page.suggestions, page.blind) == (Help.BLIND, (), True)
    assert helped.page(0, stream=Stream.RARE).help == Help.SHOWN
    assert not helped.page(0).blind


def test_enough_blind_answers_end_the_blind_rule_but_a_draw_may_still_be_blind(app: Flask) -> None:
    texts = tuple(f"I waited {number} months." for number in range(BLIND_WANTED + 1))
    bench = make_workbench(app, texts, suggestions=True)
    for place in range(BLIND_WANTED - 1):
        bench.press("waiting", place, stream=Stream.RANDOM, blind=True)
    assert bench.page(BLIND_WANTED, stream=Stream.RANDOM).help == Help.BLIND
    bench.press("waiting", BLIND_WANTED - 1, stream=Stream.RANDOM, blind=True)
    assert bench.page(BLIND_WANTED, stream=Stream.RANDOM).help == Help.SHOWN
    assert bench.page(BLIND_WANTED, stream=Stream.RANDOM, blind=True).help == Help.BLIND


def test_an_answer_that_someone_saw_with_suggestions_is_not_blind() -> None:
    def coding(**changes: object) -> Coding:
        plain = {"response_id": b"1", "response_rev": 1, "question_id": BOX, "start": 0, "end": 1}
        rest = {"theme_id": b"t", "coder_id": b"c", "stream": Stream.RANDOM, "blind": True}
        return Coding(**(plain | rest | changes))  # type: ignore[arg-type]

    many = {bytes([n, m]): [coding()] for n in range(10) for m in range(15)}
    assert len(many) == BLIND_WANTED
    assert not suggesting.still_blind(many)
    seen = {**many, bytes([0, 0]): [coding(), coding(blind=False)]}
    assert suggesting.still_blind(seen)


def test_a_fit_is_held_until_five_decisions_or_a_change_of_the_frame(helped: Workbench) -> None:
    def fit() -> suggesting.Fit:
        unlocked = helped.unlocked()
        used = themes.of(unlocked.session, unlocked.consultation)
        return suggesting.fitted(read(unlocked, DEFINITION), BOX, used)

    first = fit()
    for place in range(4):
        helped.press("waiting", place)
    assert fit() is first
    helped.press("kindness", 4)
    second = fit()
    assert second is not first
    assert second.prepared is first.prepared
    entry = service.theme(helped.team.session, "trial", "waiting")
    service.change_theme(
        helped.team.session, "trial", "waiting", service.ThemeText(name="Delay"), revision=entry.revision
    )
    helped.team.session.commit()
    assert fit() is not second
    for number in range(5):
        make_response(helped.team, {BOX: f"Later {number}."})
    release(helped.team)
    assert len(fit().answers) == len(helped.responses) + 5


def test_the_queue_hands_out_what_nobody_has_coded_until_all_is(bench: Workbench) -> None:
    for place in range(1, len(bench.responses)):
        bench.press("waiting", place)
    drawn = service.next_to_code(bench.unlocked(), DEFINITION, BOX, seed=1)
    assert drawn is not None
    assert (drawn.response, drawn.stream) == (bench.responses[0].hex(), Stream.RANDOM)
    bench.press("waiting", 0)
    assert service.next_to_code(bench.unlocked(), DEFINITION, BOX, seed=1) is None


def test_the_first_answers_are_random_and_then_half_seek_rare_themes(app: Flask) -> None:
    bench = make_workbench(app, MANY, suggestions=True)
    assert {_draw(bench, seed).stream for seed in range(10)} == {Stream.RANDOM}
    assert all(_draw(bench, seed).blind for seed in range(10))
    for place in range(26):
        bench.press("waiting", place, stream=Stream.RANDOM, blind=True)
    streams = Counter(_draw(bench, seed).stream for seed in range(40))
    assert set(streams) == {Stream.RANDOM, Stream.RARE}
    assert not any(drawn.blind for seed in range(40) if (drawn := _draw(bench, seed)).stream == Stream.RARE)


def test_with_nothing_to_code_there_is_no_next(app: Flask) -> None:
    team = make_team(app, suggestions=True)
    service.add_theme(team.session, "trial", THEMES[0])
    team.session.commit()
    assert service.next_to_code(team.unlocked(), DEFINITION, BOX, seed=1) is None


def _draw(bench: Workbench, seed: int) -> service.Next:
    drawn = service.next_to_code(bench.unlocked(), DEFINITION, BOX, seed=seed)
    assert drawn is not None
    return drawn
