"""The way of a quote: proposed by one person from words that may be quoted, passed by a second."""

from __future__ import annotations

from consult.faults import MissingError
from consult.records import opened, quotes, voices
from consult.records.quotes import Desk, Quote
from consult.records.unlocking import Unlocked


class UnknownExcerptError(MissingError):
    """There is no such coding now: it was taken away, or its author changed or withdrew the answer."""


def propose_quote(unlocked: Unlocked, coding_id: str, words: str) -> None:
    """Propose a redacted text of a coded span; it replaces an earlier text and needs two people again.

    Raises UnknownExcerptError, NoConsentError or NotTheirWordsError.
    """
    heard = voices.hear(unlocked)
    wanted = _id(coding_id)
    if wanted not in heard.codings:
        raise UnknownExcerptError("these words are no longer coded")
    span = heard.span(wanted)
    response = opened.one(
        unlocked.session, unlocked.vault, unlocked.consultation, unlocked.keys, span.response_id
    )
    if response is None:
        raise UnknownExcerptError("this answer is gone")
    quotes.propose(_desk(unlocked), response, span, words, account_id=unlocked.account_id)
    for earlier in heard.quotes:
        if earlier.coding_id == wanted:
            quotes.take_back(_desk(unlocked), earlier, account_id=unlocked.account_id)


def pass_quote(unlocked: Unlocked, quote_id: str) -> None:
    """Pass a quote as the second person. Raises UnknownQuoteError or SamePersonError."""
    quotes.confirm(_desk(unlocked), _quote(unlocked, quote_id), account_id=unlocked.account_id)


def take_quote_back(unlocked: Unlocked, quote_id: str) -> None:
    """Take a quote back. Raises UnknownQuoteError."""
    quotes.take_back(_desk(unlocked), _quote(unlocked, quote_id), account_id=unlocked.account_id)


def _quote(unlocked: Unlocked, quote_id: str) -> Quote:
    wanted = _id(quote_id)
    for quote in voices.hear(unlocked).quotes:
        if quote.id == wanted:
            return quote
    raise quotes.UnknownQuoteError("there is no such quote")


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
