"""What stays opened in memory: for whom, how long, and that it is let go."""

from __future__ import annotations

from consult.coding import service
from consult.coding.service.held import shelves
from consult.records import unlocking
from tests.consult.coding.workbench import BOX, DEFINITION, Workbench


def test_locking_lets_go_of_everything_that_a_person_opened(bench: Workbench) -> None:
    """S42: what was opened goes with the key."""
    unlocked = bench.unlocked()
    service.questions(unlocked)
    place = (unlocked.account_id, unlocked.consultation.id, DEFINITION)
    assert shelves.at(*place).value.responses
    unlocking.lock(unlocked.account_id)
    assert not shelves.at(*place).value.responses


def test_nobody_reads_from_what_another_person_opened(bench: Workbench) -> None:
    service.questions(bench.unlocked())
    other = bench.second()
    theirs = shelves.at(other.account_id, other.consultation.id, DEFINITION).value
    assert not theirs.responses
    assert service.answers(other, DEFINITION, BOX).answers == len(bench.responses)


def test_only_own_words_are_held_and_no_other_answer(bench: Workbench) -> None:
    unlocked = bench.unlocked()
    service.questions(unlocked)
    shelf = shelves.at(unlocked.account_id, unlocked.consultation.id, DEFINITION).value
    assert {key for each in shelf.responses.values() for key in each.words} == {BOX}
