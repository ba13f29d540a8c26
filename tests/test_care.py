"""The criteria of care: none is dropped, and the page about them is true."""

from __future__ import annotations

from tests import shown
from tests.care import document
from tests.care.criteria import CRITERIA, PARTLY, PERSON


def test_every_criterion_is_checked_by_some_test_and_no_other_number_is_used() -> None:
    where = shown.where(CRITERIA, "T")
    assert [f"T{number:02}" for number, files in where.items() if not files] == []
    assert where.keys() == CRITERIA.keys() == set(range(1, 50))
    assert PERSON.keys() | PARTLY.keys() <= CRITERIA.keys()


def test_the_page_about_care_is_not_stale() -> None:
    written = document.DOCUMENT.read_text(encoding="utf-8")
    assert written == document.document(), "run make test-docs"
