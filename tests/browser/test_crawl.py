"""T28: a crawler that follows every link, so that no page is left out because nobody thought of it.

A page that no link leads to does not exist for who uses the service: what is reached otherwise is named.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

from consult import combined
from consult.settings import Settings
from tests.browser.conftest import served_copy, signed_in
from tests.browser.looking import Look, Open, Window
from tests.browser.serving import Demonstration, Elsewhere

# Four minutes of looking: with the long forms. The pages of each feature are looked at by its own tests.
pytestmark = [pytest.mark.browser, pytest.mark.hostile]

_FILES = ("/static/", "/leave")
PUBLIC_OTHERWISE = {
    "doors.trial",  # needs a token of the team
    # For who was invited, by a letter: walked in `consult/panel/test_own_pages`.
    *(f"panellist.{name}" for name in ("arrive", "evidence", "home", "leave", "rules", "sign_in")),
    *(f"panellist.{name}" for name in ("statement", "withdraw")),
    # Only where agreed standards were put before the public.
    *(f"published.{name}" for name in ("check", "check_table", "commissioners", "standard", "standards")),
    "respond.show",  # behind a button: walked in `test_every_public_page` and `test_welsh`
    "site.health",
    "site.leave",
    "static",
}
_STEPS = "a step of making a survey: `test_making_a_survey`"
TEAM_OTHERWISE = {
    f"making.{name}": _STEPS
    for name in (
        *("add_condition", "compare", "discarding", "ending", "keeping", "mend", "new_question", "offered"),
        *("option", "outline", "part", "question", "rule", "texts"),
    )
} | {
    "accounts.sign_in": "`test_the_door`",
    "accounts.unlock": "`test_the_door`",
    "coding.merging": "behind a choice: `test_pages_for_coding`",
    "coding.settle": "where two coders differ: `consult/coding/test_double_coding`",
    "coding.answer": "behind a button: `test_pages_for_coding`",
    "coding.next_to_code": "behind a button: `test_pages_for_coding`",
    "gathering.columns": "after a file was given: `consult/gathering/test_bringing_in`",
    "literature.waiting": "after a list was given: `consult/literature`",
    "manage.confirm_installation_key": "after the shares were made: `consult/manage/test_recovery_pages`",
    "manage.confirm_share": "after the shares were made: `test_pages_of_recovery_shares`",
    "manage.deletion": "for administrators: `consult/manage/test_deleting`",
    "manage.does_not_open": "when an answer does not open: `test_wrong_input`",
    "manage.follow": "when an answer is followed: `consult/manage/test_pages`",
    "manage.use_shares": "`test_pages_of_recovery_shares`",
    "panel.close": "a step of a round: `test_panel_rounds`",
    "panel.comment": "a step of a round: `test_panel_rounds`",
    "panel.names": "for the custodian: `test_panel_rounds`",
    "panel.next_round": "a step of a round: `test_panel_rounds`",
    "paper.keyed_in": "after sealing: `test_pages_on_paper`",
}
"""Pages that no link leads to from where the lead stands, and the test that walks them."""


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory, elsewhere: Elsewhere) -> Iterator[Demonstration]:
    """As it is made: other tests close surveys, and end what links lead to."""
    with served_copy(tmp_path_factory, elsewhere) as own:
        yield own


@pytest.fixture(scope="module")
def lead_cookies(chromium: Browser, demonstration: Demonstration) -> dict[str, Any]:
    """The lead of this copy."""
    return signed_in(chromium, demonstration)


@pytest.fixture(scope="module")
def addresses(demonstration: Demonstration) -> MapAdapter:
    """What each address of the service leads to."""
    return combined.create_app(Settings.from_env(demonstration.installation.environment)).url_map.bind(
        "localhost"
    )


def endpoint_of(addresses: MapAdapter, path: str) -> str:
    """The page behind an address; empty for what no GET leads to."""
    try:
        return str(addresses.match(path, method="GET")[0])
    except HTTPException:
        return ""


def links(window: Window) -> Iterator[str]:
    """Addresses on this service that the page links to, without what follows `?` and `#`."""
    for each in window.tab.eval_on_selector_all("a[href]", "all => all.map(each => each.href)"):
        if each.startswith(window.home):
            yield urlsplit(each).path


def crawl(window: Window, addresses: MapAdapter, *starts: str, name: str) -> set[str]:
    """Look at one page of each kind that links lead to; returns the kinds. Raises AssertionError."""
    look = Look(window)
    kinds, queue = set[str](), deque(starts)
    while queue:
        path = queue.popleft()
        kind = endpoint_of(addresses, path)
        if not kind or kind in kinds or path.startswith(_FILES):
            continue
        kinds.add(kind)
        answer = window.context.request.get(window.home + path)
        assert answer.status < 400, f"{path}: {answer.status}"
        if "text/html" not in answer.headers["content-type"] or "attachment" in answer.headers.get(
            "content-disposition", ""
        ):
            continue
        window.go(path)
        kinds.add(endpoint_of(addresses, urlsplit(window.tab.url).path))
        look.at(f"{name} {kind} {path}")
        queue.extend(links(window))
    look.done()
    return kinds


def every(addresses: MapAdapter, *, team: bool) -> set[str]:
    """All pages that can be asked for, of the team or of everybody."""
    return {
        rule.endpoint
        for rule in addresses.map.iter_rules()
        if "GET" in (rule.methods or ()) and rule.rule.startswith("/team") == team
    }


@pytest.mark.parametrize("language", ["English", "Cymraeg", "Easy read"])
def test_every_page_for_everybody_in_every_language(
    open_: Open, addresses: MapAdapter, language: str
) -> None:
    window = open_()
    window.go("/")
    if language != "English":
        window.follow(language)
    found = crawl(window, addresses, urlsplit(window.tab.url).path, name=language)
    assert sorted(every(addresses, team=False) - found - PUBLIC_OTHERWISE) == []


def test_every_page_of_the_team(lead: Window, addresses: MapAdapter) -> None:
    """T28: what only an administrator or one step of a way shows is walked by the tests named beside it."""
    found = crawl(lead, addresses, "/team/", name="team")
    assert sorted(every(addresses, team=True) - found - TEAM_OTHERWISE.keys()) == []
    assert sorted(TEAM_OTHERWISE.keys() & found) == []
