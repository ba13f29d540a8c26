"""`consult backup` and `consult restore`: sealed copies, and an installation put back from them."""

from __future__ import annotations

from pathlib import Path

import click
import flask_migrate
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from consult import clock
from consult.commands.asking import shares_of
from consult.commands.running import COMMAND_LINE, application
from consult.faults import Fault, RefusedError
from consult.records import audit, auditing, backups, installation, peppers, proofs, restoring, scrub
from consult.records.backups import Kept, NoRecoveryKeyError, Written
from consult.records.parts import BODIES, KEYS, TOMBSTONES
from consult.records.restoring import Backup, Restored
from consult.resources import MIGRATIONS
from consult.vault.envelope import PublicKey
from consult.web.extensions import db, settings, workbench_vault

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


class NotUpToDateError(Fault):
    """The database is of another version than this program."""


class _FolderOrAct(click.Group):
    """`consult backup FOLDER` makes a backup; only a name that is an act of its own is taken for one."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Read a first word that names no act as the folder of a whole backup."""
        return super().resolve_command(ctx, args if args[0] in self.commands else ["all", *args])


@click.group(cls=_FolderOrAct, subcommand_metavar="FOLDER | tombstones FOLDER")
def backup() -> None:
    """Write a backup into FOLDER, in two parts that are sealed to the recovery key of the installation.

    "bodies" opens nothing without "keys"; keys are destroyed after fewer days, and with them what was taken
    back. `consult backup tombstones FOLDER` copies every few minutes what was taken back since: a restore
    needs it, else withdrawals since the backup come back.
    """


@backup.command("all", hidden=True)
@click.argument("folder", type=_FOLDER)
def everything(folder: Path) -> None:
    """Write both parts and the tombstones into FOLDER, and destroy what is older than the settings say."""
    with application():
        today, own = clock.today(), settings()
        kept = Kept(keys=own.backup_days_keys, bodies=own.backup_days_bodies)
        written = backups.write(
            db.engine,
            _recovery(),
            folder,
            revision=_revision(),
            kept=kept,
            today=today,
            now=int(clock.now()),
        )
        detail = f"{', '.join(path.name for path in written.paths)}; {written.destroyed} older destroyed"
        audit.note(db.session(), workbench_vault(), COMMAND_LINE, "backup", "", detail=detail, today=today)
        db.session.commit()
    _tell(written)


@backup.command()
@click.argument("folder", type=_FOLDER)
def tombstones(folder: Path) -> None:
    """Copy into FOLDER what was taken back so far. For a timer, every five minutes."""
    with application():
        written = backups.write_tombstones(
            db.engine, _recovery(), folder, revision=_revision(), today=clock.today(), now=int(clock.now())
        )
    _tell(written)


@click.command()
@click.argument("bodies", type=_FILE)
@click.argument("keys", type=_FILE)
@click.option("--tombstones", type=_FILE, help="The newest copy of what was taken back.")
@click.option("--other-secret", is_flag=True, help="Go on although the server's old secret is lost.")
def restore(bodies: Path, keys: Path, tombstones: Path | None, other_secret: bool) -> None:
    """Put the backup in BODIES and KEYS into an empty database.

    Asks for shares of the recovery key of the installation, unseen. Put the secret from the safe into the key
    file first. Without --tombstones answers that were taken back since the backup come back.
    """
    recovery = shares_of(restoring.key_id(keys))
    found = restoring.together(
        restoring.opened(recovery, bodies, BODIES),
        restoring.opened(recovery, keys, KEYS),
        restoring.opened(recovery, tombstones, TOMBSTONES) if tombstones else None,
    )
    with application():
        if not other_secret:
            restoring.require_ours(found, workbench_vault())
        _make_tables(found.keys.about["revision"])
        with db.engine.begin() as connection:
            restored = restoring.put_back(connection, found)
        flask_migrate.upgrade()
        _begin_anew() if other_secret else _follow()
        _begin_again(found, restored, bodies.name, keys.name)
        scrub.rewrite(db.engine)
        _check()
    _say(found, restored)


def _follow() -> None:
    """A backup of the time before a newer secret of the server: what can move to the present one does."""
    if peppers.behind(db.session(), workbench_vault()):
        peppers.follow(db.session(), workbench_vault())
        db.session.commit()
    db.session.rollback()


def _begin_anew() -> None:
    peppers.begin_anew(db.session(), workbench_vault())
    db.session.commit()


def _recovery() -> PublicKey:
    public = installation.public_key(db.session(), workbench_vault())
    db.session.rollback()
    if public is None:
        raise NoRecoveryKeyError(
            "a backup is sealed to the recovery key of this installation, and there is none yet: make it "
            "with `consult recovery installation`"
        )
    return public


def _revision() -> str:
    """The database's revision, which must be the newest: parts hold the tables that this program knows."""
    with db.engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    if found is None or found != ScriptDirectory(str(MIGRATIONS)).get_current_head():
        raise NotUpToDateError("the database is not up to date: run `consult db upgrade`")
    return found


def _make_tables(revision: str) -> None:
    """Empty tables of the revision that the backup is of."""
    known = {script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}
    if revision not in known:
        raise RefusedError("the backup was made by a newer version of this service: install that one")
    with db.engine.connect() as connection:
        there = restoring.require_empty(connection)
    if there:
        flask_migrate.downgrade(revision="base")
    flask_migrate.upgrade(revision=revision)


def _begin_again(found: Backup, restored: Restored, *names: str) -> None:
    detail = f"{', '.join(names)}; {restored.responses} answers"
    if found.tombstones is None:
        detail += "; without tombstones"
    restoring.begin_again(
        db.session(), workbench_vault(), found, actor=COMMAND_LINE, detail=detail, today=clock.today()
    )
    db.session.commit()


def _check() -> None:
    log = auditing.check(db.session(), workbench_vault())
    counted = proofs.check(db.session())
    db.session.rollback()
    click.echo(f"{log.entries} entries of the log and {counted.batches} batches were checked")
    for wrong in log.wrong:
        click.echo(f"  entry {wrong.seq}: {wrong.what}")
    for each in counted.wrong:
        click.echo(f"  batch of {each.released} of {each.consultation}/{each.survey}: {each.what}")


def _tell(written: Written) -> None:
    for path in written.paths:
        click.echo(f"{path} is written")
    if written.destroyed:
        click.echo(f"{written.destroyed} older files are destroyed")


def _say(found: Backup, restored: Restored) -> None:
    click.echo(f"{restored.responses} answers are here as they stood on {found.keys.day}")
    if restored.without_body:
        click.echo(
            f"{restored.without_body} answers are lost: the bodies are of {found.bodies.day}, the keys of "
            f"{found.keys.day}, and these were sent or changed between"
        )
    if found.tombstones is not None:
        click.echo(f"{restored.withdrawn} answers that were taken back since then stayed away")
    else:
        click.echo(
            "ATTENTION: there was no copy of the tombstones. Answers that people took back after "
            f"{found.keys.day} are here again. The page for people who come back says so. If you find the "
            "copy, restore once more into an empty database."
        )


COMMANDS = (backup, restore)
