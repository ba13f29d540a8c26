"""S10, its part on the server's secret: a second one beside the first, in the file and in both halves."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from consult.vault import peppers, receipts, serverkeys
from consult.vault.envelope import EnvelopeError
from consult.vault.opening import WorkbenchVault
from consult.vault.passphrases import AccountKey, StaffKey, WrongPassphraseError
from consult.vault.sealing import IntakeVault
from consult.vault.serverkeys import KeyFileError, ServerKeys
from tests.consult.vault.made import PASSPHRASE, QUICK

ANNA = b"a" * 16
SALT = b"s" * 16


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A key file with one secret."""
    made = tmp_path / "server.key"
    serverkeys.create(made)
    return made


def unlock(vault: WorkbenchVault, made: AccountKey) -> StaffKey:
    return vault.unlock(
        PASSPHRASE,
        account_id=ANNA,
        pepper=made.pepper,
        salt=made.salt,
        memory_kib=made.memory_kib,
        passes=made.passes,
        verifier=made.verifier,
        wrapped_private=made.wrapped_private,
    )


def vault_of(keys: ServerKeys) -> WorkbenchVault:
    return WorkbenchVault(keys.workbench, QUICK)


def test_a_second_secret_makes_what_is_new_and_the_first_still_opens_what_is_old(path: Path) -> None:
    before = serverkeys.read(path)
    anna = vault_of(before).new_account_key(PASSPHRASE, ANNA)
    code = receipts.new()
    keys = IntakeVault(before.intake).receipt_keys(code, SALT, 1)

    number, printed = serverkeys.add(path)

    after = serverkeys.read(path)
    assert (number, after.number, after.numbers) == (2, 2, (1, 2))
    assert len(printed) == 52
    assert unlock(vault_of(after), anna).private
    assert IntakeVault(after.intake).receipt_keys(code, SALT, 1) == keys
    assert IntakeVault(after.intake).receipt_keys(code, SALT, 2) != keys
    assert vault_of(after).new_account_key(PASSPHRASE, ANNA).pepper == 2
    assert after.flask_secret("combined") != before.flask_secret("combined")


def test_a_passphrase_made_with_one_secret_is_wrong_with_another(path: Path) -> None:
    serverkeys.add(path)
    vault = vault_of(serverkeys.read(path))
    anna = vault.new_account_key(PASSPHRASE, ANNA)
    from_before = AccountKey(**{name: getattr(anna, name) for name in AccountKey.__slots__} | {"pepper": 1})
    with pytest.raises(WrongPassphraseError):
        unlock(vault, from_before)


def test_a_row_that_names_a_secret_that_is_not_there_says_so(path: Path) -> None:
    with pytest.raises(KeyFileError, match="number 7"):
        IntakeVault(serverkeys.read(path).intake).receipt_keys(receipts.new(), SALT, 7)


def test_a_half_has_of_an_older_secret_only_what_old_rows_need(path: Path, tmp_path: Path) -> None:
    serverkeys.add(path)
    whole = serverkeys.read(path)
    for half in ("intake", "workbench"):
        serverkeys.write_half(tmp_path / half, whole, half)
    intake, workbench = serverkeys.read(tmp_path / "intake"), serverkeys.read(tmp_path / "workbench")

    assert set(intake.derived[1]) == {"receipt"}
    assert set(workbench.derived[1]) == {"staff"}
    assert intake.intake == whole.intake
    assert [each.application for each in (whole, intake, workbench)] == ["combined", "intake", "workbench"]
    assert workbench.workbench.staffs == whole.workbench.staffs
    assert set(workbench.workbench.integrities) == {2}


@pytest.mark.parametrize("act", [serverkeys.add, lambda path: serverkeys.drop(path, 1)])
def test_a_half_is_not_where_secrets_are_added_or_dropped(
    path: Path, tmp_path: Path, act: Callable[[Path], object]
) -> None:
    serverkeys.write_half(tmp_path / "half", serverkeys.read(path), "intake")
    before = (tmp_path / "half").read_bytes()
    with pytest.raises(KeyFileError, match="whole key file"):
        act(tmp_path / "half")
    assert (tmp_path / "half").read_bytes() == before


