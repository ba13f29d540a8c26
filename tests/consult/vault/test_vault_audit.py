"""The chain of staff acts, and the tree that proves what was counted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from consult.vault import audit, batches
from consult.vault.audit import Entry, Row
from consult.vault.envelope import H

FIRST_KEY = b"\xbb" * 32


def make_chain(length: int = 12) -> list[Row]:
    rows: list[Row] = []
    previous, key = audit.FIRST, FIRST_KEY
    for seq in range(1, length + 1):
        entry = Entry(seq=seq, date="2027-01-04", actor="a1", action="export", object=f"table {seq}")
        link = audit.append(previous, key, entry)
        rows.append(Row(entry=entry, mac=link.mac, hash=link.hash))
        previous, key = link.hash, link.next_key
    return rows


def test_an_untouched_chain_holds() -> None:
    assert audit.first_broken(make_chain()) is None
    assert audit.first_forged(make_chain(), FIRST_KEY) is None
    assert audit.first_broken([]) is None


@pytest.mark.parametrize("place", [1, 5, 12])
@pytest.mark.parametrize(
    "change",
    [
        {"actor": "a2"},
        {"action": "grant"},
        {"detail": "x"},
        {"date": "2027-01-05"},
        {"object": "o"},
        {"seq": 99},
    ],
)
def test_an_edited_entry_is_found_at_its_place(place: int, change: dict[str, str]) -> None:
    """S31: edits."""
    rows = make_chain()
    rows[place - 1] = replace(rows[place - 1], entry=replace(rows[place - 1].entry, **change))  # type: ignore[arg-type]
    assert audit.first_broken(rows) == place
    assert audit.first_forged(rows, FIRST_KEY) == place


@pytest.mark.parametrize("place", [1, 6, 11])
def test_a_missing_or_exchanged_entry_is_found_at_its_place(place: int) -> None:
    """S31: deletions and swaps."""
    rows = make_chain()
    missing = rows[: place - 1] + rows[place:]
    exchanged = [*rows[: place - 1], rows[place], rows[place - 1], *rows[place + 1 :]]
    assert audit.first_broken(missing) == place
    assert audit.first_broken(exchanged) == place


def test_a_chain_made_anew_without_the_key_is_found_by_whoever_has_the_first_key() -> None:
    """S31: a whole chain forged."""
    rows: list[Row] = []
    previous, key = audit.FIRST, b"\0" * 32
    for row in make_chain():
        entry = replace(row.entry, detail="nothing happened")
        link = audit.append(previous, key, entry)
        rows.append(Row(entry=entry, mac=link.mac, hash=link.hash))
        previous, key = link.hash, link.next_key
    assert audit.first_broken(rows) is None
    assert audit.first_forged(rows, FIRST_KEY) == 1


def test_the_end_cut_off_changes_the_head_that_people_compare() -> None:
    """S31: a cut."""
    rows = make_chain()
    assert audit.first_broken(rows[:-1]) is None
    assert audit.spoken(rows[-1].hash) != audit.spoken(rows[-2].hash)
    assert len(audit.spoken(rows[-1].hash).split()) == 8


def test_the_key_of_the_next_entry_does_not_give_back_the_last_one() -> None:
    link = audit.append(audit.FIRST, FIRST_KEY, make_chain(1)[0].entry)
    assert link.next_key == audit.evolve(FIRST_KEY) == H(b"consult/v1/audit/evolve" + FIRST_KEY)
    assert repr(link.next_key)[2:-1] not in repr(link)
    assert audit.new_key() != audit.new_key()


def leaves(number: int) -> list[bytes]:
    return [batches.leaf(H(bytes([i])), 1, H(bytes([i, i]))) for i in range(number)]


def test_any_response_changed_left_out_or_added_changes_the_root() -> None:
    for number in range(1, 18):
        whole = leaves(number)
        root = batches.root(whole)
        assert batches.root(list(reversed(whole))) == root
        for place in range(number):
            changed = [*whole[:place], batches.leaf(H(bytes([place])), 2, H(b"new")), *whole[place + 1 :]]
            assert batches.root(changed) != root
            if number > 1:
                assert batches.root(whole[:place] + whole[place + 1 :]) != root
        assert batches.root(leaves(number + 1)) != root


def test_a_batch_of_nothing_has_no_root() -> None:
    with pytest.raises(ValueError, match="at least one"):
        batches.root([])


def test_a_node_is_never_taken_for_a_leaf() -> None:
    pair = leaves(2)
    assert batches.root([batches.root(pair), *leaves(3)[2:]]) != batches.root(pair)
    assert batches.root(leaves(1)) == leaves(1)[0]
