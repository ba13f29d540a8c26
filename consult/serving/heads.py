"""The head of a request, where it is as plain as browsers write it.

Gunicorn reads whatever HTTP allows, line by line, which takes a fifth of the time of a page that is kept.
Here one pattern reads what nearly everybody sends; all else is gunicorn's. What this reads, it reads as
gunicorn does, into the same environment: tests hold the two against each other.
"""

from __future__ import annotations

import os
import re
from io import BytesIO
from typing import TYPE_CHECKING, Any

from gunicorn.http import wsgi
from gunicorn.http.message import _ip_in_allow_list
from gunicorn.workers.gthread import TConn

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

LONGEST, MOST = 4000, 60
"""Bytes and headers of a head. Limits of gunicorn's that are lower hold here, too."""
_PLAIN = re.compile(
    rb"(GET|POST) (/(?:[A-Za-z0-9_-][A-Za-z0-9/_.-]*)?) HTTP/1\.1\r\n"
    rb"((?:[A-Za-z][A-Za-z0-9-]*: [!-~](?:[ -~]*[!-~])?\r\n)+)\r\n"
)
_LINES = re.compile(r"([^:]+): ([^\r]+)\r\n")
_FOR_GUNICORN = frozenset({"TRANSFER-ENCODING", "EXPECT"})
"""What says more about the body than its length."""


class NotPlainError(ValueError):
    """This head is for gunicorn to read."""


class Heads:
    """Reads heads for one process. `config`: gunicorn's."""

    def __init__(self, config: Any) -> None:
        self._config = config
        self._longest = _lower(LONGEST, config.limit_request_line, config.limit_request_field_size)
        self._most = _lower(MOST, config.limit_request_fields)
        self._always = {
            **wsgi.base_environ(config),
            "wsgi.multithread": True,
            "gunicorn.socket": None,
            "QUERY_STRING": "",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "SCRIPT_NAME": "",
        }
        ordinary = config.proxy_protocol == "off" and not config.is_ssl
        self._reads = ordinary and not os.environ.get("SCRIPT_NAME")

    def environ(self, received: bytes, line: TConn) -> WSGIEnvironment:
        """The environment of one whole request, with nothing after it. Raises NotPlainError."""
        found = _PLAIN.match(received, 0, self._longest) if self._reads else None
        if found is None or not isinstance(line.client, tuple):
            raise NotPlainError
        method, path, rest = (each.decode("ascii") for each in found.groups())
        headers = [(name.upper(), value) for name, value in _LINES.findall(rest)]
        about = dict(headers)
        if len(headers) > self._most:
            raise NotPlainError
        if len(about) < len(headers) or not _FOR_GUNICORN.isdisjoint(about):
            raise NotPlainError
        body = received[found.end() :]
        if about.get("CONNECTION", "keep-alive") != "keep-alive" or len(body) != _length(about):
            raise NotPlainError
        return {
            **self._always,
            **{_key(name): value for name, value in headers},
            "REQUEST_METHOD": method,
            "RAW_URI": path,
            "PATH_INFO": path,
            "wsgi.url_scheme": self._scheme(about, line),
            "wsgi.input": BytesIO(body),
            "wsgi.errors": wsgi.WSGIErrorsWrapper(self._config),  # the log may have been opened anew
            "REMOTE_ADDR": line.client[0],
            "REMOTE_PORT": str(line.client[1]),
            "SERVER_NAME": line.server[0],
            "SERVER_PORT": str(line.server[1]),
        }

    def _scheme(self, about: dict[str, str], line: TConn) -> str:
        """Who may say it says how the request came to them."""
        config = self._config
        said = [name for name in config.secure_scheme_headers if name in about]
        allowed = config.forwarded_allow_ips, config.forwarded_allow_networks()
        if not said or not _ip_in_allow_list(line.client[0], *allowed):
            return "http"
        if len(said) > 1:
            raise NotPlainError
        return "https" if about[said[0]] == config.secure_scheme_headers[said[0]] else "http"


def _lower(ours: int, *theirs: int) -> int:
    """The lowest of these limits; gunicorn's are none where they are not above nought."""
    return min([ours, *(each for each in theirs if each > 0)])


def _length(about: dict[str, str]) -> int:
    stated = about.get("CONTENT-LENGTH", "0")
    if not (stated.isdecimal() and len(stated) < 8):
        raise NotPlainError
    return int(stated)


def _key(name: str) -> str:
    if name in {"CONTENT-TYPE", "CONTENT-LENGTH"}:
        return name.replace("-", "_")
    return "HTTP_" + name.replace("-", "_")
