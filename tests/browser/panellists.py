"""Panellists without a browser: the same pages of the same server, their real forms, plain requests.

They take the place of most of a large panel, of whom a few sit at a browser. Knows forms as pages print them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from bs4 import BeautifulSoup, Tag
from playwright.sync_api import APIRequestContext, Playwright

WORDS = "nine calm otters by the river"


@dataclass(kw_only=True)
class Correspondent:
    """Somebody at the other end of the line, with cookies of their own."""

    line: APIRequestContext
    page: BeautifulSoup = field(default_factory=lambda: BeautifulSoup("", "html.parser"))
    status: int = 0

    def visit(self, path: str) -> None:
        """Read a page."""
        self._take(self.line.get(path))

    def send(self, button: str, typed: Mapping[str, Any], form_id: str = "page") -> None:
        """Send the form of the page in view, filled in, by the button of this value; see what comes."""
        form = self.page.find("form", id=form_id)
        assert isinstance(form, Tag), self.page.get_text()[:300]
        fields: dict[str, str | float | bool] = {
            str(each["name"]): _value(each) for each in form.find_all(["input", "textarea"]) if _sent(each)
        }
        unknown = typed.keys() - {
            str(each.get("name")) for each in form.find_all(["input", "textarea", "select"])
        }
        assert not unknown, unknown
        name = "act" if form.find("button", attrs={"name": "act"}) else "go"
        fields |= {key: str(value) for key, value in typed.items()} | ({name: button} if button else {})
        fields |= {
            str(each["name"]): _chosen(each) for each in form.find_all("select") if each["name"] not in typed
        }
        here = str(form.get("action") or "")
        self._take(self.line.post(here, form=fields, headers={"Sec-Fetch-Site": "same-origin"}))

    @property
    def heading(self) -> str:
        """The text of the first heading."""
        found = self.page.find("h1")
        return " ".join(found.get_text().split()) if found else ""

    def _take(self, answer: Any) -> None:
        self.status = answer.status
        assert answer.status == 200, (answer.status, answer.url, answer.text()[:400])
        self.page = BeautifulSoup(answer.text(), "html.parser")


@contextmanager
def correspondents(browsers: Playwright, home: str) -> Iterator[Callable[[], Correspondent]]:
    """Makes new ones at a server; their lines are closed at the end."""
    lines: list[APIRequestContext] = []

    def another() -> Correspondent:
        lines.append(browsers.request.new_context(base_url=home))
        return Correspondent(line=lines[-1])

    try:
        yield another
    finally:
        for each in lines:
            each.dispose()


def _sent(each: Tag) -> bool:
    kind = each.get("type", "text")
    return bool(each.get("name")) and (kind not in {"radio", "checkbox"} or each.has_attr("checked"))


def _value(each: Tag) -> str:
    return each.get_text().removeprefix("\n") if each.name == "textarea" else str(each.get("value", ""))


def _chosen(each: Tag) -> str:
    found = each.find("option", selected=True) or each.find("option")
    assert isinstance(found, Tag)
    return str(found["value"])
