"""The protocol: everything that decides, written down and locked before the first round opens.

Locked, a version never changes. A change is a new version with its reason, and after the first round has
opened there is none: a rule chosen after the numbers were seen is no rule.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analysis.consensus import ConsensusRule, Weighting
from analysis.stability import Needed
from consult.faults import ConflictError, RefusedError
from consult.models.consultation import Consultation
from consult.models.panel import PanelProtocol, PanelRound
from consult.models.standard import Clause, DraftStandard, WordingVersion
from consult.records import audit
from consult.records.practitioners import GROUPS
from consult.vault.opening import WorkbenchVault

MOST_ROUNDS = 5
NEW_ITEMS = (
    "A statement that the panel proposes is worded by the team, enters the next round and is rated there "
    "for the first time. Nothing new enters the last round."
)


class ProtocolError(RefusedError):
    """The protocol cannot be locked or changed as things stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Worded:
    """A clause with the very wording that is rated; `version` counts its wordings."""

    clause_id: str
    number: str
    standard: str
    title: str
    wording: str
    version: int
    applies: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """What is fixed. Shares in whole per cents. keys_days: from the end until joining keys are destroyed.

    reminders: most letters in a round to somebody who has not finished; reminder_days: least days between.
    """

    purpose: str = ""
    groups: tuple[str, ...] = GROUPS
    least_n: int = 8
    least_group_n: int = 5
    agree: int = 70
    oppose: int = 15
    strict: bool = True
    weighting: str = str(Weighting.EQUAL)
    needed: str = str(Needed.BOTH)
    rounds: int = 3
    new_items: str = NEW_ITEMS
    reminders: int = 2
    reminder_days: int = 5
    keys_days: int = 90
    items: tuple[Worded, ...] = field(default=())

    @property
    def rule(self) -> ConsensusRule:
        """The rule in force, in exact fractions."""
        return ConsensusRule(
            agree=Fraction(self.agree, 100),
            oppose=Fraction(self.oppose, 100),
            strict=self.strict,
            least_n=self.least_n,
            least_group_n=self.least_group_n,
            weighting=Weighting(self.weighting),
            groups=self.groups,
        )

    @property
    def stability(self) -> Needed:
        """Which change must be small for an item to be settled."""
        return Needed(self.needed)

    def written(self) -> str:
        """As it is kept: one text for one protocol."""
        return json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)

    @classmethod
    def read(cls, kept: str) -> Protocol:
        """As it was kept."""
        given: dict[str, Any] = json.loads(kept)
        items = tuple(Worded(**each) for each in given.pop("items"))
        return cls(**{**given, "groups": tuple(given["groups"]), "items": items})


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version. `number` 0: nothing is kept yet, and this is what is proposed."""

    number: int
    protocol: Protocol
    locked: date | None = None
    locked_by: str = ""
    reason: str = ""

    @property
    def mark(self) -> str:
        """Sixteen letters that stand for the whole text: they are in the log, and on the print."""
        return hashlib.sha256(self.protocol.written().encode()).hexdigest()[:16]


def versions(session: Session, consultation: Consultation) -> tuple[Version, ...]:
    """Every version, the newest last."""
    rows = session.scalars(
        select(PanelProtocol)
        .where(PanelProtocol.consultation_id == consultation.id)
        .order_by(PanelProtocol.number)
    )
    return tuple(_version(row) for row in rows)


def newest(session: Session, consultation: Consultation) -> Version:
    """The newest version; one with the defaults of the consultation before anything is kept."""
    found = versions(session, consultation)
    if found:
        return found[-1]
    proposed = Protocol(agree=consultation.consensus_agree, oppose=consultation.consensus_oppose)
    statements = [each for each in worded(session, consultation) if each.number == each.standard]
    return Version(number=0, protocol=replace(proposed, items=tuple(statements)))


def of_round(session: Session, row: PanelRound) -> Protocol:
    """The version that held when a round opened."""
    kept = session.get_one(PanelProtocol, (row.consultation_id, row.protocol))
    return Protocol.read(kept.content)


def locked(session: Session, consultation: Consultation) -> Version:
    """The newest version if it is locked. Raises ProtocolError."""
    found = newest(session, consultation)
    if found.locked is None:
        raise ProtocolError("lock the protocol first: the rule must stand before the first round opens")
    return found


def has_begun(session: Session, consultation: Consultation) -> bool:
    """Whether a round was ever opened."""
    query = select(func.count()).select_from(PanelRound).where(PanelRound.consultation_id == consultation.id)
    return bool(session.scalar(query))


def save(
    session: Session, consultation: Consultation, protocol: Protocol, chosen: Sequence[str], *, number: int
) -> None:
    """Keep what was typed as the version that is not locked. `chosen`: clause ids; `number`: as it was seen.

    Raises ProtocolError for a locked one, ConflictError when somebody kept another version meanwhile.
    """
    now = newest(session, consultation)
    if now.number != number:
        raise ConflictError("somebody else began another version of the protocol meanwhile")
    if now.locked is not None:
        raise ProtocolError("this version is locked: it can only be replaced by a new one, with a reason")
    wanted = set(chosen)
    items = tuple(each for each in worded(session, consultation) if each.clause_id in wanted)
    content = replace(protocol, items=items).written()
    row = session.get(PanelProtocol, (consultation.id, max(1, now.number)))
    if row is None:
        session.add(PanelProtocol(consultation_id=consultation.id, number=1, content=content))
    else:
        row.content = content
    session.flush()


def lock(
    session: Session, vault: WorkbenchVault, consultation: Consultation, *, actor: str, today: date
) -> Version:
    """Lock the newest version and note its mark in the log. Raises ProtocolError."""
    now = newest(session, consultation)
    if not now.number:
        raise ProtocolError("save the protocol before you lock it")
    if now.locked is not None:
        raise ProtocolError("this version is locked already")
    if not now.protocol.items:
        raise ProtocolError("choose at least one statement that the panel rates")
    row = session.get_one(PanelProtocol, (consultation.id, now.number))
    row.locked, row.locked_by = today, actor
    session.flush()
    rule = now.protocol
    sign = "under" if rule.strict else "up to"
    detail = (
        f"version {now.number}, {len(rule.items)} statements, {rule.agree}/{rule.oppose} {sign}, "
        f"{rule.weighting} weight, {rule.rounds} rounds, mark {now.mark}"
    )
    audit.note(session, vault, actor, "lock panel protocol", consultation.name, detail=detail, today=today)
    return _version(row)


def begin_change(
    session: Session,
    vault: WorkbenchVault,
    consultation: Consultation,
    reason: str,
    *,
    actor: str,
    today: date,
) -> None:
    """A new version that begins as the locked one. Raises ProtocolError without a reason, or too late."""
    now = locked(session, consultation)
    reason = " ".join(reason.split())
    if has_begun(session, consultation):
        raise ProtocolError("the first round has opened: from then on the protocol stays as it is")
    if len(reason) < 10:
        raise ProtocolError("say why it changes, in ten characters or more: the reason is printed with it")
    session.add(
        PanelProtocol(
            consultation_id=consultation.id,
            number=now.number + 1,
            content=now.protocol.written(),
            reason=reason,
        )
    )
    session.flush()
    detail = f"version {now.number + 1}: {reason}"
    audit.note(session, vault, actor, "change panel protocol", consultation.name, detail=detail, today=today)


def worded(session: Session, consultation: Consultation) -> tuple[Worded, ...]:
    """Every clause of the consultation as it reads now, in order, the statement of each standard first."""
    latest = dict(
        session.execute(
            select(WordingVersion.clause_id, func.max(WordingVersion.number))
            .join(Clause, WordingVersion.clause_id == Clause.id)
            .join(DraftStandard, Clause.standard_id == DraftStandard.id)
            .where(DraftStandard.consultation_id == consultation.id)
            .group_by(WordingVersion.clause_id)
        ).all()
    )
    rows = session.execute(
        select(Clause, DraftStandard)
        .join(DraftStandard, Clause.standard_id == DraftStandard.id)
        .where(DraftStandard.consultation_id == consultation.id)
        .order_by(
            DraftStandard.position,
            DraftStandard.key,
            Clause.number != DraftStandard.key,
            Clause.position,
            Clause.number,
        )
    )
    return tuple(
        Worded(
            clause_id=clause.id.hex(),
            number=clause.number,
            standard=standard.key,
            title=standard.title,
            wording=clause.wording,
            version=latest.get(clause.id, 1),
            applies=clause.applies,
        )
        for clause, standard in rows
    )


def _version(row: PanelProtocol) -> Version:
    return Version(
        number=row.number,
        protocol=Protocol.read(row.content),
        locked=row.locked,
        locked_by=row.locked_by,
        reason=row.reason,
    )
