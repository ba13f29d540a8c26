"""The code frame: themes in their tree."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from consult.faults import ConflictError, MissingError
from consult.models.coding import Theme
from consult.models.consultation import Consultation

_IN_USE = (
    select(Theme)
    .where(Theme.consultation_id == bindparam("consultation_id"), Theme.retired.is_(False))
    .order_by(Theme.position, Theme.name)
)
_ONE_IN_USE = _IN_USE.where(Theme.key == bindparam("key"))


class UnknownThemeError(MissingError):
    """The code frame has no such theme."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeText:
    """The words of a theme as somebody edits them: the team's own, never copied from an answer."""

    name: str
    definition: str = ""
    include: str = ""
    exclude: str = ""
    example: str = ""


def of(session: Session, consultation: Consultation) -> list[Theme]:
    """The themes in use, in their order."""
    return list(session.scalars(_IN_USE, {"consultation_id": consultation.id}))


def in_use(session: Session, consultation: Consultation, key: str) -> Theme:
    """The theme in use of that key. Raises UnknownThemeError."""
    found = session.scalar(_ONE_IN_USE, {"consultation_id": consultation.id, "key": key})
    if found is None:
        raise UnknownThemeError("there is no such theme in use")
    return found


def merged(session: Session, consultation: Consultation) -> dict[bytes, bytes]:
    """Themes that were merged, each with the theme in use that its codings count for."""
    rows = session.execute(
        select(Theme.id, Theme.merged_into_id).where(
            Theme.consultation_id == consultation.id, Theme.merged_into_id.is_not(None)
        )
    )
    into: dict[bytes, bytes] = {row.id: row.merged_into_id for row in rows}
    return {theme_id: _last(theme_id, into) for theme_id in into}


def _last(theme_id: bytes, into: dict[bytes, bytes]) -> bytes:
    while theme_id in into:
        theme_id = into[theme_id]
    return theme_id


def keyed(session: Session, consultation: Consultation, key: str) -> Theme:
    """The theme of that key. Raises UnknownThemeError."""
    found = session.scalar(select(Theme).where(Theme.consultation_id == consultation.id, Theme.key == key))
    if found is None:
        raise UnknownThemeError(f"there is no theme {key!r}")
    return found


def add(session: Session, consultation: Consultation, text: ThemeText, *, key: str = "") -> Theme:
    """Put a new theme at the end of the frame; its key is made from its name unless given."""
    # Keys of themes no longer in use are taken too: codings of old still name them.
    existing = set(session.scalars(select(Theme.key).where(Theme.consultation_id == consultation.id)))
    theme = Theme(
        consultation_id=consultation.id,
        key=key or _new_key(text.name, existing),
        position=len(existing),
    )
    _put(theme, text)
    session.add(theme)
    session.flush()
    return theme


def change(session: Session, theme: Theme, text: ThemeText, *, revision: int) -> Theme:
    """Change a theme's words. Raises ConflictError when somebody else did since `revision`."""
    if theme.revision != revision:
        raise ConflictError(f"{theme.name} was changed by somebody else meanwhile")
    _put(theme, text)
    theme.revision += 1
    session.flush()
    return theme


def _put(theme: Theme, text: ThemeText) -> None:
    theme.name = text.name
    theme.definition = text.definition
    theme.include = text.include
    theme.exclude = text.exclude
    theme.example = text.example


def _new_key(name: str, existing: set[str]) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:40] or "theme"
    key, number = stem, 2
    while key in existing:
        key, number = f"{stem}_{number}", number + 1
    return key
