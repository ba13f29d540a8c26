"""What the evidence page shows: figures under the team's rule, contrary evidence, silence and gaps."""

from __future__ import annotations

import pytest
from flask import Flask

from consult.evidence.service import EvidencePage
from consult.models.consultation import Strand
from consult.models.literature import SourceStatus
from consult.models.standard import Stance, Strength
from consult.records import responses, standards
from consult.records.evidence import ClauseEvidence, Silence
from tests.builders import TODAY
from tests.consult.evidence.scene import Scene, make_scene
from tests.consult.evidence.test_evidence_views import enter
from tests.visitor import Visitor


@pytest.fixture
def scene(app: Flask) -> Scene:
    return make_scene(app)


def clause(page: EvidencePage, number: str) -> ClauseEvidence:
    return next(each for each in page.evidence.clauses if each.number == number)


def survivors(page: EvidencePage, number: str) -> list[tuple[str, str]]:
    return [(row.label, row.shown) for row in clause(page, number).figures(Strand.SURVIVORS)]


def test_people_are_counted_once_each_however_often_they_raised_a_theme(scene: Scene) -> None:
    ids = scene.coded([""] * 6)
    scene.code(ids, end=10)
    scene.link("1.1")
    assert survivors(scene.page(), "1.1") == [("Being believed", "6")]


def test_the_team_sees_a_few_below_its_threshold(scene: Scene) -> None:
    scene.coded([""] * 4)
    scene.link("1.1")
    (figure,) = clause(scene.page(), "1.1").figures(Strand.SURVIVORS)
    assert (figure.shown, figure.drawn, figure.hidden, figure.mark) == ("a few", 0, True, "few")


def test_a_theme_held_by_one_person_stays_on_the_page(scene: Scene) -> None:
    scene.coded([""] * 9)
    rare = scene.new_theme("Named for men")
    scene.coded(["quote"], rare)
    scene.link("1.1", theme=rare)
    page = scene.page()
    assert survivors(page, "1.1") == [("Named for men", "a few")]
    (words,) = page.themes
    assert words.rare == (Strand.SURVIVORS,)
    assert [(each.words, each.may_quote) for each in words.excerpts] == [("They believed me at once.", False)]


def test_strands_are_counted_apart(scene: Scene) -> None:
    scene.coded([""] * 7)
    scene.coded([""] * 5, survey=scene.practitioners)
    scene.link("1.1")
    found = clause(scene.page(), "1.1")
    assert [row.shown for row in found.figures(Strand.SURVIVORS)] == ["7"]
    assert [row.shown for row in found.figures(Strand.PRACTITIONERS)] == ["5"]


def test_responses_that_wait_for_their_batch_never_count(scene: Scene) -> None:
    """S32: counts."""
    scene.coded([""] * 6)
    scene.link("1.1")
    waiting = scene.answer([""] * 3)
    scene.code(waiting)
    assert survivors(scene.page(), "1.1") == [("Being believed", "6")]


def test_evidence_against_is_always_in_a_block_of_its_own(scene: Scene) -> None:
    scene.coded([""] * 6)
    other = scene.new_theme("Proof wanted")
    scene.link("1.1")
    scene.link("1.2", Stance.CONTRADICTS, theme=other)
    assert [(line.name, line.clause) for line in scene.page().evidence.contrary] == [("Proof wanted", "1.2")]


def test_a_clause_that_nothing_is_linked_to_is_named_as_a_gap(scene: Scene) -> None:
    scene.coded([""] * 6)
    scene.link("1.1")
    gaps = {each.number: each for each in scene.page().evidence.gaps}
    assert set(gaps) == {"DS1", "1.1", "1.2"}
    assert gaps["1.2"].lines == ()


def test_silence_says_whether_a_strand_was_asked(scene: Scene) -> None:
    scene.coded([""] * 6)
    scene.link("1.1")
    assert clause(scene.page(), "1.1").silent == {
        Strand.PRACTITIONERS: Silence.NOT_ASKED,
        Strand.LITERATURE: Silence.NOT_ASKED,
    }
    scene.answer([""] * 5, survey=scene.practitioners)
    scene.release()
    session, consultation = scene.team.session, scene.team.consultation
    standards.add_source(session, consultation, "Ash", "Ash 2020", status=SourceStatus.CHECKED)
    session.commit()
    assert set(clause(scene.page(), "1.1").silent.values()) == {Silence.ASKED_NOT_RAISED}


