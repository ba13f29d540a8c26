"""A blind second coder on a sample, agreement with its unit, and differences that a person settles."""

from __future__ import annotations

import math
from itertools import product

import pytest
from flask import Flask

from consult.coding import service
from consult.coding.service import NotSecondError, Press, Stream, Unlocked, Verdict
from consult.coding.service.pairs import quotas
from consult.models.consultation import Strand
from consult.records import adequacy, codings, voices
from consult.records.adequacy import Adequacy
from tests.builders import TODAY
from tests.consult.coding.workbench import BOX, DEFINITION, TEXTS, Workbench, make_workbench, sign_in
from tests.visitor import Visitor

HERE = "/team/trial/double"


@pytest.fixture
def sampled(bench: Workbench) -> Workbench:
    """All six answers are in the sample, as there are fewer than fifty."""
    service.sample(bench.unlocked(), seed=1, actor="sam", today=TODAY)
    bench.team.session.commit()
    return bench


def give(unlocked: Unlocked, bench: Workbench, place: int, theme: str | None, **changes: object) -> None:
    """Press a theme as somebody, committed."""
    fields = {"definition_id": DEFINITION, "box": BOX, "response": bench.responses[place].hex(), "rev": 1}
    service.code(unlocked, Press(**(fields | {"theme": theme} | changes)))  # type: ignore[arg-type]
    bench.team.session.commit()


def finish(unlocked: Unlocked, bench: Workbench, place: int) -> None:
    """The second coder is done with an answer, committed."""
    service.finish(unlocked, DEFINITION, BOX, bench.responses[place].hex())
    bench.team.session.commit()


def page(unlocked: Unlocked, bench: Workbench, place: int) -> service.AnswerPage:
    """The page of an answer for somebody."""
    return service.answer(unlocked, DEFINITION, BOX, bench.responses[place].hex())


@pytest.mark.parametrize(
    ("sizes", "wanted"),
    [
        ([6], [6]),
        ([400, 100], [40, 10]),
        ([1000, 500, 2], [99, 50, 2]),
        ([700, 300], [70, 30]),
        ([0, 60], [0, 50]),
    ],
)
def test_the_sample_is_a_tenth_or_fifty_in_proportion_and_misses_no_question(
    sizes: list[int], wanted: list[int]
) -> None:
    found = quotas({("survey", f"box{place}"): size for place, size in enumerate(sizes)})
    total = sum(sizes)
    assert sum(found.values()) == min(total, max(math.ceil(total / 10), 50))
    assert all(abs(got - expected) <= 1 for got, expected in zip(found.values(), wanted, strict=True))
    assert all(got >= 1 for got, size in zip(found.values(), sizes, strict=True) if size)


def test_a_second_coder_sees_nothing_of_the_first_until_both_are_done(sampled: Workbench) -> None:
    other = sampled.second()
    sampled.press("waiting", 0, ticked=(0,))
    seen = page(other, sampled, 0)
    assert (seen.second, seen.blind, seen.given, seen.suggestions) == (True, True, (), ())
    listed = service.answers(other, DEFINITION, BOX)
    row = next(each for each in listed.rows if each.response == sampled.responses[0].hex())
    assert (row.blind, row.themes) == (True, ())
    by_theme = service.answers(other, DEFINITION, BOX, sieve=service.Sieve(theme="waiting"))
    assert by_theme.rows == ()
    give(other, sampled, 0, "kindness", stream=Stream.RANDOM)  # whatever a form says
    assert [each.theme for each in page(other, sampled, 0).given] == ["Kindness"]
    finish(other, sampled, 0)
    assert {each.theme for each in page(other, sampled, 0).given} == {"Waiting", "Kindness"}
    made = codings.acts(other.session, other.vault, other.consultation, other.keys)
    (second,) = [each for each in codings.live(made) if each.coder_id == other.account_id]
    assert (second.stream, second.blind) == (Stream.SECOND, True)


def test_nobody_is_second_to_oneself_or_where_nothing_was_drawn(bench: Workbench) -> None:
    bench.press("waiting", 0)
    other = bench.second()
    assert not page(other, bench, 0).second
    with pytest.raises(NotSecondError):
        finish(other, bench, 0)
    service.sample(bench.unlocked(), seed=1, actor="sam", today=TODAY)
    bench.team.session.commit()
    assert not page(bench.unlocked(), bench, 0).second
    with pytest.raises(NotSecondError):
        finish(bench.unlocked(), bench, 0)
    assert page(other, bench, 0).second
    assert not page(other, bench, 1).second  # nobody was first there


def kappa(first: list[bool], second: list[bool]) -> float:
    """Cohen's kappa in the plainest way, to compare with."""
    n = len(first)
    same = sum(one == two for one, two in zip(first, second, strict=True)) / n
    yes = sum(first) / n * sum(second) / n
    no = (n - sum(first)) / n * (n - sum(second)) / n
    return (same - yes - no) / (1 - yes - no)


