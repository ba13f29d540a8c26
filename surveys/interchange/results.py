"""Tables of answers from other tools: which tool a table comes from, where its rows begin, what its columns are.

Knows the layouts that LimeSurvey, Microsoft Forms, Qualtrics and Citizen Space write, by the heads of their
columns. A column that tells who answered, when, or from where is found by its head and never handed on:
whoever imports is told that it was left. Takes text and hands out text; opening and keeping is somebody
else's work.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

MOST_ROWS = 20_000
MOST_COLUMNS = 500
LONGEST_CELL = 100_000
_SEPARATORS = (",", ";", "\t")
_LOOKED_AT = 4096


class Shape(StrEnum):
    """The tool that a table comes from."""

    LIMESURVEY = "limesurvey"
    MICROSOFT_FORMS = "microsoft-forms"
    QUALTRICS = "qualtrics"
    CITIZEN_SPACE = "citizen-space"
    PLAIN = "plain"


class Telling(StrEnum):
    """Why a column is never imported."""

    WHO = "who answered"
    WHEN = "when somebody answered"
    WHERE = "from where somebody answered"


class TableError(ValueError):
    """The file is no table that can be read; the text says what to do, and nothing of what is in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column. `name` is what a mapping calls it, `label` the question's words where the tool gives them.

    `telling` says why it is never imported; None for a column that may be.
    """

    name: str
    label: str
    telling: Telling | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table of answers without its telling columns: their cells are gone before anybody sees them."""

    shape: Shape
    columns: tuple[Column, ...]
    rows: tuple[Mapping[str, str], ...]
    """Cells by the names of columns, without the telling ones."""
    first_row: int
    """The line of the table, as a spreadsheet counts, on which the first answers stand."""

    @property
    def usable(self) -> tuple[Column, ...]:
        """The columns that may be imported."""
        return tuple(column for column in self.columns if column.telling is None)

    @property
    def left_out(self) -> tuple[Column, ...]:
        """The columns that never are."""
        return tuple(column for column in self.columns if column.telling is not None)


