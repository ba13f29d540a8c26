"""Tables of answers from other tools: which tool one comes from, where its rows begin, what its columns are.

Knows the layouts that LimeSurvey, Microsoft Forms, Qualtrics and Citizen Space write, by the heads of their
columns. A column that tells who answered, when, or from where is found by its head and never handed on:
whoever imports is told that it was left. Takes text and hands out text; opening and keeping is somebody
else's work.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import islice

MOST_ROWS = 50_000
MOST_COLUMNS = 500
LONGEST_CELL = 100_000
_SEPARATORS = (",", ";", "\t")
_LOOKED_AT = 50
"""Rows whose cells are looked at for what no head says, such as addresses under a head of somebody's own."""


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
    HOW = "how far somebody got"


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
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
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
    before = list(islice(lines, 2))
    found = shape or recognised(heads, *before)
    if found is Shape.QUALTRICS:
        labels, before, first_row = [*before, heads][0], [], 4
    else:
        labels, first_row = heads, 2
    columns = _columns(found, heads, labels)
    cells = list(_full_rows([*before, *lines], len(columns), first_row))
    columns = tuple(_looked_at(column, place, cells) for place, column in enumerate(columns))
    wanted = [(place, column.name) for place, column in enumerate(columns) if column.telling is None]
    rows = tuple({name: row[place] for place, name in wanted} for row in cells)
    return Table(shape=found, columns=columns, rows=rows, first_row=first_row)


def _full_rows(lines: Iterable[Sequence[str]], width: int, first_row: int) -> Iterator[list[str]]:
    """Rows of as many cells as there are columns; a row without any stays, so that rows are counted right."""
    for place, cells in enumerate(lines):
        if place >= MOST_ROWS:
            raise TableError(f"the file has more than {MOST_ROWS} rows: take it apart")
        if any(cells[width:]):
            raise TableError(
                f"row {first_row + place} has more cells than there are columns: save it as CSV again"
            )
        yield [*cells[:width], *[""] * (width - len(cells))]


def _looked_at(column: Column, place: int, rows: Sequence[Sequence[str]]) -> Column:
    """The column, marked as telling when half of its cells or more are addresses or moments."""
    cells = [row[place] for row in rows[:_LOOKED_AT] if row[place]]
    for pattern, why in ((_EMAIL, Telling.WHO), (_IP, Telling.WHERE), (_MOMENT, Telling.WHEN)):
        if column.telling is None and cells and 2 * sum(map(bool, map(pattern.match, cells))) >= len(cells):
            return replace(column, telling=why)
    return column


_EMAIL = re.compile(r"^\S+@\S+\.\S+$")
_IP = re.compile(r"^(?:\d{1,3}\.){3}\d{1,3}$|^(?=.*[a-f0-9]:)[a-f0-9:]{6,45}$", re.IGNORECASE)
_MOMENT = re.compile(r"^(?:\d{4}-\d\d?-\d\d?|\d\d?[./]\d\d?[./]\d{2,4})(?:$|[T ,]+\d\d?:\d\d)")


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
    if text.startswith("sep="):
        raise TableError("the file begins with a line 'sep=': take that line out")
    separator = max(_SEPARATORS, key=lambda sign: _in_first_line(text, sign))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for cells in reader:
            if len(cells) > MOST_COLUMNS and any(cells[MOST_COLUMNS:]):
                raise TableError(f"the file has more than {MOST_COLUMNS} columns")
            if any(len(cell) > LONGEST_CELL for cell in cells):
                raise TableError(f"a cell has more than {LONGEST_CELL} characters")
            yield [cell.strip() for cell in cells]
    except csv.Error as error:
        raise TableError("the file is not well-formed CSV: save it as CSV again") from error


def _in_first_line(text: str, sign: str) -> int:
    """How often a sign stands in the first line, outside quotes."""
    count, inside = 0, False
    for letter in text:
        if letter == '"':
            inside = not inside
        elif inside:
            continue
        elif letter in "\r\n":
            break
        elif letter == sign:
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


_WHO = (
    "id|(?:your |first |last |full |user |middle |contact )?name|surname|(?:your )?e ?mail(?: address)?"
    "|(?:response|respondent|contact|user|participant|submission|panelist|record) ?id|recipient .*"
    "|token|seed|external (?:data )?reference|distribution channel|access code"
    "|(?:your )?(?:(?:tele)?phone|mobile)(?: number)?|(?:your )?organi[sz]ation(?: name)?"
    "|what is your (?:full )?name|what is your e ?mail(?: address)?"
    "|(?:your )?(?:date of birth|d\\.?o\\.?b|post ?code|postal code|address)"
)
_WHEN = (
    "(?:start|end|recorded|submit(?:ted)?|complet(?:ion|ed)|created|updated|modified) ?(?:date|time|on|at)?"
    "|date ?(?:stamp|submitted|started|completed|created|modified|last action|last modified)?"
    "|last (?:modified|action|click)(?: time)?|first (?:click|submit)|page submit|when"
    "|time ?(?:stamp)?|duration.*|(?:total|interview) ?time|(?:group|question) ?time.*"
)
_WHERE = (
    "ip|ip ?addr(?:ess)?|ref(?:erring )?url|refer+er(?: url)?|(?:location )?(?:latitude|longitude)|geo.*"
    "|(?:user )?agent|browser.*|(?:user|start) ?language|device.*|operating system|city"
)
_HOW = "last ?page|progress|finished|status|completed\\?|percent(?:age)? complete"
_TELLING = tuple(
    (re.compile(f"(?:{words})", re.IGNORECASE), why)
    for words, why in (
        (_HOW, Telling.HOW),
        (_WHO, Telling.WHO),
        (_WHEN, Telling.WHEN),
        (_WHERE, Telling.WHERE),
    )
)


def telling(head: str, label: str = "") -> Telling | None:
    """Why a column of this head is never imported, or None for one that may be."""
    for words in (_plain(head), _plain(label)):
        for pattern, why in _TELLING:
            if pattern.fullmatch(words):
                return why
    return None


_BEFORE_WORDS = re.compile(r"^[a-z][a-z0-9_]*\.\s+(?=\S)")


def _plain(head: str) -> str:
    """A head in small letters, with single spaces and without a code before its words."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", head.strip())
    plain = " ".join(parted.replace("_", " ").replace("-", " ").casefold().split()).rstrip(":*? ").strip()
    return _BEFORE_WORDS.sub("", plain)
