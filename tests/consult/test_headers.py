"""S5, T24: the headers of every address and every status, read as browsers read them and not as text."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from jinja2 import Environment, PackageLoader
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from consult import faults, intake
from consult.settings import Settings
from tests.builders import Team, make_team
from tests.client import fixed_parts
from tests.consult.conftest import Start

PUBLIC = {
    "default-src": {"'none'"},
    "script-src": {"'self'"},
    "style-src": {"'self'"},
    "img-src": {"'self'"},
    "form-action": {"'self'"},
    "base-uri": {"'none'"},
    "frame-ancestors": {"'none'"},
    "object-src": {"'none'"},
    "require-trusted-types-for": {"'script'"},
    "trusted-types": {"'none'"},
}
SENSORS = {"accelerometer", "gyroscope", "magnetometer"}
FEATURES = {"camera", "microphone", "geolocation", "payment", "usb", "browsing-topics"} | SENSORS
# A policy may name nothing but these: no host, no scheme, no wildcard, nothing unsafe.
SOURCE = re.compile(r"'(none|self|script|sha256-[A-Za-z0-9+/=]{44})'")


def template_script() -> str:
    """The hash of the one script inside the template of GOV.UK, worked out anew from the template."""
    source, _, _ = PackageLoader("govuk_frontend_jinja").get_source(
        Environment(autoescape=True), "template.html"
    )
    (script,) = inline_scripts(source)
    return hashed(script)


def inline_scripts(html: str) -> list[str]:
    """What stands between script tags."""
    return [
        script for script in re.findall(r"<script\b[^>]*>(.*?)</script>", html, re.DOTALL) if script.strip()
    ]


def hashed(script: str) -> str:
    """A script as a policy names it."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def staff() -> dict[str, set[str]]:
    """The policy of the team's pages."""
    own = {name: sources for name, sources in PUBLIC.items() if "trusted" not in name}
    own["script-src"] = {"'self'", template_script()}
    return own | {"connect-src": {"'self'"}, "manifest-src": {"'self'"}}


def directives(policy: str) -> dict[str, set[str]]:
    """A policy by directive, as the grammar has it: parts at semicolons, the first word names each, no name
    twice."""
    read: dict[str, set[str]] = {}
    for part in policy.split(";"):
        name, *sources = part.split()
        assert name == name.lower()
        assert name not in read, f"{name} stands twice: browsers ignore the second"
        read[name] = set(sources)
    return read


def one(response: TestResponse, name: str) -> str:
    """The header, which must be there once: of two, browsers would join or take either."""
    (value,) = response.headers.getlist(name)
    return value


def check(response: TestResponse, *, secure: bool = False) -> None:
    """Hold an answer to the rules of its kind. Raises AssertionError naming the address."""
    path = response.request.path
    is_staff = path.startswith(("/team", "/panel"))
    policy = directives(one(response, "Content-Security-Policy"))
    assert policy == (staff() if is_staff else PUBLIC), path
    assert all(SOURCE.fullmatch(each) for sources in policy.values() for each in sources)
    leaves = path in {"/leave", "/panel/leave"} and response.status_code == 303
    assert one(response, "Referrer-Policy") == ("no-referrer" if leaves else "same-origin"), path
    assert one(response, "Cross-Origin-Opener-Policy") == "same-origin"
    assert one(response, "Cross-Origin-Resource-Policy") == "same-origin"
    assert one(response, "Cross-Origin-Embedder-Policy") == "require-corp"
    assert one(response, "X-Content-Type-Options") == "nosniff"
    assert one(response, "X-Frame-Options") == "DENY"
    denied = [part.strip() for part in one(response, "Permissions-Policy").split(",")]
    assert {part.removesuffix("=()") for part in denied if part.endswith("=()")} >= FEATURES
    check_keeping(response, path)
    if secure:
        age = re.search(r"max-age=(\d+)", one(response, "Strict-Transport-Security"))
        assert age is not None
        assert int(age[1]) >= 2 * 365 * 24 * 3600
    else:
        assert "Strict-Transport-Security" not in response.headers
    for name in ("Server", "X-Powered-By", "Access-Control-Allow-Origin", "Link", "Refresh"):
        assert name not in response.headers, name


def check_keeping(response: TestResponse, path: str) -> None:
    """What browsers, proxies and search engines may keep of an answer."""
    caching = {part.strip() for part in one(response, "Cache-Control").split(",")}
    fetched = response.request.method in {"GET", "HEAD"} and response.status_code == 200
    if path.startswith("/static/") and fetched:
        assert caching == {"public", "max-age=31536000", "immutable"}
    else:
        assert caching == {"no-store"}, path
        assert "Content-Encoding" not in response.headers  # a page is not compressed: BREACH
    assert "ETag" not in response.headers, path
    assert "Last-Modified" not in response.headers, path
    shown = path == "/" and response.status_code == 200
    assert response.headers.getlist("X-Robots-Tag") == ([] if shown else ["noindex"]), path


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One address of the map, filled in, with a method it has."""

    method: str
    path: str


def addresses(app: Flask, **parts: str) -> Iterator[Asked]:
    """Every address with every method, filled in with what is there and with what is not."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        for known in (parts, {}):
            path = adapter.build(rule.endpoint, filled(rule, known), method=None)
            for method in sorted(rule.methods or ()):
                yield Asked(method=method, path=path)


