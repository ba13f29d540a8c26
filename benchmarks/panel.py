"""A large panel: `python -m benchmarks.panel [--items 200] [--members 400]`.

Everybody rates every statement in three rounds, through the panel's own services. Measured are closing a
round, the page of a statement with its feedback for a panellist, and the page of a round for the team.

Each closing takes turns with its yardstick: the same answers opened one by one and counted plainly, statement
by statement, with numpy and scipy. Pages take turns with the yardstick's form page. Ratios are of CPU time:
the clock on the wall of a shared machine tells of the others, too.
"""

from __future__ import annotations

import argparse
import random
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, select

from benchmarks import panel_made as made
from benchmarks import plain_panel, yardstick
from benchmarks.harness import Figure, arguments, compared, figure, in_turns, machine, report, say
from benchmarks.installation import ANALYST, NAME, PASSPHRASE, TODAY, Installation, installation
from consult import workbench
from consult.models.account import Account, Role
from consult.panel.service import closing, protocol, sheets
from consult.records import accounts
from consult.records.unlocking import Unlocked
from consult.settings import Settings
from consult.web.extensions import db

ROUNDS = 3
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What something took: CPU seconds of this process, and seconds on the wall."""

    cpu: float
    wall: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """The closing of one round beside the plain way."""

    ours: Spent
    plain: Spent


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """Pages of each kind by turn, each the p95 of a turn, and how many queries one takes."""

    statement: list[Spent]
    board: list[Spent]
    form: list[Spent]
    queries: dict[str, int]


def main(given: Sequence[str] | None = None) -> None:
    """Measure and print."""
    reader = arguments("panel", __doc__)
    reader.add_argument("--items", type=int, default=200)
    reader.add_argument("--members", type=int, default=400)
    reader.add_argument("--pages", type=int, default=20, help="pages of each kind in a turn, for the p95")
    options = reader.parse_args(given)
    about = machine()
    with installation(()) as home:
        closed, passphrase = _run(home, options)
        pages = _pages(home, options, passphrase)
    full = (options.items, options.members) == (200, 400)
    size = f"{options.items} statements, {options.members} members"
    figures = _figures(closed, pages, size, "" if full else ".small")
    report("panel", figures, about, sizes={"items": options.items, "members": options.members})


def _figures(closed: Sequence[Closing], pages: Pages, size: str, tail: str) -> list[Figure]:
    close = f"closing a round, the slowest of {ROUNDS}, {size}"
    plain = "beside opening and counting plainly"
    found = [
        figure(f"P40.close{tail}", close, "s", value=max(each.ours.wall for each in closed)),
        compared(
            f"P40.close.cpu{tail}",
            f"closing a round, {size}, {plain}",
            "CPU s",
            [each.ours.cpu for each in closed],
            [each.plain.cpu for each in closed],
        ),
    ]
    for name, what, turns in (
        ("feedback", "feedback page", pages.statement),
        ("board", "page of a round", pages.board),
    ):
        walls = sorted(each.wall * 1e3 for each in turns)
        ours, form = [each.cpu * 1e3 for each in turns], [each.cpu * 1e3 for each in pages.form]
        said = f"{what}, {size}, p95"
        found += [
            figure(f"P40.{name}{tail}", said, "ms", value=walls[len(walls) // 2]),
            compared(f"P40.{name}.cpu{tail}", f"{said}, beside a plain form page", "CPU ms", ours, form),
            figure(f"P40.{name}.queries{tail}", f"{what}, queries", "queries", value=pages.queries[name]),
        ]
    return found


def _spent(act: Callable[[], Found]) -> tuple[Found, Spent]:
    wall, cpu = time.perf_counter(), time.process_time()
    found = act()
    return found, Spent(cpu=time.process_time() - cpu, wall=time.perf_counter() - wall)


def _run(home: Installation, options: argparse.Namespace) -> tuple[list[Closing], str]:
    """Three rounds; returns what each closing took, and the passphrase of one member."""
    session = home.session
    made.write_standards(home, options.items)
    analyst = session.scalars(select(Account).where(Account.name == ANALYST)).one()
    accounts.join(session, analyst, home.consultation, Role.LEAD)
    session.commit()
    keys = accounts.opened_keys(session, home.vault, home.consultation, home.key)
    unlocked = Unlocked(
        session=session,
        vault=home.vault,
        consultation=home.consultation,
        keys=keys,
        account_id=analyst.id,
    )
    seats, passphrase = made.take_seats(home, options.members)
    chosen = [each.clause_id for each in protocol.worded(session, home.consultation)][: options.items]
    protocol.save(session, home.consultation, protocol.Protocol(purpose="Speed."), chosen, number=0)
    protocol.lock(session, home.vault, home.consultation, actor=ANALYST, today=TODAY)
    session.commit()
    closed = []
    chance = random.Random(7)  # noqa: S311 - invented ratings, the same each time
    for number in range(1, ROUNDS + 1):
        row = made.open_next(home, chosen)
        say(f"Round {number}: {len(seats)} members rate {len(chosen)} statements")
        for seat in seats:
            sheets.save_items(seat, row, {each: made.answers(chance) for each in chosen})
        session.commit()
        _, ours = _spent(partial(_close, unlocked, number))
        _, plain = _spent(partial(plain_panel.count, unlocked, number, chosen))
        closed.append(Closing(ours=ours, plain=plain))
    made.open_again(home, chosen)
    return closed, passphrase


def _close(unlocked: Unlocked, number: int) -> None:
    closing.close(unlocked, number, actor=ANALYST, today=TODAY)
    unlocked.session.commit()


def _pages(home: Installation, options: argparse.Namespace, passphrase: str) -> Pages:
    slug = home.consultation.slug
    home.session.rollback()
    app = workbench.create_app(Settings.from_env(home.env))
    member = _signed_in(app, f"/panel/{slug}/sign-in", {"name": "member", "passphrase": passphrase})
    team = _signed_in(app, "/team/sign-in", {"name": ANALYST, "passphrase": PASSPHRASE})
    board = f"/team/{NAME}/panel/round/{ROUNDS}"
    statements = [f"/panel/{slug}/{1 + place % options.items}" for place in range(options.pages)]
    turns = in_turns(
        options.rounds,
        {
            "statement": partial(_p95, member, statements),
            "board": partial(_p95, team, [board] * options.pages),
            "form": partial(_p95, yardstick.create_app().test_client(), ["/form"] * options.pages),
        },
    )
    with app.app_context():
        engine = db.engine
    queries = {
        "feedback": _queries(engine, partial(_timed, member, statements[0])),
        "board": _queries(engine, partial(_timed, team, board)),
    }
    engine.dispose()
    return Pages(queries=queries, **turns)


def _queries(engine: Engine, act: Callable[[], object]) -> int:
    """Statements sent to the database for one page, sessions and roles among them."""
    seen: list[str] = []

    def note(*call: object) -> None:
        seen.append(str(call[2]))

    event.listen(engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return sum(not each.startswith(("BEGIN", "PRAGMA")) for each in seen)


def _signed_in(app: Flask, door: str, typed: dict[str, str]) -> FlaskClient:
    client = app.test_client()
    token = _TOKEN.search(client.get(door).text)
    if token is None:
        raise RuntimeError("the door has no form")
    answer = client.post(
        door, data={"csrf_token": token[1], **typed}, headers={"Sec-Fetch-Site": "same-origin"}
    )
    if answer.status_code != 303:
        raise RuntimeError(f"the door answered {answer.status_code}")
    return client


def _timed(client: FlaskClient, path: str) -> Spent:
    answer, took = _spent(partial(client.get, path))
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answered {answer.status_code}")
    return took


def _p95(client: FlaskClient, paths: Sequence[str]) -> Spent:
    """The p95 of a turn, of each clock by itself."""
    took = [_timed(client, each) for each in paths]
    place = min(len(took) - 1, int(len(took) * 0.95))
    return Spent(cpu=sorted(each.cpu for each in took)[place], wall=sorted(each.wall for each in took)[place])


if __name__ == "__main__":
    main()
