"""`consult run`: serve on this machine, one process with threads, logs without a line per request."""

from __future__ import annotations

import os
import sys

import click

from consult.commands import demo
from consult.serving import MEMORY
from consult.settings import Settings
from consult.turns import THREADS

APPLICATIONS = ("combined", "intake", "workbench")


@click.command()
@click.option("--port", default=5000, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--app", "application_name", default="combined", show_default=True, type=click.Choice(APPLICATIONS)
)
@click.option("--threads", default=THREADS, show_default=True, type=click.IntRange(1, 64))
def run(port: int, application_name: str, threads: int) -> None:
    """Serve on loopback. Put a web server with TLS in front before anybody else uses it."""
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
            "--workers",
            "1",  # start tokens and limits live in the memory of one process
            "--worker-class",
            "consult.serving.PatientWorker",
            "--threads",
            str(threads),
            "--log-level",
            "warning",
            "--no-control-socket",
        ],
        {**MEMORY, **os.environ},
    )


COMMANDS = (run,)
