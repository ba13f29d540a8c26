"""Bringing everything under new keys, beside bare primitives: `python -m benchmarks.rewrap [--rows 10000]`.

A turn makes new keys and re-wraps every slot through `records.rewrapping`, commits and the destruction of the
earlier keys among it; the other side opens and seals as many slots of the same size with HPKE alone.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import select

from benchmarks import responses, survey
from benchmarks.harness import arguments, compared, figure, in_turns, machine, report, say
from benchmarks.installation import ANALYST, NAME, TODAY, Installation, installation
from consult.manage import service
from consult.models.response import Response

_KEY, _HEADER = 32, 22


@dataclass(frozen=True, slots=True, kw_only=True)
class Took:
    """Seconds of one turn. On a machine that others use, the CPU's say more."""

    wall: float
    cpu: float


def main(given: Sequence[str] | None = None) -> None:
    """Measure and print."""
    reader = arguments("rewrap", __doc__)
    reader.add_argument("--rows", type=int, default=10_000, help="responses re-wrapped in a turn")
    options = reader.parse_args(given)
    about = machine()
    with installation((survey.one_page(),)) as home:
        say(f"Sealing {options.rows} responses")
        responses.fill(home, options.rows)
        bare = _bare_loop(home, options.rows)
        say(f"Re-wrapping {options.rows} slots beside opening and sealing them with the bare primitives")
        sides = {"product": lambda: _timed(lambda: _rewrap(home, options.rows)), "bare": lambda: _timed(bare)}
        turns = in_turns(options.rounds, sides)
    what = f"{options.rows} slots under new keys, committed, earlier keys destroyed"
    ours, theirs = turns["product"], turns["bare"]
    figures = [
        figure("P22", what, "s", value=statistics.median(each.wall for each in ours)),
        figure("P22.cpu", f"{what}: CPU time", "CPU s", value=statistics.median(each.cpu for each in ours)),
        compared(
            "P22.bare",
            f"{what}; yardstick: HPKE open and seal alone",
            "CPU s",
            [each.cpu for each in ours],
            [each.cpu for each in theirs],
        ),
    ]
    report("rewrap", figures, about, sizes={"rounds": options.rounds, "rows": options.rows})


def _rewrap(home: Installation, rows: int) -> None:
    """What the command does after the passphrase."""
    session, vault = home.session, home.vault
    who = service.Who(actor=ANALYST, today=TODAY)
    service.renew(session, vault, NAME, home.key, **who)
    session.commit()
    work = service.begin_pass(session, vault, NAME, home.key)
    while work.step():
        session.commit()
    session.commit()
    left = service.finish(session, vault, NAME, **who)
    session.commit()
    if (work.done, left.total) != (rows, 0):
        raise AssertionError("something was left under the earlier keys")


def _bare_loop(home: Installation, rows: int) -> Callable[[], None]:
    """Slots of the size in the database, and a loop that opens each and seals it again."""
    slot = home.session.scalars(select(Response.slot).limit(1)).one()
    home.session.rollback()
    suite = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
    old, new = (
        hpke.MLKEM768X25519PrivateKey(MLKEM768PrivateKey.generate(), X25519PrivateKey.generate())
        for _ in range(2)
    )
    public, info = new.public_key(), os.urandom(230)
    sealed = [suite.encrypt(os.urandom(_KEY), old.public_key(), info) for _ in range(rows)]
    if len(sealed[0]) != len(slot) - _HEADER:
        raise AssertionError("the bare loop opens another size than the product")

    def loop() -> None:
        for kept in sealed:
            suite.encrypt(suite.decrypt(kept, old, info), public, info)

    return loop


def _timed(run: Callable[[], None]) -> Took:
    begun, spent = time.perf_counter(), time.process_time()
    run()
    return Took(wall=time.perf_counter() - begun, cpu=time.process_time() - spent)


if __name__ == "__main__":
    main()
