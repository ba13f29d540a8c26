"""Layouts and the parts that every page shares."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest

import surveys
from consult.resources import TEMPLATES
from tests.consult.rendering import ask, read, the

ERRORS = sorted(path.stem for path in (TEMPLATES / "errors").glob("*.html"))
WORDS = surveys.FreeText(id="words", text=surveys.text("Is there more?"))


@pytest.mark.parametrize("name", ERRORS)
def test_every_error_page_keeps_the_way_out_and_the_support_box(name: str) -> None:
    page = read(f'{{% include "errors/{name}.html" %}}', typed=["<b>words</b>\nof mine"], incident="ab12")
    assert page.title is not None
    assert page.title.get_text(strip=True) == "Standards consultation"
    links = page.select("a[href]")
    assert [link["href"] for link in links[:2]] == ["#main-content", "/leave"]
    assert "call 999" in the(page, "#support").get_text()
    assert the(page, "#typed-1").get_text() == "<b>words</b>\nof mine"


def test_the_way_out_is_a_link_that_sends_no_referrer() -> None:
    page = ask(WORDS)
    for link in page.select("[data-leave]"):
        assert link.name == "a"
        assert link["rel"] == ["nofollow", "noreferrer"]
        assert link["draggable"] == "false"
        assert link.find_parent(["nav", "header"]) is not None


def test_the_enter_key_presses_what_the_page_says_and_not_the_first_button() -> None:
    source = """
      {% extends "layouts/public.html" %}
      {% from "macros/page.html" import first_action, back_button, language_buttons %}
      {% block first %}{{ first_action(name="act", value="continue") }}{% endblock first %}
      {% block languages %}{{ language_buttons(languages, lang) }}{% endblock languages %}
      {% block back %}{{ back_button(name="act") }}{% endblock back %}
      {% block main %}<h1>Part</h1><form id="page"></form>{% endblock main %}
    """
    buttons = [(button["name"], button["value"]) for button in read(source).select('button[form="page"]')]
    assert buttons == [("act", "continue"), ("switch", "cy"), ("act", "back")]


def test_support_for_one_nation_is_folded_and_opening_it_sends_nothing() -> None:
    page = ask(WORDS)
    nation = the(page, "#support details")
    assert the(nation, "summary").get_text(strip=True) == "Wales"
    assert "Coast Line" in nation.get_text()
    assert "Day and Night Line" not in nation.get_text()


def test_999_stands_when_no_service_is_known() -> None:
    page = read('{% include "errors/busy.html" %}', support_services=())
    assert "call 999" in the(page, "#support").get_text()


def test_words_of_the_template_follow_the_language_of_each_page() -> None:
    assert "[cy] Wales" in read('{% include "errors/busy.html" %}', language="cy", lang="cy").get_text()


def test_a_staff_page_is_titled_by_its_heading_and_says_whether_answers_are_open() -> None:
    source = """
      {% extends "layouts/staff.html" %}
      {% block title %}Queue{% endblock title %}
      {% block main %}<h1>Queue</h1>{% endblock main %}
    """
    links = (SimpleNamespace(text="Coding", href="/team/coding", current=True),)
    page = read(source, account=SimpleNamespace(name="A"), unlocked=True, staff_nav=links)
    assert page.title is not None
    assert page.title.get_text() == "Queue"
    assert "Answers are unlocked for you" in page.get_text()
    assert the(page, "nav [aria-current=page]").get_text(strip=True) == "Coding"
    assert the(page, "header form")["method"] == "post"
    assert read(source, account=None).select("header form") == []


def test_a_panel_page_has_the_way_out_the_support_box_and_a_neutral_title() -> None:
    source = '{% extends "layouts/panel.html" %}{% block main %}<h1>DS2.4</h1>{% endblock main %}'
    page = read(source)
    assert page.title is not None
    assert page.title.get_text(strip=True) == "Standards consultation"
    assert [link["href"] for link in page.select("a[href]")[:2]] == ["#main-content", "/leave"]
    assert the(page, "#support")
    assert the(page, 'script[src="/static/public.js"]')


def test_bars_say_their_figures_and_draw_no_more_than_they_may() -> None:
    rows = [
        {"label": "Waiting", "shown": "a few", "drawn": 0},
        {"label": "Believed", "shown": 50, "drawn": 50, "own": True, "mark": "Your rating"},
        {"label": "Privacy", "shown": 25, "drawn": 25},
    ]
    source = """
      {% extends "layouts/public.html" %}{% from "macros/bars.html" import bars %}
      {% block main %}
        <h1>Themes</h1>{{ bars("Most was said on being believed.", rows, "Extracts") }}
      {% endblock main %}
    """
    page = read(source, rows=rows)
    widths = [re.findall(r"w-\d+", " ".join(bar["class"])) for bar in page.select(".app-bars__bar")]
    assert widths == [["w-0"], ["w-100"], ["w-50"]]
    assert [cell.get_text(strip=True) for cell in page.select("td.app-bars__figure")] == [
        "a few",
        "50, Your rating",
        "25",
    ]


def test_a_wide_table_scrolls_in_a_region_with_a_name_and_a_gap_is_said_in_words() -> None:
    cells = [{"shown": "7", "shade": 2, "href": "/x"}, {"shown": "", "shade": 0, "href": ""}]
    source = """
      {% extends "layouts/staff.html" %}{% from "macros/tables.html" import matrix %}
      {% block main %}<h1>Themes</h1>{{ matrix("Excerpts", "Theme", ["S1", "S2"], rows) }}{% endblock main %}
    """
    page = read(source, rows=[{"label": "Believed", "cells": cells}])
    region = the(page, "[role=region]")
    assert (region["tabindex"], region["aria-label"]) == ("0", "Excerpts")
    assert [cell.get_text(strip=True) for cell in page.select("td")] == ["7", "gap"]


def test_a_report_is_one_file_that_fetches_nothing() -> None:
    source = '{% extends "layouts/report.html" %}{% block main %}<h1>Evidence</h1>{% endblock main %}'
    page = read(source, demonstration=True)
    assert page.select("link, script, img, iframe") == []
    assert "url(" not in str(the(page, "style").string)
    assert ".w-100 { width: 100%; }" in str(the(page, "style").string)
    assert "Not the published quality standards" in page.get_text()


def test_no_template_of_ours_turns_escaping_off() -> None:
    """S36: escaping."""
    for path in TEMPLATES.rglob("*.html"):
        assert not re.search(r"\|\s*safe\b|autoescape", path.read_text(encoding="utf-8")), path.name
