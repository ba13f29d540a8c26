"""The code frame."""

from __future__ import annotations

import pytest

from analysis.codeframe import CodeFrame, CodeFrameError, ThemeEntry


def entry(key: str, **changes: str) -> ThemeEntry:
    return ThemeEntry(**{"key": key, "name": key.title(), **changes})


def test_definitions_come_before_names_in_the_order_of_the_frame() -> None:
    frame = CodeFrame(version="1", themes=(entry("wait", definition="How long."), entry("door")))
    assert [(w.theme, w.text) for w in frame.wordings()] == [(0, "Wait. How long."), (0, "Wait"), (1, "Door")]


def test_a_number_for_a_name_teaches_nothing() -> None:
    assert CodeFrame(version="1", themes=(entry("17", name="17"),)).wordings() == ()


@pytest.mark.parametrize(
    "themes",
    [
        (entry("a"), entry("a")),
        (entry("a", parent="b"),),
        (entry("a", parent="b"), entry("b", parent="a")),
        (entry("a", parent="a"),),
    ],
)
def test_doubled_keys_lost_parents_and_circles_are_refused(themes: tuple[ThemeEntry, ...]) -> None:
    with pytest.raises(CodeFrameError):
        CodeFrame(version="1", themes=themes)


def test_a_theme_may_lie_under_another() -> None:
    frame = CodeFrame(version="1", themes=(entry("access"), entry("hours", parent="access")))
    assert frame.theme("hours").parent == "access"
    with pytest.raises(KeyError):
        frame.theme("lost")
