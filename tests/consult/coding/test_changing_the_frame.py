"""The code frame over time: a tree, merging, splitting, freezing; sealed history, and acts taken back."""

from __future__ import annotations

import io
import zipfile

import pytest
from flask import Flask
from lxml import etree
from sqlalchemy import select, update

from consult.coding import service
from consult.coding.service import (
    FrameWordsError,
    FrozenError,
    InUseError,
    NothingToUndoError,
    PlaceError,
    ThemeText,
)
from consult.models.coding import Theme
from consult.models.note import Note
from consult.records import framing, voices
from consult.records.framing import Act
from consult.reports.service.refi import answers_qdpx
from tests.builders import TODAY
from tests.consult.coding.workbench import BOX, DEFINITION, TEXTS, Workbench, make_workbench, sign_in
from tests.visitor import Visitor

THEMES = "/team/trial/themes"
ANSWERS = f"/team/trial/answers/small/{BOX}"


def names(bench: Workbench) -> list[tuple[str, int]]:
    """Themes in use as pages list them, with their depth."""
    bench.team.session.commit()
    listed = service.frame(bench.team.session, "trial").themes
    return [(each.text.name, each.depth) for each in listed]


def acts(bench: Workbench) -> list[Act]:
    """What the history holds, in order."""
    return [event.act for event in framing.events(bench.unlocked())]


def coded_in(project: bytes) -> list[str]:
    """The names of the themes that codings of a REFI-QDA project point at."""
    with zipfile.ZipFile(io.BytesIO(project)) as opened:
        root = etree.fromstring(opened.read("project.qde"))
    code = {each.get("guid"): each.get("name") for each in root.iter("{urn:QDA-XML:project:1.0}Code")}
    return [str(code[each.get("targetGUID")]) for each in root.iter("{urn:QDA-XML:project:1.0}CodeRef")]


def test_a_tree_is_made_moved_and_ordered_and_a_circle_is_refused(bench: Workbench) -> None:
    unlocked = bench.unlocked()
    service.put(unlocked, ThemeText(name="First reply"), under="waiting", today=TODAY)
    assert names(bench) == [("Waiting", 0), ("First reply", 1), ("Plain words", 0), ("Kindness", 0)]
    service.move(unlocked, "waiting", "kindness", today=TODAY)
    assert names(bench) == [("Plain words", 0), ("Kindness", 0), ("Waiting", 1), ("First reply", 2)]
    with pytest.raises(PlaceError):
        service.move(unlocked, "kindness", "first_reply", today=TODAY)
    service.shift(unlocked, "kindness", up=True)
    assert [name for name, _ in names(bench)] == ["Kindness", "Waiting", "First reply", "Plain words"]
    service.shift(unlocked, "kindness", up=True)  # at the top already
    service.undo_frame(unlocked, today=TODAY)
    assert ("Waiting", 0) in names(bench)


def test_a_merged_theme_counts_for_the_other_and_taking_it_back_parts_them(bench: Workbench) -> None:
    bench.press("waiting", 0)
    bench.press("kindness", 0, ticked=(2,))
    bench.press("kindness", 1)
    unlocked = bench.unlocked()
    kind = service.frame(bench.team.session, "trial").themes[2]
    service.put(unlocked, ThemeText(name="Warmth"), under=kind.key, today=TODAY)
    service.merge(unlocked, "kindness", "waiting", reason="Told together.", today=TODAY)
    assert names(bench) == [("Waiting", 0), ("Warmth", 1), ("Plain words", 0)]
    session = bench.team.session
    waiting = session.scalars(select(Theme.id).where(Theme.key == "waiting")).one()
    heard = voices.hear(bench.unlocked())
    assert heard.people(waiting, voices.SURVEYED[0]) == 2
    assert {each.theme for each in bench.page(0).given} == {"Waiting"}
    assert [each.theme for each in bench.page(1).given] == ["Waiting"]
    assert coded_in(answers_qdpx(bench.unlocked()).content) == ["Waiting", "Waiting", "Waiting"]
    service.undo_frame(bench.unlocked(), today=TODAY)
    assert ("Warmth", 1) in names(bench)
    assert [each.theme for each in bench.page(1).given] == ["Kindness"]
    assert voices.hear(bench.unlocked()).people(waiting, voices.SURVEYED[0]) == 1
    lines = service.history(bench.unlocked()).lines
    merged = next(line for line in lines if line.act == Act.MERGE)
    assert (merged.words, merged.other, merged.taken_back) == ("Told together.", "Waiting", True)


