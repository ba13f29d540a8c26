"""Asking for shares of the installation's recovery key at a terminal, unseen."""

from __future__ import annotations

import click

from consult.records import installation
from consult.vault.envelope import PrivateKey
from consult.vault.shares import ShareError


def shares_of(key_id: bytes) -> PrivateKey:
    """Ask for as many shares as are needed; a mistyped one again. Raises ShareError if they do not fit."""
    typed: list[str] = []
    needed = 1
    while len(typed) < needed:
        text = str(click.prompt(f"Share {len(typed) + 1}", hide_input=True))
        try:
            needed = installation.threshold(text)
        except ShareError as error:
            click.echo(f"{error}. Please type it again.", err=True)
            continue
        typed.append(text)
    return installation.joined(key_id, typed)
