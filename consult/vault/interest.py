"""Who would like to hear more: one sealed record to the consultation's key, for this purpose alone.

It has nothing of an answer: no id of a response, no wording, no key that an answer has. All are of one size.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from consult.vault import envelope, padding
from consult.vault.envelope import PublicKey, Type, u32

SIZES = (4096,)


@dataclass(frozen=True, slots=True, kw_only=True)
class InterestBinding:
    """The place that a record belongs to."""

    consultation_id: bytes
    epoch: int
    lookup: bytes

    def fields(self) -> tuple[bytes | str, ...]:
        """What is bound, behind the purpose."""
        return ("interest", self.consultation_id, u32(self.epoch), self.lookup)


def sealed(public: PublicKey, binding: InterestBinding, content: Mapping[str, Any]) -> bytes:
    """Seal to a consultation's public key. Raises TooLargeError."""
    return envelope.seal_to(Type.INTEREST, public, padding.pad(content, SIZES), *binding.fields())
