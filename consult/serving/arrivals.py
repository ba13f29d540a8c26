"""A request on its way in, gathered in memory. Knows HTTP's framing alone."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

LARGEST = 1024 * 1024
"""Bytes of one request that are gathered; a longer one goes on as it is: its stated length is refused."""
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,18})[ \t]*\r\n", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:", re.IGNORECASE)
_EXPECTS = re.compile(rb"\r\nexpect:[ \t]*100-continue", re.IGNORECASE)


@dataclass(slots=True, kw_only=True)
class Arrival:
    """A request on its way in. `whole` is its length in bytes, once its head says so."""

    received: bytearray = field(default_factory=bytearray)
    begun: float = 0.0
    heard: float = 0.0
    whole: int | None = None
    chunked: bool = False

    def take(self, more: bytes) -> None:
        """Add what came."""
        head_before = self.whole is not None or self.chunked
        start = max(0, len(self.received) - 3)
        self.received += more
        if not head_before and (end := self.received.find(b"\r\n\r\n", start)) >= 0:
            head = bytes(self.received[: end + 2])
            self.chunked = _CHUNKED.search(head) is not None
            length = _LENGTH.search(head)
            self.whole = None if self.chunked else end + 4 + (int(length[1]) if length else 0)

    @property
    def complete(self) -> bool:
        """Whether a thread can work on it without waiting for the network."""
        if self.whole is not None:
            return len(self.received) >= self.whole or self.whole > LARGEST
        ended = self.chunked and self.received.endswith(b"\r\n0\r\n\r\n")
        return ended or len(self.received) > LARGEST

    @property
    def asks_to_go_on(self) -> bool:
        """Whether the sender waits to be told that the body is welcome."""
        return self.whole is not None and _EXPECTS.search(self.received) is not None

    def is_only(self, beginnings: tuple[bytes, ...]) -> bool:
        """Whether one whole request is there that begins like one of these, and nothing after it."""
        return self.whole == len(self.received) and self.received.startswith(beginnings)
