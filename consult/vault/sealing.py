"""Sealing, for the process that takes answers in. Nothing here opens a sealed response with a key of the
service.

What a person's own code opens (draft, pointer, and through the pointer's key the response) opens here, while
that person is present.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from consult.vault import envelope, interest, padding, receipts
from consult.vault.envelope import LP, SHUT, EnvelopeError, H, PublicKey, Type, X, bound, header, u32
from consult.vault.interest import InterestBinding
from consult.vault.peppers import IntakeKeys, public_key_mac
from consult.vault.receipts import Code, ReceiptKeys

_DEK = 32
_POINTER = 16 + _DEK + 4 + 32
_BODY_START = bound(header(Type.BODY), ())
_FOUR, _THIRTY_TWO = u32(4), u32(32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """The place and the exact wording that a response belongs to."""

    consultation_id: bytes
    definition_id: str
    fingerprint: bytes
    response_id: bytes
    rev: int

    def place(self) -> bytes:
        """The fields as they are bound."""
        return place_of(
            self.consultation_id, self.definition_id, self.fingerprint, self.response_id, self.rev
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """A consultation's public key as stored, with the mac that shows it is the service's own."""

    owner_table: str
    owner_id: bytes
    epoch: int
    public: bytes
    mac: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """What a receipt leads to: a response, the key of one revision of it, and the hash of its envelope."""

    response_id: bytes
    dek: bytes = field(repr=False)
    rev: int
    body_hash: bytes

    def matches(self, rev: int, body: bytes) -> bool:
        """Whether the stored response is the one that the person last saved."""
        return rev == self.rev and hmac.compare_digest(H(body), self.body_hash)


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedResponse:
    """A response ready to be stored, and the pointer for its receipt."""

    body: bytes
    slot: bytes
    pointer: Pointer


class Sealer:
    """What seals answers: people send them to the public application, and the team brings some in."""

    def __init__(self, integrity: bytes) -> None:
        self._integrity = integrity

    def seal_response(
        self, binding: Binding, content: Mapping[str, Any], recipient: Recipient
    ) -> SealedResponse:
        """Seal under a new key of its own, and that key to the consultation.

        Raises TooLargeError, or EnvelopeError when the recipient's key is not the one the service put there.
        """
        return sealed_to(self._checked(recipient), binding, content)

    def seal_pointer(self, key: bytes, pointer: Pointer, consultation_id: bytes, lookup: bytes) -> bytes:
        """The pointer under the person's key."""
        plain = pointer.response_id + pointer.dek + u32(pointer.rev) + pointer.body_hash
        return envelope.seal(Type.POINTER, key, plain, "receipt", consultation_id, lookup)

    def _checked(self, recipient: Recipient) -> PublicKey:
        expected = public_key_mac(
            self._integrity,
            recipient.owner_table,
            recipient.owner_id,
            recipient.epoch,
            recipient.public,
        )
        if not hmac.compare_digest(expected, recipient.mac):
            raise EnvelopeError("the stored public key is not the one that the service made")
        return _parsed(recipient.public)


