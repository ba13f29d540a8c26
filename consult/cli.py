"""`consult`: one command for those who run the service. Each group is a file in `commands/`."""

from __future__ import annotations

import sys

import click

from consult import __version__
from consult.commands import consultation, database, demo, imports, jobs, reports, serve, setup, staff, survey
from consult.faults import Fault


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="consult")
def commands() -> None:
    """Gather, seal, code and show the evidence behind service standards.

    Settings come from the environment (CONSULT_DATABASE_URL, CONSULT_KEY_FILE, CONSULT_HOSTS and others);
    `consult new-env` writes a set for one machine. Exit code 0 is done, 1 is refused with a reason, 2 is a
    command that was not understood.
    """


for group in (setup, database, consultation, staff, survey, jobs, imports, reports, demo, serve):
    for command in group.COMMANDS:
        commands.add_command(command)


def main() -> None:
    """Run a command. A fault becomes one calm line and exit code 1; no trace with anything in it."""
    try:
        commands.main(standalone_mode=False)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.Abort:
        sys.exit(1)
    except click.ClickException as wrong:
        wrong.show()
        sys.exit(wrong.exit_code)
    except Fault as fault:
        click.echo(f"consult: {fault}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
