"""The literature as somebody of the team meets it: from a list of references to a finding with a theme."""

from __future__ import annotations

import io
import re
import time

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from consult.literature import service
from consult.literature.service import doubles
from consult.models.consultation import Consultation
from consult.models.literature import Search, Source
from consult.records import findings, literature
from consult.web.extensions import db
from tests.builders import PASSPHRASE, TODAY
from tests.consult.evidence.scene import Scene, make_scene
from tests.visitor import HOST, Visitor

LIST = "".join(
    f"TY  - JOUR\nAU  - {author}\nTI  - {title}\nPY  - {year}\nDO  - {doi}\nAB  - =1+1 <b>x</b>\nER  - \n"
    for author, title, year, doi in (
        ("Ash, B", "Being believed by a first contact in services for men and boys", 2020, "10.1000/one"),
        ("Ash, B", "Being believed by the first contact in services for men and boys", 2021, "10.1000/two"),
        ("Oak, C", "Choice of a worker: עברית <script>alert(1)</script>", 2019, "10.1000/three"),
        ("Oak, C", "Choice of a worker, again", 2019, "10.1000/three"),
        ("Elm, D", "=HYPERLINK(1)", 2018, "not a doi"),
    )
)


@pytest.fixture
def scene(app: Flask) -> Scene:
    return make_scene(app)


@pytest.fixture
def sam(scene: Scene, visitor: Visitor) -> Visitor:
    visitor.visit("/team/sign-in")
    visitor.press("Sign in", {"name": "sam", "passphrase": PASSPHRASE})
    return visitor


def send(visitor: Visitor, content: bytes, place: str = "A library") -> None:
    visitor.visit("/team/trial/literature/lists")
    token = str(visitor.page.find("input", {"name": "csrf_token"})["value"])  # type: ignore[index]
    answer = visitor.client.post(
        "/team/trial/literature/lists",
        data={
            "csrf_token": token,
            "place": place,
            "terms": "men AND support",
            "file": (io.BytesIO(content), "list.ris"),
        },
        base_url=HOST,
        headers={"Sec-Fetch-Site": "same-origin"},
        follow_redirects=True,
    )
    visitor.read(answer)


def stored(scene: Scene, text: str, *, leave_out_known: bool = False) -> None:
    """A list brought in by the services."""
    session = scene.team.session
    key = service.hold(
        session, "trial", text.encode(), "A list", "", account_id=scene.team.account.id, today=TODAY
    )
    service.store(
        session,
        scene.team.vault,
        "trial",
        key,
        leave_out_known=leave_out_known,
        actor="sam",
        today=TODAY,
    )
    session.commit()


def test_from_a_list_to_a_finding_with_a_theme(scene: Scene, sam: Visitor) -> None:
    """S26: a list that holds formulas and markup is shown as text."""
    sam.visit("/team/trial/literature")
    assert "No publication is recorded yet." in sam.words
    send(sam, LIST.encode())
    assert sam.heading == "What was read in the list"
    assert "Choice of a worker: עברית <script>alert(1)</script>" in sam.words
    assert "has not the form of one" in sam.words
    assert scene.team.session.scalar(select(func.count()).select_from(Source)) == 0
    sam.press("Store these references", {"known": "leave_out"})
    assert "The references are stored." in sam.words
    assert "Publications: 4" in sam.words

    sam.visit("/team/trial/literature/doubles")
    assert "Ash-2020 and Ash-2021" in sam.words
    sam.press("One: keep Ash-2020")
    assert "No two publications look alike" in sam.words
    sam.visit("/team/trial/literature/works/Ash-2021")
    assert "Kept as Ash-2020" in sam.words

    sam.visit("/team/trial/literature/works/Oak-2019")
    sam.press("Keep this decision", {"outcome": "out_by_title"})
    assert sam.status == 422
    assert "Please give a short reason" in sam.words
    sam.press("Keep this decision", {"reason": "not about support"})
    assert "left out by Sam" in sam.words

    sam.visit("/team/trial/literature/works/Ash-2020")
    assert "Findings can be added once somebody has read it." in sam.words
    sam.press("I have read it")
    sam.press(
        "Add finding",
        {"statement": "Men who are believed come back.", "page": "12", "themes": "being_believed"},
    )
    assert "Men who are believed come back." in sam.words
    sam.press("Keep this judgement", {"design": "Interviews"})
    assert sam.status == 422
    sam.press(
        "Keep this judgement",
        {
            "setting": "Two services",
            "population": "men_only",
            "from_uk": "yes",
            "concern": "minor",
            "reason": "Nine men.",
        },
    )
    assert sam.status == 200

    session, consultation = scene.team.session, scene.team.consultation
    session.rollback()
    (coded,) = findings.by_theme(session, consultation)[scene.theme.id]
    assert (coded.source, coded.page) == ("Ash-2020", "12")
    flow = literature.flow(session, consultation)
    assert (flow.found, flow.left_out, flow.doubles, flow.waiting) == (5, 1, 1, 1)
    assert (flow.out_by_title, flow.included, flow.read, flow.appraised, flow.findings) == (1, 1, 1, 1, 1)
    assert flow.found == flow.left_out + flow.doubles + flow.waiting + flow.out_by_title + flow.included
    sam.press("Take off")
    session.rollback()
    assert findings.by_theme(session, consultation) == {}


