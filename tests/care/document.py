"""Writes docs/care.md from the criteria and the docstrings of the tests.

`python -m tests.care.document`. A test compares the file with what this gives, so that neither goes stale.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests import shown
from tests.care.criteria import CRITERIA, PARTLY, PERSON

DOCUMENT = shown.ROOT / "docs" / "care.md"
WORDS = shown.ROOT / "tests" / "care" / "words.md"
"""The part that people write, with a place for the table."""


def document() -> str:
    """The whole document."""
    return WORDS.read_text(encoding="utf-8").replace("{shown}", "\n".join(_shown()))


def _shown() -> Iterator[str]:
    yield "| criterion | what it asks | checked by machine (under `tests/`) | needs a person |"
    yield "| --- | --- | --- | --- |"
    where = shown.where(CRITERIA, "T")
    for number, words in CRITERIA.items():
        files = ", ".join(f"`{name.removeprefix('tests/')}`" for name in where[number])
        part = f" (in part: {PARTLY[number]})" if number in PARTLY else ""
        yield f"| T{number:02} | {words} | {files}{part} | {PERSON.get(number, '')} |"


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
