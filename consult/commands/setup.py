"""`consult new-env` and `consult init`: settings for one machine, and the server secret."""

from __future__ import annotations

from pathlib import Path

import click

from consult.vault import serverkeys


@click.command("new-env")
@click.option("--folder", default="var", show_default=True, help="Where database and key file will be.")
def new_env(folder: str) -> None:
    """Print settings for development on this machine, and make a fresh key file."""
    home = Path(folder)
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not any(home.iterdir()):
        home.chmod(0o700)
    key_file = (home / "server.key").resolve()
    if not key_file.exists():
        serverkeys.create(key_file)
    database = (home / "consult.db").resolve()
    for line in (
        f"CONSULT_DATABASE_URL=sqlite:///{database}",
        f"CONSULT_KEY_FILE={key_file}",
        "CONSULT_HOSTS=localhost,127.0.0.1",
        "CONSULT_SECURE_COOKIES=no",
        # One machine and invented answers: signing in stays easy, and a page says so.
        "CONSULT_REQUIRE_MFA=none",
    ):
        click.echo(line)


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--restore", is_flag=True, help="Make the file again from its printed copies, typed unseen.")
def init(path: Path, restore: bool) -> None:
    """Make the server secret in PATH, readable by you alone, and print it once for the safe."""
    if restore:
        serverkeys.restore(path, _typed())
        click.echo(f"The key file is {path}.")
        return
    words = serverkeys.create(path)
    click.echo(f"The key file is {path}. Keep this copy in a safe; it is not shown again:")
    click.echo(words)


def _typed() -> dict[int, bytes]:
    """Printed secrets, one after the other until an empty line. The first was printed without its number."""
    found: dict[int, bytes] = {}
    while line := str(click.prompt("A printed secret (empty to end)", default="", hide_input=True)).strip():
        number, _, printed = line.rpartition(":")
        found[int(number) if number.strip().isdecimal() else serverkeys.FIRST] = serverkeys.as_bytes(printed)
    return found


COMMANDS = (new_env, init)
