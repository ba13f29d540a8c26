"""A page that is kept for others is the page that its template gives, and nothing of a person is in it."""

from __future__ import annotations

from datetime import date
from importlib import resources
from itertools import product

import pytest
from flask import Flask
from jinja2 import meta, nodes
from sqlalchemy import update

import surveys
from consult.models.support import SupportService
from consult.settings import Settings
from consult.web.rendered import BakedInError, Render, Rendered
from consult.web.support import shelf
from tests.builders import make_team
from tests.visitor import Visitor

WORDS = "They listened to me on the stairs."
# What such a page may read: the survey (by its fingerprint), the page, what the view adds to `depends_on`.
# Unanswered and without problems, `answers` and `problems` say nothing; `has_errors` is false.
COVERED = {
    *("survey", "page", "language", "lang", "languages", "draft_words", "service_name", "dates", "request"),
    *("demonstration", "pilot", "support_services", "language_tag", "easy", "action"),
}
CONSTANT = {
    "backup_days",
    "ngettext",
    "asset",
    "support_box",  # of the list and the language, which are named above
    "url_for",
    "_",
    "has_errors",
    "problems",
    "answers",
    "action",  # given by the preview alone, which keeps nothing
}
STEPS = {"visit", "chosen"}
"""Read by the pages of choices before the questions; what of it they read stands in their shape."""


class Plain(Rendered):
    """Keeps nothing: each page comes from its template, with the person's own token."""

    def page(self, depends_on: object, token: str, render: Render) -> bytes:  # noqa: ARG002
        return render(token).encode()


def walk(app: Flask, slug: str, language: str) -> list[str]:
    """Every page of a survey without an answer, without its token."""
    visitor = Visitor(app.test_client())
    seen = []

    def look() -> None:
        token = str(visitor.page.find(attrs={"name": "csrf_token"})["value"])  # type: ignore[index]
        html = str(visitor.page)
        assert token in html
        seen.append(html.replace(token, "TOKEN"))

    visitor.visit(f"/about/{slug}?language={language}")
    visitor.press("Start")
    look()
    visitor.press("I do not want a code")
    look()
    visitor.press("Continue", {"depth": "full"})
    while visitor.heading != "Check your answers":
        look()
        first = visitor.page.find(class_="app-ways__button")
        assert first is not None
        visitor.press(" ".join(first.get_text().split()))
    return seen


@pytest.mark.parametrize("name", ["survivors.toml", "practitioners.toml"])
def test_a_kept_page_is_the_page_that_its_template_gives(app: Flask, name: str) -> None:
    source = (resources.files(surveys) / "definitions" / name).read_text("utf-8")
    team = make_team(app, source=source)
    slug = team.survey.slug
    team.session.rollback()
    first, again = walk(app, slug, "en"), walk(app, slug, "en")
    app.extensions["consult.rendered"] = Plain()
    plain = walk(app, slug, "en")
    assert len(plain) > 5
    assert first == plain
    assert again == plain


def test_pages_of_two_languages_and_of_two_surveys_are_kept_apart(settings: Settings, app: Flask) -> None:
    team = make_team(app)
    slug = team.survey.slug
    team.session.rollback()
    assert walk(app, slug, "en") == walk(app, slug, "en")
    page = Visitor(app.test_client())
    page.visit(f"/about/{slug}")
    page.press("Start")
    team.consultation.demonstration = True
    team.session.commit()
    page.visit(f"/s/{slug}")
    assert "Illustrative draft" in page.words


def test_a_service_that_was_renamed_stands_on_kept_pages_too(app: Flask, visitor: Visitor) -> None:
    team = make_team(app)
    slug = team.survey.slug
    team.session.rollback()
    visitor.visit(f"/about/{slug}")
    visitor.press("Start")
    assert "Night Line" in visitor.words
    team.session.execute(
        update(SupportService).where(SupportService.name == "Night Line").values(name="Dawn Line")
    )
    team.session.commit()
    shelf().forget()
    visitor.visit(f"/s/{slug}")
    assert "Dawn Line" in visitor.words
    assert "Night Line" not in visitor.words


