"""Taking answers in, beside a bare Flask form: `python -m benchmarks.intake [--postgres]`.

Pages and sends of the intake as it ships take turns with the yardstick: two gunicorn processes each, with
eight threads. A send is the last request of a journey that was made before, over HTTP.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack, nullcontext
from functools import partial
from http import HTTPStatus
from pathlib import Path

from benchmarks import load
from benchmarks.cluster import cluster
from benchmarks.harness import Figure, arguments, compared, figure, in_turns, machine, report, say
from benchmarks.servers import first_answer
from benchmarks.signing_in import signing_in
from benchmarks.turns import (
    COMBINED,
    PLAIN,
    SEALED,
    Intake,
    Turn,
    Yardstick,
    busy_disk,
    intake,
    yardstick,
    yardstick_plan,
)
from consult.turns import PROCESSES

PARTS = ("page", "send", "save", "plain", "journey", "sign-ins", "memory", "start", "postgres")
_SIGN_INS = 3
_YARDSTICK_PAGES = 53
"""The yardstick's journey: 53 pages shown and sent and one shown at the end, 107 requests."""


def main(given: Sequence[str] | None = None) -> None:
    """Measure what is asked for, and print."""
    options = _options(given)
    about = machine() | {"load_generator": load.generator()}
    figures: list[Figure] = []
    if any(part in options.parts for part in ("page", "send", "save", "plain", "journey")):
        figures += _sqlite(options)
    if "sign-ins" in options.parts:
        figures += _beside_sign_ins(options)
    if "memory" in options.parts:
        figures += _memory(options)
    if "start" in options.parts:
        figures += _cold_start(options)
    if "postgres" in options.parts:
        figures += _postgres(options)
    sizes = {name: getattr(options, name) for name in ("rounds", "seconds", "sends", "workers")}
    report("intake", figures, about, sizes=sizes)


def _options(given: Sequence[str] | None) -> argparse.Namespace:
    reader = arguments("intake", __doc__)
    reader.add_argument("--seconds", type=float, default=3, help="length of a turn of pages")
    reader.add_argument("--sends", type=int, default=300, help="sends in a turn")
    reader.add_argument("--journeys", type=int, default=2, help="whole journeys in a turn")
    reader.add_argument("--submissions", type=int, default=1000, help="before memory is read; 10,000 in full")
    reader.add_argument("--workers", type=int, default=PROCESSES, help="processes of the intake")
    reader.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    reader.add_argument(
        "--private-postgres", action="store_true", help="start one, where CONSULT_BENCH_PG is not set"
    )
    return reader.parse_args(given)


def _sqlite(options: argparse.Namespace) -> list[Figure]:
    figures: list[Figure] = []
    with ExitStack() as stack:
        say(f"Preparing {options.sends} people")
        ours = stack.enter_context(intake(SEALED, options.sends, workers=options.workers))
        theirs = stack.enter_context(yardstick())
        if "page" in options.parts:
            figures += _pages(ours, theirs, options)
        if "send" in options.parts:
            figures += _sends(ours, theirs, options)
        if "save" in options.parts:
            figures += _saves(ours, theirs, options)
        if "plain" in options.parts:
            figures += _plain(ours, options)
        if "journey" in options.parts:
            figures += _journeys(ours, theirs, options)
    return figures


def _pages(ours: Intake, theirs: Yardstick, options: argparse.Namespace) -> list[Figure]:
    say("The survey page beside the form page, 16 connections")
    ours.shelf.put_back("questions")
    turns = in_turns(
        options.rounds,
        {
            "ours": lambda: ours.page(connections=16, seconds=options.seconds),
            "theirs": lambda: theirs.page(connections=16, seconds=options.seconds),
        },
    )
    a, p = turns["ours"], turns["theirs"]
    return [
        compared(
            "P1", "survey page of 15 questions, CPU a GET, c = 16; yardstick p", "ms CPU", _cpu(a), _cpu(p)
        ),
        compared("P2", "survey page p95, c = 16; yardstick p", "ms", _p95(a), _p95(p)),
        compared("P1.rate", "survey page throughput, c = 16; yardstick p", "requests/s", _rate(a), _rate(p)),
        _errors("P1.errors", "answers that were not the page, both sides", a, p),
    ]


