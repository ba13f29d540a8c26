"""The two kinds of slot, in which the key of a response's body is sealed for the team.

On arrival a slot is HPKE to the consultation's key, by a process that cannot open it again. Once somebody
with a key has opened it, it may be sealed under a key of its batch instead, which opens many times faster.
That key is stored nowhere: it comes from the workspace key of the epoch, and the slot's header names the
batch. Both kinds are bound to the same place, and to the very envelope that their key opens.
"""

from __future__ import annotations

import hmac

from consult.vault import envelope
from consult.vault.envelope import SHUT, EnvelopeError, PublicKey, Type, recipient
from consult.vault.grants import ConsultationKeys, EpochKeys

_KIND = 4
"""Where an envelope says its type."""


def of_batch(slot: bytes) -> bool:
    """Whether a slot is under the key of a batch."""
    return len(slot) > _KIND and slot[_KIND] == Type.BATCH_SLOT


def opened(held: EpochKeys, slot: bytes, place: bytes) -> bytes:
    """The key of the body, from a slot of either kind at `sealing.slot_place`. Raises EnvelopeError."""
    if of_batch(slot):
        return held.of_batch(recipient(slot)).unseal_at(slot, place)
    return envelope.unseal_with_at(Type.SLOT, held.private, slot, place)


def under_batch(held: EpochKeys, batch_id: bytes, dek: bytes, place: bytes) -> bytes:
    """A slot under the key of a batch. It was opened again before it is given back. Raises EnvelopeError."""
    key = held.of_batch(batch_id)
    slot = key.seal_at(dek, place)
    if not hmac.compare_digest(key.unseal_at(slot, place), dek):
        raise EnvelopeError(SHUT)
    return slot


def moved(
    keys: ConsultationKeys, epoch: int, slot: bytes, place: bytes, to: tuple[int, PublicKey]
) -> tuple[bytes, bytes]:
    """A slot for a later epoch, and the key of the body that it holds. The kind stays as it is.

    `to` is the later epoch with its public key, which the caller has checked. Raises EnvelopeError.
    """
    dek = opened(keys.of(epoch), slot, place)
    later, public = to
    if of_batch(slot):
        return under_batch(keys.of(later), recipient(slot), dek, place), dek
    return envelope.seal_to_at(Type.SLOT, public, dek, place), dek
