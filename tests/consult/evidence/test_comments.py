"""Every comment gets an answer with a reason; several alike may get one, once a person agrees."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from consult.evidence import service
from consult.evidence.service import Disposition, ReplyText
from consult.faults import ConflictError
from consult.models.note import Note
from consult.models.panel import CommentKind, CommentState, PanelComment, RoundState
from tests.builders import TODAY
from tests.consult.evidence.scene import Scene, make_scene
from tests.consult.evidence.test_evidence_views import enter
from tests.consult.panel.test_practitioners import judged, keep
from tests.visitor import Visitor

SAID = ("Two days is hard in a team of two.", "In a team of two, two days is too hard.", "Who would check?")
TEXT = ReplyText(
    summary="Small teams find two days hard.",
    disposition=Disposition.ACCEPTED_IN_PART,
    reason="An automatic reply does not count; a text does.",
)


@pytest.fixture
def scene(app: Flask) -> Scene:
    """Three comments of the panel on 1.1 that somebody passed, and one that waits."""
    made = make_scene(app)
    asked = keep(made, 1, RoundState.CLOSED, judged())
    for words, state in (*((each, CommentState.SHOWN) for each in SAID), ("Unread.", CommentState.WAITING)):
        made.team.session.add(
            PanelComment(
                consultation_id=made.team.consultation.id,
                round_id=asked.id,
                clause_id=made.clause("1.1").id,
                note_id=bytes(16),
                kind=CommentKind.COMMENT,
                stance="contradicts",
                state=state,
                words=words,
            )
        )
    made.team.session.commit()
    return made


def answer(
    scene: Scene, ids: list[str], *, reply: str = "", text: ReplyText = TEXT, revision: int = 1
) -> None:
    at = service.answering(scene.unlocked(), "DS1", ids, reply)
    service.answer(scene.unlocked(), at, TEXT, revision=revision, today=TODAY)
    scene.team.session.commit()


def test_alike_comments_are_offered_together_and_an_unread_one_is_not_there(scene: Scene) -> None:
    found = service.commented(scene.unlocked(), "DS1")
    assert [sorted(each.words for each in group) for group in found.waiting] == [sorted(SAID[:2]), [SAID[2]]]


def test_one_answer_stands_for_many_and_each_comment_shows_it(scene: Scene) -> None:
    (alike, single) = service.commented(scene.unlocked(), "DS1").waiting
    answer(scene, [each.id.hex() for each in alike])
    found = service.commented(scene.unlocked(), "DS1")
    assert [len(group) for group in found.waiting] == [1]
    ((done,),) = [found.answered]
    assert {each.words for each in done.comments} == set(SAID[:2])
    # What may be published has our words, and no number under the published threshold.
    assert done.count == "a few"
    answer(scene, [single[0].id.hex()])
    assert service.commented(scene.unlocked(), "DS1").done


def test_two_who_change_an_answer_at_once_do_not_overwrite_each_other(scene: Scene) -> None:
    first = service.commented(scene.unlocked(), "DS1").waiting[0]
    answer(scene, [each.id.hex() for each in first])
    reply = service.commented(scene.unlocked(), "DS1").answered[0].reply.id.hex()
    answer(scene, [], reply=reply, revision=1)
    with pytest.raises(ConflictError):
        answer(scene, [], reply=reply, revision=1)
    service.take_reply_back(scene.unlocked(), "DS1", reply)
    assert len(service.commented(scene.unlocked(), "DS1").waiting) == 2


def test_a_comment_by_letter_is_sealed(scene: Scene) -> None:
    """S5: what somebody wrote to the team is not in the database in clear."""
    words = "My brother was turned away at the door."
    service.write_comment(scene.unlocked(), "DS1", "1.2", words, "letter")
    scene.team.session.commit()
    found = service.commented(scene.unlocked(), "DS1")
    assert [(each.words, each.came) for group in found.waiting for each in group if each.by_hand] == [
        (words, "letter")
    ]
    assert words.encode() not in b"".join(scene.team.session.scalars(select(Note.blob)))


def test_comments_are_answered_over_pages(scene: Scene, visitor: Visitor) -> None:
    sam = enter(visitor)
    sam.visit("/team/trial/standards/DS1/comments")
    sam.press("Keep this comment", {"clause": "1.2", "words": "Say it in writing, too.", "came": ""})
    assert sam.status == 422
    assert "Say it in writing, too." in sam.words
    sam.press("Keep this comment", {"came": "meeting"})
    together = next(each for each in sam.page.find_all("a") if "Answer these together" in each.get_text())
    sam.visit(str(together["href"]))
    sam.press("Keep this answer", {"summary": TEXT.summary, "disposition": "accepted_in_part"})
    assert sam.status == 422
    sam.press("Keep this answer", {"reason": TEXT.reason})
    assert sam.heading == "Comments on DS1, and our answers"
    assert "accepted in part" in sam.words
    sam.visit("/team/trial/standards/DS1")
    assert "Small teams find two days hard." in sam.words
    sam.visit("/team/trial/standards")
    assert "comments answered: 1.1" in sam.words
