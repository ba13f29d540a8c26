"""A cold reader finds in the demonstration who says what, who disagrees, how sure we are, what changed."""

from __future__ import annotations

from bs4 import BeautifulSoup
from flask import Flask

from consult.commands.demonstration import building, documents
from consult.evidence import service
from consult.records import accounts, consultations, findings
from consult.records.unlocking import Unlocked
from consult.reports import service as reports
from consult.web.extensions import db
from tests.builders import TODAY
from tests.visitor import Visitor


def test_the_demonstration_answers_a_cold_reader(app: Flask, visitor: Visitor) -> None:
    """Built once: the matrix that the content promises, dissent, sureness, decisions, wordings, replies."""
    session, vault = db.session(), app.extensions["consult.workbench_vault"]
    exits = app.extensions["consult.settings"].exits
    words = building.build(session, app.extensions["consult.intake_vault"], vault, exits=exits, today=TODAY)
    lead = accounts.named(session, "lead")
    consultation = consultations.named(session, building.NAME)
    key = accounts.unlock(vault, lead, words["lead"])
    at = Unlocked(
        session=session,
        vault=vault,
        consultation=consultation,
        keys=accounts.opened_keys(session, vault, consultation, key),
        account_id=lead.id,
    )
    desks = {each.key: service.desk(at, each.key) for each in documents.standards()}
    frame = {entry.key: entry.name for entry in documents.frame().themes}

    for entry in documents.matrix():
        standard = next(key for key, desk in desks.items() if entry.clause in _numbers(desk))
        part = desks[standard].part(entry.clause)
        if (entry.version or 1) != part.number:
            continue
        row = next(each for each in part.rows if each.name == frame.get(entry.theme, ""))
        assert (entry.clause, row.verdict) == (entry.clause, entry.result)

    choice = desks["DS4"].part("DS4")
    assert choice.rows[0].cells[0].prominence == "some"  # what survivors say
    assert "A small team cannot promise it" in choice.decision.paper["dissent"]  # type: ignore[union-attr]
    assert choice.sure is not None  # how sure we are
    assert choice.equity is not None
    ending = desks["DS12"].part("DS12")  # what has changed
    ((_, pieces),) = ending.clause.changes
    assert {piece.mark for piece in pieces} >= {"added", "removed"}
    assert ending.decision is not None
    assert (ending.decision.kind, ending.decision.next_wording) == ("change", 2)
    assert service.commented(at, "DS3").answered
    assert desks["DS7"].part("7.4").rows[0].verdict == "silence"

    _reports(at)
    _public(at, visitor)


def _reports(at: Unlocked) -> None:
    """What was judged stands in the report; publications with findings are appraised, and findings coded."""
    made = reports.evidence_html(at, service_name="Standards", today=TODAY)
    page = BeautifulSoup(made.content, "html.parser")
    said = " ".join(page.get_text(" ").split())
    assert "A small team cannot promise it" in said
    assert "Small teams find it hard to answer within two days. Comments with this answer: a few" in said
    assert "Rich and careful; two places only." in said
    assert "Not appraised yet." not in said
    for link in page.select('main a[href^="#"]'):
        assert page.find(id=str(link["href"])[1:]), link["href"]
    found = [each for own in findings.by_theme(at.session, at.consultation).values() for each in own]
    assert len({each.source for each in found}) == 5


def _public(at: Unlocked, visitor: Visitor) -> None:
    """What is agreed is out, put there by somebody else; what is not agreed is not."""
    at.session.commit()
    visitor.visit(f"/standards/{at.consultation.slug}")
    assert documents.NOTICE in visitor.words
    assert "DS12" in visitor.words
    assert "P1" not in visitor.words
    visitor.visit(f"/standards/{at.consultation.slug}/of/DS1")
    assert "1.4" in visitor.words
    assert "1.5" not in visitor.words, "that part was dropped"
    visitor.visit(f"/standards/{at.consultation.slug}/of/DS3")
    assert "A shorter time to the first reply went with more men coming to a second talk." in visitor.words
    (kept,) = reports.kept_editions(at.session, at.consultation.name, account_id=at.account_id)
    assert (kept.own, kept.current, kept.standards) == (True, True, 12)


def _numbers(desk: service.Desk) -> set[str]:
    return {part.clause.number for part in desk.parts}
