"""The code frame and coded answers for other coding tools, as REFI-QDA.

The code frame is the team's own and leaves like any table. Answers leave as they do in the file of answers:
only when two people agreed, only words that their author allowed to be quoted, in no order, without an id, a
date, a language or anything else that stood beside them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy.orm import Session

from consult.faults import RefusedError
from consult.models.coding import Theme
from consult.records import codings, consultations, definitions, notes, opened, themes
from consult.records import refi as words_of
from consult.records.opened import Opened
from consult.records.unlocking import Unlocked
from consult.reports.service.chance import shuffled
from consult.reports.service.checking import proof
from consult.reports.service.standards import NOTICE, ReportFile
from consult.reports.writers import refi
from consult.reports.writers.refi import Code, Coded, Text
from surveys.codebook import ColumnKind, columns

QUOTE = "quote"
_ABOUT = (
    "Words of people who allowed that they are quoted, with the themes that coders gave them. Keep this "
    "where only those who need it can read it, and destroy it when the work is done."
)


class NoThemesError(RefusedError):
    """There is no theme yet, and the format has no empty code book."""


def codebook_qdc(session: Session, name: str) -> ReportFile:
    """The code frame. Raises UnknownConsultationError or NoThemesError."""
    codes = _codes(themes.of(session, consultations.named(session, name)))
    if not codes:
        raise NoThemesError("there is no theme yet: a code book needs one")
    return ReportFile(name="codebook.qdc", mimetype="application/xml", content=refi.codebook(codes))


def answers_qdpx(opened_by: Unlocked) -> ReportFile:
    """Code frame, texts and codings in one file, made in memory alone. Raises NoThemesError."""
    frame = themes.of(opened_by.session, opened_by.consultation)
    if not frame:
        raise NoThemesError("there is no theme yet: code some answers first")
    used: dict[bytes, int] = {}
    coders: dict[bytes, str] = defaultdict(refi.new_guid)
    texts = shuffled(list(_texts(opened_by, frame, coders, used)))
    demonstration = opened_by.consultation.demonstration
    about = "\n".join(
        part for part in (NOTICE if demonstration else "", _ABOUT, *proof(opened_by).lines) if part
    )
    content = refi.project(
        opened_by.consultation.name,
        _codes(frame),
        {key: f"Coder {number}" for number, key in enumerate(coders.values(), start=1)},
        (
            Text(refi.new_guid(), f"Answer {number:05d}", words, coded)
            for number, (words, coded) in enumerate(texts, start=1)
        ),
        about=about,
    )
    return ReportFile(name="answers.qdpx", mimetype="application/zip", content=content, used=used)


def _codes(frame: list[Theme]) -> list[Code]:
    return [
        Code(
            guid=_theme_guid(theme.id),
            name=theme.name,
            description=words_of.description(theme),
            parent=_theme_guid(theme.parent_id) if theme.parent_id else "",
        )
        for theme in frame
    ]


def _theme_guid(theme_id: bytes) -> str:
    return refi.guid("theme", theme_id)


def _texts(
    opened_by: Unlocked, frame: list[Theme], coders: dict[bytes, str], used: dict[bytes, int]
) -> Iterator[tuple[str, tuple[Coded, ...]]]:
    """Each text that may be quoted, and the places coded in it."""
    session, consultation = opened_by.session, opened_by.consultation
    codes = {theme.id: _theme_guid(theme.id) for theme in frame}
    every = notes.opened(session, opened_by.vault, consultation, opened_by.keys)
    places: dict[tuple[bytes, str], list[codings.Coding]] = {}
    into = themes.merged(session, consultation)
    for note in codings.standing(every).values():
        coding = codings.counted_for(codings.coding_of(note), into)
        if coding.theme_id in codes:
            places.setdefault((coding.response_id, coding.question_id), []).append(coding)
    boxes = _boxes(opened_by)
    for answer in opened.released(session, opened_by.vault, consultation, opened_by.keys):
        for key, words in _quotable(answer, boxes[answer.definition_id]):
            used[answer.id] = answer.rev
            coded = tuple(
                Coded(
                    start=coding.start,
                    end=coding.end,
                    code=codes[coding.theme_id],
                    user=coders[coding.coder_id],
                )
                for coding in places.get((answer.id, key), ())
            )
            yield words, coded


def _boxes(opened_by: Unlocked) -> dict[str, list[str]]:
    """The keys of answers in own words, in any version of each survey, in order."""
    session = opened_by.session
    return {
        survey.definition_id: sorted(
            {
                column.name
                for version in definitions.versions(session, survey)
                for column in columns(version)
                if column.kind is ColumnKind.TEXT
            }
        )
        for survey in consultations.surveys_of(session, opened_by.consultation)
    }


def _quotable(answer: Opened, boxes: list[str]) -> Iterator[tuple[str, str]]:
    for key in boxes:
        value = answer.answers.get(key)
        if isinstance(value, str) and value.strip() and answer.consent_for(key) == QUOTE:
            yield key, value
