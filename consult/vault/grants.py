"""A consultation's keys, and the grants by which people hold them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from consult.vault import envelope
from consult.vault.envelope import (
    PRIVATE,
    EnvelopeError,
    NamedKey,
    PrivateKey,
    PublicKey,
    Type,
    X,
    key_id,
    recipient,
    u32,
)

_WORKSPACE = 32


@dataclass(frozen=True, kw_only=True)
class EpochKeys:
    """The private key and the workspace key of one epoch; the private key is parsed once."""

    private_bytes: bytes = field(repr=False)
    workspace: bytes = field(repr=False)

    @cached_property
    def private(self) -> PrivateKey:
        """The key that opens slots."""
        return PrivateKey(self.private_bytes)

    @cached_property
    def _batches(self) -> dict[bytes, NamedKey]:
        return {}

    def of_batch(self, batch_id: bytes) -> NamedKey:
        """The key under which slots of a batch stand that were opened once. It is stored nowhere."""
        if batch_id not in self._batches:
            key = X(self.workspace, b"consult/v1/batch" + batch_id)
            self._batches[batch_id] = NamedKey(Type.BATCH_SLOT, batch_id, key)
        return self._batches[batch_id]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultationKeys:
    """What somebody who has unlocked can open: keys by epoch."""

    epochs: Mapping[int, EpochKeys]

    def of(self, epoch: int) -> EpochKeys:
        """The keys of an epoch. Raises EnvelopeError when this person holds none of it."""
        if epoch not in self.epochs:
            raise EnvelopeError("no key of this epoch")
        return self.epochs[epoch]


def new_epoch() -> EpochKeys:
    """A fresh key pair and workspace key."""
    return EpochKeys(private_bytes=envelope.new_private(), workspace=os.urandom(_WORKSPACE))


def grant(keys: EpochKeys, epoch: int, consultation_id: bytes, grantee_id: bytes, public: PublicKey) -> bytes:
    """The keys of an epoch, sealed to one person."""
    plain = keys.private_bytes + keys.workspace
    return envelope.seal_to(Type.GRANT, public, plain, "key_grant", consultation_id, u32(epoch), grantee_id)


def is_sealed_to(blob: bytes, public: bytes) -> bool:
    """Whether a grant names this public key as the one that opens it. Opens nothing, and proves no more."""
    return recipient(blob) == key_id(public)


def open_grant(
    private: PrivateKey, epoch: int, consultation_id: bytes, grantee_id: bytes, blob: bytes
) -> EpochKeys:
    """The keys of an epoch again. Raises EnvelopeError."""
    plain = envelope.unseal_with(
        Type.GRANT, private, blob, "key_grant", consultation_id, u32(epoch), grantee_id
    )
    if len(plain) != PRIVATE + _WORKSPACE:
        raise EnvelopeError("a sealed record does not open")
    return EpochKeys(private_bytes=plain[:PRIVATE], workspace=plain[PRIVATE:])
