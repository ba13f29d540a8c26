"""Taking in what another coding tool made: its themes into the frame, and its codings onto our own answers.

A text of the file is one of ours when it is the same letter by letter; the file itself is not kept, and what
is in it and not among the released answers is left out. Every coding is one of the person who brings it in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date

from consult.exchange.service import qda
from consult.exchange.service.qda import ReadCode, ReadText
from consult.models.coding import Theme
from consult.records import codings, framing, opened, refi, themes
from consult.records.codings import Coding
from consult.records.framing import Act, Event
from consult.records.unlocking import Unlocked


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What is in a file, and what came of it. new: names of themes that the frame lacks; added: codings."""

    themes: int
    new: tuple[str, ...]
    texts: int
    ours: int
    codings: int
    added: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ours:
    """One of our texts: where it stands, and as it was written."""

    response_id: bytes
    rev: int
    definition_id: str
    question_id: str
    words: str


def look(unlocked: Unlocked, content: bytes) -> Taken:
    """What is in a file and would come of it; nothing is kept. Raises qda.QdaError."""
    return _take(unlocked, qda.read(content), today=None)


def take(unlocked: Unlocked, content: bytes, *, today: date) -> Taken:
    """Take it in: themes whose names the frame lacks, and codings that are not there.

    Raises qda.QdaError, also when there are new themes and the frame is frozen.
    """
    return _take(unlocked, qda.read(content), today=today)


def _take(unlocked: Unlocked, work: qda.Work, *, today: date | None) -> Taken:
    session, consultation = unlocked.session, unlocked.consultation
    known = {_folded(each.name): each for each in themes.of(session, consultation)}
    new = [code for code in work.codes if _folded(code.name) not in known]
    if today is not None and new:
        _add_themes(unlocked, new, work.codes, known, today)
    ours = _ours(unlocked) if work.texts else {}
    matched = [(text, ours[text.words]) for text in work.texts if ours.get(text.words) is not None]
    added = _code(unlocked, matched, work.codes, known, keep=today is not None)
    return Taken(
        themes=len(work.codes),
        new=tuple(code.name for code in new),
        texts=len(work.texts),
        ours=len(matched),
        codings=sum(len(text.places) for text in work.texts),
        added=added,
    )


def _add_themes(
    unlocked: Unlocked,
    new: Sequence[ReadCode],
    every: Sequence[ReadCode],
    known: dict[str, Theme],
    today: date,
) -> None:
    """Put themes into the frame, each with its line in the history."""
    done = framing.events(unlocked)
    turns = [event.act for event in done if event.act in {Act.FREEZE, Act.REOPEN}]
    if turns and turns[-1] == Act.FREEZE:
        raise qda.QdaError("the code frame is frozen, and this file has new themes: somebody must re-open it")
    number = framing.next_number(done)
    for code in new:
        if _folded(code.name) not in known:  # a name may stand twice in the file
            text = refi.text(code.name, code.description)
            made = themes.add(unlocked.session, unlocked.consultation, text)
            known[_folded(code.name)] = made
            event = Event(
                act=Act.ADD,
                number=number,
                on=today,
                by=unlocked.account_id,
                theme_id=made.id,
                after=asdict(text),
            )
            framing.record(unlocked, event)
            number += 1
    names = {code.guid: _folded(code.name) for code in every}
    for code in new:
        parent = known.get(names.get(code.parent, ""))
        child = known[_folded(code.name)]
        if parent is not None and child.id not in {parent.id, parent.parent_id}:
            child.parent_id = parent.id
    unlocked.session.flush()


def _ours(unlocked: Unlocked) -> dict[str, _Ours | None]:
    """Our released texts by their words with line feeds alone; None where two people wrote the same."""
    found: dict[str, _Ours | None] = {}
    for answer in opened.released(unlocked.session, unlocked.vault, unlocked.consultation, unlocked.keys):
        for key, value in answer.answers.items():
            if isinstance(value, str) and value.strip():
                words = value.replace("\r\n", "\n").replace("\r", "\n")
                found[words] = (
                    None
                    if words in found
                    else _Ours(
                        response_id=answer.id,
                        rev=answer.rev,
                        definition_id=answer.definition_id,
                        question_id=key,
                        words=value,
                    )
                )
    return found


def _code(
    unlocked: Unlocked,
    matched: Sequence[tuple[ReadText, _Ours | None]],
    codes: Sequence[ReadCode],
    known: Mapping[str, Theme],
    *,
    keep: bool,
) -> int:
    """Add the codings that are not there; returns how many. Without `keep` they are only counted."""
    session, vault = unlocked.session, unlocked.vault
    consultation, keys = unlocked.consultation, unlocked.keys
    wanted = [each.response_id for _, each in matched if each is not None]
    made = codings.acts(session, vault, consultation, keys, response_ids=wanted) if wanted else []
    standing = {(c.response_id, c.question_id, c.start, c.end, c.theme_id) for c in codings.live(made)}
    nexts: dict[bytes, int] = {}
    for act in made:
        if act.coding is not None:
            nexts[act.coding.response_id] = max(nexts.get(act.coding.response_id, 0), act.seq)
    names = {code.guid: _folded(code.name) for code in codes}
    added = 0
    for coding in _wanted(matched, names, known, unlocked.account_id):
        place = (coding.response_id, coding.question_id, coding.start, coding.end, coding.theme_id)
        if coding.theme_id and place in standing:
            continue
        standing.add(place)
        added += 1
        if keep:
            nexts[coding.response_id] = nexts.get(coding.response_id, 0) + 1
            numbered = replace(coding, seq=nexts[coding.response_id])
            codings.add(session, vault, consultation, keys, numbered)
    return added


def _wanted(
    matched: Sequence[tuple[ReadText, _Ours | None]],
    names: Mapping[str, str],
    known: Mapping[str, Theme],
    account_id: bytes,
) -> Iterable[Coding]:
    for text, ours in matched:
        if ours is None:
            continue
        for place in text.places:
            if place.code not in names:
                continue
            theme = known.get(names[place.code])
            yield Coding(
                response_id=ours.response_id,
                response_rev=ours.rev,
                definition_id=ours.definition_id,
                question_id=ours.question_id,
                start=_back(ours.words, place.start),
                end=_back(ours.words, place.end),
                theme_id=theme.id if theme is not None else b"",
                coder_id=account_id,
            )


def _back(words: str, place: int) -> int:
    """A place in the text with line feeds alone, as one in the text as it was written."""
    found = place
    at = words.find("\r\n")
    while 0 <= at < found:
        found += 1
        at = words.find("\r\n", at + 2)
    return found


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()