def filled(rule: Rule, known: dict[str, str]) -> dict[str, Any]:
    """A word for each part of an address."""
    return {name: known.get(name, "absent") for name in rule.arguments} | fixed_parts(rule)


@pytest.fixture
def team(app: Flask) -> Team:
    return make_team(app)


def test_every_address_answers_every_method_with_the_headers_of_its_kind(
    team: Team, client: FlaskClient, figure: Callable[[str, object], None]
) -> None:
    seen: Counter[int] = Counter()
    for asked in addresses(team.app, slug=team.survey.slug, consultation="trial", survey_id="small"):
        response = client.open(asked.path, method=asked.method)
        check(response)
        seen[response.status_code] += 1
    assert seen.keys() >= {200, 204, 303, 400, 404}
    figure("answers read", seen.total())
    figure("statuses", len(seen))


def test_the_headers_hold_for_every_status(team: Team, client: FlaskClient) -> None:
    app = team.app
    kinds = {
        "/gone": faults.ClosedError("it is over"),
        "/both": faults.ConflictError("two people"),
        "/busy": faults.BusyError("too much"),
        "/shut": faults.SealError("it does not open"),
        "/broken": ZeroDivisionError("on our side"),
    }

    def fail(name: str) -> str:
        raise kinds[f"/{name}"]

    for prefix in ("/fail", "/team/fail"):
        app.add_url_rule(f"{prefix}/<name>", prefix, fail)
        app.add_url_rule(f"{prefix}/status/<int:code>", f"{prefix}-status", abort)
    expected = {"/gone": 410, "/both": 409, "/busy": 503, "/shut": 500, "/broken": 500}
    for prefix in ("/fail", "/team/fail"):
        for path, status in expected.items():
            response = client.get(prefix + path)
            assert response.status_code == status
            check(response)
        for status in (400, 403, 404, 405, 410, 413, 415, 422, 429, 500, 501, 503):
            check(client.get(f"{prefix}/status/{status}"))


def test_the_headers_hold_for_answers_that_no_view_gave(team: Team, client: FlaskClient) -> None:
    answers = {
        404: client.get("/no/such/page"),
        405: client.delete("/"),
        413: client.post(f"/s/{team.survey.slug}", data={"words": "x" * 300_000}),
        308: client.get("/team"),
        400: client.get("/", base_url="http://evil.example"),
    }
    for status, response in answers.items():
        assert response.status_code == status
        check(response)
    assert "GET" in answers[405].headers["Allow"]


def test_a_page_for_a_host_that_is_not_ours_names_no_such_host(client: FlaskClient) -> None:
    response = client.get("/privacy", base_url="http://evil.example")
    assert response.status_code == 400
    assert "evil" not in response.text
    assert 'href="/leave"' in response.text


def test_files_carry_the_headers_too(app: Flask, client: FlaskClient) -> None:
    with app.test_request_context("/"):
        asset = app.jinja_env.globals["asset"]
        paths = [asset(name) for name in ("app.css", "public.js", "staff.js", "icon.png")]  # type: ignore[operator]
    for path in paths:
        response = client.get(path)
        assert response.status_code == 200
        check(response)
    check(client.get("/static/none.css"))


def test_over_https_browsers_are_told_to_come_back_by_https_only(settings: Settings, start: Start) -> None:
    client = start(intake.create_app, replace(settings, secure_cookies=True)).test_client()
    for path in ("/", "/s/none", "/leave", "/team/", "/static/none.css"):
        response = client.get(path, base_url="https://localhost")
        check(response, secure=True)
        assert "Onion-Location" not in response.headers


def test_the_onion_address_is_offered_with_the_path_alone(settings: Settings, start: Start) -> None:
    """T27: where the host has one."""
    own = replace(settings, secure_cookies=True, onion="http://abc234.onion/")
    client = start(intake.create_app, own).test_client()
    response = client.get("/privacy?from=somewhere", base_url="https://localhost")
    assert response.headers["Onion-Location"] == "http://abc234.onion/privacy"
    plain = start(intake.create_app, replace(own, secure_cookies=False)).test_client()
    assert "Onion-Location" not in plain.get("/privacy").headers


def test_a_page_of_the_team_has_the_one_script_that_its_policy_names(client: FlaskClient) -> None:
    response = client.get("/team/sign-in")
    (script,) = inline_scripts(response.text)
    allowed = directives(response.headers["Content-Security-Policy"])["script-src"]
    assert hashed(script) in allowed
    assert inline_scripts(client.get("/privacy").text) == []


def test_leaving_clears_what_the_browser_keeps(client: FlaskClient) -> None:
    response = client.get("/leave")
    kinds = {part.strip() for part in response.headers["Clear-Site-Data"].split(",")}
    assert kinds == {'"cache"', '"cookies"', '"storage"'}


@pytest.mark.parametrize("headers", [{"Sec-Purpose": "prefetch"}, {"Sec-Purpose": "prefetch;prerender"}])
def test_a_browser_that_looks_ahead_does_not_leave(client: FlaskClient, headers: dict[str, str]) -> None:
    for response in (client.get("/leave", headers=headers), client.head("/leave")):
        assert response.status_code == 204
        assert "Clear-Site-Data" not in response.headers
        assert "Set-Cookie" not in response.headers
