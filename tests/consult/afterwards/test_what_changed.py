"""T46: what was heard and what it changed stands on a public page that is promised, dated and kept true."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from consult.evidence.service import propose_quote
from consult.models.account import Account
from consult.models.heard import HeardQuote, HeardVersion
from consult.records import codings, quotes, responses, voices
from tests.builders import Team
from tests.consult.afterwards.leaving import at_work
from tests.consult.evidence.scene import Scene, make_scene
from tests.visitor import Visitor

HEADING = "What we heard and what it changed"
QUOTED = "They believed me at once."
TEXT = {
    "heading": "Being believed",
    "heard": "Being believed at the first talk mattered.",
    "changed": "The draft now says so in its first sentence.",
}


@pytest.fixture
def scene(app: Flask) -> Scene:
    """Twelve men raised the theme, and a second person of the team can open answers."""
    made = make_scene(app)
    made.coded(["quote"] * 12)
    made.colleague()
    return made


def public(team: Team) -> Visitor:
    """Anybody at the public page."""
    team.session.rollback()
    slug = team.consultation.slug
    team.session.rollback()
    visitor = Visitor(team.app.test_client())
    visitor.visit(f"/after/{slug}")
    assert visitor.heading == HEADING
    return visitor


def write(person: Visitor, **more: str) -> None:
    """Write an entry about the theme, and save it."""
    person.visit("/team/trial/changes/new")
    person.press("Save", {**TEXT, **more})


def publish(scene: Scene, name: str = "kim") -> Visitor:
    """Somebody else puts the newest wording on the page."""
    person = at_work(scene.team, name)
    person.visit("/team/trial/changes")
    person.press("Put on the page")
    return person


def passed_quote(scene: Scene) -> bytes:
    """A quote that two people stand behind; returns its response."""
    unlocked = scene.unlocked()
    coding_id = min(voices.hear(unlocked).codings)
    propose_quote(unlocked, coding_id.hex(), QUOTED)
    scene.team.session.commit()
    kim = scene.team.session.scalars(select(Account).where(Account.name == "kim")).one()
    other = scene.unlocked(kim)
    (quote,) = voices.hear(other).quotes
    desk = quotes.Desk(
        session=other.session, vault=other.vault, consultation=other.consultation, keys=other.keys
    )
    quotes.confirm(desk, quote, account_id=kim.id)
    scene.team.session.commit()
    return quote.response_id


def published_with_quote(scene: Scene) -> bytes:
    """An entry with a quote, on the page; returns the response that is quoted."""
    response_id = passed_quote(scene)
    sam = at_work(scene.team, "sam")
    write(sam, theme=scene.theme.key, mark="many")
    shown = sam.page.select_one("input[name=quote]")
    assert shown is not None
    sam.press("Save", {"quote": str(shown["value"])})
    publish(scene)
    assert QUOTED in public(scene.team).words
    return response_id


def test_before_anything_is_there_the_page_says_when_results_come(scene: Scene) -> None:
    page = public(scene.team)
    assert "There is nothing here yet." in page.words
    assert "On a date that we will announce here we will show what we heard" in page.words
    assert page.page.title is not None
    assert page.page.title.get_text(strip=True) == "Standards consultation"
    assert page.client.get_cookie("s") is None


def test_a_second_person_puts_an_entry_on_the_page_and_its_writer_cannot(scene: Scene) -> None:
    sam = at_work(scene.team, "sam")
    write(sam, theme=scene.theme.key, mark="many")
    assert "Saved as wording 1" in sam.words
    assert TEXT["heading"] not in public(scene.team).words
    sam.visit("/team/trial/changes")
    assert "Somebody other than you puts this wording on the page." in sam.words
    assert "Put on the page" not in [button.get_text(strip=True) for button in sam.page.select("button")]
    (entry,) = {str(link["href"]) for link in sam.page.select("main h2 a")}
    token = str(sam.page.select("input[name=csrf_token]")[0]["value"])
    sam.post(f"{entry}/publish", [("csrf_token", token), ("number", "1")])
    assert sam.status == 409
    assert TEXT["heading"] not in public(scene.team).words
    kim = publish(scene)
    assert "It is on the public page now." in kim.words
    page = public(scene.team)
    for words in (*TEXT.values(), "Many said this.", "Written here on"):
        assert words in page.words
    kim.press("Take off the page")
    assert TEXT["heading"] not in public(scene.team).words


def test_every_wording_is_kept_and_the_page_keeps_its_own_until_the_next_is_passed(scene: Scene) -> None:
    sam = at_work(scene.team, "sam")
    write(sam)
    publish(scene)
    sam.visit("/team/trial/changes")
    (entry,) = {str(link["href"]) for link in sam.page.select("main h2 a")}
    sam.visit(entry)
    opened = sam.shown
    sam.press("Save", {"heard": "Another wording."})
    assert "Another wording." not in public(scene.team).words
    assert TEXT["heard"] in sam.words, "the earlier wording stands below"
    sam.shown = opened  # as in a second window, with the first wording
    sam.press("Save", {"heard": "A third one, begun from the first."})
    assert sam.status == 409
    assert "A third one, begun from the first." in sam.words
    assert "Another wording." in sam.words
    publish(scene)
    assert "Another wording." in public(scene.team).words
    scene.team.session.rollback()
    assert len(scene.team.session.scalars(select(HeardVersion)).all()) == 2
    scene.team.session.rollback()


def test_the_page_has_no_number_of_people_and_a_rare_theme_is_said_by_a_few(
    scene: Scene,
) -> None:
    """S21: under the published threshold only the one word, and no quote."""
    rare = scene.new_theme("A rare voice")
    scene.code(scene.answer(["quote"] * 2), rare)
    scene.release()
    sam = at_work(scene.team, "sam")
    write(sam, theme=rare.key, mark="some")
    assert sam.status == 422
    assert "few raised this theme" in sam.words.lower()
    sam.press("Save", {"mark": "few"})
    assert sam.page.select("input[name=quote]") == []
    publish(scene)
    page = public(scene.team)
    assert "A few said this." in page.words
    for number in ("12", "14", "2 "):
        assert number not in page.page.select("main")[0].get_text().replace("2027", "").replace("2026", "")


@pytest.mark.parametrize("way", ["withdrawn", "changed", "quote taken back", "coding taken away"])
def test_a_quote_leaves_the_page_with_the_answer_the_quote_or_the_coding_it_comes_from(
    scene: Scene, way: str
) -> None:
    """T20, T46: at once, and whatever day it is; the entry itself stays."""
    team = scene.team
    response_id = published_with_quote(scene)
    if way in {"withdrawn", "changed"}:
        _act_of_its_author(team, response_id, way)
    else:
        unlocked = scene.unlocked()
        (quote,) = voices.hear(unlocked).quotes
        if way == "quote taken back":
            desk = quotes.Desk(
                session=team.session, vault=team.vault, consultation=team.consultation, keys=unlocked.keys
            )
            quotes.take_back(desk, quote, account_id=team.account.id)
        else:
            found = codings.acts(
                team.session,
                team.vault,
                team.consultation,
                unlocked.keys,
                response_ids=[response_id],
            )
            (coding,) = codings.live(found)
            codings.remove(
                team.session,
                team.vault,
                team.consultation,
                unlocked.keys,
                coding,
                coder_id=team.account.id,
                seq=99,
            )
        team.session.commit()
    page = public(team)
    assert QUOTED not in page.words
    assert TEXT["heard"] in page.words
    assert team.session.scalars(select(HeardQuote)).all() == []
    team.session.rollback()


def _act_of_its_author(team: Team, response_id: bytes, way: str) -> None:
    """What the code does, for an answer of a test that was sent without one."""
    from consult.models.response import Receipt, Response  # noqa: PLC0415 - for this alone
    from consult.vault.sealing import Pointer  # noqa: PLC0415 - for this alone

    session = team.session
    row = session.get_one(Response, response_id)
    _, keys = responses.new_code(team.intake, team.consultation)
    pointer = Pointer(response_id=response_id, dek=bytes(32), rev=row.rev, body_hash=bytes(32))
    sealed = team.intake.seal_pointer(keys.pointer, pointer, team.consultation.id, keys.lookup)
    session.add(Receipt(lookup=keys.lookup, consultation_id=team.consultation.id, ptr=sealed))
    session.commit()
    if way == "withdrawn":
        responses.withdraw(session, team.intake, team.survey, keys)
    else:
        responses.send(
            session,
            team.intake,
            team.survey,
            response_id=response_id,
            rev=2,
            content={"answers": {"helped_words": "Other words."}, "depth": "full", "language": "en"},
            keys=keys,
        )
    session.commit()


def test_a_quote_that_may_no_longer_leave_keeps_its_wording_off_the_page(scene: Scene) -> None:
    """T46: what was allowed when it was written is asked again when it is published."""
    response_id = passed_quote(scene)
    sam = at_work(scene.team, "sam")
    write(sam, theme=scene.theme.key)
    shown = sam.page.select_one("input[name=quote]")
    assert shown is not None
    sam.press("Save", {"quote": str(shown["value"])})
    _act_of_its_author(scene.team, response_id, "withdrawn")
    kim = publish(scene)
    assert kim.status == 409
    assert "may not be published now" in kim.words
    assert TEXT["heading"] not in public(scene.team).words


def test_what_must_be_said_is_asked_for_beside_its_field_and_nothing_typed_is_lost(scene: Scene) -> None:
    sam = at_work(scene.team, "sam")
    write(sam, heading="", changed="")
    assert sam.status == 422
    assert "Please write a heading." in sam.words
    assert "Please say what it changed, or why not." in sam.words
    assert TEXT["heard"] in sam.words
