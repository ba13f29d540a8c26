"""Opening what was sent, beside the bare primitives: `python -m benchmarks.open [--rows 10000] [--full]`.

Rows a CPU second through `records.opened`, beside a plain loop of HPKE and AES-GCM over envelopes of the same
sizes; rows that were opened before, whose slots stand under keys of their batches; one process beside two,
for the first time and again; and a page of 50 opened answers among few rows and among many.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmarks import responses, survey
from benchmarks.harness import Figure, arguments, compared, figure, in_turns, machine, report, say
from benchmarks.installation import NAME, Installation, installation
from benchmarks.opening import Door
from benchmarks.servers import HOME
from consult.models.response import Response
from consult.records.settling import MOST
from consult.web.extensions import db, writer

PAGE = 50
FEW = 1000
_HEADER, _NONCE = 22, 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """Rows opened, and what they took."""

    rows: int
    seconds: float
    cpu: float


def main(given: Sequence[str] | None = None) -> None:
    """Measure and print."""
    options = _options(given)
    many = 1_000_000 if options.full else options.many
    about = machine()
    figures: list[Figure] = []
    with ExitStack() as stack:
        say(f"Sealing {options.few} and {options.rows} responses")
        small = stack.enter_context(installation((survey.one_page(),)))
        responses.fill(small, options.few)
        little = Session(db.engine)
        home = stack.enter_context(installation((survey.one_page(),)))
        responses.fill(home, options.rows)
        figures += _processes(home, options, "P12", "opening by two processes for the first time")
        figures += _opening(home, options)
        figures += _processes(home, options, "P12.again", "opening by two processes again")
        say(f"Sealing {many} responses")
        responses.fill(home, many)
        figures.append(_pages(Door(little, small.vault, NAME, small.key), home, many, options))
        little.close()
    sizes = {"rounds": options.rounds, "rows": options.rows, "few": options.few, "many": many}
    report("open", figures, about, sizes=sizes)


def _options(given: Sequence[str] | None) -> argparse.Namespace:
    reader = arguments("open", __doc__)
    reader.add_argument("--rows", type=int, default=10_000, help="responses opened in a turn")
    reader.add_argument("--few", type=int, default=FEW, help="rows of the small table")
    reader.add_argument("--many", type=int, default=100_000, help="rows of the large table")
    reader.add_argument("--full", action="store_true", help="a large table of 1,000,000 rows")
    return reader.parse_args(given)


def _opening(home: Installation, options: argparse.Namespace) -> list[Figure]:
    """Through the product, beside the primitives alone: half as they arrived, half opened once before."""
    half = options.rows // 2
    say(f"Opening {half} responses beside the bare primitives, and as many that were opened before")
    door = Door(home.session, home.vault, NAME, home.key)
    ids = select(Response.id).order_by(Response.id).offset(half - 1).limit(1)
    middle = home.session.scalars(ids).one()
    written = settled(home, door, middle, half)
    bare = bare_loop(home, half)
    turns = in_turns(
        options.rounds,
        {
            "first": lambda: _timed(lambda: door.count(limit=half)),
            "bare": lambda: _timed(bare),
            "again": lambda: _timed(lambda: door.count(after=middle, limit=half)),
            "gathering": lambda: _timed(lambda: len(door.gathered(limit=half))),
        },
    )
    home.session.rollback()
    rates = {name: _per_cpu_second(turn) for name, turn in turns.items()}
    settled(home, door, b"", half)
    yard, unit = "yardstick: HPKE and AES-GCM alone, same sizes", "rows/CPU s"
    first, again, gathering, plain = (rates[name] for name in ("first", "again", "gathering", "bare"))
    return [
        compared("P11", f"{half} responses opened for the first time; {yard}", unit, first, plain),
        compared("P11.again", "opened again; yardstick: for the first time", unit, again, first),
        compared("P11.bare", f"opened again; {yard}", unit, again, plain),
        compared("P11.gather", "first time, new slots made; yardstick: without them", unit, gathering, first),
        figure("P11.write", "new slots written after the page", "rows/s", value=written),
    ]


def settled(home: Installation, door: Door, after: bytes, rows: int) -> float:
    """Open for the first time and write the new slots, as after a page; returns rows written a second."""
    seconds, written = 0.0, 0
    for start in range(0, rows, MOST):  # one request writes no more
        some = min(MOST, rows - start)
        gathered = door.gathered(after=after, limit=some)
        ids = select(Response.id).where(Response.id > after).order_by(Response.id)
        after = home.session.scalar(ids.offset(some - 1).limit(1)) or after
        home.session.rollback()
        begun = time.perf_counter()
        for write in gathered.writes():
            writer().run((write,))
        seconds += time.perf_counter() - begun
        written += len(gathered)
    return written / seconds


def bare_loop(home: Installation, rows: int) -> Callable[[], int]:
    """Envelopes of the sizes in the database, and a loop that opens them with nothing around it."""
    body, slot = home.session.execute(select(Response.body, Response.slot).limit(1)).one()
    suite = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
    private = hpke.MLKEM768X25519PrivateKey(MLKEM768PrivateKey.generate(), X25519PrivateKey.generate())
    public, info = private.public_key(), os.urandom(230)
    plain = bytes(len(body) - _HEADER - _NONCE - 16)
    sealed = []
    for _ in range(rows):
        key, nonce = os.urandom(32), os.urandom(_NONCE)
        sealed.append((suite.encrypt(key, public, info), nonce, AESGCM(key).encrypt(nonce, plain, info)))
    if len(sealed[0][0]) != len(slot) - _HEADER:
        raise AssertionError("the bare loop opens another size than the product")

    def loop() -> int:
        for kept, nonce, box in sealed:
            AESGCM(suite.decrypt(kept, private, info)).decrypt(nonce, box, info)
        return len(sealed)

    return loop


def _processes(home: Installation, options: argparse.Namespace, name: str, what: str) -> list[Figure]:
    """All rows by one process, beside half of them by each of two."""
    say("One process beside two")
    ids = list(home.session.scalars(select(Response.id).order_by(Response.id).limit(options.rows)))
    home.session.rollback()
    half = len(ids) // 2
    turns = in_turns(
        options.rounds,
        {
            "one": lambda: _together(home, [(b"", len(ids))]),
            "two": lambda: _together(home, [(b"", half), (ids[half - 1], len(ids) - half)]),
        },
    )
    two, one = ([each.rows / each.seconds for each in turns[each_name]] for each_name in ("two", "one"))
    return [compared(name, f"{what}; yardstick one process", "rows/s", two, one)]


def _together(home: Installation, ranges: Sequence[tuple[bytes, int]]) -> Rate:
    """A process for each range; they begin at once, and the slowest counts."""
    with ExitStack() as stack:
        running = [stack.enter_context(_opener(home)) for _ in ranges]
        for process, (after, limit) in zip(running, ranges, strict=True):
            _tell(process, json.dumps(_request(home, after, limit)))
        for process in running:
            _heard(process)
        for process in running:
            _tell(process, "go")
        done = [json.loads(_heard(process)) for process in running]
    return Rate(
        rows=sum(each["rows"] for each in done),
        seconds=max(each["seconds"] for each in done),
        cpu=sum(each["cpu"] for each in done),
    )


def _opener(home: Installation) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "benchmarks.opening"],
        cwd=HOME,
        env={**os.environ, **home.env},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _request(home: Installation, after: bytes, limit: int) -> dict[str, object]:
    key = {"account_id": home.key.account_id.hex(), "private": home.key.private.hex()}
    return {"name": NAME, "after": after.hex(), "limit": limit, **key}


def _tell(process: subprocess.Popen[str], line: str) -> None:
    assert process.stdin is not None
    process.stdin.write(line + "\n")
    process.stdin.flush()


def _heard(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def _pages(few: Door, home: Installation, many: int, options: argparse.Namespace) -> Figure:
    """A page of 50 from a random place: among many rows, beside among few."""
    say("Pages of opened answers")
    door = Door(home.session, home.vault, NAME, home.key)
    turns = in_turns(options.rounds, {"many": lambda: _page_time(door), "few": lambda: _page_time(few)})
    home.session.rollback()
    what = f"page of {PAGE} opened answers by key among {many} rows; yardstick among {options.few}"
    return compared("P13", what, "ms", turns["many"], turns["few"])


def _page_time(door: Door) -> float:
    """Milliseconds, the median of twenty pages."""
    times = []
    for _ in range(20):
        begun = time.perf_counter()
        door.count(after=bytes([os.urandom(1)[0] // 2]), limit=PAGE)  # half of all ids come after this
        times.append(time.perf_counter() - begun)
    return sorted(times)[len(times) // 2] * 1e3


def _timed(run: Callable[[], int]) -> Rate:
    begun, spent = time.perf_counter(), time.process_time()
    rows = run()
    return Rate(rows=rows, seconds=time.perf_counter() - begun, cpu=time.process_time() - spent)


def _per_cpu_second(rates: Sequence[Rate]) -> list[float]:
    return [each.rows / each.cpu for each in rates]


if __name__ == "__main__":
    main()
