"""Settings in, a Flask application out: the only wiring. Which pages it has is said by its caller."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence

from flask import Blueprint, Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from consult import logs
from consult.faults import Fault
from consult.models import base
from consult.records.writing import Writer
from consult.settings import Settings, SettingsError
from consult.turns import THREADS
from consult.vault import serverkeys
from consult.vault.sealing import IntakeVault
from consult.vault.serverkeys import ServerKeys
from consult.web import (
    assets,
    errors,
    guard,
    headers,
    languages,
    limits,
    migrating,
    paper,
    rendered,
    sessions,
    support,
    templating,
    throttle,
)
from consult.web.extensions import db

LARGEST_FORM = 256 * 1024
_SESSIONS = {"intake": {"visit"}, "workbench": {"staff"}, "combined": sessions.KINDS}
Part = Callable[[Flask, ServerKeys], None]


def create(
    name: str | None, settings: Settings | None, blueprints: Sequence[Blueprint], parts: Sequence[Part] = ()
) -> Flask:
    """Make the application `name` ("intake", "workbench" or "combined") with these pages.

    Without a name it is the one whose keys the key file holds: a command serves nobody and takes either.
    `parts` add what only some applications have, such as the vault that opens. Raises SettingsError,
    KeyFileError when the key file is absent or others can read it, or what `base.prepare_engine` refuses;
    the reason is also one line of standard error.
    """
    logs.set_up()
    try:
        return _made(name, settings or Settings.from_env(os.environ), blueprints, parts)
    except Fault as fault:
        if name:  # a server prints nothing of what goes wrong; a command says it by itself
            sys.stderr.write(f"consult: {fault}\n")
        raise


def _made(
    name: str | None, settings: Settings, blueprints: Sequence[Blueprint], parts: Sequence[Part]
) -> Flask:
    keys = serverkeys.read(settings.key_file)
    name = name or keys.application
    app = Flask("consult", static_folder=None, template_folder=None)
    if app.debug:
        raise SettingsError(["turn FLASK_DEBUG off: its pages show what people wrote"])
    if app.testing:
        raise SettingsError(["turn testing off: it hands errors on with what people wrote"])
    app.config.from_mapping(_config(settings, keys.flask_secret(name)))
    app.extensions["consult.settings"] = settings
    if name != "workbench":  # whose half of a key file could not make one
        app.extensions["consult.intake_vault"] = IntakeVault(keys.intake)
    db.init_app(app)
    with app.app_context():
        base.prepare_engine(db.engine)
        app.extensions["consult.writer"] = Writer(db.engine)
    migrating.init_app(app)
    sessions.init_app(
        app,
        secure=settings.secure_cookies,
        kinds=_SESSIONS[name],
        visit_idle_minutes=settings.visit_idle_minutes,
    )
    limits.init_app(app, settings.limits)
    throttle.init_app(app, keys.form)
    support.init_app(app)
    templating.init_app(app)
    rendered.init_app(app)
    paper.init_app(app)
    assets.init_app(app)
    languages.init_app(app)
    headers.init_app(app, secure=settings.secure_cookies, onion=settings.onion)
    guard.init_app(app)
    errors.init_app(app)
    for part in parts:
        part(app, keys)
    for blueprint in blueprints:
        app.register_blueprint(blueprint)
    if settings.proxy_depth:
        depth = settings.proxy_depth
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=depth, x_proto=depth, x_host=depth)  # type: ignore[method-assign]
    return app


def _config(settings: Settings, secret: bytes) -> dict[str, object]:
    return {
        "SECRET_KEY": secret,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        # Bound values are answers: they stay out of every error text.
        # As many connections as threads could want, a second one for a web session: no thread, and not the
        # loop that takes people in, ever waits for one. Few are kept. The one used last comes first: it
        # still holds the pages and statements that the next request of a person asks for.
        "SQLALCHEMY_ENGINE_OPTIONS": {
            "hide_parameters": True,
            "max_overflow": 2 * THREADS,
            "pool_use_lifo": True,
        },
        "TRUSTED_HOSTS": list(settings.hosts),
        "MAX_CONTENT_LENGTH": LARGEST_FORM,
        "MAX_FORM_MEMORY_SIZE": LARGEST_FORM,
        "WTF_CSRF_CHECK_DEFAULT": False,
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": settings.require_referer,
        "BABEL_DEFAULT_LOCALE": "en",
    }
