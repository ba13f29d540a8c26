"""What people judge: rows and their second reader, how sure one is, the two kinds of service, decisions."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from consult.evidence import service
from consult.evidence.service import Concern, Confidence, DecisionKind, Desk, Settled, Sureness
from consult.models.consultation import Strand
from consult.models.judgement import ConfidenceJudgement
from consult.models.note import Note
from consult.models.panel import RoundState
from consult.models.standard import Stance
from consult.records import codings, responses
from consult.records.panel_figures import ItemFigures
from tests.builders import TODAY
from tests.consult.evidence.scene import Scene, make_scene
from tests.consult.evidence.test_evidence_views import enter
from tests.consult.panel.test_practitioners import keep
from tests.visitor import Visitor

NONE, MINOR, MODERATE, SERIOUS = Concern
KEPT = Settled(
    clause_id=b"",
    wording=0,
    kind=DecisionKind.KEEP,
    reason="Men and the panel say the same.",
    people="R. Okafor: works for a mixed service",
    dissent="One of us finds it too strict.",
    notes="Long talk about small teams.",
)


@pytest.fixture
def scene(app: Flask) -> Scene:
    made = make_scene(app)
    made.coded(["quote"] * 6)
    made.link("1.1")
    return made


def desk(scene: Scene, colleague: bool = False) -> Desk:
    account = scene.colleague() if colleague else None
    return service.desk(scene.unlocked(account), "DS1")


def split(scene: Scene, **changes: object) -> None:
    """The panel has rated 1.1, and services for men only rate it in another way than mixed ones."""
    figures = ItemFigures(
        verdict="in_with_reservation",
        n=20,
        median=7.5,
        equal_hi=72,
        equal_lo=5,
        pooled_hi=74,
        pooled_lo=5,
        reservations=("mixed_service",),
        parity="red",
        stable=True,
    )
    keep(scene, 1, RoundState.CLOSED, replace(figures, **changes))  # type: ignore[arg-type]


def test_a_row_says_what_is_proposed_until_a_person_chooses_and_a_second_confirms(scene: Scene) -> None:
    split(scene)
    row = desk(scene).part("1.1").rows[0]
    assert [(cell.strand, cell.written, cell.proposed) for cell in row.cells] == [
        (Strand.SURVIVORS, "supports/many", True),
        (Strand.PRACTITIONERS, "qualifies/many", True),
        (Strand.LITERATURE, "silent/not_asked", True),
    ]
    assert (row.verdict, row.silent) == ("complementarity", ("literature",))
    cells = {"survivors": "", "practitioners": "qualifies/some", "literature": "silent/asked_not_raised"}
    service.judge_row(
        desk(scene), "1.1", row.key, cells, "convergence", "Both want it; the means differ.", today=TODAY
    )
    with pytest.raises(service.SecondPersonError):
        service.confirm_row(desk(scene), "1.1", row.key)
    service.confirm_row(desk(scene, colleague=True), "1.1", row.key)
    found = desk(scene).part("1.1").rows[0]
    assert [cell.written for cell in found.cells] == [
        "supports/many",
        "qualifies/some",
        "silent/asked_not_raised",
    ]
    assert (found.result, found.verdict, found.overridden) == ("complementarity", "convergence", True)
    assert found.judged is not None
    assert (found.judged.by, found.judged.second) == ("Sam", "Kim")


def test_a_cell_cannot_be_silent_and_widely_held(scene: Scene) -> None:
    at = desk(scene)
    row = at.part("1.1").rows[0]
    cells = {"survivors": "silent/many", "practitioners": "", "literature": ""}
    with pytest.raises(service.CellError):
        service.judge_row(at, "1.1", row.key, cells, "", "No.", today=TODAY)


def test_ratings_of_an_earlier_wording_are_shown_and_speak_in_no_row(scene: Scene) -> None:
    split(scene)
    (first, _) = service.editing(scene.team.session, "trial", "DS1").clauses
    words = replace(first.words, wording="Staff believe him.")
    service.write_clause(scene.team.session, "trial", "DS1", replace(first, words=words), today=TODAY)
    (link,) = desk(scene).part("1.1").clause.lines
    who = scene.team.account.id
    service.hold(scene.team.session, "trial", "DS1", link.link_id.hex(), account_id=who, today=TODAY)
    part = desk(scene).part("1.1")
    assert part.rerated
    assert part.panel is not None
    assert part.rows[0].cells[1].stance == "silent"


def test_what_a_few_raters_said_proposes_nothing(scene: Scene) -> None:
    split(scene, n=None, median=None, equal_hi=None, equal_lo=None, verdict="too_few", parity="too_few")
    part = desk(scene).part("1.1")
    assert not part.rows[0].cells[1].by_panel
    assert not part.flagged


@pytest.mark.parametrize(
    ("concerns", "level"),
    [
        ((NONE, NONE, NONE, NONE), Confidence.HIGH),
        ((MINOR, NONE, NONE, NONE), Confidence.HIGH),
        ((MINOR, MINOR, NONE, NONE), Confidence.MODERATE),
        ((MODERATE, NONE, NONE, NONE), Confidence.MODERATE),
        ((MODERATE, MODERATE, NONE, NONE), Confidence.LOW),
        ((SERIOUS, NONE, NONE, NONE), Confidence.LOW),
        ((SERIOUS, SERIOUS, NONE, NONE), Confidence.VERY_LOW),
        ((SERIOUS, SERIOUS, MODERATE, MODERATE), Confidence.VERY_LOW),
    ],
)
def test_four_concerns_propose_a_level(concerns: tuple[Concern, ...], level: Confidence) -> None:
    assert service.proposed_level(concerns) == level


def test_how_sure_we_are_is_chosen_confirmed_by_another_and_goes_with_its_link(scene: Scene) -> None:
    sure = Sureness(
        concerns=dict.fromkeys(service.COMPONENTS, NONE) | {"adequacy": MODERATE},
        level=Confidence.LOW,
        reason="Six people, all of one town.",
    )
    (line,) = desk(scene).found.lines
    service.judge_link(desk(scene), line.link_id.hex(), sure, today=TODAY)
    with pytest.raises(service.SecondPersonError):
        service.confirm_link(desk(scene), line.link_id.hex())
    service.confirm_link(desk(scene, colleague=True), line.link_id.hex())
    part = desk(scene).part("1.1")
    assert part.sure is not None
    assert (part.sure.level, part.sure.concerns["adequacy"], part.sure.second) == ("low", "moderate", "Kim")
    # Judged again it waits for a second person again.
    service.judge_link(desk(scene), line.link_id.hex(), sure, today=TODAY)
    assert desk(scene).found.lines[0].sure.second == ""  # type: ignore[union-attr]
    service.unlink(scene.team.session, "trial", "DS1", line.link_id.hex())
    assert scene.team.session.scalars(select(ConfidenceJudgement)).all() == []


def test_nothing_is_kept_before_somebody_wrote_what_differs_between_services(scene: Scene) -> None:
    with pytest.raises(service.EquityMissingError):
        service.decide(desk(scene), "1.1", KEPT, "", actor="sam", today=TODAY)
    service.note_equity(desk(scene), "DS1", "Nothing differs.", today=TODAY)
    service.decide(desk(scene), "1.1", KEPT, "", actor="sam", today=TODAY)
    # Where the panel's two groups differ, the note on the whole is not enough.
    split(scene)
    with pytest.raises(service.EquityMissingError):
        service.decide(desk(scene), "1.1", KEPT, "", actor="sam", today=TODAY)
    service.decide(
        desk(scene), "1.1", replace(KEPT, kind=DecisionKind.NEED_MORE), "", actor="sam", today=TODAY
    )
    service.note_equity(desk(scene), "1.1", "Small mixed teams cannot always offer it.", today=TODAY)
    service.decide(desk(scene), "1.1", KEPT, "", actor="sam", today=TODAY)
    decisions = desk(scene).part("1.1").judged.decisions
    assert [(each.number, each.kind) for each in decisions] == [(1, "keep"), (2, "need_more"), (3, "keep")]


def test_a_change_makes_the_next_wording_and_says_why(scene: Scene) -> None:
    service.note_equity(desk(scene), "DS1", "Nothing differs.", today=TODAY)
    changed = replace(KEPT, kind=DecisionKind.CHANGE, reason="Saying it is not enough.")
    with pytest.raises(service.SameWordsError):
        service.decide(
            desk(scene), "1.1", changed, "Staff say that they believe him.", actor="sam", today=TODAY
        )
    service.decide(desk(scene), "1.1", changed, "Staff show that they believe him.", actor="sam", today=TODAY)
    part = desk(scene).part("1.1")
    ((wording, pieces),) = part.clause.changes
    assert (wording.number, wording.said) == (2, "Saying it is not enough.")
    assert [piece.words for piece in pieces if piece.mark != "same"] == ["say", "show"]
    assert part.decision is not None
    assert (part.decision.wording, part.decision.next_wording) == (1, 2)


def test_a_changed_statement_is_seen_by_who_edits_the_standard_meanwhile(scene: Scene) -> None:
    now = service.editing(scene.team.session, "trial", "DS1")
    service.note_equity(desk(scene), "DS1", "Nothing differs.", today=TODAY)
    changed = replace(KEPT, kind=DecisionKind.CHANGE)
    service.decide(desk(scene), "DS1", changed, "Staff believe every man.", actor="sam", today=TODAY)
    mine = replace(now.text, why="It matters.")
    assert service.change(scene.team.session, "trial", mine, revision=now.revision, today=TODAY).stale


def test_who_decided_and_what_they_said_is_sealed(scene: Scene) -> None:
    """S5: the database alone tells neither who was there, nor who disagreed, nor what was said."""
    service.note_equity(desk(scene), "DS1", "Nothing differs.", today=TODAY)
    service.decide(desk(scene), "1.1", KEPT, "", actor="sam", today=TODAY)
    scene.team.session.commit()
    made = desk(scene).part("1.1").decision
    assert made is not None
    assert (made.paper["people"], made.paper["dissent"]) == (KEPT.people, KEPT.dissent)
    blobs = b"".join(scene.team.session.scalars(select(Note.blob)))
    for words in (KEPT.people, KEPT.dissent, KEPT.notes):
        assert words.encode() not in blobs


def test_a_withdrawn_voice_heals_the_chain_and_the_page_says_so(scene: Scene) -> None:
    words, keys = responses.new_code(scene.team.intake, scene.team.consultation)
    assert words
    content = {"answers": {"helped_words": "Someone rang me back."}, "depth": "full", "language": "en"}
    session, intake, survey = scene.team.session, scene.team.intake, scene.team.survey
    responses.send(session, intake, survey, response_id=b"\x01" * 16, rev=1, content=content, keys=keys)
    session.commit()
    scene.release()
    scene.code([b"\x01" * 16], end=10)
    service.note_equity(desk(scene), "DS1", "Nothing differs.", today=TODAY)
    service.decide(desk(scene), "1.1", KEPT, "", actor="sam", today=TODAY)
    session.commit()
    assert not scene.page().taken_back

    responses.withdraw(session, intake, survey, keys)
    session.commit()

    page = scene.page()
    assert page.taken_back
    assert [part.clause.number for part in page.parts if part.taken_back] == ["1.1"]
    # A later decision rests on what is there now.
    service.decide(desk(scene), "1.1", KEPT, "", actor="sam", today=TODAY)
    session.commit()
    assert not scene.page().taken_back


def test_a_coding_that_the_team_takes_away_is_no_withdrawal(scene: Scene) -> None:
    scene.coded([""] * 2)
    service.note_equity(desk(scene), "DS1", "Nothing differs.", today=TODAY)
    service.decide(desk(scene), "1.1", KEPT, "", actor="sam", today=TODAY)
    scene.team.session.commit()
    team, opened = scene.team, scene.team.unlocked()
    acts = codings.acts(team.session, team.vault, team.consultation, opened.keys)
    for coding in codings.live(acts):
        codings.remove(
            team.session, team.vault, team.consultation, opened.keys, coding, coder_id=team.account.id, seq=2
        )
    team.session.commit()
    assert not desk(scene).heard.raised
    assert not scene.page().taken_back


def test_a_standard_is_judged_and_decided_over_pages(scene: Scene, visitor: Visitor) -> None:
    split(scene)
    scene.link("1.2", Stance.CONTRADICTS, theme=scene.new_theme("Proof wanted"))
    sam = enter(visitor)
    sam.visit("/team/trial/standards/DS1")
    assert "The panel: in, with a reservation" in sam.words
    assert "Reservation of: services for men and women" in sam.words
    link = next(each for each in sam.page.find_all("a") if "They add to one another" in each.get_text())
    sam.visit(str(link["href"]))
    sam.press("Keep this judgement", {"verdict": "convergence"})
    assert sam.status == 422
    assert "Please say in a sentence why" in sam.words
    sam.press("Keep this judgement", {"reason": "Both want it."})
    assert "The rules say “They add to one another”; a person decided otherwise." in sam.words
    sure = next(each for each in sam.page.find_all("a") if each.get_text().strip().startswith("Say how sure"))
    sam.visit(str(sure["href"]))
    concerns = dict.fromkeys(service.COMPONENTS, "none_or_very_minor") | {"adequacy": "serious"}
    sam.press("Keep this judgement", {**concerns, "reason": "Few people."})
    assert "These concerns propose: Low." in sam.words
    sam.press("Keep this judgement", {"level": "low"})
    assert "How sure we are: low. Few people. Nobody has confirmed this yet." in sam.words
    sam.visit("/team/trial/standards/DS1/meeting?part=1.1")
    typed = {"kind": "keep", "reason": "Agreed.", "people": "Sam: none"}
    sam.press("Record this decision", typed)
    assert sam.status == 422
    assert "Please write first, above, what differs" in sam.words
    sam.press("Save this note", {"text": "Small mixed teams cannot always offer it."})
    sam.press("Record this decision", typed)
    assert sam.heading == "DS1 Believed Decide: 1.1"
    sam.visit("/team/trial/standards/DS1")
    assert "Small mixed teams cannot always offer it." in sam.words
    assert "Sam: none" in sam.words
