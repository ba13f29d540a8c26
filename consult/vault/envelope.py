"""The envelope: how every sealed record looks, and what is bound to it.

    0 "CNS1"   4 type   5 suite   6 key_id (16; zeros for symmetric types, but for type 11 its batch)
    22 symmetric: nonce 12, ciphertext, tag 16      HPKE: encapsulation 1120, ciphertext, tag 16

Suite 1 is HPKE with X-Wing (ML-KEM-768 and X25519), HKDF-SHA256 and AES-256-GCM, base mode, single shot; the
symmetric types use AES-256-GCM. The header and the fields that name a record's place are bound to every
ciphertext, so that a record moved, cut or relabelled stays shut. Every failure is the same `EnvelopeError`.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import struct
import unicodedata
from collections.abc import Mapping
from enum import IntEnum
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hpke, serialization
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from consult.faults import SealError

MAGIC = b"CNS1"
SUITE = 1
HEADER = 22
NONCE = 12
TAG = 16
ENCAPSULATION = 1120
PRIVATE = 96
_ML_SEED, _ML_PUBLIC = 64, 1184
_SUITE = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
_NO_KEY = bytes(16)
_HASH = 32
_CANONICAL = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
).encode
_PURPOSE = "consult/v1"
SHUT = "a sealed record does not open"
"""The one sentence for every failure."""


class EnvelopeError(SealError):
    """The record does not open. Why is not said: an attacker could learn from the difference."""


class Type(IntEnum):
    """What an envelope holds."""

    BODY = 1
    SLOT = 2
    DRAFT = 3
    POINTER = 4
    GRANT = 5
    NOTE = 6
    SESSION = 7
    BACKUP = 8
    WRAPPED_KEY = 9
    SECRET = 10
    BATCH_SLOT = 11
    INTEREST = 12
    MEANING = 13


def H(content: bytes) -> bytes:  # noqa: N802 - the name in the specification
    """SHA-256."""
    return hashlib.sha256(content).digest()


def u32(number: int) -> bytes:
    """Four bytes, big-endian."""
    return struct.pack(">I", number)


def LP(*fields: bytes | str) -> bytes:  # noqa: N802 - the name in the specification
    """Each field behind its length, so that two fields cannot run together. Text is UTF-8 in NFC."""
    parts = []
    for field in fields:
        raw = field if isinstance(field, bytes) else unicodedata.normalize("NFC", field).encode()
        parts.append(len(raw).to_bytes(4, "big"))
        parts.append(raw)
    return b"".join(parts)


def X(key: bytes, label: str | bytes, length: int = 32) -> bytes:  # noqa: N802 - the name in the specification
    """HKDF-Expand with SHA-256 (RFC 5869); the label is the info."""
    info = label.encode() if isinstance(label, str) else label
    if length <= _HASH:  # the first block of the RFC alone, with which nearly every key is made
        return hmac.digest(key, info + b"\x01", "sha256")[:length]
    return HKDFExpand(algorithm=hashes.SHA256(), length=length, info=info).derive(key)


def J(value: Mapping[str, Any]) -> bytes:  # noqa: N802 - the name in the specification
    """Canonical JSON. Raises ValueError for what is not a number, text that is not Unicode, other types."""
    try:
        return _CANONICAL(value).encode("utf-8")
    except (TypeError, RecursionError) as error:
        raise ValueError("this cannot be written as JSON") from error


def key_id(public: bytes) -> bytes:
    """The name of a public key."""
    return H(public)[:16]


def recipient(envelope: bytes) -> bytes:
    """The name of the key that an envelope says it is sealed to; zeros where the kind names none."""
    return envelope[len(MAGIC) + 2 : HEADER]


class PublicKey:
    """A public X-Wing key, parsed once. Raises EnvelopeError for bytes that are none."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.id = key_id(raw)
        try:
            self._key = hpke.MLKEM768X25519PublicKey(
                MLKEM768PublicKey.from_public_bytes(raw[:_ML_PUBLIC]),
                X25519PublicKey.from_public_bytes(raw[_ML_PUBLIC:]),
            )
        except ValueError:
            raise EnvelopeError("not a public key") from None

    def encrypt(self, plain: bytes, info: bytes) -> bytes:
        """Encapsulation, ciphertext and tag."""
        return _SUITE.encrypt(plain, self._key, info)


class PrivateKey:
    """A private X-Wing key (ML-KEM seed 64, X25519 32), parsed once. Raises EnvelopeError for other bytes."""

    def __init__(self, raw: bytes) -> None:
        if len(raw) != PRIVATE:
            raise EnvelopeError("not a private key")
        ml = MLKEM768PrivateKey.from_seed_bytes(raw[:_ML_SEED])
        x = X25519PrivateKey.from_private_bytes(raw[_ML_SEED:])
        self._key = hpke.MLKEM768X25519PrivateKey(ml, x)
        self.public = ml.public_key().public_bytes_raw() + x.public_key().public_bytes(
            serialization.Encoding.Raw, serialization.PublicFormat.Raw
        )
        self.id = key_id(self.public)
        self._starts: dict[Type, tuple[bytes, bytes]] = {}

    def start(self, kind: Type) -> tuple[bytes, bytes]:
        """The header of envelopes of one kind to this key, and the part of the info before the fields."""
        if kind not in self._starts:
            head = header(kind, self.id)
            self._starts[kind] = head, LP(_PURPOSE, head)
        return self._starts[kind]

    def decrypt(self, sealed: bytes, info: bytes) -> bytes:
        """The plain text. Raises EnvelopeError."""
        try:
            return _SUITE.decrypt(sealed, self._key, info)
        except InvalidTag:
            raise EnvelopeError(SHUT) from None


