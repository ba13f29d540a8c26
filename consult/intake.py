"""The public application: it takes answers in and seals them, and has nothing that opens them again."""

from __future__ import annotations

from flask import Flask

from consult import factory, turns
from consult.further.views import bp as further
from consult.published.views import bp as published
from consult.respond import quick
from consult.respond.views import bp as respond
from consult.settings import Settings
from consult.site.views import bp as site
from consult.site.views import doors


def create_app(settings: Settings | None = None) -> Flask:
    """The intake. No page of the team, no analysis library, no key."""
    app = factory.create("intake", settings, (site, doors, respond, further, published), (quick.init_app,))
    app.extensions[turns.MANY] = True
    return app
