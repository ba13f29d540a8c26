"""What a coder does to one answer, and what is kept of it."""

from __future__ import annotations

import os

import pytest
from flask import Flask

from consult.coding import service
from consult.coding.service import Stream
from consult.faults import ConflictError, MissingError
from consult.models.response import Response
from consult.records import codings, responses, voices
from consult.records.codings import Origin
from tests.builders import make_response, make_team, release
from tests.consult.coding.workbench import BOX, DEFINITION, WAITED, Workbench


def test_with_nothing_ticked_a_theme_stands_for_the_whole_answer(bench: Workbench) -> None:
    assert bench.press("waiting") == 1
    (given,) = bench.page().given
    assert (given.theme, given.words, given.own, given.origin) == ("Waiting", "", True, Origin.PERSON)


def test_ticked_sentences_that_follow_each_other_are_one_coding(bench: Workbench) -> None:
    assert bench.press("waiting", ticked=(0, 1)) == 1
    assert bench.press("kindness", ticked=(0, 2)) == 2
    words = {(given.theme, given.words) for given in bench.page().given}
    assert words == {
        ("Waiting", "I waited eight months for a reply. Nobody told me why it took so long."),
        ("Kindness", "I waited eight months for a reply."),
        ("Kindness", "The worker was kind."),
    }


def test_places_count_code_points_also_behind_an_emoji(app: Flask) -> None:
    team = make_team(app)
    ids = [make_response(team, {BOX: "Good 👍🏽 café. Slow, though."}) for _ in range(5)]
    release(team)
    bench = Workbench(team=team, responses=tuple(ids))
    service.add_theme(team.session, "trial", service.ThemeText(name="Waiting"))
    bench.press("waiting", ticked=(1,))
    assert bench.page().given[0].words == "Slow, though."


def test_pressing_twice_makes_no_second_coding(bench: Workbench) -> None:
    bench.press("waiting", ticked=(0,))
    assert bench.press("waiting", ticked=(0,)) == 0
    assert len(bench.page().given) == 1


def test_two_coders_may_give_the_same_theme_and_each_is_named(bench: Workbench) -> None:
    bench.press("waiting")
    other = bench.second()
    press = service.Press(
        definition_id=DEFINITION, box=BOX, response=bench.responses[0].hex(), rev=1, theme="waiting"
    )
    assert service.code(other, press) == 1
    assert {(given.coder, given.own) for given in bench.page().given} == {("Sam", True), ("Kim", False)}


def test_what_is_removed_is_gone_and_undo_brings_it_back(bench: Workbench) -> None:
    bench.press("waiting", ticked=(0,))
    (given,) = bench.page().given
    service.remove(bench.unlocked(), DEFINITION, BOX, bench.responses[0].hex(), given.id)
    bench.team.session.commit()
    assert bench.page().given == ()
    assert bench.undo()
    assert [each.words for each in bench.page().given] == ["I waited eight months for a reply."]


def test_undo_takes_back_one_press_after_another_and_never_doubles(bench: Workbench) -> None:
    bench.press("waiting")
    bench.press("kindness", ticked=(0, 2))
    assert bench.undo()
    assert [given.theme for given in bench.page().given] == ["Waiting"]
    assert bench.undo()
    assert bench.page().given == ()
    assert not bench.undo()
    assert bench.page().given == ()


def test_undo_reaches_only_the_own_presses_on_this_answer(bench: Workbench) -> None:
    bench.press("waiting", 0)
    bench.press("kindness", 1)
    other = bench.second()
    assert not service.undo(other, DEFINITION, BOX, bench.responses[0].hex())
    assert bench.undo(0)
    assert len(bench.page(1).given) == 1


def test_a_removed_coding_cannot_be_removed_again(bench: Workbench) -> None:
    bench.press("waiting")
    (given,) = bench.page().given
    service.remove(bench.unlocked(), DEFINITION, BOX, bench.responses[0].hex(), given.id)
    with pytest.raises(MissingError):
        service.remove(bench.unlocked(), DEFINITION, BOX, bench.responses[0].hex(), given.id)


def test_no_theme_applies_is_work_done_and_nobodys_mention(bench: Workbench) -> None:
    assert bench.press(None) == 1
    listed = service.answers(bench.unlocked(), DEFINITION, BOX)
    assert listed.coded == 1
    assert voices.hear(bench.unlocked()).codings == {}


def test_a_theme_takes_the_place_of_no_theme_and_undo_gives_it_back(bench: Workbench) -> None:
    bench.press(None)
    bench.press("waiting")
    assert [given.theme for given in bench.page().given] == ["Waiting"]
    assert bench.press(None) == 0
    bench.undo()
    assert [given.theme for given in bench.page().given] == [""]


def test_a_suggestion_taken_as_it_is_covers_its_sentence_and_keeps_its_origin(bench: Workbench) -> None:
    start = WAITED.index("told")
    bench.press("plain_words", excerpt=(start, start + 7))
    (given,) = bench.page().given
    assert given.words == "Nobody told me why it took so long."
    assert given.origin == Origin.SUGGESTION_ACCEPTED


