"""Panellists and their team with browsers, for walks through the pages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask import Flask

from tests.builders import PASSPHRASE
from tests.consult.entering import sign_in, unlock
from tests.visitor import Visitor

PANEL = "/team/trial/panel"
WORDS = "nine calm otters by the river"


def team_of(app: Flask, name: str, *, unlocked: bool = False) -> Visitor:
    """Somebody of the team at the panel's pages."""
    visitor = Visitor(app.test_client())
    sign_in(visitor, name)
    if unlocked:
        unlock(visitor)
    visitor.visit(f"{PANEL}/")
    assert visitor.status == 200
    return visitor


def read_links(manager: Visitor) -> dict[tuple[str, int], str]:
    """The links that a page shows, by the group and place in each name."""
    found = {}
    for row in manager.page.select("tbody tr"):
        name, link = (" ".join(cell.get_text().split()) for cell in row.find_all(["th", "td"]))
        group, _, place = name.rpartition(" ")
        found[group, int(place)] = re.sub(r"^https?://[^/]+", "", link)
    return found


def join(app: Flask, link: str, name: str, **typed: Any) -> Visitor:
    """Somebody joins by a link and stands on their own page."""
    visitor = Visitor(app.test_client())
    visitor.visit(link)
    visitor.press("Join the panel", {"sign_in": name, "passphrase": WORDS, "consent": "y"} | typed)
    return visitor


def enter(app: Flask, slug: str, name: str) -> Visitor:
    """Somebody signs in on another device."""
    visitor = Visitor(app.test_client())
    visitor.visit(f"/panel/{slug}/sign-in")
    visitor.press("Sign in", {"name": name, "passphrase": WORDS})
    return visitor


def send(visitor: Visitor, slug: str, token: str, place: int, answers: Mapping[str, Any]) -> int:
    """One page of ratings as a browser sends it, without looking at the next page."""
    response = visitor.client.post(
        f"/panel/{slug}/{place}",
        data={"csrf_token": token, "turn": "0", "place": str(place), "go": "home"}
        | {key: str(value) for key, value in answers.items()},
        base_url="http://localhost",
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    return response.status_code


def token_of(visitor: Visitor) -> str:
    """The form token of the page that is shown."""
    return str(visitor.page.select("input[name=csrf_token]")[0]["value"])


__all__ = ["PANEL", "PASSPHRASE", "WORDS", "enter", "join", "send", "team_of", "token_of"]
