"""Vectors of a response's words: they reveal much of them, so they rest sealed and of a few sizes.

Each row has its place: of another response, another text or another epoch it does not open.
"""

from __future__ import annotations

from dataclasses import dataclass

from consult.vault import envelope, padding
from consult.vault.envelope import Type, u32

SIZES = tuple(1024 * size for size in (4, 16, 64, 256, 1024))


@dataclass(frozen=True, slots=True, kw_only=True)
class MeaningBinding:
    """The place that vectors of one response's words belong to."""

    consultation_id: bytes
    epoch: int
    response_id: bytes
    response_rev: int

    def fields(self) -> tuple[bytes | str, ...]:
        """What is bound, behind the purpose."""
        return (
            "meaning",
            self.consultation_id,
            u32(self.epoch),
            self.response_id,
            u32(self.response_rev),
        )


def sealed(key: bytes, binding: MeaningBinding, vectors: bytes) -> bytes:
    """Seal under a workspace key. Raises TooLargeError."""
    return envelope.seal(Type.MEANING, key, padding.pad_bytes(vectors, SIZES), *binding.fields())


def opened(key: bytes, binding: MeaningBinding, blob: bytes) -> bytes:
    """The vectors again. Raises EnvelopeError."""
    return padding.unpad_bytes(envelope.unseal(Type.MEANING, key, blob, *binding.fields()), SIZES)