def test_a_half_is_written_over_only_when_that_is_said(path: Path, tmp_path: Path) -> None:
    half = tmp_path / "half"
    serverkeys.write_half(half, serverkeys.read(path), "intake")
    serverkeys.add(path)
    with pytest.raises(KeyFileError, match="exists"):
        serverkeys.write_half(half, serverkeys.read(path), "intake")
    serverkeys.write_half(half, serverkeys.read(path), "intake", replace=True)
    assert serverkeys.read(half).numbers == (1, 2)
    assert half.stat().st_mode & 0o777 == 0o600


def test_files_of_the_first_format_are_read(tmp_path: Path) -> None:
    whole, half = tmp_path / "whole", tmp_path / "half"
    keys = serverkeys.derive(b"\x22" * 32)
    whole.write_text(json.dumps({"format": 1, "peppers": ["22" * 32]}), encoding="ascii")
    labels = {label: key.hex() for label, key in keys.half("intake")[1].items()}
    half.write_text(json.dumps({"format": 1, "derived": labels}), encoding="ascii")
    for path in (whole, half):
        path.chmod(0o600)
    assert serverkeys.read(whole) == keys
    assert serverkeys.read(half).intake == keys.intake


def test_two_commands_at_once_cannot_lose_each_others_secret(path: Path) -> None:
    beside = path.with_name(path.name + ".new")
    beside.write_bytes(b"")
    before = path.read_bytes()
    with pytest.raises(KeyFileError, match="another command"):
        serverkeys.add(path)
    assert path.read_bytes() == before
    beside.unlink()
    assert serverkeys.add(path)[0] == 2


def test_a_file_cut_off_before_it_takes_the_name_leaves_the_old_one_whole(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = path.read_bytes()

    def stop(*_: object) -> None:
        raise OSError("the machine stopped")

    monkeypatch.setattr("os.fsync", stop)
    with pytest.raises(OSError, match="stopped"):
        serverkeys.add(path)
    assert path.read_bytes() == before
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_an_old_secret_can_be_taken_out_and_the_present_one_cannot(path: Path) -> None:
    serverkeys.add(path)
    with pytest.raises(KeyFileError, match="present"):
        serverkeys.drop(path, 2)
    with pytest.raises(KeyFileError, match="no secret number 5"):
        serverkeys.drop(path, 5)
    serverkeys.drop(path, 1)
    assert serverkeys.read(path).numbers == (2,)
    assert serverkeys.add(path)[0] == 3


def test_the_file_is_made_again_from_what_was_printed(path: Path, tmp_path: Path) -> None:
    before = serverkeys.read(path)
    content = json.loads(path.read_text(encoding="ascii"))
    printed = peppers.as_printed(bytes.fromhex(content["peppers"]["1"])).lower()
    again = tmp_path / "again.key"
    spaced = " ".join(printed[place : place + 4] for place in range(0, len(printed), 4))
    serverkeys.restore(again, {1: serverkeys.as_bytes(spaced)})
    assert serverkeys.read(again) == before


@pytest.mark.parametrize("typed", ["", "AAAA", "not one!", "A" * 53])
def test_what_was_not_printed_is_refused(typed: str, tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="52 letters"):
        serverkeys.as_bytes(typed)
    with pytest.raises(KeyFileError, match="nothing was written"):
        serverkeys.restore(tmp_path / "none.key", {})


def test_a_mac_and_a_secret_of_the_server_move_to_the_present_secret_and_no_further(path: Path) -> None:
    old = vault_of(serverkeys.read(path))
    mac = old.public_key_mac("account", ANNA, 0, b"public")
    sealed = old.seal_secret("audit_key.blob", bytes(16), b"key")
    serverkeys.add(path)
    new = vault_of(serverkeys.read(path))

    moved = new.remade_mac("account", ANNA, 0, b"public", mac)
    assert moved == new.public_key_mac("account", ANNA, 0, b"public") != mac
    assert new.remade_mac("account", ANNA, 0, b"public", moved) == moved
    resealed = new.resealed_secret("audit_key.blob", bytes(16), sealed)
    assert new.open_secret("audit_key.blob", bytes(16), resealed) == b"key"
    assert new.resealed_secret("audit_key.blob", bytes(16), resealed) == resealed
    with pytest.raises(EnvelopeError):
        new.remade_mac("account", ANNA, 0, b"another", mac)
    with pytest.raises(EnvelopeError):
        new.resealed_secret("audit_key.blob", b"b" * 16, sealed)
    with pytest.raises(EnvelopeError):
        new.open_secret("audit_key.blob", bytes(16), sealed)
