"""Draws the pictures of docs/pages.md anew from the demonstration: `python -m tests.browser.gallery`.

What they show is invented. Needs chromium, and takes about a minute.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from tests.browser.conftest import CHROMIUM, QUIET
from tests.browser.looking import DESKTOP, PHONE, Window, come_in, open_window
from tests.browser.serving import ROOT, Installation
from tests.browser.walking import SURVEY, into_questions, on, start

FOLDER = ROOT / "docs" / "pictures"
TEAM = "/team/demonstration"
_COLOURS = 48


def draw(browser: Browser, home: str, sign_ins: dict[str, str]) -> None:
    """Every picture, each person in a window of their own."""
    somebody = open_window(browser, home, "/", script=False, width=PHONE)
    somebody.go("/")
    somebody.follow(SURVEY)
    keep(somebody, "survey-begins", 844)
    start(somebody)
    into_questions(somebody)
    keep(somebody, "survey-part", 844)
    for _ in range(3):
        on(somebody)
    keep(somebody, "survey-words", 844)
    lead = open_window(browser, home, "/", width=DESKTOP)
    come_in(lead, "lead", sign_ins["lead"])
    for path, name in (
        (f"{TEAM}/", "overview"),
        (f"{TEAM}/surveys/survivors/preview", "making-preview"),
        (f"{TEAM}/double/survivors/helped_words", "agreement"),
        (f"{TEAM}/standards", "standards"),
        (f"{TEAM}/panel", "panel-dashboard"),
        (f"{TEAM}/literature", "literature"),
    ):
        assert lead.go(path) == 200, path
        keep(lead, name, 860)


def keep(window: Window, name: str, height: int) -> None:
    """The top of the page in view as a small picture."""
    width = PHONE if window.tab.viewport_size["width"] < DESKTOP else DESKTOP  # type: ignore[index]
    window.tab.set_viewport_size({"width": width, "height": height})
    picture = Image.open(io.BytesIO(window.tab.screenshot())).convert("RGB")
    if width == DESKTOP:
        picture = picture.resize((960, height * 960 // DESKTOP), Image.Resampling.LANCZOS)
    few = picture.quantize(_COLOURS, dither=Image.Dither.NONE)
    few.save(FOLDER / f"{name}.png", optimize=True)


@contextmanager
def demonstration() -> Iterator[tuple[str, dict[str, str]]]:
    """The invented consultation, served from a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        made = Installation(home=home, database_url=f"sqlite:///{home / 'consult.db'}", exit_url="/")
        sign_ins = made.build_demonstration()
        with made.served() as address:
            yield address, sign_ins


def main() -> None:
    """Draw them all."""
    with demonstration() as (home, sign_ins), sync_playwright() as library:
        browser = library.chromium.launch(executable_path=CHROMIUM, args=[*QUIET])
        draw(browser, home, sign_ins)
        browser.close()


if __name__ == "__main__":
    main()
