"""What people made of the benchmark's standard: rows, how sure they are, notes, decisions, and a round rated.

So that the page that is measured is the page of a standard that has been worked on, not of a new one.
"""

from __future__ import annotations

from benchmarks.installation import NAME, TODAY, Installation
from consult.evidence import service
from consult.evidence.service import Concern, DecisionKind, Settled, Sureness
from consult.models.panel import CommentKind, CommentState, PanelComment, PanelItem, PanelRound, RoundState
from consult.records import accounts, panel_figures
from consult.records.panel_figures import ItemFigures
from consult.records.unlocking import Unlocked

_FIGURES = ItemFigures(
    verdict="in_with_reservation",
    n=35,
    median=8,
    equal_hi=81,
    equal_lo=3,
    pooled_hi=83,
    pooled_lo=3,
    reservations=("mixed_service",),
    parity="red",
    stable=True,
)
_COMMENTS = 8
_SURE = Sureness(
    concerns=dict.fromkeys(service.COMPONENTS, Concern.MINOR),
    level=service.proposed_level([Concern.MINOR] * 4),
    reason="Many said so, in few words.",
)


def judge(home: Installation, key: str, coder: bytes) -> None:
    """Judge every row and link of the standard, rate and decide every part, committed."""
    unlocked = Unlocked(
        session=home.session,
        vault=home.vault,
        consultation=home.consultation,
        keys=accounts.opened_keys(home.session, home.vault, home.consultation, home.key),
        account_id=coder,
    )
    _rate(home, service.desk(unlocked, key), key)
    at = service.desk(unlocked, key)
    for line in at.found.lines:
        service.judge_link(at, line.link_id.hex(), _SURE, today=TODAY)
    for part in at.parts:
        number = part.clause.number
        for row in part.rows:
            cells = {"survivors": "supports/some", "practitioners": "", "literature": ""}
            service.judge_row(at, number, row.key, cells, "", "Read by two of us.", today=TODAY)
        service.note_equity(at, number, "Small mixed teams cannot always offer it.", today=TODAY)
    at = service.desk(unlocked, key)
    for part in at.parts:
        made = Settled(
            clause_id=b"",
            wording=0,
            kind=DecisionKind.KEEP,
            reason="They say the same.",
            people="A. Lead: none",
            dissent="One finds it too strict.",
        )
        service.decide(at, part.clause.number, made, "", actor=NAME, today=TODAY)
    home.session.commit()


def _rate(home: Installation, at: service.Desk, key: str) -> None:
    asked = PanelRound(consultation_id=home.consultation.id, number=1, state=RoundState.CLOSED)
    home.session.add(asked)
    home.session.flush()
    for part in at.parts:
        home.session.add(
            PanelItem(
                round_id=asked.id,
                clause_id=part.clause.id,
                number=part.clause.number,
                standard=key,
                title=at.found.standard.title,
                wording=part.clause.wording,
                version=part.number,
                applies=part.clause.applies,
                figures=panel_figures.written(_FIGURES),
            )
        )
        for place in range(_COMMENTS):
            home.session.add(
                PanelComment(
                    consultation_id=home.consultation.id,
                    round_id=asked.id,
                    clause_id=part.clause.id,
                    note_id=bytes(16),
                    kind=CommentKind.COMMENT,
                    stance="contradicts" if place % 2 else "supports",
                    state=CommentState.SHOWN,
                    words=f"What panellist {place} wrote about this part of the draft.",
                )
            )
    home.session.flush()