def test_agreement_is_counted_by_sentence_and_theme_with_what_nobody_coded_in(sampled: Workbench) -> None:
    """Answer 0 has three sentences; the first coder ticks one, the second two; the others are alike."""
    other = sampled.second()
    sampled.press("waiting", 0, ticked=(0,))
    give(other, sampled, 0, "waiting", ticked=(0, 1))
    finish(other, sampled, 0)
    sampled.press("kindness", 1)
    give(other, sampled, 1, "kindness")
    finish(other, sampled, 1)
    found = service.agreement(other, DEFINITION, BOX).agreed
    assert (found.answers, found.sentences, found.settled, found.after) == (2, 4, 0, ())
    units = list(product(range(4), ("waiting", "plain_words", "kindness")))
    first = [unit in {(0, "waiting"), (3, "kindness")} for unit in units]
    second = [unit in {(0, "waiting"), (1, "waiting"), (3, "kindness")} for unit in units]
    overall = found.before[0]
    assert overall.units == 12
    assert overall.prevalence == pytest.approx(5 / 24)
    assert overall.kappa is not None
    assert overall.kappa.value == pytest.approx(kappa(first, second))
    assert overall.kappa.low <= overall.kappa.value <= overall.kappa.high
    assert [line.theme for line in found.before[1:]] == ["Waiting", "Kindness"]
    kind = found.before[2]
    assert kind.kappa is not None
    assert kind.kappa.value == pytest.approx(1)
    assert service.agreement(other, DEFINITION, BOX).open == (sampled.responses[0].hex(),)


def test_what_is_settled_stands_and_what_stood_before_is_kept_and_can_come_back(sampled: Workbench) -> None:
    other = sampled.second()
    sampled.press("waiting", 0, ticked=(0,))
    sampled.press("kindness", 0, ticked=(2,))
    give(other, sampled, 0, "plain_words", ticked=(1,))
    finish(other, sampled, 0)
    before = service.agreement(other, DEFINITION, BOX).agreed.before
    asked = service.settlement(other, DEFINITION, BOX, sampled.responses[0].hex())
    assert {each.key for each in asked.differences} == {"waiting", "kindness", "plain_words"}
    response = sampled.responses[0].hex()
    verdicts = {"waiting": Verdict.FIRST, "kindness": Verdict.NEITHER}
    with pytest.raises(service.UnsettledError):
        service.settle(other, DEFINITION, BOX, response, verdicts)
    service.settle(other, DEFINITION, BOX, response, verdicts | {"plain_words": Verdict.BOTH})
    sampled.team.session.commit()
    assert {each.theme for each in page(other, sampled, 0).given} == {"Waiting", "Plain words"}
    found = service.agreement(other, DEFINITION, BOX)
    assert (found.agreed.before, found.open, found.agreed.settled) == (before, (), 1)
    assert found.agreed.after[0].kappa is not None
    assert found.agreed.after[0].kappa.value == pytest.approx(1)
    assert service.undo(other, DEFINITION, BOX, response)
    sampled.team.session.commit()
    assert {each.theme for each in page(other, sampled, 0).given} == {"Waiting", "Kindness", "Plain words"}
    assert service.agreement(other, DEFINITION, BOX).open == (response,)


def test_the_evidence_page_says_how_far_two_coders_agree_and_that_few_answers_tell_little(
    sampled: Workbench,
) -> None:
    def told() -> Adequacy:
        return adequacy.of(voices.hear(sampled.unlocked()))[Strand.SURVIVORS]

    assert (told().thin, told().pairs, told().alpha) == (True, 0, None)
    other = sampled.second()
    for place, (first, second) in enumerate(
        [("waiting", "waiting"), ("kindness", "kindness"), ("waiting", "plain_words")]
    ):
        sampled.press(first, place)
        give(other, sampled, place, second)
        assert told().pairs == place, "nothing is counted before the second coder is done"
        finish(other, sampled, place)
    found = told()
    # Six values (3 waiting, 2 kindness, 1 plain words), one pair of three differs: 1 - 5 * 2 / 22.
    assert found.alpha == pytest.approx(1 - 5 * 2 / 22)
    assert found.reading == "recode"
    response = sampled.responses[2].hex()
    service.settle(
        other, DEFINITION, BOX, response, {"waiting": Verdict.BOTH, "plain_words": Verdict.NEITHER}
    )
    sampled.team.session.commit()
    assert told() == found, "what two people found blind stays what it was"


def test_the_pages_lead_from_the_sample_to_a_settled_difference(app: Flask, visitor: Visitor) -> None:
    bench = make_workbench(app, suggestions=True)
    sign_in(visitor)
    visitor.visit(HERE)
    assert "No sample is drawn yet. Answers that wait here to be drawn: 6." in visitor.words
    visitor.press("Draw what is missing of the sample")
    assert "The sample is drawn." in visitor.words
    assert f"In the sample: {len(TEXTS)}." in visitor.words
    bench.press("waiting", 0, ticked=(0,))
    bench.second()
    kim = Visitor(bench.team.app.test_client())
    sign_in(kim, "kim")
    kim.visit(HERE)
    kim.press("Code the next one blind")
    assert "second, blind coding" in kim.words
    assert "By Sam" not in kim.words
    assert not kim.page.find_all("button", attrs={"name": "suggestion"})
    kim.press("Kindness", {"sentence": ["2"]})
    kim.press("I am done with this one")
    assert "No answer waits for you" in kim.words
    visitor.visit(f"{HERE}/{DEFINITION}/{BOX}")
    assert "A unit is one sentence and one theme" in visitor.words
    visitor.visit(f"{HERE}/{DEFINITION}/{BOX}/{bench.responses[0].hex()}")
    visitor.press("Open it")
    assert visitor.heading == "Settle a difference"
    visitor.press("Settle", {"verdict-waiting": "first"})
    assert visitor.status == 422
    assert "Please decide on each of them" in visitor.words
    kept = visitor.page.select("input[name=verdict-waiting][checked]")
    assert [each["value"] for each in kept] == ["first"]
    visitor.press("Settle", {"verdict-waiting": "first", "verdict-kindness": "neither"})
    assert "Settled. What each coder gave before is kept." in visitor.words
    visitor.visit(f"{HERE}/{DEFINITION}/{BOX}/{bench.responses[0].hex()}")
    assert "This answer is settled." in visitor.words
