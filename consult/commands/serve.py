"""`consult run`: serve on this machine, processes with threads, logs without a line per request."""

from __future__ import annotations

import os
import sys

import click

from consult.commands import demo
from consult.serving import MEMORY, options
from consult.settings import Settings
from consult.turns import PROCESSES, THREADS

APPLICATIONS = ("combined", "intake", "workbench")


@click.command()
@click.option("--port", default=5000, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--app", "application_name", default="combined", show_default=True, type=click.Choice(APPLICATIONS)
)
@click.option("--threads", default=THREADS, show_default=True, type=click.IntRange(1, 64))
@click.option(
    "--processes", type=click.IntRange(1, 64), help=f"Of the intake by itself ({PROCESSES}); others have one."
)
def run(port: int, application_name: str, threads: int, processes: int | None) -> None:
    """Serve on loopback. Put a web server with TLS in front before anybody else uses it."""
    usual = PROCESSES if application_name == "intake" else 1
    if application_name != "intake" and (processes or 1) > 1:
        raise click.UsageError("Keys that are unlocked are in one process: only the intake can have several.")
    settings = Settings.from_env(os.environ)
    address = f"http://localhost:{port}"
    if application_name != "workbench":
        click.echo(f"For everybody:  {address}/")
    if application_name != "intake":
        click.echo(f"For the team:   {address}/team/")
        demo.show_sign_ins(settings)
    click.echo("Stop with Ctrl+C.")
    sys.stdout.flush()
    os.execve(  # noqa: S606 - the same interpreter, our own arguments
        sys.executable,
        [
            sys.executable,
            "-m",
            "gunicorn",
            f"consult.{application_name}:create_app()",
            "--bind",
            f"127.0.0.1:{port}",
            "--log-level",
            "warning",
            *options(processes or usual, threads),
        ],
        {**MEMORY, **os.environ},
    )


COMMANDS = (run,)
