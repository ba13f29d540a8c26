"""Coding from end to end, sealed: `python -m benchmarks.coding [--documents 1000] [--rows 10000] [--full]`.

P17: so many answers taken in from a file, each sealed; one theme given to each, as a press on the
page does it; the whole project written for another tool (QDPX). All were opened once before, as the list of
answers does that a coder comes from. The yardstick is what Taguette took for the
same on two cores, unsealed (`TAGUETTE`). It is not installed here, so these three are no ratios of one run.
P14: the controlled file of all answers, rows a CPU second, beside opening alone in the same run, when all of
them were opened before and (P14.first) when none was.
"""

from __future__ import annotations

import gc
import os
import resource
import time
from collections.abc import Callable, Sequence
from functools import partial
from statistics import median as middle

from sqlalchemy import select

from benchmarks import responses, survey
from benchmarks.harness import Figure, arguments, compared, figure, in_turns, machine, report, say
from benchmarks.installation import ANALYST, NAME, TODAY, Installation, installation
from benchmarks.open import settled
from benchmarks.opening import Door
from consult.coding import service as coding
from consult.coding.service import Press, ThemeText, Unlocked
from consult.models.account import Account
from consult.models.response import Response
from consult.records import accounts, batches, consultations, places, writing
from consult.records import responses as sent
from consult.reports import service as reports

TAGUETTE = {"import": 31.0, "tag": 24.0, "export": 0.5}
"""Seconds for a thousand documents."""
THOUSAND, WARM = 1000, 50
BOX = "better"


def unlocked(home: Installation) -> Unlocked:
    """The consultation as the analyst has opened it."""
    consultation = home.consultation
    account = home.session.scalars(select(Account.id).where(Account.name == ANALYST)).one()
    return Unlocked(
        session=home.session,
        vault=home.vault,
        consultation=consultation,
        keys=accounts.opened_keys(home.session, home.vault, consultation, home.key),
        account_id=account,
    )


def take_in(home: Installation, documents: int) -> None:
    """Seal each and store all as one act, as answers from a file are; then release them."""
    found = consultations.survey_of(home.session, home.consultation, responses.SURVEY)
    place = places.of(home.session, found)
    writes = [
        sent.sending(
            home.intake_vault,
            place,
            response_id=os.urandom(16),
            rev=1,
            content=responses.content(number),
            keys=None,
        )
        for number in range(documents)
    ]
    writing.at_once(home.session, *writes)
    batches.release(home.session, home.consultation, found, today=TODAY)
    home.session.commit()


def tag(home: Installation, ids: Sequence[bytes]) -> None:
    """Press one theme on the page of each answer, committed each time."""
    for response in ids:
        press = Press(
            definition_id=responses.SURVEY, box=BOX, response=response.hex(), rev=1, theme="waiting"
        )
        coding.code(unlocked(home), press)
        home.session.commit()


def beside_taguette(documents: int, rounds: int) -> list[Figure]:
    """P17, in CPU seconds for a thousand, by a process that is warm: the middle one of some parts."""
    part = max(documents // rounds, 1)
    with installation((survey.one_page(),)) as home:
        say(f"{documents} answers taken in, coded, written for another tool, in {rounds} parts")
        coding.add_theme(home.session, NAME, ThemeText(name="Waiting"))
        home.session.commit()
        take_in(home, WARM)
        warm = arrived(home)
        tag(home, warm)
        reports.answers_qdpx(unlocked(home))
        # As a server does once it has loaded: what the process is made of is no garbage to search through.
        gc.collect()
        gc.freeze()
        took = {"import": middle([cpu(lambda: take_in(home, part)) for _ in range(rounds)]) / part}
        settled(home, Door(home.session, home.vault, NAME, home.key), b"", documents + WARM)
        home.session.rollback()
        new = sorted(set(arrived(home)) - set(warm))
        parts = [new[start::rounds] for start in range(rounds)]
        took["tag"] = middle([cpu(partial(tag, home, some)) / len(some) for some in parts])
        whole = [cpu(lambda: reports.answers_qdpx(unlocked(home))) for _ in range(rounds)]
        took["export"] = middle(whole) / len(new)
    figures = []
    for name, spent in took.items():
        ours, theirs = spent * THOUSAND, TAGUETTE[name]
        what = f"{name} of {THOUSAND}, sealed; Taguette's seconds, not sealed, of another day"
        figures.append(
            figure(f"P17.{name}", what, "CPU s", value=ours, yardstick=theirs, ratio=theirs / ours)
        )
    return figures


def arrived(home: Installation) -> list[bytes]:
    """The ids of all responses."""
    return list(home.session.scalars(select(Response.id)))


def export(rows: int, rounds: int) -> list[Figure]:
    """P14: rows a CPU second of the file and of opening alone, for the first time and after it."""
    with installation((survey.one_page(),)) as home:
        say(f"Sealing {rows} responses")
        responses.fill(home, rows)
        door = Door(home.session, home.vault, NAME, home.key)
        sides = {
            "file": lambda: rows / cpu(lambda: handed_over(home)),
            "opening": lambda: rows / cpu(lambda: door.count(limit=rows)),
        }
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        first = in_turns(rounds, sides, warm=False)
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - before
        settled(home, door, b"", rows)
        again = in_turns(rounds, sides, warm=False)
    what = f"file of {rows} answers; opening alone"
    return [
        compared("P14.first", f"{what}, for the first time", "rows/CPU s", first["file"], first["opening"]),
        compared("P14", f"{what}, again", "rows/CPU s", again["file"], again["opening"]),
        figure("P14.memory", f"more memory for a file of {rows} answers", "MiB", value=grown),
    ]


def handed_over(home: Installation) -> int:
    """Make the file and give out all of it; returns its size."""
    return sum(len(piece) for piece in reports.answers_zip(unlocked(home)).pieces())


def cpu(work: Callable[[], object]) -> float:
    """CPU seconds of some work."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def main() -> None:
    """Measure and report."""
    reader = arguments("coding", __doc__)
    reader.add_argument("--documents", type=int, default=THOUSAND, help="answers taken in, coded and written")
    reader.add_argument("--rows", type=int, default=10_000, help="answers in the file")
    reader.add_argument("--full", action="store_true", help="a file of 100,000 answers")
    asked = reader.parse_args()
    rows = 100_000 if asked.full else asked.rows
    about = machine()
    figures = [*beside_taguette(asked.documents, asked.rounds), *export(rows, min(asked.rounds, 3))]
    report("coding", figures, about, sizes={"documents": asked.documents, "rows": rows})


if __name__ == "__main__":
    main()
