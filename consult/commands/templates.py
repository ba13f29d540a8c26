"""`consult templates`: once, where the service is installed."""

from __future__ import annotations

import click

from consult.faults import Fault
from consult.web import templating


class NotWrittenError(Fault):
    """What was compiled could not be written beside the templates."""


@click.command()
def templates() -> None:
    """Compile the templates of all pages, so that no start and no first page has to.

    They are written beside the templates: run this as whoever installed the service, not as it runs.
    """
    try:
        count = templating.compile_all()
    except OSError as error:
        raise NotWrittenError(
            "this writes beside the templates: run it as whoever installed the service"
        ) from error
    click.echo(f"{count} templates are compiled.")


COMMANDS = (templates,)
