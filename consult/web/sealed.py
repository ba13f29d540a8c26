"""The content of one web session while a request works with it. Where it is kept: `web/sessions.py`."""

from __future__ import annotations

from typing import Any

from flask.sessions import SessionMixin
from werkzeug.datastructures import CallbackDict

from consult.vault import cookies


class SealedSession(CallbackDict[str, Any], SessionMixin):
    """The content of one web session; `secret` is what its cookie holds, absent until first written."""

    def __init__(
        self, kind: str, secret: cookies.Secret | None = None, content: dict[str, Any] | None = None
    ) -> None:
        def changed(_: object) -> None:
            self.modified = True

        super().__init__(content or {}, changed)
        self.kind = kind
        self.secret = secret
        self.modified = False
        self.new = secret is None
        self.ended: list[bytes] = []
        self.send_cookie = False
        # Used again after a while: worth writing, and no loss when it cannot be.
        self.touched = False
        # The store did not answer: whether there is a session is not known.
        self.unreadable = False
        # The row of a session that is over: destroyed with the answer, for its cookie still opens it.
        self.over: bytes | None = None
        self.settle()

    @property
    def cookie(self) -> str | None:
        """What the browser holds."""
        return None if self.secret is None else self.secret.cookie

    def made(self) -> cookies.Secret:
        """What its cookie holds; that of a new one, sent with the answer, where there is none."""
        if self.secret is None:
            self.secret = cookies.Secret(cookies.new_cookie())
            self.send_cookie = True
        return self.secret

    def keep(self, name: str, value: Any) -> None:
        """Set a value; one that is there already does not make the session worth writing."""
        if self.get(name) != value:
            self[name] = value

    def renew(self) -> None:
        """A new id for the same content: at start, sign-in, unlock, sign-out and send."""
        if self.secret is not None:
            self.ended.append(self.secret.row)
        self.secret = None
        self.modified = True

    def settle(self) -> None:
        """What is here now is what the store holds."""
        self.modified = self.touched = False
        self._settled = (dict(self), self.secret, list(self.ended), self.send_cookie)

    def undo(self) -> None:
        """Go back to what the store holds: the act that changed this session was not done."""
        content, self.secret, self.ended, self.send_cookie = self._settled
        dict.clear(self)
        dict.update(self, content)
        self.ended = list(self.ended)
        self.modified = self.touched = False

    def end(self) -> None:
        """Forget everything and destroy the row; the cookie is taken back with the answer."""
        if self.secret is not None:
            self.ended.append(self.secret.row)
        self.clear()
        self.secret = None
        self.modified = True
