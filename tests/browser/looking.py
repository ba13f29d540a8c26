"""A browser window of one person, what it must never do, and how a page is looked at.

Knows pages as anybody sees them; not what they are for.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page, Request, expect

PHONE, NARROW, DESKTOP = 390, 320, 1280
# Milliseconds. Far more than any page needs, so that a busy machine fails no test.
_PATIENCE = 60_000
expect.set_options(timeout=_PATIENCE)
PICTURES = os.environ.get("CONSULT_PICTURES", "")
"""A folder for pictures of every page, for people to look at; none are made without it."""

_OVERFLOW = """() => {
  const wide = document.documentElement.scrollWidth, window_ = document.documentElement.clientWidth;
  if (wide <= window_) return '';
  const out = [...document.querySelectorAll('body *')].filter(
    each => each.getBoundingClientRect().right > window_ + 1 && !each.closest('.app-wide > *'));
  return `${wide} > ${window_}: ` + out.slice(0, 3).map(
    each => `${each.tagName} ${each.className} ${each.textContent.trim().slice(0, 40)}`).join(' | ');
}"""
_AXE = """async rules => {
  const found = await axe.run(document, {resultTypes: ['violations'], ...rules});
  return found.violations.map(each => each.id + ': ' + each.nodes.slice(0, 3).map(
    node => node.target.join(' ') + ' ' + node.html.slice(0, 120)).join(' | '));
}"""
_ONLY_COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"]}


@dataclass
class Window:
    """One person's window, with a store of cookies of its own, that notes everything it must not do."""

    context: BrowserContext
    tab: Page
    home: str
    allowed: tuple[str, ...]
    wrongs: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def watch(self) -> None:
        """Note requests to other hosts, messages in the console (violations are there too) and dialogs."""
        self.context.on("request", self._request)
        self.context.on("console", self._console)
        self.context.on("dialog", self._dialog)
        self.context.on("weberror", lambda error: self.wrongs.append(f"script failed: {error.error}"))

    def _request(self, request: Request) -> None:
        self.requests.append(request.url)
        if not request.url.startswith(self.allowed):
            self.wrongs.append(f"request to {request.url}")

    def _console(self, message: ConsoleMessage) -> None:
        # Chromium notes each answer of 400 and over, and these tests ask for many.
        if (
            message.type in {"error", "warning"}
            and "the server responded with a status of" not in message.text
        ):
            self.wrongs.append(f"console: {message.text}")

    def _dialog(self, dialog: Dialog) -> None:
        self.wrongs.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def go(self, path: str) -> int:
        """Open an address of the service; returns the status."""
        answer = self.tab.goto(self.home + path)
        assert answer is not None
        return answer.status

    def press(self, button: str) -> None:
        """Press the button with this name and wait for the page that follows."""
        with self.tab.expect_navigation():
            self.tab.get_by_role("button", name=button, exact=True).first.click()

    def follow(self, link: str) -> None:
        """Follow the link with this name."""
        with self.tab.expect_navigation():
            self.tab.get_by_role("link", name=link, exact=True).first.click()

    @property
    def heading(self) -> str:
        """The text of the first heading."""
        return " ".join(self.tab.locator("h1").inner_text().split())

    @property
    def words(self) -> str:
        """All text that can be seen, with single spaces."""
        return " ".join(self.tab.locator("body").inner_text().split())


def open_window(
    browser: Browser,
    home: str,
    exit_url: str,
    *,
    script: bool = True,
    width: int = PHONE,
    cookies: Mapping[str, Any] | None = None,
) -> Window:
    """A fresh window on an installation, watched."""
    context = browser.new_context(
        viewport={"width": width, "height": 844 if width < 600 else 900},
        java_script_enabled=script,
        storage_state=cookies,  # type: ignore[arg-type]  # what storage_state() gave
        locale="en-GB",
        accept_downloads=True,
    )
    context.set_default_timeout(_PATIENCE)
    window = Window(
        context=context,
        tab=context.new_page(),
        home=home,
        allowed=(home, exit_url.rsplit("/", 1)[0], "data:", "about:", "file:"),
    )
    window.watch()
    return window


Open = Callable[..., Window]
"""Opens windows; takes the choices of `open_window`, and `browser` or `home` for others than usual."""


def come_in(window: Window, name: str, passphrase: str) -> None:
    """Through the team's door, and unlock."""
    window.go("/team/sign-in")
    window.tab.get_by_label("Name").fill(name)
    window.tab.get_by_label("Passphrase").first.fill(passphrase)
    window.press("Sign in")
    window.go("/team/unlock")
    window.tab.get_by_label("Passphrase").first.fill(passphrase)
    window.press("Unlock")


@dataclass
class Look:
    """Looks at one page after the other in a window with script, and gathers all faults."""

    window: Window
    faults: list[str] = field(default_factory=list)
    pages: int = 0

    def at(self, name: str, *, large_text: bool = False) -> None:
        """The page in view on phone and desktop, light and dark; with `large_text` also at 200 per cent.

        The words of a page do not depend on colours or width, so dark asks for the rules on colour alone.
        """
        tab = self.window.tab
        self.pages += 1
        tab.evaluate(AXE_SCRIPT)
        for width in (NARROW, DESKTOP):
            tab.set_viewport_size({"width": width, "height": 800})
            for colours, rules in (("light", {}), ("dark", _ONLY_COLOURS)):
                tab.emulate_media(color_scheme="dark" if colours == "dark" else "light")
                self.faults += [f"{name} {width} {colours}: {each}" for each in tab.evaluate(_AXE, rules)]
            tab.emulate_media(color_scheme="light")
            self._sideways(f"{name} {width}")
        if large_text:
            tab.set_viewport_size({"width": NARROW, "height": 800})
            tab.evaluate("document.documentElement.style.fontSize = '200%'")
            self._sideways(f"{name} with large text")
            tab.evaluate("document.documentElement.style.fontSize = ''")
        if PICTURES:
            self._pictures(name)
        self.faults += [f"{name}: {wrong}" for wrong in self.window.wrongs]
        self.window.wrongs.clear()

    def done(self) -> None:
        """Raises AssertionError that names every fault of every page."""
        if self.faults:
            raise AssertionError("\n".join(self.faults))

    def _sideways(self, name: str) -> None:
        if found := self.window.tab.evaluate(_OVERFLOW):
            self.faults.append(f"{name}: scrolls sideways, {found}")

    def _pictures(self, name: str) -> None:
        tab, folder = self.window.tab, Path(PICTURES)
        folder.mkdir(parents=True, exist_ok=True)
        for width in (PHONE, DESKTOP):
            tab.set_viewport_size({"width": width, "height": 800})
            for colours in ("light", "dark"):
                tab.emulate_media(color_scheme="dark" if colours == "dark" else "light")
                file = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
                tab.screenshot(path=folder / f"{file}-{width}-{colours}.png", full_page=True)
        tab.emulate_media(color_scheme="light")
