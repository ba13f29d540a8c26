"""Files under names that carry their hash: kept for ever, never stale, and nothing else is served."""

from __future__ import annotations

import gzip
import hashlib
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from consult.web.assets import Assets


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "sub").mkdir()
    (tmp_path / "app.css").write_bytes(b"p { color: black; }")
    (tmp_path / "sub" / "page.js").write_bytes(b"let a = 1;")
    (tmp_path / "notes.py").write_bytes(b"secret = 1")
    (tmp_path / "page.js.map").write_bytes(b"{}")
    return tmp_path


def test_a_name_carries_the_hash_of_what_is_in_the_file(folder: Path) -> None:
    digest = hashlib.sha256(b"p { color: black; }").hexdigest()[:10]
    assert Assets(folder).url("app.css") == f"/static/app.{digest}.css"


def test_another_content_has_another_name(folder: Path) -> None:
    before = Assets(folder).url("sub/page.js")
    (folder / "sub" / "page.js").write_bytes(b"let a = 2;")
    after = Assets(folder).url("sub/page.js")
    assert before != after
    assert all(re.fullmatch(r"/static/sub/page\.[0-9a-f]{10}\.js", name) for name in (before, after))


@pytest.mark.parametrize("name", ["notes.py", "page.js.map", "none.css", "", "../app.css"])
def test_a_file_of_another_kind_or_place_has_no_address(folder: Path, name: str) -> None:
    with pytest.raises(KeyError):
        Assets(folder).url(name)


def test_every_file_that_a_page_names_is_served_as_what_it_is(client: FlaskClient) -> None:
    kinds = {"css": "text/css", "js": "text/javascript", "png": "image/png"}
    for page in ("/privacy", "/team/sign-in"):
        named = re.findall(r'"(/static/[^"]+)"', client.get(page).text)
        assert len(named) >= 3
        for path in named:
            response = client.get(path)
            assert response.status_code == 200, path
            assert response.mimetype == kinds[path.rsplit(".", 1)[1]]
            assert hashlib.sha256(response.data).hexdigest()[:10] == path.rsplit(".", 2)[1]


@pytest.mark.parametrize(
    ("accepted", "packed"), [("gzip", True), ("br, gzip;q=0.5", True), ("gzip;q=0, br", False), ("", False)]
)
def test_a_file_comes_packed_to_those_who_can_unpack_it(
    app: Flask, client: FlaskClient, accepted: str, packed: bool
) -> None:
    path = str(app.jinja_env.globals["asset"]("app.css"))  # type: ignore[operator]
    response = client.get(path, headers={"Accept-Encoding": accepted})
    plain = client.get(path).data
    assert (response.headers.get("Content-Encoding") == "gzip") is packed
    assert (gzip.decompress(response.data) if packed else response.data) == plain
    assert response.headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    "name",
    [
        "app.css",
        "app.0000000000.css",
        "..%2f..%2fsettings.py",
        "../settings.py",
        "%2e%2e/%2e%2e/settings.py",
        "licences.txt/",
        "",
    ],
)
def test_a_name_that_was_never_given_out_is_not_there(client: FlaskClient, name: str) -> None:
    assert client.get(f"/static/{name}").status_code == 404


def test_a_file_needs_no_session_and_starts_none(client: FlaskClient, app: Flask) -> None:
    path = str(app.jinja_env.globals["asset"]("app.css"))  # type: ignore[operator]
    response = client.get(path, headers={"Cookie": "s=" + "A" * 43})
    assert response.status_code == 200
    assert "Set-Cookie" not in response.headers
