"""What the public reads of the standards: agreed, under the thresholds, by two people; nothing to send."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from consult.evidence import service as evidence
from consult.evidence.service import DecisionKind, Settled
from consult.models.standard import ServiceKind, Stance, StandardStatus
from consult.records import standards
from consult.records.wordings import ClauseWords, put_clause
from consult.reports import service
from consult.reports.service import editions
from tests.builders import PASSPHRASE, TODAY, make_account
from tests.consult.evidence.scene import Scene, make_scene
from tests.visitor import Visitor

LATER = TODAY + timedelta(days=7)


@pytest.fixture
def scene(app: Flask) -> Scene:
    """DS1 agreed, with a common and a rare theme and something against it."""
    made = make_scene(app)
    session = made.team.session
    made.standard.status = StandardStatus.AGREED
    made.standard.for_commissioners = "Pay for =1+1 hours."
    words = ClauseWords(
        wording="A man is asked which worker he wants.",
        criteria="=He is asked on the first day.\nHe is asked again.",
        applies=ServiceKind.MEN_ONLY,
    )
    put_clause(session, made.standard, "1.3", words, today=TODAY)
    made.coded(["quote"] * 12)
    rare = made.new_theme("Named for men")
    made.coded([""], rare)
    made.link("1.1")
    made.link("1.2", Stance.CONTRADICTS, theme=rare)
    session.commit()
    return made


def make(scene: Scene, today: date = TODAY) -> int:
    number = service.make_edition(scene.unlocked(), actor="sam", today=today)
    scene.team.session.commit()
    return number


def put_out(scene: Scene, number: int) -> None:
    kim = make_account(scene.team.app, f"kim{number}")
    service.put_out_edition(
        scene.team.session,
        scene.team.vault,
        "trial",
        number,
        account_id=kim.id,
        actor=kim.name,
        today=TODAY,
    )
    scene.team.session.commit()


def test_an_edition_is_put_out_by_somebody_who_did_not_make_it(scene: Scene, visitor: Visitor) -> None:
    slug = scene.team.consultation.slug
    visitor.visit(f"/standards/{slug}")
    assert visitor.status == 404
    number = make(scene)
    visitor.visit(f"/standards/{slug}")
    assert visitor.status == 404
    with pytest.raises(editions.OwnEditionError):
        service.put_out_edition(
            scene.team.session,
            scene.team.vault,
            "trial",
            number,
            account_id=scene.team.account.id,
            actor="sam",
            today=TODAY,
        )
    put_out(scene, number)
    visitor.visit(f"/standards/{slug}")
    assert visitor.status == 200
    assert "DS1 Believed" in visitor.words
    service.take_back_edition(scene.team.session, scene.team.vault, "trial", number, actor="sam", today=TODAY)
    scene.team.session.commit()
    visitor.visit(f"/standards/{slug}")
    assert visitor.status == 404


def test_only_agreed_standards_are_in_it_and_no_word_of_anybody(scene: Scene) -> None:
    session, consultation = scene.team.session, scene.team.consultation
    text = standards.StandardText(key="DS2", title="Not yet", statement="Under work.")
    standards.write(session, consultation, text, today=TODAY)
    make(scene)
    content = json.dumps(editions.numbered(session, "trial", 1).standards)
    assert "Under work." not in content
    assert "They believed me" not in content
    assert "Sam" not in content
    scene.standard.status = StandardStatus.DRAFT
    with pytest.raises(editions.NothingAgreedError):
        make(scene)


def test_a_part_that_was_dropped_is_in_no_edition_and_the_rest_of_its_standard_is(scene: Scene) -> None:
    at = evidence.desk(scene.unlocked(), "DS1")
    made = Settled(clause_id=b"", wording=0, kind=DecisionKind.DROP, reason="It keeps men away.")
    evidence.decide(at, "1.2", made, "", actor="sam", today=TODAY)
    make(scene)
    (kept,) = editions.numbered(scene.team.session, "trial", 1).standards
    assert [each["number"] for each in kept["clauses"]] == ["DS1", "1.1", "1.3"]


def test_a_part_that_needs_more_is_marked_and_asks_nothing_of_a_service(
    scene: Scene, visitor: Visitor
) -> None:
    at = evidence.desk(scene.unlocked(), "DS1")
    made = Settled(clause_id=b"", wording=0, kind=DecisionKind.NEED_MORE, reason="Few spoke of it.")
    evidence.decide(at, "1.3", made, "", actor="sam", today=TODAY)
    scene.team.session.commit()
    put_out(scene, make(scene))
    slug = scene.team.consultation.slug
    visitor.visit(f"/standards/{slug}/of/DS1")
    assert visitor.words.count("Not decided yet: the team needs to hear or read more") == 1
    assert "A man is asked which worker he wants." in visitor.words, "an open question is not hidden"
    visitor.visit(f"/standards/{slug}/check")
    assert "Staff say that they believe him." in visitor.words
    assert "He is asked on the first day." not in visitor.words
    site = service.edition_site(scene.team.session, "trial", 1, service_name="Standards")
    with zipfile.ZipFile(io.BytesIO(site.content)) as files:
        assert "Not decided yet" in files.read("DS1.html").decode()
        for name in ("check.html", "check.csv"):
            assert "He is asked on the first day." not in files.read(name).decode()
            assert "Staff say that they believe him." in files.read(name).decode()


def test_pages_say_what_speaks_against_and_hide_what_few_raised(scene: Scene, visitor: Visitor) -> None:
    put_out(scene, make(scene))
    slug = scene.team.consultation.slug
    visitor.visit(f"/standards/{slug}/of/DS1")
    assert "about 10" in visitor.words
    assert "Speaks against it: Named for men (raised by a few men who answered)" in visitor.words
    assert "People who work in services were not asked about this." in visitor.words
    assert "Numbers under 6 are not shown" in visitor.words
    assert "Easy read" not in visitor.words, "the team's words have no easy form"
    visitor.visit(f"/standards/{slug}/of/DS9")
    assert visitor.status == 404
    visitor.visit(f"/standards/{slug}/commissioners")
    assert "Pay for =1+1 hours." in visitor.words


def test_a_reader_can_ask_for_one_kind_of_service(scene: Scene, visitor: Visitor) -> None:
    put_out(scene, make(scene))
    slug = scene.team.consultation.slug
    visitor.visit(f"/standards/{slug}/check?for=mixed")
    assert "He is asked again." not in visitor.words
    visitor.visit(f"/standards/{slug}/check?for=men_only")
    assert "He is asked again." in visitor.words
    visitor.visit(f"/standards/{slug}/check?for=nonsense")
    assert "He is asked again." in visitor.words


def test_nothing_on_the_sheet_can_be_sent(scene: Scene, visitor: Visitor) -> None:
    put_out(scene, make(scene))
    visitor.visit(f"/standards/{scene.team.consultation.slug}/check")
    page = visitor.page
    assert page.find("form") is None
    assert page.find("button") is None
    assert len(page.find_all("input", {"type": "radio"})) >= 9
    assert "Nothing that you mark here leaves your device" in visitor.words
    answer = visitor.client.post(f"/standards/{scene.team.consultation.slug}/check", data={"mark": "met"})
    assert answer.status_code == 405


def test_the_table_to_fill_in_holds_no_formula(scene: Scene, visitor: Visitor) -> None:
    """S26: cells of the table that services fill in."""
    put_out(scene, make(scene))
    visitor.visit(f"/standards/{scene.team.consultation.slug}/check.csv")
    assert visitor.response is not None
    rows = list(csv.reader(io.StringIO(visitor.response.data.decode("utf-8-sig"), newline="")))
    assert "'=He is asked on the first day." in {row[2] for row in rows}
    assert {row[1] for row in rows[1:]} == {"1.1", "1.2", "1.3.1", "1.3.2"}


def test_two_editions_laid_side_by_side_do_not_tell_of_a_few(scene: Scene) -> None:
    make(scene)
    scene.coded([""] * 5)
    with pytest.raises(editions.TooFewChangedError, match="fewer than 6"):
        make(scene, LATER)
    scene.coded([""] * 1)
    with pytest.raises(editions.TooFewChangedError, match="once in 7 days"):
        make(scene, LATER - timedelta(days=1))
    assert make(scene, LATER) == 2
    assert editions.numbered(scene.team.session, "trial", 2).counts_changed
    assert not editions.numbered(scene.team.session, "trial", 1).counts_changed
    assert make(scene, LATER) == 3, "words alone may change on any day"


def test_an_edition_as_files_needs_nothing_else_and_is_the_same_each_time(scene: Scene) -> None:
    number = make(scene)
    made = service.edition_site(scene.team.session, "trial", number, service_name="Standards")
    again = service.edition_site(scene.team.session, "trial", number, service_name="Standards")
    assert made.content == again.content
    with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
        names = set(archive.namelist())
        pages = {name: archive.read(name).decode() for name in names if name.endswith(".html")}
        values = json.loads(archive.read("standards.json"))
    assert names == {
        "index.html",
        "commissioners.html",
        "check.html",
        "DS1.html",
        "check.csv",
        "standards.json",
    }
    assert values["standards"][0]["key"] == "DS1"
    for name, page in pages.items():
        read = BeautifulSoup(page, "html.parser")
        assert len(read.find_all("h1")) == 1, name
        assert not read.find_all(["script", "link", "img", "iframe", "form"]), name
        for link in read.find_all("a"):
            target = str(link["href"])
            assert target.startswith("#") or target in names, f"{name}: {target}"
        assert not re.search(r"https?://|url\(", page), name


def test_a_lead_makes_one_on_the_page_and_another_puts_it_out(scene: Scene, app: Flask) -> None:
    scene.colleague("kim")
    people = {}
    for name in ("sam", "kim"):
        people[name] = Visitor(app.test_client())
        people[name].visit("/team/sign-in")
        people[name].press("Sign in", {"name": name, "passphrase": PASSPHRASE})
        people[name].visit("/team/unlock")
        people[name].press("Unlock", {"passphrase": PASSPHRASE})
        people[name].visit("/team/trial/editions")
    assert "No edition is made yet." in people["kim"].words
    people["sam"].press("Make the next edition")
    assert "Somebody other than you puts it out." in people["sam"].words
    people["kim"].visit("/team/trial/editions")
    people["kim"].press("I have read it: put it out")
    assert "The public reads this edition now." in people["kim"].words
    people["sam"].visit("/team/trial/editions")
    people["sam"].press("Take the standards off the public pages")
    assert "The standards are off the public pages." in people["sam"].words
