"""S37: small faults that larger tests do not see: one byte more, one field left out, one secret printed."""

from __future__ import annotations

import base64
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from consult.vault import cookies, envelope, grants, padding, passphrases, receipts, serverkeys, shares
from consult.vault.envelope import EnvelopeError, H, J, PrivateKey, PublicKey, Type
from consult.vault.grants import EpochKeys
from consult.vault.padding import BODIES, NOTES, TooLargeError
from consult.vault.passphrases import WeakPassphraseError
from consult.vault.receipts import Code
from consult.vault.sealing import IntakeVault, Pointer
from consult.vault.shares import Share, ShareError, TypedSharesError
from tests.consult.vault.made import CONSULTATION, PEPPER, make_house, make_receipt_keys

INTAKE = IntakeVault(serverkeys.derive(PEPPER).intake)


def filling(size: int) -> dict[str, str]:
    """What takes exactly so many bytes with its length before it."""
    return {"a": "x" * (size - 4 - len(J({"a": ""})))}


@pytest.mark.parametrize("sizes", [BODIES, NOTES])
def test_a_text_that_fills_a_size_to_the_last_byte_has_that_size(sizes: tuple[int, ...]) -> None:
    for size, next_size in zip(sizes, (*sizes[1:], None), strict=True):
        exact = padding.pad(filling(size), sizes)
        assert len(exact) == size
        assert padding.unpad(exact, sizes) == filling(size)
        if next_size:
            assert len(padding.pad(filling(size + 1), sizes)) == next_size


def test_one_byte_too_many_is_refused_in_words_that_say_how_much_there_can_be() -> None:
    with pytest.raises(TooLargeError) as refused:
        padding.pad(filling(BODIES[-1] + 1), BODIES)
    assert str(refused.value) == "this is more than the 128 kB that can be kept"


def test_the_vault_of_the_intake_makes_the_keys_of_a_code() -> None:
    code, salt = Code(bytes(range(10))), b"\x11" * 16
    expected = receipts.derive(code, salt, serverkeys.derive(PEPPER).intake.receipt)
    assert INTAKE.receipt_keys(code, salt, 1) == expected


def test_a_pointer_holds_any_revision() -> None:
    keys = make_receipt_keys()
    for rev in (1, 255, 256, 2**24 + 5, 2**32 - 1):
        pointer = Pointer(response_id=b"r" * 16, dek=b"d" * 32, rev=rev, body_hash=b"h" * 32)
        blob = INTAKE.seal_pointer(keys.pointer, pointer, CONSULTATION, keys.lookup)
        assert INTAKE.open_pointer(keys.pointer, blob, CONSULTATION, keys.lookup) == pointer


@pytest.mark.parametrize("length", [0, 83, 85, 116])
def test_what_is_no_pointer_stays_shut_though_sealed_with_its_key(length: int) -> None:
    keys = make_receipt_keys()
    blob = envelope.seal(Type.POINTER, keys.pointer, bytes(length), "receipt", CONSULTATION, keys.lookup)
    with pytest.raises(EnvelopeError, match="does not open"):
        INTAKE.open_pointer(keys.pointer, blob, CONSULTATION, keys.lookup)


@pytest.mark.parametrize("length", [0, 96, 127, 129])
def test_what_is_no_grant_stays_shut_though_sealed_to_its_key(length: int) -> None:
    private = PrivateKey(envelope.new_private())
    fields = ("key_grant", CONSULTATION, envelope.u32(1), b"a" * 16)
    blob = envelope.seal_to(Type.GRANT, PublicKey(private.public), bytes(length), *fields)
    with pytest.raises(EnvelopeError, match="does not open"):
        grants.open_grant(private, 1, CONSULTATION, b"a" * 16, blob)


def test_a_code_that_leads_nowhere_costs_the_opening_of_an_envelope() -> None:
    for act in (INTAKE.open_nothing, INTAKE.open_no_body, INTAKE.open_no_draft):
        assert "decrypt" in called(act)


