"""The hostile tests: which test shows what, that the page about it is true, and when a run has failed."""

from __future__ import annotations

import pytest

from tests import shown
from tests.hostile import document, table
from tests.hostile.promises import PROMISES


@pytest.mark.parametrize(
    ("docstring", "found"),
    [
        ("S31: edits are found.", {31}),
        ("S14 and S32: answers appear together.", {14, 32}),
        ("T07 to T10, S29: leaving.", {29}),
        ("S1, S27, S28: from the first page on.", {1, 27, 28}),
        ("S8 for notes too: one size.", {8}),
        ("What S31 is about: nothing.", set()),
        ("One after the other.", set()),
        (None, set()),
    ],
)
def test_a_docstring_names_what_its_test_shows(docstring: str | None, found: set[int]) -> None:
    assert shown.numbers(docstring) == found


def test_every_promise_is_shown_by_some_test_and_no_other_number_is_used() -> None:
    where = shown.where(PROMISES)
    assert [f"S{number}" for number, files in where.items() if not files] == []
    assert where.keys() == PROMISES.keys() == set(range(1, 43))


def test_the_page_about_these_tests_is_not_stale() -> None:
    written = document.DOCUMENT.read_text(encoding="utf-8")
    assert written == document.document(), "run make test-docs"


def test_a_run_with_a_failure_a_gap_or_before_a_release_a_skip_has_failed() -> None:
    whole = {
        f"test_{number}": {"promises": [number], "outcome": "passed", "figures": [["kills", "200"]]}
        for number in PROMISES
    }
    assert not table.failed(list(table.lines(whole)), release=True)
    failing = list(table.lines(whole | {"test_31": whole["test_31"] | {"outcome": "failed"}}))
    skipping = list(
        table.lines(whole | {"test_31": whole["test_31"] | {"outcome": "skipped", "reason": "no strace"}})
    )
    missing = list(table.lines({name: test for name, test in whole.items() if name != "test_31"}))
    assert table.failed(failing, release=False)
    assert table.failed(missing, release=False)
    assert table.failed(skipping, release=True)
    assert not table.failed(skipping, release=False)
    assert "no strace" in "\n".join(table.printed(skipping))
    assert "tried by nothing: S31" in "\n".join(table.printed(missing))
    assert "kills 200" in "\n".join(table.printed(failing))
