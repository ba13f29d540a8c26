"""What goes wrong with one answer that the loop makes ends that line, and nothing else."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from contextlib import closing

import pytest

from consult.settings import Settings
from tests.served import Server

SOON = 20


@pytest.fixture
def server(settings: Settings) -> Iterator[Server]:
    """One worker, for an application with faults."""
    started = Server(settings, processes=1, application="tests.consult.faulty:create_app()")
    yield started
    started.kill()


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_fault_of_one_answer_ends_its_line_alone(server: Server, method: str) -> None:
    workers = server.workers()
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=SOON)) as other:
        assert _asked(other, method, "/s/right") == b"1"
        for path in ("/s/raises", "/s/headers"):
            line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=SOON)
            with closing(line), pytest.raises(http.client.RemoteDisconnected):
                _asked(line, method, path)
        assert _asked(other, method, "/s/right") == b"1"
    assert server.workers() == workers


def _asked(line: http.client.HTTPConnection, method: str, path: str) -> bytes:
    line.request(method, path, body=b"" if method == "POST" else None)
    return line.getresponse().read()
