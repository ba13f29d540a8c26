"""S1: nothing that anybody wrote can be found in what the service leaves on disk, in any usual encoding."""

from __future__ import annotations

import base64
import gzip
import os
import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from consult.records import codings, opened, quotes, themes
from consult.records.codings import Coding
from consult.records.themes import ThemeText
from consult.web.extensions import db
from tests.builders import PASSPHRASE, Team, make_team, release
from tests.forms import FULL
from tests.visitor import Visitor

CANARIES = 200 if FULL else 50
PACKED = re.compile(rb"\x78[\x01\x5e\x9c\xda]|\x1f\x8b\x08")
"""How zlib and gzip begin."""


def test_no_canary_is_found_in_database_log_temporary_files_or_output(
    app: Flask,
    visitor: Visitor,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    figure: Callable[[str, object], None],
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    team = make_team(app)
    canaries = [f"canary-{number}-{os.urandom(6).hex()}" for number in range(CANARIES)]
    secrets = [*canaries, PASSPHRASE]
    for number in range(0, CANARIES, 5):
        secrets += _one_person(team, visitor, canaries[number : number + 5], sends=number % 2 == 0)
    release(team)
    _team_notes(team)
    traces = {name: unpacked(content) for name, content in _left_behind(app, tmp_path, scratch)}
    printed = capfd.readouterr()
    traces["output"] = (printed.out + printed.err).encode()
    assert len(traces) >= 2
    found = [
        (name, secret)
        for name, content in traces.items()
        for secret in secrets
        for spelling in spellings(secret)
        if spelling in content
    ]
    assert found == []
    figure("canaries", f"{CANARIES} in 7 spellings, packed or not")
    figure("files searched", len(traces))
    figure("found", len(found))


def test_the_search_would_find_a_canary_that_was_packed(tmp_path: Path) -> None:
    for pack in (zlib.compress, gzip.compress):
        content = os.urandom(5000) + pack(b"before canary-in-a-pack after" * 20) + os.urandom(5000)
        assert b"canary-in-a-pack" in unpacked(content)


def test_the_search_would_find_a_canary_that_was_stored_in_clear(app: Flask, tmp_path: Path) -> None:
    team = make_team(app)
    team.consultation.title = "canary in clear"
    team.session.commit()
    traces = dict(_left_behind(app, tmp_path, tmp_path))
    assert any(
        spelling in content for content in traces.values() for spelling in spellings("canary in clear")
    )


def spellings(secret: str) -> list[bytes]:
    """A text as UTF-8, UTF-16, hex and base64 at each of the three places it can start."""
    plain = secret.encode()
    found = [plain, secret.encode("utf-16-le"), secret.encode("utf-16-be"), plain.hex().encode()]
    for shift in range(3):
        whole = base64.b64encode(b"x" * shift + plain)
        found.append(whole[(0, 2, 3)[shift] : len(whole) - 4])
    return found


def unpacked(content: bytes) -> bytes:
    """A file, and behind it whatever in it can be unpacked with zlib or gzip."""
    found = [content]
    for start in PACKED.finditer(content):
        unpacker = zlib.decompressobj(wbits=47)
        with suppress(zlib.error):
            found.append(unpacker.decompress(content[start.start() : start.start() + 65536], 262144))
    return b"\0".join(found)


def _one_person(team: Team, visitor: Visitor, words: list[str], *, sends: bool) -> list[str]:
    """Five canaries through drafts, answers and an error page. Some send, some leave a draft."""
    visitor.visit(f"/about/{team.survey.slug}")
    visitor.press("Start")
    code = visitor.take_code()
    visitor.press("Continue", {"depth": "full"})
    visitor.press("Continue", {"helped_words": words[0] * 300})
    assert visitor.status == 422
    visitor.press("Continue", {"helped_words": " ".join(words[1:3]), "looked": words[3]})
    visitor.press("Continue", {"looked": "yes", "helped_words": " ".join(words[1:3])})
    if sends:
        visitor.press("Continue", {"words_use": "quote"})
        visitor.press("Yes, use my answers: send them")
        visitor.press("Close this page")
    else:
        visitor.press("Save and come back", {"words_use": "quote"})
        visitor.press("I have my code: stop for now")
    visitor.client.get(f"/s/{team.survey.slug}?text={words[4]}", base_url="http://localhost")
    return [code]


def _team_notes(team: Team) -> None:
    """A coding of a whole answer and a quote of its words: what the team writes is sealed too."""
    unlocked = team.unlocked()
    theme = themes.add(team.session, team.consultation, ThemeText(name="Being heard"))
    everyone = opened.released(team.session, team.vault, team.consultation, unlocked.keys)
    response = next(each for each in everyone if each.words_consent == "quote")
    words = str(response.answers["helped_words"])
    coding = codings.add(
        team.session,
        team.vault,
        team.consultation,
        unlocked.keys,
        Coding(
            response_id=response.id,
            response_rev=response.rev,
            question_id="helped_words",
            start=0,
            end=len(words),
            theme_id=theme.id,
            coder_id=team.account.id,
            seq=1,
        ),
    )
    desk = quotes.Desk(
        session=team.session, vault=team.vault, consultation=team.consultation, keys=unlocked.keys
    )
    span = quotes.Span(
        coding_id=coding.id,
        response_id=coding.response_id,
        theme_id=coding.theme_id,
        question_id=coding.question_id,
        start=coding.start,
        end=coding.end,
    )
    quotes.propose(desk, response, span, words, account_id=team.account.id)
    team.session.commit()


def _left_behind(app: Flask, home: Path, scratch: Path) -> Iterator[tuple[str, bytes]]:
    """Every file of the database as it is now, all temporary files, and PostgreSQL's files and log."""
    db.session.rollback()
    if db.engine.dialect.name == "sqlite":
        for path in home.glob("consult.db*"):
            yield path.name, path.read_bytes()
    else:
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("CHECKPOINT"))
            folder = Path(connection.execute(text("SHOW data_directory")).scalar_one())
        for path in (*folder.glob("base/*/*"), *folder.glob("pg_wal/*")):
            if path.is_file():
                yield str(path.relative_to(folder)), path.read_bytes()
        yield "server log", Path(os.environ["CONSULT_TEST_DATABASE_LOG"]).read_bytes()
    for path in scratch.rglob("*"):
        if path.is_file() and path.parent != home:
            yield f"temporary {path.name}", path.read_bytes()
    assert app
