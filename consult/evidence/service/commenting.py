"""Every comment gets an answer with a reason: one by one, or several alike together once a person agrees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from analysis import alike
from consult.models.judgement import Reply
from consult.models.standard import Clause, DraftStandard
from consult.records import comments, counts, people
from consult.records import standards as records
from consult.records.comments import Comment, ReplyText, UnknownCommentError
from consult.records.counts import Audience
from consult.records.unlocking import Unlocked
from consult.records.wordings import wordings_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One reply with what it answers. count: how many comments, as it may be published."""

    reply: Reply
    clause: str
    by: str
    comments: tuple[Comment, ...]
    count: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Commented:
    """The comments of a standard. waiting: groups of comments that look alike, still without an answer."""

    key: str
    title: str
    clauses: tuple[tuple[str, str], ...]
    waiting: tuple[tuple[Comment, ...], ...]
    answered: tuple[Answered, ...]

    @property
    def done(self) -> bool:
        """Whether every comment has its answer."""
        return not self.waiting


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """A reply that somebody writes: the comments that it may answer, those ticked, and what stands."""

    clause: str
    wordings: tuple[tuple[int, str], ...]
    offered: tuple[Comment, ...]
    ticked: tuple[str, ...]
    reply: Reply | None


def commented(unlocked: Unlocked, key: str) -> Commented:
    """All comments of a standard, alike ones together, part by part. Raises UnknownStandardError."""
    standard = records.keyed(unlocked.session, unlocked.consultation, key)
    clauses = records.clauses(unlocked.session, standard)
    found = comments.of_standard(unlocked, standard.id)
    waiting = [each for each in found if each.reply is None]
    groups = [
        tuple(own[place] for place in group)
        for clause in clauses
        for own in [[each for each in waiting if each.clause == clause.number]]
        for group in alike.groups([each.words for each in own])
    ]
    return Commented(
        key=key,
        title=standard.title,
        clauses=tuple((clause.number, clause.wording) for clause in clauses),
        waiting=tuple(groups),
        answered=_answered(unlocked, standard, clauses, found),
    )


def answering(unlocked: Unlocked, key: str, ticked: Sequence[str], reply_id: str) -> Answering:
    """What a reply to these comments (ids in hex) may answer. Raises UnknownCommentError."""
    standard = records.keyed(unlocked.session, unlocked.consultation, key)
    found = comments.of_standard(unlocked, standard.id)
    reply = comments.replies(unlocked, standard.id).get(_id(reply_id)) if reply_id else None
    if reply is not None and not ticked:
        ticked = [each.id.hex() for each in found if each.reply == reply.id]
    chosen = [each for each in found if each.id.hex() in ticked]
    if not chosen or (reply_id and reply is None):
        raise UnknownCommentError("there are no such comments")
    clause = chosen[0].clause
    own = reply.id if reply else None
    offered = [each for each in found if each.clause == clause and each.reply in {None, own}]
    # A reply that is changed keeps comments that others answered meanwhile out of its list.
    row = records.clause_numbered(unlocked.session, unlocked.consultation, clause)
    later = [each for each in wordings_of(unlocked.session, row) if each.number > 1]
    return Answering(
        clause=clause,
        wordings=tuple((each.number, each.statement) for each in later),
        offered=tuple(sorted(offered, key=lambda each: each.id.hex() not in ticked)),
        ticked=tuple(each.id.hex() for each in offered if each.id.hex() in ticked),
        reply=reply,
    )


def answer(unlocked: Unlocked, at: Answering, text: ReplyText, *, revision: int | None, today: date) -> None:
    """Keep a reply to the ticked comments. Raises ConflictError when somebody else changed it meanwhile."""
    clause = records.clause_numbered(unlocked.session, unlocked.consultation, at.clause)
    ids = [_id(each) for each in at.ticked]
    if at.reply is None:
        comments.reply(unlocked, clause, text, ids, today=today)
    else:
        comments.change(unlocked, at.reply, text, ids, revision=revision or 0)


def take_reply_back(unlocked: Unlocked, key: str, reply_id: str) -> None:
    """Take a reply away: its comments wait again. Raises UnknownCommentError."""
    standard = records.keyed(unlocked.session, unlocked.consultation, key)
    found = comments.replies(unlocked, standard.id).get(_id(reply_id))
    if found is None:
        raise UnknownCommentError("there is no such reply")
    comments.take_back(unlocked, found)


def write_comment(unlocked: Unlocked, key: str, clause: str, words: str, came: str) -> None:
    """Keep a comment that came in another way than through the panel. Raises UnknownStandardError."""
    standard = records.keyed(unlocked.session, unlocked.consultation, key)
    for each in records.clauses(unlocked.session, standard):
        if each.number == clause:
            comments.write_down(unlocked, each, words, came)
            return
    raise records.UnknownStandardError(f"{key} has no clause {clause!r}")


def _answered(
    unlocked: Unlocked, standard: DraftStandard, clauses: Sequence[Clause], found: Sequence[Comment]
) -> tuple[Answered, ...]:
    made = comments.replies(unlocked, standard.id)
    numbers = {clause.id: clause.number for clause in clauses}
    names = people.names(unlocked.session, {reply.account_id for reply in made.values()})
    under = {reply_id: tuple(each for each in found if each.reply == reply_id) for reply_id in made}
    shown = counts.people(unlocked.consultation, Audience.PUBLISHED, [len(under[each]) for each in made])
    return tuple(
        Answered(
            reply=reply,
            clause=numbers[reply.clause_id],
            by=names.get(reply.account_id, ""),
            comments=under[reply.id],
            count=cell.shown,
        )
        for reply, cell in zip(made.values(), shown, strict=True)
    )


def _id(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""