class IntakeVault(Sealer):
    """The vault of the public application."""

    def __init__(self, keys: IntakeKeys) -> None:
        super().__init__(keys.integrity)
        self._keys = keys

    def receipt_keys(self, code: Code, salt: bytes, pepper: int) -> ReceiptKeys:
        """The keys of a code in one consultation, under the numbered secret that it began with.

        Raises slow.TooManyError, or KeyFileError when the key file does not hold that secret any more.
        """
        return receipts.derive(code, salt, self._keys.receipt_of(pepper))

    def open_own(self, binding: Binding, body: bytes, dek: bytes) -> dict[str, Any]:
        """A person's own response, with the key from their pointer. Raises EnvelopeError."""
        return open_body(binding, body, dek)

    def seal_draft(
        self,
        key: bytes,
        *,
        consultation_id: bytes,
        definition_id: str,
        fingerprint: bytes,
        lookup: bytes,
        rev: int,
        content: Mapping[str, Any],
    ) -> bytes:
        """A draft under the person's key: no slot for the team. Raises TooLargeError."""
        place = _draft_place(consultation_id, definition_id, fingerprint, lookup, rev)
        return envelope.seal_at(Type.DRAFT, key, padding.pad(content, padding.BODIES), place)

    def open_draft(
        self,
        key: bytes,
        blob: bytes,
        *,
        consultation_id: bytes,
        definition_id: str,
        fingerprint: bytes,
        lookup: bytes,
        rev: int,
    ) -> dict[str, Any]:
        """A draft with the person's key. Raises EnvelopeError."""
        place = _draft_place(consultation_id, definition_id, fingerprint, lookup, rev)
        return padding.unpad(envelope.unseal_at(Type.DRAFT, key, blob, place), padding.BODIES)

    def open_pointer(self, key: bytes, blob: bytes, consultation_id: bytes, lookup: bytes) -> Pointer:
        """The pointer again. Raises EnvelopeError."""
        plain = envelope.unseal(Type.POINTER, key, blob, "receipt", consultation_id, lookup)
        if len(plain) != _POINTER:
            raise EnvelopeError(SHUT)
        return Pointer(
            response_id=plain[:16],
            dek=plain[16:48],
            rev=int.from_bytes(plain[48:52], "big"),
            body_hash=plain[52:],
        )

    def open_nothing(self) -> Pointer:
        """The work of opening a pointer, for a code that leads nowhere: right and wrong cost the same.

        The pointer leads to a response that nobody has.
        """
        plain = envelope.unseal(Type.POINTER, _DUMMY_KEY, _DUMMY)
        return Pointer(response_id=os.urandom(16), dek=plain[16:48], rev=0, body_hash=plain[52:])

    def open_no_body(self) -> None:
        """The work of opening a response, where there is none."""
        padding.unpad(envelope.unseal(Type.BODY, _DUMMY_KEY, _NO_BODY), padding.BODIES)

    def open_no_draft(self) -> None:
        """The work of opening a draft, where there is none."""
        padding.unpad(envelope.unseal(Type.DRAFT, _DUMMY_KEY, _NO_DRAFT), padding.BODIES)

    def interest_lookup(self, code: Code, salt: bytes, pepper: int) -> bytes:
        """What finds the record of somebody who would like to hear more. No code of answers leads to one.

        Raises as `receipt_keys`.
        """
        return X(self.receipt_keys(code, salt, pepper).lookup, "consult/v1/interest/lookup")

    def seal_interest(self, lookup: bytes, content: Mapping[str, Any], recipient: Recipient) -> bytes:
        """Seal how somebody can be reached. Raises as `seal_response`."""
        binding = InterestBinding(consultation_id=recipient.owner_id, epoch=recipient.epoch, lookup=lookup)
        return interest.sealed(self._checked(recipient), binding, content)


def sealed_to(public: PublicKey, binding: Binding, content: Mapping[str, Any]) -> SealedResponse:
    """A response under a new key of its own, and that key sealed to `public`. Raises TooLargeError."""
    dek = os.urandom(_DEK)
    place = binding.place()
    body = envelope.seal_at(Type.BODY, dek, padding.pad(content, padding.BODIES), place)
    body_hash = H(body)
    slot = envelope.seal_to_at(Type.SLOT, public, dek, slot_place(place, body_hash))
    pointer = Pointer(response_id=binding.response_id, dek=dek, rev=binding.rev, body_hash=body_hash)
    return SealedResponse(body=body, slot=slot, pointer=pointer)


def open_body(binding: Binding, body: bytes, dek: bytes) -> dict[str, Any]:
    """A response's content with the key of its revision. Raises EnvelopeError."""
    return padding.unpad(envelope.unseal_at(Type.BODY, dek, body, binding.place()), padding.BODIES)


def place_of(
    consultation_id: bytes, definition_id: str, fingerprint: bytes, response_id: bytes, rev: int
) -> bytes:
    """`Binding.place` without the binding: a list of answers has thousands."""
    wording = _wording("response", consultation_id, definition_id, fingerprint)
    return wording + u32(len(response_id)) + response_id + _FOUR + u32(rev)


def slot_place(place: bytes, body_hash: bytes) -> bytes:
    """What a slot is bound to: the response's place, and the very envelope that its key opens."""
    # `LP` of two hashes, written out: this runs for every answer of a list.
    return place + _THIRTY_TWO + H(_BODY_START + place) + _THIRTY_TWO + body_hash


def _draft_place(
    consultation_id: bytes, definition_id: str, fingerprint: bytes, lookup: bytes, rev: int
) -> bytes:
    return _wording("draft", consultation_id, definition_id, fingerprint) + LP(lookup, u32(rev))


@lru_cache(maxsize=64)
def _wording(kind: str, consultation_id: bytes, definition_id: str, fingerprint: bytes) -> bytes:
    """Where all that answers one wording lies: of the public, so that it may stay in memory."""
    return LP(kind, consultation_id, definition_id, fingerprint)


@lru_cache(maxsize=64)
def _parsed(public: bytes) -> PublicKey:
    return PublicKey(public)


_DUMMY_KEY = bytes(_DEK)
_DUMMY = envelope.seal(Type.POINTER, _DUMMY_KEY, bytes(_POINTER))
_EMPTY = padding.pad({"answers": {}}, padding.BODIES)
_NO_BODY = envelope.seal(Type.BODY, _DUMMY_KEY, _EMPTY)
_NO_DRAFT = envelope.seal(Type.DRAFT, _DUMMY_KEY, _EMPTY)
