"""The demonstration's panel: 46 invited, three rounds, ratings from the fixed strings of the content.

Everybody is made up. Members are put in their seats without a passphrase, since nobody signs in as them, but
for one, whose passphrase is printed with the others. What they rate goes the way of all panellists' answers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy.orm import Session

from consult.commands.demonstration import documents, panel
from consult.commands.demonstration.shapes import PanelComment
from consult.models.base import new_id
from consult.models.consultation import Consultation
from consult.models.panel import CommentState, MemberState, PanelMember, PanelRound
from consult.panel.service import closing, comments, custody, entering, people, protocol, rounds, sheets
from consult.panel.service.people import Contact
from consult.panel.service.sheets import Answers, Seat
from consult.records.unlocking import Unlocked
from consult.vault import panel as secrets
from consult.vault.panel import Secret

ROUNDS = 3
PURPOSE = (
    "To find which of twelve draft standards specialist practitioners hold to be important and achievable, "
    "for services for men only and for services for men and women. On the panel: two years of work with "
    "survivors, lived experience, research or commissioning in the field; all four nations. Each round is "
    "open for three weeks."
)
_WITHIN = timedelta(weeks=5)
_VOTED = {9: "accept", 8: "accept", 7: "accept_with_comment"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What every step needs. reword: write the wordings that stand from a round on."""

    unlocked: Unlocked
    actor: str
    today: date
    reword: Callable[[int], None]
    seats: dict[tuple[str, int], Seat] = field(default_factory=dict)

    @property
    def session(self) -> Session:
        """The session of the keys."""
        return self.unlocked.session

    @property
    def consultation(self) -> Consultation:
        """The consultation of the keys."""
        return self.unlocked.consultation


def build(stage: Stage) -> str:
    """Run the panel from the protocol to its end; returns the passphrase of the one who can sign in."""
    end = stage.today - timedelta(days=7)
    first = end - ROUNDS * _WITHIN
    write_protocol(stage, today=first)
    passphrase = _invite(stage)
    for number in range(1, ROUNDS + 1):
        opened = first + number * _WITHIN - timedelta(weeks=3)
        stage.reword(number)
        row = open_round(stage, number, today=opened)
        for each in panel.panellists():
            if number in each.rounds:
                rate(stage.seats[each.group, each.place], row, given(stage, number, each.group, each.place))
        closing.close(stage.unlocked, number, actor=stage.actor, today=opened + timedelta(weeks=3))
        _pass_comments(stage, today=opened + timedelta(weeks=3))
    return passphrase


def write_protocol(stage: Stage, *, today: date) -> None:
    """The statements of the twelve standards, and 1.5, which is rated alone."""
    now = protocol.newest(stage.session, stage.consultation)
    asked = {each.item for each in panel.ratings(1)}
    chosen = [
        each.clause_id for each in protocol.worded(stage.session, stage.consultation) if each.number in asked
    ]
    wanted = protocol.Protocol(purpose=PURPOSE, rounds=ROUNDS)
    protocol.save(stage.session, stage.consultation, wanted, chosen, number=now.number)
    protocol.lock(stage.session, stage.unlocked.vault, stage.consultation, actor=stage.actor, today=today)


def open_round(stage: Stage, number: int, *, today: date) -> PanelRound:
    """Open a round about what the content has ratings of; the last also asks for votes."""
    asked = {each.item for each in panel.ratings(number)}
    chosen = [
        each.worded.clause_id
        for each in rounds.candidates(stage.session, stage.consultation)
        if each.worded.number in asked
    ]
    return rounds.open_next(
        stage.session,
        stage.unlocked.vault,
        stage.consultation,
        chosen,
        closes=today + timedelta(weeks=3),
        vote=number == ROUNDS,
        actor=stage.actor,
        today=today,
    )


def given(stage: Stage, number: int, group: str, place: int) -> Mapping[str, Answers]:
    """What one panellist answers in a round, by clause id."""
    ids = {each.number: each.clause_id for each in protocol.worded(stage.session, stage.consultation)}
    said = [each for each in documents.panel_comments() if (each.group, each.place) == (group, place)]
    return {
        ids[each.item]: _answers(each, number, said)
        for each in panel.ratings(number)
        if (each.group, each.place) == (group, place)
    }


def rate(seat: Seat, row: PanelRound, answers: Mapping[str, Answers]) -> None:
    """Keep the answers of a seat, and say that it has finished."""
    sheets.save_items(seat, row, answers)


def _answers(each: panel.SyntheticRating, number: int, said: list[PanelComment]) -> Answers:
    made: dict[str, object] = {"imp": each.importance, "ach": each.achievable}
    if number == 1:
        made |= {"is_clear": "yes"}
        words = " ".join(comment.text for comment in said if comment.standard == each.item)
        made |= {"comment": words} if words else {}
    if number == ROUNDS:
        made["vote"] = _VOTED.get(
            each.importance, "not_accept" if each.importance <= 3 else "accept_with_comment"
        )
    return made


def _invite(stage: Stage) -> str:
    """46 people with made-up names; four never join."""
    session, vault, consultation = stage.session, stage.unlocked.vault, stage.consultation
    passphrase = ""
    for group in documents.panel().groups:
        for place in range(1, group.invited + 1):
            name = f"Panellist {len(stage.seats) + 1} (example)" if place <= group.rounds[0] else ""
            name = name or f"Not joined {group.key.replace('_', ' ')} {place} (example)"
            row = PanelMember(
                id=new_id(), consultation_id=consultation.id, panel_group=group.key, contact=b""
            )
            row.contact = people.sealed(vault, row.id, Contact(name=name))
            session.add(row)
            session.flush()
            if place > group.rounds[0]:
                continue
            secret = secrets.new_secret()
            row.state = MemberState.JOINED
            if not passphrase:
                passphrase = entering.seat_with_passphrase(session, vault, row, secret, sign_in="panellist")
                people.amend(session, vault, row, credit=name)
            custody.give(session, vault, consultation, row.id, secret)
            stage.seats[group.key, place] = _seat(stage, row, secret)
    return passphrase


def _seat(stage: Stage, row: PanelMember, secret: Secret) -> Seat:
    return Seat(
        session=stage.session,
        vault=stage.unlocked.vault,
        member_id=row.id,
        consultation_id=row.consultation_id,
        group=row.panel_group,
        secret=secret,
    )


def _pass_comments(stage: Stage, *, today: date) -> None:
    for waiting in comments.queued(stage.unlocked, state=str(CommentState.WAITING)):
        comments.decide(
            stage.unlocked, waiting.id, waiting.written, show=True, actor=stage.actor, today=today
        )
