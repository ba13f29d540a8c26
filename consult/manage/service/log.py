"""The log of staff acts as pages show it: all to administrators, to a lead the acts on one consultation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from consult.records import audit, auditing, consultations, proofs
from consult.records.auditing import Checked, Filter, Line
from consult.records.proofs import Counted
from consult.vault import audit as chain
from consult.vault.opening import WorkbenchVault


@dataclass(frozen=True, slots=True, kw_only=True)
class LogPage:
    """Some entries, newest first, and what to choose among. `older`: the number to go on below, or None."""

    lines: Sequence[Line]
    older: int | None
    people: Sequence[str]
    acts: Sequence[str]
    consultations: Sequence[str]
    # The whole log's head in eight words: of one consultation's entries alone there is none.
    head: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What a check of the log and of the batches found."""

    log: Checked
    # For a lead those of their own consultation alone.
    batches: Counted

    @property
    def holds(self) -> bool:
        """Whether nothing was changed."""
        return not self.log.wrong and not self.batches.wrong


def log_page(session: Session, wanted: Filter, *, before: int | None, only: str = "") -> LogPage:
    """One page of the log. `only` is the one consultation that the reader leads; empty for administrators.

    Raises UnknownConsultationError for a consultation that is not there.
    """
    if only:
        consultations.named(session, only)
        wanted = Filter(actor=wanted.actor, action=wanted.action, consultation=only)
    lines, older = auditing.page(session, wanted, before=before)
    people, acts = auditing.choices(session, only)
    newest = audit.head(session)
    return LogPage(
        lines=lines,
        older=older,
        people=people,
        acts=acts,
        consultations=[] if only else [each.name for each in consultations.every(session)],
        head=chain.spoken(newest) if newest else "",
    )


def verify(session: Session, vault: WorkbenchVault, *, only: str = "") -> Verified:
    """Recompute every hash and look at every counted answer. Opens nothing and changes nothing."""
    return Verified(log=auditing.check(session, vault), batches=proofs.check(session, only))
