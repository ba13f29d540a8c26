"""A large panel: `python -m benchmarks.panel [--items 200] [--members 400]`.

Everybody rates every statement in three rounds, through the panel's own services. Measured are closing a
round, the page of a statement with its feedback for a panellist, and the page of a round for the team.
"""

from __future__ import annotations

import argparse
import random
import re
import time
from collections.abc import Sequence
from datetime import date

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from benchmarks.harness import arguments, figure, machine, report, say
from benchmarks.installation import ANALYST, NAME, PASSPHRASE, TODAY, Installation, installation
from consult import workbench
from consult.models.account import Account, Role
from consult.models.base import new_id
from consult.models.panel import MemberState, PanelMember, PanelRound
from consult.panel.service import closing, entering, people, protocol, rounds, sheets
from consult.panel.service.people import Contact
from consult.panel.service.sheets import Seat
from consult.records import accounts, standards
from consult.records.practitioners import GROUPS
from consult.records.standards import StandardText
from consult.records.unlocking import Unlocked
from consult.settings import Settings
from consult.vault import panel as secrets

ROUNDS = 3
_A_STANDARD = 10
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def main(given: Sequence[str] | None = None) -> None:
    """Measure and print."""
    reader = arguments("panel", __doc__)
    reader.add_argument("--items", type=int, default=200)
    reader.add_argument("--members", type=int, default=400)
    reader.add_argument("--pages", type=int, default=40, help="pages of each kind, of which the p95 is taken")
    options = reader.parse_args(given)
    about = machine()
    with installation(()) as home:
        closed, passphrase = _run(home, options)
        pages = _pages(home, options, passphrase)
    full = (options.items, options.members) == (200, 400)
    tail = "" if full else ".small"
    size = f"{options.items} statements, {options.members} members"
    figures = [
        figure(f"P40.close{tail}", f"closing the last of {ROUNDS} rounds, {size}", "s", value=max(closed)),
        figure(f"P40.feedback{tail}", f"feedback page, {size}, p95", "ms", value=_p95(pages["statement"])),
        figure(f"P40.board{tail}", f"page of a round, {size}, p95", "ms", value=_p95(pages["board"])),
    ]
    report("panel", figures, about, sizes={"items": options.items, "members": options.members})


def _run(home: Installation, options: argparse.Namespace) -> tuple[list[float], str]:
    """Three rounds; returns seconds of each closing, and the passphrase of one member."""
    session = home.session
    _standards(home, options.items)
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
    seats, passphrase = _seats(home, options.members)
    chosen = [each.clause_id for each in protocol.worded(session, home.consultation)][: options.items]
    protocol.save(session, home.consultation, protocol.Protocol(purpose="Speed."), chosen, number=0)
    protocol.lock(session, home.vault, home.consultation, actor=ANALYST, today=TODAY)
    session.commit()
    closed = []
    chance = random.Random(7)  # noqa: S311 - invented ratings, the same each time
    for number in range(1, ROUNDS + 1):
        row = _opened(home, chosen)
        say(f"Round {number}: {len(seats)} members rate {len(chosen)} statements")
        for seat in seats:
            sheets.save_items(seat, row, {each: _answers(chance) for each in chosen})
        session.commit()
        begun = time.perf_counter()
        closing.close(unlocked, number, actor=ANALYST, today=TODAY)
        session.commit()
        closed.append(time.perf_counter() - begun)
    _opened_again(home, chosen)
    return closed, passphrase


def _opened(home: Installation, chosen: list[str]) -> PanelRound:
    row = rounds.open_next(
        home.session,
        home.vault,
        home.consultation,
        chosen,
        closes=None,
        vote=False,
        actor=ANALYST,
        today=TODAY,
    )
    home.session.commit()
    return row


def _opened_again(home: Installation, chosen: list[str]) -> None:
    """A fourth round, so that a page of a statement has feedback and a form."""
    kept = protocol.newest(home.session, home.consultation)
    row = rounds.every(home.session, home.consultation)[-1]
    more = PanelRound(
        consultation_id=home.consultation.id,
        number=ROUNDS + 1,
        state="open",
        protocol=row.protocol,
        opened=date(TODAY.year, TODAY.month, TODAY.day),
    )
    home.session.add(more)
    home.session.flush()
    wanted = set(chosen)
    asked = [each for each in kept.protocol.items if each.clause_id in wanted]
    home.session.add_all(rounds.item_of(more, place, each) for place, each in enumerate(asked))
    home.session.commit()


def _answers(chance: random.Random) -> dict[str, object]:
    return {"imp": chance.choice((9, 8, 8, 7, 7, 6, 5, 3)), "ach": chance.randint(3, 8), "is_clear": "yes"}


def _standards(home: Installation, items: int) -> None:
    for place in range(-(-items // _A_STANDARD)):
        key = f"B{place + 1}"
        text = StandardText(key=key, title=f"Standard {key}", statement=f"What standard {key} asks for.")
        standard = standards.write(home.session, home.consultation, text, today=TODAY)
        for number in range(1, _A_STANDARD):
            standards.write_clause(
                home.session, standard, f"{place + 1}.{number}", f"Clause {number} of {key}.", today=TODAY
            )
    home.session.commit()


def _seats(home: Installation, members: int) -> tuple[list[Seat], str]:
    session, consultation = home.session, home.consultation
    seats, passphrase = [], ""
    for place in range(members):
        secret = secrets.new_secret()
        row = PanelMember(
            id=new_id(),
            consultation_id=consultation.id,
            panel_group=GROUPS[place % len(GROUPS)],
            state=MemberState.JOINED,
            contact=b"",
        )
        row.contact = people.sealed(home.vault, row.id, Contact(name=f"Member {place}"))
        session.add(row)
        if not place:
            session.flush()
            passphrase = entering.seat_with_passphrase(session, home.vault, row, secret, sign_in="member")
        seats.append(
            Seat(
                session=session,
                vault=home.vault,
                member_id=row.id,
                consultation_id=consultation.id,
                group=row.panel_group,
                secret=secret,
            )
        )
    session.commit()
    return seats, passphrase


def _pages(home: Installation, options: argparse.Namespace, passphrase: str) -> dict[str, list[float]]:
    slug = home.consultation.slug
    home.session.rollback()
    app = workbench.create_app(Settings.from_env(home.env))
    member = _signed_in(app, f"/panel/{slug}/sign-in", {"name": "member", "passphrase": passphrase})
    team = _signed_in(app, "/team/sign-in", {"name": ANALYST, "passphrase": PASSPHRASE})
    last = min(options.items, options.pages)
    return {
        "statement": [_timed(member, f"/panel/{slug}/{place}") for place in range(1, last + 1)],
        "board": [_timed(team, f"/team/{NAME}/panel/round/{ROUNDS}") for _ in range(options.pages)],
    }


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


def _timed(client: FlaskClient, path: str) -> float:
    begun = time.perf_counter()
    answer = client.get(path)
    took = (time.perf_counter() - begun) * 1e3
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answered {answer.status_code}")
    return took


def _p95(times: list[float]) -> float:
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]


if __name__ == "__main__":
    main()
