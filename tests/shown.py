"""Which test shows which promise, read from docstrings such as `S31: ...` or `S9, T07 to T10: ...`.

S are the promises of security (`tests/hostile/promises.py`), T the criteria of care
(`tests/care/criteria.py`). Runs nothing.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_OPENING = re.compile(r"((?:[ST]\d+(?:,? and |, | to )?)+)[^:]{0,40}:")


def numbers(docstring: str | None, letter: str = "S") -> frozenset[int]:
    """The promises that the opening of a docstring names: `S14 and S32: ...` gives 14 and 32, and
    `T07 to T09: ...` all three."""
    opening = _OPENING.match(docstring or "")
    if opening is None:
        return frozenset()
    found = {int(number) for number in re.findall(rf"{letter}(\d+)", opening[1])}
    for first, last in re.findall(rf"{letter}(\d+) to {letter}(\d+)", opening[1]):
        found.update(range(int(first), int(last)))
    return frozenset(found)


@cache
def of_file(path: Path, letter: str = "S") -> dict[str, frozenset[int]]:
    """Each test function of a file with what it shows: what the file says of all, and what it says itself."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    common = numbers(ast.get_docstring(tree), letter)
    return {
        node.name: common | numbers(ast.get_docstring(node), letter)
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def files() -> Iterator[Path]:
    """Every file of tests."""
    yield from sorted((ROOT / "tests").rglob("test_*.py"))


def where(promises: Iterable[int], letter: str = "S") -> dict[int, list[str]]:
    """For each promise the files that show it, from the top of the tree. A number that is used and is none
    of the promises is there too."""
    found: dict[int, list[str]] = {number: [] for number in promises}
    for path in files():
        for number in sorted(frozenset().union(*of_file(path, letter).values())):
            found.setdefault(number, []).append(path.relative_to(ROOT).as_posix())
    return found
