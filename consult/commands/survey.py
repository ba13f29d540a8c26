"""`consult survey`: check a definition, load a version, open, close, and release what waits."""

from __future__ import annotations

from pathlib import Path

import click

import surveys
import surveys.check
from consult import clock
from consult.commands.running import COMMAND_LINE, application
from consult.faults import Fault
from consult.records import audit, batches, consultations, gate, kept_versions, proofs, signoffs
from consult.web.extensions import db, settings, workbench_vault


class DefinitionFaultsError(Fault):
    """The definition has faults; the text lists every one."""


class ReasonError(Fault):
    """An exception to the least number of answers needs a reason."""


@click.group()
def survey() -> None:
    """Check, load, open and close surveys."""


@survey.command()
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check(path: Path) -> None:
    """Name every fault of the definition in PATH, with the question and what to mend."""
    definition = _parse(path)
    faults = surveys.check.check(definition, name=path.name)
    if faults:
        raise DefinitionFaultsError(_listed(faults))
    questions = len(definition.questions)
    click.echo(f"{path.name}: no faults; {len(definition.sections)} sections, {questions} questions")


@survey.command()
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--consultation", "name", required=True, help="Name of the consultation.")
def load(path: Path, name: str) -> None:
    """Keep the definition in PATH as a version of a survey of the consultation."""
    source = path.read_text(encoding="utf-8")
    _parse(path)
    with application():
        session = db.session()
        consultation = consultations.named(session, name)
        try:
            loaded = kept_versions.load(
                session, consultation, source, name=path.name, today=clock.today(), by=COMMAND_LINE
            )
        except surveys.DefinitionError as error:
            raise DefinitionFaultsError(_listed(error.faults)) from error
        signoffs.mark_reviewed(session, loaded)
        db.session.commit()
        click.echo(f"{loaded.definition_id} is loaded; its address is /about/{loaded.slug}")


@survey.command("list")
@click.option("--consultation", "name", required=True)
def list_(name: str) -> None:
    """List the surveys of a consultation with state and address."""
    with application():
        session = db.session()
        for each in consultations.surveys_of(session, consultations.named(session, name)):
            click.echo(f"{each.definition_id}\t{each.state}\t/about/{each.slug}")


@survey.command("open")
@click.argument("survey_id")
@click.option("--consultation", "name", required=True)
def open_(survey_id: str, name: str) -> None:
    """Let people answer. Refused while anything is missing, and the refusal names it all."""
    with application():
        session = db.session()
        consultation = consultations.named(session, name)
        found = consultations.survey_of(session, consultation, survey_id)
        gate.open_survey(
            session, workbench_vault(), found, exits=settings().exits, actor=COMMAND_LINE, today=clock.today()
        )
        db.session.commit()
        click.echo(f"{survey_id} is open at /about/{found.slug}")


@survey.command()
@click.argument("survey_id")
@click.option("--consultation", "name", required=True)
@click.option(
    "--show-few", "reason", help="Show answers although there were never enough; the reason is logged."
)
def close(survey_id: str, name: str, reason: str | None) -> None:
    """Stop taking answers and release what still waits into the last batch."""
    if reason is not None and not 10 <= len(reason.strip()) <= 300:
        raise ReasonError("give a reason of 10 to 300 characters: it stays in the log")
    with application():
        session = db.session()
        consultation = consultations.named(session, name)
        found = consultations.survey_of(session, consultation, survey_id)
        today = clock.today()
        consultations.close_survey(found)
        batches.release(session, consultation, found, today=today, closing=True)
        vault = workbench_vault()
        audit.note(session, vault, COMMAND_LINE, "close survey", f"{name}/{survey_id}", today=today)
        if reason is not None:
            batches.show_few(session, consultation, found, today=today)
            what = f"{name}/{survey_id}"
            audit.note(
                session,
                vault,
                COMMAND_LINE,
                "override least number",
                what,
                detail=reason.strip(),
                today=today,
            )
        proofs.note_roots(session, vault, consultation, actor=COMMAND_LINE, today=today)
        db.session.commit()
        batches.settle(db.engine)
        click.echo(f"{survey_id} is closed")


@click.command()
@click.option("--consultation", "name", required=True)
def release(name: str) -> None:
    """Release waiting answers as dated batches, where enough of them wait."""
    with application():
        session = db.session()
        consultation = consultations.named(session, name)
        today = clock.today()
        released = 0
        for each in consultations.surveys_of(session, consultation):
            released += batches.release(session, consultation, each, today=today)
        vault = workbench_vault()
        audit.note(session, vault, COMMAND_LINE, "release", name, today=today)
        proofs.note_roots(session, vault, consultation, actor=COMMAND_LINE, today=today)
        db.session.commit()
        batches.settle(db.engine)
        click.echo(f"{released} answers released")


def _parse(path: Path) -> surveys.Survey:
    try:
        return surveys.parse(path.read_text(encoding="utf-8"), name=path.name)
    except UnicodeDecodeError as error:
        raise DefinitionFaultsError(f"{path.name} is not UTF-8 text: save it as UTF-8") from error
    except surveys.DefinitionError as error:
        raise DefinitionFaultsError(_listed(error.faults)) from error


def _listed(faults: object) -> str:
    lines = [str(fault) for fault in faults]  # type: ignore[attr-defined]
    return f"{len(lines)} to mend\n" + "\n".join(f"  {line}" for line in lines)


COMMANDS = (survey, release)
