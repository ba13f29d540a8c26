"""`consult`: one command for those who run the service. Each group is a file in `commands/`."""

from __future__ import annotations

import sys
from importlib import import_module

import click

from consult import __version__
from consult.faults import Fault

ROOMS = {
    "audit": "audit",
    "backup": "backups",
    "consultation": "consultation",
    "db": "database",
    "demo": "demo",
    "import": "imports",
    "init": "setup",
    "jobs": "jobs",
    "keys": "keys",
    "new-env": "setup",
    "recovery": "recovery",
    "release": "survey",
    "report": "reports",
    "restore": "backups",
    "run": "serve",
    "staff": "staff",
    "support": "support",
    "survey": "survey",
    "templates": "templates",
    "words": "words",
}
"""Which file of `commands/` holds a command."""


class Rooms(click.Group):
    """Opens the file of a command when it is asked for: a migration does not wait for analysis to load."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """All names."""
        return sorted(ROOMS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of that name, or None."""
        if cmd_name not in ROOMS:
            return None
        room = import_module(f"consult.commands.{ROOMS[cmd_name]}")
        commands_of_room: tuple[click.Command, ...] = room.COMMANDS
        return next(command for command in commands_of_room if command.name == cmd_name)


@click.group(cls=Rooms, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="consult")
def commands() -> None:
    """Gather, seal, code and show the evidence behind service standards.

    Settings come from the environment (CONSULT_DATABASE_URL, CONSULT_KEY_FILE, CONSULT_HOSTS and others);
    `consult new-env` writes a set for one machine. Exit code 0 is done, 1 is refused with a reason, 2 is a
    command that was not understood.
    """


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
