"""What the invented team judged and decided: rows of the matrix, how sure it is, notes, decisions, replies.

Through the services that a real team uses; the analyst judges, the lead looks again. All is illustrative.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.commands.demonstration import documents, shapes
from consult.evidence import service
from consult.evidence.service import (
    Concern,
    Confidence,
    DecisionKind,
    Disposition,
    ReplyText,
    Settled,
    Sureness,
)
from consult.models.consultation import Strand
from consult.models.judgement import RowJudgement
from consult.models.literature import Finding, Source
from consult.models.panel import CommentState, PanelComment
from consult.models.standard import Clause, DraftStandard, EvidenceLink, StandardStatus
from consult.records import comments, findings, judging, linked, themes
from consult.records import standards as records
from consult.records.unlocking import Unlocked

_STATUS = {
    DecisionKind.KEEP: StandardStatus.AGREED,
    DecisionKind.CHANGE: StandardStatus.AGREED,
    DecisionKind.DROP: StandardStatus.DROPPED,
    DecisionKind.NEED_MORE: StandardStatus.READY,
}
_PEOPLE = "A. Lead (example): chairs a service for men and women\nB. Analyst (example): none"
_NOTES = "Illustrative notes: read part by part, contrary comments first. Nobody was hurried."
_NO_DIFFERENCE = "Nothing differs: the same is asked of both kinds of service."
_CAME = "workshop of services (example)"
_SUMMARIES = {
    "two days is hard in a team of two": "Small teams find it hard to answer within two days.",
    "add the forces": "Training should cover men who served.",
    "name a rate": "The standard should say how much men are paid for their part.",
    "who would check?": "It is not clear who looks at the figures.",
    "A name with men in it would have kept me out. People know me here.": (
        "A name that says men can keep men away who fear to be seen."
    ),
}
"""What was said, in the team's words, by what was said."""
_BY_PROMINENCE = {
    "many": (Concern.NONE_OR_VERY_MINOR, "Many said it, of all ages and both kinds of service."),
    "some": (Concern.MINOR, "Some said it, mostly in a few words."),
    "few": (Concern.SERIOUS, "Few said it: enough to hear, too little to lean on."),
}


def build(analyst: Unlocked, lead: Unlocked, *, actor: str, today: date) -> None:
    """Judge, note, decide and answer, in that order."""
    _code_findings(analyst, today)
    _hold(lead, today)
    _rows(analyst, lead, today)
    _sure(analyst, lead, today)
    _equity(analyst, today)
    _decisions(lead, actor, today)
    _replies(lead, today)


def _code_findings(at: Unlocked, today: date) -> None:
    """Each finding gets the theme that speaks to the same clause: one frame for people and for papers."""
    session = at.session
    links = session.execute(
        select(EvidenceLink.clause_id, EvidenceLink.theme_id, EvidenceLink.finding_id)
        .join(Clause, Clause.id == EvidenceLink.clause_id)
        .join(DraftStandard, DraftStandard.id == Clause.standard_id)
        .where(DraftStandard.consultation_id == at.consultation.id)
    ).all()
    by_clause = {row.clause_id: row.theme_id for row in links if row.theme_id is not None}
    frame = {theme.id: theme for theme in themes.of(session, at.consultation)}
    for row in links:
        theme = frame.get(by_clause.get(row.clause_id, b""))
        if row.finding_id is not None and theme is not None:
            finding = session.get_one(Finding, row.finding_id)
            findings.code(session, finding, theme, account_id=at.account_id, today=today)


def _hold(at: Unlocked, today: date) -> None:
    """What was linked to a first wording is read again and holds, but for what was said of a set end."""
    for row in linked.linked(at.session, at.consultation):
        if row.link_id is not None and row.said_of != row.present and row.theme_key != "abrupt_ending":
            standard = records.keyed(at.session, at.consultation, row.standard)
            records.hold_link(at.session, row.link_id, standard, account_id=at.account_id, today=today)


def _rows(analyst: Unlocked, lead: Unlocked, today: date) -> None:
    keyed = {theme.key: theme.id for theme in themes.of(analyst.session, analyst.consultation)}
    for entry in documents.matrix():
        clause = records.clause_numbered(analyst.session, analyst.consultation, entry.clause)
        cells = {strand.value: _written(getattr(entry, strand.value)) for strand in Strand}
        made = judging.Row(
            clause_id=clause.id,
            theme_id=keyed.get(entry.theme),
            wording=entry.version or 1,
            cells=cells,
            verdict="",
            reason=entry.practitioners_note or entry.note or "Read by two of us, comments and all.",
        )
        judging.judge_row(analyst.session, made, account_id=analyst.account_id, today=today)
    _look_again(analyst, keyed, today)
    # The last row waits for a second person: a demonstration shows that, too.
    for row in _judged(analyst.session)[:-1]:
        judging.confirm_row(lead.session, row, account_id=lead.account_id)


def _look_again(at: Unlocked, keyed: dict[str, bytes], today: date) -> None:
    """What was said of the first wording of an ending does not speak against the second."""
    row = judging.Row(
        clause_id=records.clause_numbered(at.session, at.consultation, "DS12").id,
        theme_id=keyed["abrupt_ending"],
        wording=2,
        cells={"survivors": "supports/some", "practitioners": "supports/many", "literature": ""},
        verdict="",
        reason="They spoke against a set end. The second wording asks for what they wanted instead.",
    )
    judging.judge_row(at.session, row, account_id=at.account_id, today=today)