def test_a_suggestion_taken_with_other_sentences_is_an_edited_one(bench: Workbench) -> None:
    start = WAITED.index("told")
    bench.press("plain_words", excerpt=(start, start + 7), ticked=(0, 1))
    assert bench.page().given[0].origin == Origin.SUGGESTION_EDITED
    bench.press("kindness", excerpt=(start, start + 7), ticked=(1,))
    assert bench.page().given[1].origin == Origin.SUGGESTION_ACCEPTED


def test_stream_and_blindness_are_kept_with_the_coding(bench: Workbench) -> None:
    bench.press("waiting", stream=Stream.RANDOM, blind=True)
    unlocked = bench.unlocked()
    made = codings.acts(unlocked.session, unlocked.vault, unlocked.consultation, unlocked.keys)
    (coding,) = codings.live(made)
    assert (coding.stream, coding.blind) == (Stream.RANDOM, True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"theme": "no_such_theme"},
        {"ticked": (7,)},
        {"excerpt": (500, 900)},
        {"box": "looked"},
        {"definition_id": "other"},
        {"response": "00" * 16},
        {"response": "not an id"},
    ],
)
def test_what_is_not_there_is_missing(bench: Workbench, wrong: dict[str, object]) -> None:
    theme = str(wrong.pop("theme", "waiting"))
    with pytest.raises(MissingError):
        bench.press(theme, 0, **wrong)
    assert bench.page().given == ()


def test_a_coding_on_a_changed_answer_is_not_shown_and_a_stale_page_cannot_code(app: Flask) -> None:
    team = make_team(app)
    _, keys = responses.new_code(team.intake, team.consultation)
    changed = make_response(team, {BOX: "Slow."}, keys=keys)
    others = [make_response(team, {BOX: "Kind."}) for _ in range(4)]
    release(team)
    bench = Workbench(team=team, responses=(changed, *others))
    service.add_theme(team.session, "trial", service.ThemeText(name="Waiting"))
    team.session.commit()
    bench.press("waiting")
    content = {"answers": {BOX: "Much better now."}, "depth": "full", "language": "en"}
    responses.send(
        team.session, team.intake, team.survey, response_id=changed, rev=2, content=content, keys=keys
    )
    team.session.commit()
    with pytest.raises(MissingError):
        bench.page()  # it waits for its batch again
    team.session.get_one(Response, changed).batch_id = team.session.get_one(Response, others[0]).batch_id
    team.session.commit()
    page = bench.page()
    assert [each.words for each in page.sentences] == ["Much better now."]
    assert page.given == ()
    with pytest.raises(ConflictError):
        bench.press("waiting", rev=1)


def test_an_answer_that_waits_for_its_batch_is_in_no_list_and_on_no_page(bench: Workbench) -> None:
    """S32: lists and pages."""
    waiting = make_response(bench.team, {BOX: "Not yet."})
    unlocked = bench.unlocked()
    listed = service.answers(unlocked, DEFINITION, BOX)
    assert waiting.hex() not in {row.response for row in listed.rows}
    assert service.questions(unlocked)[0].rows[0].answers == len(bench.responses)
    with pytest.raises(MissingError):
        service.answer(unlocked, DEFINITION, BOX, waiting.hex())


def test_a_withdrawn_answer_is_gone_from_the_next_page(app: Flask) -> None:
    team = make_team(app)
    _, keys = responses.new_code(team.intake, team.consultation)
    gone = make_response(team, {BOX: "Take this back."}, keys=keys)
    for _ in range(4):
        make_response(team, {BOX: "Kind."})
    release(team)
    assert service.answers(team.unlocked(), DEFINITION, BOX).answers == 5
    responses.withdraw(team.session, team.intake, team.survey, keys)
    team.session.commit()
    listed = service.answers(team.unlocked(), DEFINITION, BOX)
    assert listed.answers == 4
    assert gone.hex() not in {row.response for row in listed.rows}


def test_lists_show_all_left_or_coded_answers_fifty_a_page(app: Flask) -> None:
    team = make_team(app)
    ids = sorted(make_response(team, {BOX: f"Answer {number}."}) for number in range(53))
    empty = make_response(team, {"looked": "yes"})
    release(team)
    bench = Workbench(team=team, responses=tuple(ids))
    service.add_theme(team.session, "trial", service.ThemeText(name="Waiting"))
    bench.press("waiting", 0)
    first = service.answers(bench.unlocked(), DEFINITION, BOX)
    assert [row.response for row in first.rows] == [each.hex() for each in ids[:50]]
    rest = service.answers(bench.unlocked(), DEFINITION, BOX, after=first.after)
    assert [row.response for row in rest.rows] == [each.hex() for each in ids[50:]]
    assert (rest.after, rest.answers, rest.coded) == ("", 53, 1)
    coded = service.answers(bench.unlocked(), DEFINITION, BOX, sieve=service.Sieve(which=service.Which.CODED))
    assert [row.themes for row in coded.rows] == [("Waiting",)]
    left = service.answers(bench.unlocked(), DEFINITION, BOX, sieve=service.Sieve(which=service.Which.OPEN))
    assert ids[0].hex() not in {row.response for row in left.rows}
    assert empty.hex() not in {row.response for row in (*first.rows, *rest.rows)}


def test_nobody_without_a_grant_comes_in(bench: Workbench) -> None:
    with pytest.raises(MissingError):
        service.enter(
            bench.team.session, bench.team.vault, "trial", account_id=os.urandom(16), private=os.urandom(64)
        )
