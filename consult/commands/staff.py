"""`consult staff`: the people of the team, above all the first one."""

from __future__ import annotations

import click

from consult import clock
from consult.commands.running import COMMAND_LINE, application
from consult.manage import service
from consult.web.extensions import db, workbench_vault


@click.group()
def staff() -> None:
    """Add, list and disable people of the team, and give them roles."""


@staff.command()
@click.argument("name")
@click.option("--display-name", required=True, help="The name that others see.")
@click.option("--administrator", is_flag=True, help="May add people and set up consultations.")
@click.option("--ask", is_flag=True, help="Ask for a passphrase instead of making one.")
def add(name: str, display_name: str, administrator: bool, ask: bool) -> None:
    """Add a person who signs in as NAME.

    A passphrase of six words is made and printed once. With --ask you type one of your own, unseen.
    """
    passphrase = (
        click.prompt("Passphrase", hide_input=True, confirmation_prompt="The same again")
        if ask
        else service.generate_passphrase()
    )
    wanted = service.NewAccount(name=name, display_name=display_name.strip(), administrator=administrator)
    with application():
        service.add_person(
            db.session(), workbench_vault(), wanted, passphrase, actor=COMMAND_LINE, today=clock.today()
        )
        db.session.commit()
    click.echo(f"{name} is added")
    if not ask:
        click.echo(f"The passphrase, shown once and kept nowhere: {passphrase}")


@staff.command()
@click.argument("name")
def disable(name: str) -> None:
    """Let nobody sign in as NAME any more, and end the sessions of the account."""
    with application():
        service.disable(db.session(), workbench_vault(), name, actor=COMMAND_LINE, today=clock.today())
        db.session.commit()
    click.echo(f"{name} is disabled")


@staff.command("reset-second-factor")
@click.argument("name")
def reset_second_factor(name: str) -> None:
    """Take away the second factor of NAME, whose device and spare codes are lost, and end the sessions.

    A new one is set up at the next sign-in, which asks for the passphrase as before. Nothing is opened by it.
    """
    with application():
        service.reset_second_factor(
            db.session(), workbench_vault(), name, actor=COMMAND_LINE, today=clock.today()
        )
        db.session.commit()
    click.echo(f"{name} sets up a second factor at the next sign-in")


@staff.command()
@click.argument("name")
@click.option("--even-only-way", is_flag=True, help="Also when nobody could then open some answers, ever.")
def reset(name: str, even_only_way: bool) -> None:
    """Give NAME, whose passphrase is lost, a new one, printed once. It opens no answer.

    The account gets an empty key, its old keys are destroyed and its sessions end; roles and second factor
    stay. To open answers again it needs a key from somebody who holds one, or recovery shares.
    """
    passphrase = service.generate_passphrase()
    with application():
        service.reset(
            db.session(),
            workbench_vault(),
            name,
            passphrase,
            actor=COMMAND_LINE,
            today=clock.today(),
            even_only_way=even_only_way,
        )
        db.session.commit()
    click.echo(f"{name} begins anew and can open no answer until somebody gives a key")
    click.echo(f"The passphrase, shown once and kept nowhere: {passphrase}")


@staff.command("list")
def list_() -> None:
    """List everybody with an account: name, name that others see, whether active, whether administrator."""
    with application():
        for person in service.everybody(db.session()):
            standing = "active" if person.active else "disabled"
            kind = "administrator" if person.administrator else ""
            click.echo(f"{person.name}\t{person.display_name}\t{standing}\t{kind}".rstrip())


@staff.command()
@click.argument("name")
@click.argument("consultation")
@click.argument("role", type=click.Choice(service.ROLES))
def role(name: str, consultation: str, role: str) -> None:
    """Give the person NAME a ROLE in a CONSULTATION. A role gives no key to the answers."""
    with application():
        service.give_role(
            db.session(),
            workbench_vault(),
            consultation,
            name,
            role,
            actor=COMMAND_LINE,
            today=clock.today(),
        )
        db.session.commit()
    click.echo(f"{name} is {role} in {consultation}")


COMMANDS = (staff,)