def test_what_a_merge_would_do_is_shown_before_and_guarded(app: Flask, visitor: Visitor) -> None:
    bench = make_workbench(app, (*TEXTS, *TEXTS))
    for place in range(6):
        bench.press("waiting", place)
    for place in range(1, 8):
        bench.press("kindness", place)
    effect = service.effect(bench.unlocked(), "waiting", "kindness")
    survivors = effect.strands[voices.SURVEYED[0]]
    assert [cell.shown for cell in survivors] == ["6", "7", "8"]
    sign_in(visitor)
    visitor.visit(f"{THEMES}/waiting")
    visitor.visit(f"{THEMES}/waiting/merge?into=kindness")
    assert "Either, afterwards" in visitor.words
    visitor.press("Merge", {"reason": "One idea."})
    assert "The two are one theme now." in visitor.words
    visitor.visit("/team/trial/frame")
    assert "One idea." in visitor.words
    visitor.press("Take the last act back")
    assert "Taken back." in visitor.words
    visitor.visit(THEMES)
    assert "Waiting" in visitor.words


def test_a_theme_that_something_else_speaks_of_stays(bench: Workbench) -> None:
    session = bench.team.session
    unlocked = bench.unlocked()
    service.put(unlocked, ThemeText(name="Room"), today=TODAY)
    entry = bench.team.session.scalars(select(Theme).where(Theme.key == "waiting")).one()
    from consult.models.heard import HeardEntry  # noqa: PLC0415 - one row stands for all that may speak of it

    session.add(
        HeardEntry(
            consultation_id=unlocked.consultation.id, theme_id=entry.id, position=1, number=1, published=0
        )
    )
    session.commit()
    with pytest.raises(InUseError):
        service.merge(bench.unlocked(), "waiting", "kindness", reason="", today=TODAY)
    with pytest.raises(InUseError):
        service.retire(bench.unlocked(), "waiting", reason="Too wide.", today=TODAY)
    service.retire(bench.unlocked(), "room", reason="Nobody said it.", today=TODAY)
    assert "Room" not in dict(names(bench))


def test_a_frozen_frame_is_kept_as_a_version_and_opens_again_with_a_reason(bench: Workbench) -> None:
    unlocked = bench.unlocked()
    assert service.freeze(unlocked, reason="Before double coding.", today=TODAY) == 1
    for change in (
        lambda: service.put(unlocked, ThemeText(name="Late"), today=TODAY),
        lambda: service.reword(unlocked, "waiting", ThemeText(name="Delay"), revision=1, today=TODAY),
        lambda: service.move(unlocked, "waiting", "kindness", today=TODAY),
        lambda: service.shift(unlocked, "waiting", up=False),
        lambda: service.merge(unlocked, "waiting", "kindness", reason="", today=TODAY),
        lambda: service.split(unlocked, "waiting", ThemeText(name="Late"), today=TODAY),
        lambda: service.retire(unlocked, "waiting", reason="No.", today=TODAY),
        lambda: service.freeze(unlocked, reason="", today=TODAY),
        lambda: service.undo_frame(unlocked, today=TODAY),
    ):
        with pytest.raises(FrozenError):
            change()
    service.write(unlocked, "A thought, nonetheless.", key="waiting", today=TODAY)
    with pytest.raises(FrameWordsError):
        service.reopen(unlocked, reason=" ", today=TODAY)
    service.reopen(unlocked, reason="A new question came.", today=TODAY)
    with pytest.raises(NothingToUndoError):
        service.undo_frame(unlocked, today=TODAY)  # what a version holds is no longer taken back
    service.reword(unlocked, "waiting", ThemeText(name="Delay"), revision=1, today=TODAY)
    bench.team.session.commit()
    kept = service.history(bench.unlocked(), version=1)
    assert [each.name for each in kept.version] == ["Waiting", "Plain words", "Kindness"]
    assert (kept.standing.frozen, kept.standing.version) == (False, 1)
    assert service.frame(bench.team.session, "trial").themes[0].text.name == "Delay"


def test_words_of_a_theme_come_back_as_they_were(bench: Workbench) -> None:
    unlocked = bench.unlocked()
    before = service.theme(bench.team.session, "trial", "waiting").text
    service.reword(unlocked, "waiting", ThemeText(name="Delay", include="Replies"), revision=1, today=TODAY)
    service.reword(unlocked, "waiting", ThemeText(name="Delay", include="Replies"), revision=2, today=TODAY)
    assert acts(bench) == [Act.CHANGE]  # the second time nothing changed
    service.undo_frame(unlocked, today=TODAY)
    bench.team.session.commit()
    assert service.theme(bench.team.session, "trial", "waiting").text == before