def test_a_finding_speaks_for_the_literature(scene: Scene) -> None:
    session, consultation = scene.team.session, scene.team.consultation
    source = standards.add_source(session, consultation, "Ash", "Ash 2020", status=SourceStatus.CHECKED)
    finding = standards.add_finding(session, source, "Men who are believed come back.", "12")
    standards.link(
        session,
        scene.clause("1.1"),
        finding,
        Stance.QUALIFIES,
        Strength.WEAK,
        "One study.",
        account_id=scene.team.account.id,
        today=TODAY,
    )
    session.commit()
    (line,) = clause(scene.page(), "1.1").lines
    assert (line.name, line.source, line.page, line.linked_by) == (
        "Men who are believed come back.",
        "Ash 2020",
        "12",
        "Sam",
    )
    assert Strand.LITERATURE not in clause(scene.page(), "1.1").silent


def test_words_are_shown_as_their_author_allowed(scene: Scene) -> None:
    scene.coded(["quote"] * 3 + ["paraphrase"] * 2 + ["count_only", ""])
    scene.link("1.1")
    (words,) = scene.page(whole_theme=scene.theme.id.hex()).themes
    allowed = sorted((each.consent, each.may_quote) for each in words.excerpts)
    assert allowed == [("paraphrase", False)] * 2 + [("quote", True)] * 3
    assert words.only_counted
    assert survivors(scene.page(), "1.1") == [("Being believed", "7")]


def test_a_theme_shows_a_few_people_first_and_more_when_asked(scene: Scene) -> None:
    scene.coded(["quote"] * 8)
    scene.link("1.1")
    (first,) = scene.page().themes
    (whole,) = scene.page(whole_theme=scene.theme.id.hex()).themes
    assert (len(first.excerpts), first.more) == (3, True)
    assert (len(whole.excerpts), whole.more) == (8, False)


def test_a_withdrawn_response_takes_its_excerpt_and_its_count_along(scene: Scene) -> None:
    scene.coded(["quote"] * 5)
    words, keys = responses.new_code(scene.team.intake, scene.team.consultation)
    assert words
    response_id = b"\x01" * 16
    responses.send(
        scene.team.session,
        scene.team.intake,
        scene.team.survey,
        response_id=response_id,
        rev=1,
        content={
            "answers": {"helped_words": "Someone rang me back.", "words_use": "quote"},
            "depth": "full",
            "language": "en",
        },
        keys=keys,
    )
    scene.team.session.commit()
    scene.release()
    scene.code([response_id])
    scene.link("1.1")
    assert survivors(scene.page(), "1.1") == [("Being believed", "6")]
    whole = scene.page(whole_theme=scene.theme.id.hex())
    assert "Someone rang me back." in {each.words for each in whole.themes[0].excerpts}
    responses.withdraw(scene.team.session, scene.team.intake, scene.team.survey, keys)
    scene.team.session.commit()
    page = scene.page(whole_theme=scene.theme.id.hex())
    assert survivors(page, "1.1") == [("Being believed", "5")]
    assert "Someone rang me back." not in {each.words for each in page.themes[0].excerpts}
    assert page.evidence.asked[Strand.SURVIVORS].shown == "5"


def test_the_page_says_whether_new_themes_still_come(scene: Scene, visitor: Visitor) -> None:
    """The same few themes in every answer: after the first twenty nothing new comes."""
    enter(visitor).visit("/team/trial/standards/DS1")
    assert "whether new themes still come" not in visitor.words
    scene.coded([""] * 29)
    visitor.visit("/team/trial/standards/DS1")
    assert "too few answers are coded to tell whether new themes still come" in visitor.words
    scene.coded([""])
    visitor.visit("/team/trial/standards/DS1")
    assert "after about 30 answers, ten more brought hardly a new theme" in visitor.words
    assert "No answer was coded by two people yet" in visitor.words
