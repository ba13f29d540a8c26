"""Debian's Firefox, driven over WebDriver BiDi, which it speaks by itself.

The library that drives Chromium needs a Firefox that its makers changed. Knows pages as anybody sees them.
What it asks of a page it asks from a scope of its own, so that it can look at pages whose scripts do not run.
"""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

_PATIENCE_SECONDS = 60
_SETTINGS = {
    "datareporting.policy.dataSubmissionEnabled": False,
    "app.normandy.enabled": False,
    "browser.startup.page": 0,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
}


@dataclass
class Firefox:
    """One window of one person."""

    line: ClientConnection
    window: str = ""
    asked: int = field(default=0)

    def command(self, method: str, **choices: Any) -> dict[str, Any]:
        """Send a command of WebDriver BiDi; returns its result. Raises AssertionError when it is refused."""
        self.asked += 1
        self.line.send(json.dumps({"id": self.asked, "method": method, "params": choices}))
        while True:
            said = json.loads(self.line.recv(timeout=_PATIENCE_SECONDS))
            if said.get("id") == self.asked:
                assert said["type"] == "success", f"{method}: {said.get('error')}, {said.get('message')}"
                result: dict[str, Any] = said["result"]
                return result

    def go(self, address: str) -> None:
        """Open an address and wait until it is there."""
        self.command("browsingContext.navigate", context=self.window, url=address, wait="complete")

    def ask(self, expression: str) -> Any:
        """What an expression is worth in the page in view: a text, a number, yes or no, or nothing."""
        found = self.command(
            "script.evaluate",
            target={"context": self.window, "sandbox": "looking"},
            expression=expression,
            awaitPromise=False,
        )
        assert found["type"] == "success", found["exceptionDetails"]["text"]
        return found["result"].get("value")

    def wait_for(self, expression: str, wanted: object) -> None:
        """Wait until an expression is worth what is wanted. Raises AssertionError when that never happens."""
        end = time.monotonic() + _PATIENCE_SECONDS
        seen: object = None
        while time.monotonic() < end:
            try:
                seen = self.ask(f"document.readyState === 'complete' ? {expression} : undefined")
            except AssertionError:
                continue  # one page is being exchanged for another
            if seen == wanted:
                return
            time.sleep(0.02)
        raise AssertionError(f"{expression} is {seen!r}, not {wanted!r}, under {self.heading!r}")

    def click(self, wanted: str) -> None:
        """Click on what a selector finds, as a mouse does, without waiting for what follows."""
        (found, *_) = self.command(
            "browsingContext.locateNodes", context=self.window, locator={"type": "css", "value": wanted}
        )["nodes"]
        in_view = "scrollIntoView({block: 'center', behavior: 'instant'})"
        self.ask(f"document.querySelector({json.dumps(wanted)}).{in_view}")
        place = {"type": "element", "element": {"sharedId": found["sharedId"]}}
        self._act(
            "pointer",
            [
                {"type": "pointerMove", "x": 0, "y": 0, "origin": place},
                {"type": "pointerDown", "button": 0},
                {"type": "pointerUp", "button": 0},
            ],
        )

    def follow(self, wanted: str) -> None:
        """Click on a link or button and wait for the page that follows."""
        self.ask("document.documentElement.dataset.old = 'yes'")
        self.click(wanted)
        self.wait_for("document.documentElement.dataset.old === undefined", wanted=True)

    def follow_named(self, kind: str, name: str) -> None:
        """Follow the link or press the button with this name; one that only Enter presses is passed by."""
        named = f"each => each.innerText.trim() === {json.dumps(name)} && each.tabIndex >= 0"
        self.ask(f"[...document.querySelectorAll({json.dumps(kind)})].find({named}).id = 'wanted'")
        self.follow("#wanted")

    def picture(self) -> str:
        """The page in view as it looks: the whole of it, as a PNG in base 64."""
        found = self.command("browsingContext.captureScreenshot", context=self.window, origin="document")
        return str(found["data"])

    def type(self, words: str) -> None:
        """Press the keys of these words, one after the other."""
        self._act("key", [{"type": kind, "value": key} for key in words for kind in ("keyDown", "keyUp")])

    def back(self) -> None:
        """The Back button."""
        before = self.ask("location.href + document.title")
        self.command("browsingContext.traverseHistory", context=self.window, delta=-1)
        self.wait_for(f"(location.href + document.title) === {json.dumps(before)}", wanted=False)

    @property
    def heading(self) -> str:
        """The text of the first heading."""
        return " ".join(str(self.ask("document.querySelector('h1').innerText")).split())

    def _act(self, kind: str, steps: list[dict[str, Any]]) -> None:
        source = {"type": kind, "id": kind, "actions": steps}
        self.command("input.performActions", context=self.window, actions=[source])


@contextmanager
def running(profile: Path, *, script: bool, settings: Mapping[str, bool] | None = None) -> Iterator[Firefox]:
    """Firefox in a fresh profile with settings of its own; its memory of pages is on, as people have it."""
    profile.mkdir()
    chosen = {**_SETTINGS, "javascript.enabled": script, **(settings or {})}
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in chosen.items()]
    (profile / "user.js").write_text("\n".join(lines), encoding="utf-8")
    command = ["firefox-esr", "--headless", "--no-remote", "--profile", str(profile)]
    with (profile / "said").open("wb") as said:
        process = subprocess.Popen([*command, "--remote-debugging-port", "0"], stdout=said, stderr=said)
    try:
        with connect(f"{_address(profile / 'said')}/session", max_size=None, proxy=None) as line:
            firefox = Firefox(line)
            firefox.command("session.new", capabilities={})
            (first, *_) = firefox.command("browsingContext.getTree")["contexts"]
            firefox.window = first["context"]
            yield firefox
    finally:
        process.terminate()
        process.wait()


def _address(said: Path) -> str:
    end = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < end:
        for each in said.read_text(encoding="utf-8").splitlines():
            if "BiDi listening on" in each:
                return each.split()[-1]
        time.sleep(0.05)
    raise AssertionError("Firefox did not start")
