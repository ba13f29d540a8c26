"""S16: every handler fails with what quotes an answer, and nothing of the person is printed anywhere."""

from __future__ import annotations

import functools
import logging
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

import pandas as pd
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from consult import logs
from tests.builders import Team, make_team
from tests.client import fixed_parts
from tests.consult import test_access as access
from tests.consult import test_logs as printing
from tests.consult.entering import sign_in, unlock
from tests.forms import FULL
from tests.visitor import Visitor

CANARY, ADDRESS, AGENT = printing.CANARY, printing.ADDRESS, printing.AGENT


def count_words(text: str) -> int:
    """What a worker process might do, and what it says when it fails: the text itself."""
    return int(text)


@pytest.fixture(scope="module")
def failures() -> dict[str, Exception]:
    """Failures as they happen: each was raised by the real thing, with an answer in its hands."""
    found: dict[str, Exception] = {}
    for name, act in {
        "cast": lambda: pd.Series([CANARY]).astype(int),
        "column": _missing_column,
    }.items():
        found[name] = _raised(act)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        found["worker"] = _raised(lambda: pool.submit(count_words, CANARY).result())
    locked = sqlite3.OperationalError(f"database is locked: {CANARY}")
    full = sqlite3.OperationalError(f"database or disk is full: {CANARY}")
    for name, cause in {"locked": locked, "full": full}.items():
        failure = OperationalError(f"a statement with {CANARY}", {"body": CANARY}, cause)
        failure.add_note(CANARY)
        found[name] = failure
    assert all(CANARY in repr(each) for each in found.values())
    return found


def _missing_column() -> Any:
    return pd.DataFrame({"words": [CANARY]}).set_index("words").loc["none", CANARY]


def _raised(act: Callable[[], object]) -> Exception:
    try:
        act()
    except Exception as error:  # noqa: BLE001 - whatever it is
        return error
    raise AssertionError("it did not fail")


@pytest.fixture
def team(app: Flask) -> Team:
    return make_team(app)


@pytest.fixture
def insider(team: Team, visitor: Visitor) -> FlaskClient:
    """A browser with a visit and an unlocked session of the team, so that every view is reached."""
    sign_in(visitor, "sam")
    unlock(visitor)
    visitor.visit(f"/about/{team.survey.slug}")
    visitor.press("Start")
    return visitor.client


def addresses(app: Flask, team: Team) -> Iterator[tuple[str, str, str]]:
    """Endpoint, method and address of every rule, with the person's words in each part that may hold any."""
    known = {"consultation": "trial", "slug": team.survey.slug}
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        parts = {name: known.get(name, CANARY) for name in rule.arguments} | fixed_parts(rule)
        for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
            yield rule.endpoint, method, adapter.build(rule.endpoint, parts, method=method)


def test_whatever_view_fails_and_however_nothing_of_the_person_is_printed(
    team: Team, insider: FlaskClient, failures: dict[str, Exception], capfd: pytest.CaptureFixture[str]
) -> None:
    app = team.app
    token_of = {"staff": access.token_on(insider, "/team/passphrase"),
              "visit": access.token_on(insider, f"/s/{team.survey.slug}")}  # fmt: skip
    walked = list(addresses(app, team))
    shown = dict(app.view_functions)
    before = logging.getLogger().handlers[:]
    logs.set_up()
    reached: set[str] = set()
    try:
        for place, (endpoint, method, path) in enumerate(walked):
            for name, failure in by_turns(place, list(failures.items())):
                app.view_functions[endpoint] = _failing(shown[endpoint], failure, reached)
                response = insider.open(
                    f"{path}?{CANARY}={CANARY}",
                    method=method,
                    data=_form(token_of[_side(path)]) if method != "GET" else None,
                    headers={"User-Agent": AGENT, "X-Forwarded-For": ADDRESS, "Sec-Fetch-Site": "same-origin",
                             "Referer": f"http://localhost/{CANARY}"},
                    environ_base={"REMOTE_ADDR": ADDRESS},
                )  # fmt: skip
                if endpoint in reached:
                    assert response.status_code == (503 if name in {"locked", "full"} else 500), (path, name)
            app.view_functions[endpoint] = shown[endpoint]
        said = printing.printed(capfd)
    finally:
        logging.getLogger().handlers[:] = before
    assert len(reached) >= len(shown) * 0.8, set(shown) - reached
    assert "OperationalError at" in said
    assert "ValueError at" in said
    assert team.survey.slug not in said


def by_turns(place: int, known: list[tuple[str, Exception]]) -> list[tuple[str, Exception]]:
    """In the long form each failure at each address; in the short one a single one, none left out."""
    return known if FULL else [known[place % len(known)]]


def _failing(view: Any, failure: Exception, reached: set[str]) -> Any:
    @functools.wraps(view)
    def fail(**_parts: object) -> str:
        from flask import request  # noqa: PLC0415 - the view's own way to its words

        reached.add(str(request.endpoint))
        words = request.form.get("helped_words", CANARY)  # noqa: F841 - in the frame, as in a real view
        raise failure

    return fail


def _side(path: str) -> str:
    return "staff" if path.startswith(("/team", "/panel")) else "visit"


def _form(token: str) -> dict[str, str]:
    return {"csrf_token": token, "helped_words": CANARY, "code": CANARY, "passphrase": CANARY}
