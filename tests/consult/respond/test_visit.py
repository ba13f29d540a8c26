"""The visit as a value: another page of the same person."""

from __future__ import annotations

from dataclasses import replace

import pytest

import surveys
from consult.respond.service.visit import Stage, Step, Visit, changed

HERE = Visit(
    slug="abc", stage=Stage.QUESTIONS, page="first", lookup="ab" * 32, answers={"went": "yes"}, asked=(1, 2)
)


def test_another_page_of_a_visit_has_all_that_the_visit_had() -> None:
    there = HERE.at(Stage.CHECK, depth=surveys.Depth.FULL, furthest=2)
    assert there == replace(HERE, stage=Stage.CHECK, depth=surveys.Depth.FULL, furthest=2)
    assert (HERE.stage, HERE.furthest) == (Stage.QUESTIONS, 0)
    step = Step(visit=HERE, template="check", left=True)
    assert changed(step, visit=there) == replace(step, visit=there)


def test_a_change_of_what_a_visit_does_not_have_is_refused() -> None:
    with pytest.raises(TypeError, match="anwers"):
        HERE.at(Stage.CHECK, anwers={})


def test_a_visit_comes_back_from_the_session_as_it_was() -> None:
    plain = HERE.plain()
    assert Visit.from_plain(plain) == HERE
    plain["page"] = "second"
    assert HERE.page == "first"