def test_after_a_split_a_person_moves_codings_one_by_one_and_can_take_that_back(bench: Workbench) -> None:
    bench.press("waiting", 0, ticked=(0,))
    service.split(bench.unlocked(), "waiting", ThemeText(name="First reply"), today=TODAY)
    bench.team.session.commit()
    (given,) = bench.page(0).given
    service.recode(bench.unlocked(), DEFINITION, BOX, bench.responses[0].hex(), given.id, "first_reply")
    bench.team.session.commit()
    moved = bench.page(0).given
    assert [(each.theme, each.words) for each in moved] == [
        ("First reply", "I waited eight months for a reply.")
    ]
    assert bench.undo()
    assert [each.theme for each in bench.page(0).given] == ["Waiting"]
    assert bench.undo()  # the coding itself, though it was given again meanwhile
    assert bench.page(0).given == ()


def test_history_memos_and_journal_are_sealed_and_beside_no_answer(bench: Workbench) -> None:
    unlocked = bench.unlocked()
    service.write(unlocked, "A quiet doubt about the harbour", today=TODAY)
    service.write(unlocked, "A quiet doubt about the harbour", key="waiting", today=TODAY)
    service.retire(unlocked, "kindness", reason="A quiet doubt about the harbour", today=TODAY)
    session = bench.team.session
    session.commit()
    rows = session.scalars(select(Note).where(Note.response_id.is_(None))).all()
    assert len(rows) == 3
    assert all(b"harbour" not in row.blob for row in rows)
    assert [page.words for page in service.journal(bench.unlocked())] == ["A quiet doubt about the harbour"]
    session.execute(update(Note).where(Note.id == rows[0].id).values(response_rev=rows[0].response_rev + 1))
    with pytest.raises(Exception, match=r"\w"):
        framing.events(bench.unlocked())
    session.rollback()


def test_a_theme_made_from_a_selection_is_given_to_it_at_once(bench: Workbench, visitor: Visitor) -> None:
    sign_in(visitor)
    visitor.visit(f"{ANSWERS}/{bench.responses[0].hex()}")
    visitor.press("Open it")
    visitor.press("Make and give it", {"new_name": " "})
    assert visitor.status == 422
    assert "Give the new theme a name" in visitor.words
    visitor.press("Make and give it", {"new_name": "Silence", "start": "35", "end": "41"})
    assert "“Nobody”" in visitor.words
    assert [each.theme for each in bench.page(0).given] == ["Silence"]
    service.freeze(bench.unlocked(), reason="", today=TODAY)
    bench.team.session.commit()
    visitor.press("Make and give it", {"new_name": "Too late"})
    assert visitor.status == 409
    assert "The code frame is frozen" in visitor.words
    typed = visitor.page.select("#new_name")[0]["value"]
    assert typed == "Too late"


def test_pages_of_the_frame_write_memos_journal_and_versions(bench: Workbench, visitor: Visitor) -> None:
    sign_in(visitor)
    visitor.visit(f"{THEMES}/waiting")
    visitor.press("Keep the memo", {"memo": "Is a first call a reply?"})
    assert "Is a first call a reply?" in visitor.words
    visitor.press("Split", {"name": "", "about": "Only letters."})
    assert visitor.status == 422
    assert visitor.page.select("#split-about")[0]["value"] == "Only letters."
    visitor.press("Split", {"name": "Letters", "about": "Only letters."})
    assert "The new theme is in the frame." in visitor.words
    visitor.press("Move it", {"under": "kindness"})
    assert "It is moved." in visitor.words
    visitor.visit("/team/trial/journal")
    assert "Nobody has written in it yet." in visitor.words
    visitor.press("Keep it", {"words": ""})
    assert visitor.status == 422
    visitor.press("Keep it", {"words": "We began with definitions."})
    assert "We began with definitions." in visitor.words
    visitor.visit("/team/trial/frame")
    visitor.press("Freeze as version 1")
    assert "Frozen as version 1." in visitor.words
    visitor.visit(f"{THEMES}/new")
    visitor.press("Save theme", {"name": "Late"})
    assert visitor.status == 409
    assert "The code frame is frozen" in visitor.words
    visitor.visit("/team/trial/frame")
    visitor.press("Open it again", {"reason": ""})
    assert visitor.status == 422
    visitor.press("Open it again", {"reason": "More answers came."})
    visitor.visit("/team/trial/frame?version=1")
    assert "Letters" in visitor.words
