"""The intake with nothing sealed: the other side of "what does sealing cost". For this benchmark only.

The product has no such switch. Here its vault object is replaced from outside, and the functions that seal
web sessions, so that the same pages, queries and commits run over plain JSON.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any

from flask import Flask

from consult import factory, intake
from consult.settings import Settings
from consult.vault import cookies
from consult.vault.envelope import H, J
from consult.vault.sealing import Binding, IntakeVault, Pointer, Recipient, SealedResponse


class PlainVault(IntakeVault):
    """Keeps what it is given."""

    def seal_response(
        self,
        binding: Binding,
        content: Mapping[str, Any],
        recipient: Recipient,  # noqa: ARG002 - the vault's signature
    ) -> SealedResponse:
        """The answers as JSON, and nothing that opens them."""
        pointer = Pointer(
            response_id=binding.response_id, dek=bytes(32), rev=binding.rev, body_hash=bytes(32)
        )
        return SealedResponse(body=J(content), slot=b"", pointer=pointer)

    def seal_draft(self, key: bytes, *, content: Mapping[str, Any], **place: Any) -> bytes:  # noqa: ARG002
        """The draft as JSON."""
        return J(content)

    def open_draft(self, key: bytes, blob: bytes, **place: Any) -> dict[str, Any]:  # noqa: ARG002
        """The draft again."""
        return dict(json.loads(blob))

    def seal_pointer(self, key: bytes, pointer: Pointer, consultation_id: bytes, lookup: bytes) -> bytes:  # noqa: ARG002
        """The id of the response."""
        return pointer.response_id


class PlainSecret:
    """Finds a row, and opens nothing."""

    def __init__(self, cookie: str) -> None:
        self.cookie, self.row = cookie, H(cookie.encode())

    def seal(self, kind: str, content: Mapping[str, Any]) -> bytes:  # noqa: ARG002 - the vault's signature
        """The session as JSON."""
        return J(content)

    def open(self, kind: str, blob: bytes) -> dict[str, Any]:  # noqa: ARG002 - the vault's signature
        """The session again."""
        return dict(json.loads(blob))


def create_app() -> Flask:
    """The intake over plain storage."""
    factory.IntakeVault = PlainVault  # type: ignore[attr-defined]
    app = intake.create_app(Settings.from_env(os.environ))
    cookies.Secret = PlainSecret  # type: ignore[misc, assignment]
    return app
