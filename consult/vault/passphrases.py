"""Passphrases of the team: one slow hash gives the verifier and the key that wraps a person's private key."""

from __future__ import annotations

import hmac
import os
import re
import secrets
import unicodedata
from dataclasses import dataclass, field

from consult.faults import RefusedError
from consult.vault import envelope, slow, words
from consult.vault.envelope import LP, H, PrivateKey, Type, X

MEMORY_KIB, PASSES = 65536, 3
LEAST_LENGTH = 14
MOST_BYTES = 1024
_LABEL = "consult/passphrase/v1"
_GENERATED_WORDS = 6
_LEAST_DIFFERENT = 5
_COMMON = re.compile(
    r"""[\W_\d]+|passphrase|password|passwort|secret|welcome|letmein|iloveyou|changeme|administrator|admin
    |qwerty(?:uiop)?|qwertz|azerty|asdf(?:ghjkl)?|zxcv(?:bnm)?|abcdef(?:gh)?|correcthorsebatterystaple
    |consult(?:ation)?|standards?|survivors?|survey|january|february|march|april|may|june|july|august|september
    |october|november|december|monday|tuesday|wednesday|thursday|friday|saturday|sunday""",
    re.VERBOSE,
)
"""What guessers try first, and what stands on our own pages: it counts for nothing."""


class WrongPassphraseError(RefusedError):
    """Name and passphrase do not go together."""


class WeakPassphraseError(RefusedError):
    """The passphrase is too short, too long or too common; the text says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Parameters of the slow hash, stored with each account so that they can be raised."""

    memory_kib: int = MEMORY_KIB
    passes: int = PASSES


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountKey:
    """What an account row holds; `pepper` is the number of the server's secret that it was made with."""

    pepper: int
    salt: bytes
    memory_kib: int
    passes: int
    verifier: bytes
    wrapped_private: bytes
    public: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffKey:
    """A person's private key, unlocked."""

    account_id: bytes
    private: bytes = field(repr=False)


def generate() -> str:
    """Six words, 66 bits: offered before people think of one themselves."""
    return " ".join(secrets.choice(words.LIST) for _ in range(_GENERATED_WORDS))


def normalise(passphrase: str) -> bytes:
    """NFKC, as typed otherwise. Raises WeakPassphraseError over 1,024 bytes, or for what is no text."""
    try:
        raw = unicodedata.normalize("NFKC", passphrase).encode()
    except UnicodeEncodeError:
        raise WeakPassphraseError("a passphrase is made of letters, digits and signs") from None
    if len(raw) > MOST_BYTES:
        raise WeakPassphraseError(f"a passphrase has at most {MOST_BYTES} bytes")
    return raw


def require_strong(passphrase: str) -> None:
    """Raises WeakPassphraseError with what to do."""
    plain = unicodedata.normalize("NFKC", passphrase).strip()
    if len(plain) < LEAST_LENGTH:
        raise WeakPassphraseError(f"use at least {LEAST_LENGTH} characters: several words are easiest")
    rest = _COMMON.sub("", re.sub(r"[\W_]+", "", plain.casefold()))
    if len(set(rest)) < _LEAST_DIFFERENT:
        raise WeakPassphraseError("this one is easy to guess: use several words that do not belong together")


def new_account_key(
    passphrase: str,
    account_id: bytes,
    pepper: tuple[int, bytes],
    cost: Cost,
    private: bytes | None = None,
) -> AccountKey:
    """Salt, verifier and key pair of an account; with `private`, an existing key wrapped anew.

    pepper: number and staff key of the server's secret. Whether the passphrase is strong enough is asked
    before, by `require_strong`: what was strong enough once is wrapped anew all the same.
    """
    salt = os.urandom(16)
    number, staff = pepper
    auth, kek = stretch(passphrase, salt, staff, cost)
    private = private or envelope.new_private()
    return AccountKey(
        pepper=number,
        salt=salt,
        memory_kib=cost.memory_kib,
        passes=cost.passes,
        verifier=H(auth),
        wrapped_private=envelope.seal(Type.WRAPPED_KEY, kek, private, "account.private_key", account_id),
        public=PrivateKey(private).public,
    )


def unlock(
    passphrase: str,
    account_id: bytes,
    salt: bytes,
    verifier: bytes,
    wrapped_private: bytes,
    pepper: bytes,
    cost: Cost,
) -> StaffKey:
    """The person's private key. Raises WrongPassphraseError, or EnvelopeError for a row that was changed."""
    auth, kek = stretch(passphrase, salt, pepper, cost)
    if not hmac.compare_digest(H(auth), verifier):
        raise WrongPassphraseError("the name or the passphrase is not right")
    private = envelope.unseal(Type.WRAPPED_KEY, kek, wrapped_private, "account.private_key", account_id)
    return StaffKey(account_id=account_id, private=private)


def refuse_unknown(passphrase: str, name: str, pepper: bytes, cost: Cost) -> None:
    """The same work for a name that nobody has. Always raises WrongPassphraseError."""
    salt = hmac.new(pepper, LP("consult/v1/unknown-user", name), "sha256").digest()[:16]
    stretch(passphrase, salt, pepper, cost)
    raise WrongPassphraseError("the name or the passphrase is not right")


def stretch(passphrase: str, salt: bytes, pepper: bytes, cost: Cost) -> tuple[bytes, bytes]:
    """What the verifier is the hash of, and the wrapping key. Slow on purpose. Raises TooManyError."""
    key = slow.argon2id(
        normalise(passphrase),
        salt,
        memory_kib=cost.memory_kib,
        passes=cost.passes,
        label=_LABEL,
        pepper=pepper,
    )
    return X(key, "consult/v1/staff/auth"), X(key, "consult/v1/staff/kek")
