"""Extensions, unbound, and the way views reach what the factory made."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import current_app
from flask_babel import Babel
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from flask_wtf.csrf import CSRFProtect

from consult.faults import RefusedError
from consult.models.base import Base
from consult.records.reading import Reading
from consult.settings import Settings

if TYPE_CHECKING:
    from consult.mail import Post
    from consult.records.writing import Writer
    from consult.vault.opening import WorkbenchVault
    from consult.vault.sealing import IntakeVault


class WebSession(Reading, FlaskSession):
    """The session of a request; where it is somebody's who answers, it also reads single rows."""


db = SQLAlchemy(model_class=Base, session_options={"class_": WebSession})
csrf = CSRFProtect()
babel = Babel()


def settings() -> Settings:
    """The settings of the running application."""
    return cast("Settings", current_app.extensions["consult.settings"])


def intake_vault() -> IntakeVault:
    """The vault that seals and cannot open. Only where respondents' pages are mounted.

    Raises RefusedError in a command that has the workbench's half of a key file only.
    """
    if "consult.intake_vault" not in current_app.extensions:
        raise RefusedError("this seals answers: it needs the whole key file and not the workbench's half")
    return cast("IntakeVault", current_app.extensions["consult.intake_vault"])


def workbench_vault() -> WorkbenchVault:
    """The vault of the team. Only where the workbench is mounted."""
    return cast("WorkbenchVault", current_app.extensions["consult.workbench_vault"])


def post() -> Post:
    """Whatever takes letters to panellists. Only where the workbench is mounted."""
    return cast("Post", current_app.extensions["consult.post"])


def writer() -> Writer:
    """The one writer of this process."""
    return cast("Writer", current_app.extensions["consult.writer"])
