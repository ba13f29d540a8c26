"""`consult db`: migrations."""

from __future__ import annotations

import click
import flask_migrate

from consult.commands.running import application


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


COMMANDS = (database,)
