"""Writes docs/hostile.md from the docstrings of the tests and the figures of the last run.

`python -m tests.hostile.document`. A test compares the file with what this gives, so that neither goes stale.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from tests import shown
from tests.hostile.promises import PROMISES
from tests.hostile.table import FIGURES

DOCUMENT = shown.ROOT / "docs" / "hostile.md"
WORDS = shown.ROOT / "tests" / "hostile" / "words.md"
"""The part that people write, with a place for each table."""


def document() -> str:
    """The whole document."""
    figures: dict[str, list[str]] = {}
    day = "never"
    if FIGURES.exists():
        kept = json.loads(FIGURES.read_text(encoding="utf-8"))
        figures, day = kept["figures"], kept["day"]
    words = WORDS.read_text(encoding="utf-8").replace("{shown}", "\n".join(_shown(figures)))
    for number in range(1, 11):
        words = words.replace(f"{{S{number}}}", "; ".join(figures.get(f"S{number}", ["not run yet"])))
    return words.replace("{day}", day)


def _shown(figures: dict[str, list[str]]) -> Iterator[str]:
    yield "| test | what is tried | shown by (under `tests/`) | measured |"
    yield "| --- | --- | --- | --- |"
    where = shown.where(PROMISES)
    for number, promise in PROMISES.items():
        files = ", ".join(f"`{name.removeprefix('tests/')}`" for name in where[number])
        yield f"| S{number} | {promise} | {files} | {'; '.join(figures.get(f'S{number}', []))} |"


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
