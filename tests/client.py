"""A client whose requests stand alone, as those of a browser do."""

from __future__ import annotations

import contextvars
from typing import Any

from flask import has_app_context
from flask.testing import FlaskClient
from werkzeug.routing import AnyConverter, Rule
from werkzeug.test import TestResponse

from consult.web.extensions import db


def fixed_parts(rule: Rule) -> dict[str, str]:
    """A word for each part of an address that takes one of a few."""
    return {
        name: min(converter.items)
        for name, converter in rule._converters.items()
        if isinstance(converter, AnyConverter)
    }


class StandaloneClient(FlaskClient):
    """Each request gets a context and a database session of its own, and finds no lock held by the test."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Make the request. Raises AssertionError when the test left work uncommitted."""
        if has_app_context():
            session = db.session()
            left = [*session.new, *session.dirty, *session.deleted]
            assert not left, "commit before a request"
            session.rollback()
        answer: TestResponse = contextvars.Context().run(super().open, *args, **kwargs)
        return answer
