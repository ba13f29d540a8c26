"""A visitor who reads pages strictly: each must parse, have one first heading, labels, and nothing inline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.pages import Page, Typed

HOST = "http://localhost"


class Visitor:
    """Visits pages, fills the forms that are there, and presses the buttons that are there."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.shown = Page()
        self.status = 0
        self.path = "/"
        self.response: TestResponse | None = None

    def visit(self, path: str) -> None:
        """Open an address and follow where it leads."""
        self.read(self.client.get(path, base_url=HOST, follow_redirects=True))

    def press(
        self, button: str, fields: Mapping[str, Typed] | None = None, *, form: int | None = None
    ) -> None:
        """Press the button with this text, having typed `fields` into its form; the rest stays as shown.

        `form` picks the form by its place on the page when several have such a button.
        """
        path, sent = self.shown.sent_by(button, fields or {}, form or 0)
        self.post(path or self.path, sent)

    def post(self, path: str, fields: Sequence[tuple[str, str]]) -> None:
        """Send a form as a browser without script does."""
        many: dict[str, list[str]] = {}
        for name, value in fields:
            many.setdefault(name, []).append(value)
        self.read(
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
        return self.shown.of_class("app-code")[0]

    def words_back(self) -> dict[str, list[str]]:
        """The two words of the shown code that the page asks for, as its fields send them."""
        words = self.code().split()
        asked = self.shown.labels_of("word-")
        return {"word": [words[int(label.split()[-1]) - 1] for label in asked]}

    @property
    def page(self) -> BeautifulSoup:
        """The page that is shown, to look for anything in."""
        return self.shown.soup

    @property
    def heading(self) -> str:
        """The text of the first heading."""
        return self.shown.heading

    @property
    def words(self) -> str:
        """All text of the page, with single spaces."""
        return self.shown.words

    def read(self, response: TestResponse) -> None:
        """Take an answer for the page that is shown now, and hold it to the rules if it is one."""
        self.response, self.status = response, response.status_code
        self.path = response.request.path
        self.shown = Page(response.text if str(response.mimetype).startswith("text/") else "")
        if response.mimetype == "text/html":
            self.shown.hold(self.path)
