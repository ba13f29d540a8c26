"""The evidence page of a standard, warm: `python -m benchmarks.evidence [--sizes 1000 10000]`.

Two installations that differ in the number of coded answers only: as many answers a theme, and the same
number of themes linked to the standard, which has been judged, rated by a panel, and decided part by part. An
analyst signs in, unlocks, and opens the page again and again; requests to the smaller and the larger take
turns. Also how many queries one page takes.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial

from flask.testing import FlaskClient
from sqlalchemy import Engine, event, select

from benchmarks import responses, survey
from benchmarks.desk import at_workbench, unlock
from benchmarks.harness import Figure, arguments, figure, in_turns, machine, p95, paired, report, say
from benchmarks.installation import ANALYST, NAME, TODAY, Installation, installation
from benchmarks.judged import judge
from consult.models.account import Account
from consult.models.response import Response
from consult.models.standard import Stance, Strength
from consult.records import accounts, codings, standards, themes
from consult.records.codings import Coding
from consult.records.standards import StandardText
from consult.records.themes import ThemeText

KEY = "DS1"
LINKED = 10
"""Themes that the standard's clauses rest on."""
GROWN = (10_000, 100_000)
"""The two sizes between which the goal for growth is stated; between others it is shown without a goal."""
_CLAUSES = 5


@dataclass(frozen=True, kw_only=True)
class Desk:
    """An analyst before an installation of one size."""

    answers: int
    client: FlaskClient
    engine: Engine

    def page(self) -> float:
        """Milliseconds of one evidence page."""
        begun = time.perf_counter()
        answer = self.client.get(f"/team/{NAME}/standards/{KEY}")
        took = (time.perf_counter() - begun) * 1e3
        if answer.status_code != 200:
            raise RuntimeError(f"the evidence page answered {answer.status_code}")
        return took

    def queries(self) -> int:
        """Statements sent to the database for one page, sessions and roles among them."""
        seen: list[str] = []

        def note(*call: object) -> None:
            seen.append(str(call[2]))

        event.listen(self.engine, "before_cursor_execute", note)
        try:
            self.page()
        finally:
            event.remove(self.engine, "before_cursor_execute", note)
        return sum(not each.startswith(("BEGIN", "PRAGMA")) for each in seen)


def main(given: Sequence[str] | None = None) -> None:
    """Measure and print."""
    options = _options(given)
    about = machine()
    with ExitStack() as stack:
        desks = [stack.enter_context(_desk(size, options.per_theme)) for size in sorted(options.sizes)]
        # Only now: a session idles out while the next, larger installation is filled.
        for desk in desks:
            unlock(desk.client)
        say("Evidence pages in turns")
        sides = {str(desk.answers): partial(_p95, desk, options.pages) for desk in desks}
        turns = in_turns(options.rounds, sides)
        queries = {desk.answers: desk.queries() for desk in desks}
    figures = _figures({int(name): times for name, times in turns.items()}, queries)
    sizes = {"rounds": options.rounds, "pages_a_round": options.pages, "per_theme": options.per_theme}
    report("evidence", figures, about, sizes=sizes)


def _options(given: Sequence[str] | None) -> argparse.Namespace:
    reader = arguments("evidence", __doc__)
    reader.add_argument("--sizes", nargs="+", type=int, default=[1000, 10_000], help="coded answers")
    reader.add_argument("--per-theme", type=int, default=100, help="answers that raise a theme, at any size")
    reader.add_argument("--pages", type=int, default=20, help="pages in a turn, of which the p95 is taken")
    return reader.parse_args(given)


def _p95(desk: Desk, pages: int) -> float:
    return p95([desk.page() for _ in range(pages)])


def _figures(times: dict[int, list[float]], queries: dict[int, int]) -> list[Figure]:
    figures = []
    for size, rounds in times.items():
        middle = sorted(rounds)[len(rounds) // 2]
        # The goals are stated for these two sizes; other sizes are shown without one.
        tail = {10_000: "", 100_000: ".100k"}.get(size, f".{size}")
        figures.append(
            figure(f"P21.p95{tail}", f"evidence page, warm, {size} coded answers, p95", "ms", value=middle)
        )
    largest, smallest = max(times), min(times)
    if largest != smallest:
        figures.append(
            figure(
                "P21.growth" if (smallest, largest) == GROWN else "P21.growth.small",
                f"the same, {largest} beside {smallest} coded answers, as many a theme",
                "ms",
                value=sorted(times[largest])[len(times[largest]) // 2],
                yardstick=sorted(times[smallest])[len(times[smallest]) // 2],
                ratio=paired(times[largest], times[smallest]),
            )
        )
    what = f"statements for one page at {largest} coded answers"
    figures.append(figure("P21.queries", what, "queries", value=queries[largest]))
    return figures


@contextmanager
def _desk(size: int, per_theme: int) -> Iterator[Desk]:
    say(f"Sealing and coding {size} answers")
    with installation((survey.one_page(),)) as home:
        responses.fill(home, size)
        code(home, per_theme)
        with at_workbench(home) as (client, engine):
            yield Desk(answers=size, client=client, engine=engine)


def code(home: Installation, per_theme: int) -> None:
    """One coding beside each answer, the themes in equal parts, and a standard that rests on ten of them."""
    session = home.session
    ids = list(session.scalars(select(Response.id)))
    coder = session.scalars(select(Account.id).where(Account.name == ANALYST)).one()
    count = max(1, len(ids) // per_theme)
    frame = [themes.add(session, home.consultation, ThemeText(name=f"Theme {each}")) for each in range(count)]
    theme_ids = [theme.id for theme in frame]
    link(home, theme_ids[:LINKED], coder)
    consultation = home.consultation
    keys = accounts.opened_keys(session, home.vault, consultation, home.key)
    for place, response_id in enumerate(ids):
        coding = Coding(
            response_id=response_id,
            response_rev=1,
            question_id="better",
            start=0,
            end=60,
            theme_id=theme_ids[place % count],
            coder_id=coder,
            seq=1,
        )
        codings.add(session, home.vault, consultation, keys, coding)
        if place % responses.BATCH == responses.BATCH - 1:
            session.commit()
            consultation = home.consultation
    session.commit()
    judge(home, KEY, coder)


def link(home: Installation, theme_ids: Sequence[bytes], coder: bytes, *, number: int = 1) -> None:
    """A standard DS<number> whose clauses rest on these themes, committed."""
    session, consultation = home.session, home.consultation
    text = StandardText(
        key=f"DS{number}", title="Believed", statement="Staff believe a man from the first word."
    )
    standard = standards.write(session, consultation, text, today=TODAY)
    numbers = [f"{number}.{part}" for part in range(1, _CLAUSES + 1)]
    for each in numbers:
        standards.write_clause(session, standard, each, f"What clause {each} asks of a service.", today=TODAY)
    frame = {theme.id: theme for theme in themes.of(session, consultation)}
    for place, theme_id in enumerate(theme_ids):
        clause = standards.clause_numbered(session, consultation, numbers[place % _CLAUSES])
        standards.link(
            session,
            clause,
            frame[theme_id],
            Stance.SUPPORTS if place % 3 else Stance.CONTRADICTS,
            Strength.MODERATE,
            "Several say so plainly.",
            account_id=coder,
            today=TODAY,
        )
    session.commit()


if __name__ == "__main__":
    main()
