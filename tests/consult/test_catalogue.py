"""T42: the Welsh of the interface: all of it there, whole, and in the form that the application reads."""

from __future__ import annotations

import io
import re
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from babel.dates import format_date
from babel.messages import Catalog
from babel.messages.frontend import CommandLineInterface
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask
from flask_babel import force_locale, ngettext
from jinja2 import meta

from consult.days import day_in_words
from consult.records import consultations
from consult.resources import TEMPLATES
from consult.web import catalogue

ROOT = TEMPLATES.parent
FOLDER = ROOT / "consult" / "translations" / "cy" / "LC_MESSAGES"
PUBLIC = ("errors", "further", "paper", "published", "respond", "site")
"""The folders of pages that respondents and the public meet."""
SIX = "nplurals=6; plural=(n==0) ? 0 : (n==1) ? 1 : (n==2) ? 2 : (n==3) ? 3 : (n==6) ? 4 : 5;"
HOW = (
    "run `make messages`, write the Welsh into consult/translations/cy/LC_MESSAGES/messages.po, run it again"
)
_PLACEHOLDER = re.compile(r"%\((\w+)\)s")

Id = str | tuple[str, ...]


def pybabel(*arguments: str) -> None:
    """The tool as `make messages` runs it."""
    CommandLineInterface().run(["pybabel", "-q", *arguments])  # type: ignore[no-untyped-call]


@cache
def said(*, locations: bool = False) -> Catalog:
    """What the public pages say today, as `make messages` finds it."""
    made = Path(ROOT / "build" / "said-in-tests.pot")
    made.parent.mkdir(exist_ok=True)
    options = ["-F", str(ROOT / "babel.cfg"), "-k", "said"] + ([] if locations else ["--no-location"])
    pybabel("extract", *options, "-o", str(made), str(ROOT))
    return read_po(io.BytesIO(made.read_bytes()))


def ids(found: Catalog) -> set[Id]:
    """Every message, a plural with all its forms."""
    return {
        message.id if isinstance(message.id, str) else tuple(message.id) for message in found if message.id
    }


def forms(found: Catalog) -> list[tuple[str, str, str]]:
    """Each form of each message: what it is called in a failure, the English, and the Welsh."""
    pairs = []
    for message in found:
        if isinstance(message.id, str):
            pairs.append((message.id, message.id, str(message.string)))
        else:
            for place, form in enumerate(message.string or ()):
                english = message.id[0] if place == 1 else message.id[1]
                pairs.append((f"{message.id[0]} [{place}]", english, form))
    return [each for each in pairs if each[0]]


def test_every_sentence_of_the_public_pages_stands_in_the_welsh_catalogue() -> None:
    """T42: key parity; a new sentence without Welsh is named here, with what to do."""
    lacking = sorted(map(str, ids(said()) - ids(catalogue.read("cy"))))
    assert not lacking, f"without Welsh: {lacking}. To add it {HOW}"


def test_the_catalogue_holds_nothing_that_no_page_says() -> None:
    """T42: key parity the other way; who reviews the Welsh reads no dead sentence."""
    left_over = sorted(map(str, ids(catalogue.read("cy")) - ids(said())))
    assert not left_over, f"no page says any more: {left_over}. To take it out {HOW}"


def test_no_message_is_without_welsh_in_any_of_its_forms() -> None:
    """T42: no missing string."""
    found = catalogue.read("cy")
    lacking = [name for name, _, welsh in forms(found) if not welsh.strip()]
    assert not lacking, f"without Welsh: {lacking}. To add it {HOW}"
    assert not [message.id for message in found if message.id and message.fuzzy], "a guess is no translation"


def test_each_translation_fills_in_what_the_english_does() -> None:
    """T42: the same placeholders; a sentence that lost one would hide a date or a number."""
    for name, english, welsh in forms(catalogue.read("cy")):
        assert Counter(_PLACEHOLDER.findall(welsh)) == Counter(_PLACEHOLDER.findall(english)), name
        rest = _PLACEHOLDER.sub("", welsh)
        assert "%" not in rest, name
        assert english[:1].isspace() == welsh[:1].isspace(), name


def test_no_translation_lost_the_number_to_call_in_danger_or_the_key_to_leave() -> None:
    """T06, T34, T42: figures and names of keys are the same in both languages."""
    for name, english, welsh in forms(catalogue.read("cy")):
        for kept in ("999", "Shift"):
            assert english.count(kept) == welsh.count(kept), name


