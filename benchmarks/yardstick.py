"""The other side of every ratio: the least that a Flask survey needs, plainly written, with WTForms.

/hello    text, no template, no session
/form     GET: a page of 15 fields, about 10 KiB, with a token against forged requests
          POST: validated, one committed INSERT, 303
Set by the environment: BENCH_STORE is none, sqlite (WAL, synchronous FULL) or postgres; BENCH_PLACE the file
or the address; BENCH_SEAL=1 seals the answer by HPKE before it is stored. Knows nothing of the product.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
import time
from collections.abc import Callable

import psycopg
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from flask import Flask, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from jinja2 import DictLoader
from wtforms import (  # type: ignore[attr-defined]  # the stubs trail the library
    BooleanField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from benchmarks.yardstick_page import PAGE

Put = Callable[[bytes], None]
_AGREEMENT = [
    SelectChoice(value=str(place), label=words)
    for place, words in enumerate(
        ("Not at all", "A little", "Neither one nor the other", "For the most part", "Completely")
    )
]
_MATTERS = [SelectChoice(value=f"m{place}", label=f"Matter {place} of the eight named") for place in range(8)]


class AnswerForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """Fifteen fields of the kinds that surveys use."""

    waited = RadioField("The wait was bearable", choices=_AGREEMENT, validators=[InputRequired()])
    heard = RadioField("People listened", choices=_AGREEMENT, validators=[InputRequired()])
    near = RadioField("The place was near enough", choices=_AGREEMENT, validators=[InputRequired()])
    again = RadioField("I would come again", choices=_AGREEMENT, validators=[InputRequired()])
    first = SelectField("What matters most?", choices=_MATTERS)
    others = SelectMultipleField("What else matters?", choices=_MATTERS)
    age = IntegerField("Your age", validators=[Optional(), NumberRange(0, 120)])
    visits = IntegerField("How many times did you come?", validators=[Optional(), NumberRange(0, 400)])
    region = StringField("Your region", validators=[Length(max=80)])
    work = StringField("Your work", validators=[Length(max=80)])
    group = BooleanField("I answer for a group")
    better = TextAreaField("What should be better?", validators=[Length(max=4000)])
    keep = TextAreaField("What should stay?", validators=[Length(max=4000)])
    effect = TextAreaField("What did it change for you?", validators=[Length(max=4000)])
    else_ = TextAreaField("Anything else?", name="else", validators=[Length(max=4000)])


_SENTENCE = "The room was quiet and warm, and somebody explained at the start what would happen next. "
ANSWERS: dict[str, str | list[str]] = {
    "waited": "3", "heard": "4", "near": "1", "again": "4", "first": "m2", "others": ["m1", "m4", "m6"],
    "age": "47", "visits": "6", "region": "Upper Valley", "work": "Joiner", "group": "y",
    "better": _SENTENCE * 6,    "keep": _SENTENCE * 5, "effect": _SENTENCE * 7, "else": _SENTENCE * 3,
}  # fmt: skip
"""A form that validates: about 2 KiB of text."""


def create_app() -> Flask:
    """The application, as the environment says."""
    app = Flask(__name__)
    app.config.update(SECRET_KEY=os.environ.get("BENCH_SECRET", "one run"), WTF_CSRF_TIME_LIMIT=None)
    app.jinja_loader = DictLoader({"form.html": PAGE})
    put = _store(os.environ.get("BENCH_STORE", "none"), os.environ.get("BENCH_PLACE", ""))
    seal = _sealer() if os.environ.get("BENCH_SEAL") == "1" else _as_is

    @app.get("/hello")
    def hello() -> str:
        return "hello"

    @app.route("/form", methods=["GET", "POST"])
    def form() -> ResponseReturnValue:
        page = AnswerForm()
        if page.validate_on_submit():
            typed = {name: value for name, value in page.data.items() if name != "csrf_token"}
            put(seal(json.dumps(typed).encode()))
            return redirect("/thanks", 303)
        return render_template("form.html", form=page)

    @app.get("/thanks")
    def thanks() -> str:
        return "thanks"

    return app


def _as_is(plain: bytes) -> bytes:
    return plain


def _sealer() -> Callable[[bytes], bytes]:
    suite = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
    public = X25519PrivateKey.generate().public_key()
    return lambda plain: suite.encrypt(plain, public, info=b"survey")


def _store(kind: str, place: str) -> Put:
    """One connection a thread, one commit an answer."""
    local = threading.local()
    if kind == "none":
        return lambda _: None
    if kind == "postgres":
        with psycopg.connect(place) as admin:
            admin.execute("SELECT pg_advisory_xact_lock(1)")  # both workers come here at once
            admin.execute(
                "CREATE TABLE IF NOT EXISTS answer (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "
                "arrived DOUBLE PRECISION NOT NULL, body BYTEA NOT NULL)"
            )

        def put_there(body: bytes) -> None:
            if not hasattr(local, "server"):
                local.server = psycopg.connect(place, autocommit=True)
            local.server.execute("INSERT INTO answer (arrived, body) VALUES (%s, %s)", (time.time(), body))

        return put_there
    _open_file(place).execute(
        "CREATE TABLE IF NOT EXISTS answer "
        "(id INTEGER PRIMARY KEY, arrived REAL NOT NULL, body BLOB NOT NULL)"
    )

    def put_here(body: bytes) -> None:
        if not hasattr(local, "file"):
            local.file = _open_file(place)
        local.file.execute("INSERT INTO answer (arrived, body) VALUES (?, ?)", (time.time(), body))

    return put_here


def _open_file(place: str) -> sqlite3.Connection:
    """Each statement is its own transaction, on disk before the call returns."""
    connection = sqlite3.connect(place, isolation_level=None, timeout=30, check_same_thread=False)
    for left in range(100, -1, -1):  # both workers come here at once, and SQLite does not queue for this
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            break
        except sqlite3.OperationalError:
            if not left:
                raise
            time.sleep(0.02)
    connection.execute("PRAGMA synchronous=FULL")
    return connection
