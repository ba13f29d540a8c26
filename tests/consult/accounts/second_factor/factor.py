"""A person before the pages of the second factor, and the app that shows codes."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass

from flask import Flask

from tests.consult.entering import sign_in
from tests.visitor import Visitor

START = 1_800_000_000.0


@dataclass
class Clock:
    """A clock that moves when it is told to."""

    moment: float = START

    def now(self) -> float:
        return self.moment


def code(secret: bytes, moment: float) -> str:
    """What an app shows, worked out by the steps of RFC 4226 and 6238 and not by the service."""
    mac = hmac.new(secret, int(moment // 30).to_bytes(8, "big"), hashlib.sha1).digest()
    start = mac[-1] & 15
    return f"{(int.from_bytes(mac[start : start + 4], 'big') & 0x7FFFFFFF) % 10**6:06d}"


def shown_secret(visitor: Visitor) -> bytes:
    """The secret on the page, typed off by hand."""
    words = visitor.page.find(class_="app-code")
    assert words is not None
    return base64.b32decode("".join(words.get_text().split()))


def set_up(visitor: Visitor, time: Clock, name: str = "sam") -> bytes:
    """From the sign-in to the list of consultations; returns the secret."""
    sign_in(visitor, name)
    assert visitor.heading == "Set up a second factor"
    secret = shown_secret(visitor)
    visitor.press("Confirm", {"code": code(secret, time.moment)})
    assert visitor.heading == "Your spare codes"
    time.moment += 30
    return secret


def spare_codes(visitor: Visitor) -> list[str]:
    return [each.get_text() for each in visitor.page.select(".app-code li")]


def leads_nowhere(app: Flask, cookie: str) -> bool:
    stranger = Visitor(app.test_client())
    stranger.client.set_cookie("w", cookie, domain="localhost")
    stranger.visit("/team/")
    return stranger.heading == "Sign in"
