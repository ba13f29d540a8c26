"""Coming in: a consultation opened with a person's key, for the length of one request."""

from __future__ import annotations

from sqlalchemy.orm import Session

from consult.faults import MissingError
from consult.records import unlocking
from consult.records.accounts import NoGrantError
from consult.records.unlocking import Unlocked
from consult.vault.opening import WorkbenchVault


class NotForYouError(MissingError):
    """This person holds no key to the consultation: its answers look as if they were not there."""


def enter(
    session: Session, vault: WorkbenchVault, name: str, *, account_id: bytes, private: bytes
) -> Unlocked:
    """Open the consultation of that name.

    Raises UnknownConsultationError, or NotForYouError for a person without a grant: both look the same.
    """
    try:
        return unlocking.unlocked(session, vault, name, account_id=account_id, private=private)
    except NoGrantError as error:
        raise NotForYouError("there is no such consultation for this person") from error
