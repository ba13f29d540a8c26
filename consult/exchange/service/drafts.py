"""Draft standards from a file, TOML or DOCX: read, compared with what is here, and taken in.

Nothing is ever deleted: a standard or clause that the file lacks stays. A changed statement becomes the next
wording, as when somebody types it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from consult.exchange.service import documents
from consult.faults import RefusedError
from consult.models.consultation import Consultation
from consult.models.standard import Clause, DraftStandard, ServiceKind, StandardStatus
from consult.records import audit, consultations, standards
from consult.records.standard_files import CLAUSE_FIELDS, FORMAT, STANDARD_FIELDS
from consult.records.standards import StandardText
from consult.records.wordings import ClauseWords, put_clause, words_of
from consult.vault.opening import WorkbenchVault

LONGEST = 4_000
LONGEST_TITLE = 300
MOST = 200
SAID = "From a file."
_KEY = re.compile(r"(?!new$)[A-Za-z0-9][A-Za-z0-9.-]{0,19}")


class DraftsError(RefusedError):
    """The file cannot be read, or holds something that cannot be kept; the reason says where and what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafts:
    """What a file holds, standard by standard, each with its clauses by number."""

    standards: tuple[tuple[StandardText, Mapping[str, ClauseWords]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One field that would change: whose, which, what stands there now ("" if nothing), and what would."""

    key: str
    field: str
    before: str
    after: str


def read(content: bytes) -> Drafts:
    """The standards of a file. Raises DraftsError."""
    try:
        raw = documents.tables(content) if content.startswith(b"PK") else _toml(content)
    except documents.DocumentError as error:
        raise DraftsError(str(error)) from error
    if not raw or len(raw) > MOST:
        raise DraftsError(f"a file holds at least one standard and at most {MOST}")
    found = tuple(_standard(each) for each in raw)
    numbers = [number for text, clauses in found for number in (text.key, *clauses)]
    if twice := sorted({each for each in numbers if numbers.count(each) > 1}):
        raise DraftsError(f"each key and number stands once, but {twice[0]} stands twice")
    return Drafts(standards=found)


def differences(session: Session, name: str, drafts: Drafts) -> list[Difference]:
    """What taking the file in would change, in its order."""
    consultation = consultations.named(session, name)
    here = {standard.key: standard for standard in standards.of(session, consultation)}
    found: list[Difference] = []
    for text, clauses in drafts.standards:
        standard = here.get(text.key)
        found += _of_standard(session, standard, text)
        present = {each.number: each for each in standards.clauses(session, standard)} if standard else {}
        for number, words in clauses.items():
            found += _of_clause(present.get(number), number, words)
    return found


def take(
    session: Session, vault: WorkbenchVault, name: str, drafts: Drafts, *, actor: str, today: date
) -> int:
    """Take the file in; returns how many fields changed. Raises DraftsError for a number that is another
    standard's."""
    changed = differences(session, name, drafts)
    consultation = consultations.named(session, name)
    _require_own_numbers(session, consultation, drafts)
    touched = {difference.key for difference in changed}
    present = {standard.key: standard for standard in standards.of(session, consultation)}
    for text, clauses in drafts.standards:
        if text.key in touched:
            now = present.get(text.key)
            status = StandardStatus(now.status) if now is not None else text.status
            standards.write(session, consultation, replace(text, status=status), today=today, said=SAID)
        standard = standards.keyed(session, consultation, text.key)
        for number, words in clauses.items():
            if number in touched:
                put_clause(session, standard, number, words, today=today, said=SAID)
    audit.note(
        session, vault, actor, "bring in standards", name, detail=f"{len(changed)} changes", today=today
    )
    return len(changed)


def _toml(content: bytes) -> list[dict[str, Any]]:
    try:
        table = tomllib.loads(content.decode("utf-8-sig").replace("\r\n", "\n"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DraftsError(
            "this is no text of standards that can be read: please look at the example in the guide"
        ) from error
    if table.get("format") != FORMAT:
        raise DraftsError(f'the first line of the file must say: format = "{FORMAT}"')
    raw = table.get("standards")
    if not isinstance(raw, list) or not all(isinstance(each, dict) for each in raw):
        raise DraftsError("the file holds no [[standards]]")
    return raw


def _standard(raw: Mapping[str, Any]) -> tuple[StandardText, dict[str, ClauseWords]]:
    key = _text(raw, "key", "a standard")
    if not _KEY.fullmatch(key):
        raise DraftsError(
            f"a key has up to 20 letters, numbers, dots and hyphens, which {key[:40]!r} has not"
        )
    title = _text(raw, "title", key, longest=LONGEST_TITLE)
    fields: dict[str, Any] = {name: _text(raw, name, key) for name in STANDARD_FIELDS}
    if not title or not fields["statement"]:
        raise DraftsError(f"{key} needs a title and a statement")
    fields["applies"] = _applies(fields["applies"], key)
    clauses: dict[str, ClauseWords] = {}
    given = raw.get("clauses", [])
    for each in given if isinstance(given, list) else []:
        number, words = _clause(each if isinstance(each, dict) else {}, key)
        if number in clauses or number == key:
            raise DraftsError(f"each key and number stands once, but {number} stands twice")
        clauses[number] = words
    return StandardText(key=key, title=title, **fields), clauses


def _clause(raw: Mapping[str, Any], key: str) -> tuple[str, ClauseWords]:
    number = _text(raw, "number", f"a clause of {key}")
    if not _KEY.fullmatch(number):
        raise DraftsError(f"a clause of {key} has no number that can be used: {number[:40]!r}")
    fields: dict[str, Any] = {name: _text(raw, name, number) for name in CLAUSE_FIELDS}
    if not fields["wording"]:
        raise DraftsError(f"{number} needs a wording")
    fields["applies"] = _applies(fields["applies"], number)
    return number, ClauseWords(**fields)


def _text(raw: Mapping[str, Any], name: str, where: str, *, longest: int = LONGEST) -> str:
    value = raw.get(name, "")
    if not isinstance(value, str):
        raise DraftsError(f"{name} of {where} is no text: please put it into quotation marks")
    kept = "".join(
        letter for letter in value.replace("\r\n", "\n") if letter.isprintable() or letter in "\n\t"
    )
    if len(kept) > longest:
        raise DraftsError(f"{name} of {where} is longer than {longest} characters")
    return kept.strip()


def _applies(value: str, where: str) -> ServiceKind:
    try:
        return ServiceKind(value or ServiceKind.BOTH)
    except ValueError as error:
        raise DraftsError(f"{where} applies to one of: {', '.join(ServiceKind)}") from error


def _of_standard(
    session: Session, standard: DraftStandard | None, text: StandardText
) -> Iterator[Difference]:
    now = standards.wordings(session, standard)[-1].statement if standard else ""
    for field in ("title", *STANDARD_FIELDS):
        before = now if field == "statement" else str(getattr(standard, field, "") if standard else "")
        after = str(getattr(text, field))
        if before != after and (standard is not None or after):
            yield Difference(key=text.key, field=field, before=before, after=after)


def _of_clause(clause: Clause | None, number: str, words: ClauseWords) -> Iterator[Difference]:
    now = words_of(clause) if clause is not None else None
    for field in CLAUSE_FIELDS:
        before, after = str(getattr(now, field, "") if now else ""), str(getattr(words, field))
        if before != after and (now is not None or after):
            yield Difference(key=number, field=field, before=before, after=after)


def _require_own_numbers(session: Session, consultation: Consultation, drafts: Drafts) -> None:
    """Keys and numbers share one list: a link names its clause by number alone."""
    owner = {
        clause.number: standard.key
        for standard in standards.of(session, consultation)
        for clause in standards.clauses(session, standard)
    }
    for text, clauses in drafts.standards:
        for number in (text.key, *clauses):
            if owner.get(number, text.key) != text.key:
                raise DraftsError(f"{number} is a clause of {owner[number]} already: give it another number")
