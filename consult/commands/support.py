"""`consult support`: the directory of people to talk to, from a file or one by one."""

from __future__ import annotations

import tomllib
from pathlib import Path

import click

from consult import clock
from consult.commands.running import COMMAND_LINE, application
from consult.faults import RefusedError
from consult.manage.service import directory as service
from consult.web.extensions import db, workbench_vault


class EntriesFileError(RefusedError):
    """The file is not a list of services."""


@click.group()
def support() -> None:
    """Keep the list of people to talk to that stands on every page."""


@support.command("list")
def list_() -> None:
    """List the services: name, whether it is shown, day of the last check."""
    with application():
        for line in service.directory_lines(db.session(), today=clock.today()):
            click.echo(f"{line.entry.name}\t{line.validity}\t{line.checked_on or 'never'}")


@support.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def load(file: Path) -> None:
    """Put in the services of a TOML FILE; each stays hidden until it is checked. Names already there stay."""
    try:
        rows = service.read_entries(tomllib.loads(file.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError) as error:
        raise EntriesFileError(f"{file} is not a list of services: see docs/administrator.md") from error
    with application():
        added = service.load_entries(
            db.session(), workbench_vault(), rows, actor=COMMAND_LINE, today=clock.today()
        )
        db.session.commit()
    click.echo(f"{added} services are in the list, hidden until somebody has checked them")


@support.command()
@click.argument("name")
@click.option("--right/--wrong", "good", required=True, help="What was found.")
@click.option("--by", required=True, help="Who called, or read the service's own page, today.")
@click.option("--note", default="")
def check(name: str, good: bool, by: str, note: str) -> None:
    """Note that somebody checked the service NAME today."""
    with application():
        session, today = db.session(), clock.today()
        found = service.entry_named(session, name)
        service.check_entry(
            session,
            workbench_vault(),
            found.id.hex(),
            good=good,
            note=note,
            by=by,
            actor=COMMAND_LINE,
            today=today,
        )
        db.session.commit()
    click.echo(f"{name} is {'shown' if good else 'hidden'}")


COMMANDS = (support,)
