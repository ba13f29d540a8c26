"""Nobody below the custodian joins a name and a rating: by pages, files, logs or rows of the database."""

from __future__ import annotations

import hashlib
import itertools

from flask import Flask
from sqlalchemy import select

from consult.models.base import Base
from consult.models.panel import PanelKey, PanelMember, PanelPart, PanelSheet
from consult.models.response import Response
from consult.panel.service import ballots, pseudonyms, rounds
from consult.records import accounts
from consult.web.extensions import db
from tests.builders import PASSPHRASE
from tests.consult.panel.seeded import Seeded, make_seeded, run
from tests.consult.panel.walking import PANEL, team_of


def labels_of(seeded: Seeded, number: int) -> dict[str, str]:
    """The truth: the label of each name, from secrets that only the test holds."""
    row = rounds.numbered(db.session(), seeded.stage.consultation, number)
    found = {}
    for place, seat in enumerate(seeded.stage.seats.values(), start=1):
        pseudonym = seat.secret.pseudonym(seat.consultation_id).hex()
        found[f"Panellist {place} (example)"] = pseudonyms.label(pseudonym, row.id)
    return found


def test_names_and_labels_meet_on_no_page_but_the_custodians_and_in_no_row(app: Flask) -> None:
    """S6: every page of the panel for every role together, then every row, value by value."""
    seeded = make_seeded(app)
    run(seeded)
    truth = labels_of(seeded, 2)
    lead, manager = team_of(app, "sam", unlocked=True), team_of(app, "mona")
    pages = []
    for visitor, paths in (
        (manager, ("/", "/people", "/thanks", "/round/2", "/protocol", "/next")),
        (lead, ("/", "/comments?state=shown", "/round/1", "/round/2", "/round/3", "/thanks")),
    ):
        for path in paths:
            visitor.visit(PANEL + path)
            assert visitor.status == 200, path
            pages.append(visitor.words)
    lead.visit(f"{PANEL}/round/2/ratings")
    lead.press("Show the ratings")
    assert "each line" not in lead.page.select("table")[0].get_text()
    pages.append(lead.words)
    shown = [page for page in pages if any(label in page for label in truth.values())]
    assert shown == [lead.words], "labels stand on one page"
    assert not any(name in lead.words for name in truth)
    named = [page for page in pages if "Panellist 7 (example)" in page]
    assert len(named) == 1
    assert not any(label in named[0] for label in truth.values())
    lead.visit(f"{PANEL}/names")
    assert lead.status == 404

    custodian = team_of(app, "cato", unlocked=True)
    custodian.visit(f"{PANEL}/names")
    custodian.press("Show who is who", {"reason": "for no reason"[:5]})
    assert custodian.status == 422
    custodian.press("Show who is who", {"reason": "a panellist asked for their own ratings"})
    for name, label in truth.items():
        assert name in custodian.words
        assert label in custodian.words


def test_no_value_of_a_members_row_stands_in_a_row_with_ratings_and_the_log_names_neither(app: Flask) -> None:
    """S6: whatever the database holds in clear about a member is in no sheet, answer or comment."""
    seeded = make_seeded(app)
    run(seeded)
    session = db.session()
    of_members = {
        value
        for table in (PanelMember.__table__, PanelPart.__table__, PanelKey.__table__)
        for row in session.execute(select(table))
        for name, value in row._mapping.items()
        if isinstance(value, bytes) and name not in {"consultation_id", "round_id", "grantee_id"}
    }
    apart = ("panel_sheet", "response", "panel_comment", "note", "panel_item")
    of_ratings = [
        value
        for name in apart
        for row in session.execute(select(Base.metadata.tables[name]))
        for value in row
        if isinstance(value, bytes)
    ]
    derived = of_members | {hashlib.sha256(value).digest() for value in of_members}
    derived |= {value[:16] for value in derived} | {value[:8] for value in derived}
    assert len(of_members) > 100
    assert not derived & set(of_ratings)
    lengths = {len(each) for each in of_members if len(each) == 16}
    for member, blob in itertools.product([each for each in of_members if len(each) in lengths], of_ratings):
        assert member not in blob
    log = " ".join(
        " ".join(map(str, row)) for row in session.execute(select(Base.metadata.tables["audit_event"]))
    )
    assert "Panellist" not in log
    assert not any(label in log for label in labels_of(seeded, 1).values())


def test_a_key_to_the_answers_opens_no_secret_of_a_member_and_a_custodian_without_one_no_answer(
    app: Flask,
) -> None:
    seeded = make_seeded(app)
    run(seeded)
    session = db.session()
    assert session.scalars(select(PanelKey.grantee_id).distinct()).all() == [seeded.custodian.id]
    holder = accounts.unlock(seeded.team.vault, seeded.custodian, PASSPHRASE)
    found = pseudonyms.who_is_who(
        session,
        seeded.team.vault,
        seeded.stage.consultation,
        holder,
        "a reason that is long enough",
        actor="cato",
        today=seeded.stage.today,
    )
    assert sum(bool(each.labels) for each in found) == 42
    outsider = accounts.unlock(seeded.team.vault, seeded.team.account, PASSPHRASE)
    nothing = pseudonyms.who_is_who(
        session,
        seeded.team.vault,
        seeded.stage.consultation,
        outsider,
        "a reason that is long enough",
        actor="sam",
        today=seeded.stage.today,
    )
    assert not any(each.labels for each in nothing)
    row = rounds.numbered(session, seeded.stage.consultation, 3)
    opened = ballots.opened(seeded.stage.unlocked, row)
    assert len(opened.opened) == 35
    pseudonyms.destroy_keys(
        session, seeded.team.vault, seeded.stage.consultation, actor="cato", today=seeded.stage.today
    )
    assert session.scalars(select(PanelKey)).all() == []


def test_storage_keeps_no_order_in_which_members_came(app: Flask) -> None:
    """S15: as many sheets as answers, each under a key that only its member can make."""
    seeded = make_seeded(app)
    run(seeded)
    session = db.session()
    sheets = session.scalars(select(PanelSheet.lookup)).all()
    answers = session.scalars(select(Response.id).where(Response.definition_id.like("panel/%"))).all()
    assert len(sheets) == len(answers) == 42 + 38 + 35
    members = session.scalars(select(PanelMember.id).where(PanelMember.state == "joined")).all()
    assert len(members) == 42
    assert not {each[:16] for each in sheets} & set(members)
