"""What each operator means."""

from __future__ import annotations

import pytest

from surveys import (
    AllIn,
    And,
    Answered,
    Answers,
    AnyIn,
    Condition,
    CountAtLeast,
    DefinitionError,
    Empty,
    Equals,
    In,
    Not,
    Or,
    comparisons,
    holds,
    parse,
)

ANSWERS: Answers = {"one": "a", "many": ["a", "b"], "mark": 7}
YES = Equals(question="one", value="a")
NO = Equals(question="one", value="z")


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (None, True),
        (YES, True),
        (NO, False),
        (Equals(question="mark", value=7), True),
        (Equals(question="mark", value="7"), False),
        (Equals(question="absent", value="a"), False),
        (In(question="one", values=("a", "c")), True),
        (In(question="one", values=("b", "c")), False),
        (In(question="mark", values=(7, 8, 9)), True),
        (AnyIn(question="many", values=("b", "c")), True),
        (AnyIn(question="many", values=("c",)), False),
        (AnyIn(question="absent", values=("c",)), False),
        (AllIn(question="many", values=("a", "b")), True),
        (AllIn(question="many", values=("a", "c")), False),
        (CountAtLeast(question="many", count=2), True),
        (CountAtLeast(question="many", count=3), False),
        (CountAtLeast(question="absent", count=1), False),
        (Answered(question="one"), True),
        (Answered(question="absent"), False),
        (Empty(question="one"), False),
        (Empty(question="absent"), True),
        (Not(condition=YES), False),
        (Not(condition=NO), True),
        (And(conditions=(YES, YES)), True),
        (And(conditions=(YES, NO)), False),
        (Or(conditions=(NO, YES)), True),
        (Or(conditions=(NO, NO)), False),
    ],
)
def test_an_operator_holds_or_does_not(condition: Condition | None, expected: bool) -> None:
    assert holds(condition, ANSWERS) is expected


def test_every_comparison_inside_a_condition_is_found() -> None:
    nested = And(conditions=(Not(condition=YES), Or(conditions=(NO, Empty(question="x")))))
    assert comparisons(nested) == (YES, NO, Empty(question="x"))
    assert comparisons(None) == ()


def _with_condition(written: str) -> str:
    return f"""
id = "s"
strand = "practitioners"
title = "T"
[[sections]]
id = "a"
title = "A"
[[sections.questions]]
id = "late"
kind = "free_text"
text = "Late"
when = {written}
"""


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ('{ question = "q", equals = "a" }', Equals(question="q", value="a")),
        ('{ question = "q", in = ["a", 2] }', In(question="q", values=("a", 2))),
        ('{ question = "q", any_in = ["a"] }', AnyIn(question="q", values=("a",))),
        ('{ question = "q", all_in = ["a"] }', AllIn(question="q", values=("a",))),
        ('{ question = "q", count_at_least = 2 }', CountAtLeast(question="q", count=2)),
        ('{ question = "q", answered = true }', Answered(question="q")),
        ('{ question = "q", empty = true }', Empty(question="q")),
        ('{ not = { question = "q", empty = true } }', Not(condition=Empty(question="q"))),
        ('{ and = [{ question = "q", empty = true }] }', And(conditions=(Empty(question="q"),))),
        ('{ or = [{ question = "q", empty = true }] }', Or(conditions=(Empty(question="q"),))),
    ],
)
def test_a_condition_is_read_from_a_table(written: str, expected: Condition) -> None:
    assert parse(_with_condition(written)).question("late").when == expected


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('"looked"', "a condition is a table"),
        ('{ question = "q" }', "names one question and one of equals"),
        ('{ question = "q", equals = "a", empty = true }', "names one question and one of equals"),
        ('{ question = "q", like = "a" }', "names one question and one of equals"),
        ('{ question = "q", equals = true }', "'equals' takes one option id or number"),
        ('{ question = "q", in = "a" }', "'in' takes a list"),
        ('{ question = "q", any_in = [] }', "'any_in' takes a list of option ids"),
        ('{ question = "q", count_at_least = 0 }', "'count_at_least' takes a number from 1"),
        ('{ question = "q", answered = false }', "empty = true"),
        ("{ xor = [] }", "one of not, and, or"),
        ("{ or = [] }", "'or' takes a list of conditions"),
        ("{ and = [{}] }", "one of not, and, or"),
        ('{ not = "q" }', "a condition is a table"),
    ],
)
def test_a_condition_outside_the_closed_set_is_refused(written: str, said: str) -> None:
    with pytest.raises(DefinitionError) as refused:
        parse(_with_condition(written), name="s.toml")
    (fault,) = refused.value.faults
    assert (fault.file, fault.where) == ("s.toml", "late")
    assert said in fault.message
