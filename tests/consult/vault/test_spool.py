"""A file in the making: what is put aside comes back, and nothing of it lies open in the scratch folder."""

from __future__ import annotations

import pytest

from consult.vault.envelope import EnvelopeError
from consult.vault.spool import IN_MEMORY, Spool
from tests.consult.scratch import nameless

CANARY = b"a lighthouse beside the old mill "


def filled(size: int) -> Spool:
    spool = Spool()
    for number in range(size // 33_000 + 1):
        spool.write(f"{number:08}".encode() + CANARY * 1000)
    return spool


def test_what_is_put_aside_comes_back_in_order_as_often_as_it_is_asked_for() -> None:
    for size in (0, IN_MEMORY // 2, 2 * IN_MEMORY):
        spool = filled(size)
        first = b"".join(spool.pieces())
        assert first == b"".join(spool.pieces())
        assert len(first) == spool.size
        assert first.count(b"00000000") == 1
    assert b"".join(Spool().pieces()) == b""


def test_a_small_one_has_no_file_and_a_large_one_has_a_sealed_one_that_goes_with_it() -> None:
    before = nameless()
    small = filled(IN_MEMORY // 2)
    assert nameless() == before
    large = filled(2 * IN_MEMORY)
    (file,) = nameless() - before
    content = file.read_bytes()
    assert len(content) > IN_MEMORY
    assert CANARY not in content
    assert content[:40] != b"".join(filled(2 * IN_MEMORY).pieces())[:40]
    del small, large
    assert nameless() == before


def test_a_scratch_file_that_somebody_changed_is_not_given_out() -> None:
    before = nameless()
    spool = filled(2 * IN_MEMORY)
    (file,) = nameless() - before
    with file.open("r+b") as changed:
        changed.seek(50_000)
        one = changed.read(1)
        changed.seek(50_000)
        changed.write(bytes([one[0] ^ 1]))
    with pytest.raises(EnvelopeError):
        b"".join(spool.pieces())
