"""Templates rendered with stand-ins for what the application gives them: no database, no request."""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace
from typing import Any

import html5lib
from bs4 import BeautifulSoup, Tag
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PackageLoader, PrefixLoader

import surveys
from consult.resources import TEMPLATES
from consult.web.templating import StrictButForOptions

NATIONS = ["england", "wales", "scotland", "northern_ireland"]


class Names(StrictButForOptions):
    """As strict as the application, but for three names that the GOV.UK macros use and never set."""

    def _lenient(self) -> bool:
        return super()._lenient() or self._undefined_name in {"caller", "undefined", "null"}


@cache
def make_environment(language: str = "en") -> Environment:
    def gettext(words: str) -> str:
        return words if language == "en" else f"[{language}] {words}"

    environment = Environment(
        loader=ChoiceLoader(
            [
                FileSystemLoader(TEMPLATES),
                PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
            ]
        ),
        autoescape=True,
        undefined=Names,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        gettext, lambda one, many, count: gettext(one if count == 1 else many), newstyle=True
    )
    environment.filters["numberformat"] = "{:,}".format
    environment.filters["sentences"] = surveys.lines
    environment.filters["read"] = lambda text, language, _dates=None: text.read(language).words
    environment.filters["read_lang"] = lambda text, language: text.read(language).language
    environment.globals.update(
        asset=lambda name: f"/static/{name}",
        url_for=lambda endpoint, **_: f"/{endpoint.split('.')[-1]}",
        csrf_token=lambda: "token",
        support_box=environment.get_template("macros/support.html").module.support_box,  # type: ignore[attr-defined]
    )
    return environment


def make_service(**changes: object) -> SimpleNamespace:
    service: dict[str, object] = {
        "name": "Day and Night Line (example)",
        "what": "Someone to listen.",
        "contact": [SimpleNamespace(text="0808 157 0001", href="tel:08081570001")],
        "hours": "Every day",
        "serves": "For anyone",
        "worker": "",
        "nations": NATIONS,
        "checked_on": "Checked on 3 November 2026",
        "example": True,
        "lang": "",
    }
    return SimpleNamespace(**service | changes)


def make_context(**changes: object) -> dict[str, object]:
    context: dict[str, object] = {
        "service_name": "Standards consultation",
        "lang": "en",
        "language": "en",
        "language_tag": "en",
        "easy": False,
        "languages": ("en", "cy"),
        "draft_words": False,
        "start_page": lambda: "/",
        "demonstration": False,
        "pilot": False,
        "support_services": (make_service(), make_service(name="Coast Line (example)", nations=["wales"])),
        "unlocked": False,
        "staff_nav": (),
        "account": None,
        "has_errors": False,
        "request": SimpleNamespace(script_root="", path="/s/7f3k", method="GET"),
        "typed": [],
        "reason": "",
        "reason_lang": "en",
        "incident": "",
    }
    return context | changes


def read(source: str, language: str = "en", **changes: object) -> BeautifulSoup:
    """A rendered template, held to the rules that every page keeps."""
    html = make_environment(language).from_string(source).render(make_context(**changes))
    html5lib.HTMLParser(strict=True).parse(html)
    page = BeautifulSoup(html, "html5lib")
    ids = [str(tag["id"]) for tag in page.find_all(id=True)]
    assert len(ids) == len(set(ids)), "an id is used twice"
    assert len(page.find_all("h1")) == 1, "a page has one heading of the first rank"
    for tag in page.find_all(True):
        assert not [name for name in tag.attrs if name == "style" or name.startswith("on")], tag
    for field in page.select("input:not([type=hidden]), textarea, select"):
        assert page.select_one(f'label[for="{field["id"]}"]'), field
    for attribute in ("aria-describedby", "aria-labelledby"):
        for tag in page.find_all(attrs={attribute: True}):
            assert set(str(tag[attribute]).split()) <= set(ids), tag
    for link in page.select('a[href^="#"]'):
        assert str(link["href"])[1:] in ids, link
    return page


def ask(question: surveys.Question, answers: dict[str, Any] | None = None, **changes: Any) -> BeautifulSoup:
    """A public page with one question."""
    source = """
      {% extends "layouts/public.html" %}
      {% from "macros/fields.html" import question %}
      {% from "macros/errors.html" import summary %}
      {% block main %}
        <h1>Part</h1>
        {{ summary(problems) if problems }}
        <form id="page">{{ question(asked, answers, problems, language, reassurance=reassurance) }}</form>
      {% endblock main %}
    """
    given: dict[str, Any] = {"problems": {}, "reassurance": ()}
    return read(source, asked=question, answers=answers or {}, **given | changes)


def the(page: BeautifulSoup | Tag, selector: str) -> Tag:
    """The one tag that fits."""
    found = page.select(selector)
    assert len(found) == 1, (selector, found)
    return found[0]