def test_a_code_that_leads_nowhere_leads_to_no_revision() -> None:
    first, second = INTAKE.open_nothing(), INTAKE.open_nothing()
    assert (first.rev, second.rev) == (0, 0)
    assert first.response_id != second.response_id


def test_a_grant_names_the_key_that_opens_it() -> None:
    hers, his = PrivateKey(envelope.new_private()), PrivateKey(envelope.new_private())
    blob = grants.grant(grants.new_epoch(), 1, CONSULTATION, b"a" * 16, PublicKey(hers.public))
    assert grants.is_sealed_to(blob, hers.public)
    assert not grants.is_sealed_to(blob, his.public)


def called(act: Callable[[], object]) -> set[str]:
    """The names of the functions of libraries that something calls."""
    names: set[str] = set()

    def note(_: object, event: str, function: Any) -> None:
        if event == "c_call":
            names.add(function.__name__)

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        act()
    finally:
        sys.setprofile(before)
    return names


def test_no_value_of_the_vault_prints_a_secret() -> None:
    house = make_house()
    pointer, keys, receipt = house.seal().pointer, house.keys.of(1), make_receipt_keys()
    account = passphrases.StaffKey(account_id=b"a" * 16, private=os.urandom(96))
    for value, secrets in (
        (pointer, [pointer.dek]),
        (keys, [keys.private_bytes, keys.workspace]),
        (EpochKeys(private_bytes=b"p" * 96, workspace=b"w" * 32), [b"p" * 96, b"w" * 32]),
        (receipt, [receipt.lookup, receipt.draft, receipt.pointer]),
        (account, [account.private]),
    ):
        for secret in secrets:
            assert repr(secret)[2:-1] not in repr(value)


@pytest.mark.parametrize(
    ("threshold", "x"), [(2, 0), (2, 4), (3, 0), (3, 6), (1, 1), (4, 1), (0, 1), (5, 3), (2, 255)]
)
def test_a_share_of_no_scheme_of_ours_is_refused_though_its_check_is_right(threshold: int, x: int) -> None:
    forged = Share(set_id=b"ab", threshold=threshold, x=x, y=bytes(32))
    with pytest.raises(ShareError, match="not a share of ours"):
        shares.read(forged.text)


@pytest.mark.parametrize(("threshold", "x"), [(2, 1), (2, 3), (3, 1), (3, 5)])
def test_a_share_at_the_end_of_a_scheme_is_read(threshold: int, x: int) -> None:
    made = Share(set_id=b"ab", threshold=threshold, x=x, y=bytes(range(32)))
    assert shares.read(made.text) == made
    assert len(made.text) == 16 * 4 + 15


def test_a_share_of_another_version_is_refused_though_its_check_is_right() -> None:
    raw = b"\x02ab\x02\x01" + bytes(32)
    text = base64.b32encode(raw + H(b"consult/v1/share" + raw)[:3]).decode()
    with pytest.raises(ShareError, match="another version"):
        shares.read(text)


def test_shares_say_why_they_do_not_go_together() -> None:
    secret = shares.new_secret()
    name = PrivateKey(shares.recovery_private(secret, CONSULTATION)).id
    two, three = shares.split(secret, name, 2, 3), shares.split(secret, name, 3, 5)
    for given, key_id, said in (
        ([], name, "no share"),
        (two[:2], bytes(16), "do not belong"),
        ([two[0], three[1]], name, "do not belong"),
        ([two[0], two[0]], name, "twice"),
        (three[:2], name, "3 shares are needed; there are 2"),
        ([two[0], replace(two[1], y=bytes(32))], name, "do not make"),
    ):
        with pytest.raises(ShareError, match=said):
            shares.join(given, CONSULTATION, key_id)
    for more in (two, three[:4], three):
        assert shares.join(more, CONSULTATION, name) == secret


def test_typed_shares_are_read_together_and_each_problem_is_told_with_its_place() -> None:
    made = shares.split(bytes(32), b"\x01" * 16, 2, 3)
    assert shares.read_all([made[0].text, "  ", made[2].text], b"\x01" * 16) == [made[0], made[2]]
    foreign = shares.split(bytes(32), b"\x02" * 16, 2, 3)[0].text
    with pytest.raises(TypedSharesError) as refused:
        shares.read_all([made[0].text, "nonsense!", foreign], b"\x01" * 16)
    assert refused.value.problems.keys() == {1, 2}
    assert str(refused.value).startswith("share 2: a share has the letters")
    assert "share 3: this share belongs to another key" in str(refused.value)


