"""The Welsh words of the pages: what is missing, what to read, and the mark to vouch for."""

from __future__ import annotations

import csv
import sys

import click


@click.command()
@click.option("--easy", is_flag=True, help="The mark of the pages of easy read instead.")
@click.option("--missing", is_flag=True, help="List what has no Welsh yet.")
@click.option(
    "--sheet", is_flag=True, help="Print English and Welsh side by side, as CSV, for who reviews it."
)
def words(easy: bool, missing: bool, sheet: bool) -> None:
    """Show the mark of the Welsh words: set CONSULT_WELSH_REVIEWED to it once a person has read them all.

    With --easy that of the pages of easy read, for CONSULT_EASY_READ_REVIEWED.
    """
    from consult.web import catalogue, easyread  # noqa: PLC0415 - so that --help is quick

    if easy:
        for language in easyread.LANGUAGES:
            click.echo(f"{easyread.mark(language)}  stands for the pages of easy read in '{language}'")
        return
    found = catalogue.read("cy")
    if sheet:
        writer = csv.writer(sys.stdout)
        writer.writerow(["English", "Welsh"])
        writer.writerows(catalogue.pairs(found))
        return
    if missing:
        lacking = catalogue.missing(found)
        for english in lacking:
            click.echo(f"no Welsh: {english}")
        click.echo(f"without Welsh: {len(lacking)} of {len(catalogue.pairs(found))}")
        return
    click.echo(f"{catalogue.mark(found)}  stands for these {len(catalogue.pairs(found))} Welsh texts")


COMMANDS = (words,)
