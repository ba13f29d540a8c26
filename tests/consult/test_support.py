"""T32, T33: the list of people to talk to is on every page while it is fresh, and goes by itself when not."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from bs4 import Tag
from flask import Flask
from flask.testing import FlaskClient

from consult.models.support import SupportCheck
from consult.records import directory, support
from consult.records.directory import EntryError, SameNameError, Wanted
from consult.records.support import Channel, Checked, Entry, Lack, Validity
from consult.web.extensions import db
from tests.builders import make_team
from tests.consult.entering import make_administrator, sign_in
from tests.visitor import Visitor

DAY = date(2027, 1, 4)


def wanted(**changes: object) -> Wanted:
    """An entry that can be added."""
    said: dict[str, object] = {
        "name": "Quiet Line",
        "what": "Someone to listen.",
        "nations": support.every_nation(),
        "serves": ("men",),
        "kinds": ("crisis",),
        "channels": (Channel(kind="phone", value="0808 157 0003"),),
        "hours": "Every day",
        "source_url": "https://quiet.example.org/",
    }
    return Wanted(**said | changes)  # type: ignore[arg-type]


def entry(*checks: Checked, **changes: object) -> Entry:
    """An entry with these checks, newest first."""
    said = {name: getattr(wanted(), name) for name in Wanted.__dataclass_fields__}
    return Entry(**said | {"id": b"e" * 16, "withdrawn_on": None, "checks": checks} | changes)


@pytest.mark.parametrize(
    ("days", "validity"),
    [
        (0, Validity.SHOWN), (90, Validity.SHOWN), (91, Validity.DUE), (180, Validity.DUE),
        (181, Validity.EXPIRED), (400, Validity.EXPIRED),
    ],
)  # fmt: skip
def test_an_entry_is_shown_for_180_days_after_a_good_check(days: int, validity: Validity) -> None:
    checked = Checked(on=DAY - timedelta(days=days), by="Ada", good=True)
    assert entry(checked).validity(DAY) is validity
    assert entry(checked).validity(DAY).visible is (days <= 180)


def test_without_a_check_or_after_a_failed_one_an_entry_is_hidden() -> None:
    good = Checked(on=DAY - timedelta(days=3), by="Ada", good=True)
    failed = Checked(on=DAY, by="Ada", good=False)
    assert entry().validity(DAY) is Validity.UNVERIFIED
    assert entry(failed, good).validity(DAY) is Validity.FAILED
    assert entry(good, failed).validity(DAY) is Validity.SHOWN
    assert entry(good, withdrawn_on=DAY).validity(DAY) is Validity.WITHDRAWN


def test_the_minimum_names_what_each_nation_lacks() -> None:
    good = Checked(on=DAY, by="Ada", good=True)
    here = [
        entry(good, name="a", serves=("men",), kinds=("crisis",), nations=("wales",)),
        entry(good, name="b", serves=("any_gender",), kinds=("listening",), nations=("wales",)),
    ]
    (wales, scotland) = support.missing(here, ("wales", "scotland"), DAY)
    assert wales.lacks == (Lack.ENTRIES,)
    assert scotland.lacks == (Lack.ENTRIES, Lack.FOR_MEN, Lack.ANY_GENDER, Lack.CRISIS)
    third = entry(good, name="c", serves=("under_18",), kinds=("crisis",), nations=("wales",))
    assert support.missing([*here, third], ("wales",), DAY), (
        "a line for young people is none for the man who answers"
    )
    third = entry(good, name="c", serves=("any_gender",), kinds=("specialist",), nations=("wales",))
    assert support.missing([*here, third], ("wales",), DAY) == ()


def test_new_visits_pause_a_week_after_the_list_fell_below_the_minimum() -> None:
    checked = Checked(on=DAY - timedelta(days=180), by="Ada", good=True)
    here = [
        entry(checked, name="a", serves=("men",)), entry(checked, name="b", serves=("any_gender",)),
        entry(checked, name="c", serves=("any_gender",)),
    ]  # fmt: skip
    nations = support.every_nation()
    assert support.below_since(here, nations, DAY) is None
    assert support.below_since(here, nations, DAY + timedelta(days=1)) == DAY + timedelta(days=1)
    assert not support.paused(here, nations, DAY + timedelta(days=7))
    assert support.paused(here, nations, DAY + timedelta(days=8))
    again = [
        entry(
            Checked(on=DAY + timedelta(days=9), by="Ada", good=True),
            checked,
            name=each.name,
            serves=each.serves,
        )
        for each in here
    ]
    assert not support.paused(again, nations, DAY + timedelta(days=9))


def test_changing_what_somebody_would_dial_makes_checks_worth_nothing(app: Flask) -> None:
    session = db.session()
    made = directory.add(session, wanted())
    directory.check(session, made, good=True, by="Ada", on=DAY)
    assert not directory.change(session, made, wanted(what="Other words."), today=DAY)
    assert support.everything(session)[0].validity(DAY).visible
    later = DAY + timedelta(days=5)
    moved = wanted(channels=(Channel(kind="phone", value="0808 157 0004"),))
    assert directory.change(session, made, moved, today=later)
    (now,) = support.everything(session)
    assert now.validity(later) is Validity.UNVERIFIED
    assert now.validity(later - timedelta(days=1)) is Validity.SHOWN, "until then it was right"
    directory.check(session, made, good=True, by="Ada", on=later)
    assert support.everything(session)[0].validity(later) is Validity.SHOWN


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"nations": ()}, "nations"),
        ({"nations": ("narnia",)}, "nations"),
        ({"channels": ()}, "channels"),
        ({"channels": (Channel(kind="pigeon", value="1"),)}, "channels"),
        ({"channels": (Channel(kind="phone", value="call us"),)}, "channels"),
        ({"channels": (Channel(kind="web", value="javascript:alert(1)"),)}, "channels"),
        ({"channels": (Channel(kind="web", value="http://a.example.org"),)}, "channels"),
        ({"source_url": "ftp://a.example.org"}, "source_url"),
        ({"least_age": -1}, "least_age"),
    ],
)
def test_an_impossible_entry_is_refused_with_a_reason_for_its_field(
    app: Flask, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(EntryError) as refused:
        directory.add(db.session(), wanted(**changes))
    assert list(refused.value.problems) == [field]


def test_a_good_check_needs_the_service_s_own_page_and_names_are_taken_once(app: Flask) -> None:
    session = db.session()
    made = directory.add(session, wanted(source_url=""))
    with pytest.raises(EntryError, match="own page"):
        directory.check(session, made, good=True, by="Ada", on=DAY)
    directory.check(session, made, good=False, by="Ada", on=DAY)
    with pytest.raises(SameNameError):
        directory.add(session, wanted())


def test_the_list_is_the_same_on_every_public_page_with_the_day_of_its_check(
    app: Flask, client: FlaskClient
) -> None:
    make_team(app)
    today = support.everything(db.session())[0].checks[0].on
    db.session.rollback()
    for address in ("/", "/safety", "/support", "/privacy", "/nothing-here"):
        page = client.get(address)
        assert "Men's Line" in page.text.replace("&#39;", "'"), address
        assert 'href="tel:08081570001"' in page.text
        assert f"Checked on {today.day} {today:%B} {today.year}" in page.text
        assert "tel:999" in page.text


def test_an_entry_goes_from_every_page_when_it_is_too_old(app: Flask, client: FlaskClient) -> None:
    make_team(app)
    with time_machine.travel(f"{date.today() + timedelta(days=179)}T12:00Z"):  # noqa: DTZ011
        assert "Night Line" in client.get("/safety").text
    with time_machine.travel(f"{date.today() + timedelta(days=182)}T12:00Z"):  # noqa: DTZ011
        page = client.get("/safety").text
        assert "Night Line" not in page
        assert "tel:999" in page


def test_invented_services_stand_on_pages_of_a_demonstration_alone(app: Flask, client: FlaskClient) -> None:
    team = make_team(app, demonstration=True)
    assert "Night Line (example)" in client.get(f"/about/{team.survey.slug}").text
    assert "Night Line (example)" not in client.get("/safety").text


def test_nobody_starts_while_the_list_is_too_short_and_everybody_can_come_back(
    app: Flask, visitor: Visitor
) -> None:
    team = make_team(app)
    for row in team.session.query(SupportCheck):
        row.checked_on = date.today() - timedelta(days=190)  # noqa: DTZ011
    team.session.commit()
    visitor.visit(f"/about/{team.survey.slug}")
    visitor.press("Start")
    assert visitor.status == 409
    assert "nobody can start for now" in visitor.words
    assert "closed" not in visitor.words  # it is not: people can start again soon
    assert "999" in visitor.words
    visitor.visit(f"/back/{team.survey.slug}")
    assert visitor.status == 200


def test_a_survey_opens_only_with_enough_people_to_talk_to(app: Flask, visitor: Visitor) -> None:
    team = make_team(app)
    team.session.query(SupportCheck).delete()
    team.survey.state = "preparing"
    team.session.commit()
    sign_in(visitor, "sam")
    visitor.visit("/team/trial/surveys/small/ready")
    visitor.press("Open")
    assert visitor.status == 409
    assert "too short" in visitor.words
    assert "Wales lacks three services, one for men, one for anyone, a crisis line" in visitor.words


def test_an_administrator_adds_checks_and_withdraws_a_service(app: Flask, visitor: Visitor) -> None:
    make_administrator(app)
    sign_in(visitor, "ada")
    visitor.visit("/team/support")
    visitor.press("Put them into the list")
    assert "hidden until somebody has checked it" in visitor.words
    assert visitor.words.count("hidden: nobody has checked it") == 11
    visitor.visit("/safety")
    assert "Samaritans" not in visitor.words, "what nobody has checked is shown to nobody"
    visitor.visit("/team/support")
    found = visitor.page.find("a", string="Samaritans")
    assert isinstance(found, Tag)
    address = str(found["href"])
    visitor.visit(address)
    assert "Seen second-hand." in visitor.words
    visitor.press("Note the check", {"result": "good"})
    assert visitor.status == 422
    assert "Enter the address of the service's own page first." in visitor.words
    visitor.press("Save", {"source_url": "https://samaritans.example.org/", "channels": "phone none"})
    assert visitor.status == 422
    assert "is not a telephone number" in visitor.words
    assert "https://samaritans.example.org/" in str(visitor.page), "what was typed is kept"
    visitor.press("Save", {"channels": "phone 116 123"})
    assert "Saved." in visitor.words
    visitor.visit(address)
    visitor.press("Note the check", {"result": "good", "note": "Rang, and somebody answered."})
    assert "The check is noted." in visitor.words
    visitor.visit("/safety")
    assert "116 123" in visitor.words
    visitor.visit(address)
    visitor.press("Show it no more")
    visitor.visit("/safety")
    assert "116 123" not in visitor.words
