"""S42: what is held in memory between two pages is let go in time."""

from __future__ import annotations

from datetime import timedelta

import time_machine

from consult.records.held import LONGEST_SECONDS, Holder


def test_a_rest_that_ends_a_session_lets_go() -> None:
    holder: Holder[list[int]] = Holder(list, 2)
    with time_machine.travel("2027-01-04 10:00+00:00", tick=False) as clock:
        place = holder.at(b"a", b"c")
        clock.shift(timedelta(seconds=LONGEST_SECONDS - 1))
        assert holder.at(b"a", b"c") is place
        clock.shift(timedelta(seconds=LONGEST_SECONDS + 1))
        holder._timed()
        assert len(holder) == 0


def test_the_one_not_used_for_longest_makes_room() -> None:
    holder: Holder[list[int]] = Holder(list, 2)
    first, second = holder.at(b"1", b"c"), holder.at(b"2", b"c")
    assert holder.at(b"1", b"c") is first
    holder.at(b"3", b"c")
    assert holder.at(b"1", b"c") is first
    assert holder.at(b"2", b"c") is not second
