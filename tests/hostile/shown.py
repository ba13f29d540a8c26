"""Which test shows which promise, read from docstrings such as `S31: ...` or `S9, S34: ...`; runs nothing."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.hostile.promises import PROMISES

ROOT = Path(__file__).resolve().parents[2]
_OPENING = re.compile(r"((?:[ST]\d+(?:,? and |, | to )?)+)[^:]{0,40}:")


def numbers(docstring: str | None) -> frozenset[int]:
    """The promises that the opening of a docstring names: `S14 and S32: ...` gives 14 and 32."""
    opening = _OPENING.match(docstring or "")
    if opening is None:
        return frozenset()
    return frozenset(int(number) for number in re.findall(r"S(\d+)", opening[1]))


@cache
def of_file(path: Path) -> dict[str, frozenset[int]]:
    """Each test function of a file with what it shows: what the file says of all, and what it says itself."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    common = numbers(ast.get_docstring(tree))
    return {
        node.name: common | numbers(ast.get_docstring(node))
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def files() -> Iterator[Path]:
    """Every file of tests."""
    yield from sorted((ROOT / "tests").rglob("test_*.py"))


def where() -> dict[int, list[str]]:
    """For each promise the files that show it, from the top of the tree."""
    found: dict[int, list[str]] = {number: [] for number in PROMISES}
    for path in files():
        for number in sorted(frozenset().union(*of_file(path).values())):
            found.setdefault(number, []).append(path.relative_to(ROOT).as_posix())
    return found
