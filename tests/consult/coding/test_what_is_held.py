"""What stays opened in memory: for whom, how long, and that it is let go."""

from __future__ import annotations

from datetime import timedelta

import time_machine

from consult.coding import service
from consult.coding.service import held
from consult.coding.service.held import LONGEST_SECONDS, MOST_SHELVES, Shelves, shelves
from consult.records import unlocking
from tests.consult.coding.workbench import BOX, DEFINITION, Workbench


def test_locking_lets_go_of_everything_that_a_person_opened(bench: Workbench) -> None:
    unlocked = bench.unlocked()
    service.questions(unlocked)
    key = (unlocked.account_id, unlocked.consultation.id, DEFINITION)
    assert shelves.at(key).responses
    unlocking.lock(unlocked.account_id)
    assert not shelves.at(key).responses


def test_a_shelf_is_empty_again_after_the_rest_that_ends_a_session() -> None:
    kept, key = Shelves(), (b"a", b"c", "small")
    with time_machine.travel("2027-01-04 10:00+00:00", tick=False) as clock:
        shelf = kept.at(key)
        clock.shift(timedelta(seconds=LONGEST_SECONDS - 1))
        assert kept.at(key) is shelf
        clock.shift(timedelta(seconds=LONGEST_SECONDS + 1))
        assert kept.at(key) is not shelf


def test_time_alone_lets_go_when_nobody_comes_back() -> None:
    kept = Shelves()
    with time_machine.travel("2027-01-04 10:00+00:00", tick=False) as clock:
        kept.at((b"a", b"c", "small"))
        clock.shift(timedelta(seconds=LONGEST_SECONDS + 1))
        kept._timed()
    assert len(kept) == 0


def test_only_a_few_shelves_are_held_and_the_longest_unused_goes_first() -> None:
    kept = Shelves()
    first = kept.at((b"0", b"c", "small"))
    for number in range(1, MOST_SHELVES + 1):
        kept.at((bytes([number]), b"c", "small"))
    assert len(kept) == MOST_SHELVES
    assert kept.at((b"0", b"c", "small")) is not first


def test_nobody_reads_from_what_another_person_opened(bench: Workbench) -> None:
    service.questions(bench.unlocked())
    other = bench.second()
    theirs = held.shelves.at((other.account_id, other.consultation.id, DEFINITION))
    assert not theirs.responses
    assert service.answers(other, DEFINITION, BOX).answers == len(bench.responses)


def test_only_own_words_are_held_and_no_other_answer(bench: Workbench) -> None:
    unlocked = bench.unlocked()
    service.questions(unlocked)
    shelf = shelves.at((unlocked.account_id, unlocked.consultation.id, DEFINITION))
    assert {key for each in shelf.responses.values() for key in each.words} == {BOX}