def test_welsh_has_six_plural_forms_and_each_number_gets_its_own(app: Flask) -> None:
    """T42: six plural forms."""
    source = (FOLDER / "messages.po").read_text("utf-8")
    assert SIX in source
    one, many = next(
        message.id for message in catalogue.read("cy") if isinstance(message.id, (list, tuple)) and message.id
    )
    with app.test_request_context("/"), force_locale("cy"):
        got = [ngettext(one, many, number) for number in (0, 1, 2, 3, 6, 7)]
    written = next(message.string for message in catalogue.read("cy") if not isinstance(message.id, str))
    assert got == [
        form % {"num": number} for form, number in zip(written or (), (0, 1, 2, 3, 6, 7), strict=True)
    ]
    assert "0 diwrnod" in got[0]
    assert "un diwrnod" in got[1]
    assert "2 ddiwrnod" in got[2]


def test_six_plural_forms_survive_taking_in_new_words(tmp_path: Path) -> None:
    """T42: the tool's own header for Welsh has five; neither update nor compile may bring it back."""
    folder = tmp_path / "cy" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "messages.po").write_bytes((FOLDER / "messages.po").read_bytes())
    said()
    pot = str(ROOT / "build" / "said-in-tests.pot")
    update = ["-i", pot, "-d", str(tmp_path), "-l", "cy", "--no-fuzzy-matching", "--no-wrap"]
    kept = ["--ignore-obsolete", "--ignore-pot-creation-date"]
    pybabel("update", *update, *kept)
    updated = (folder / "messages.po").read_bytes()
    assert SIX.encode() in updated
    assert catalogue.mark(read_po(io.BytesIO(updated), locale="cy")) == catalogue.mark(catalogue.read("cy"))


def test_the_compiled_catalogue_is_the_one_that_people_can_read() -> None:
    """T42: `.mo` equals compiled `.po`."""
    compiled = io.BytesIO()
    write_mo(compiled, catalogue.read("cy"))
    assert compiled.getvalue() == (FOLDER / "messages.mo").read_bytes(), "run `make messages`"


def test_a_date_that_is_not_set_yet_is_said_as_the_catalogue_says_it() -> None:
    """T42, T44: what somebody agrees to is sealed without a page at hand, in the words that he read."""
    welsh = dict(catalogue.pairs(catalogue.read("cy")))
    assert consultations.in_words(None, "cy") == welsh["a date that we will announce here"]
    assert consultations.in_words(date(2027, 3, 1), "cy") == "1 Mawrth 2027"
    assert consultations.in_words(date(2027, 3, 1), "fr") == "1 March 2027"


@pytest.mark.parametrize("language", ["en", *catalogue.TRANSLATED])
def test_every_month_is_said_as_the_common_tables_of_languages_say_it(language: str) -> None:
    """T42: without loading those tables."""
    for day in (date(2027, month, 2 * month) for month in range(1, 13)):
        assert day_in_words(day, language) == format_date(day, "d MMMM y", locale=language)


def made_of(start: str, app: Flask) -> set[str]:
    """A template and every one that it extends, imports or includes."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        name = waiting.pop()
        if name in found or name.startswith("govuk_frontend_jinja/"):
            continue
        found.add(name)
        source, _, _ = app.jinja_env.loader.get_source(app.jinja_env, name)  # type: ignore[union-attr]
        waiting += [each for each in meta.find_referenced_templates(app.jinja_env.parse(source)) if each]
    return found


def test_nothing_that_a_public_page_is_made_of_was_left_out_of_the_catalogue(app: Flask) -> None:
    """T42: a new part of a public page is read for words, or its file is named in babel.cfg by mistake."""
    starts = [f"{folder}/{path.name}" for folder in PUBLIC for path in (TEMPLATES / folder).glob("*.html")]
    parts = set().union(*(made_of(start, app) for start in starts))
    seen = {
        Path(where).relative_to(ROOT if Path(where).is_absolute() else ".").as_posix()
        for message in said(locations=True)
        for where, _ in message.locations
    }
    for part in sorted(parts):
        source = (TEMPLATES / part).read_text("utf-8")
        if re.search(r"\b(?:_|gettext|ngettext)\(", source):
            assert any(where.endswith(f"templates/{part}") for where in seen), (
                f"{part} is not read: see babel.cfg"
            )


@pytest.mark.parametrize("folder", PUBLIC)
def test_no_public_template_has_words_that_cannot_be_translated(folder: str) -> None:
    """T42: words on a page go through the catalogue; bare ones would stay English on a Welsh page."""
    for path in sorted((TEMPLATES / folder).glob("*.html")):
        source = path.read_text("utf-8")
        words = re.sub(
            r"\{% block body_class %\}.*?\{% endblock body_class %\}", " ", source, flags=re.DOTALL
        )
        bare = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<[^>]*>", " ", words, flags=re.DOTALL)
        assert not re.search(r"[A-Za-z]{2,}", bare), (path.name, re.findall(r"[A-Za-z]{2,}.*", bare)[:3])
