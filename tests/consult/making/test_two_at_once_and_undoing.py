"""Two people change a survey at once without loss, and what was done is undone."""

from __future__ import annotations

from consult.making import service
from consult.models.making import WorkingStep
from consult.web.extensions import db
from surveys import Choice, editing
from tests.builders import TODAY
from tests.consult.making.scene import HOME, copy_of
from tests.visitor import Visitor


def test_two_who_change_the_same_words_see_both_and_nothing_typed_is_lost(survivors: Visitor) -> None:
    path = f"{HOME}/survivors/edit/questions/did_well"
    survivors.visit(path)
    old = mark_of(survivors)
    survivors.press("Save", {"text_en": "What did the service do well?"})
    assert survivors.status == 200
    survivors.visit(path)  # the second tab was opened before: its mark is the old one
    survivors.press("Save", {"text_en": "What was good?", "mark": old})
    assert survivors.status == 409
    assert "changed this while you were writing" in survivors.words
    assert "taken out: did the service do well?" in survivors.words
    box = survivors.page.find(id="text_en")
    assert box is not None
    assert box["value"] == "What was good?"  # type: ignore[index]
    assert asked("did_well") == "What did the service do well?"
    survivors.press("Save")  # to save again is to choose one's own
    assert survivors.status == 200
    assert asked("did_well") == "What was good?"


def asked(question_id: str) -> str:
    """The words of a question in the working copy of the survivors' survey."""
    return copy_of("survivors").question(question_id).text.read("en").words


def mark_of(visitor: Visitor) -> str:
    """The mark that a page carries."""
    return str(visitor.page.find("input", {"name": "mark"})["value"])  # type: ignore[index]


def test_two_who_change_different_things_of_one_question_do_not_disturb_each_other(
    survivors: Visitor,
) -> None:
    path = f"{HOME}/survivors/edit/questions/looked"
    survivors.visit(path)
    old = mark_of(survivors)
    survivors.press("Add options", {"options": "Not yet"})
    survivors.visit(path)
    survivors.press("Save", {"text_en": "Have you looked for support?", "mark": old})
    assert survivors.status == 200
    asked = copy_of("survivors").question("looked")
    assert isinstance(asked, Choice)
    assert asked.options[-1].id == "not_yet"
    assert asked.text.read("en").words == "Have you looked for support?"


def test_what_was_removed_comes_back_with_its_id(survivors: Visitor) -> None:
    before = copy_of("survivors")
    survivors.visit(f"{HOME}/survivors/edit")
    survivors.press("Remove: What it was like")
    assert "Removed. You can undo it." in survivors.words
    assert not copy_of("survivors").has_question("welcome")
    survivors.visit(f"{HOME}/survivors/mend")
    survivors.visit(f"{HOME}/survivors/edit")
    survivors.press("Undo it")
    assert "Undone." in survivors.words
    assert copy_of("survivors") == before


def test_undoing_what_somebody_else_did_meanwhile_is_refused(survivors: Visitor) -> None:
    survivors.visit(f"{HOME}/survivors/edit")
    survivors.press("Down: Getting support")
    survivors.visit(f"{HOME}/survivors/edit")
    survivors.press("Undo it", {"revision": "1"})
    assert survivors.status == 409
    assert "look at it first, then undo" in survivors.words
    assert copy_of("survivors").sections[1].id == "experience"


def test_so_many_steps_back_are_kept_and_no_more(survivors: Visitor) -> None:
    for place in range(service.copies.MOST_STEPS + 5):
        service.change(
            db.session(),
            "spring",
            "survivors",
            lambda survey: editing.move_section(survey, "good", 1 if survey.sections[3].id == "good" else -1),
            said=f"step {place}",
            actor="lea",
            today=TODAY,
        )
    db.session.commit()
    assert db.session.query(WorkingStep).count() == service.copies.MOST_STEPS
