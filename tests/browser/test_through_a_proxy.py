"""S27, S28: a whole visit in a browser whose every request goes through a proxy: pages ask one host alone."""

from __future__ import annotations

import http.client
import http.server
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Playwright

from tests.browser.conftest import CHROMIUM, QUIET
from tests.browser.looking import Open
from tests.browser.serving import Demonstration
from tests.browser.walking import pages_to_the_check, start, take_code

pytestmark = pytest.mark.browser

ERRANDS = {
    "accounts.google.com",
    "clients2.google.com",
    "content-autofill.googleapis.com",
    "optimizationguide-pa.googleapis.com",
    "update.googleapis.com",
}
"""Hosts that Chromium asks by itself, whatever page is open. The proxy refuses them like all others."""


@dataclass
class Proxy:
    """Passes on what is for `allowed`, refuses the rest, and notes every host that was asked for."""

    allowed: set[str]
    asked: list[str] = field(default_factory=list)
    errands: list[str] = field(default_factory=list)
    port: int = 0

    def note(self, host: str) -> None:
        """Remember who was asked for."""
        kept = self.errands if host.partition(":")[0] in ERRANDS else self.asked
        kept.append(host)

    def start(self) -> http.server.ThreadingHTTPServer:
        """Serve on loopback."""
        proxy = self

        class Passing(http.server.BaseHTTPRequestHandler):
            timeout = 20  # for lines that the browser opens and says nothing on

            def do_GET(self) -> None:
                place = urlsplit(self.path)
                proxy.note(place.netloc)
                if place.netloc not in proxy.allowed:
                    self.send_error(502)
                    return
                length = int(self.headers.get("Content-Length") or 0)
                headers = {name: value for name, value in self.headers.items() if name != "Proxy-Connection"}
                path = place.path + (f"?{place.query}" if place.query else "")
                with closing(http.client.HTTPConnection(place.netloc, timeout=60)) as line:
                    line.request(self.command, path, self.rfile.read(length) or None, headers)
                    answer = line.getresponse()
                    body = answer.read()
                self.send_response_only(answer.status)
                for name, value in answer.getheaders():
                    if name.lower() not in {"connection", "transfer-encoding", "content-length"}:
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                with suppress(ConnectionError):  # the browser has left the page
                    self.wfile.write(body)

            do_POST = do_HEAD = do_GET  # noqa: N815 - the library's names

            def do_CONNECT(self) -> None:
                proxy.note(self.path)
                self.send_error(502)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Passing)
        server.daemon_threads = False  # closing waits for each line to be closed
        self.port = int(server.server_address[1])
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server


@pytest.fixture
def proxy(demonstration: Demonstration) -> Iterator[Proxy]:
    """A proxy that knows the service and the page that the way out leads to."""
    exits = urlsplit(demonstration.installation.exit_url).netloc
    made = Proxy(allowed={urlsplit(demonstration.home).netloc, exits})
    server = made.start()
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture
def behind(browsers: Playwright, proxy: Proxy) -> Iterator[Browser]:
    """Chromium that asks the proxy for everything, for this machine too."""
    browser = browsers.chromium.launch(
        executable_path=CHROMIUM,
        args=[*QUIET, "--proxy-bypass-list=<-loopback>"],
        proxy={"server": f"http://127.0.0.1:{proxy.port}"},
    )
    yield browser
    browser.close()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_visit_from_the_first_page_to_leaving_asks_one_host(
    open_: Open,
    behind: Browser,
    proxy: Proxy,
    demonstration: Demonstration,
    script: bool,
    figure: Callable[[str, object], None],
) -> None:
    own = urlsplit(demonstration.home).netloc
    window = open_(browser=behind, script=script)
    slug = start(window).removeprefix("/s/")
    code = take_code(window)
    window.press("Continue")
    for _ in pages_to_the_check(window):
        pass
    window.press("Yes, use my answers: send them")
    window.press("Close this page")
    window.go(f"/back/{slug}")
    window.tab.get_by_label("Your eight words, or the numbers").fill(code)
    window.press("Continue")
    assert window.heading == "What you sent"
    window.press("Take my answers back")
    assert set(proxy.asked) == {own}
    figure("requests through a proxy", len(proxy.asked))
    figure("to another host", len(set(proxy.asked) - {own}))
    window.go("/leave")
    assert set(proxy.asked) == proxy.allowed
