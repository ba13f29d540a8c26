"""`consult db`: migrations."""

from __future__ import annotations

import click
import flask_migrate

from consult.commands.running import application
from consult.records import rights
from consult.web.extensions import db


@click.group("db")
def database() -> None:
    """Set up the database and keep it up to date."""


@database.command()
@click.option("--revision", default="head", show_default=True)
def upgrade(revision: str) -> None:
    """Bring the database to the newest version."""
    with application():
        flask_migrate.upgrade(revision=revision)
    click.echo("the database is up to date")


@database.command()
@click.option("--revision", required=True)
@click.confirmation_option(prompt="Going back drops tables and what is in them. Go on?")
def downgrade(revision: str) -> None:
    """Take the database back to an older version."""
    with application():
        flask_migrate.downgrade(revision=revision)
    click.echo(f"the database is at {revision}")


@database.command()
def current() -> None:
    """Show which version the database is at."""
    with application():
        flask_migrate.current()


@database.command()
def check() -> None:
    """Say whether models and migrations agree."""
    with application():
        flask_migrate.check()


@database.command()
@click.argument("message")
def revise(message: str) -> None:
    """Write the next migration from the models (for developers)."""
    with application():
        flask_migrate.migrate(message=message)


@database.command()
@click.option("--intake", default="consult_intake", show_default=True, help="Role of the public application.")
@click.option("--workbench", default="consult_workbench", show_default=True, help="Role of the team's.")
@click.option("--apply", "now", is_flag=True, help="Run the statements instead of printing them.")
def roles(intake: str, workbench: str, now: bool) -> None:
    """Print what gives two PostgreSQL roles the rights that each application needs, and no others.

    With --apply they are run, which only the owner of the tables can do. Do so again after each upgrade.
    """
    with application(), db.engine.begin() as connection:
        rights.require_postgresql(connection)
        if now:
            count = rights.apply(connection, intake=intake, workbench=workbench)
            click.echo(f"{count} statements were run: {intake} and {workbench} have their rights")
            return
        database_name = str(db.engine.url.database)
        for statement in rights.statements(database=database_name, intake=intake, workbench=workbench):
            click.echo(f"{statement};")


COMMANDS = (database,)
