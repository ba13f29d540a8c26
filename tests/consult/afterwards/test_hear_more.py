"""T23: interest in further work stands apart: nothing joins it with answers, and its person can undo it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event, select

from consult.models.account import Role
from consult.models.audit import AuditEvent
from consult.models.consultation import State
from consult.models.interest import Interest
from consult.models.response import Receipt, Response, Tombstone
from consult.models.session import Visit
from consult.records import batches, epochs, interested, rewrapping, scrub
from consult.records.interest import LONGEST_CONTACT, LONGEST_REMARK
from consult.vault.envelope import HEADER
from consult.web.extensions import db
from consult.web.padding import STEP
from tests.builders import TODAY, Team, make_team
from tests.consult.afterwards.leaving import UNTIL, asks, at_work, leave, member, take_part
from tests.visitor import Visitor

FORM, DONE = "Hear about further work", "We have it. Thank you."
WHY = {"reason": "To invite to the reading group of June."}


@pytest.fixture
def team(app: Flask) -> Team:
    return make_team(app)


def everything(team: Team, table: type) -> list[dict[str, object]]:
    team.session.rollback()
    found = [dict(row._mapping) for row in team.session.execute(select(table.__table__))]  # type: ignore[attr-defined]
    team.session.rollback()
    return found


def shown(team: Team) -> list[str]:
    """What the team could open now."""
    people, shut = interested.opened(team.unlocked())
    team.session.rollback()
    assert not shut
    return sorted(person.wish.contact for person in people)


def release(team: Team) -> bool:
    found = interested.release(team.session, team.consultation)
    team.session.commit()
    return found


def test_the_way_there_begins_when_the_visit_has_ended_and_carries_its_language_alone(
    team: Team, visitor: Visitor
) -> None:
    asks(team)
    ended = take_part(team, "They listened.")
    assert ended.client.get_cookie("s") is None
    (link,) = ended.page.select("main a[href^='/more/']")
    assert link["href"] == f"/more/{team.consultation.slug}?language=en"
    assert "noreferrer" in link["rel"]
    ended.visit(str(link["href"]))
    assert ended.heading == FORM
    ended.press("Send", {"contact": "blue.kettle@example.org"})
    assert ended.heading == DONE
    assert everything(team, Visit) == []


def test_a_visit_that_is_still_open_is_neither_read_nor_touched(team: Team, visitor: Visitor) -> None:
    """The browser shows its cookie there, too: no statement asks for a visit, and the row stays as it was."""
    form = asks(team)
    visitor.visit(f"/about/{team.survey.slug}")
    visitor.press("Start")
    before, said = everything(team, Visit), []

    def note(_c: object, _k: object, statement: str, *_: object) -> None:
        said.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        visitor.visit(form)
        visitor.press("Send", {"contact": "blue.kettle@example.org"})
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert visitor.heading == DONE
    assert everything(team, Visit) == before
    assert said
    assert not [each for each in said if "visit" in each.lower()]
    assert "interest" in " ".join(said).lower()


def numbers(value: object) -> Iterator[bytes]:
    """Every run of eight bytes in a value."""
    if isinstance(value, bytes):
        yield from (value[place : place + 8] for place in range(len(value) - 7))


def test_no_join_order_or_bytes_in_common_lead_from_a_wish_to_an_answer(team: Team) -> None:
    """Twelve people answer and then leave an address; somebody with the whole database tries to pair them.

    Tried are: any eight bytes in common, the order in which rows are stored, before and after the release of
    both, and what PostgreSQL keeps of the transaction that stored a row.
    """
    asks(team)
    for number in range(12):
        take_part(team, f"answer {number}")
        leave(team, f"person-{number}@example.org")
    batches.release(team.session, team.consultation, team.survey, today=TODAY)
    team.session.commit()
    assert release(team)
    scrub.rewrite(db.engine)
    wishes = everything(team, Interest)
    others = [row for table in (Response, Receipt, Tombstone, Visit) for row in everything(team, table)]
    assert len(wishes) == 12
    assert len(others) >= 12
    known = {number for row in others for value in row.values() for number in numbers(value)}
    for row in wishes:
        assert isinstance(row["blob"], bytes)
        own = {*numbers(row["lookup"]), *numbers(row["blob"][HEADER:])}
        assert not own & known
        assert set(row) == {"lookup", "consultation_id", "epoch", "blob", "shown"}
        assert (row["epoch"], row["shown"]) == (1, 1)
    assert len({len(row["blob"]) for row in wishes}) == 1  # type: ignore[arg-type]
    with db.engine.connect() as connection:
        stored = [row.lookup for row in connection.exec_driver_sql("SELECT lookup FROM interest")]
        assert stored == sorted(stored), "in the order of chance"
        if connection.dialect.name == "postgresql":
            marks = connection.exec_driver_sql("SELECT DISTINCT xmin::text FROM interest").all()
            assert len(marks) == 1
    orders = {tuple(each.wish.contact for each in interested.opened(team.unlocked())[0]) for _ in range(4)}
    assert len(orders) > 1, "each opening has another order"


def test_records_are_shown_in_groups_of_ten_and_the_rest_when_no_answer_can_come_any_more(
    team: Team,
) -> None:
    for number in range(9):
        leave(team, f"person-{number}@example.org")
    assert not release(team)
    assert shown(team) == []
    leave(team, "person-9@example.org")
    assert release(team)
    assert len(shown(team)) == 10
    leave(team, "late@example.org")
    assert not release(team)
    assert "late@example.org" not in shown(team)
    team.survey.state = State.CLOSED
    team.session.commit()
    assert release(team)
    assert "late@example.org" in shown(team)


def test_its_own_code_takes_it_back_and_the_code_of_answers_is_none_of_it(
    team: Team, visitor: Visitor
) -> None:
    kept = leave(team, "kept@example.org")
    code = leave(team, "gone@example.org")
    visitor.visit(f"/about/{team.survey.slug}")
    visitor.press("Start")
    of_answers = visitor.take_code()
    visitor.visit(f"{asks(team)}/back")
    for wrong in (of_answers, "", "nonsense", " ".join(reversed(code.split()))):
        visitor.press("Delete it", {"code": wrong})
        assert visitor.status == 422
        assert "Nothing opens with this code" in visitor.words
    visitor.press("Delete it", {"code": code.upper()})
    assert visitor.heading == "It is deleted"
    assert len(everything(team, Interest)) == 1
    visitor.visit(f"{asks(team)}/back")
    visitor.press("Delete it", {"code": code})
    assert visitor.status == 422
    visitor.visit(f"/back/{team.survey.slug}")
    visitor.press("Continue", {"code": kept})
    assert "No answers open with this code" in visitor.words


def test_what_can_be_mended_is_said_beside_its_field_and_nothing_typed_is_lost(
    team: Team, visitor: Visitor
) -> None:
    """T30: no address at all, too long an address, too long a remark."""
    visitor.visit(asks(team))
    for contact, remark in (
        ("", "Please call me Tom."),
        ("x" * (LONGEST_CONTACT + 7), "Tom"),
        ("tom@example.org", "y" * (LONGEST_REMARK + 3)),
    ):
        visitor.press("Send", {"contact": contact, "remark": remark, "kind": "group"})
        assert visitor.status == 422
        assert visitor.page.select(".govuk-error-message")
        fields = {
            field["name"]: field.get_text().removeprefix("\n") for field in visitor.page.select("textarea")
        }
        assert fields == {"contact": contact, "remark": remark}
        assert visitor.page.select("input[value=group][checked]")
    assert everything(team, Interest) == []
    visitor.press("Send", {"contact": "tom@example.org", "remark": "𓀀" * LONGEST_REMARK})
    assert visitor.heading == DONE, "the longest text of the widest letters fits"


def test_another_language_keeps_what_was_typed_and_sends_nothing(app: Flask, visitor: Visitor) -> None:
    """T42: there is no session that could keep it, so the button takes it along."""
    team = make_team(app, demonstration=True)
    visitor.visit(asks(team))
    visitor.press(
        "Cymraeg", {"contact": "blue.kettle@example.org", "kind": "results", "remark": "Ask for Ash."}
    )
    assert visitor.status == 200
    assert visitor.page.html is not None
    assert visitor.page.html["lang"] == "cy"
    assert visitor.page.select("textarea")[0].get_text().strip() == "blue.kettle@example.org"
    assert visitor.page.select("textarea")[1].get_text().strip() == "Ask for Ash."
    assert [box["value"] for box in visitor.page.select("input[type=checkbox][checked]")] == ["results"]
    assert visitor.page.select(".govuk-error-summary") == []
    visitor.press("English", {"contact": ""})
    assert visitor.heading == FORM
    assert visitor.page.select(".govuk-error-summary") == []
    assert everything(team, Interest) == []
    visitor.press("Cymraeg", {"contact": "blue.kettle@example.org"})
    visitor.press("Anfon")
    assert len(everything(team, Interest)) == 1


def test_every_page_has_one_size_the_way_out_and_a_cookie_that_leaving_takes_away(
    team: Team, visitor: Visitor
) -> None:
    """T06, T09: nothing typed may come back from the memory of a browser."""
    visitor.visit(asks(team))
    cookie = visitor.client.get_cookie("m")
    assert cookie is not None
    assert (cookie.http_only, cookie.same_site) == (True, "Strict")
    assert visitor.client.get_cookie("s") is None
    assert visitor.response is not None
    assert len(visitor.response.data) % STEP == 0
    assert visitor.page.select("a[href='/leave']")
    visitor.client.get("/leave", base_url="http://localhost")
    assert visitor.client.get_cookie("m") is None
    visitor.visit(asks(team))
    visitor.press("Send", {"contact": "tom@example.org"})
    assert visitor.client.get_cookie("m") is None
    assert len(visitor.response.data) % STEP == 0
    assert cookie.value.encode() not in b"".join(
        value for row in everything(team, Interest) for value in row.values() if isinstance(value, bytes)
    )


def test_a_form_that_is_not_asked_is_closed_and_closes_for_who_has_it_open(
    team: Team, visitor: Visitor
) -> None:
    visitor.visit(f"/more/{team.consultation.slug}")
    assert visitor.status == 410
    visitor.visit(asks(team))
    team.consultation.interest = False
    team.session.commit()
    visitor.press("Send", {"contact": "tom@example.org"})
    assert visitor.status == 410
    assert "tom@example.org" in visitor.words
    assert take_part(team, "x").page.select("a[href^='/more/']") == []


def test_opening_takes_the_role_a_key_and_a_reason_that_stays_in_the_log(team: Team) -> None:
    for number in range(10):
        leave(team, f"person-{number}@example.org", remark=f"Call me T{number}.")
    release(team)
    member(team, "kim", Role.PANEL_MANAGER)
    kim = at_work(team, "kim")
    kim.visit("/team/trial/hear-more")
    assert "person-" not in kim.words
    kim.press("Open", {"reason": "why"})
    assert kim.status == 422
    assert "person-" not in kim.words
    kim.press("Open", WHY)
    assert kim.status == 200
    for number in range(10):
        assert f"person-{number}@example.org" in kim.words
    team.session.rollback()
    last = team.session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc())).first()
    assert last is not None
    assert (last.actor, last.action, last.object, last.detail) == (
        "kim",
        "open interest",
        "trial",
        WHY["reason"],
    )
    team.session.rollback()
    sam = at_work(team, "sam")  # an analyst and lead who holds a key
    sam.visit("/team/trial/hear-more")
    assert not [button for button in sam.page.select("button") if button.get_text(strip=True) == "Open"]
    token = str(sam.page.select("input[name=csrf_token]")[0]["value"])
    sam.post("/team/trial/hear-more/open", [("csrf_token", token), *WHY.items()])
    assert sam.status == 404


def test_records_are_deleted_one_by_one_all_together_and_after_their_day(team: Team) -> None:
    for number in range(10):
        leave(team, f"person-{number}@example.org")
    release(team)
    leave(team, "waits@example.org")
    member(team, "kim", Role.PANEL_MANAGER)
    kim = at_work(team, "kim")
    kim.visit("/team/trial/hear-more")
    kim.press("Open", WHY)
    key = str(kim.page.select("input[name=key]")[3]["value"])
    kim.press("Delete those with a tick", {"key": key})
    assert kim.heading == "People who would like to hear more"
    assert len(everything(team, Interest)) == 10
    kim.press("Open", WHY)
    kim.press("Delete those with a tick")
    assert kim.status == 422
    kim.press("Open", WHY)
    kim.press("Delete all of them, and what waits")
    assert everything(team, Interest) == []
    assert len(everything(team, Tombstone)) == 11, "a backup that is put back brings none of them"
    leave(team, "later@example.org")
    assert interested.expire(team.session, team.consultation, today=UNTIL) == 0
    assert interested.expire(team.session, team.consultation, today=UNTIL + timedelta(days=1)) == 1
    team.session.commit()
    assert not team.consultation.interest
    assert everything(team, Interest) == []


def test_the_lead_asks_and_the_day_of_deleting_only_comes_sooner(team: Team) -> None:
    sam = at_work(team, "sam")
    sam.visit("/team/trial/hear-more")
    sam.press("Save", {"on": "y", "until": ""})
    assert sam.status == 422
    sam.press("Save", {"on": "y", "until": "2031-05-01"})
    assert "Saved." in sam.words
    sam.press("Save", {"on": "y", "until": "2031-06-01"})
    assert sam.status == 422
    assert "it can only be sooner" in sam.words
    sam.press("Save", {"on": "y", "until": "2031-04-01"})
    assert "Saved." in sam.words


def test_records_follow_when_the_keys_are_made_anew(team: Team) -> None:
    for number in range(10):
        leave(team, f"person-{number}@example.org")
    release(team)
    keys = epochs.begin(team.session, team.vault, team.consultation, team.unlocked().keys)
    team.session.commit()
    assert rewrapping.left(team.session, team.consultation).interests == 10
    walk = rewrapping.Pass(team.session, team.vault, team.consultation, keys)
    while walk.step():
        team.session.commit()
    assert (walk.done, walk.shut) == (10, 0)
    assert rewrapping.left(team.session, team.consultation).total == 0
    epochs.end_earlier(team.session, team.consultation)
    team.session.commit()
    assert len(shown(team)) == 10
