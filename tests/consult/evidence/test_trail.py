"""Walking both ways; what was turned down; two kinds of service side by side; what happened lately."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest
from flask import Flask

from consult.afterwards.service import ChangeText, publishing
from consult.evidence import service
from consult.models.consultation import Strand
from consult.models.literature import SourceStatus
from consult.models.standard import Stance
from consult.records import findings, responses, standards
from tests.builders import TODAY
from tests.consult.evidence.scene import Scene, make_scene
from tests.consult.evidence.test_evidence_views import enter
from tests.consult.evidence.test_judging import KEPT
from tests.visitor import Visitor


@pytest.fixture
def scene(app: Flask) -> Scene:
    return make_scene(app)


def test_a_sentence_leads_to_its_clause_its_decision_and_its_published_line_and_back(
    scene: Scene, visitor: Visitor
) -> None:
    scene.coded(["quote"] * 6)
    scene.link("1.1")
    session = scene.team.session
    at = service.desk(scene.unlocked(), "DS1")
    service.note_equity(at, "DS1", "Nothing differs.", today=TODAY)
    service.decide(service.desk(scene.unlocked(), "DS1"), "1.1", KEPT, "", actor="sam", today=TODAY)
    entry = ChangeText(
        theme=scene.theme.key, heading="Belief", heard="Doubt hurt.", changed="We ask for belief."
    )
    made = publishing.write(scene.unlocked(), entry, today=TODAY)
    publishing.publish(scene.unlocked(scene.colleague()), made, number=1, actor="kim", today=TODAY)
    session.commit()
    sam = enter(visitor)
    sam.visit(f"/team/trial/themes/{scene.theme.key}/trail")
    for words in (
        "They believed me at once.",
        "Staff say that they believe him.",
        KEPT.reason,
        "We ask for belief.",
    ):
        assert words in sam.words
    links = sam.page.find_all("a")
    back = next(str(each["href"]) for each in links if each.get_text().strip() == "1.1")
    sam.visit(back.partition("#")[0])
    assert "The public page says of this: “Belief”" in sam.words
    forth = next(
        str(each["href"]) for each in sam.page.find_all("a") if str(each.get("href")).endswith("/trail")
    )
    assert forth == f"/team/trial/themes/{scene.theme.key}/trail"


def test_a_finding_coded_with_the_theme_speaks_in_its_row(scene: Scene) -> None:
    session, consultation = scene.team.session, scene.team.consultation
    scene.coded([""] * 6)
    scene.link("1.1")
    source = standards.add_source(session, consultation, "Ash", "Ash 2020", status=SourceStatus.CHECKED)
    finding = standards.add_finding(session, source, "Men who are believed come back.", "12")
    account_id = scene.team.account.id
    standards.link(
        session, scene.clause("1.1"), finding, Stance.QUALIFIES, service.Strength.WEAK, "One study.",
        account_id=account_id, today=TODAY,
    )  # fmt: skip
    loose = service.desk(scene.unlocked(), "DS1").part("1.1")
    assert [(row.name, row.cells[2].stance) for row in loose.rows] == [
        ("Being believed", "silent"),
        ("", "qualifies"),
    ]
    findings.code(session, finding, scene.theme, account_id=account_id, today=TODAY)
    (row,) = service.desk(scene.unlocked(), "DS1").part("1.1").rows
    assert [cell.written for cell in row.cells] == ["supports/many", "silent/not_asked", "qualifies/few"]


def test_what_was_turned_down_is_not_offered_until_somebody_asks_again(scene: Scene) -> None:
    session = scene.team.session
    scene.team.consultation.suggestions = True
    standards.write_clause(
        session, scene.standard, "1.3", "Being believed comes before any proof.", today=TODAY
    )
    first = service.linkable(session, "trial", "DS1").suggestions[0]
    account_id = scene.team.account.id
    service.refuse_link(session, "trial", "DS1", first.value, account_id=account_id, today=TODAY)
    now = service.linkable(session, "trial", "DS1")
    assert first.value not in {each.value for each in now.suggestions}
    assert [each.value for each in now.refused] == [first.value]
    service.offer_again(session, "trial", "DS1", first.value, account_id=account_id, today=TODAY)
    assert service.linkable(session, "trial", "DS1").suggestions[0].value == first.value


def test_who_raised_what_is_split_by_kind_of_service_only_where_nobody_stands_out(scene: Scene) -> None:
    def said(kind: str, count: int) -> list[bytes]:
        ids = [os.urandom(16) for _ in range(count)]
        for response_id in ids:
            responses.send(
                scene.team.session,
                scene.team.intake,
                scene.team.survey,
                response_id=response_id,
                rev=1,
                content={
                    "answers": {"helped_words": "They believed me.", "kind": kind},
                    "depth": "full",
                    "language": "en",
                },
                keys=None,
            )
        scene.team.session.commit()
        return ids

    only, mixed = said("men_only", 12), said("mixed", 14)
    scene.release()
    scene.link("1.1")
    scene.code([*only[:6], *mixed[:7]], end=10)
    rare = scene.new_theme("Named for men")
    scene.link("1.2", theme=rare)
    scene.code([*only[:7], *mixed[:2]], rare, end=10)
    found = service.check(scene.unlocked(), "DS1").found
    assert found is not None
    cells = found.themes[scene.theme.id.hex()]
    assert (cells["men_only"].shown, cells["mixed"].shown) == ("6", "7")
    assert not found.shown(rare.id.hex())


def test_the_list_says_what_happened_in_the_last_week(scene: Scene) -> None:
    scene.link("1.1")
    (now,) = service.listed(scene.team.session, "trial", today=TODAY + timedelta(days=7))
    assert {did.what: did.parts for did in now.standing.lately}["link"] == ("1.1",)
    (later,) = service.listed(scene.team.session, "trial", today=TODAY + timedelta(days=8))
    assert later.standing.lately == ()
    assert later.undecided == ("DS1", "1.1", "1.2")


def test_each_source_has_its_line_in_the_matrix(scene: Scene) -> None:
    scene.coded([""] * 6)
    scene.link("1.1")
    scene.link("1.2", Stance.CONTRADICTS)
    found = service.overview(scene.unlocked())
    said = {row.strand: [(cell.stance, cell.links) for cell in row.cells] for row in found.strands}
    assert said[Strand.SURVIVORS] == [("mixed", 2)]
    assert said[Strand.LITERATURE] == [("", 0)]
