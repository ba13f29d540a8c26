"""S33: backup files: what was cut, reordered, extended, moved or glued together stays shut."""

from __future__ import annotations

import io
import os
import tracemalloc
from collections.abc import Iterator

import pytest

from consult.vault import backup
from consult.vault.backup import PIECE
from consult.vault.envelope import EnvelopeError, PrivateKey, PublicKey, new_private

PRIVATE = PrivateKey(new_private())
PUBLIC = PublicKey(PRIVATE.public)
DAY = "2027-01-04"
FIRST = 1190
"""Header, encapsulation and the sealed key."""


def sealed(plain: bytes, part: str = "bodies", day: str = DAY) -> bytes:
    return b"".join(backup.seal(PUBLIC, part, day, [plain]))


def opened(file: bytes, part: str = "bodies", day: str = DAY, key: PrivateKey = PRIVATE) -> bytes:
    return b"".join(backup.open_(key, part, day, io.BytesIO(file)))


def split(file: bytes) -> list[bytes]:
    """The start, and each piece with its length."""
    found, at = [file[:FIRST]], FIRST
    while at < len(file):
        length = 4 + int.from_bytes(file[at : at + 4], "big")
        found.append(file[at : at + length])
        at += length
    return found


@pytest.mark.parametrize("length", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 77])
def test_what_was_sealed_opens_whatever_its_length(length: int) -> None:
    plain = os.urandom(length)
    file = sealed(plain)
    assert opened(file) == plain
    assert len(split(file)) == 1 + max(1, -(-length // PIECE))
    assert length < 16 or plain[:64] not in file


def test_the_pieces_it_is_given_in_do_not_matter() -> None:
    plain = os.urandom(2 * PIECE + 5)
    odd = [plain[at : at + 77_777] for at in range(0, len(plain), 77_777)]
    assert opened(b"".join(backup.seal(PUBLIC, "keys", DAY, odd)), "keys") == plain


@pytest.mark.parametrize(
    ("part", "day", "key"),
    [
        ("keys", DAY, PRIVATE),
        ("bodies", "2027-01-05", PRIVATE),
        ("bodies", DAY, PrivateKey(new_private())),
    ],
)
def test_a_file_opens_as_what_it_is_and_with_its_key_alone(part: str, day: str, key: PrivateKey) -> None:
    with pytest.raises(EnvelopeError):
        opened(sealed(b"something"), part, day, key)


def test_a_cut_file_stays_shut_wherever_it_was_cut() -> None:
    file = sealed(os.urandom(2 * PIECE + 100))
    pieces = split(file)
    ends = [len(b"".join(pieces[:count])) for count in range(len(pieces))]
    for end in {*ends, 0, 10, FIRST - 1, FIRST + 2, FIRST + 500, len(file) - 1, len(file) - 4}:
        with pytest.raises(EnvelopeError):
            opened(file[:end])


def test_a_file_with_anything_after_it_stays_shut() -> None:
    file = sealed(os.urandom(PIECE + 100))
    for more in (b"\0", b"\0\0\0\x10" + bytes(16), split(file)[-1], file):
        with pytest.raises(EnvelopeError):
            opened(file + more)


def test_pieces_in_another_order_left_out_or_doubled_stay_shut() -> None:
    start, *pieces = split(sealed(os.urandom(3 * PIECE + 9)))
    for order in ([1, 0, 2, 3], [0, 2, 1, 3], [3, 0, 1, 2], [0, 2, 3], [1, 2, 3], [0, 0, 1, 2, 3], [0, 1, 2]):
        with pytest.raises(EnvelopeError):
            opened(start + b"".join(pieces[place] for place in order))


def test_pieces_of_another_file_stay_shut() -> None:
    one, other = (split(sealed(os.urandom(2 * PIECE + 9))) for _ in range(2))
    with pytest.raises(EnvelopeError):
        opened(b"".join([one[0], one[1], other[2], one[3]]))


def test_any_flipped_bit_keeps_the_file_shut() -> None:
    file = sealed(os.urandom(3000))
    for place in {*range(30), *range(0, len(file), 97), len(file) - 1, FIRST, FIRST + 3}:
        changed = bytearray(file)
        changed[place] ^= 1 << place % 8
        with pytest.raises(EnvelopeError):
            opened(bytes(changed))


def test_the_file_names_the_key_that_opens_it() -> None:
    file = io.BytesIO(sealed(b"x"))
    assert backup.key_id(file) == PRIVATE.id
    assert file.tell() == 0
    for other in (b"", b"CNS1", b"SQLite format 3\0" + bytes(40), b"CNS1\x08\x02" + bytes(20)):
        with pytest.raises(EnvelopeError):
            backup.key_id(io.BytesIO(other))


def test_two_files_of_the_same_content_have_nothing_in_common_but_their_key() -> None:
    one, other = sealed(bytes(5000)), sealed(bytes(5000))
    assert one[:22] == other[:22]
    assert one[22:100] != other[22:100]
    assert one[-100:] != other[-100:]


def test_memory_stays_the_same_however_large_the_file() -> None:
    def much() -> Iterator[bytes]:
        for _ in range(48):
            yield bytes(PIECE)

    tracemalloc.start()
    try:
        length = sum(len(some) for some in backup.seal(PUBLIC, "bodies", DAY, much()))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert length > 48 * PIECE
    assert peak < 12 * PIECE
