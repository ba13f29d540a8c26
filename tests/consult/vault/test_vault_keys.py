"""Keys: of the server, of people, of consultations; and what is left when one of them is lost."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from random import sample

import pytest

from consult.faults import BusyError
from consult.vault import cookies, envelope, grants, passphrases, serverkeys, shares, slow
from consult.vault.envelope import EnvelopeError, PrivateKey, PublicKey
from consult.vault.passphrases import AccountKey, WeakPassphraseError, WrongPassphraseError
from consult.vault.serverkeys import KeyFileError
from consult.vault.shares import ShareError
from tests.consult.vault.made import CONSULTATION, CONTENT, PASSPHRASE, House, make_house

ANNA = b"a" * 16


@pytest.fixture(scope="module")
def house() -> House:
    return make_house()


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
        assert len(made.split()) == 6
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


@pytest.mark.parametrize(("threshold", "people"), shares.SCHEMES)
def test_enough_shares_open_what_was_sealed_and_fewer_open_nothing(
    house: House, threshold: int, people: int
) -> None:
    """S10: recovery from every set of shares."""
    secret = shares.new_secret()
    recovery = PrivateKey(shares.recovery_private(secret, CONSULTATION))
    blob = grants.grant(house.keys.of(1), 1, CONSULTATION, shares.GRANTEE, PublicKey(recovery.public))
    texts = [share.text for share in shares.split(secret, recovery.id, threshold, people)]
    row = house.row()
    for some in combinations(texts, threshold):
        joined = shares.join([shares.read(text.lower()) for text in some], CONSULTATION, recovery.id)
        again = PrivateKey(shares.recovery_private(joined, CONSULTATION))
        held = grants.open_grant(again, 1, CONSULTATION, shares.GRANTEE, blob)
        opened = grants.ConsultationKeys(epochs={1: held})
        assert house.workbench.open_response(opened, row.binding, 1, row.body, row.slot) == CONTENT
    for few in combinations(texts, threshold - 1):
        with pytest.raises(ShareError):
            shares.join([shares.read(text) for text in few], CONSULTATION, recovery.id)


class Tables:
    """GF(256) by powers and logarithms to base 3: of our own arithmetic it has nothing but the polynomial."""

    def __init__(self) -> None:
        self.power, self.log = [1], {1: 0}
        for exponent in range(1, 255):
            value = self.power[-1] ^ (self.power[-1] << 1)  # times 3, a generator of the field
            self.power.append(value ^ 0x11B if value > 255 else value)
            self.log[self.power[-1]] = exponent

    def times(self, a: int, b: int) -> int:
        return self.power[(self.log[a] + self.log[b]) % 255] if a and b else 0

    def over(self, a: int, b: int) -> int:
        return self.power[(self.log[a] - self.log[b]) % 255] if a else 0

    def at(self, x: int, coefficients: Sequence[int]) -> int:
        """A polynomial by its powers, lowest first."""
        value, factor = 0, 1
        for coefficient in coefficients:
            value ^= self.times(coefficient, factor)
            factor = self.times(factor, x)
        return value

    def at_zero(self, points: Sequence[tuple[int, int]]) -> int:
        """Newton's way, not Lagrange's: divided differences, then from the last place to the first."""
        column, differences = [y for _, y in points], []
        for level in range(1, len(points) + 1):
            differences.append(column[0])
            column = [
                self.over(column[place] ^ column[place + 1], points[place][0] ^ points[place + level][0])
                for place in range(len(column) - 1)
            ]
        value = 0
        for (x, _), difference in reversed(list(zip(points, differences, strict=True))):
            value = self.times(value, x) ^ difference
        return value


def test_two_hundred_random_splits_agree_with_arithmetic_by_tables() -> None:
    """S10: what we split joins by tables and by us, and each share is the one that tables give."""
    tables = Tables()
    for number in range(200):
        threshold, people = shares.SCHEMES[number % 2]
        secret = os.urandom(32)
        coefficients = [os.urandom(32) for _ in range(threshold - 1)]
        made = shares.split_with(secret, bytes(16), people, coefficients)
        for share in made:
            assert share.y == bytes(
                tables.at(share.x, row) for row in zip(secret, *coefficients, strict=True)
            )
        some = sample(made, threshold)
        again = bytes(tables.at_zero([(share.x, share.y[place]) for share in some]) for place in range(32))
        assert again == secret
        key_id = PrivateKey(shares.recovery_private(secret, CONSULTATION)).id
        ours = [replace(share, set_id=key_id[: shares.SET]) for share in some]
        assert shares.join(ours, CONSULTATION, key_id) == secret


def test_a_share_with_any_character_wrong_is_refused() -> None:
    """S10: a mistyped share."""
    secret = shares.new_secret()
    key_id = PrivateKey(shares.recovery_private(secret, CONSULTATION)).id
    text = shares.split(secret, key_id, 2, 3)[0].text.replace("-", "")
    for place in range(64):
        wrong = "B" if text[place] != "B" else "C"
        with pytest.raises(ShareError):
            shares.read(text[:place] + wrong + text[place + 1 :])


def test_shares_of_different_secrets_do_not_join() -> None:
    """S10: shares that do not belong together."""
    sets = []
    for _ in range(2):
        secret = shares.new_secret()
        key_id = PrivateKey(shares.recovery_private(secret, CONSULTATION)).id
        sets.append((key_id, shares.split(secret, key_id, 2, 3)))
    (first_id, first), (_, second) = sets
    disguised = replace(second[1], set_id=first[1].set_id)
    for mixed in ([first[0], second[1]], [first[0], disguised], [first[0], first[0]], second[:2], []):
        with pytest.raises(ShareError):
            shares.join(mixed, CONSULTATION, first_id)
    with pytest.raises(ShareError):
        shares.join(first[:2], bytes(16), first_id)


@pytest.mark.parametrize(("threshold", "people"), [(1, 3), (3, 3), (2, 2), (0, 0)])
def test_no_other_scheme_is_offered(threshold: int, people: int) -> None:
    with pytest.raises(ValueError, match="2 of 3 or 3 of 5"):
        shares.split(bytes(32), bytes(16), threshold, people)


def test_a_cookie_finds_and_opens_its_own_session_only() -> None:
    mine, other = cookies.new_cookie(), cookies.new_cookie()
    blob = cookies.seal(mine, "staff", {"name": "a1"})
    assert cookies.open_(mine, "staff", blob) == {"name": "a1"}
    assert cookies.id_hash(mine) != cookies.id_hash(other)
    for cookie, kind in ((other, "staff"), (mine, "visit"), (mine, "")):
        with pytest.raises(EnvelopeError):
            cookies.open_(cookie, kind, blob)


@pytest.mark.parametrize(
    "cookie", ["", "x", "é" * 43, "A" * 42, "A" * 44, "A" * 43 + "=", "A B" * 15, "\0" * 43]
)
def test_a_cookie_that_is_not_ours_is_refused(cookie: str) -> None:
    with pytest.raises(EnvelopeError):
        cookies.id_hash(cookie)