class NamedKey:
    """A symmetric key that its envelopes name in their headers, made ready once for many of them."""

    def __init__(self, kind: Type, name: bytes, key: bytes) -> None:
        self._head = header(kind, name)
        self._start = LP(_PURPOSE, self._head)
        self._cipher = AESGCM(key)

    def seal_at(self, plain: bytes, place: bytes) -> bytes:
        """Seal, for a place that is written out already: `LP` of its fields."""
        nonce = os.urandom(NONCE)
        return self._head + nonce + self._cipher.encrypt(nonce, plain, self._start + place)

    def unseal_at(self, envelope: bytes, place: bytes) -> bytes:
        """Open what `seal_at` made with this kind, name, key and place. Raises EnvelopeError."""
        if len(envelope) < HEADER + NONCE + TAG or not envelope.startswith(self._head):
            raise EnvelopeError(SHUT)
        try:
            return self._cipher.decrypt(
                envelope[HEADER : HEADER + NONCE], envelope[HEADER + NONCE :], self._start + place
            )
        except InvalidTag:
            raise EnvelopeError(SHUT) from None


def new_private() -> bytes:
    """A fresh private X-Wing key: 96 random bytes."""
    return os.urandom(PRIVATE)


def header(kind: Type, recipient: bytes = _NO_KEY) -> bytes:
    """The first 22 bytes."""
    return MAGIC + bytes((kind, SUITE)) + recipient


def bound(head: bytes, fields: tuple[bytes | str, ...]) -> bytes:
    """What is bound to the ciphertext: associated data of AES-GCM, info of HPKE."""
    return LP(_PURPOSE, head) + LP(*fields)


def seal(kind: Type, key: bytes, plain: bytes, *fields: bytes | str, nonce: bytes | None = None) -> bytes:
    """Seal under a symmetric key. `nonce` is for known answers alone; else it is random."""
    return seal_at(kind, key, plain, LP(*fields), nonce=nonce)


def seal_at(kind: Type, key: bytes, plain: bytes, place: bytes, *, nonce: bytes | None = None) -> bytes:
    """`seal` for a place that is written out already: `LP` of its fields."""
    head, start = _SYMMETRIC[kind]
    used = os.urandom(NONCE) if nonce is None else nonce
    return head + used + AESGCM(key).encrypt(used, plain, start + place)


def unseal(kind: Type, key: bytes, envelope: bytes, *fields: bytes | str) -> bytes:
    """Open what `seal` made for the same kind, key and fields. Raises EnvelopeError."""
    return unseal_at(kind, key, envelope, LP(*fields))


def unseal_at(kind: Type, key: bytes, envelope: bytes, place: bytes) -> bytes:
    """`unseal` for a place that is written out already. Raises EnvelopeError."""
    head, start = _SYMMETRIC[kind]
    if len(envelope) < HEADER + NONCE + TAG or not envelope.startswith(head):
        raise EnvelopeError(SHUT)
    try:
        return AESGCM(key).decrypt(
            envelope[HEADER : HEADER + NONCE], envelope[HEADER + NONCE :], start + place
        )
    except InvalidTag:
        raise EnvelopeError(SHUT) from None


def seal_to(kind: Type, public: PublicKey, plain: bytes, *fields: bytes | str) -> bytes:
    """Seal to a public key."""
    return seal_to_at(kind, public, plain, LP(*fields))


def seal_to_at(kind: Type, public: PublicKey, plain: bytes, place: bytes) -> bytes:
    """`seal_to` for a place that is written out already."""
    head = header(kind, public.id)
    return head + public.encrypt(plain, LP(_PURPOSE, head) + place)


def unseal_with(kind: Type, private: PrivateKey, envelope: bytes, *fields: bytes | str) -> bytes:
    """Open what `seal_to` made for this key, kind and fields. Raises EnvelopeError."""
    return unseal_with_at(kind, private, envelope, LP(*fields))


def unseal_with_at(kind: Type, private: PrivateKey, envelope: bytes, place: bytes) -> bytes:
    """`unseal_with` for a place that is written out already. Raises EnvelopeError."""
    head, start = private.start(kind)
    if not envelope.startswith(head):
        raise EnvelopeError(SHUT)
    return private.decrypt(envelope[HEADER:], start + place)


_SYMMETRIC = {kind: (header(kind), LP(_PURPOSE, header(kind))) for kind in Type}
"""Header, and the part of the associated data before the fields: the same for every record of a kind."""
