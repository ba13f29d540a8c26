"""From an earlier epoch's keys to the present one's: new slots for the same bodies, notes under a new key.

A body is never touched; it is read to know that its slot opens it. Knows no tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from consult.vault import envelope, interest
from consult.vault.envelope import EnvelopeError, H, PublicKey, Type
from consult.vault.grants import ConsultationKeys
from consult.vault.interest import InterestBinding
from consult.vault.opening import NoteBinding, SealedRow, WorkbenchVault
from consult.vault.sealing import Recipient, slot_place
from consult.vault.slots import moved


def slots(
    vault: WorkbenchVault, keys: ConsultationKeys, rows: Iterable[SealedRow], to: Recipient
) -> Iterator[bytes | None]:
    """A new slot for each body, in order; None for a row that stays shut.

    Raises EnvelopeError when the stored public key of the new epoch is not the one that the service made.
    """
    public = vault.genuine(to.owner_table, to.owner_id, to.epoch, to.public, to.mac)
    for row in rows:
        try:
            yield _slot(keys, row, (to.epoch, public))
        except EnvelopeError:
            yield None


def notes(
    keys: ConsultationKeys, rows: Iterable[tuple[NoteBinding, bytes]], epoch: int
) -> Iterator[bytes | None]:
    """Each note under the workspace key of another epoch, in order; None for one that stays shut."""
    key = keys.of(epoch).workspace
    for binding, blob in rows:
        try:
            plain = envelope.unseal(Type.NOTE, keys.of(binding.epoch).workspace, blob, *binding.fields())
        except EnvelopeError:
            yield None
        else:
            yield envelope.seal(Type.NOTE, key, plain, *replace(binding, epoch=epoch).fields())


def interests(
    vault: WorkbenchVault,
    keys: ConsultationKeys,
    rows: Iterable[tuple[InterestBinding, bytes]],
    to: Recipient,
) -> Iterator[bytes | None]:
    """Each record of who would like to hear more, sealed to another epoch; None for one that stays shut.

    Raises as `slots`.
    """
    public = vault.genuine(to.owner_table, to.owner_id, to.epoch, to.public, to.mac)
    for binding, blob in rows:
        try:
            content = vault.open_interest(keys, binding, blob)
        except EnvelopeError:
            yield None
        else:
            yield interest.sealed(public, replace(binding, epoch=to.epoch), content)


def _slot(keys: ConsultationKeys, row: SealedRow, to: tuple[int, PublicKey]) -> bytes:
    place = row.binding.place()
    slot, dek = moved(keys, row.epoch, row.slot, slot_place(place, H(row.body)), to)
    envelope.unseal_at(Type.BODY, dek, row.body, place)
    return slot
