"""Recovery: a secret split on paper between people, and the key pair that it makes again.

Shamir's scheme over GF(256) with polynomial 0x11b (A. Shamir, "How to share a secret", CACM 22, 1979), byte
by byte, the secret at x = 0. The secret is never stored; the pair made from it is the one more grantee of a
consultation. One share in text: version, set, threshold, x, 32 bytes and a check, in base32.
"""

from __future__ import annotations

import base64
import hmac
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from consult.faults import RefusedError
from consult.vault.envelope import PRIVATE, H, PrivateKey, X

SECRET = 32
SCHEMES = ((2, 3), (3, 5))
"""How many of how many people: the first is the default."""
GRANTEE = bytes(16)
"""The id of recovery as a grantee."""
INSTALLATION = bytes(16)
"""The id under which the installation's own recovery key is made."""
_VERSION = 1
SET = 2
"""How many bytes of the recovery key's name a share carries."""
_CHECK = 3
_POLYNOMIAL = 0x11B
_GROUP = 4
_CHARACTERS = (1 + SET + 1 + 1 + SECRET + _CHECK) * 8 // 5


class ShareError(RefusedError):
    """A share that cannot be read, or shares that do not go together; the text says which."""


class TypedSharesError(RefusedError):
    """Shares that cannot be used; `problems` says by place, from 0, what is the matter with which."""

    def __init__(self, problems: Mapping[int, str]) -> None:
        self.problems = dict(problems)
        super().__init__("; ".join(f"share {place + 1}: {said}" for place, said in self.problems.items()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One person's part. `set_id` is the beginning of the recovery key's name."""

    set_id: bytes
    threshold: int
    x: int
    y: bytes = field(repr=False)

    @property
    def text(self) -> str:
        """Sixteen groups of four characters."""
        raw = bytes((_VERSION,)) + self.set_id + bytes((self.threshold, self.x)) + self.y
        whole = base64.b32encode(raw + _check(raw)).decode()
        return "-".join(whole[at : at + _GROUP] for at in range(0, len(whole), _GROUP))


def new_secret() -> bytes:
    """32 random bytes."""
    return os.urandom(SECRET)


def recovery_private(secret: bytes, consultation_id: bytes) -> bytes:
    """The private recovery key of a consultation, or with `INSTALLATION` that of the installation."""
    return X(secret, b"consult/v1/recovery" + consultation_id, PRIVATE)


def split(secret: bytes, key_id: bytes, threshold: int, people: int) -> list[Share]:
    """One share a person. `key_id` names the recovery key that the secret makes. Raises ValueError."""
    if len(secret) != SECRET or (threshold, people) not in SCHEMES:
        raise ValueError("shares are 2 of 3 or 3 of 5, of 32 bytes")
    return split_with(secret, key_id, people, [os.urandom(SECRET) for _ in range(threshold - 1)])


def split_with(secret: bytes, key_id: bytes, people: int, coefficients: Sequence[bytes]) -> list[Share]:
    """`split` with given coefficients, lowest power first: for known answers alone."""
    return [
        Share(
            set_id=key_id[:SET],
            threshold=len(coefficients) + 1,
            x=x,
            y=bytes(_evaluate(row, x) for row in zip(secret, *coefficients, strict=True)),
        )
        for x in range(1, people + 1)
    ]


def read(typed: str) -> Share:
    """A share from text, in either case and however grouped. Raises ShareError with what is wrong."""
    plain = re.sub(r"[\s\-]", "", typed).upper()
    if not re.fullmatch("[A-Z2-7]*", plain):
        raise ShareError("a share has the letters A to Z and the digits 2 to 7 only")
    if len(plain) != _CHARACTERS:
        raise ShareError(f"a share has sixteen groups of four characters; here are {len(plain)} characters")
    raw = base64.b32decode(plain)
    content = raw[:-_CHECK]
    if not hmac.compare_digest(_check(content), raw[-_CHECK:]):
        raise ShareError("one of the characters of this share is not the right one")
    if content[0] != _VERSION:
        raise ShareError("this share is of another version")
    threshold, x = content[1 + SET], content[2 + SET]
    if not any(threshold == least and 1 <= x <= people for least, people in SCHEMES):
        raise ShareError("this is not a share of ours")
    return Share(set_id=content[1 : 1 + SET], threshold=threshold, x=x, y=content[3 + SET :])


def read_all(typed: Sequence[str], key_id: bytes) -> list[Share]:
    """What was typed, as shares of the key that `key_id` names; empty texts are passed over.

    Raises TypedSharesError, which tells every problem beside its share.
    """
    problems, found = {}, []
    for place, text in enumerate(typed):
        if not text.strip():
            continue
        try:
            found.append(read(text))
        except ShareError as error:
            problems[place] = str(error)
            continue
        if found[-1].set_id != key_id[:SET]:
            problems[place] = (
                "this share belongs to another key: it may have been replaced since, or be of another "
                "consultation"
            )
    if problems:
        raise TypedSharesError(problems)
    return found


def join(shares: Sequence[Share], consultation_id: bytes, key_id: bytes) -> bytes:
    """The secret again. Raises ShareError unless it makes the very recovery key that `key_id` names."""
    if not shares:
        raise ShareError("no share was given")
    if len({(share.set_id, share.threshold) for share in shares}) != 1 or shares[0].set_id != key_id[:SET]:
        raise ShareError("these shares do not belong to this recovery key")
    threshold = shares[0].threshold
    if len({share.x for share in shares}) != len(shares):
        raise ShareError("the same share was given twice")
    if len(shares) < threshold:
        raise ShareError(f"{threshold} shares are needed; there are {len(shares)}")
    used = shares[:threshold]
    weights = _weights([share.x for share in used])
    secret = bytes(_at_zero(weights, ys) for ys in zip(*(share.y for share in used), strict=True))
    if not hmac.compare_digest(PrivateKey(recovery_private(secret, consultation_id)).id, key_id):
        raise ShareError("these shares do not make the recovery key")
    return secret


def _check(content: bytes) -> bytes:
    return H(b"consult/v1/share" + content)[:_CHECK]


def _multiply(a: int, b: int) -> int:
    # Eight rounds whatever the bits: no table, whose use would show them.
    product = 0
    for _ in range(8):
        product ^= -(b & 1) & a
        a = (a << 1) ^ (-(a >> 7) & _POLYNOMIAL)
        b >>= 1
    return product


def _invert(a: int) -> int:
    inverse = 1
    for _ in range(254):  # a^254 = 1/a, for the field has 255 elements that are not zero
        inverse = _multiply(inverse, a)
    return inverse


def _evaluate(coefficients: Sequence[int], x: int) -> int:
    value = 0
    for coefficient in reversed(coefficients):
        value = _multiply(value, x) ^ coefficient
    return value


def _weights(at: Sequence[int]) -> list[int]:
    """Lagrange's weights for the value at zero of a polynomial known at these places."""
    weights = []
    for place, x in enumerate(at):
        weight = 1
        for other in (*at[:place], *at[place + 1 :]):
            weight = _multiply(weight, _multiply(other, _invert(other ^ x)))
        weights.append(weight)
    return weights


def _at_zero(weights: Sequence[int], ys: Sequence[int]) -> int:
    value = 0
    for weight, y in zip(weights, ys, strict=True):
        value ^= _multiply(y, weight)
    return value
