"""The key file of the server: made once for its owner alone, refused otherwise, and given out by halves."""

from __future__ import annotations

from pathlib import Path

import pytest

from consult.vault import serverkeys
from consult.vault.serverkeys import KeyFileError


def test_a_key_file_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "server.key"
    printed = serverkeys.create(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(printed) == 52
    with pytest.raises(KeyFileError, match="exists"):
        serverkeys.create(path)
    assert serverkeys.read(path).intake == serverkeys.read(path).intake


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o610, 0o601])
def test_a_key_file_that_others_can_reach_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "server.key"
    serverkeys.create(path)
    path.chmod(mode)
    with pytest.raises(KeyFileError, match="chmod 600"):
        serverkeys.read(path)


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "nonsense", '{"peppers": []}', '{"peppers": ["zz"]}', '{"derived": 3}']
)
def test_what_is_no_key_file_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "server.key"
    path.write_text(text, encoding="ascii")
    path.chmod(0o600)
    with pytest.raises(KeyFileError):
        serverkeys.read(path)


def test_a_key_file_that_is_not_there_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="consult init"):
        serverkeys.read(tmp_path / "none")
    with pytest.raises(KeyFileError, match="folder"):
        serverkeys.create(tmp_path / "none" / "server.key")


def test_half_a_key_file_serves_one_application_and_not_the_other(tmp_path: Path) -> None:
    whole = serverkeys.derive(b"\x22" * 32)
    for half in ("intake", "workbench"):
        serverkeys.write_half(tmp_path / half, whole, half)
    intake, workbench = serverkeys.read(tmp_path / "intake"), serverkeys.read(tmp_path / "workbench")
    assert intake.intake == whole.intake
    assert workbench.workbench == whole.workbench
    assert intake.flask_secret("intake") == whole.flask_secret("intake")
    for refused in (
        lambda: intake.workbench,
        lambda: workbench.intake,
        lambda: intake.flask_secret("workbench"),
        lambda: workbench.flask_secret("combined"),
        lambda: serverkeys.write_half(tmp_path / "again", intake, "workbench"),
    ):
        with pytest.raises(KeyFileError):
            refused()
    assert "22" * 32 not in (tmp_path / "intake").read_text(encoding="ascii")


def test_every_key_from_the_pepper_is_another() -> None:
    derived = serverkeys.derive(b"\x22" * 32).derived[1]
    assert len(set(derived.values())) == len(derived) == 7
