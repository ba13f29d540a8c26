"""Keys of people and of visits: passphrases, grants and cookies, and the slow hash before them."""

from __future__ import annotations

import contextlib
import os
import threading
from dataclasses import replace

import pytest

from consult.faults import BusyError
from consult.vault import cookies, envelope, passphrases, serverkeys, slow, words
from consult.vault.envelope import EnvelopeError
from consult.vault.passphrases import AccountKey, WeakPassphraseError, WrongPassphraseError
from tests.consult.vault.made import CONSULTATION, CONTENT, PASSPHRASE, House, make_house

ANNA = b"a" * 16


@pytest.fixture
def anna(house: House) -> AccountKey:
    return house.workbench.new_account_key(PASSPHRASE, ANNA)


def unlock(house: House, account: AccountKey, passphrase: str = PASSPHRASE) -> passphrases.StaffKey:
    return house.workbench.unlock(
        passphrase,
        account_id=ANNA,
        pepper=account.pepper,
        salt=account.salt,
        memory_kib=account.memory_kib,
        passes=account.passes,
        verifier=account.verifier,
        wrapped_private=account.wrapped_private,
    )


def grant_to_anna(house: House, account: AccountKey) -> dict[int, bytes]:
    mac = house.workbench.public_key_mac("account", ANNA, 0, account.public)
    return house.workbench.grant(house.keys, CONSULTATION, ANNA, account.public, mac)


def test_a_person_with_a_grant_reads_what_was_sent(house: House, anna: AccountKey) -> None:
    held = house.workbench.open_grants(unlock(house, anna), CONSULTATION, grant_to_anna(house, anna))
    row = house.row()
    assert house.workbench.open_response(held, row.binding, 1, row.body, row.slot) == CONTENT


def test_a_person_without_a_grant_reads_nothing(house: House, anna: AccountKey) -> None:
    """S10: a revoked or foreign grant opens nothing."""
    blobs = grant_to_anna(house, anna)
    stranger = house.workbench.new_account_key(PASSPHRASE, ANNA)
    for holder, consultation, epochs in (
        (unlock(house, stranger), CONSULTATION, blobs),
        (replace(unlock(house, anna), account_id=b"b" * 16), CONSULTATION, blobs),
        (unlock(house, anna), bytes(16), blobs),
        (unlock(house, anna), CONSULTATION, {2: blobs[1]}),
    ):
        with pytest.raises(EnvelopeError):
            house.workbench.open_grants(holder, consultation, epochs)
    nothing = house.workbench.open_grants(unlock(house, anna), CONSULTATION, {})
    row = house.row()
    with pytest.raises(EnvelopeError):
        house.workbench.open_response(nothing, row.binding, 1, row.body, row.slot)


def test_the_wrong_passphrase_opens_nothing(house: House, anna: AccountKey) -> None:
    for wrong in (PASSPHRASE + " ", PASSPHRASE.upper(), "", PASSPHRASE[:-1]):
        with pytest.raises(WrongPassphraseError):
            unlock(house, anna, wrong)


def test_a_passphrase_may_be_typed_in_another_spelling_of_its_letters(house: House) -> None:
    account = house.workbench.new_account_key("pedwar cwch ara\u0302f ar gamlas", ANNA)
    assert unlock(house, account, "pedwar cwch arâf ar gamlas").private
    assert unlock(house, account, "\uff50edwar cwch arâf ar gamlas").private


def test_another_pepper_opens_no_account(anna: AccountKey) -> None:
    """S10: the server's secret is needed too."""
    with pytest.raises(WrongPassphraseError):
        unlock(make_house(pepper=b"\x23" * 32), anna)


def test_a_private_key_put_under_another_account_stays_shut(house: House, anna: AccountKey) -> None:
    with pytest.raises(EnvelopeError):
        house.workbench.unlock(
            PASSPHRASE,
            account_id=b"b" * 16,
            pepper=anna.pepper,
            salt=anna.salt,
            memory_kib=anna.memory_kib,
            passes=anna.passes,
            verifier=anna.verifier,
            wrapped_private=anna.wrapped_private,
        )


def test_a_new_passphrase_keeps_the_key_and_its_grants(house: House, anna: AccountKey) -> None:
    """S10: a changed passphrase loses nothing."""
    blobs = grant_to_anna(house, anna)
    private = unlock(house, anna).private
    changed = house.workbench.new_account_key("five slow boats on a lake", ANNA, private)
    assert changed.public == anna.public
    assert changed.salt != anna.salt
    with pytest.raises(WrongPassphraseError):
        unlock(house, changed)
    holder = unlock(house, changed, "five slow boats on a lake")
    assert house.workbench.open_grants(holder, CONSULTATION, blobs)


def test_the_verifier_is_not_the_key_that_wraps(house: House, anna: AccountKey) -> None:
    for key in (anna.verifier, envelope.H(anna.verifier)):
        with pytest.raises(EnvelopeError):
            envelope.unseal(envelope.Type.WRAPPED_KEY, key, anna.wrapped_private, "account.private_key", ANNA)


