"""Writing an entry of the public page, and putting it there: two people, and every wording kept.

A wording is never changed: each has a number, an author and a day. What it says of a theme and each of its
quotes is held against the rules when it is written, and anew when it is published.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from consult.afterwards.service import changes
from consult.afterwards.service.changes import ChangeText, Offered
from consult.faults import ConflictError, RefusedError
from consult.models.consultation import Consultation
from consult.models.heard import HeardEntry, HeardQuote, HeardVersion
from consult.records import audit, consultations, themes
from consult.records.quotable import Quoted
from consult.records.unlocking import Unlocked
from consult.vault.opening import WorkbenchVault

MOST_QUOTES = 3


class ChangedMeanwhileError(ConflictError):
    """Somebody else wrote another wording since."""


class OwnWordsError(RefusedError):
    """Nobody puts on the public page what they wrote themselves."""


class NotAllowedError(RefusedError):
    """The wording says or quotes more than may be published now."""


def write(unlocked: Unlocked, text: ChangeText, *, today: date) -> str:
    """A new entry with its first wording, at the end of the page; returns its id. Raises NotAllowedError."""
    session, consultation = unlocked.session, unlocked.consultation
    theme_id = _theme(session, consultation, text.theme)
    _require_allowed(text, changes.offered(unlocked, theme_id))
    last = session.scalar(
        select(func.max(HeardEntry.position)).where(HeardEntry.consultation_id == consultation.id)
    )
    entry = HeardEntry(consultation_id=consultation.id, theme_id=theme_id, position=(last or 0) + 1)
    session.add(entry)
    session.flush()
    _add_wording(unlocked, entry, text, today)
    return entry.id.hex()


def rewrite(unlocked: Unlocked, entry_id: str, text: ChangeText, *, number: int, today: date) -> None:
    """Another wording of an entry; the page keeps the one it shows until somebody else passes the new one.

    Raises UnknownEntryError, NotAllowedError, or ChangedMeanwhileError when `number` is not the newest.
    """
    entry = changes.entry_of(unlocked.session, unlocked.consultation, entry_id)
    if entry.number != number:
        raise ChangedMeanwhileError("somebody else changed this meanwhile")
    theme_id = _theme(unlocked.session, unlocked.consultation, text.theme)
    _require_allowed(text, changes.offered(unlocked, theme_id))
    entry.theme_id = theme_id
    entry.number = number + 1
    _add_wording(unlocked, entry, text, today)


def publish(unlocked: Unlocked, entry_id: str, *, number: int, actor: str, today: date) -> None:
    """Put the newest wording on the public page, as somebody other than who wrote it.

    What it says of a theme, and each of its quotes, is held against the rules anew. Raises UnknownEntryError,
    ChangedMeanwhileError, OwnWordsError or NotAllowedError.
    """
    session = unlocked.session
    entry = changes.entry_of(session, unlocked.consultation, entry_id)
    if entry.number != number:
        raise ChangedMeanwhileError("somebody else changed this meanwhile: read it once more")
    version = session.get_one(HeardVersion, (entry.id, number))
    if version.account_id == unlocked.account_id:
        raise OwnWordsError("somebody other than who wrote this puts it on the page")
    allowed = changes.offered(unlocked, entry.theme_id)
    _require_allowed(
        ChangeText(
            heading=version.heading,
            heard=version.heard,
            changed=version.changed,
            mark=version.mark,
            quotes=tuple(version.quotes),
        ),
        allowed,
    )
    _show_quotes(session, entry, [each for each in allowed.quotes if each.quote_id.hex() in version.quotes])
    entry.published, entry.published_on, entry.passed_by = number, today, unlocked.account_id
    _note(unlocked, "publish change", entry, actor, today)
    session.flush()


def take_down(
    session: Session, vault: WorkbenchVault, consultation: str, entry_id: str, *, actor: str, today: date
) -> None:
    """Take an entry off the public page; its wordings stay with the team. Raises UnknownEntryError."""
    found = consultations.named(session, consultation)
    entry = changes.entry_of(session, found, entry_id)
    session.execute(delete(HeardQuote).where(HeardQuote.entry_id == entry.id))
    entry.published, entry.published_on, entry.passed_by = 0, None, None
    what = f"{consultation}/{entry_id[:8]}"
    audit.note(session, vault, actor, "take change off the page", what, today=today)
    session.flush()


def _require_allowed(text: ChangeText, allowed: Offered) -> None:
    if text.mark and not allowed.mark:
        raise NotAllowedError("nobody raised this theme yet: say nothing of how widely")
    if allowed.rare and text.mark not in {"", "few"}:
        raise NotAllowedError("few raised this theme: say so, or say nothing of how widely")
    if len(text.quotes) > MOST_QUOTES:
        raise NotAllowedError(f"no more than {MOST_QUOTES} quotes go with an entry")
    if set(text.quotes) - {each.quote_id.hex() for each in allowed.quotes}:
        raise NotAllowedError(
            "a quote of this wording may not be published now: it was taken back or changed, or too few "
            "raised the theme. Write the entry anew without it"
        )


def _show_quotes(session: Session, entry: HeardEntry, quotes: Sequence[Quoted]) -> None:
    session.execute(delete(HeardQuote).where(HeardQuote.entry_id == entry.id))
    ids = [each.quote_id for each in quotes]
    hashes = {each.quote_id: hashlib.sha256(each.response_id).digest() for each in quotes}
    _require_other_people(session, entry, hashes.values())
    session.add_all(
        HeardQuote(
            entry_id=entry.id,
            quote_id=each.quote_id,
            coding_id=each.coding_id,
            response_hash=hashes[each.quote_id],
            words=each.words,
        )
        for each in sorted(quotes, key=lambda each: ids.index(each.quote_id))
    )


def _require_other_people(session: Session, entry: HeardEntry, hashes: Collection[bytes]) -> None:
    """No two quotes on one page that are of one person: together they could show who it is."""
    elsewhere = (
        select(HeardQuote.response_hash)
        .join(HeardEntry)
        .where(
            HeardEntry.consultation_id == entry.consultation_id,
            HeardEntry.id != entry.id,
            HeardQuote.response_hash.in_(hashes),
        )
    )
    if session.scalar(elsewhere.limit(1)) is not None:
        raise NotAllowedError(
            "the person of one of these quotes is quoted on the page already: once is enough"
        )


def _add_wording(unlocked: Unlocked, entry: HeardEntry, text: ChangeText, today: date) -> None:
    unlocked.session.add(
        HeardVersion(
            entry_id=entry.id,
            number=entry.number,
            heading=text.heading,
            heard=text.heard,
            changed=text.changed,
            mark=text.mark,
            quotes=list(text.quotes),
            made=today,
            account_id=unlocked.account_id,
        )
    )
    unlocked.session.flush()


def _theme(session: Session, consultation: Consultation, key: str) -> bytes | None:
    return themes.keyed(session, consultation, key).id if key else None


def _note(unlocked: Unlocked, action: str, entry: HeardEntry, actor: str, today: date) -> None:
    what = f"{unlocked.consultation.name}/{entry.id.hex()[:8]}"
    detail = f"wording {entry.number}"
    audit.note(unlocked.session, unlocked.vault, actor, action, what, detail=detail, today=today)
