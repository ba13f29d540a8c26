"""The pages as somebody of the team meets them, without script."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import event, select

from consult.models.account import Role
from consult.models.audit import AuditEvent
from consult.models.standard import Stance
from consult.web.extensions import db
from tests.builders import PASSPHRASE, make_account
from tests.consult.evidence.scene import Scene, make_scene
from tests.visitor import Visitor


@pytest.fixture
def scene(app: Flask) -> Scene:
    return make_scene(app)


def enter(visitor: Visitor, name: str = "sam") -> Visitor:
    visitor.visit("/team/sign-in")
    visitor.press("Sign in", {"name": name, "passphrase": PASSPHRASE})
    visitor.visit("/team/unlock")
    visitor.press("Unlock", {"passphrase": PASSPHRASE})
    return visitor


@pytest.fixture
def sam(scene: Scene, visitor: Visitor) -> Visitor:
    return enter(visitor)


def test_a_standard_is_written_and_gets_clauses(sam: Visitor) -> None:
    sam.visit("/team/trial/standards")
    assert "DS1 Believed" in sam.words
    sam.visit("/team/trial/standards/new")
    sam.press("Save standard", {"key": "new", "title": "Ways in", "statement": "Several ways in."})
    assert sam.status == 422
    sam.press("Save standard", {"key": "DS2"})
    assert sam.heading == "Change DS2"
    sam.press("Save clause", {"clause-number": "2.1", "clause-wording": "Phone, text and in person."})
    assert "Phone, text and in person." in sam.words
    sam.visit("/team/trial/standards/DS2/edit?clause=2.1")
    sam.press("Save clause", {"clause-wording": "Phone and text."})
    sam.visit("/team/trial/standards/DS2")
    assert "Phone and text." in sam.words
    assert "The statement: nothing is linked." in sam.words


def test_a_stale_edit_shows_both_texts_and_can_be_saved_again(sam: Visitor, app: Flask) -> None:
    sam.visit("/team/trial/standards/DS1/edit")
    other = enter(Visitor(app.test_client()))
    other.visit("/team/trial/standards/DS1/edit")
    other.press("Save standard", {"why": "Theirs: doubt is quickly felt."})
    sam.press("Save standard", {"why": "Mine: a first word counts."})
    assert sam.status == 409
    assert "Theirs: doubt is quickly felt." in sam.words
    assert "Mine: a first word counts." in sam.words
    sam.press("Save standard")
    assert "Mine: a first word counts." in sam.words
    assert sam.heading == "DS1 Believed"


def test_a_link_needs_a_reason_and_keeps_what_was_chosen(scene: Scene, sam: Visitor) -> None:
    scene.coded([""] * 6)
    sam.visit("/team/trial/standards/DS1/links?clause=1.1")
    chosen = {"theme": "being_believed", "stance": "contradicts", "strength": "strong"}
    sam.press("Link", chosen)
    assert sam.status == 422
    assert "Please say in a sentence why you link these two." in sam.words
    sam.press("Link", {"reason": "Men say they were doubted."})
    assert sam.heading == "DS1 Believed"
    contrary = sam.page.find(attrs={"aria-labelledby": "contrary"})
    assert contrary is not None
    assert "Being believed" in contrary.get_text()
    assert "Linked by Sam" in sam.words
    sam.press("Take this link away: Being believed")
    assert "Nothing that was linked, rated or said in a decision speaks against it." in sam.words


def test_a_link_needs_one_end_and_not_two(sam: Visitor) -> None:
    sam.visit("/team/trial/standards/DS1/links")
    sam.press("Link", {"stance": "supports", "strength": "weak", "reason": "Because."})
    assert sam.status == 422
    assert "Please choose a theme or a finding: one of the two." in sam.words


def test_a_quote_is_proposed_by_one_and_passed_by_another(scene: Scene, sam: Visitor, app: Flask) -> None:
    scene.coded(["quote"] * 6)
    scene.link("1.1")
    sam.visit("/team/trial/standards/DS1")
    assert "may be quoted" in sam.words
    sam.press("Propose this quote", {"words": "They hugged me."})
    assert sam.status == 422
    assert "They hugged me." in sam.words
    sam.press("Propose this quote", {"words": "They believed me [...]"})
    assert "Proposed by you. Somebody else needs to pass it." in sam.words
    assert sam.page.find("button", attrs={"value": "confirm"}) is None
    scene.colleague()
    kim = enter(Visitor(app.test_client()), "kim")
    kim.visit("/team/trial/standards/DS1")
    kim.press("Pass this quote")
    assert "Passed by two people: reports may use it." in kim.words


def test_the_matrix_keeps_every_theme_and_names_gaps(scene: Scene, sam: Visitor) -> None:
    scene.coded([""] * 7)
    scene.coded([""], scene.new_theme("Named for men"))
    scene.link("1.1")
    scene.link("1.2", Stance.CONTRADICTS)
    sam.visit("/team/trial/matrix")
    assert "Being believed, Survivors: 7" in sam.words
    assert "Named for men, Survivors: raised by a few gap" in sam.words
    assert "says different things" in sam.words


def test_downloads_are_files_with_neutral_names_and_are_noted(scene: Scene, sam: Visitor) -> None:
    scene.coded([""] * 7)
    scene.link("1.1")
    for path, name in (
        ("standards/DS1/report.html", "report.html"),
        ("standards/DS1/evidence.csv", "evidence.csv"),
        ("evidence.csv", "matrix.csv"),
    ):
        response = sam.client.get(f"/team/trial/{path}", base_url="http://localhost")
        assert response.status_code == 200
        assert response.headers["Content-Disposition"] == f'attachment; filename="{name}"'
        assert response.headers["Cache-Control"] == "no-store"
    notes = scene.team.session.scalars(
        select(AuditEvent).where(AuditEvent.action == "export").order_by(AuditEvent.seq)
    )
    assert [(each.actor, each.detail) for each in notes] == [
        ("sam", "report.html DS1"),
        ("sam", "evidence.csv DS1"),
        ("sam", "matrix.csv"),
    ]


def test_an_analyst_reads_and_links_but_does_not_edit(scene: Scene, app: Flask) -> None:
    make_account(app, "ann", scene.team.consultation, Role.ANALYST)
    ann = enter(Visitor(app.test_client()), "ann")
    ann.visit("/team/trial/standards")
    assert ann.status == 200
    assert "Write a new standard" not in ann.words
    ann.visit("/team/trial/standards/DS1/edit")
    assert ann.status == 404
    ann.visit("/team/trial/standards/DS1/links")
    assert ann.status == 200


def test_nobody_else_sees_any_of_it(scene: Scene, app: Flask) -> None:
    make_account(app, "lee")
    lee = enter(Visitor(app.test_client()), "lee")
    for path in ("standards", "standards/DS1", "matrix", "literature", "evidence.csv"):
        lee.visit(f"/team/trial/{path}")
        assert lee.status == 404


def test_the_evidence_page_asks_the_database_at_most_twelve_times(scene: Scene, sam: Visitor) -> None:
    scene.coded(["quote"] * 7)
    scene.coded([""] * 6, scene.new_theme("Waiting"), survey=scene.practitioners)
    scene.link("1.1")
    sam.visit("/team/trial/standards/DS1")
    asked: list[str] = []

    def note(_c: object, _cur: object, statement: str, *_more: object) -> None:
        if statement.startswith("SELECT"):
            asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    sam.visit("/team/trial/standards/DS1")
    event.remove(db.engine, "before_cursor_execute", note)
    assert 0 < len(asked) <= 12, "\n\n".join(asked)
