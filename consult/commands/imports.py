"""`consult import`: answers gathered elsewhere, by the same service as the page, and out again."""

from __future__ import annotations

from pathlib import Path

import click

from consult import clock
from consult.commands.running import COMMAND_LINE, application
from consult.gathering.service import imports as service
from consult.gathering.service.imports import Shape
from consult.records import consultations, definitions, unlocking
from consult.records.unlocking import Unlocked
from consult.web.extensions import db, workbench_vault

MAY_TAKE_OUT = frozenset({"lead"})


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
    metavar="QUESTION=COLUMN",
    help="Which column answers a question, once for each; QUESTION:OPTION for a column of one option. "
    "Without any, columns are matched by their names and words.",
)
@click.option(
    "--shape",
    type=click.Choice([str(shape) for shape in Shape]),
    help="The tool that the file comes from; else the heads of its columns say.",
)
@click.option("--dry-run", is_flag=True, help="Check every row and store nothing.")
@click.option("--skip-bad", is_flag=True, help="Leave out rows with problems rather than refuse the file.")
def import_responses(
    path: Path,
    survey_id: str,
    name: str,
    mapped: tuple[str, ...],
    shape: str | None,
    dry_run: bool,
    skip_bad: bool,
) -> None:
    """Seal each row of the CSV file PATH as one response.

    The file is UTF-8 with a header row. Choices are given by id or by their words, several divided by | or ;.
    Columns of names, addresses and times are never imported. Nothing of a row is printed or kept but its
    sealed answers; the rows appear with the next release.
    """
    pairs = [_pair(each) for each in mapped]
    with application():
        session, vault, today = db.session(), workbench_vault(), clock.today()
        consultation = consultations.named(session, name)
        definition = definitions.current(session, service.survey_for(session, consultation, survey_id))
        table = service.read(path.read_bytes(), Shape(shape) if shape else None)
        for column in table.left_out:
            click.echo(f"never imported: {column.name} ({column.telling})", err=True)
        targets = {column: question for question, column in pairs}
        targets = service.checked_targets(
            definition, table, targets if pairs else service.matched(definition, table)
        )
        brought = service.Brought(survey_id=survey_id, table=table, targets=targets)
        checked = service.check(definition, brought)
        if checked.bad and not skip_bad:
            raise service.RowsError(f"{service.said_of(checked.bad)} (or use --skip-bad)")
        verb, ending = "would be imported", ""
        if not dry_run and checked.good:
            sealed = service.seal(session, vault, name, brought, today=today, skip_bad=skip_bad)
            service.store(session, vault, sealed, actor=COMMAND_LINE, today=today)
            db.session.commit()
            verb, ending = "imported and sealed", f" (import {sealed.key})"
        click.echo(
            f"{checked.good} {verb}, {len(checked.bad)} left out with problems, {checked.empty} empty{ending}"
        )


_CONSULTATION = click.option("--consultation", "name", required=True, help="Name of the consultation.")
_AS = click.option("--as", "account", required=True, help="A lead who holds a key to the answers.")
_PASSPHRASE = click.option(
    "--passphrase-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="File whose first line is the passphrase; asked for when absent.",
)


@import_.command("list")
@_CONSULTATION
@_AS
@_PASSPHRASE
def list_imports(name: str, account: str, passphrase_file: Path | None) -> None:
    """List the imports of which answers are left, the newest first."""
    passphrase = _passphrase(passphrase_file)
    with application():
        for each in service.imports(_unlocked(name, account, passphrase)):
            click.echo(
                f"{each.key} {each.day} {each.by} {each.survey_id}: {each.left} answers, "
                f"{each.noted} coded, {each.in_files} in files"
            )


@import_.command("undo")
@click.argument("key")
@_CONSULTATION
@_AS
@_PASSPHRASE
@click.option(
    "--withdraw", is_flag=True, help="Also when answers were coded or handed on: that goes with them."
)
def undo_import(key: str, name: str, account: str, passphrase_file: Path | None, withdraw: bool) -> None:
    """Take all answers of the import KEY out again, in one act."""
    passphrase = _passphrase(passphrase_file)
    with application():
        unlocked = _unlocked(name, account, passphrase)
        leaving = service.find(unlocked, key)
        count = service.take_out(
            unlocked, key, leaving, actor=account, today=clock.today(), withdraw=withdraw
        )
        db.session.commit()
        service.settle(db.engine)
        click.echo(f"{count} answers {'withdrawn' if withdraw else 'taken out'}")


def _unlocked(name: str, account: str, passphrase: str) -> Unlocked:
    return unlocking.by_passphrase(
        db.session(), workbench_vault(), name, account, passphrase, roles=MAY_TAKE_OUT
    )


def _pair(text: str) -> tuple[str, str]:
    question, equals, column = text.partition("=")
    if not equals or not question or not column:
        raise click.UsageError(f"--map takes QUESTION=COLUMN, not {text!r}")
    return question.strip(), column.strip()


def _passphrase(file: Path | None) -> str:
    if file is None:
        return str(click.prompt("Passphrase", hide_input=True))
    return (file.read_text(encoding="utf-8").splitlines() or [""])[0]


COMMANDS = (import_,)
