"""What every file prints to be held against the service later: the log's head, and batches' roots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from consult.records import audit, proofs
from consult.records.proofs import Root
from consult.records.unlocking import Unlocked
from consult.vault import audit as chain


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """The head of the log in eight words (empty before the first entry), and the root of every batch."""

    head: str
    roots: Sequence[Root]

    @property
    def lines(self) -> list[str]:
        """The same as text, a line for each: for tables and text files."""
        found = [f"log of the team: {self.head}"] if self.head else []
        return found + [f"batch {each.released} {each.survey}: {each.root.hex()}" for each in self.roots]


def proof(opened_by: Unlocked) -> Proof:
    """As things stand before this file is noted in the log itself."""
    head = audit.head(opened_by.session)
    return Proof(
        head=chain.spoken(head) if head else "",
        roots=proofs.roots(opened_by.session, opened_by.consultation),
    )