def decoded(content: bytes) -> str:
    """The text of a file: UTF-8, or UTF-16 as spreadsheets save "Unicode text". Raises TableError."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    else:
        encoding = "utf-8-sig"
    try:
        words = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise TableError("the file is not UTF-8 text: save it as CSV UTF-8") from error
    if "\0" in words:
        raise TableError("the file is no text: save it as CSV UTF-8")
    return words


def read(text: str, shape: Shape | None = None) -> Table:
    """The table in `text`. `shape` overrules what the heads say.

    Raises TableError when it is no table, has two columns of one name, or more than it may have.
    """
    lines = _lines(text)
    heads = next(lines, [])
    if not any(heads):
        raise TableError("the file is empty: its first line must name the columns")
    second, third = next(lines, []), next(lines, [])
    found = shape or recognised(heads, second, third)
    if found is Shape.QUALTRICS:
        labels, before, first_row = second, [], 4
    else:
        labels, before, first_row = heads, [second, third], 2
    columns = _columns(found, heads, labels)
    names = [column.name for column in columns]
    wanted = [(place, column.name) for place, column in enumerate(columns) if column.telling is None]
    rows = []
    for cells in (*(each for each in before if each), *lines):
        if len(rows) >= MOST_ROWS:
            raise TableError(f"the file has more than {MOST_ROWS} rows: take it apart")
        if len(cells) > len(names) and any(cells[len(names) :]):
            line = first_row + len(rows)
            raise TableError(f"row {line} has more cells than there are columns: save it as CSV again")
        rows.append({name: cells[place] if place < len(cells) else "" for place, name in wanted})
    return Table(shape=found, columns=columns, rows=tuple(rows), first_row=first_row)


def recognised(heads: Sequence[str], second: Sequence[str] = (), third: Sequence[str] = ()) -> Shape:
    """The tool that a table comes from, by its first three lines."""
    plain = [_plain(head) for head in heads]
    known = set(plain)
    # Qualtrics: names, then the questions, then a line of JSON with each column's ImportId.
    if len(third) == len(heads) == len(second) and any('"ImportId"' in cell for cell in third):
        return Shape.QUALTRICS
    if known >= {"id", "start time", "completion time"}:
        return Shape.MICROSOFT_FORMS
    if _is_limesurvey(plain):
        return Shape.LIMESURVEY
    if known & {"response id", "responseid"} and known & {"submitted date", "date submitted"}:
        return Shape.CITIZEN_SPACE
    return Shape.PLAIN


def _is_limesurvey(plain: Sequence[str]) -> bool:
    known = set(plain)
    by_code = {"id", "submitdate", "lastpage"} <= known
    by_words = {"response id", "last page"} <= known or {"response id", "start language"} <= known
    return by_code or by_words


def _lines(text: str) -> Iterator[list[str]]:
    separator = _separator(text)
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for cells in reader:
            if len(cells) > MOST_COLUMNS and any(cells[MOST_COLUMNS:]):
                raise TableError(f"the file has more than {MOST_COLUMNS} columns")
            yield [cell.strip() for cell in cells]
    except csv.Error as error:
        if "field larger" in str(error):
            raise TableError(f"a cell has more than {LONGEST_CELL} characters") from error
        raise TableError("the file is not well-formed CSV: save it as CSV again") from error


def _separator(text: str) -> str:
    """What stands between cells: the sign that cuts the first line into the most of them."""
    if text.startswith("sep=") and text[5:6] in {"\r", "\n"}:
        raise TableError("the file begins with a line 'sep=': take that line out")
    first = next(csv.reader(io.StringIO(text[:_LOOKED_AT], newline="")), [""])
    head = ",".join(first)
    return max(_SEPARATORS, key=lambda sign: _outside_quotes(head if sign == "," else text[:_LOOKED_AT], sign))


def _outside_quotes(text: str, sign: str) -> int:
    """How often a sign stands in the first line, but for those inside quotes."""
    count, inside = 0, False
    for letter in text:
        if letter == '"':
            inside = not inside
        elif letter in "\r\n" and not inside:
            break
        elif letter == sign and not inside:
            count += 1
    return count


def _columns(shape: Shape, heads: Sequence[str], labels: Sequence[str]) -> tuple[Column, ...]:
    while heads and not heads[-1]:
        heads = heads[:-1]  # spreadsheets write empty columns at the end
    made = tuple(
        Column(
            name=_name(shape, head, place),
            label=labels[place] if place < len(labels) and labels[place] else head,
            telling=telling(head, labels[place] if place < len(labels) else ""),
        )
        for place, head in enumerate(heads)
    )
    names = [column.name for column in made]
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if twice:
        raise TableError(f"two columns are called '{twice[0]}': give each a name of its own")
    return made


_CODE = re.compile(r"([A-Za-z][A-Za-z0-9_]*(?:\[[^\]]*\])?)\s*\.\s+\S")


def _name(shape: Shape, head: str, place: int) -> str:
    """How a mapping calls a column: its head, or its code where LimeSurvey puts that before the question."""
    found = _CODE.match(head) if shape is Shape.LIMESURVEY else None
    return found[1] if found else head or f"column {place + 1}"


_WHO = re.compile(
    r"^(?:id|name|e-?mail(?: ?address)?|first ?name|last ?name|surname|full ?name|user ?name|token|seed"
    r"|respondent ?id|response ?id|responseid|recipient ?(?:last ?name|first ?name|email)|external ?(?:data ?)?reference"
    r"|distribution ?channel|phone(?: ?number)?|telephone|mobile|contact ?id|user ?id|participant ?id"
    r"|access ?code|what is your (?:full )?name\W*|what is your e-?mail(?: address)?\W*|your name|your e-?mail(?: address)?"
    r"|organi[sz]ation ?name|date ?of ?birth|d\.?o\.?b\.?|post ?code|postal ?code)$"
)
_WHEN = re.compile(
    r"^(?:start ?date|end ?date|recorded ?date|submit ?date|start ?time|completion ?time|end ?time|last ?modified(?: time)?"
    r"|date ?stamp|time ?stamp|submitted(?: date| on| at)?|date ?submitted|date ?started|date ?(?:last )?(?:action|modified)"
    r"|duration(?: ?\(?in seconds\)?)?|total ?time|group ?time.*|question ?time.*|interview ?time|last ?page|progress|finished"
    r"|date|time|created(?: at| on)?|updated(?: at| on)?|date completed|when|status|last action|first submit|last click|page submit)$"
)
_WHERE = re.compile(
    r"^(?:ip ?address|ip|ip ?addr|ipaddr|refurl|refer(?:r)?er(?: ?url)?|location ?latitude|location ?longitude"
    r"|latitude|longitude|geo.*|user ?agent|browser|user ?language|start ?language|device(?: ?type)?|operating system"
    r"|url|city|country|region ip)$"
)


def telling(head: str, label: str = "") -> Telling | None:
    """Why a column of this head is never imported, or None for one that may be."""
    for words in (_plain(head), _plain(label)):
        for pattern, why in ((_WHO, Telling.WHO), (_WHEN, Telling.WHEN), (_WHERE, Telling.WHERE)):
            if words and pattern.match(words):
                return why
    return None


_BEFORE_WORDS = re.compile(r"^[a-z][a-z0-9_]*\.\s+(?=\S)")


def _plain(head: str) -> str:
    """A head in small letters, with single spaces and without a code before its words."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", head.strip())
    plain = " ".join(parted.replace("_", " ").casefold().split()).rstrip(":*? ").strip()
    return _BEFORE_WORDS.sub("", plain)
