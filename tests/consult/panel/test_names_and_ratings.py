"""Nobody below the custodian joins a name and a rating: by pages, files, logs or rows of the database."""

from __future__ import annotations

import hashlib
import io
import itertools
import re
import zipfile
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from consult import cli, clock
from consult.models.account import Role
from consult.models.audit import AuditEvent
from consult.models.base import Base
from consult.models.panel import PanelKey, PanelMember, PanelPart, PanelSheet
from consult.models.response import Response
from consult.panel.service import ballots, pseudonyms, rounds
from consult.records import accounts
from consult.reports.service.answers import answers_zip
from consult.reports.service.statistics import answers_sav
from consult.settings import Settings
from consult.vault.passphrases import StaffKey
from consult.web.extensions import db
from tests.builders import PASSPHRASE, make_account
from tests.consult.panel.seeded import Seeded, make_seeded, run
from tests.consult.panel.walking import PANEL, team_of
from tests.visitor import Visitor


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
    files = {
        f"{who} {path}": found
        for who in ("sam", "mona")
        for path, found in every_file(app, {"sam": lead, "mona": manager}[who])
    }
    opened = seeded.stage.unlocked
    for made in (answers_zip(opened), answers_sav(opened)):
        files[made.name] = unpacked(b"".join(made.pieces()))
    assert len(files) > 20, sorted(files)
    kept_apart = {seat.secret.pseudonym(seat.consultation_id).hex() for seat in seeded.stage.seats.values()}
    kept_apart |= {label for number in (1, 2, 3) for label in labels_of(seeded, number).values()}
    for place, found in files.items():
        assert not [each for each in kept_apart if each in found], place
        named_there = [name for name in truth if name in found]
        assert not named_there or place.endswith(("/people", "/thanks")), place

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


def later_custodian_is_given_the_keys(app: Flask, seeded: Seeded, holder: StaffKey) -> None:
    """One who comes later holds nothing, says so on the page, and is given the keys by one who holds them."""
    make_account(app, "cora", seeded.team.consultation, Role.CUSTODIAN)
    later = team_of(app, "cora", unlocked=True)
    later.visit(f"{PANEL}/names")
    assert "You hold no key yet" in later.words
    earlier = team_of(app, "cato", unlocked=True)
    earlier.visit(f"{PANEL}/names")
    assert "Cora: keys missing: 42" in earlier.words
    earlier.press("Give them your keys")
    assert "Every custodian holds these keys now." in earlier.words
    later.visit(f"{PANEL}/names")
    later.press("Show who is who", {"reason": "a panellist asked for their own ratings"})
    for name, label in labels_of(seeded, 2).items():
        assert name in later.words
        assert label in later.words
    db.session.rollback()
    assert db.session.scalars(select(PanelKey).where(PanelKey.grantee_id == holder.account_id)).first()


def every_file(app: Flask, visitor: Visitor) -> Iterator[tuple[str, str]]:
    """Whatever panel, reports and exchange give out by a link, unpacked. A PDF is made of the same HTML."""
    chosen = {"consultation": "trial", "key": "DS4", "number": "2"}
    for rule in app.url_map.iter_rules():
        feature = rule.endpoint.partition(".")[0]
        if feature not in {"panel", "reports", "exchange"} or "GET" not in (rule.methods or ()):
            continue
        for kind in ("html", "docx") if "kind" in rule.arguments else ("",):
            path = rule.rule
            for name, value in (chosen | {"kind": kind}).items():
                path = re.sub(rf"<(?:[^:<>]*:)?{name}>", value, path)
            if "<" in path or path.endswith(".pdf"):
                continue
            answer = visitor.client.get(path)
            if answer.status_code == 200:
                yield path, unpacked(answer.data)


def unpacked(content: bytes) -> str:
    if not content.startswith(b"PK"):
        return content.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "\n".join(unpacked(archive.read(name)) for name in archive.namelist())


def test_a_key_to_the_answers_opens_no_secret_of_a_member_and_a_custodian_without_one_no_answer(
    app: Flask, monkeypatch: pytest.MonkeyPatch, settings: Settings
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
    later_custodian_is_given_the_keys(app, seeded, holder)
    row = rounds.numbered(session, seeded.stage.consultation, 3)
    opened = ballots.opened(seeded.stage.unlocked, row)
    assert len(opened.opened) == 35
    session.commit()
    closed = rounds.every(session, seeded.stage.consultation)[-1].closed
    assert closed is not None
    monkeypatch.setenv("CONSULT_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("CONSULT_KEY_FILE", str(settings.key_file))
    monkeypatch.setenv("CONSULT_HOSTS", "localhost")
    monkeypatch.setenv("CONSULT_SECURE_COOKIES", "no")
    monkeypatch.setattr("sys.argv", ["consult", "jobs", "run"])
    for day, left in ((closed + timedelta(days=90), 84), (closed + timedelta(days=91), 0)):
        monkeypatch.setattr(clock, "today", lambda day=day: day)
        db.session.remove()
        cli.main()
        assert db.session.scalar(select(func.count()).select_from(PanelKey)) == left, day
        db.session.rollback()
    assert "destroy panel keys" in db.session.scalars(select(AuditEvent.action)).all()


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
