"""Both applications in one process: development and a small installation. What that gives up is in docs."""

from __future__ import annotations

from flask import Flask

from consult import factory, workbench
from consult.further.views import bp as further
from consult.published.views import bp as published
from consult.respond import quick
from consult.respond.views import bp as respond
from consult.settings import Settings
from consult.site.views import bp as site
from consult.site.views import doors


def create_app(settings: Settings | None = None) -> Flask:
    """Every page in one application."""
    return factory.create(
        "combined",
        settings,
        (site, doors, respond, further, published, *workbench.BLUEPRINTS),
        (workbench.add_vault, quick.init_app),
    )
