"""`consult audit`: read the log of staff acts, and have the service prove that nobody changed it."""

from __future__ import annotations

from collections.abc import Iterable

import click
from sqlalchemy.orm import Session

from consult.commands.asking import shares_of
from consult.commands.running import application
from consult.faults import Fault, RefusedError
from consult.records import auditing, installation, proofs
from consult.records.auditing import Checked, Filter
from consult.vault import audit as chain
from consult.vault.envelope import PrivateKey
from consult.vault.opening import WorkbenchVault
from consult.web.extensions import db, workbench_vault


class WrongLogError(Fault):
    """Something is not as the service wrote it; every place was named."""


class UnknownHeadError(Fault):
    """No entry has the head that was typed."""


@click.group()
def audit() -> None:
    """Read and check the log of what the team did, and the proofs of what was counted."""


@audit.command("list")
@click.option("--person", default="", help="Only acts of this account.")
@click.option("--act", default="", help="Only acts of this kind, such as export.")
@click.option("--consultation", default="", help="Only acts on this consultation.")
@click.option("--limit", default=50, show_default=True, help="How many at most, newest first.")
def list_(person: str, act: str, consultation: str, limit: int) -> None:
    """List acts, newest first: number, day, who, what, on what, detail."""
    wanted = Filter(actor=person, action=act, consultation=consultation)
    with application():
        lines, _ = auditing.page(db.session(), wanted, size=limit)
        for line in lines:
            click.echo(
                f"{line.seq}\t{line.day}\t{line.actor}\t{line.action}\t{line.object}\t{line.detail}".rstrip()
            )


@audit.command()
@click.option("--head", default="", help="Eight words that were printed earlier, to be found again.")
@click.option(
    "--shares", is_flag=True, help="Also check every mac: asks for shares of the recovery key, unseen."
)
def check(head: str, shares: bool) -> None:
    """Check the log and the batches. Exit code 1 when something was changed, with each place named.

    Without shares the hashes are checked, and the end against what is sealed beside it. With shares also
    every mac: then even somebody who can write to the database and read the server's secret is found out.
    """
    heard = _heard(head)
    with application():
        session, vault = db.session(), workbench_vault()
        recovery = _recovery(session, vault) if shares else None
        found = auditing.check(session, vault, recovery=recovery, heard=heard)
        counted = proofs.check(session)
    _tell(found, with_shares=shares)
    click.echo(
        f"{counted.batches} batches: {counted.unchanged} answers as they were released, "
        f"{counted.superseded} changed by their authors, {counted.withdrawn} taken back"
    )
    wrong = [
        *(f"entry {each.seq}: {each.what}" for each in found.wrong),
        *(
            f"batch of {each.released} of {each.consultation}/{each.survey}"
            f"{f', answer {each.leaf.hex()[:16]}' if each.leaf else ''}: {each.what}"
            for each in counted.wrong
        ),
    ]
    _end(found, heard, wrong)


def _tell(found: Checked, *, with_shares: bool) -> None:
    click.echo(f"{found.entries} entries in {found.chains} chain{'s' if found.chains > 1 else ''}")
    if with_shares:
        click.echo(f"{found.mac_entries} of them checked with the key from the shares")
        if found.mac_entries < found.entries and not found.wrong:
            click.echo("the others are older than this recovery key: their hashes were checked")
    if found.entries:
        click.echo(f"head: {found.spoken}")


def _end(found: Checked, heard: bytes, wrong: Iterable[str]) -> None:
    listed = list(wrong)
    if listed:
        raise WrongLogError("not as the service wrote it\n" + "\n".join(f"  {each}" for each in listed))
    if heard and found.known is None:
        raise UnknownHeadError(
            "no entry has this head: entries that were there when it was printed are gone or were changed"
        )
    if found.known is not None:
        click.echo(f"the head typed is that of entry {found.known}: all up to there is as it was then")
    click.echo("nothing was changed")


def _heard(head: str) -> bytes:
    if not head:
        return b""
    heard = chain.heard(head)
    if heard is None:
        raise RefusedError("a head is eight words of the list, as printed at the end of an export")
    return heard


def _recovery(session: Session, vault: WorkbenchVault) -> PrivateKey:
    public = installation.public_key(session, vault)
    session.rollback()  # people type slowly, and nobody should wait for them
    if public is None:
        raise RefusedError("this installation has no recovery key yet: run `consult recovery installation`")
    return shares_of(public.id)


COMMANDS = (audit,)
