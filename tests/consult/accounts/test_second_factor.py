"""The second factor: who needs one, what a code opens and how often, and how it is lost and found again."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from threading import Barrier, Thread

import pytest
import segno
from flask import Flask
from sqlalchemy import select

from consult import clock
from consult.faults import SealError
from consult.models.account import Account, Role
from consult.models.audit import AuditEvent
from consult.models.base import Base
from consult.models.second_factor import SecondFactor, SpareCode
from consult.models.session import StaffSession
from consult.records import accounts, second_factor
from consult.settings import MFA_RULES, Settings
from consult.vault import cookies, totp
from consult.web.extensions import db
from tests.builders import PASSPHRASE, Team, make_account, make_team
from tests.client import fixed_parts
from tests.consult.entering import make_administrator, sign_in, unlock, vault_of
from tests.visitor import HOST, Visitor

START = 1_800_000_000.0


@dataclass
class Clock:
    """A clock that moves when it is told to."""

    moment: float = START

    def now(self) -> float:
        return self.moment


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """An installation with the rule that is the default."""
    return replace(settings, require_mfa=MFA_RULES[0])


@pytest.fixture(autouse=True)
def time(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(clock, "now", made.now)
    monkeypatch.setattr(clock, "steady", made.now)
    return made


@pytest.fixture
def team(app: Flask) -> Team:
    """With "sam", who holds a key."""
    return make_team(app)


def code(secret: bytes, moment: float) -> str:
    """What an app shows, worked out by the steps of RFC 4226 and 6238 and not by the service."""
    mac = hmac.new(secret, int(moment // 30).to_bytes(8, "big"), hashlib.sha1).digest()
    start = mac[-1] & 15
    return f"{(int.from_bytes(mac[start : start + 4], 'big') & 0x7FFFFFFF) % 10**6:06d}"


def shown_secret(visitor: Visitor) -> bytes:
    """The secret on the page, typed off by hand."""
    words = visitor.page.find(class_="app-code")
    assert words is not None
    return base64.b32decode("".join(words.get_text().split()))


def set_up(visitor: Visitor, time: Clock, name: str = "sam") -> bytes:
    """From the sign-in to the list of consultations; returns the secret."""
    sign_in(visitor, name)
    assert visitor.heading == "Set up a second factor"
    secret = shown_secret(visitor)
    visitor.press("Confirm", {"code": code(secret, time.moment)})
    assert visitor.heading == "Your spare codes"
    time.moment += 30
    return secret


def spare_codes(visitor: Visitor) -> list[str]:
    return [each.get_text() for each in visitor.page.select(".app-code li")]


def cookie_of(visitor: Visitor) -> str:
    cookie = visitor.client.get_cookie("w", domain="localhost")
    assert cookie is not None
    return cookie.value


def leads_nowhere(app: Flask, cookie: str) -> bool:
    stranger = Visitor(app.test_client())
    stranger.client.set_cookie("w", cookie, domain="localhost")
    stranger.visit("/team/")
    return stranger.heading == "Sign in"


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_the_published_vectors(moment: int, said: str) -> None:
    """S34: RFC 6238, appendix B, the last six digits."""
    assert totp.matching_step(b"12345678901234567890", said, moment) == moment // 30


def test_one_step_on_either_side_is_good_and_two_are_not() -> None:
    secret = totp.new_secret()
    good = [
        totp.matching_step(secret, code(secret, START + 30 * steps), START) is not None
        for steps in (-2, -1, 0, 1, 2)
    ]
    assert good == [False, True, True, True, False]


def test_who_holds_a_key_or_administers_is_asked_to_set_one_up(team: Team, visitor: Visitor) -> None:
    make_administrator(team.app)
    make_account(team.app, "kim", team.consultation, Role.ANALYST)
    for name, heading in (
        ("sam", "Set up a second factor"),
        ("ada", "Set up a second factor"),
        ("kim", "Consultations"),
    ):
        somebody = Visitor(team.app.test_client())
        sign_in(somebody, name)
        assert somebody.heading == heading, name


@pytest.mark.parametrize(("rule", "heading"), [("all", "Set up a second factor"), ("none", "Consultations")])
def test_the_setting_may_ask_all_or_nobody(team: Team, visitor: Visitor, rule: str, heading: str) -> None:
    team.app.extensions["consult.settings"] = replace(
        team.app.extensions["consult.settings"], require_mfa=rule
    )
    make_account(team.app, "kim", team.consultation, Role.ADVISER)

    sign_in(visitor, "kim")

    assert visitor.heading == heading
    if rule == "none":
        assert "This installation asks nobody for a second factor" in visitor.words


def test_with_a_second_factor_the_passphrase_alone_opens_nothing(
    team: Team, visitor: Visitor, time: Clock
) -> None:
    """S6: half-way in, a session reaches the page for the code and the way out, and nothing else."""
    set_up(visitor, time)
    half = Visitor(team.app.test_client())
    sign_in(half, "sam")
    assert half.heading == "Your code"
    token = str(half.page.find("input", {"name": "csrf_token"})["value"])  # type: ignore[index]
    before = rows()
    walked = 0

    for method, path, endpoint in addresses(team):
        if endpoint.startswith("accounts.") and getattr(team.app.view_functions[endpoint], "half_way", False):
            continue
        if endpoint in {"accounts.sign_in", "accounts.enter"}:
            continue
        answer = half.client.open(
            path,
            method=method,
            data={"csrf_token": token},
            base_url=HOST,
            headers={"Sec-Fetch-Site": "same-origin"},
        )
        assert answer.status_code == 303, (method, path)
        assert answer.headers["Location"] == "/team/second-factor", (method, path)
        walked += 1

    assert walked > 40
    assert rows() == before


def addresses(team: Team) -> Iterator[tuple[str, str, str]]:
    known = {"consultation": "trial", "survey_id": "small", "definition_id": "small", "name": "sam"}
    adapter = team.app.url_map.bind("localhost")
    for rule in team.app.url_map.iter_rules():
        if rule.rule.startswith("/team"):
            parts = {name: known.get(name, "absent") for name in rule.arguments} | fixed_parts(rule)
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield method, adapter.build(rule.endpoint, parts, method=method), rule.endpoint


def rows() -> dict[str, object]:
    """Every row of every table but the web sessions, which note when they were last used."""
    db.session.rollback()
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(select(table))), key=repr)
            for table in Base.metadata.sorted_tables
            if table.name != "staff_session"
        }


def test_a_half_way_session_can_be_ended(team: Team, visitor: Visitor, time: Clock) -> None:
    set_up(visitor, time)
    half = Visitor(team.app.test_client())
    sign_in(half, "sam")
    cookie = cookie_of(half)

    half.press("Sign out")

    assert half.heading == "Sign in"
    assert leads_nowhere(team.app, cookie)


def test_the_id_is_new_at_each_stage_and_the_old_one_is_dead(
    team: Team, visitor: Visitor, time: Clock
) -> None:
    """S7: sign-in, second factor, unlock."""
    secret = set_up(visitor, time)
    person = Visitor(team.app.test_client())
    person.visit("/team/sign-in")
    seen = [cookie_of(person)]
    sign_in(person, "sam")
    seen.append(cookie_of(person))
    person.press("Continue", {"code": code(secret, time.moment)})
    assert person.heading == "Consultations"
    seen.append(cookie_of(person))
    unlock(person)
    seen.append(cookie_of(person))

    assert len(set(seen)) == 4
    assert [leads_nowhere(team.app, each) for each in seen] == [True, True, True, False]


def test_setting_up_gives_a_new_id_too(team: Team, visitor: Visitor, time: Clock) -> None:
    """S7."""
    sign_in(visitor, "sam")
    before = cookie_of(visitor)

    visitor.press("Confirm", {"code": code(shown_secret(visitor), time.moment)})

    assert cookie_of(visitor) != before
    assert leads_nowhere(team.app, before)


def test_a_code_works_once_for_everybody_who_saw_it(team: Team, visitor: Visitor, time: Clock) -> None:
    secret = set_up(visitor, time)
    typed = code(secret, time.moment)
    first, second = Visitor(team.app.test_client()), Visitor(team.app.test_client())
    for person in (first, second):
        sign_in(person, "sam")
    first.press("Continue", {"code": typed})
    assert first.heading == "Consultations"

    second.press("Continue", {"code": typed})

    assert second.status == 422
    assert "does not go with your account now" in second.words
    time.moment += 30
    later = code(secret, time.moment)
    second.press("Continue", {"code": f" {later[:3]} {later[3:]} "})
    assert second.heading == "Consultations"


def test_the_code_that_confirmed_it_does_not_sign_in_as_well(
    team: Team, visitor: Visitor, time: Clock
) -> None:
    sign_in(visitor, "sam")
    secret = shown_secret(visitor)
    typed = code(secret, time.moment)
    visitor.press("Confirm", {"code": typed})
    other = Visitor(team.app.test_client())
    sign_in(other, "sam")

    other.press("Continue", {"code": typed})

    assert other.status == 422


def test_an_earlier_code_is_dead_once_a_later_one_was_used(team: Team, visitor: Visitor, time: Clock) -> None:
    secret = set_up(visitor, time)
    earlier, later = code(secret, time.moment), code(secret, time.moment + 30)
    person = Visitor(team.app.test_client())
    sign_in(person, "sam")
    person.press("Continue", {"code": later})
    assert person.heading == "Consultations"
    other = Visitor(team.app.test_client())
    sign_in(other, "sam")

    other.press("Continue", {"code": earlier})

    assert other.status == 422


def test_a_wrong_first_code_sets_nothing_up_and_the_picture_stays(
    team: Team, visitor: Visitor, time: Clock
) -> None:
    sign_in(visitor, "sam")
    secret = shown_secret(visitor)

    visitor.press("Confirm", {"code": "000000" if code(secret, time.moment) != "000000" else "111111"})

    assert visitor.status == 422
    assert shown_secret(visitor) == secret
    db.session.rollback()
    assert db.session.scalars(select(SecondFactor)).all() == []


def test_the_picture_holds_what_the_letters_say(team: Team, visitor: Visitor) -> None:
    """The dark squares of the page, put back into a square, are those of the address that apps read."""
    sign_in(visitor, "sam")
    (drawing,), (drawn,) = visitor.page.select("svg"), visitor.page.select("svg path")
    side = int(str(drawing["viewbox"]).split()[-1])
    dark = {
        (int(x) + step, int(y))
        for x, y, wide in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", str(drawn["d"]))
        for step in range(int(wide))
    }
    address = totp.address(shown_secret(visitor), "sam", "Standards consultation")
    wanted = segno.make_qr(address, error="m")
    assert side == wanted.symbol_size()[0]
    assert dark == {
        (x, y) for y, row in enumerate(wanted.matrix_iter(border=4)) for x, module in enumerate(row) if module
    }


def test_ten_spare_codes_are_shown_once_and_each_works_once(
    team: Team, visitor: Visitor, time: Clock
) -> None:
    set_up(visitor, time)
    codes = spare_codes(visitor)
    assert len(set(codes)) == 10
    assert all(re.fullmatch(r"([a-z2-7]{4}-){3}[a-z2-7]{4}", each) for each in codes)
    visitor.visit("/team/second-factor")
    assert "10 spare codes are left." in visitor.words
    assert visitor.response is not None
    assert not [each for each in codes if each in visitor.response.text]
    person = Visitor(team.app.test_client())
    sign_in(person, "sam")
    person.press("Continue", {"code": codes[3].upper().replace("-", " ")})
    assert person.heading == "Consultations"
    person.visit("/team/second-factor")
    assert "9 spare codes are left." in person.words
    again = Visitor(team.app.test_client())
    sign_in(again, "sam")

    again.press("Continue", {"code": codes[3]})

    assert again.status == 422


def test_a_spare_code_of_one_person_is_none_of_another(team: Team, visitor: Visitor, time: Clock) -> None:
    set_up(visitor, time)
    codes = spare_codes(visitor)
    make_administrator(team.app)
    ada = Visitor(team.app.test_client())
    set_up(ada, time, "ada")
    half = Visitor(team.app.test_client())
    sign_in(half, "ada")

    half.press("Continue", {"code": codes[0]})

    assert half.status == 422


def test_new_spare_codes_take_a_code_and_end_the_earlier_ones(
    team: Team, visitor: Visitor, time: Clock
) -> None:
    secret = set_up(visitor, time)
    old = spare_codes(visitor)
    visitor.visit("/team/second-factor")
    visitor.press("Make new spare codes", {"code": "123"})
    assert visitor.status == 422

    visitor.press("Make new spare codes", {"code": code(secret, time.moment)})

    new = spare_codes(visitor)
    assert len(new) == 10
    assert not set(new) & set(old)
    half = Visitor(team.app.test_client())
    sign_in(half, "sam")
    half.press("Continue", {"code": old[0]})
    assert half.status == 422
    half.press("Continue", {"code": new[0]})
    assert half.heading == "Consultations"


def test_another_device_takes_a_code_of_the_present_one(team: Team, visitor: Visitor, time: Clock) -> None:
    old = set_up(visitor, time)
    visitor.visit("/team/second-factor/new")
    new = shown_secret(visitor)
    assert new != old
    visitor.press("Confirm", {"code": code(new, time.moment), "present": "000"})
    assert visitor.status == 422

    visitor.press("Confirm", {"code": code(new, time.moment), "present": code(old, time.moment)})

    assert visitor.heading == "Your spare codes"
    time.moment += 30
    half = Visitor(team.app.test_client())
    sign_in(half, "sam")
    half.press("Continue", {"code": code(old, time.moment)})
    assert half.status == 422
    half.press("Continue", {"code": code(new, time.moment)})
    assert half.heading == "Consultations"


def test_half_way_in_nobody_puts_a_device_of_their_own_in_place(
    team: Team, visitor: Visitor, time: Clock
) -> None:
    set_up(visitor, time)
    half = Visitor(team.app.test_client())
    sign_in(half, "sam")

    half.visit("/team/second-factor/new")

    assert half.heading == "Your code"


def test_wrong_codes_slow_down_and_never_lock_out(team: Team, visitor: Visitor, time: Clock) -> None:
    secret = set_up(visitor, time)
    half = Visitor(team.app.test_client())
    sign_in(half, "sam")
    for _ in range(10):
        half.press("Continue", {"code": "xyz"})
        assert half.status == 422
    half.press("Continue", {"code": code(secret, time.moment)})
    assert half.status == 503
    assert "Please wait" in half.words
    # A right passphrase does not make the wrong codes forgotten.
    other = Visitor(team.app.test_client())
    sign_in(other, "sam")
    other.press("Continue", {"code": code(secret, time.moment)})
    assert other.status == 503

    time.moment += 600
    half.press("Continue", {"code": code(secret, time.moment)})

    assert half.heading == "Consultations"


def test_wrong_codes_stand_in_the_log_and_what_was_typed_does_not(
    team: Team, visitor: Visitor, time: Clock
) -> None:
    secret = set_up(visitor, time)
    half = Visitor(team.app.test_client())
    sign_in(half, "sam")

    half.press("Continue", {"code": "135790"})
    half.press("Continue", {"code": code(secret, time.moment)})

    db.session.rollback()
    acts = [(row.action, row.object, row.detail) for row in db.session.scalars(select(AuditEvent))]
    assert ("set up second factor", "people/sam", "") in acts
    assert ("wrong code", "people/sam", "") in acts
    assert "135790" not in str(acts)
    assert half.response is not None


def test_neither_secret_nor_codes_are_at_rest(team: Team, visitor: Visitor, time: Clock) -> None:
    """S1: sealed secret, hashes of spare codes; the secret before its first code is in the sealed session."""
    sign_in(visitor, "sam")
    secret = shown_secret(visitor)
    waiting = everything_stored()
    visitor.press("Confirm", {"code": code(secret, time.moment)})
    codes = spare_codes(visitor)
    stored = everything_stored()

    letters = totp.in_groups(secret)
    for raw in (secret, secret.hex().encode(), letters.encode(), letters.replace(" ", "").encode()):
        assert raw not in waiting
        assert raw not in stored
    for each in codes:
        for form in (each, each.replace("-", ""), each.replace("-", "").upper()):
            assert form.encode() not in stored
    assert secret.hex().encode() not in held_by(visitor)


def everything_stored() -> bytes:
    return (
        repr(rows()).encode()
        + b"".join(row.blob for row in db.session.scalars(select(StaffSession)))
        + b"".join(row.secret for row in db.session.scalars(select(SecondFactor)))
    )


def held_by(visitor: Visitor) -> bytes:
    """What the web session holds, opened with its cookie."""
    cookie = cookie_of(visitor)
    db.session.rollback()
    blob = db.session.scalars(
        select(StaffSession.blob).where(StaffSession.id_hash == cookies.id_hash(cookie))
    ).one()
    return repr(cookies.open_(cookie, "staff", blob)).encode()


def test_a_sealed_secret_moved_to_another_account_stays_shut(
    team: Team, visitor: Visitor, time: Clock
) -> None:
    """S2: bound to its column and its account."""
    set_up(visitor, time)
    ada = make_administrator(team.app)
    row = db.session.scalars(select(SecondFactor)).one()
    vault = vault_of(team.app)

    with pytest.raises(SealError):
        vault.open_secret(second_factor.COLUMN, ada.id, row.secret)
    with pytest.raises(SealError):
        vault.open_secret("audit_key.blob", row.account_id, row.secret)


def test_a_person_given_a_key_since_the_sign_in_sets_one_up_before_unlocking(
    team: Team, visitor: Visitor, time: Clock
) -> None:
    kim = make_account(team.app, "kim", team.consultation, Role.ANALYST)
    sign_in(visitor, "kim")
    assert visitor.heading == "Consultations"
    accounts.grant(team.session, team.vault, team.consultation, team.key, kim)
    team.session.commit()

    visitor.visit("/team/trial/answers")

    assert visitor.heading == "Set up a second factor"
    visitor.press("Confirm", {"code": code(shown_secret(visitor), time.moment)})
    unlock(visitor)
    assert visitor.heading == "Consultations"


def test_another_administrator_resets_it_which_ends_sessions_and_opens_nothing(
    team: Team, visitor: Visitor, time: Clock
) -> None:
    set_up(visitor, time)
    make_administrator(team.app)
    ada = Visitor(team.app.test_client())
    set_up(ada, time, "ada")
    ada.visit("/team/people")
    before = {row.id: (row.verifier, row.private_key) for row in db.session.scalars(select(Account))}

    ada.press("Reset second factor")

    assert "The second factor is taken away" in ada.words
    visitor.visit("/team/")
    assert visitor.heading == "Sign in"
    db.session.expire_all()
    assert {row.id: (row.verifier, row.private_key) for row in db.session.scalars(select(Account))} == before
    assert {row.account_id for row in db.session.scalars(select(SpareCode))} != {team.account.id}
    sign_in(visitor, "sam", "four green ladders in the rain")
    assert visitor.status == 422
    sign_in(visitor, "sam", PASSPHRASE)
    assert visitor.heading == "Set up a second factor"
    db.session.rollback()
    last = db.session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc())).first()
    assert last is not None
    assert (last.actor, last.action, last.object) == ("ada", "reset second factor", "people/sam")


def test_nobody_resets_their_own(team: Team, visitor: Visitor, time: Clock) -> None:
    make_administrator(team.app)
    set_up(visitor, time, "ada")
    visitor.visit("/team/people")
    assert "Reset second factor: Ada" not in visitor.words
    token = str(visitor.page.find("input", {"name": "csrf_token"})["value"])  # type: ignore[index]

    visitor.post("/team/people/ada/reset-second-factor", [("csrf_token", token)])

    assert visitor.status == 409
    db.session.rollback()
    assert len(db.session.scalars(select(SecondFactor)).all()) == 1


def test_two_people_with_one_code_in_the_same_moment_are_one_sign_in(team: Team, app: Flask) -> None:
    """S20: the step moves in one statement."""
    secret = totp.new_secret()
    second_factor.keep(db.session(), vault_of(app), team.account.id, secret, 0)
    db.session.commit()
    account_id, typed, gate = team.account.id, code(secret, START), Barrier(4)
    db.session.rollback()
    found: list[object] = []

    def come() -> None:
        with app.app_context():
            gate.wait()
            kind = second_factor.accept(db.session(), vault_of(app), account_id, typed, START)
            db.session.commit()
            found.append(kind)
            db.session.remove()

    people = [Thread(target=come) for _ in range(4)]
    for each in people:
        each.start()
    for each in people:
        each.join()

    assert sorted(each is None for each in found) == [False, True, True, True]
