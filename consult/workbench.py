"""The team's application: unlock, code, link, read the evidence, export."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask

import consult.models.every  # noqa: F401 - all tables are known from here on
from consult import factory, mail
from consult.accounts.views import bp as accounts
from consult.afterwards.views import bp as afterwards
from consult.coding.service import meaning
from consult.coding.views import bp as coding
from consult.evidence.views import bp as evidence
from consult.exchange.views import bp as exchange
from consult.gathering.views import bp as paper
from consult.gathering.views import imports
from consult.literature.views import bp as literature
from consult.making.views import bp as making
from consult.manage.views import bp as manage
from consult.panel.views import bp as panel
from consult.panel.views import door as panellists
from consult.records import held, opened
from consult.reports.views import bp as reports
from consult.settings import Settings
from consult.site.views import bp as site

if TYPE_CHECKING:
    from consult.vault.serverkeys import ServerKeys

BLUEPRINTS = (
    accounts,
    manage,
    making,
    paper,
    imports,
    coding,
    evidence,
    literature,
    exchange,
    reports,
    afterwards,
    panel,
    panellists,
)


def add_vault(app: Flask, keys: ServerKeys) -> None:
    """Give the application the vault that opens, for whoever unlocks it."""
    app.extensions["consult.workbench_vault"] = opened.make_vault(keys)
    settings: Settings = app.extensions["consult.settings"]
    held.hold_no_longer_than(settings.staff_idle_minutes * 60)
    meaning.allow(on=settings.meaning, scheduler=settings.dask_scheduler)
    app.extensions["consult.post"] = mail.post(settings.mail_url, settings.outbox, settings.mail_from)


def create_app(settings: Settings | None = None) -> Flask:
    """The workbench, with the way to leave and the pages on safety and support."""
    return factory.create("workbench", settings, (site, *BLUEPRINTS), (add_vault,))
