"""S30: too many at once means a short wait: never a refusal, never a lost word, and no address is kept."""

from __future__ import annotations

import gc
import mmap
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask, request
from sqlalchemy import func, select

from consult import clock, intake
from consult.models.response import Response, Total
from consult.models.session import Visit
from consult.settings import LimitSettings, Settings
from consult.vault import receipts
from consult.web.extensions import db
from consult.web.lane import LONGEST, SHORTEST
from consult.web.limits import Buckets, Limits, Sources
from tests.builders import Team
from tests.consult.conftest import Start
from tests.consult.moving import Clock
from tests.consult.respond.conftest import Limited
from tests.visitor import Visitor

WAITING = "One moment, please"
HOME = {"REMOTE_ADDR": "203.0.113.7"}


class Somebody(Visitor):
    """A visitor at an address, who reads a page for as long as people do."""

    def __init__(self, app: Flask, moved: Clock, slug: str, address: str = "203.0.113.7") -> None:
        client = app.test_client()
        client.environ_base["REMOTE_ADDR"] = address
        super().__init__(client)
        self.moved, self.slug = moved, slug

    def begin(self, *, reads: float = 10, **typed: str) -> str:
        """From the invitation through Start; returns the heading of what follows."""
        self.visit(f"/about/{self.slug}")
        self.moved.go_on(reads)
        self.press("Start", typed)
        return self.heading

    def wait(self) -> str:
        """For as long as the page says, as a browser does by itself; returns the heading then."""
        assert self.response is not None
        seconds = int(self.response.headers["Refresh"])
        self.moved.go_on(seconds)
        self.visit(f"/s/{self.slug}")
        return self.heading


