"""S27: the intake serves a person from start to taking back and opens no connection to anywhere."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from flask import Flask

from consult.web.extensions import db
from tests.builders import make_team
from tests.consult.halves import Halves
from tests.consult.test_split_mode import come_back, take_part
from tests.visitor import Visitor


def test_the_whole_way_of_a_person_makes_no_connection(
    app: Flask, halves: Halves, monkeypatch: pytest.MonkeyPatch
) -> None:
    slug = make_team(app).survey.slug
    db.session.rollback()
    with halves.intake.app_context():
        db.session.connection()  # PostgreSQL's own line, where that is the database
        db.session.rollback()
    asked: list[object] = []

    class Refusing(socket.socket):
        """A socket that notes where it was to go, and does not."""

        def connect(self, address: Any) -> None:
            asked.append(address)
            raise OSError("no way out")

        connect_ex = connect  # type: ignore[assignment]

        def sendto(self, *parts: Any) -> int:
            asked.append(parts[-1])
            raise OSError("no way out")

    def resolve(*parts: Any, **_choices: Any) -> list[Any]:
        asked.append(parts)
        raise OSError("no way out")

    monkeypatch.setattr(socket, "socket", Refusing)
    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket, "gethostbyname", resolve)
    monkeypatch.setattr(socket, "create_connection", resolve)
    visitor = Visitor(halves.intake.test_client())
    for path in (
        "/",
        "/privacy",
        "/accessibility",
        "/safety",
        "/support",
        "/health",
        f"/about/{slug}",
        f"/about/{slug}/questions",
    ):
        visitor.visit(path)
        assert visitor.status == 200, path
    code = take_part(visitor, slug)
    come_back(visitor, slug, code)
    visitor.press("Take my answers back")
    assert visitor.heading == "Your answers are taken back"
    visitor.visit("/none")
    assert visitor.status == 404
    assert asked == []
