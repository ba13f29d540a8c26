"""`consult report`: the file that the page would give, for who knows an account's passphrase."""

from __future__ import annotations

from pathlib import Path

import click

from consult import clock
from consult.commands.running import application
from consult.faults import Fault
from consult.reports import service
from consult.web.extensions import db, settings, workbench_vault


class FileThereError(Fault):
    """A file of that name is there already."""


@click.command()
@click.argument("standard")
@click.option("--consultation", "name", required=True, help="Name of the consultation.")
@click.option("--as", "account", required=True, help="Account that holds a key to the answers.")
@click.option("--format", "kind", type=click.Choice(["html", "csv"]), default="html", show_default=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="File to write.")
@click.option(
    "--passphrase-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="File whose first line is the passphrase; asked for when absent.",
)
def report(
    standard: str, name: str, account: str, kind: str, out: Path | None, passphrase_file: Path | None
) -> None:
    """Write the evidence of STANDARD as a file that can be handed on.

    Figures are those for publication; only quotes that two people passed are in it. The log notes the export.
    """
    passphrase = _passphrase(passphrase_file)
    with application():
        session, vault, today = db.session(), workbench_vault(), clock.today()
        unlocked = service.for_command(session, vault, name, account, passphrase)
        if kind == service.Format.HTML:
            made = service.standard_html(
                unlocked, standard, service_name=settings().service_name, today=today
            )
        else:
            made = service.standard_csv(unlocked, standard)
        path = out or Path(made.name)
        if path.exists():
            raise FileThereError(f"{path} is there already: choose another name with --out")
        service.note(session, vault, account, name, made, today=today)
        db.session.commit()
        path.write_bytes(made.content)
        click.echo(f"{path} is written")


def _passphrase(file: Path | None) -> str:
    if file is None:
        return str(click.prompt("Passphrase", hide_input=True))
    return (file.read_text(encoding="utf-8").splitlines() or [""])[0]


COMMANDS = (report,)