def test_a_list_is_stored_or_forgotten_once(scene: Scene, sam: Visitor) -> None:
    send(sam, LIST.encode())
    path = sam.path
    sam.press("Forget this list")
    assert "Nothing of it was stored." in sam.words
    sam.visit(path)
    assert "This list was stored or forgotten already." in sam.words
    assert scene.team.session.scalar(select(func.count()).select_from(Search)) == 0


def test_what_is_no_list_says_so_beside_its_field_and_keeps_what_was_typed(sam: Visitor) -> None:
    send(sam, b"hello")
    assert sam.status == 422
    assert "please export it as RIS" in sam.words
    assert sam.page.find("textarea", string=re.compile("men AND support")) is not None
    send(sam, b"")
    assert "Please choose a file with references in it." in sam.words


def test_pairs_are_decided_by_a_person_and_come_no_second_time(scene: Scene, sam: Visitor) -> None:
    stored(scene, LIST)
    assert [(p.first.key, p.second.key) for p in doubles.pairs(scene.team.session, "trial")] == [
        ("Ash-2020", "Ash-2021"),
        ("Oak-2019", "Oak-2019b"),
    ]
    sam.visit("/team/trial/literature/doubles")
    sam.press("They are two")
    assert "Oak-2019 and Oak-2019b" in sam.words
    assert "Ash-2020 and Ash-2021" not in sam.words
    sam.press("One: keep Oak-2019b")
    service.mark_read(scene.team.session, "trial", "Oak-2019b", account_id=scene.team.account.id, today=TODAY)
    scene.team.session.commit()


def test_a_publication_with_findings_is_neither_left_out_nor_called_a_double(scene: Scene) -> None:
    stored(scene, LIST)
    session, me = scene.team.session, scene.team.account.id
    service.mark_read(session, "trial", "Ash-2021", account_id=me, today=TODAY)
    service.add_finding(session, "trial", "Ash-2021", "A finding.", "")
    with pytest.raises(service.HasFindingsError):
        service.same(session, "trial", "Ash-2020", "Ash-2021", account_id=me, today=TODAY)
    with pytest.raises(service.InUseError):
        service.screen(
            session, "trial", "Ash-2021", service.Outcome.OUT_BY_TEXT, "why", account_id=me, today=TODAY
        )
    with pytest.raises(service.UnreadSourceError):
        service.add_finding(session, "trial", "Ash-2020", "A finding.", "")


def test_a_publication_is_recorded_by_hand_under_a_key_of_its_own(sam: Visitor) -> None:
    sam.visit("/team/trial/literature/new")
    sam.press("Record publication", {"key": "Ash 2020", "citation": "Ash 2020"})
    assert sam.status == 422
    sam.press("Record publication", {"key": "Ash-2020"})
    assert sam.heading == "Ash-2020"
    sam.visit("/team/trial/literature/new")
    sam.press("Record publication", {"key": "Ash-2020", "citation": "Again"})
    assert "This key is in use." in sam.words


def test_five_thousand_references_come_in_and_are_shown_by_the_page(scene: Scene, sam: Visitor) -> None:
    text = "".join(
        f"TY  - JOUR\nAU  - Ash, B\nTI  - Study {n} of support {n * 7}\nPY  - {1990 + n % 30}\nER  - \n"
        for n in range(5000)
    )
    begun = time.process_time()
    send(sam, text.encode())
    sam.press("Store these references")
    assert time.process_time() - begun < 30
    asked: list[str] = []
    listener = lambda *args: asked.append(args[2])  # noqa: E731
    event.listen(db.engine, "before_cursor_execute", listener)
    sam.visit("/team/trial/literature?page=3")
    event.remove(db.engine, "before_cursor_execute", listener)
    assert "Page 3 of 100" in sam.words
    assert len(asked) <= 14


def test_publications_of_another_consultation_are_not_there(scene: Scene) -> None:
    stored(scene, LIST)
    session = scene.team.session
    session.add(Consultation(name="other", title="Other", min_grants=1))
    session.flush()
    assert service.shelf(session, "other").count == 0
    assert doubles.pairs(session, "other") == []
    with pytest.raises(service.UnknownSourceError):
        service.publication(session, "other", "Ash-2020")
    with pytest.raises(service.GoneError):
        service.keep_apart(session, "other", "Ash-2020", "Ash-2021", account_id=scene.team.account.id)
