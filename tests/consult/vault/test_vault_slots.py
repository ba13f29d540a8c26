"""The two kinds of slot: as it arrived, and under the key of a batch. Each opens in its place alone."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from consult.vault import envelope, padding, rewrapping, slots
from consult.vault.envelope import LP, EnvelopeError, H, Type, u32
from consult.vault.grants import ConsultationKeys, EpochKeys
from consult.vault.opening import SealedRow
from consult.vault.sealing import Recipient, slot_place
from tests.consult.vault.made import (
    CONSULTATION,
    CONTENT,
    FINGERPRINT,
    RESPONSE,
    House,
    make_binding,
)

BATCH = b"\x88" * 16


@pytest.fixture
def row(house: House) -> SealedRow:
    return house.row()


@pytest.fixture
def settled(house: House, row: SealedRow) -> SealedRow:
    """The same answer with a slot under the key of its batch."""
    content, faster = house.workbench.open_settled(
        house.keys, row.binding.place(), row.epoch, row.body, row.slot, BATCH
    )
    assert content == CONTENT
    assert faster is not None
    return replace(row, slot=faster)


def test_an_answer_opens_by_either_slot_and_the_second_is_small(
    house: House, row: SealedRow, settled: SealedRow
) -> None:
    assert house.read(row) == house.read(settled) == CONTENT
    assert (len(row.slot), len(settled.slot)) == (1190, 82)
    assert not slots.of_batch(row.slot)
    assert slots.of_batch(settled.slot)
    assert settled.slot[:22] == b"CNS1" + bytes((11, 1)) + BATCH


def test_a_slot_under_a_batch_is_not_made_again(house: House, settled: SealedRow) -> None:
    place = settled.binding.place()
    _, faster = house.workbench.open_settled(
        house.keys, place, settled.epoch, settled.body, settled.slot, BATCH
    )
    assert faster is None


def elsewhere(row: SealedRow, other: SealedRow) -> Iterator[SealedRow]:
    """The row moved, mixed and relabelled."""
    for changes in (
        {"consultation_id": bytes(16)},
        {"definition_id": "demp"},
        {"fingerprint": bytes(32)},
        {"response_id": bytes(16)},
        {"rev": 2},
    ):
        yield replace(row, binding=replace(row.binding, **changes))
    yield replace(row, body=other.body)
    yield replace(row, slot=other.slot)
    yield replace(row, epoch=2)
    yield replace(row, slot=row.slot[:6] + os.urandom(16) + row.slot[22:])
    yield replace(row, slot=row.slot[:4] + bytes((Type.SLOT,)) + row.slot[5:])
    yield replace(row, slot=row.slot[:4] + bytes((Type.NOTE,)) + row.slot[5:])
    yield replace(row, slot=row.slot[:5] + b"\2" + row.slot[6:])
    for cut in (0, 4, 5, 22, 40, len(row.slot) - 1):
        yield replace(row, slot=row.slot[:cut])
    yield replace(row, slot=row.slot + b"\0")


def test_a_slot_under_a_batch_opens_in_its_place_alone(house: House, settled: SealedRow) -> None:
    other = house.row(make_binding(response_id=os.urandom(16)))
    for moved in elsewhere(settled, other):
        with pytest.raises(EnvelopeError):
            house.read(moved)


def test_every_flipped_bit_of_a_slot_under_a_batch_keeps_it_shut(house: House, settled: SealedRow) -> None:
    for place in range(len(settled.slot)):
        for bit in range(8):
            flipped = bytearray(settled.slot)
            flipped[place] ^= 1 << bit
            with pytest.raises(EnvelopeError):
                house.read(replace(settled, slot=bytes(flipped)))


def test_only_the_workspace_key_of_the_epoch_opens_it(house: House, settled: SealedRow) -> None:
    held = house.keys.of(1)
    place = slot_place(settled.binding.place(), H(settled.body))
    for wrong in (replace(held, workspace=os.urandom(32)), replace(held, workspace=held.private_bytes[:32])):
        with pytest.raises(EnvelopeError):
            slots.opened(wrong, settled.slot, place)
    assert len(slots.opened(replace(held, private_bytes=os.urandom(96)), settled.slot, place)) == 32


def test_each_batch_has_a_key_of_its_own(house: House, settled: SealedRow) -> None:
    held = house.keys.of(1)
    other = envelope.NamedKey(Type.BATCH_SLOT, BATCH, held.workspace)
    place = slot_place(settled.binding.place(), H(settled.body))
    with pytest.raises(EnvelopeError):
        other.unseal_at(settled.slot, place)
    moved = slots.under_batch(held, os.urandom(16), os.urandom(32), place)
    relabelled = settled.slot[:22] + moved[22:]
    with pytest.raises(EnvelopeError):
        slots.opened(held, relabelled, place)


def test_a_slot_of_the_first_day_opens_for_a_program_written_from_the_specification() -> None:
    """S34, S35: HKDF-Expand of one block by hand, and AES-GCM alone."""
    frozen = json.loads((Path(__file__).parent / "frozen.json").read_text(encoding="ascii"))
    slot = base64.b64decode(frozen["batch_slot"])
    workspace, dek, batch = b"\x99" * 32, b"\x33" * 32, b"\x88" * 16
    fields = LP("response", CONSULTATION, "demo", FINGERPRINT, RESPONSE, u32(1))
    content = {"answers": {"q1": "yes"}, "lang": "cy"}
    padded = padding.pad(content, padding.BODIES)
    body = envelope.seal_at(Type.BODY, dek, padded, fields, nonce=b"\x44" * 12)
    bound = fields + LP(H(LP("consult/v1", b"CNS1\1\1" + bytes(16)) + fields), H(body))
    key = hmac.new(workspace, b"consult/v1/batch" + batch + b"\1", hashlib.sha256).digest()
    associated = LP("consult/v1", b"CNS1\x0b\1" + batch) + bound
    assert AESGCM(key).decrypt(slot[22:34], slot[34:], associated) == dek
    held = EpochKeys(private_bytes=b"\x5a" * 96, workspace=workspace)
    assert slots.opened(held, slot, slot_place(fields, H(body))) == dek


def test_both_kinds_follow_to_a_new_epoch_and_stay_what_they_are(
    house: House, row: SealedRow, settled: SealedRow
) -> None:
    """S10: re-wrapping."""
    made = house.workbench.new_consultation_keys(2)
    to = Recipient(
        owner_table="consultation",
        owner_id=CONSULTATION,
        epoch=2,
        public=made.public,
        mac=house.workbench.public_key_mac("consultation", CONSULTATION, 2, made.public),
    )
    both = ConsultationKeys(epochs={**house.keys.epochs, **made.keys.epochs})
    new = list(rewrapping.slots(house.workbench, both, [row, settled], to))
    assert [slots.of_batch(slot or b"") for slot in new] == [False, True]
    for old, slot in zip((row, settled), new, strict=True):
        assert slot is not None
        later = replace(old, slot=slot, epoch=2)
        opened = house.workbench.open_response(made.keys, later.binding, 2, later.body, later.slot)
        assert opened == CONTENT
        with pytest.raises(EnvelopeError):
            house.workbench.open_response(house.keys, later.binding, 1, later.body, later.slot)
