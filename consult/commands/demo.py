"""`consult demo`: the invented consultation, built through the real services and sealed like any other."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from consult import clock
from consult.addresses import is_local
from consult.commands.demonstration import building
from consult.commands.running import COMMAND_LINE, application
from consult.faults import RefusedError
from consult.records import batches, consultations, proofs
from consult.settings import Settings
from consult.web.extensions import db, intake_vault, workbench_vault


class PublicHostError(RefusedError):
    """Invented answers must never stand beside real ones on a public address."""


@click.command()
def demo() -> None:
    """Load the illustrative consultation: drafts, survey, answers, code frame, links. Loopback only."""
    settings = Settings.from_env(os.environ)
    if not all(is_local(host) for host in settings.hosts):
        raise PublicHostError("the demonstration is for loopback or .onion hosts only: see CONSULT_HOSTS")
    with application():
        session = db.session()
        if any(each.name == building.NAME for each in consultations.every(session)):
            click.echo("the demonstration is there already")
            return
        vault, today = workbench_vault(), clock.today()
        sign_ins = building.build(session, intake_vault(), vault, exits=settings.exits, today=today)
        made = consultations.named(session, building.NAME)
        proofs.note_roots(session, vault, made, actor=COMMAND_LINE, today=today)
        db.session.commit()
        batches.settle(db.engine)
        _keep(_file(settings), sign_ins)
        click.echo("the demonstration is loaded; everything in it is made up")


def show_sign_ins(settings: Settings) -> None:
    """Print how to sign in to the demonstration, where there is one."""
    path = _file(settings)
    if path.exists():
        for name, passphrase in json.loads(path.read_text(encoding="utf-8")).items():
            click.echo(f"  demonstration sign-in:  {name}  /  {passphrase}")


def _file(settings: Settings) -> Path:
    return settings.key_file.with_name("demonstration-sign-ins.json")


def _keep(path: Path, sign_ins: dict[str, str]) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(sign_ins, file)


COMMANDS = (demo,)