def test_a_word_of_a_code_is_known_whole_by_its_beginning_or_by_its_number_and_no_other_is() -> None:
    code = Code(bytes(range(10)))
    for place, (word, number) in enumerate(zip(code.words.split(), code.digits.split(), strict=True)):
        for typed in (word, word.upper(), f" {word} ", word[:4], number):
            assert receipts.is_word(code.words, place, typed) is True
        other = code.words.split()[(place + 2) % 8]
        for typed in (other if other != word else "zz", "", "nowhere", number[1:], "2048", f"0{number}"):
            assert receipts.is_word(code.words, place, typed) is False


@pytest.mark.parametrize("number", ["1", "12", "123", "00012", "2048"])
def test_a_number_among_words_has_four_digits(number: str) -> None:
    words = Code(bytes(range(10))).words.split()
    with pytest.raises(receipts.UnreadableCodeError, match="word 3"):
        receipts.parse(" ".join([*words[:2], number, *words[3:]]))


@pytest.mark.parametrize(("length", "scheme"), [(31, (2, 3)), (33, (3, 5)), (32, (2, 5)), (32, (3, 3))])
def test_no_other_secret_or_scheme_is_split(length: int, scheme: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="2 of 3 or 3 of 5"):
        shares.split(bytes(length), bytes(16), *scheme)


@pytest.mark.parametrize("cookie", ["A" * 42 + "=", "A" * 40 + "===", "A" * 43 + "=", "A" * 42 + "!"])
def test_a_cookie_of_the_right_length_that_holds_less_is_refused(cookie: str) -> None:
    with pytest.raises(EnvelopeError):
        cookies.Secret(cookie)


def test_a_new_cookie_is_43_letters_that_find_a_row() -> None:
    made = {cookies.new_cookie() for _ in range(50)}
    assert len(made) == 50
    assert {len(cookie) for cookie in made} == {43}
    assert len({cookies.Secret(cookie).row for cookie in made}) == 50


def test_fourteen_signs_are_enough_and_thirteen_are_not() -> None:
    passphrases.require_strong("abcdefgh ijklm"[:14])
    with pytest.raises(WeakPassphraseError, match="at least 14"):
        passphrases.require_strong("abcdefgh ijklm"[:13])


def test_the_numbers_of_what_an_envelope_holds_stay_as_they_are() -> None:
    stored = [
        "BODY",
        "SLOT",
        "DRAFT",
        "POINTER",
        "GRANT",
        "NOTE",
        "SESSION",
        "BACKUP",
        "WRAPPED_KEY",
        "SECRET",
    ]
    numbers = {kind.name: kind.value for kind in Type}
    assert {name: numbers[name] for name in stored} == dict(zip(stored, range(1, 11), strict=True))
    assert (numbers["BATCH_SLOT"], numbers["INTEREST"]) == (11, 12)


def test_a_public_key_keeps_its_bytes_and_has_no_other_length() -> None:
    raw = PrivateKey(bytes(96)).public
    assert PublicKey(raw).raw == raw
    for wrong in (raw + b"\0", raw[:-1], raw + bytes(32), b""):
        with pytest.raises(EnvelopeError, match="not a public key"):
            PublicKey(wrong)


def test_nothing_at_all_can_be_sealed_and_is_opened_as_nothing() -> None:
    private = PrivateKey(envelope.new_private())
    sealed = envelope.seal(Type.DRAFT, bytes(32), b"", "x")
    assert len(sealed) == 50
    assert envelope.unseal(Type.DRAFT, bytes(32), sealed, "x") == b""
    sealed = envelope.seal_to(Type.SLOT, PublicKey(private.public), b"", "x")
    assert len(sealed) == 1158
    assert envelope.unseal_with(Type.SLOT, private, sealed, "x") == b""