def _judged(session: Session) -> list[bytes]:
    rows = session.scalars(select(RowJudgement.id).join(Clause).order_by(Clause.number, RowJudgement.wording))
    return list(rows)


def _written(cell: shapes.Cell) -> str:
    return f"{cell.stance}/{cell.silence or cell.prominence}"


def _sure(analyst: Unlocked, lead: Unlocked, today: date) -> None:
    sources = {f"example-{source.key.lower()}": source for source in documents.literature().sources}
    prominence = {entry.key: entry.links for entry in documents.frame().themes}
    keys = {theme.id: theme.key for theme in themes.of(analyst.session, analyst.consultation)}
    rows = analyst.session.execute(
        select(EvidenceLink, Clause.number, Source.key)
        .join(Clause, Clause.id == EvidenceLink.clause_id)
        .join(DraftStandard, DraftStandard.id == Clause.standard_id)
        .outerjoin(Finding, Finding.id == EvidenceLink.finding_id)
        .outerjoin(Source, Source.id == Finding.source_id)
        .where(DraftStandard.consultation_id == analyst.consultation.id)
    ).all()
    for link, number, source in rows:
        if link.theme_id is None:
            sure = _of_source(sources[source])
        else:
            held = next(each for each in prominence[keys[link.theme_id]] if each.clause == number)
            sure = _of_theme(held.prominence)
        judging.judge_link(analyst.session, link.id, sure, account_id=analyst.account_id, today=today)
        judging.confirm_link(lead.session, link.id, account_id=lead.account_id)


def _of_source(source: shapes.MadeUpSource) -> Sureness:
    concerns = {
        "methods": Concern(source.concerns["methodological"]),
        **{name: Concern(source.concerns[name]) for name in ("coherence", "adequacy", "relevance")},
    }
    return Sureness(
        concerns=concerns, level=service.proposed_level(concerns.values()), reason=source.appraisal
    )


def _of_theme(prominence: str) -> Sureness:
    adequacy, reason = _BY_PROMINENCE[prominence]
    concerns = dict.fromkeys(service.COMPONENTS, Concern.NONE_OR_VERY_MINOR) | {
        "methods": Concern.MINOR,
        "adequacy": adequacy,
    }
    level: Confidence = service.proposed_level(concerns.values())
    return Sureness(concerns=concerns, level=level, reason=reason)


def _equity(at: Unlocked, today: date) -> None:
    written = documents.decisions().equity_notes
    for standard in documents.standards():
        notes = (("For men only", standard.men_only_note), ("For men and women", standard.mixed_note))
        text = (
            written.get(standard.key)
            or " ".join(f"{whom}: {note}" for whom, note in notes if note)
            or _NO_DIFFERENCE
        )
        clause = records.clause_numbered(at.session, at.consultation, standard.key)
        number = len(standard.versions)
        judging.note_equity(at.session, clause.id, number, text, account_id=at.account_id, today=today)


def _decisions(at: Unlocked, actor: str, today: date) -> None:
    """Decided through the service where nothing changes; a change is recorded beside the wording it made."""
    for entry in documents.decisions().decisions:
        kind = DecisionKind(entry.kind)
        made = Settled(
            clause_id=b"",
            wording=0,
            kind=kind,
            reason=entry.reason,
            people=_PEOPLE,
            dissent="\n".join(entry.reasons_against),
            notes=_NOTES if entry.discussed else "",
        )
        clause = records.clause_numbered(at.session, at.consultation, entry.subject)
        standard = at.session.get_one(DraftStandard, clause.standard_id)
        if entry.subject == standard.key:
            standard.status = _STATUS[kind]
        desk = service.desk(at, standard.key)
        if kind is not DecisionKind.CHANGE:
            service.decide(desk, entry.subject, made, "", actor=actor, today=today)
            continue
        number = desk.part(entry.subject).number
        themes_of = [line.theme_id for line in desk.part(entry.subject).clause.lines if line.theme_id]
        change = Settled(
            clause_id=clause.id,
            wording=number - 1,
            next_wording=number,
            kind=kind,
            reason=entry.reason,
            people=_PEOPLE,
            notes=_NOTES,
        )
        judging.decide(at, change, judging.basis(desk.heard, themes_of), today=today)


def _replies(at: Unlocked, today: date) -> None:
    """Answers to some comments: those of the panel where it has been; else they were said in a workshop."""
    passed = {
        row.words: row.id
        for row in at.session.scalars(
            select(PanelComment).where(
                PanelComment.consultation_id == at.consultation.id, PanelComment.state == CommentState.SHOWN
            )
        )
    }
    for entry in documents.panel_comments():
        summary = _SUMMARIES.get(entry.text)
        if summary is None:
            continue
        clause = records.clause_numbered(at.session, at.consultation, entry.clause)
        comment_id = passed.get(entry.text) or comments.write_down(at, clause, entry.text, _CAME)
        text = ReplyText(
            summary=summary,
            disposition=Disposition(entry.disposition),
            reason=entry.reply,
            next_wording=entry.version,
        )
        comments.reply(at, clause, text, [comment_id], today=today)
