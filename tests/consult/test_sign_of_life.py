"""A server that works is left alone, however long it has nothing to do, and one that hangs is replaced."""

from __future__ import annotations

import http.client
import os
import signal
import time
from collections.abc import Iterator
from contextlib import closing

import pytest
from flask import Flask

from consult.settings import Settings
from tests.served import Server

PATIENCE = 2
"""Seconds without a sign of life after which gunicorn gives a worker up."""


@pytest.fixture
def server(settings: Settings, app: Flask) -> Iterator[Server]:
    """One worker, and a master without much patience."""
    started = Server(settings, processes=1, more=("--timeout", str(PATIENCE)))
    yield started
    started.kill()


def answers(server: Server) -> bool:
    """Whether somebody is there now."""
    try:
        with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)) as line:
            line.request("GET", "/health")
            return line.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False


def test_a_worker_with_nothing_to_do_and_one_with_much_is_left_alone(server: Server) -> None:
    begun = server.workers()
    time.sleep(PATIENCE * 2)
    end = time.monotonic() + PATIENCE * 2
    while time.monotonic() < end:
        assert answers(server)
    assert server.workers() == begun


def test_a_worker_that_hangs_is_replaced(server: Server) -> None:
    (hung,) = server.workers()
    os.kill(hung, signal.SIGSTOP)
    end = time.monotonic() + 30
    while not (answers(server) and hung not in server.workers()):
        assert time.monotonic() < end
        time.sleep(0.2)
