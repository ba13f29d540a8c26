"""S2: a sealed record opens in its own place, unchanged, or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from consult.vault import cookies, envelope, grants, rewrapping
from consult.vault.envelope import HEADER, EnvelopeError, PublicKey, Type
from consult.vault.grants import ConsultationKeys
from consult.vault.meaning import MeaningBinding
from consult.vault.opening import NoteBinding, SealedRow
from consult.vault.sealing import Binding, Recipient
from tests.consult.vault.made import (
    CONSULTATION,
    CONTENT,
    FINGERPRINT,
    PLACE,
    House,
    make_binding,
    make_receipt_keys,
)
from tests.forms import FULL

Opener = Callable[[bytes], object]


@pytest.fixture(scope="module")
def openers(house: House) -> dict[str, tuple[bytes, Opener]]:
    """One sealed record of each kind, and the way it is opened."""
    row, keys = house.row(), make_receipt_keys()
    sealed = house.seal()
    draft = house.intake.seal_draft(keys.draft, **PLACE, lookup=keys.lookup, rev=1, content=CONTENT)
    pointer = house.intake.seal_pointer(keys.pointer, sealed.pointer, CONSULTATION, keys.lookup)
    note = NoteBinding(
        consultation_id=CONSULTATION, epoch=1, note_id=b"n" * 16, response_id=b"r" * 16, response_rev=1
    )
    meaning = MeaningBinding(consultation_id=CONSULTATION, epoch=1, response_id=b"r" * 16, response_rev=1)
    cookie = cookies.new_cookie()
    private = envelope.PrivateKey(envelope.new_private())
    blob = grants.grant(house.keys.of(1), 1, CONSULTATION, b"a" * 16, PublicKey(private.public))
    return {
        "body": (row.body, lambda body: house.read(replace(row, body=body))),
        "own body": (
            sealed.body,
            lambda body: house.intake.open_own(make_binding(), body, sealed.pointer.dek),
        ),
        "slot": (row.slot, lambda slot: house.read(replace(row, slot=slot))),
        "draft": (
            draft,
            lambda blob: house.intake.open_draft(keys.draft, blob, **PLACE, lookup=keys.lookup, rev=1),
        ),
        "pointer": (
            pointer,
            lambda blob: house.intake.open_pointer(keys.pointer, blob, CONSULTATION, keys.lookup),
        ),
        "grant": (blob, lambda blob: grants.open_grant(private, 1, CONSULTATION, b"a" * 16, blob)),
        "note": (
            house.workbench.seal_note(house.keys, note, {"themes": ["waiting"]}),
            lambda blob: house.workbench.open_note(house.keys, note, blob),
        ),
        "meaning": (
            house.workbench.seal_meaning(house.keys, meaning, b"half precision"),
            lambda blob: house.workbench.open_meaning(house.keys, meaning, blob),
        ),
        "session": (
            cookies.Secret(cookie).seal("visit", CONTENT),
            lambda blob: cookies.Secret(cookie).open("visit", blob),
        ),
        "secret": (
            house.workbench.seal_secret("audit_key.blob", b"s" * 16, b"k" * 32),
            lambda blob: house.workbench.open_secret("audit_key.blob", b"s" * 16, blob),
        ),
    }


KINDS = ("body", "own body", "slot", "draft", "pointer", "grant", "note", "meaning", "session", "secret")


def _flips(sealed: bytes) -> Iterator[bytes]:
    """Every bit of the header and what follows it, and one of every 16th byte after; in the long form all."""
    first = len(sealed) if FULL else HEADER + 12
    places = [(at, bit) for at in range(min(first, len(sealed))) for bit in range(8)]
    places += [(at, at // 16 % 8) for at in range(HEADER + 12, len(sealed), 16)]
    places += [(len(sealed) - 1 - back, 0) for back in range(16)]
    for at, bit in places:
        changed = bytearray(sealed)
        changed[at] ^= 1 << bit
        yield bytes(changed)


@pytest.mark.parametrize("kind", KINDS)
def test_a_record_with_any_bit_turned_stays_shut(
    openers: dict[str, tuple[bytes, Opener]], kind: str, figure: Callable[[str, object], None]
) -> None:
    sealed, opener = openers[kind]
    opener(sealed)
    tried = 0
    for changed in _flips(sealed):
        tried += 1
        with pytest.raises(EnvelopeError):
            opener(changed)
    figure(f"{kind}: bits turned", f"{tried:,}, opened 0")


@pytest.mark.parametrize("kind", KINDS)
def test_a_record_cut_or_lengthened_stays_shut(openers: dict[str, tuple[bytes, Opener]], kind: str) -> None:
    sealed, opener = openers[kind]
    for length in {0, 1, 4, 5, 6, HEADER - 1, HEADER, HEADER + 1, HEADER + 12, HEADER + 28, len(sealed) - 1}:
        with pytest.raises(EnvelopeError):
            opener(sealed[:length])
    for extra in (b"\0", b"\xff" * 16, sealed):
        with pytest.raises(EnvelopeError):
            opener(sealed + extra)


@pytest.mark.parametrize("kind", KINDS)
def test_a_record_with_another_suite_stays_shut(openers: dict[str, tuple[bytes, Opener]], kind: str) -> None:
    sealed, opener = openers[kind]
    for suite in (0, 2, 3, 255):
        with pytest.raises(EnvelopeError):
            opener(sealed[:5] + bytes([suite]) + sealed[6:])


@pytest.mark.parametrize("kind", KINDS)
def test_no_record_opens_as_one_of_another_kind(openers: dict[str, tuple[bytes, Opener]], kind: str) -> None:
    _, opener = openers[kind]
    for other, (sealed, _) in openers.items():
        if other != kind:
            with pytest.raises(EnvelopeError):
                opener(sealed)


OTHER_PLACES = (
    {"consultation_id": b"\x56" * 16},
    {"definition_id": "demo2"},
    {"definition_id": ""},
    {"fingerprint": b"\x67" * 32},
    {"response_id": b"\x78" * 16},
    {"rev": 2},
    {"rev": 0},
    {"definition_id": "dem", "fingerprint": b"o" + FINGERPRINT[1:]},
)


@pytest.mark.parametrize("change", OTHER_PLACES)
def test_a_response_moved_to_another_row_or_wording_stays_shut(house: House, change: dict[str, Any]) -> None:
    row, sealed = house.row(), house.seal()
    with pytest.raises(EnvelopeError):
        house.read(replace(row, binding=make_binding(**change)))
    with pytest.raises(EnvelopeError):
        house.intake.open_own(make_binding(**change), sealed.body, sealed.pointer.dek)


def test_bodies_and_slots_of_two_responses_cannot_be_exchanged(house: House) -> None:
    first, second = house.row(), house.row(make_binding(response_id=b"\x01" * 16))
    again = house.row()
    for mixed in (
        replace(first, body=second.body),
        replace(first, slot=second.slot),
        replace(first, body=second.body, slot=second.slot),
        replace(first, body=again.body),
        replace(first, slot=again.slot),
    ):
        with pytest.raises(EnvelopeError):
            house.read(mixed)


def test_an_older_revision_put_back_whole_is_known_by_its_number(house: House) -> None:
    old, new = house.row(), house.row(make_binding(rev=2))
    with pytest.raises(EnvelopeError):
        house.read(replace(new, body=old.body, slot=old.slot))


def test_an_older_text_put_back_is_not_what_the_person_last_saved(house: House) -> None:
    old, new = house.seal(), house.seal()
    assert new.pointer.matches(1, new.body)
    assert not new.pointer.matches(1, old.body)
    assert not new.pointer.matches(2, new.body)


def test_one_changed_row_is_told_and_does_not_hide_the_others(house: House) -> None:
    rows = [house.row(make_binding(response_id=os.urandom(16))) for _ in range(4)]
    rows[1] = replace(rows[1], slot=rows[0].slot)
    rows[2] = replace(rows[2], epoch=2)
    opened = list(house.workbench.open_many(house.keys, rows))
    assert [row.content for row in opened] == [CONTENT, None, None, CONTENT]
    assert [row.binding for row in opened] == [row.binding for row in rows]


@pytest.mark.parametrize(
    "change",
    [
        {"public": envelope.PrivateKey(b"\x07" * 96).public},
        {"mac": bytes(32)},
        {"mac": b""},
        {"epoch": 2},
        {"owner_table": "account"},
        {"owner_id": b"\x56" * 16},
        {"public": b""},
    ],
)
def test_nothing_is_sealed_to_a_public_key_that_the_service_did_not_put_there(
    house: House, change: dict[str, Any]
) -> None:
    recipient = replace(house.recipient, **change)
    with pytest.raises(EnvelopeError):
        house.intake.seal_response(make_binding(), CONTENT, recipient)


def test_nothing_is_granted_to_a_public_key_that_the_service_did_not_put_there(house: House) -> None:
    stranger = envelope.PrivateKey(envelope.new_private()).public
    mac = house.workbench.public_key_mac("account", b"a" * 16, 0, stranger)
    assert house.workbench.grant(house.keys, CONSULTATION, b"a" * 16, stranger, mac)
    for grantee, public, proof in (
        (b"b" * 16, stranger, mac),
        (b"a" * 16, house.recipient.public, mac),
        (b"a" * 16, stranger, bytes(32)),
    ):
        with pytest.raises(EnvelopeError):
            house.workbench.grant(house.keys, CONSULTATION, grantee, public, proof)


def test_a_slot_wrapped_anew_opens_under_the_new_epoch_only(house: House) -> None:
    """S10: a new epoch, without sealing the answer anew."""
    row = house.row()
    made = house.workbench.new_consultation_keys(2)
    mac = house.workbench.public_key_mac("consultation", CONSULTATION, 2, made.public)
    to = replace(house.recipient, epoch=2, public=made.public, mac=mac)

    def moved(*rows: SealedRow, to: Recipient = to) -> list[bytes | None]:
        return list(rewrapping.slots(house.workbench, house.keys, rows, to))

    damaged = replace(row, body=house.seal().body)
    slot, none = moved(row, damaged)
    assert slot is not None
    assert none is None
    again = replace(row, epoch=2, slot=slot)
    opened = house.workbench.open_response(made.keys, again.binding, 2, again.body, again.slot)
    assert opened == CONTENT
    with pytest.raises(EnvelopeError):
        house.read(replace(again, epoch=1))
    with pytest.raises(EnvelopeError):
        moved(row, to=replace(to, epoch=3))


def test_a_note_sealed_anew_opens_under_the_new_epoch_only(house: House) -> None:
    """S10: notes follow under the new workspace key, and one that was changed stays shut."""
    made = house.workbench.new_consultation_keys(2)
    both = ConsultationKeys(epochs={**house.keys.epochs, **made.keys.epochs})
    binding = NoteBinding(
        consultation_id=CONSULTATION, epoch=1, note_id=b"n" * 16, response_id=None, response_rev=1
    )
    blob = house.workbench.seal_note(house.keys, binding, {"kind": "memo"})
    new, none = rewrapping.notes(both, [(binding, blob), (binding, blob[:-1] + bytes((blob[-1] ^ 1,)))], 2)
    assert new is not None
    assert none is None
    assert house.workbench.open_note(made.keys, replace(binding, epoch=2), new) == {"kind": "memo"}
    with pytest.raises(EnvelopeError):
        house.workbench.open_note(house.keys, binding, new)


def test_a_draft_opens_with_no_key_of_the_team_and_no_pepper(house: House) -> None:
    """S12: only the code opens a draft."""
    keys = make_receipt_keys()
    blob = house.intake.seal_draft(keys.draft, **PLACE, lookup=keys.lookup, rev=1, content=CONTENT)
    held = house.keys.of(1)
    tried = [held.workspace, held.private_bytes[:32], held.private_bytes[64:], keys.pointer, keys.lookup]
    tried += [b"\x22" * 32, bytes(32)]
    for key in tried:
        with pytest.raises(EnvelopeError):
            house.intake.open_draft(key, blob, **PLACE, lookup=keys.lookup, rev=1)
    with pytest.raises(EnvelopeError):
        envelope.unseal_with(Type.DRAFT, held.private, blob, "draft")
    with pytest.raises(EnvelopeError):
        house.workbench.open_secret("draft.blob", keys.lookup[:16], blob)
    binding: Binding = make_binding()
    with pytest.raises(EnvelopeError):
        house.read(SealedRow(binding=binding, epoch=1, body=blob, slot=house.row().slot))


def test_a_draft_moved_to_another_code_or_wording_stays_shut(house: House) -> None:
    keys = make_receipt_keys()
    blob = house.intake.seal_draft(keys.draft, **PLACE, lookup=keys.lookup, rev=3, content=CONTENT)
    changes: tuple[dict[str, Any], ...] = (
        {"lookup": b"\0" * 32},
        {"rev": 2},
        {"fingerprint": b"\0" * 32},
        {"definition_id": "other"},
        {"consultation_id": bytes(16)},
    )
    for change in changes:
        with pytest.raises(EnvelopeError):
            house.intake.open_draft(keys.draft, blob, **(PLACE | {"lookup": keys.lookup, "rev": 3} | change))


def test_a_note_moved_to_another_response_or_revision_stays_shut(house: House) -> None:
    note = NoteBinding(
        consultation_id=CONSULTATION, epoch=1, note_id=b"n" * 16, response_id=b"r" * 16, response_rev=1
    )
    blob = house.workbench.seal_note(house.keys, note, {"memo": "ask again"})
    changes: tuple[dict[str, Any], ...] = (
        {"response_id": None},
        {"response_id": b"s" * 16},
        {"response_rev": 2},
        {"note_id": b"m" * 16},
        {"consultation_id": bytes(16)},
        {"epoch": 2},
    )
    for change in changes:
        with pytest.raises(EnvelopeError):
            house.workbench.open_note(house.keys, replace(note, **change), blob)


def test_a_failure_never_says_what_failed(openers: dict[str, tuple[bytes, Opener]]) -> None:
    said = set()
    for sealed, opener in openers.values():
        for broken in (b"", sealed[:-1], sealed[:4] + b"\x63" + sealed[5:], sealed[:-1] + b"\0\0"):
            with pytest.raises(EnvelopeError) as caught:
                opener(broken)
            said.add((str(caught.value), caught.value.__cause__))
    assert said == {("a sealed record does not open", None)}
