"""Acts of several people done in one transaction, with a server in as few journeys as can be.

An act that many people do is a generator: it yields statements with their values, is sent what they gave (a
row or None, or how many rows they touched), and returns the total that goes up. One by one, each step of an
act is answered before the next one is said. With a server, the same steps of all acts go out together: to
wait for each answer by itself is most of what an act costs there. Knows nothing of what is stored.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from inspect import isgeneratorfunction
from typing import Any, TypeVar, cast

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from consult.records.prepared import Asked
from consult.records.tallies import Counted

End = TypeVar("End")
Asking = Generator[Sequence[Asked], list[Any], End]
"""An act, or a part of one, while it is done."""


class Last(list[Asked]):
    """The last that an act asks: what comes after it need not wait for the answers, by which it may fail."""


Write = Callable[[Connection], Counted | Asking[Counted | None] | None]
"""Some statements of one act, and the running total that goes up with it. It may be done a second time when
another act of the same transaction failed, and by any thread: all that it needs is made before. `perform`
and the writer do it: a generator that is only called has done nothing."""
_Act = Generator[Sequence[Asked], list[Any] | None, list[Counted]]


class NotTogetherError(Exception):
    """The database refused a statement and does not say whose: they must be done one by one."""


class ActError(Exception):
    """One act of several failed; `place` says which one, and the cause why."""

    def __init__(self, place: int) -> None:
        super().__init__("one act of several failed")
        self.place = place


def perform(connection: Connection, *writes: Write) -> list[Counted]:
    """Do an act inside the connection's transaction; returns the totals that go up with it."""
    act = _act(connection, writes)
    try:
        asked = next(act)
        while True:
            asked = act.send([each.statement.answer(connection, each.values) for each in asked])
    except StopIteration as over:
        return cast("list[Counted]", over.value)


def one_by_one(connection: Connection, acts: Sequence[Sequence[Write]]) -> list[Counted]:
    """Do acts inside the connection's transaction; returns the totals that go up. Raises ActError."""
    found: list[Counted] = []
    for place, writes in enumerate(acts):
        try:
            found += perform(connection, *writes)
        except Exception as met:
            raise ActError(place) from met
    return found


def can_be(connection: Connection) -> bool:
    """Whether the database takes a statement before it has answered the one before."""
    return connection.dialect.name == "postgresql"


def in_few_journeys(connection: Connection, acts: Sequence[Sequence[Write]]) -> list[Counted]:
    """As `one_by_one`, and each act keeps the order of its steps. Raises ActError or NotTogetherError."""
    found: list[Counted] = []
    going = {place: _act(connection, writes) for place, writes in enumerate(acts)}
    answers: dict[int, list[Any] | None] = dict.fromkeys(going)
    while going:
        said: dict[int, Sequence[Asked]] = {}
        for place, act in going.items():
            try:
                said[place] = act.send(answers[place])
            except StopIteration as over:
                found += over.value
            except Exception as met:
                raise ActError(place) from met
        going = {place: going[place] for place in said}
        if said:
            answers = _answered(connection, said)
    return found


def _act(connection: Connection, writes: Sequence[Write]) -> _Act:
    """One write after the other, and with it what comes after its last question. So whoever locks rows of one
    person locks them in one order."""
    found: list[Counted | None] = []
    last: list[tuple[Asking[Counted | None], Sequence[Asked]]] = []
    for write in writes:
        if last and not isgeneratorfunction(write):  # it would ask before them
            _end(last, (yield _all(last)) or [], found)
        begun = write(connection)
        if not isinstance(begun, Generator):
            found.append(begun)
            continue
        try:
            step = next(begun)
            while not isinstance(step, Last):
                before = _all(last)
                answers = (yield [*before, *step]) or []
                _end(last, answers, found)
                step = begun.send(answers[len(before) :])
            last.append((begun, step))
        except StopIteration as over:
            found.append(over.value)
    if last:
        _end(last, (yield _all(last)) or [], found)
    return [total for total in found if total is not None]


def _all(last: list[tuple[Asking[Counted | None], Sequence[Asked]]]) -> list[Asked]:
    return [each for _, asked in last for each in asked]


def _end(
    last: list[tuple[Asking[Counted | None], Sequence[Asked]]],
    answers: Sequence[Any],
    found: list[Counted | None],
) -> None:
    """Tell writes what they asked last."""
    start = 0
    for write, asked in last:
        try:
            write.send(list(answers[start : start + len(asked)]))
        except StopIteration as over:
            found.append(over.value)
        else:
            raise RuntimeError("what was asked last was not the last")
        start += len(asked)
    last.clear()


def _answered(connection: Connection, said: Mapping[int, Sequence[Asked]]) -> dict[int, list[Any] | None]:
    """What statements gave, all of which go out before the first answer is waited for."""
    driver: Any = connection.connection.driver_connection
    error: Any = connection.dialect.dbapi
    try:
        with driver.pipeline():
            begun = {
                place: [(each.statement, each.statement.begin(connection, each.values)) for each in asked]
                for place, asked in said.items()
            }
    except (error.Error, DBAPIError):  # as it comes from the driver, or met while the next one was asked
        raise NotTogetherError from None  # its words may hold values
    return {place: [statement.end(cursor) for statement, cursor in some] for place, some in begun.items()}
