"""Somebody of the team signs in some times a second: each try costs the slow hash of a passphrase.

The tries are of names that nobody has, each another one: by design they cost the same, and none is slowed
down by those before.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from itertools import count
from urllib.parse import urlencode

from benchmarks.servers import HOST

_PATH = "/team/sign-in"
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@contextmanager
def signing_in(port: int, per_second: float) -> Iterator[list[int]]:
    """So many sign-ins begin each second meanwhile, whether or not those before are done; gives their
    answers' status, as they come."""
    over, statuses = threading.Event(), list[int]()
    cookie, token = _form(port)
    names = count()

    def one() -> None:
        fields = {
            "csrf_token": token,
            "name": f"nobody{next(names)}",
            "passphrase": "a long way round the hill",
        }
        connection = HTTPConnection(HOST, port, timeout=60)
        headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", _PATH, urlencode(fields), headers)
        statuses.append(connection.getresponse().status)
        connection.close()

    def begin() -> None:
        begun = []
        while not over.wait(1 / per_second):
            begun.append(threading.Thread(target=one))
            begun[-1].start()
        for each in begun:
            each.join()

    clock = threading.Thread(target=begin)
    clock.start()
    try:
        yield statuses
    finally:
        over.set()
        clock.join()


def _form(port: int) -> tuple[str, str]:
    connection = HTTPConnection(HOST, port, timeout=60)
    connection.request("GET", _PATH)
    answer = connection.getresponse()
    cookie = (answer.headers["Set-Cookie"] or "").partition(";")[0]
    found = _TOKEN.search(answer.read().decode())
    connection.close()
    return cookie, found[1] if found else ""
