"""A visitor who reads pages strictly: each must parse, have one first heading, labels, and nothing inline."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import html5lib
from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

HOST = "http://localhost"
Typed = str | Sequence[str]


class Visitor:
    """Visits pages, fills the forms that are there, and presses the buttons that are there."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.page = BeautifulSoup("", "html.parser")
        self.status = 0
        self.path = "/"
        self.response: TestResponse | None = None

    def visit(self, path: str) -> BeautifulSoup:
        """Open an address and follow where it leads."""
        return self._read(self.client.get(path, base_url=HOST, follow_redirects=True))

    def press(
        self, button: str, fields: Mapping[str, Typed] | None = None, *, form: int | None = None
    ) -> BeautifulSoup:
        """Press the button with this text, having typed `fields` into its form; the rest stays as shown.

        `form` picks the form by its place on the page when several have such a button.
        """
        found = [
            each
            for each in self.page.find_all("button")
            if _text(each) == button or _text(each).startswith(f"{button}:")
        ]
        assert found, f"no button {button!r} among {[_text(each) for each in self.page.find_all('button')]}"
        pressed = found[form or 0]
        owner = pressed.find_parent("form") or self.page.find(id=pressed["form"])
        assert isinstance(owner, Tag)
        sent = _filled(owner, fields or {})
        if pressed.get("name"):
            sent.append((str(pressed["name"]), str(pressed.get("value", ""))))
        return self.post(str(pressed.get("formaction") or owner.get("action") or self.path), sent)

    def post(self, path: str, fields: Sequence[tuple[str, str]]) -> BeautifulSoup:
        """Send a form as a browser without script does."""
        many: dict[str, list[str]] = {}
        for name, value in fields:
            many.setdefault(name, []).append(value)
        return self._read(
            self.client.post(
                path,
                data=many,
                base_url=HOST,
                follow_redirects=True,
                headers={"Sec-Fetch-Site": "same-origin", "Referer": f"{HOST}{self.path}"},
            )
        )

    def take_code(self) -> str:
        """Get a code and type two of its words back; returns the code in words."""
        self.press("Get a code")
        code = self.code()
        self.press("I have my code: go on", self.words_back())
        return code

    def code(self) -> str:
        """The code that the page shows, in words."""
        shown = self.page.find(class_="app-code")
        assert isinstance(shown, Tag)
        return _text(shown)

    def words_back(self) -> dict[str, list[str]]:
        """The two words of the shown code that the page asks for, as its fields send them."""
        words = self.code().split()
        asked = [_text(label) for label in self.page.select("label[for^=word-]")]
        return {"word": [words[int(label.split()[-1]) - 1] for label in asked]}

    @property
    def heading(self) -> str:
        """The text of the first heading."""
        found = self.page.find("h1")
        return _text(found) if isinstance(found, Tag) else ""

    @property
    def words(self) -> str:
        """All text of the page, with single spaces."""
        return " ".join(self.page.get_text(" ").split())

    def _read(self, response: TestResponse) -> BeautifulSoup:
        self.response, self.status = response, response.status_code
        self.path = response.request.path
        readable = str(response.mimetype).startswith("text/")
        self.page = BeautifulSoup(response.text if readable else "", "html.parser")
        if response.mimetype == "text/html":
            _check(response.text, self.page, self.path)
        return self.page


def check(html: str, path: str) -> None:
    """Hold a page to the rules. Raises AssertionError that names the page and the rule."""
    _check(html, BeautifulSoup(html, "html.parser"), path)


def _check(html: str, page: BeautifulSoup, path: str) -> None:
    """A page that passed is not read again when only its tokens differ: strict reading is slow."""
    plain = _TOKEN.sub("", html)
    if plain not in _PASSED:
        _hold(html, page, path)
        _PASSED.add(plain)


_TOKEN = re.compile(r'name="(?:csrf_token|start_token)"\s+value="[^"]*"')
_PASSED: set[str] = set()


def _hold(html: str, page: BeautifulSoup, path: str) -> None:
    html5lib.HTMLParser(strict=True).parse(html)
    assert len(page.find_all("h1")) == 1, f"{path}: one first heading"
    ids = [str(each["id"]) for each in page.find_all(id=True)]
    assert len(ids) == len(set(ids)), (
        f"{path}: ids are used once: {sorted(i for i in ids if ids.count(i) > 1)}"
    )
    for field in page.find_all(["input", "textarea", "select"]):
        if field.get("type") in {"hidden", "submit"}:
            continue
        labelled = page.find("label", attrs={"for": field.get("id")}) or field.get("aria-label")
        assert labelled, f"{path}: a label for {field.get('name')}"
    for each in page.find_all(True):
        inline = [name for name in each.attrs if name == "style" or name.startswith("on")]
        assert not inline, f"{path}: nothing inline, but {inline}"
        for name in ("src", "action") + (("href",) if each.name == "link" else ()):
            assert not re.match(r"(https?:)?//", str(each.get(name, ""))), f"{path}: another host in {name}"


def _text(element: Tag) -> str:
    return " ".join(element.get_text(" ").split()).replace(" :", ":")


def _filled(form: Tag, fields: Mapping[str, Typed]) -> list[tuple[str, str]]:
    sent: list[tuple[str, str]] = []
    for field in form.find_all(["input", "textarea", "select"]):
        name = str(field.get("name") or "")
        if name and name not in fields:
            sent += [(name, value) for value in _shown(field)]
    for name, typed in fields.items():
        sent += [(name, value) for value in ([typed] if isinstance(typed, str) else typed)]
    return sent


def _shown(field: Tag) -> list[str]:
    """What a browser sends of a field that nobody touched."""
    kind = field.get("type")
    if kind in {"radio", "checkbox"}:
        return [str(field.get("value", "y"))] if field.has_attr("checked") else []
    if field.name == "select":
        options = field.find_all("option")
        chosen = [option for option in options if option.has_attr("selected")] or options[:1]
        return [str(option.get("value", "")) for option in chosen]
    if field.name == "textarea":
        return [field.get_text().removeprefix("\n")]
    return [] if kind == "submit" else [str(field.get("value", ""))]
