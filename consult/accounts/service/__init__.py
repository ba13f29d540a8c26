"""What a member of the team does at the door, without a word about HTTP."""

from __future__ import annotations

from consult.accounts.service.entering import (
    Entrance,
    WeakPassphraseError,
    WrongPassphraseError,
    as_name,
    change_passphrase,
    end_other_sessions,
    enter,
    lock,
    new_passphrase,
    unlock,
)
from consult.accounts.service.second_step import (
    Picture,
    Rule,
    Standing,
    WrongCodeError,
    check_code,
    confirm,
    make_spare_codes,
    must_set_up,
    new_secret,
    note_wrong_code,
    picture,
    standing,
)

__all__ = [
    "Entrance",
    "Picture",
    "Rule",
    "Standing",
    "WeakPassphraseError",
    "WrongCodeError",
    "WrongPassphraseError",
    "as_name",
    "change_passphrase",
    "check_code",
    "confirm",
    "end_other_sessions",
    "enter",
    "lock",
    "make_spare_codes",
    "must_set_up",
    "new_passphrase",
    "new_secret",
    "note_wrong_code",
    "picture",
    "standing",
    "unlock",
]