def rows(table: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def started() -> int:
    db.session.rollback()
    return db.session.scalar(select(Total.current).where(Total.what == "started")) or 0


def test_a_form_sent_at_once_waits_for_the_rest_of_three_seconds(
    team: Team, limited: Limited, moved: Clock
) -> None:
    who = Somebody(limited(), moved, team.survey.slug)
    assert who.begin(reads=1) == WAITING
    assert who.status == 200
    assert started() == 0
    assert who.wait() == "Before you start"
    assert started() == 1


def test_a_filled_honeypot_waits_and_goes_through(team: Team, limited: Limited, moved: Clock) -> None:
    who = Somebody(limited(), moved, team.survey.slug)
    assert who.begin(website="http://spam.example") == WAITING
    assert who.response is not None
    assert SHORTEST <= int(who.response.headers["Refresh"]) <= LONGEST
    assert who.wait() == "Before you start"


def test_before_its_time_is_over_neither_refresh_nor_button_goes_through(
    team: Team, limited: Limited, moved: Clock
) -> None:
    who = Somebody(limited(starts=1), moved, team.survey.slug)
    assert who.begin() == "Before you start"
    other = Somebody(who.client.application, moved, team.survey.slug)
    assert other.begin(reads=3) == WAITING
    other.press("Go on")
    assert other.heading == WAITING
    other.visit(f"/s/{team.survey.slug}")
    assert other.heading == WAITING
    moved.go_on(LONGEST)
    response = other.client.get(f"/s/{team.survey.slug}", headers={"Sec-Purpose": "prefetch"})
    assert WAITING in response.text, "a browser that looks ahead does nothing"
    other.press("Go on")
    assert other.heading == "Before you start"
    assert started() == 2


def test_starts_of_a_consultation_are_slowed_and_none_is_refused(
    team: Team, limited: Limited, moved: Clock
) -> None:
    app = limited(starts=4)
    people = [Somebody(app, moved, team.survey.slug, f"198.51.{n}.1") for n in range(7)]
    headings = [who.begin(reads=3) for who in people]
    assert headings.count(WAITING) >= 2
    for who in people:
        if who.heading == WAITING:
            assert who.wait() == "Before you start"
    assert started() == 7
    moved.go_on(60)
    assert Somebody(app, moved, team.survey.slug).begin() == "Before you start"


def test_starts_from_one_network_are_slowed_and_others_are_not(
    team: Team, limited: Limited, moved: Clock
) -> None:
    app, slug = limited(), team.survey.slug
    own = [Somebody(app, moved, slug, f"203.0.113.{n}").begin(reads=3) for n in range(1, 23)]
    assert own[:20] == ["Before you start"] * 20
    assert own[20:] == [WAITING, WAITING]
    assert Somebody(app, moved, slug, "203.0.114.1").begin() == "Before you start"
    six = [Somebody(app, moved, slug, f"2001:db8:0:{n:x}::1").begin(reads=3) for n in range(21)]
    assert six[-1] == WAITING, "one /56 of IPv6"
    assert Somebody(app, moved, slug, "2001:db8:0:100::1").begin() == "Before you start"
    moved.go_on(3600)
    assert Somebody(app, moved, slug).begin() == "Before you start"


def test_on_the_onion_host_nobody_is_told_apart_by_network(
    team: Team, settings: Settings, start: Start, moved: Clock
) -> None:
    own = replace(settings, hosts=("localhost", "abc234.onion"), limits=LimitSettings(source=1))
    app = start(intake.create_app, own)
    slug = team.survey.slug
    app.test_client_class = team.app.test_client_class
    for host, waits in (("abc234.onion", 0), ("localhost", 2)):
        found = []
        for _ in range(3):
            client = app.test_client(use_cookies=False)
            page = client.get(f"/about/{slug}", base_url=f"http://{host}")
            token = page.text.split('name="start_token" value="')[1].split('"')[0]
            moved.go_on(5)
            answer = client.post(
                f"/s/{slug}",
                data={"start_token": token, "website": ""},
                base_url=f"http://{host}",
                environ_base=HOME,
            )
            cookie = answer.headers["Set-Cookie"].split(";")[0]
            shown = client.get(f"/s/{slug}", base_url=f"http://{host}", headers={"Cookie": cookie})
            found.append(WAITING in shown.text)
        assert sum(found) == waits, host


def test_a_send_that_waits_is_sent_as_it_was(team: Team, limited: Limited, moved: Clock) -> None:
    app, words = limited(sends=1), "Nobody rushed me. <b>&</b>\n\nA line after."
    people = [Somebody(app, moved, team.survey.slug) for _ in range(2)]
    for who in people:
        who.begin()
        who.press("I do not want a code")
        who.press("Continue", {"depth": "full"})
        who.press("Continue", {"helped_words": words})
        who.press("Continue")
        who.press("Yes, use my answers: send them")
    assert [who.heading for who in people] == ["Your answers are sent", WAITING]
    assert rows(Response) == 1
    assert words.partition(".")[0] not in people[1].words
    assert people[1].wait() == "Your answers are sent"
    assert rows(Response) == 2
    people[1].visit(f"/s/{team.survey.slug}")
    assert rows(Response) == 2, "looking again sends nothing again"


def test_tries_of_a_code_are_slowed_for_one_visit_and_for_all(
    team: Team, limited: Limited, moved: Clock
) -> None:
    app = limited(codes=2, codes_in_all=50)
    who = Somebody(app, moved, team.survey.slug)
    seen = []
    for _ in range(4):
        who.visit(f"/back/{team.survey.slug}")
        moved.go_on(5)
        who.press("Continue", {"code": receipts.new().words})
        seen.append(who.heading)
    assert seen[:2] == ["Come back with your code"] * 2
    assert WAITING in seen
    while who.heading == WAITING:
        who.wait()
    assert "No answers open with this code" in who.words
    crowd = [Somebody(limited(codes_in_all=1), moved, team.survey.slug) for _ in range(1)]
    crowd += [Somebody(crowd[0].client.application, moved, team.survey.slug) for _ in range(2)]
    for each in crowd:
        each.visit(f"/back/{team.survey.slug}")
    moved.go_on(5)
    for each in crowd:
        each.press("Continue", {"code": receipts.new().digits})
    assert [each.heading == WAITING for each in crowd] == [False, True, True]


def test_a_right_code_that_waited_opens_what_was_sent(team: Team, limited: Limited, moved: Clock) -> None:
    app = limited(codes_in_all=1)
    who = Somebody(app, moved, team.survey.slug)
    who.begin()
    code = who.take_code()
    who.press("Continue", {"depth": "full"})
    who.press("Continue", {"helped_words": "They listened."})
    who.press("Continue")
    who.press("Yes, use my answers: send them")
    who.press("Close this page")
    first, second = Somebody(app, moved, team.survey.slug), Somebody(app, moved, team.survey.slug)
    first.visit(f"/back/{team.survey.slug}")
    second.visit(f"/back/{team.survey.slug}")
    moved.go_on(5)
    first.press("Continue", {"code": "0001 " * 8})
    second.press("Continue", {"code": code})
    assert second.heading == WAITING
    assert code not in second.words
    assert second.wait() == "What you sent"
    assert "They listened." in second.words


def test_what_waits_is_sealed_and_stands_in_no_address(team: Team, limited: Limited, moved: Clock) -> None:
    who = Somebody(limited(codes_in_all=1), moved, team.survey.slug)
    other = Somebody(who.client.application, moved, team.survey.slug)
    code = receipts.new().words
    for each in (who, other):
        each.visit(f"/back/{team.survey.slug}")
    moved.go_on(5)
    for each in (who, other):
        each.press("Continue", {"code": code})
    assert other.heading == WAITING
    assert other.path == f"/s/{team.survey.slug}"
    assert other.response is not None
    assert other.response.request.query_string == b""
    db.session.rollback()
    assert all(code.encode() not in blob for blob in db.session.scalars(select(Visit.blob)))


def test_no_view_sees_an_address(team: Team, limited: Limited) -> None:
    app, seen = limited(), []

    def look() -> str:
        seen.append((request.remote_addr, list(map(str, request.environ.values()))))
        return ""

    app.add_url_rule("/look", "look", look, methods=["GET", "POST"])
    for headers in ({}, {"X-Forwarded-For": "203.0.113.7"}, {"X-Real-Ip": "203.0.113.7"}):
        app.test_client().get("/look", headers=headers, environ_base=HOME)
    assert len(seen) == 3
    for address, others in seen:
        assert address is None
        assert not any("203.0.113" in each for each in others)


def test_the_key_of_a_day_is_nowhere_the_day_after(moved: Clock) -> None:
    made = Limits(LimitSettings())
    old = bytes(made.sources.secret.value)
    name = made.sources.name("start", "203.0.113.7")
    assert name == made.sources.name("start", "203.0.113.99")
    assert len(name or b"") == 8
    half = old[:16]
    moved.go_on(24 * 3600)
    made.night()
    assert made.sources.name("start", "203.0.113.7") != name
    mine = {id(old), id(half)}
    gc.collect()
    found = [
        each
        for holder in gc.get_objects()
        for each in (holder, *gc.get_referents(holder))
        if isinstance(each, (bytes, bytearray, mmap.mmap)) and id(each) not in mine and each.find(half) >= 0
    ]
    assert found == []


def test_the_key_of_the_day_is_never_on_disk(
    team: Team, limited: Limited, moved: Clock, tmp_path: Path
) -> None:
    app = limited()
    Somebody(app, moved, team.survey.slug).begin()
    kept: Limits = app.extensions["consult.limits"]
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert bytes(kept.sources.secret.value) not in path.read_bytes(), path


def test_the_day_changes_at_midnight_utc(moved: Clock) -> None:
    moved.moment = 20_000 * 86_400 - 1.0
    sources = Sources()
    before = sources.name("start", "203.0.113.7")
    assert not sources.renew()
    moved.go_on(1)
    assert sources.renew()
    assert sources.name("start", "203.0.113.7") != before


@pytest.mark.parametrize("address", ["", None, "unix:", "not an address"])
def test_what_is_no_address_is_no_source(address: str | None) -> None:
    assert Sources().name("start", address) is None


def test_networks_are_told_apart_by_24_and_56_bits() -> None:
    name = Sources().name
    assert name("start", "10.1.2.3") == name("start", "10.1.2.250") == name("start", "::ffff:10.1.2.9")
    assert name("start", "10.1.2.3") != name("start", "10.1.3.3")
    assert name("start", "10.1.2.3") != name("other", "10.1.2.3")
    assert name("start", "2001:db8::1") == name("start", "2001:db8:0:ff::1")
    assert name("start", "2001:db8::1") != name("start", "2001:db8:0:100::1")


def test_buckets_for_few_keys_are_there_for_many_others_later(moved: Clock) -> None:
    buckets = Buckets(1, 60, keys=100)
    for number in range(1000):
        moved.go_on(0.001)
        assert buckets.take(number)
    assert not buckets.take(999)
    assert buckets.take(0)


def test_a_clock_that_jumps_back_blocks_nobody(moved: Clock) -> None:
    buckets = Buckets(2, 60)
    assert buckets.take("a")
    moved.go_on(-3600)
    assert buckets.take("a")
    assert not buckets.take("a")
    moved.go_on(30)
    assert buckets.take("a")
    assert clock.now() == moved.moment
