"""T26, S27: what a first visit costs somebody on a slow network, and that nobody else hears of it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.looking import Open, Window

pytestmark = pytest.mark.browser

MOST_BYTES = 60 * 1024
MOST_REQUESTS = 5


class Meter:
    """Counts what really crosses the line, head and body, as Chromium's own network layer reports it.

    Counting begins with the next page: what the page before still fetches, its icon, is not of this one.
    """

    def __init__(self, window: Window) -> None:
        self.sizes: dict[str, float] = {}
        self.addresses: list[str] = []
        self._counted: set[str] = set()
        self._line = window.context.new_cdp_session(window.tab)
        self._line.on("Network.requestWillBeSent", self._sent)
        self._line.on("Network.loadingFinished", self._finished)
        self._line.send("Network.enable")
        self._line.send("Network.setCacheDisabled", {"cacheDisabled": True})

    def _sent(self, event: dict[str, Any]) -> None:
        is_page = event.get("type") == "Document"
        if (is_page or self._counted) and not event["request"]["url"].startswith("data:"):
            self._counted.add(event["requestId"])
            self.addresses.append(event["request"]["url"])

    def _finished(self, event: dict[str, Any]) -> None:
        if event["requestId"] in self._counted:
            self.sizes[event["requestId"]] = event["encodedDataLength"]

    @property
    def total(self) -> float:
        """Bytes so far."""
        return sum(self.sizes.values())


def test_a_first_survey_page_is_light(open_: Open) -> None:
    window = open_()
    window.go("/")
    window.follow("What good support looks like")
    window.press("Start")
    for name in ("welcome", "first question"):
        meter = Meter(window)
        window.tab.reload()
        window.tab.wait_for_load_state("networkidle")
        assert meter.total <= MOST_BYTES, (name, meter.total, meter.addresses)
        assert len(meter.addresses) <= MOST_REQUESTS, (name, meter.addresses)
        assert len(meter.sizes) >= 4, "page, two stylesheets and the script are measured"
        if name == "welcome":
            window.press("I do not want a code")
            window.press("Continue")
    assert window.tab.locator("textarea, input[type=radio]").count() > 0
