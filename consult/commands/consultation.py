"""`consult consultation`: make one with its keys, list them, switch help with themes."""

from __future__ import annotations

from datetime import date, datetime

import click

from consult import clock
from consult.commands.running import COMMAND_LINE, application
from consult.manage import service
from consult.web.extensions import db, workbench_vault

_DAY = click.DateTime(formats=["%Y-%m-%d"])
_USUAL = service.Terms(title="usual")


@click.group()
def consultation() -> None:
    """Make and list consultations."""


@consultation.command()
@click.argument("name")
@click.option("--title", required=True, help="The title that the team sees.")
@click.option(
    "--grant",
    "grantees",
    required=True,
    multiple=True,
    metavar="ACCOUNT",
    help="Who will be able to open the answers; may be repeated.",
)
@click.option("--lead", "leads", multiple=True, metavar="ACCOUNT", help="Who leads; may be repeated.")
@click.option("--freeze-date", type=_DAY, help="Last day to take answers back.")
@click.option("--results-date", type=_DAY, help="Day of the results.")
@click.option("--release-min", default=_USUAL.release_min, show_default=True, help="Least in a batch.")
@click.option("--min-grants", default=_USUAL.min_grants, show_default=True, help="Least people with a key.")
@click.option("--team-k", default=_USUAL.team_k, show_default=True, help="Least count shown to the team.")
@click.option("--published-k", default=_USUAL.published_k, show_default=True, help="Least count published.")
@click.option(
    "--published-rounding",
    default=_USUAL.published_rounding,
    show_default=True,
    help="Rounding of these.",
)
@click.option("--draft-days", default=_USUAL.draft_days, show_default=True, help="Days that a draft is kept.")
def add(
    name: str,
    title: str,
    grantees: tuple[str, ...],
    leads: tuple[str, ...],
    freeze_date: datetime | None,
    results_date: datetime | None,
    **thresholds: int,
) -> None:
    """Make the consultation NAME, and its keys for the people given by --grant and for nobody else.

    NAME stands in addresses: small letters, digits and hyphens. Who is granted a key becomes an analyst.
    """
    terms = service.Terms(
        title=title.strip(),
        freeze_date=_day(freeze_date),
        results_date=_day(results_date),
        post_to="",
        phone_to="",
        **thresholds,
    )
    wanted = service.NewConsultation(name=name, terms=terms, grantees=grantees, leads=leads)
    with application():
        service.create(db.session(), workbench_vault(), wanted, actor=COMMAND_LINE, today=clock.today())
        db.session.commit()
    click.echo(f"{name} is made; {', '.join(dict.fromkeys(grantees))} can open its answers")


@consultation.command("list")
def list_() -> None:
    """List all consultations: name, state, title."""
    with application():
        for each in service.every_consultation(db.session()):
            click.echo(f"{each.name}\t{each.state}\t{each.title}")


@consultation.command()
@click.argument("name")
@click.argument("switch", type=click.Choice(["on", "off"]))
def suggestions(name: str, switch: str) -> None:
    """Switch help with themes on or off for the consultation NAME. No text leaves this machine for it."""
    with application():
        service.set_suggestions(
            db.session(),
            workbench_vault(),
            name,
            switch == "on",
            actor=COMMAND_LINE,
            today=clock.today(),
        )
        db.session.commit()
    click.echo(f"help with themes is {switch} in {name}")


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


COMMANDS = (consultation,)