def test_an_unknown_name_is_refused_like_a_wrong_passphrase(house: House, anna: AccountKey) -> None:
    """S23: the same words."""
    with pytest.raises(WrongPassphraseError) as unknown:
        house.workbench.refuse_unknown(PASSPHRASE, "nobody")
    with pytest.raises(WrongPassphraseError) as wrong:
        unlock(house, anna, "not the passphrase")
    assert str(unknown.value) == str(wrong.value)


def test_a_generated_passphrase_has_six_words_and_is_accepted() -> None:
    for _ in range(20):
        made = passphrases.generate()
        assert len(made.split(" ")) == 6
        assert set(made.split(" ")) <= set(words.LIST)
        passphrases.require_strong(made)


@pytest.mark.parametrize(
    "weak",
    [
        "",
        "thirteen sign",
        "aaaaaaaaaaaaaaaaaaaa",
        "Password Password",
        "abababababababab",
        "Welcome-2027-Survey",
        "Correct horse battery staple",
        "abcd abcd abcd abcd",
        "abcd-password-1234",
    ],
)
def test_a_short_or_common_passphrase_is_refused_with_what_to_do(house: House, weak: str) -> None:
    with pytest.raises(WeakPassphraseError, match="use"):
        house.workbench.new_account_key(weak, ANNA)


def test_a_passphrase_without_end_or_without_text_is_refused_before_the_slow_hash() -> None:
    for typed in ("x" * 1025, "\ud800" * 14):
        with pytest.raises(WeakPassphraseError):
            passphrases.normalise(typed)


def test_no_secret_shows_when_a_value_is_printed(house: House, anna: AccountKey) -> None:
    secrets = [unlock(house, anna).private, house.keys.of(1).private_bytes, house.seal().pointer.dek]
    printed = repr((unlock(house, anna), house.keys, house.keys.of(1), house.seal().pointer))
    printed += repr(serverkeys.derive(b"\x22" * 32)) + repr(serverkeys.derive(b"\x22" * 32).intake)
    for secret in [*secrets, serverkeys.derive(b"\x22" * 32).intake.receipt]:
        assert repr(secret)[2:-1] not in printed


def test_of_many_slow_hashes_of_a_kind_one_runs_eight_wait_and_the_others_are_sent_away() -> None:
    """S39: the slow hash never takes the machine."""
    people = slow.QUEUE + 5
    begun = threading.Barrier(people)
    done: list[bytes] = []
    refused: list[bool] = []

    def run() -> None:
        begun.wait()
        try:
            done.append(slow.argon2id(b"x", b"s" * 16, memory_kib=32_768, passes=3, label="t", pepper=b"p"))
        except BusyError:
            refused.append(True)

    threads = [threading.Thread(target=run) for _ in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused
    assert len(done) + len(refused) == people
    assert len(set(done)) == 1
    assert slow.argon2id(b"x", b"s" * 16, memory_kib=8, passes=1, label="t", pepper=b"p")


def test_passphrases_and_codes_do_not_keep_each_other_out() -> None:
    """S39: a crowd at one door leaves the other open."""
    for crowded, other in ((slow.LONG_KIB, 64), (64, slow.LONG_KIB)):
        people = slow.QUEUE + 5
        begun = threading.Barrier(people + 1)

        def crowd(memory_kib: int = crowded, begun: threading.Barrier = begun) -> None:
            begun.wait()
            with contextlib.suppress(BusyError):
                slow.argon2id(b"x", b"s" * 16, memory_kib=memory_kib, passes=3, label="t", pepper=b"p")

        threads = [threading.Thread(target=crowd) for _ in range(people)]
        for thread in threads:
            thread.start()
        begun.wait()
        assert slow.argon2id(b"x", b"s" * 16, memory_kib=other, passes=1, label="t", pepper=b"p")
        for thread in threads:
            thread.join()


def test_a_passphrase_lets_everybody_else_have_the_processor_first_and_a_code_does_not() -> None:
    own = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    for memory_kib, name, steps_back in (
        (64, "hash of a code", False),
        (slow.LONG_KIB, "hash of a pass", True),
    ):
        slow.argon2id(b"x", b"s" * 16, memory_kib=memory_kib, passes=1, label="t", pepper=b"p")
        (thread,) = [each for each in threading.enumerate() if each.name.startswith(name)]
        assert (os.getpriority(os.PRIO_PROCESS, thread.native_id or 0) > own) is steps_back


def test_a_cookie_finds_and_opens_its_own_session_only() -> None:
    mine, other = cookies.new_cookie(), cookies.new_cookie()
    blob = cookies.Secret(mine).seal("staff", {"name": "a1"})
    assert cookies.Secret(mine).open("staff", blob) == {"name": "a1"}
    assert cookies.Secret(mine).row != cookies.Secret(other).row
    for cookie, kind in ((other, "staff"), (mine, "visit"), (mine, "")):
        with pytest.raises(EnvelopeError):
            cookies.Secret(cookie).open(kind, blob)


@pytest.mark.parametrize(
    "cookie", ["", "x", "é" * 43, "A" * 42, "A" * 44, "A" * 43 + "=", "A B" * 15, "\0" * 43]
)
def test_a_cookie_that_is_not_ours_is_refused(cookie: str) -> None:
    with pytest.raises(EnvelopeError):
        cookies.Secret(cookie)
