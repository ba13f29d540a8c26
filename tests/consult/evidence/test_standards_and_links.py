"""Standards are written without losing a text; links carry a reason; findings come from what was read."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from consult.evidence import service
from consult.models.standard import Stance, Strength
from consult.records import standards
from tests.builders import TODAY
from tests.consult.evidence.scene import Scene, make_scene
from tests.consult.evidence.test_evidence_views import enter
from tests.visitor import Visitor


@pytest.fixture
def scene(app: Flask) -> Scene:
    return make_scene(app)


def new_link(**changes: object) -> service.NewLink:
    chosen = {
        "clause": "1.1",
        "theme": "being_believed",
        "finding": "",
        "stance": Stance.SUPPORTS,
        "strength": Strength.STRONG,
        "reason": "Plainly said.",
    }
    return service.NewLink(**(chosen | changes))  # type: ignore[arg-type]  # keywords checked by the class


def link(scene: Scene, new: service.NewLink) -> None:
    service.link(scene.team.session, "trial", "DS1", new, account_id=scene.team.account.id, today=TODAY)
    scene.team.session.commit()


def test_a_statement_can_be_linked_like_a_clause_and_comes_first(scene: Scene) -> None:
    link(scene, new_link(clause="DS1"))
    clauses = scene.page().evidence.clauses
    assert [(each.number, each.is_statement, len(each.lines)) for each in clauses] == [
        ("DS1", True, 1),
        ("1.1", False, 0),
        ("1.2", False, 0),
    ]


def test_a_changed_statement_is_the_next_wording_and_keeps_its_links(scene: Scene) -> None:
    link(scene, new_link(clause="DS1"))
    now = service.editing(scene.team.session, "trial", "DS1")
    changed = replace(now.text, statement="Staff believe every man.")
    assert service.change(scene.team.session, "trial", changed, revision=now.revision, today=TODAY).saved
    scene.team.session.commit()
    found = scene.page().evidence
    assert [(each.number, each.statement) for each in found.wordings] == [
        (1, "Staff believe a man from the first word."),
        (2, "Staff believe every man."),
    ]
    assert (found.clauses[0].wording, len(found.clauses[0].lines)) == ("Staff believe every man.", 1)


def test_a_change_to_something_else_makes_no_new_wording(scene: Scene) -> None:
    now = service.editing(scene.team.session, "trial", "DS1")
    service.change(
        scene.team.session, "trial", replace(now.text, why="It matters."), revision=now.revision, today=TODAY
    )
    scene.team.session.commit()
    assert len(scene.page().evidence.wordings) == 1


def test_a_stale_change_is_refused(scene: Scene) -> None:
    now = service.editing(scene.team.session, "trial", "DS1")
    mine, theirs = replace(now.text, why="Mine."), replace(now.text, why="Theirs.")
    service.change(scene.team.session, "trial", theirs, revision=now.revision, today=TODAY)
    outcome = service.change(scene.team.session, "trial", mine, revision=now.revision, today=TODAY)
    assert (outcome.saved, outcome.stale) == (False, True)
    assert service.editing(scene.team.session, "trial", "DS1").text.why == "Theirs."


def test_a_stale_change_of_a_clause_is_refused(scene: Scene) -> None:
    session = scene.team.session
    (first, _) = service.editing(session, "trial", "DS1").clauses
    theirs = replace(first, words=replace(first.words, wording="Theirs."))
    mine = replace(first, words=replace(first.words, why="Mine."))
    service.write_clause(session, "trial", "DS1", theirs, today=TODAY)
    assert service.write_clause(session, "trial", "DS1", mine, today=TODAY).stale
    assert service.editing(session, "trial", "DS1").clauses[0].wording == "Theirs."


def test_each_wording_of_a_clause_is_kept_with_why_it_came(scene: Scene) -> None:
    session = scene.team.session
    (first, _) = service.editing(session, "trial", "DS1").clauses
    checked = replace(first.words, criteria="The first letter says so.\nStaff are asked about it.")
    service.write_clause(session, "trial", "DS1", replace(first, words=checked), today=TODAY)
    now = service.editing(session, "trial", "DS1").clauses[0]
    worded = replace(now, words=replace(checked, wording="Staff believe him."), said="Saying is not enough.")
    service.write_clause(session, "trial", "DS1", worded, today=TODAY)
    found = next(each for each in scene.page().evidence.clauses if each.number == "1.1")
    assert [(each.number, each.statement, each.said) for each in found.wordings] == [
        (1, "Staff say that they believe him.", ""),
        (2, "Staff believe him.", "Saying is not enough."),
    ]
    assert found.words.criteria == "The first letter says so.\nStaff are asked about it."


def test_a_new_clause_cannot_take_a_number_in_use(scene: Scene) -> None:
    taken = service.ClauseText(number="1.1", words=service.ClauseWords(wording="Another."))
    assert service.write_clause(scene.team.session, "trial", "DS1", taken, today=TODAY).taken
    assert service.write_clause(
        scene.team.session, "trial", "DS1", replace(taken, number="DS1"), today=TODAY
    ).taken


def test_the_list_names_what_is_missing(scene: Scene) -> None:
    (before,) = service.listed(scene.team.session, "trial", today=TODAY)
    assert (before.clauses, before.links, before.unlinked) == (2, 0, ("1.1", "1.2"))
    link(scene, new_link())
    (after,) = service.listed(scene.team.session, "trial", today=TODAY)
    assert (after.links, after.unlinked, after.statement_unlinked) == (1, ("1.2",), True)
    assert (after.no_theme, after.no_finding) == (False, True)


def test_the_same_link_twice_is_refused(scene: Scene) -> None:
    link(scene, new_link())
    with pytest.raises(service.LinkedTwiceError):
        link(scene, new_link(stance=Stance.CONTRADICTS))


def test_a_link_is_taken_away_only_through_its_own_standard(scene: Scene) -> None:
    link(scene, new_link())
    (line,) = scene.page().evidence.lines
    service.make(
        scene.team.session,
        "trial",
        service.StandardText(key="DS2", title="Other", statement="Other."),
        today=TODAY,
    )
    with pytest.raises(service.UnknownStandardError):
        service.unlink(scene.team.session, "trial", "DS2", line.link_id.hex())
    service.unlink(scene.team.session, "trial", "DS1", line.link_id.hex())
    assert scene.page().evidence.lines == ()


def test_suggestions_name_the_shared_words_and_wait_for_the_consultation_to_want_them(scene: Scene) -> None:
    session = scene.team.session
    assert service.linkable(session, "trial", "DS1").suggestions == ()
    scene.team.consultation.suggestions = True
    session.flush()
    standards.write_clause(
        session, scene.standard, "1.3", "Being believed comes before any proof.", today=TODAY
    )
    first = service.linkable(session, "trial", "DS1").suggestions[0]
    assert (first.name, first.clause) == ("Being believed", "1.3")
    assert "believed" in first.shared


def test_a_link_remembers_its_wording_until_somebody_reads_it_again(scene: Scene) -> None:
    scene.coded([""] * 6)
    scene.link("1.1", Stance.CONTRADICTS)
    before = scene.page().parts[1]
    assert [row.cells[0].stance for row in before.rows] == ["contradicts"]
    standards.write_clause(scene.team.session, scene.standard, "1.1", "They say so at once.", today=TODAY)
    scene.team.session.commit()

    part = scene.page().parts[1]
    assert part.rows == (), "what was said of other words says nothing of these"
    (line,) = part.clause.earlier
    assert (line.wording, part.contrary) == (1, (line,)), "it is still shown, dissent and all"

    kim = scene.colleague()
    service.hold(scene.team.session, "trial", "DS1", line.link_id.hex(), account_id=kim.id, today=TODAY)
    scene.team.session.commit()
    part = scene.page().parts[1]
    assert [row.cells[0].stance for row in part.rows] == ["contradicts"]
    (line,) = part.clause.lines
    assert (line.wording, line.reread, part.clause.earlier) == (2, TODAY, ())
    assert line.reread_by == kim.display_name


def test_a_new_link_is_made_for_the_wording_that_stands(scene: Scene) -> None:
    standards.write_clause(scene.team.session, scene.standard, "1.1", "They say so at once.", today=TODAY)
    scene.link("1.1")
    (line,) = scene.page().parts[1].clause.lines
    assert (line.wording, line.earlier) == (2, False)


def test_a_link_is_held_on_its_page(scene: Scene, visitor: Visitor) -> None:
    scene.link("1.1")
    standards.write_clause(scene.team.session, scene.standard, "1.1", "They say so at once.", today=TODAY)
    scene.team.session.commit()
    sam = enter(visitor)
    sam.visit("/team/trial/standards/DS1")
    assert "Made for wording 1." in sam.words
    sam.press("It holds for wording 2, too: Being believed")
    assert "Made for wording 1." not in sam.words
    assert "it holds for wording 2, too." in sam.words
