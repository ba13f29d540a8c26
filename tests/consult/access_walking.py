"""Every page of the team with an address, and somebody who asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

import surveys
from consult.models.base import Base
from consult.models.coding import Theme
from consult.models.heard import HeardEntry
from consult.models.panel import PanelComment, PanelMember
from consult.models.standard import EvidenceLink
from consult.models.support import SupportService
from tests.builders import SMALL, Team
from tests.consult.access_table import DOOR, Page
from tests.consult.entering import sign_in, unlock
from tests.consult.evidence.scene import Scene
from tests.visitor import HOST, Visitor

NOT_HERE = "This page is not here"


def rules(app: Flask) -> Iterator[Rule]:
    """Every address of the team but the door."""
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/team") and rule.endpoint not in DOOR:
            yield rule


def pages(scene: Scene) -> list[Page]:
    """Every page with what there is to see in it."""
    app = scene.team.app
    response = next(iter(scene.team.session.scalars(select(_response_id()).where(_of_small()))))
    theme = scene.team.session.scalars(select(Theme.key)).first()
    entry = scene.team.session.scalars(select(SupportService.id)).first()
    comment = scene.team.session.scalars(select(PanelComment.id)).first()
    member = scene.team.session.scalars(select(PanelMember.id)).first()
    (heard,) = scene.team.session.scalars(select(HeardEntry.id)).all()
    linked = scene.team.session.scalars(select(EvidenceLink)).one()
    link, row = linked.id.hex(), (linked.theme_id or b"").hex()
    scene.team.session.rollback()
    known = {
        "consultation": "trial",
        "survey_id": "small",
        "definition_id": "small",
        "question_id": "helped_words",
        "response": response.hex(),
        "part": "part",
        "question": "looked",
        "option": "yes",
        "where": "looked",
        "number": "1.1",
        "row": row,
        "link_id": link,
        "theme_key": theme,
        "ending": "young",
        "version": surveys.fingerprint(surveys.parse(SMALL)).hex()[:12],
        "name": "sam",
        "entry": heard.hex(),
        "answer": "refuse",
        "edition": 1,
        "comment": bytes(comment or b"").hex(),
        "member": bytes(member or b"").hex(),
        "kind": "toml",
        "size": "ordinary",
        "language": "en",
        "work": "Ash-2020",
        "entry_id": entry.hex() if isinstance(entry, bytes) else str(entry),
    }
    adapter = app.url_map.bind("localhost")
    found = []
    for rule in rules(app):
        parts: dict[str, Any] = {name: known.get(name, "absent") for name in rule.arguments}
        if "key" in parts:
            parts["key"] = theme if rule.endpoint.startswith("coding.") else "DS1"
        if "kind" in parts and rule.endpoint.startswith("reports."):
            parts["kind"] = "html"
        if rule.endpoint.startswith("panel.") and "number" in parts:
            parts["number"] = "2"
        if rule.endpoint == "panel.print_protocol":
            parts |= {"number": "1", "kind": "html"}
        if "kind" in parts and "sign" in rule.endpoint:
            parts["kind"] = "advisers"
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            path = adapter.build(rule.endpoint, parts, method=method)
            elsewhere = adapter.build(rule.endpoint, parts | {"consultation": "absent"}, method=method)
            found.append(
                Page(
                    endpoint=rule.endpoint,
                    method=method,
                    path=path,
                    elsewhere=elsewhere,
                    of_consultation="consultation" in rule.arguments,
                )
            )
    return found


def _of_small() -> Any:
    return Base.metadata.tables["response"].c.definition_id == "small"


def _response_id() -> Any:
    return Base.metadata.tables["response"].c.id


def ask(client: FlaskClient, method: str, path: str, token: str) -> TestResponse:
    """Ask for it with everything right but, perhaps, the person."""
    data = {"csrf_token": token} if method == "POST" else None
    return client.open(
        path, method=method, data=data, base_url=HOST, headers={"Sec-Fetch-Site": "same-origin"}
    )


def enter(team: Team, name: str) -> tuple[FlaskClient, str]:
    """Somebody signed in and unlocked, with the token of their forms."""
    visitor = Visitor(team.app.test_client())
    sign_in(visitor, name)
    unlock(visitor)
    assert visitor.path == "/team/"
    visitor.visit("/team/passphrase")
    return visitor.client, str(visitor.page.find("input", {"name": "csrf_token"})["value"])  # type: ignore[index]


def refused(response: TestResponse) -> bool:
    return response.status_code == 404 and NOT_HERE in response.text
