"""The second factor of a person: setting it up, typing its codes, spare codes for a lost device."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import segno
from sqlalchemy.orm import Session

from consult.faults import RefusedError
from consult.records import audit, second_factor
from consult.records.people import SignedIn
from consult.records.second_factor import Kind, Rule
from consult.vault import totp
from consult.vault.opening import WorkbenchVault

__all__ = ["Kind", "Rule"]

_QUIET_ZONE = 4
"""Modules of white around the picture, as its standard asks."""


class WrongCodeError(RefusedError):
    """The code is not one of this account, not of this minute, or was used before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A secret to be shown: as the path of a square picture with sides of `side` units, and in groups."""

    side: int
    path: str
    groups: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Whether a person has a second factor, must have one, and how many spare codes are left."""

    there: bool
    required: bool
    spare_codes_left: int


def standing(session: Session, person: SignedIn, rule: str) -> Standing:
    """How things are for this person."""
    return Standing(
        there=second_factor.there(session, person.id),
        required=second_factor.required(session, person.id, Rule(rule)),
        spare_codes_left=second_factor.spare_codes_left(session, person.id),
    )


def must_set_up(session: Session, person: SignedIn, rule: str) -> bool:
    """Whether the person needs a second factor and has none."""
    found = standing(session, person, rule)
    return found.required and not found.there


def new_secret() -> bytes:
    """A secret that counts for nothing until a code of it is typed back."""
    return totp.new_secret()


def picture(secret: bytes, name: str, service_name: str) -> Picture:
    """The secret as a QR code (ISO/IEC 18004) and in groups to type by hand."""
    made = segno.make_qr(totp.address(secret, name, service_name), error="m")
    rows = [[bool(module) for module in row] for row in made.matrix_iter(border=_QUIET_ZONE)]
    return Picture(side=len(rows), path="".join(_squares(rows)), groups=totp.in_groups(secret))


def confirm(
    session: Session,
    vault: WorkbenchVault,
    person: SignedIn,
    secret: bytes,
    typed: str,
    *,
    moment: float,
    today: date,
) -> tuple[str, ...]:
    """Keep the secret, now that a code of it was typed; returns spare codes, shown once. WrongCodeError."""
    step = totp.matching_step(secret, "".join(typed.split()), moment)
    if step is None:
        raise WrongCodeError("this is not the code of this minute")
    second_factor.keep(session, vault, person.id, secret, step)
    codes = second_factor.new_spare_codes(session, person.id)
    _note(session, vault, person, "set up second factor", today)
    return codes


def check_code(
    session: Session, vault: WorkbenchVault, person: SignedIn, typed: str, *, moment: float, today: date
) -> Kind:
    """Use up a code of the app or a spare code. Raises WrongCodeError."""
    kind = second_factor.accept(session, vault, person.id, typed, moment)
    if kind is None:
        raise WrongCodeError("this code does not go with your account now")
    if kind is Kind.SPARE:
        _note(session, vault, person, "use spare code", today)
    return kind


def note_wrong_code(session: Session, vault: WorkbenchVault, person: SignedIn, *, today: date) -> None:
    """Keep in the log that somebody who knew the passphrase did not know the code."""
    _note(session, vault, person, "wrong code", today)


def make_spare_codes(
    session: Session, vault: WorkbenchVault, person: SignedIn, *, today: date
) -> tuple[str, ...]:
    """New spare codes in the place of those that are left, shown once."""
    codes = second_factor.new_spare_codes(session, person.id)
    _note(session, vault, person, "new spare codes", today)
    return codes


def _squares(rows: Iterable[list[bool]]) -> Iterable[str]:
    """The dark modules as strokes of one unit's height, one for each run of a row."""
    for y, row in enumerate(rows):
        start = None
        for x, dark in enumerate([*row, False]):
            if dark and start is None:
                start = x
            elif not dark and start is not None:
                yield f"M{start} {y}h{x - start}v1h-{x - start}z"
                start = None


def _note(session: Session, vault: WorkbenchVault, person: SignedIn, action: str, today: date) -> None:
    audit.note(session, vault, person.name, action, f"people/{person.name}", today=today)
