"""Comments on the parts of a standard, and the replies to them: one to a comment, or one to many alike.

Comments come from the panel, in words that a person has passed, or were written down by hand (a letter, a
meeting) and are sealed. A reply is the team's own text and may be published; the comments never are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, select

from consult.faults import ConflictError, MissingError
from consult.models.base import new_id
from consult.models.judgement import AnsweredComment, Disposition, Reply
from consult.models.panel import CommentState, PanelComment
from consult.models.standard import Clause
from consult.records import papers
from consult.records.unlocking import Unlocked

COMMENT = "comment"
"""Kind of the papers that hold comments written down by hand."""
_AGAINST = "contradicts"


class UnknownCommentError(MissingError):
    """There is no such comment or reply on this standard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """One comment. clause: number of the part; by_hand: somebody of the team wrote it down; came: from where.

    reply: id of the reply that answers it, None while nobody has answered.
    """

    id: bytes
    clause: str
    words: str
    contrary: bool
    by_hand: bool
    came: str
    reply: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyText:
    """A reply as somebody writes it. summary: what was said, in the team's words."""

    summary: str
    disposition: Disposition
    reason: str
    changed: str = ""
    next_wording: int | None = None


def of_standard(unlocked: Unlocked, standard_id: bytes) -> list[Comment]:
    """All comments on a standard in the order of its parts; within one by random id, which says nothing."""
    session = unlocked.session
    clauses = {
        row.id: row.number
        for row in session.execute(
            select(Clause.id, Clause.number)
            .where(Clause.standard_id == standard_id)
            .order_by(Clause.position, Clause.number)
        )
    }
    pairs = session.execute(select(AnsweredComment.comment_id, AnsweredComment.reply_id))
    answered = {row.comment_id: row.reply_id for row in pairs}
    rows = session.execute(
        select(PanelComment.id, PanelComment.clause_id, PanelComment.words, PanelComment.stance).where(
            PanelComment.consultation_id == unlocked.consultation.id,
            PanelComment.state == CommentState.SHOWN,
            PanelComment.clause_id.in_(clauses),
        )
    )
    found = [
        _comment(row.id, clauses[row.clause_id], row.words, answered, contrary=row.stance == _AGAINST)
        for row in rows
    ]
    for paper_id, content in papers.of_kind(unlocked, COMMENT).items():
        number = clauses.get(bytes.fromhex(content["clause"]))
        if number is not None:
            found.append(_comment(paper_id, number, content["words"], answered, came=content["came"]))
    order = list(clauses.values())
    return sorted(found, key=lambda each: (order.index(each.clause), each.id))


def write_down(unlocked: Unlocked, clause: Clause, words: str, came: str) -> bytes:
    """Keep a comment that came by letter or was said in a meeting, sealed; returns its id."""
    paper_id = new_id()
    content = {"kind": COMMENT, "clause": clause.id.hex(), "words": words, "came": came}
    papers.keep(unlocked, paper_id, content)
    return paper_id


def replies(unlocked: Unlocked, standard_id: bytes) -> dict[bytes, Reply]:
    """The replies of a standard by id, the oldest first."""
    rows = unlocked.session.scalars(
        select(Reply)
        .join(Clause, Clause.id == Reply.clause_id)
        .where(Clause.standard_id == standard_id)
        .order_by(Reply.made, Reply.id)
    )
    return {row.id: row for row in rows}


def reply(
    unlocked: Unlocked, clause: Clause, text: ReplyText, comment_ids: Iterable[bytes], *, today: date
) -> Reply:
    """Answer some comments with one reply; one that had another answer gets this one."""
    made = Reply(id=new_id(), clause_id=clause.id, account_id=unlocked.account_id, made=today)
    _put(made, text)
    unlocked.session.add(made)
    unlocked.session.flush()
    _answer(unlocked, made, list(comment_ids))
    return made


def change(
    unlocked: Unlocked, made: Reply, text: ReplyText, comment_ids: Iterable[bytes], *, revision: int
) -> None:
    """Change a reply and what it answers. Raises ConflictError when somebody else did since `revision`."""
    if made.revision != revision:
        raise ConflictError("this reply was changed by somebody else meanwhile")
    _put(made, text)
    made.revision += 1
    unlocked.session.execute(delete(AnsweredComment).where(AnsweredComment.reply_id == made.id))
    _answer(unlocked, made, list(comment_ids))


def take_back(unlocked: Unlocked, made: Reply) -> None:
    """Take a reply away: its comments wait again."""
    unlocked.session.execute(delete(AnsweredComment).where(AnsweredComment.reply_id == made.id))
    unlocked.session.delete(made)
    unlocked.session.flush()


def _put(made: Reply, text: ReplyText) -> None:
    made.summary = text.summary
    made.disposition = text.disposition
    made.reason = text.reason
    made.changed = text.changed
    made.next_wording = text.next_wording


def _answer(unlocked: Unlocked, made: Reply, comment_ids: Sequence[bytes]) -> None:
    session = unlocked.session
    session.execute(delete(AnsweredComment).where(AnsweredComment.comment_id.in_(comment_ids)))
    session.add_all(
        AnsweredComment(comment_id=each, reply_id=made.id, account_id=unlocked.account_id)
        for each in comment_ids
    )
    session.flush()


def _comment(
    comment_id: bytes,
    clause: str,
    words: str,
    answered: dict[bytes, bytes],
    *,
    contrary: bool = False,
    came: str = "",
) -> Comment:
    return Comment(
        id=comment_id,
        clause=clause,
        words=words,
        contrary=contrary,
        by_hand=bool(came),
        came=came,
        reply=answered.get(comment_id),
    )
