"""`consult import responses`: answers gathered elsewhere, through the same checks and the same sealing."""

from __future__ import annotations

import csv
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import click
from sqlalchemy.orm import Session

import surveys
from consult import clock
from consult.commands.running import COMMAND_LINE, application
from consult.faults import Fault
from consult.models.consultation import State, Survey
from consult.records import audit, consultations, definitions, responses
from consult.records.consultations import SurveyClosedError
from consult.vault.sealing import IntakeVault
from consult.web.extensions import db, intake_vault, workbench_vault

_AT_ONCE = 500
_NAMED_AT_MOST = 10


class ColumnsError(Fault):
    """The file's columns and the survey's questions do not fit; the text says how."""


class RowsError(Fault):
    """Some rows hold what the survey cannot; the text names row and question and never an answer."""


@click.group("import")
def import_() -> None:
    """Bring in answers that were gathered elsewhere."""


@import_.command("responses")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--survey", "survey_id", required=True, help="Id of the survey's definition.")
@click.option("--consultation", "name", required=True, help="Name of the consultation.")
@click.option(
    "--map",
    "mapped",
    multiple=True,
    required=True,
    metavar="QUESTION=COLUMN",
    help="Which column answers a question; once for each.",
)
@click.option("--dry-run", is_flag=True, help="Check every row and store nothing.")
@click.option("--skip-bad", is_flag=True, help="Leave out rows with problems rather than refuse the file.")
def import_responses(
    path: Path, survey_id: str, name: str, mapped: tuple[str, ...], dry_run: bool, skip_bad: bool
) -> None:
    """Seal each row of the CSV file PATH as one response.

    The file is UTF-8 with a header row. Choices are given by id or by their words, several divided by | or ;.
    Nothing of a row is printed or kept but its sealed answers; the rows appear with the next release.
    """
    pairs = [_pair(each) for each in mapped]
    with application():
        session = db.session()
        consultation = consultations.named(session, name)
        survey = consultations.survey_of(session, consultation, survey_id)
        if survey.state == State.CLOSED:
            raise SurveyClosedError(f"{survey_id} is closed: load a new version or open it first")
        definition = definitions.current(session, survey)
        columns = _columns(path, definition, pairs)
        good, bad, empty = _check(path, definition, columns)
        if bad and not skip_bad:
            raise RowsError(_summary(bad))
        if not dry_run:
            _store(session, intake_vault(), survey, path, definition, columns)
            detail = f"{good} responses"
            audit.note(
                session,
                workbench_vault(),
                COMMAND_LINE,
                "import",
                f"{name}/{survey_id}",
                detail=detail,
                today=clock.today(),
            )
            db.session.commit()
        verb = "would be imported" if dry_run else "imported and sealed"
        click.echo(f"{good} {verb}, {len(bad)} left out with problems, {empty} empty")


def _pair(text: str) -> tuple[str, str]:
    question, equals, column = text.partition("=")
    if not equals or not question or not column:
        raise click.UsageError(f"--map takes QUESTION=COLUMN, not {text!r}")
    return question.strip(), column.strip()


def _columns(path: Path, definition: surveys.Survey, pairs: list[tuple[str, str]]) -> dict[str, str]:
    header = next(_rows(path, header_only=True), {})
    unknown = [question for question, _ in pairs if not definition.has_question(question.split(".")[0])]
    missing = [column for _, column in pairs if column not in header]
    if unknown:
        known = ", ".join(question.id for question in definition.questions)
        raise ColumnsError(f"{definition.id} has no question {', '.join(unknown)}; it has {known}")
    if missing:
        raise ColumnsError(
            f"{path.name} has no column {', '.join(missing)}; it has {', '.join(header) or 'none'}"
        )
    return dict(pairs)


def _rows(path: Path, *, header_only: bool = False) -> Iterator[Mapping[str, str]]:
    csv.field_size_limit(sys.maxsize)
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file, strict=True)
            if header_only:
                yield dict.fromkeys(reader.fieldnames or (), "")
                return
            for row in reader:
                yield {key: value or "" for key, value in row.items() if key is not None}
    except UnicodeDecodeError as error:
        raise ColumnsError(f"{path.name} is not UTF-8 text: save it as CSV UTF-8") from error
    except csv.Error as error:
        raise ColumnsError(f"{path.name} is not well-formed CSV: save it as CSV again") from error


def _readings(
    path: Path, definition: surveys.Survey, columns: Mapping[str, str]
) -> Iterator[tuple[int, surveys.Reading]]:
    for number, row in enumerate(_rows(path), start=2):  # row 1 is the header, as a spreadsheet counts
        yield (
            number,
            surveys.from_cells(definition, {question: row[column] for question, column in columns.items()}),
        )


def _check(
    path: Path, definition: surveys.Survey, columns: Mapping[str, str]
) -> tuple[int, list[tuple[int, surveys.Problem]], int]:
    good, bad, empty = 0, [], 0
    for number, reading in _readings(path, definition, columns):
        if reading.problems:
            bad.append((number, reading.problems[0]))
        elif reading.values:
            good += 1
        else:
            empty += 1
    return good, bad, empty


def _store(
    session: Session,
    vault: IntakeVault,
    survey: Survey,
    path: Path,
    definition: surveys.Survey,
    columns: Mapping[str, str],
) -> None:
    stored = 0
    for _, reading in _readings(path, definition, columns):
        if reading.problems or not reading.values:
            continue
        responses.send(
            session,
            vault,
            survey,
            response_id=os.urandom(16),
            rev=1,
            content={"answers": reading.values, "depth": "full", "language": definition.base},
            keys=None,
        )
        stored += 1
        if stored % _AT_ONCE == 0:
            session.flush()
            session.expunge_all()


def _summary(bad: list[tuple[int, surveys.Problem]]) -> str:
    named = [
        f"row {number}: {problem.question_id}: {problem.code}" for number, problem in bad[:_NAMED_AT_MOST]
    ]
    more = f" and {len(bad) - _NAMED_AT_MOST} more" if len(bad) > _NAMED_AT_MOST else ""
    return f"{len(bad)} rows do not fit, nothing was stored: {'; '.join(named)}{more} (or use --skip-bad)"


COMMANDS = (import_,)
