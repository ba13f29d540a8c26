"""A table of answers before it is imported: read, matched to questions, checked row by row.

What somebody chose is held in the memory of the process for that person alone, as long as a rest of the team
lasts at most, and is never on a disk. Problems name row and question and never what stands in a cell.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

import surveys
from consult.faults import ConflictError, RefusedError
from consult.models.consultation import Consultation, State, Survey
from consult.records import consultations, definitions, sheets
from consult.records.consultations import SurveyClosedError
from consult.records.held import Holder
from consult.records.sheets import WorkbookError, is_workbook
from surveys.cells import from_cells, option_key
from surveys.interchange import results
from surveys.interchange.results import Shape, Table, TableError

LARGEST_FILE = 900_000
"""Bytes of a file on the page; the command takes larger ones."""
MOST_HELD = 4
PREVIEWED = 3
MOST_NAMED = 20


class FileError(RefusedError):
    """The file is no table that can be read; the text says what to do."""


class ColumnsError(RefusedError):
    """Columns and questions do not fit; the text says how."""


class NothingHeldError(ConflictError):
    """The file that was chosen is not held any more: it must be chosen again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """A table for one survey. `targets`: column -> question, `question.option` or `question:option`."""

    survey_id: str
    table: Table
    targets: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Place:
    brought: Brought | None = None


_holder: Holder[_Place] = Holder(_Place, MOST_HELD)


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRow:
    """A row that does not fit: its number as a spreadsheet counts, the question, and what is wrong."""

    row: int
    question: str
    code: surveys.ProblemCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a check of every row found. `empty` rows hold no answer and are left out."""

    good: int
    bad: tuple[BadRow, ...]
    empty: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Something that a column can answer: its name in a mapping, and how a person reads it."""

    name: str
    label: str


def read(content: bytes, shape: Shape | None = None) -> Table:
    """The table in a file, or on the first sheet of a workbook. Raises FileError."""
    try:
        return results.read(_text(content), shape)
    except (TableError, WorkbookError) as error:
        raise FileError(str(error)) from error


def _text(content: bytes) -> str:
    if not is_workbook(content):
        return results.decoded(content)
    ((_, rows),) = sheets.read(content, results.MOST_ROWS).items()
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


def survey_for(session: Session, consultation: Consultation, survey_id: str) -> Survey:
    """The survey that answers are brought into. Raises UnknownSurveyError or SurveyClosedError."""
    survey = consultations.survey_of(session, consultation, survey_id)
    if survey.state == State.CLOSED:
        raise SurveyClosedError(f"{survey_id} is closed: load a new version or open it first")
    return survey


def hold(
    session: Session, name: str, survey_id: str, account_id: bytes, content: bytes, shape: Shape | None
) -> Brought:
    """Read a file and hold it for this person, its columns matched as far as their heads tell.

    Raises FileError, UnknownConsultationError, UnknownSurveyError or SurveyClosedError.
    """
    consultation = consultations.named(session, name)
    definition = definitions.current(session, survey_for(session, consultation, survey_id))
    table = read(content, shape)
    brought = Brought(survey_id=survey_id, table=table, targets=matched(definition, table))
    _holder.at(account_id, consultation.id).value.brought = brought
    return brought


def held(session: Session, name: str, account_id: bytes) -> Brought:
    """What this person chose. Raises NothingHeldError."""
    consultation = consultations.named(session, name)
    brought = _holder.at(account_id, consultation.id).value.brought
    if brought is None:
        raise NothingHeldError("the file is not held any more: choose it again")
    return brought


def match(session: Session, name: str, account_id: bytes, targets: Mapping[str, str]) -> Brought:
    """Say which column answers what. Raises NothingHeldError; ColumnsError leaves it as it was."""
    brought = held(session, name, account_id)
    consultation = consultations.named(session, name)
    definition = definitions.current(session, survey_for(session, consultation, brought.survey_id))
    changed = replace(brought, targets=checked_targets(definition, brought.table, targets))
    _holder.at(account_id, consultation.id).value.brought = changed
    return changed


def let_go(session: Session, name: str, account_id: bytes) -> None:
    """Forget the file."""
    consultation = consultations.named(session, name)
    _holder.at(account_id, consultation.id).value.brought = None


def targets_of(definition: surveys.Survey) -> list[Target]:
    """Everything that a column can answer, in the order of the survey."""
    return [target for question in definition.questions if question.stored for target in _of(question)]


def _of(question: surveys.Question) -> Iterator[Target]:
    asked = question.asked.read("en").words
    yield Target(name=question.id, label=asked)
    for option in surveys.options_of(question):
        said = option.text.read("en").words
        if isinstance(question, surveys.Choices):
            yield Target(name=option_key(question.id, option.id), label=f"{asked}: {said}")
        if option.detail:
            yield Target(name=surveys.detail_key(question.id, option.id), label=f"{asked}: {said} (words)")


def matched(definition: surveys.Survey, table: Table) -> dict[str, str]:
    """What columns answer, as far as their names or words are those of the survey."""
    known: dict[str, str] = {}
    for target in targets_of(definition):
        known.setdefault(_folded(target.name), target.name)
        known.setdefault(_folded(target.label), target.name)
    found: dict[str, str] = {}
    for column in table.usable:
        for words in (column.name, column.label):
            target_name = known.get(_folded(words))
            if target_name is not None and target_name not in found.values():
                found.setdefault(column.name, target_name)
    return found


def checked_targets(definition: surveys.Survey, table: Table, targets: Mapping[str, str]) -> dict[str, str]:
    """The mapping, if every name in it is known and none is used twice. Raises ColumnsError."""
    known = [target.name for target in targets_of(definition)]
    usable = [column.name for column in table.usable]
    told = {column.name: column.telling for column in table.left_out}
    for column, target in targets.items():
        if column in told:
            raise ColumnsError(f"the column {column} tells {told[column]}: it is never imported")
        if column not in usable:
            raise ColumnsError(f"the file has no column {column}; it has {', '.join(usable) or 'none'}")
        if target not in known:
            asked = ", ".join(dict.fromkeys(name.partition(":")[0].partition(".")[0] for name in known))
            raise ColumnsError(f"{definition.id} has no question {target}; it has {asked}")
    twice = [name for name in targets.values() if list(targets.values()).count(name) > 1]
    if twice:
        raise ColumnsError(f"two columns answer {twice[0]}: choose one of them")
    if not targets:
        raise ColumnsError("no column answers a question: say for one at least which it answers")
    return dict(targets)


def readings(definition: surveys.Survey, brought: Brought) -> Iterator[tuple[int, surveys.Reading]]:
    """Every row with its number, read as what people type is read."""
    for number, row in enumerate(brought.table.rows, start=brought.table.first_row):
        answered = {target: row[column] for column, target in brought.targets.items()}
        yield number, from_cells(definition, answered)


def check(definition: surveys.Survey, brought: Brought) -> Checked:
    """Read every row and store nothing."""
    good, empty = 0, 0
    bad: list[BadRow] = []
    for number, reading in readings(definition, brought):
        if reading.problems:
            first = reading.problems[0]
            bad.append(BadRow(row=number, question=first.question_id, code=first.code))
        elif reading.values:
            good += 1
        else:
            empty += 1
    return Checked(good=good, bad=tuple(bad), empty=empty)


def preview(brought: Brought) -> Sequence[Mapping[str, str]]:
    """The first rows, for the person who chose the file."""
    return brought.table.rows[:PREVIEWED]


def _folded(words: str) -> str:
    for sign in "_.:[]-":
        words = words.replace(sign, " ")
    return " ".join(words.casefold().split())