@pytest.mark.parametrize("view", ["en", "cy", "en-easy"])
def test_the_page_before_start_is_kept_and_each_visit_has_its_own_token(app: Flask, view: str) -> None:
    team = make_team(app)
    team.consultation.demonstration = True  # every language and view is offered
    team.session.commit()
    address = f"/about/{team.survey.slug}?language={view}"

    def asked() -> tuple[str, str]:
        visitor = Visitor(app.test_client())
        visitor.visit(address)
        token = str(visitor.page.find(attrs={"name": "start_token"})["value"])  # type: ignore[index]
        return str(visitor.page).replace(token, "TOKEN"), token

    (first, one), (again, other) = asked(), asked()
    assert [key[0] for key in app.extensions["consult.rendered"]._pieces] == ["about"]
    app.extensions["consult.rendered"] = Plain()
    plain, _ = asked()
    assert first == again == plain
    assert one != other


def test_the_page_before_start_says_at_once_what_was_changed(app: Flask, visitor: Visitor) -> None:
    team = make_team(app)
    visitor.visit(f"/about/{team.survey.slug}")
    assert "0000 0000" not in visitor.words
    team.consultation.phone_to = "0000 0000"
    team.session.commit()
    visitor.visit(f"/about/{team.survey.slug}")
    assert "0000 0000" in visitor.words
    team.survey.closing_date = date(2020, 1, 1)
    team.session.commit()
    visitor.visit(f"/about/{team.survey.slug}")
    assert "The last day to start was" in visitor.words
    assert not visitor.page.find(attrs={"name": "start_token"})


def test_a_page_with_an_answer_is_not_kept(app: Flask, visitor: Visitor) -> None:
    team = make_team(app)
    slug = team.survey.slug
    team.session.rollback()
    visitor.visit(f"/about/{slug}")
    visitor.press("Start")
    visitor.press("I do not want a code")
    visitor.press("Continue", {"depth": "full"})
    visitor.press("Continue", {"looked": "yes", "helped_words": WORDS})
    visitor.press("Back")
    assert WORDS in visitor.words
    kept = app.extensions["consult.rendered"]._pieces
    assert kept
    assert not any(WORDS.encode() in piece for pieces in kept.values() for piece in pieces)
    other = Visitor(app.test_client())
    other.visit(f"/about/{slug}")
    other.press("Start")
    other.press("I do not want a code")
    other.press("Continue", {"depth": "full"})
    assert WORDS not in other.words


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        *(product(("respond", "easy/en"), ("questions", "buttons", "welcome", "depth"))),
        *(("site", "about"), ("easy/en", "about")),
    ],
)
def test_a_page_that_may_be_kept_reads_nothing_but_what_it_is_kept_under(
    app: Flask, folder: str, name: str
) -> None:
    bare = app.jinja_env.overlay()
    bare.globals = {}  # else names such as `session` would not be reported
    reads: set[str] = set()
    waiting = [f"{folder}/{name}.html"]
    while waiting:
        source, _, _ = app.jinja_env.loader.get_source(bare, waiting.pop())  # type: ignore[union-attr]
        parsed = bare.parse(source)
        imported = {
            name if isinstance(name, str) else name[1]
            for each in parsed.find_all(nodes.FromImport)
            for name in each.names
        }
        own = {each.name for each in parsed.find_all(nodes.Macro)}
        reads |= meta.find_undeclared_variables(parsed) - imported - own
        # What stands in `macros` is imported without the names of the page.
        waiting += [each for each in meta.find_referenced_templates(parsed) if each and "macros/" not in each]
    steps = STEPS if name in {"welcome", "depth"} else set()
    token = "start_token" if name == "about" else "csrf_token"
    assert reads - COVERED - CONSTANT - steps == {token}


def test_a_page_that_would_hand_on_somebodys_token_is_refused() -> None:
    pages = Rendered()
    with pytest.raises(BakedInError):
        pages.page("baked in", "secret", lambda mark: f"{mark} and secret")
    with pytest.raises(BakedInError):
        pages.page("no place", "secret", lambda _: "no form here")
    assert pages.page("good", "one", lambda mark: f"a {mark} b") == b"a one b"
    assert pages.page("good", "two", lambda _: "never asked") == b"a two b"


def test_kept_pages_do_not_grow_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("consult.web.rendered.LARGEST", 1000)
    pages = Rendered()
    for number in range(50):
        pages.page(number, "token", lambda mark: f"{mark} {'x' * 90}")
    assert pages._size <= 1000
    assert len(pages._pieces) <= 11
