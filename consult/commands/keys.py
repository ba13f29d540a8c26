"""`consult keys`: the server's secret, and the keys of a consultation."""

from __future__ import annotations

from pathlib import Path

import click

from consult import clock
from consult.commands.running import COMMAND_LINE, application
from consult.faults import RefusedError
from consult.records import audit, peppers, scrub
from consult.vault import serverkeys
from consult.web.extensions import db, settings, workbench_vault

_PATH = click.Path(dir_okay=False, path_type=Path)


class SecretNeededError(RefusedError):
    """A row still names this secret of the server."""


class NothingToWriteError(RefusedError):
    """No file was named."""


@click.group()
def keys() -> None:
    """Look after the server's secret (the key file) and the keys of consultations."""


@keys.command()
@click.option("--intake", type=_PATH, help="File to write for the application that takes answers.")
@click.option("--workbench", type=_PATH, help="File to write for the team's application.")
@click.option("--replace", is_flag=True, help="Write over files that are there, in one step each.")
def split(intake: Path | None, workbench: Path | None, replace: bool) -> None:
    """Write what one application needs of the key file, and no more, into a file of its own.

    The server's secret itself is in neither. Keep the whole key file away from both applications afterwards:
    it is needed for `consult keys rotate` and to split again.
    """
    wanted = {name: path for name, path in {"intake": intake, "workbench": workbench}.items() if path}
    if not wanted:
        raise NothingToWriteError("name a file to write with --intake or --workbench")
    with application():
        whole = serverkeys.read(settings().key_file)
    for name, path in wanted.items():
        serverkeys.write_half(path, whole, name, replace=replace)
        click.echo(f"{path} is written, for the {name}")


@keys.command()
def status() -> None:
    """Say which secrets the key file holds, what still needs each, and whether the database follows it."""
    with application():
        held = serverkeys.read(settings().key_file)
        named = peppers.naming(db.session())
        for number in sorted({*held.numbers, *named}):
            click.echo(_line(number, held, named.get(number, peppers.Naming())))
        if peppers.behind(db.session(), workbench_vault()):
            click.echo("the database is behind the key file: run `consult keys rotate` with the whole file")


@keys.command()
@click.option("--yes", is_flag=True, help="Do not ask whether the services are stopped.")
def rotate(yes: bool) -> None:
    """Add a new secret to the key file, and let the database follow it.

    Stop the services before and start them after: they read the key file once. New consultations use the new
    secret, people of the team move at their next sign-in, and their sessions end. A consultation keeps the
    secret that its codes were made with. A rotation that was cut off is finished and no other is begun.
    """
    if not yes:
        click.confirm("Are all services that use this key file stopped?", abort=True)
    with application():
        path = settings().key_file
        cut_off = peppers.behind(db.session(), workbench_vault())
    if not cut_off:
        number, printed = serverkeys.add(path)
        click.echo(f"Secret number {number} is the present one. Keep this copy in a safe beside the others;")
        click.echo("it is not shown again:")
        click.echo(f"{number}: {printed}")
    with application():
        session, vault = db.session(), workbench_vault()
        followed = peppers.follow(session, vault)
        detail = f"number {vault.pepper}; {followed.public_keys} public keys, {followed.secrets} secrets"
        audit.note(
            session, vault, COMMAND_LINE, "rotate server secret", "", detail=detail, today=clock.today()
        )
        db.session.commit()
        scrub.checkpoint(db.engine)
    click.echo(f"The database follows: {detail}. Where the file was split, split it again; then start.")


@keys.command()
@click.argument("number", type=int)
def drop(number: int) -> None:
    """Take the old secret NUMBER out of the key file, once nothing in the database names it."""
    with application():
        named = peppers.naming(db.session()).get(number)
        if named is not None:
            raise SecretNeededError(
                f"secret number {number} is needed by {_needed(named)}; without it they could not be opened"
            )
        if peppers.behind(db.session(), workbench_vault()):
            raise SecretNeededError("the database is behind the key file: run `consult keys rotate` first")
        path = settings().key_file
    serverkeys.drop(path, number)
    click.echo(f"Secret number {number} is gone from {path}. Destroy its printed copy, too.")


def _line(number: int, held: serverkeys.ServerKeys, named: peppers.Naming) -> str:
    there = "present" if number == held.number else "kept"
    if number not in held.numbers:
        there = "MISSING FROM THE KEY FILE"
    return f"secret {number}\t{there}\tneeded by {_needed(named)}"


def _needed(named: peppers.Naming) -> str:
    return f"{named.accounts} accounts and {named.consultations} consultations"


COMMANDS = (keys,)
