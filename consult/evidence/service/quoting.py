"""The way of a quote: proposed by one person from words that may be quoted, passed by a second."""

from __future__ import annotations

from consult.faults import MissingError
from consult.records import codings, notes, opened, quotes
from consult.records.quotes import Desk, Quote
from consult.records.unlocking import Unlocked


class UnknownExcerptError(MissingError):
    """There is no such coding now: it was taken away, or its author changed or withdrew the answer."""


def propose_quote(unlocked: Unlocked, coding_id: str, words: str) -> None:
    """Propose a redacted text of a coded span.

    Raises UnknownExcerptError, NoConsentError or NotTheirWordsError.
    """
    standing = codings.standing(_notes(unlocked))
    note = standing.get(_id(coding_id))
    if note is None:
        raise UnknownExcerptError("these words are no longer coded")
    coding = codings.coding_of(note)
    response = opened.one(
        unlocked.session, unlocked.vault, unlocked.consultation, unlocked.keys, coding.response_id
    )
    if response is None:
        raise UnknownExcerptError("this answer is gone")
    for earlier in _standing(unlocked):  # a new text replaces the old one and needs two people again
        if earlier.coding_id == coding.id:
            quotes.take_back(_desk(unlocked), earlier, account_id=unlocked.account_id)
    quotes.propose(_desk(unlocked), response, coding, words, account_id=unlocked.account_id)


def pass_quote(unlocked: Unlocked, quote_id: str) -> None:
    """Pass a quote as the second person. Raises UnknownQuoteError or SamePersonError."""
    quotes.confirm(_desk(unlocked), _quote(unlocked, quote_id), account_id=unlocked.account_id)


def take_quote_back(unlocked: Unlocked, quote_id: str) -> None:
    """Take a quote back. Raises UnknownQuoteError."""
    quotes.take_back(_desk(unlocked), _quote(unlocked, quote_id), account_id=unlocked.account_id)


def _quote(unlocked: Unlocked, quote_id: str) -> Quote:
    wanted = _id(quote_id)
    for quote in _standing(unlocked):
        if quote.id == wanted:
            return quote
    raise quotes.UnknownQuoteError("there is no such quote")


def _standing(unlocked: Unlocked) -> list[Quote]:
    opened_notes = _notes(unlocked)
    return quotes.standing(opened_notes, codings.standing(opened_notes))


def _notes(unlocked: Unlocked) -> list[notes.OpenedNote]:
    return list(notes.opened(unlocked.session, unlocked.vault, unlocked.consultation, unlocked.keys))


def _desk(unlocked: Unlocked) -> Desk:
    return Desk(
        session=unlocked.session,
        vault=unlocked.vault,
        consultation=unlocked.consultation,
        keys=unlocked.keys,
    )


def _id(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""
