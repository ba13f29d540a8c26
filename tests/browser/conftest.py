"""Fixtures of tests in a browser: one Chromium a worker, one demonstration a run, served for real."""

from __future__ import annotations

import fcntl
import http.server
import json
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.browser.looking import Open, Window, come_in, open_window
from tests.browser.serving import Cluster, Demonstration, Elsewhere, Installation, private_cluster

CHROMIUM = "/usr/bin/chromium"
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Whatever a page asks for: nothing but this machine can be reached.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
)


@pytest.fixture(scope="session")
def browsers() -> Iterator[Playwright]:
    """The library that drives browsers."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def chromium(browsers: Playwright) -> Iterator[Browser]:
    """Debian's Chromium."""
    browser = browsers.chromium.launch(executable_path=CHROMIUM, args=[*QUIET])
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def remembering(browsers: Playwright) -> Iterator[Browser]:
    """Chromium with its memory of whole pages on, as people have it; the library turns it off."""
    browser = browsers.chromium.launch(
        executable_path=CHROMIUM, args=[*QUIET], ignore_default_args=["--disable-back-forward-cache"]
    )
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def elsewhere() -> Iterator[Elsewhere]:
    """A weather page on another host of this machine."""
    told: list[dict[str, str]] = []

    class Weather(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told.append({name.lower(): value for name, value in self.headers.items()} | {"path": self.path})
            page = (
                b"<!DOCTYPE html><html lang=en><title>Weather</title><link rel=icon href=data:,><h1>Rain</h1>"
            )
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            with suppress(BrokenPipeError, ConnectionResetError):  # a browser may hang up
                self.wfile.write(page)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Weather)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Elsewhere(url=f"http://localhost:{server.server_address[1]}/weather", told=told)
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL server, private unless the environment names one."""
    with private_cluster() as found:
        yield found


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory, elsewhere: Elsewhere) -> Iterator[Demonstration]:
    """The invented consultation, built once for all workers and served from a copy for each."""
    with served_copy(tmp_path_factory, elsewhere) as own:
        yield own


@contextmanager
def served_copy(tmp_path_factory: pytest.TempPathFactory, elsewhere: Elsewhere) -> Iterator[Demonstration]:
    """One more copy, as it is before anybody changes anything in it."""
    built = _built_once(tmp_path_factory)
    own = tmp_path_factory.mktemp("demonstration") / "home"
    shutil.copytree(built, own)
    installation = Installation(
        home=own, database_url=f"sqlite:///{own / 'consult.db'}", exit_url=elsewhere.url
    )
    sign_ins = json.loads((own / "sign-ins.json").read_text(encoding="utf-8"))
    with installation.served() as home:
        yield Demonstration(installation=installation, home=home, sign_ins=sign_ins)


@pytest.fixture
def open_(chromium: Browser, demonstration: Demonstration) -> Iterator[Open]:
    """Opens windows on the demonstration. At the end none may have done what none must do."""
    opened: list[Window] = []

    def open_one(**choices: Any) -> Window:
        browser = choices.pop("browser", chromium)
        home = choices.pop("home", demonstration.home)
        window = open_window(browser, home, demonstration.installation.exit_url, **choices)
        opened.append(window)
        return window

    yield open_one
    for window in opened:
        window.context.close()
    assert [wrong for window in opened for wrong in window.wrongs] == []


@pytest.fixture(scope="session")
def lead_cookies(chromium: Browser, demonstration: Demonstration) -> dict[str, Any]:
    """The lead of the demonstration, signed in and unlocked once for the whole run of a worker."""
    return signed_in(chromium, demonstration)


def signed_in(chromium: Browser, demonstration: Demonstration) -> dict[str, Any]:
    """What the lead's browser keeps, once the lead is signed in and has unlocked."""
    window = open_window(chromium, demonstration.home, demonstration.installation.exit_url)
    come_in(window, "lead", demonstration.sign_ins["lead"])
    state: dict[str, Any] = window.context.storage_state()  # type: ignore[assignment]
    window.context.close()
    assert window.wrongs == []
    return state


@pytest.fixture
def lead(open_: Open, lead_cookies: dict[str, Any]) -> Window:
    """The lead's window."""
    return open_(cookies=lead_cookies)


def _built_once(factory: pytest.TempPathFactory) -> Path:
    base = factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    home = shared / "demonstration-built"
    with (shared / "demonstration.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (home / "sign-ins.json").exists():
            return home
        home.mkdir()
        made = Installation(home=home, database_url=f"sqlite:///{home / 'consult.db'}", exit_url="/")
        (home / "sign-ins.json").write_text(json.dumps(made.build_demonstration()), encoding="utf-8")
    return home
