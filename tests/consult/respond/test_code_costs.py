"""S22, S9: a code that is right, or well formed and wrong, or no code at all costs and looks the same."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from flask import Flask
from scipy.stats import mannwhitneyu
from sqlalchemy import event

from consult.vault import envelope, receipts, slow
from consult.web.extensions import db
from tests.builders import Team, make_team
from tests.forms import FULL
from tests.visitor import Visitor

TRIES = 400
KINDS = ("right", "wrong", "malformed")


@pytest.fixture
def team(app: Flask) -> Team:
    return make_team(app)


@pytest.fixture
def code(team: Team, visitor: Visitor) -> str:
    """The code of somebody who has sent an answer."""
    visitor.visit(f"/about/{team.survey.slug}")
    visitor.press("Start")
    taken = visitor.take_code()
    visitor.press("Continue", {"depth": "full"})
    visitor.press("Continue", {"helped_words": "They listened."})
    visitor.press("Continue")
    visitor.press("Yes, use my answers: send them")
    visitor.press("Close this page")
    return taken


def typed(kind: str, code: str) -> str:
    return {"right": code, "wrong": receipts.new().words, "malformed": "these are not eight words"}[kind]


@dataclass
class Try:
    """What trying a code led to, up to the answer."""

    status: int = 0
    headers: set[str] = field(default_factory=set)
    length: int = 0
    seconds: float = 0.0
    statements: Counter[str] = field(default_factory=Counter)
    opened: Counter[str] = field(default_factory=Counter)
    slow_hashes: int = 0


def attempt(team: Team, text: str) -> Try:
    """Try a code as a browser does that was never here before."""
    client = team.app.test_client()
    page = client.get(f"/back/{team.survey.slug}")
    token = page.text.split('name="start_token" value="')[1].split('"')[0]
    slug = team.survey.slug
    team.session.rollback()
    with watched() as seen:
        begun = time.perf_counter()
        response = client.post(f"/s/{slug}", data={"start_token": token, "website": "", "code": text})
        seen.seconds = time.perf_counter() - begun
    seen.status, seen.length = response.status_code, len(response.data)
    seen.headers = {name for name, _ in response.headers}
    return seen


@contextmanager
def watched() -> Iterator[Try]:
    """Counts slow hashes, opened records and statements."""
    seen = Try()
    kinds = {each: each.name for each in envelope.Type}
    hashed, unseal_at = slow.argon2id, envelope.unseal_at  # which every other way of opening calls

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.statements[" ".join(statement.split()[:3])] += 1

    def hashing(*args: object, **rest: object) -> bytes:
        seen.slow_hashes += 1
        return hashed(*args, **rest)  # type: ignore[arg-type]

    def opening_at(kind: envelope.Type, *args: object) -> bytes:
        seen.opened[kinds[kind]] += 1
        return unseal_at(kind, *args)  # type: ignore[arg-type]

    event.listen(db.engine, "before_cursor_execute", note)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(slow, "argon2id", hashing)
        patch.setattr(envelope, "unseal_at", opening_at)
        yield seen
    event.remove(db.engine, "before_cursor_execute", note)


def test_right_wrong_and_malformed_codes_do_the_same_work_and_get_the_same_answer(
    team: Team, code: str
) -> None:
    attempt(team, code)  # whatever is made once is made now
    right, wrong, malformed = (attempt(team, typed(kind, code)) for kind in KINDS)
    for other in (wrong, malformed):
        assert (other.status, other.length) == (right.status, right.length) == (303, right.length)
        assert other.headers == right.headers
        assert other.slow_hashes == right.slow_hashes == 1
        assert other.opened == right.opened
        assert other.statements == right.statements


def test_the_page_after_a_wrong_and_a_malformed_code_is_the_same(team: Team, code: str) -> None:
    found = []
    for kind in ("wrong", "malformed"):
        visitor = Visitor(team.app.test_client())
        visitor.visit(f"/back/{team.survey.slug}")
        visitor.press("Continue", {"code": typed(kind, code)})
        assert visitor.response is not None
        found.append((visitor.status, len(visitor.response.data), visitor.words))
    assert found[0] == found[1]


@pytest.mark.skipif(not FULL, reason="long form: CONSULT_TEST_FULL=1")
def test_the_time_of_a_code_does_not_tell_what_it_was(team: Team, code: str) -> None:
    for _ in (1, 2):
        took: dict[str, list[float]] = {kind: [] for kind in KINDS}
        for number in range(TRIES * len(KINDS)):
            kind = KINDS[number % len(KINDS)]
            took[kind].append(attempt(team, typed(kind, code)).seconds)
        told = [
            float(mannwhitneyu(took[one], took[other]).pvalue)
            for one, other in (("right", "wrong"), ("right", "malformed"), ("wrong", "malformed"))
        ]
        if min(told) > 0.01:
            return
    pytest.fail(f"the time of a code tells what it was: {told}")
