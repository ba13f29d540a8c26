"""Proof of counting: a Merkle tree over the responses of a batch (RFC 6962's shape, with our own leaves)."""

from __future__ import annotations

from collections.abc import Sequence

from consult.vault.envelope import LP, H, u32


def leaf(response_hash: bytes, rev: int, body_hash: bytes) -> bytes:
    """The leaf of one response."""
    return H(b"\x00" + LP(response_hash, u32(rev), body_hash))


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over the leaves, which are sorted here: it must not depend on an order of arrival.

    Raises ValueError without any leaf: an empty batch is none.
    """
    if not leaves:
        raise ValueError("a batch has at least one response")
    return _node(sorted(leaves))


def _node(leaves: list[bytes]) -> bytes:
    """Split at the largest power of two below the number of leaves."""
    if len(leaves) == 1:
        return leaves[0]
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return H(b"\x01" + _node(leaves[:half]) + _node(leaves[half:]))
