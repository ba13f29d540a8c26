"""`consult keys`: the server's secret, and the keys of a consultation."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from consult import clock
from consult.commands.running import COMMAND_LINE, application
from consult.faults import Fault, RefusedError
from consult.manage import service
from consult.records import audit, peppers, scrub
from consult.vault import serverkeys
from consult.web.extensions import db, settings, workbench_vault

_PATH = click.Path(dir_okay=False, path_type=Path)


class SecretNeededError(RefusedError):
    """A row still names this secret of the server."""


class RecordsShutError(Fault):
    """Some records do not open under the earlier keys, so these cannot go yet."""


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
        for each in service.every_consultation(db.session()):
            click.echo(_keys_line(each.name))


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


@keys.command()
@click.argument("consultation")
@click.argument("name")
@click.option("--as", "account", required=True, metavar="ACCOUNT", help="Who holds a key and acts.")
def revoke(consultation: str, name: str, account: str) -> None:
    """Take the key of NAME to the answers of CONSULTATION.

    Their sessions end, what is sent from now on is sealed to new keys, and what is sealed already follows;
    then the earlier keys are destroyed. What was copied before stays copied. Asks for the passphrase of
    ACCOUNT. If it stops on the way, everything stays readable, and `consult keys follow` goes on.
    """
    with _holding(account) as holder:
        service.revoke(db.session(), workbench_vault(), consultation, name, holder, **_who(account))
        db.session.commit()
        click.echo(f"{name} cannot open the answers of {consultation} any more; new answers have new keys")
        _bring(consultation, holder, account)


@keys.command()
@click.argument("consultation")
@click.option("--as", "account", required=True, metavar="ACCOUNT", help="Who holds a key and acts.")
def renew(consultation: str, account: str) -> None:
    """Make new keys for CONSULTATION and take nobody's; as `revoke` otherwise."""
    with _holding(account) as holder:
        service.renew(db.session(), workbench_vault(), consultation, holder, **_who(account))
        db.session.commit()
        _bring(consultation, holder, account)


@keys.command()
@click.argument("consultation")
@click.option("--as", "account", required=True, metavar="ACCOUNT", help="Who holds a key and acts.")
@click.option("--give-up", is_flag=True, help="Let records that do not open go with the earlier keys.")
def follow(consultation: str, account: str, give_up: bool) -> None:
    """Go on with a change of keys of CONSULTATION that stopped on the way."""
    with _holding(account) as holder:
        _bring(consultation, holder, account, give_up=give_up)


@keys.command()
@click.argument("consultation")
@click.option("--as", "account", required=True, metavar="ACCOUNT", help="One of the two who agreed.")
@click.option("--yes", is_flag=True, help="Do not ask once more.")
def destroy(consultation: str, account: str, yes: bool) -> None:
    """Destroy every key of CONSULTATION, for ever. Two people must have agreed on the page for it.

    Nobody of the team can open an answer, a coding or a quote of it afterwards, nor can recovery shares.
    Exported files stay, and a person's own code still opens that one answer. Keys in backups go when these
    have rolled off, after 7 days.
    """
    if not yes:
        click.confirm("No answer can be opened afterwards, by anybody of the team. Go on?", abort=True)
    with _holding(account):
        person = service.person_by_name(db.session(), account)
        service.destroy_keys(db.session(), workbench_vault(), consultation, person, today=clock.today())
        db.session.commit()
        service.wipe_traces(db.engine)
    click.echo(f"the keys of {consultation} are destroyed")


@contextmanager
def _holding(account: str) -> Iterator[service.StaffKey]:
    """The application, and the key of an account whose passphrase is typed unseen."""
    passphrase = click.prompt("Passphrase", hide_input=True)
    with application():
        yield service.holder_by_passphrase(db.session(), workbench_vault(), account, passphrase)


def _bring(consultation: str, holder: service.StaffKey, account: str, *, give_up: bool = False) -> None:
    """Bring everything under the present keys, a commit a step, and destroy the earlier ones."""
    session, vault = db.session(), workbench_vault()
    while True:
        work = service.begin_pass(session, vault, consultation, holder)
        while work.step():
            session.commit()
        session.commit()
        given_up = work.shut if give_up else 0
        left = service.finish(session, vault, consultation, given_up=given_up, **_who(account))
        session.commit()
        if left.total <= work.shut:
            break
    if left.total:
        raise RecordsShutError(
            f"{left.total} records do not open: they were changed or damaged after they were stored, and the "
            "earlier keys are kept for them. Look for an older copy of the database first. If there is none, "
            "`consult keys follow --give-up` lets them go"
        )
    service.wipe_traces(db.engine)
    click.echo(f"everything of {consultation} is sealed under the present keys; earlier ones are destroyed")


def _who(account: str) -> service.Who:
    return service.Who(actor=account, today=clock.today())


def _line(number: int, held: serverkeys.ServerKeys, named: peppers.Naming) -> str:
    there = "present" if number == held.number else "kept"
    if number not in held.numbers:
        there = "MISSING FROM THE KEY FILE"
    return f"secret {number}\t{there}\tneeded by {_needed(named)}"


def _keys_line(consultation: str) -> str:
    state = service.keys_state(db.session(), consultation)
    if state.destroyed:
        return f"{consultation}\tkeys destroyed"
    people = f"keys number {state.epoch}, held by {len(state.holders)} people"
    if state.left is None:
        return f"{consultation}\t{people}"
    left = state.left.total
    return f"{consultation}\t{people}; {left} records under earlier keys: `consult keys follow`"


def _needed(named: peppers.Naming) -> str:
    return f"{named.accounts} accounts and {named.consultations} consultations"


COMMANDS = (keys,)
