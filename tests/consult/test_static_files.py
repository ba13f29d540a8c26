"""What browsers are sent as files: no mark of gov.uk, no address of another host, and not much of it."""

from __future__ import annotations

import gzip
import re
from importlib import resources
from pathlib import Path

import pytest

import surveys

STATIC = Path(str(resources.files("consult"))) / "static"
# What a first page fetches, beside itself.
PUBLIC = ("govuk/govuk.css", "app.css", "public.js", "icon.png")
STYLES = ("govuk/govuk.css", "app.css")
# A page is filled to this size before it is sent.
PAGE = 16 * 1024
MOST = 60 * 1024


def words(name: str) -> str:
    return (STATIC / name).read_text(encoding="utf-8")


def test_only_the_files_that_pages_need_are_there() -> None:
    found = {path.relative_to(STATIC).as_posix() for path in STATIC.rglob("*") if path.is_file()}
    pictures = {f"easy/{name}.png" for name in (*surveys.PICTURES, "ideas")}
    others = {"staff.js", "panel.js", "htmx.min.js", "govuk/govuk-frontend.min.js", "licences.txt"}
    assert found == {*PUBLIC, *pictures, *others}


@pytest.mark.parametrize("name", STYLES)
def test_a_stylesheet_names_no_font_of_others_and_fetches_nothing(name: str) -> None:
    for unwanted in ("GDS Transport", "url(", "@import", "@font-face", "crown", "crest"):
        assert unwanted.lower() not in words(name).lower(), unwanted


def test_the_colours_are_ours() -> None:
    assert "--govuk-brand-colour: #0b5563" in words("govuk/govuk.css")
    for feature in ("prefers-color-scheme: dark", "forced-colors: active", "print-color-adjust: exact"):
        assert feature in words("app.css")


def test_no_alarm_red_is_used_for_what_can_be_mended() -> None:
    """T39: nothing shouts."""
    assert "--govuk-error-colour: #8a4b08" in words("govuk/govuk.css")


def test_every_width_of_a_bar_has_a_class() -> None:
    assert re.findall(r"\.w-(\d+)\{width:(\d+)%\}", words("app.css")) == [
        (str(n), str(n)) for n in range(101)
    ]


def test_the_public_script_writes_no_markup_keeps_nothing_and_calls_nobody() -> None:
    script = words("public.js")
    for unwanted in ("innerHTML", "eval", "Storage", "fetch", "XMLHttp", "cookie", "import", "http"):
        assert unwanted not in script, unwanted
    assert len(script.encode()) < 2048


def test_the_script_of_panellists_writes_no_markup_keeps_nothing_in_the_browser_and_calls_only_us() -> None:
    script = words("panel.js")
    for unwanted in ("innerHTML", "eval", "Storage", "XMLHttp", "cookie", "import", "http"):
        assert unwanted not in script, unwanted
    assert len(script.encode()) < 3072


def test_a_first_visit_stays_small() -> None:
    sent = sum(len(gzip.compress((STATIC / name).read_bytes(), mtime=0)) for name in PUBLIC)
    assert len(PUBLIC) + 1 <= 5
    assert sent + PAGE <= MOST


def test_scripts_point_to_no_source_map() -> None:
    for path in STATIC.rglob("*.js"):
        assert "sourceMappingURL" not in path.read_text(encoding="utf-8"), path.name


def test_the_notices_of_others_are_kept() -> None:
    notices = words("licences.txt")
    for name in (
        "GOV.UK Frontend 6.3.0",
        "govuk-frontend-jinja 4.1.0",
        "htmx 2.0.11",
        "MIT License",
        "Zero-Clause BSD",
    ):
        assert name in notices


def test_the_versions_in_the_notices_are_those_that_are_built() -> None:
    assert '--govuk-frontend-version: "6.3.0"' in words("govuk/govuk.css")
    assert 'version:"2.0.11"' in words("htmx.min.js")
