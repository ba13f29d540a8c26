"""S10, S33: a backup from before a newer secret of the server is put back with the key file of today."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from consult.models.consultation import Consultation
from consult.records import accounts, opened, peppers, responses
from consult.settings import Settings
from consult.vault import serverkeys
from consult.web.extensions import db
from tests.builders import PASSPHRASE
from tests.consult.commands.running import Run
from tests.consult.entering import vault_of
from tests.consult.ledger.copying import elsewhere, make_installation, opened_app


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    """A key file of this test's own: it is written to."""
    own = tmp_path / "own.key"
    shutil.copy(settings.key_file, own)
    own.chmod(0o600)
    return replace(settings, key_file=own)


def test_a_backup_from_before_a_rotation_comes_back_under_the_present_secret(
    app: Flask, run: Run, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_installation(app, 6)
    folder = tmp_path / "backups"
    folder.mkdir()
    assert run("backup", str(folder)).code == 0
    assert run("keys", "rotate", "--yes").code == 0
    found = {path.name.split("-")[0]: str(path) for path in folder.iterdir()}
    typed = iter([made.recovery.texts[2], made.recovery.texts[0]])
    monkeypatch.setattr("click.prompt", lambda _words, *, hide_input: next(typed) if hide_input else "")

    with elsewhere(settings, "sqlite", tmp_path) as target:
        monkeypatch.setenv("CONSULT_DATABASE_URL", target.database_url)
        done = run("restore", found["bodies"], found["keys"], "--tombstones", found["tombstones"])

        assert done.code == 0, done.refused
        with opened_app(target) as again:
            session, vault = db.session(), vault_of(again)
            assert vault.pepper == 2
            assert not peppers.behind(session, vault)
            consultation = session.scalars(select(Consultation)).one()
            key = accounts.unlock(vault, accounts.named(session, "sam"), PASSPHRASE)
            keys = accounts.opened_keys(session, vault, consultation, key)
            assert list(opened.released(session, vault, consultation, keys))
            assert responses.recipient(session, consultation).public
            session.rollback()


def test_a_key_file_without_the_secret_of_the_backup_is_refused_as_ever(
    app: Flask, run: Run, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_installation(app, 6)
    folder = tmp_path / "backups"
    folder.mkdir()
    assert run("backup", str(folder)).code == 0
    found = {path.name.split("-")[0]: str(path) for path in folder.iterdir()}
    settings.key_file.unlink()
    serverkeys.create(settings.key_file)
    typed = iter([made.recovery.texts[2], made.recovery.texts[0]])
    monkeypatch.setattr("click.prompt", lambda _words, *, hide_input: next(typed) if hide_input else "")

    with elsewhere(settings, "sqlite", tmp_path) as target:
        monkeypatch.setenv("CONSULT_DATABASE_URL", target.database_url)
        refused = run("restore", found["bodies"], found["keys"])

    assert refused.code == 1
    assert "the key file is not the one of this backup" in refused.refused