def _sends(ours: Intake, theirs: Yardstick, options: argparse.Namespace) -> list[Figure]:
    figures: list[Figure] = []
    for connections, busy in ((1, False), (16, False), (64, False), (64, True)):
        name = f"c = {connections}{', disk busy' if busy else ''}"
        say(f"Sending beside the form with one INSERT, {name}")
        count = max(1, options.sends // 5) if connections == 1 else options.sends
        with busy_disk() if busy else nullcontext():
            turns = in_turns(
                options.rounds,
                {
                    "ours": partial(ours.send, count, connections=connections),
                    "theirs": partial(theirs.send, count, connections=connections),
                },
            )
        figures += _send_figures(turns["ours"], turns["theirs"], connections, busy=busy)
    return figures


def _send_figures(a: Sequence[Turn], b: Sequence[Turn], connections: int, *, busy: bool) -> list[Figure]:
    place = f"c = {connections}{', disk busy' if busy else ''}; yardstick b, SQLite FULL, not sealed"
    tail = f".c{connections}{'.busy' if busy else ''}"
    first = "P3" if connections == 16 else f"P3{tail}"
    slowest = {(16, False): "P5", (64, True): "P5b"}.get((connections, busy), f"P5{tail}")
    return [
        compared(first, f"sealed send, throughput, {place}", "requests/s", _rate(a), _rate(b)),
        compared(slowest, f"sealed send, p99, {place}", "ms", _p99(a), _p99(b)),
        compared(f"P3.cpu{tail}", f"sealed send, CPU, {place}", "ms CPU", _cpu(a), _cpu(b)),
        _errors(f"P3.errors{tail}", f"sends not answered by 303, both sides, c = {connections}", a, b),
    ]


def _saves(ours: Intake, theirs: Yardstick, options: argparse.Namespace) -> list[Figure]:
    say("Saving a page of answers beside the form with one INSERT, 16 connections")
    turns = in_turns(
        options.rounds,
        {
            "ours": lambda: ours.save(options.sends, connections=16),
            "theirs": lambda: theirs.send(options.sends, connections=16),
        },
    )
    a, b = turns["ours"], turns["theirs"]
    about = "a page of answers saved in the sealed draft"
    return [
        compared("save.rate", f"{about}, throughput, c = 16; yardstick b", "requests/s", _rate(a), _rate(b)),
        compared("save.p99", f"{about}, p99, c = 16; yardstick b", "ms", _p99(a), _p99(b)),
        compared("save.cpu", f"{about}, CPU, c = 16; yardstick b", "ms CPU", _cpu(a), _cpu(b)),
        _errors("save.errors", "saves not answered by 303, both sides", a, b),
    ]


def _plain(ours: Intake, options: argparse.Namespace) -> list[Figure]:
    say("Sending beside the same application storing plain text, 16 connections")
    with intake(PLAIN, options.sends, workers=options.workers) as plain:
        turns = in_turns(
            options.rounds,
            {
                "ours": lambda: ours.send(options.sends, connections=16),
                "plain": lambda: plain.send(options.sends, connections=16),
            },
        )
    a, b = turns["ours"], turns["plain"]
    about = "send, sealed; yardstick the same application storing plain text"
    return [
        compared("P6", f"{about}, CPU, c = 16", "ms CPU", _cpu(a), _cpu(b)),
        compared("P6.rate", f"{about}, throughput, c = 16", "requests/s", _rate(a), _rate(b)),
    ]


def _journeys(ours: Intake, theirs: Yardstick, options: argparse.Namespace) -> list[Figure]:
    say("A whole long survey beside the yardstick's 107 requests, with a code and without")
    requests: dict[bool, int] = {}

    def walk(*, with_code: bool) -> float:
        spent, requests[with_code] = ours.walk(options.journeys, with_code=with_code)
        return spent

    sides: dict[str, Callable[[], float]] = {
        "ours": partial(walk, with_code=True),
        "theirs": lambda: theirs.walk(_YARDSTICK_PAGES),
        "without": partial(walk, with_code=False),
    }
    turns = in_turns(options.rounds, sides)
    what = "whole survey of 32 pages, CPU of its {} requests{}; yardstick p and b, 107 requests"
    return [
        compared("P8", what.format(requests[True], ""), "ms CPU", turns["ours"], turns["theirs"]),
        compared(
            "P8.no-code",
            what.format(requests[False], ", by somebody who wants no code and so costs no slow hash"),
            "ms CPU",
            turns["without"],
            turns["theirs"],
        ),
    ]


def _beside_sign_ins(options: argparse.Namespace) -> list[Figure]:
    say(f"Sending while the team signs in {_SIGN_INS} times a second, everything in one process")
    answered: list[int] = []
    with intake(COMBINED, options.sends) as ours:

        def beside() -> Turn:
            with signing_in(ours.server.port, _SIGN_INS) as statuses:
                done = ours.send(options.sends, connections=16)
            answered.extend(statuses)
            return done

        turns = in_turns(
            options.rounds, {"quiet": lambda: ours.send(options.sends, connections=16), "beside": beside}
        )
    a, b = turns["beside"], turns["quiet"]
    about = f"send p95 beside {_SIGN_INS} sign-ins a second, c = 16"
    refused = sum(status == HTTPStatus.SERVICE_UNAVAILABLE for status in answered)
    return [
        compared("P20", f"{about}; yardstick the same without them", "ms", _p95(a), _p95(b)),
        compared("P20.p99", f"{about}, p99", "ms", _p99(a), _p99(b)),
        figure(
            "P20.refused", f"sign-ins of {len(answered)} that were asked to wait", "answers", value=refused
        ),
        _errors("P20.errors", "sends not answered by 303, beside and quiet", a, b),
    ]


def _memory(options: argparse.Namespace) -> list[Figure]:
    say(f"Memory after {options.submissions} submissions")
    people = min(options.sends, options.submissions)
    with intake(SEALED, people, workers=options.workers) as ours, yardstick(seal=True) as theirs:
        for done in range(0, options.submissions, people):
            ours.send(min(people, options.submissions - done), connections=16)
        theirs.send(options.submissions, connections=16)
        ours.shelf.put_back("questions")
        ours.page(connections=16, seconds=options.seconds)  # templates are compiled once
        settled, sealed = ours.server.memory(), theirs.server.memory()
        shown = [ours.page(connections=16, seconds=options.seconds) for _ in range(options.rounds)]
        requests = sum(each.load.requests for each in shown)
        grown = (ours.server.memory() - settled) / max(1, requests) * 100_000
    short = f"after {options.submissions} submissions"
    return [
        figure(
            "P9", f"memory of a worker {short}; yardstick c", "MiB PSS",
            value=settled, yardstick=sealed, ratio=settled / sealed if sealed else None,
        ),
        figure(
            "P9.growth", f"growth for 100,000 requests, from {requests} pages (a short run is noisy)", "MiB",
            value=grown,
        ),
    ]  # fmt: skip


def _cold_start(options: argparse.Namespace) -> list[Figure]:
    say("Cold start to the first 200")
    with intake(SEALED, 1) as ours, tempfile.TemporaryDirectory() as folder:
        plan = ours.home.plan(SEALED)
        other = yardstick_plan(str(Path(folder) / "answers.db"), seal=True)
        turns = in_turns(
            options.rounds,
            {"ours": lambda: first_answer(plan, "/"), "theirs": lambda: first_answer(other, "/form")},
        )
    return [compared("P10", "cold start to the first 200; yardstick c", "s", turns["ours"], turns["theirs"])]


def _postgres(options: argparse.Namespace) -> list[Figure]:
    with cluster(private=options.private_postgres) as server:
        if server is None:
            why = "no PostgreSQL: set CONSULT_BENCH_PG or give --private-postgres"
            say(why)
            return [figure(each, why, "", value=None) for each in ("P4", "P4.cpu")]
        say(f"PostgreSQL: preparing {options.sends} people")
        with (
            intake(SEALED, options.sends, postgres=server, workers=options.workers) as ours,
            yardstick(postgres=server) as theirs,
        ):
            turns = in_turns(
                options.rounds,
                {
                    "ours": lambda: ours.send(options.sends, connections=16),
                    "theirs": lambda: theirs.send(options.sends, connections=16),
                },
            )
    a, b = turns["ours"], turns["theirs"]
    about = "sealed send on PostgreSQL"
    return [
        compared(
            "P4", f"{about}, throughput, c = 16; yardstick b, PostgreSQL", "requests/s", _rate(a), _rate(b)
        ),
        compared(
            "P4.cpu", f"{about}, CPU of the web server, c = 16; yardstick b", "ms CPU", _cpu(a), _cpu(b)
        ),
        compared("P4.p99", f"{about}, p99, c = 16; yardstick b", "ms", _p99(a), _p99(b)),
        _errors("P4.errors", "sends not answered by 303, both sides", a, b),
    ]


def _rate(turns: Sequence[Turn]) -> list[float]:
    return [each.load.per_second for each in turns]


def _cpu(turns: Sequence[Turn]) -> list[float]:
    return [each.cpu_ms for each in turns]


def _p95(turns: Sequence[Turn]) -> list[float]:
    return [each.load.p95 for each in turns]


def _p99(turns: Sequence[Turn]) -> list[float]:
    return [each.load.p99 for each in turns]


def _errors(figure_id: str, what: str, *sides: Sequence[Turn]) -> Figure:
    wrong = [sum(each.load.errors for each in side) for side in sides]
    asked = sum(each.load.requests for each in sides[0])
    return figure(figure_id, f"{what}; ours of {asked}", "answers", value=wrong[0], yardstick=wrong[1])


if __name__ == "__main__":
    main()
