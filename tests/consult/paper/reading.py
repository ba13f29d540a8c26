"""Reads a PDF back by its own tables: the words of each page, how large each is set, and how it is tagged.

Follows ISO 32000: the graphics state (8.4), text matrices (9.4), and the map from glyphs to letters (9.10.3).
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf

Matrix = tuple[float, float, float, float, float, float]
_UNIT: Matrix = (1, 0, 0, 1, 0, 0)


@dataclass(frozen=True, kw_only=True)
class Run:
    """A few letters set at once; `points` is how large they stand on the page."""

    words: str
    points: float
    page: int


@dataclass(frozen=True, kw_only=True)
class Read:
    """What a file holds. `tags`: the kinds of its structure, in order; `alternatives`: texts for pictures."""

    title: str
    language: str
    marked: bool
    claims: str
    tags: tuple[str, ...]
    alternatives: tuple[str, ...]
    runs: tuple[Run, ...]

    @property
    def words(self) -> str:
        """All of it, with single spaces."""
        return flowing(" ".join(run.words for run in self.runs))


def flowing(words: str) -> str:
    """Single spaces; a line of print may break after a hyphen."""
    return re.sub(r"\s+", " ", words).replace("- ", "-").strip()


def read(pdf: bytes) -> Read:
    """Everything about a file. Raises KeyError for one that lacks what a tagged file must have."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        elements = list(_elements(opened.Root["/StructTreeRoot"]))
        metadata = bytes(opened.Root["/Metadata"].read_bytes()).decode()
        return Read(
            title=str(opened.docinfo["/Title"]),
            language=str(opened.Root["/Lang"]),
            marked=bool(opened.Root["/MarkInfo"]["/Marked"]),
            claims=metadata,
            tags=tuple(str(each["/S"]).removeprefix("/") for each in elements),
            alternatives=tuple(str(each["/Alt"]) for each in elements if "/Alt" in each),
            runs=tuple(run for number, page in enumerate(opened.pages, 1) for run in _runs(page, number)),
        )


def _elements(element: object) -> Iterator[pikepdf.Object]:
    if not isinstance(element, pikepdf.Dictionary):
        return
    if "/S" in element:
        yield element
    inside = element.get("/K")
    for child in inside if isinstance(inside, pikepdf.Array) else [inside]:
        yield from _elements(child)


def _runs(page: pikepdf.Page, number: int) -> Iterator[Run]:
    letters = {name: _letters(font) for name, font in page.Resources.Font.items()}
    matrix, kept, line, font, size = _UNIT, [], _UNIT, "", 0.0
    for instruction in pikepdf.parse_content_stream(page):
        operands: Any = instruction.operands
        match str(instruction.operator):
            case "q":
                kept.append(matrix)
            case "Q":
                matrix = kept.pop()
            case "cm":
                matrix = _times(_matrix(operands), matrix)
            case "Tm":
                line = _matrix(operands)
            case "Tf":
                font, size = str(operands[0]), float(operands[1])
            case "TJ" | "Tj":
                whole = _times(line, matrix)
                shown = operands[0] if isinstance(operands[0], pikepdf.Array) else [operands[0]]
                codes = b"".join(bytes(each) for each in shown if isinstance(each, pikepdf.String))
                words = "".join(
                    letters[font].get(int.from_bytes(codes[place : place + 2], "big"), "\ufffd")
                    for place in range(0, len(codes), 2)
                )
                yield Run(words=words, points=size * abs(whole[3]), page=number)


def _letters(font: pikepdf.Object) -> dict[int, str]:
    table = font["/ToUnicode"].read_bytes().decode()
    return {
        int(glyph, 16): bytes.fromhex(letters).decode("utf-16-be")
        for block in re.findall(r"beginbfchar(.*?)endbfchar", table, re.DOTALL)
        for glyph, letters in re.findall(r"<([0-9a-f]+)> <([0-9a-f]+)>", block)
    }


def _matrix(operands: object) -> Matrix:
    a, b, c, d, e, f = (float(each) for each in operands)  # type: ignore[attr-defined]  # six numbers
    return a, b, c, d, e, f


def _times(m: Matrix, n: Matrix) -> Matrix:
    return (
        m[0] * n[0] + m[1] * n[2],
        m[0] * n[1] + m[1] * n[3],
        m[2] * n[0] + m[3] * n[2],
        m[2] * n[1] + m[3] * n[3],
        m[4] * n[0] + m[5] * n[2] + n[4],
        m[4] * n[1] + m[5] * n[3] + n[5],
    )
