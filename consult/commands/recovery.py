"""`consult recovery`: the way back when a passphrase is lost, on paper between people.

A share or a passphrase is asked for unseen and never stands in the words of a command.
"""

from __future__ import annotations

import click

from consult import clock
from consult.commands.running import COMMAND_LINE, application
from consult.manage import service
from consult.web.extensions import db, workbench_vault

_SCHEMES = {f"{threshold}-of-{people}": (threshold, people) for threshold, people in service.SCHEMES}
_scheme = click.option(
    "--shares",
    "scheme",
    type=click.Choice(list(_SCHEMES)),
    default=next(iter(_SCHEMES)),
    show_default=True,
    help="How many sheets must come together, of how many.",
)


_TRIES = 5


@click.group()
def recovery() -> None:
    """Make recovery shares, type one back, and let a person in with them."""


@recovery.command()
@click.argument("consultation")
@click.option("--as", "account", required=True, metavar="ACCOUNT", help="Who can open the answers.")
@_scheme
def make(consultation: str, account: str, scheme: str) -> None:
    """Make the recovery shares of CONSULTATION and print them, once.

    Asks for the passphrase of somebody who can open the answers. Shares made before open nothing new from
    then on. They are kept nowhere: see that this terminal is not recorded, and clear it afterwards.
    """
    passphrase = click.prompt("Passphrase", hide_input=True)
    with application():
        session, vault = db.session(), workbench_vault()
        holder = service.holder_by_passphrase(session, vault, account, passphrase)
        made = service.make_shares(
            session, vault, consultation, _SCHEMES[scheme], holder, actor=account, today=clock.today()
        )
        db.session.commit()
    _show(made, f"consult recovery confirm {consultation}")


@recovery.command()
@click.argument("consultation", required=False)
@click.option("--installation", is_flag=True, help="A share of the installation key instead.")
def confirm(consultation: str | None, installation: bool) -> None:
    """Type one share of CONSULTATION back, unseen: no survey opens before that.

    It shows that the paper can be read and belongs to the shares in use. A single share shows no more.
    """
    if installation == bool(consultation):
        raise click.UsageError("name a consultation, or say --installation")
    typed = click.prompt("One share", hide_input=True)
    with application():
        session, vault, today = db.session(), workbench_vault(), clock.today()
        if consultation:
            service.confirm_share(session, vault, consultation, typed, actor=COMMAND_LINE, today=today)
        else:
            service.confirm_installation_share(session, vault, typed, actor=COMMAND_LINE, today=today)
        db.session.commit()
    click.echo("The share is right.")


@recovery.command()
@click.argument("consultation")
@click.option("--for", "account", required=True, metavar="ACCOUNT", help="Who shall open the answers.")
def use(consultation: str, account: str) -> None:
    """Let ACCOUNT open the answers of CONSULTATION by shares, typed unseen one after the other.

    For a lost passphrase, once the account began anew, or for a new analyst. Nobody needs to unlock.
    """
    with application():
        session, vault = db.session(), workbench_vault()
        first, needed = _asked(consultation, "First share")
        rest = [_asked(consultation, f"Share {number} of {needed}")[0] for number in range(2, needed + 1)]
        service.use_shares(
            session, vault, consultation, [first, *rest], account, actor=COMMAND_LINE, today=clock.today()
        )
        db.session.commit()
    click.echo(f"{account} can open the answers of {consultation} with the own passphrase")


@recovery.command()
@_scheme
def installation(scheme: str) -> None:
    """Make the key that backups and the log of staff acts are sealed to, and print its shares, once."""
    with application():
        made = service.make_installation_shares(
            db.session(), workbench_vault(), _SCHEMES[scheme], actor=COMMAND_LINE, today=clock.today()
        )
        db.session.commit()
    _show(made, "consult recovery confirm --installation")


def _asked(consultation: str, words: str) -> tuple[str, int]:
    """A share typed unseen, and how many are needed. One that cannot be used is asked for again."""
    for left in reversed(range(_TRIES)):
        typed = click.prompt(words, hide_input=True)
        try:
            return typed, service.shares_needed(db.session(), workbench_vault(), consultation, typed)
        except service.TypedSharesError as error:
            if not left:
                raise
            click.echo(f"Please type it again: {error.problems[0]}.", err=True)
        finally:
            db.session.rollback()  # nobody else waits while somebody types
    raise AssertionError


def _show(made: service.MadeShares, confirm_with: str) -> None:
    people = len(made.texts)
    click.echo(f"Shares with the mark {made.mark}, shown once and kept nowhere. Put each on its own sheet.")
    click.echo(f"Any {made.threshold} of the {people} together open what they are for, one alone nothing.")
    for number, text in enumerate(made.texts, start=1):
        click.echo(f"\nShare {number} of {people}, mark {made.mark}\n  {text}")
    click.echo(f"\nThen type one back from its sheet: {confirm_with}")


COMMANDS = (recovery,)
