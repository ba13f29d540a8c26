"""Heads that are read here: the same requests as gunicorn reads, into the same environment, or none."""

from __future__ import annotations

from contextlib import suppress
from types import SimpleNamespace
from typing import Any

import pytest
from gunicorn import http
from gunicorn.config import Config
from gunicorn.http import wsgi
from hypothesis import given, settings
from hypothesis import strategies as st

from consult.serving.heads import LONGEST, MOST, Heads, NotPlainError

_OURS = {"wsgi.errors", "wsgi.input", "wsgi.multithread", "wsgi.early_hints"}
"""Made anew by each, and compared apart or not worth comparing."""
CHROMIUM = """POST /s/one HTTP/1.1
Host: answers.example
Connection: keep-alive
Content-Length: 12
Cache-Control: max-age=0
sec-ch-ua: "Chromium";v="140", "Not=A?Brand";v="24"
sec-ch-ua-mobile: ?1
Origin: https://answers.example
Content-Type: application/x-www-form-urlencoded
Upgrade-Insecure-Requests: 1
User-Agent: Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0
Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8
Sec-Fetch-Site: same-origin
Sec-Fetch-Mode: navigate
Sec-Fetch-User: ?1
Referer: https://answers.example/s/one
Accept-Encoding: gzip, deflate, br, zstd
Accept-Language: cy-GB,cy;q=0.9,en;q=0.8
Cookie: __Host-s=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA

act=continue"""
FIREFOX = """GET /s/one HTTP/1.1
Host: localhost:5000
User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0
Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8
Accept-Language: en-GB,en;q=0.5
Accept-Encoding: gzip, deflate, br, zstd
DNT: 1
Connection: keep-alive
Cookie: s=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
Priority: u=0, i
TE: trailers

"""
BEHIND_NGINX = """GET /s/one HTTP/1.1
Host: answers.example
X-Forwarded-Host: answers.example
X-Forwarded-Proto: https
X-Forwarded-For: 192.0.2.1
Accept: */*

"""
LINES = [
    *(
        "Host: localhost",
        "host: elsewhere",
        "Content-Length: 12",
        "content-length: 3",
        "Content-Length: 0012",
    ),
    *("Content-Length: -1", "Content-Length: +3", "Content-Length: 99999999", "Content-Length: 1 2"),
    *("Transfer-Encoding: chunked", "Transfer-Encoding: identity", "Expect: 100-continue", "Expect: tea"),
    *("Connection: close", "Connection: keep-alive", "Connection: Upgrade", "connection: Keep-Alive, TE"),
    *("X-Forwarded-Proto: https", "X-Forwarded-Proto: http", "X-Forwarded-Protocol: ssl"),
    *("X-Forwarded-SSL: on", "X_Forwarded_Proto: https", "Script-Name: /s", "SCRIPT_NAME: /s"),
    *(
        "Cookie: s=a; t=b",
        "Cookie:s=a",
        "Cookie: ",
        "Cookie:",
        "Cookie : s=a",
        " folded",
        "\tfolded",
        "nothing",
    ),
    *("Accept:  two spaces", "Accept: space at the end ", "Accept: a\tb", "Accept: \x00", "Accept: \x7f"),
    *("Accept: é", "Äccept: a", "Accept: a:b: c", ": nameless", "A(b): c", "Content-Type: text/plain"),
    *(
        "Proxy: here",
        "Trailer: a",
        "Upgrade: websocket",
        "TE: trailers",
        "Accept: a\nB: c",
        "Accept: a\rB: c",
    ),
]
ORDINARY = [
    line
    for text in (CHROMIUM, FIREFOX, BEHIND_NGINX)
    for line in text.splitlines()
    if ": " in line and not line.startswith("Content-Length")
]
NOT_PLAIN = [
    *(
        "Accept: \0",
        "Accept: a\tb",
        "Accept: é",
        "Accept: a ",
        "Accept:  a",
        "Accept:a",
        "Accept: ",
        "Accept : a",
    ),
    *(" folded", "nothing", "A_B: c", "A\nB: c", "Accept: a\rB: c"),
]
TARGETS = [
    *("/s/one", "/s/one?a=b", "/s/one#a", "//s/one", "/s//one", "/s/%6Fne", "/", "", "*", "s/one", "/s/é"),
    *("http://localhost/s/one", "/s/one;a", "/../s/one", "/s/one/", "/s/./one", "/s/one two", "/S-_."),
]
CONFIGS: dict[str, dict[str, object]] = {
    "as it comes": {},
    "every proxy": {"forwarded_allow_ips": "*"},
    "no proxy": {"forwarded_allow_ips": "192.0.2.7"},
    "two processes": {"workers": 2},
}


ODD = {
    "target": TARGETS,
    "method": ["HEAD", "get", "PUT", "GET ", "POST", "GET"],
    "version": ["HTTP/1.0", "HTTP/2.0", "http/1.1", "HTTP/1.1 "],
    "end": ["\n", "", "\r\n\r\n"],
    "after": ["x", "GET /s/two HTTP/1.1\r\n\r\n"],
}


@st.composite
def heads(draw: st.DrawFn) -> bytes:
    """A request as browsers send it, with a few things that they would not do."""
    said = draw(st.lists(st.sampled_from(ORDINARY), max_size=6, unique_by=lambda each: each.split(":")[0]))
    part = {"method": "GET", "target": "/s/one", "version": "HTTP/1.1", "end": "\r\n", "after": ""}
    body = draw(st.sampled_from(["", "act=continue"]))
    if body:
        part["method"] = "POST"
        said.append(f"Content-Length: {len(body)}")
    for odd in draw(st.sets(st.sampled_from(sorted(ODD)), max_size=1)):
        part[odd] = draw(st.sampled_from(ODD[odd]))
    for odd in draw(st.lists(st.sampled_from(LINES), max_size=2)):
        said.insert(draw(st.integers(0, len(said))), odd)
    first = f"{part['method']} {part['target']} {part['version']}"
    whole = bytearray("\r\n".join([first, *said, part["end"]]).encode("latin-1"))
    whole += (body + part["after"]).encode()
    if draw(st.integers(0, 9)) == 0:
        whole[draw(st.integers(0, len(whole) - 1))] = draw(st.integers(0, 255))
    return bytes(whole)


def line(client: Any = ("127.0.0.1", 1)) -> Any:
    """A line from this machine."""
    return SimpleNamespace(client=client, server=("127.0.0.1", 5000), parser=None)


def config(which: str = "as it comes") -> Config:
    """Gunicorn's, with this changed."""
    made = Config()
    for name, value in CONFIGS[which].items():
        made.set(name, value)
    return made


def by_gunicorn(received: bytes, settings: Config) -> tuple[Any, dict[str, Any]]:
    """The request as gunicorn's parser has it, and its environment."""
    found = next(http.get_parser(settings, [received], line().client))
    return found, wsgi.create(found, None, line().client, line().server, settings)[1]


def same(received: bytes, which: str = "as it comes") -> None:
    """What is read here must be what gunicorn reads. Raises NotPlainError where nothing is read here."""
    ours = Heads(config(which)).environ(received, line())
    found, theirs = by_gunicorn(received, config(which))
    assert {name: value for name, value in ours.items() if name not in _OURS} == {
        name: value for name, value in theirs.items() if name not in _OURS
    }
    assert ours["wsgi.input"].read() == theirs["wsgi.input"].read()
    assert not found.unreader.take_buffered()  # nothing was behind it
    assert found.version == (1, 1)
    assert not found.should_close()


@pytest.mark.parametrize("which", CONFIGS)
@pytest.mark.parametrize("text", [CHROMIUM, FIREFOX, BEHIND_NGINX])
def test_what_browsers_send_is_read_here_as_gunicorn_reads_it(text: str, which: str) -> None:
    same(text.replace("\n", "\r\n").encode(), which)


@settings(max_examples=400, deadline=None)
@given(received=heads(), which=st.sampled_from(sorted(CONFIGS)))
def test_whatever_is_read_here_gunicorn_reads_the_same_way(received: bytes, which: str) -> None:
    with suppress(NotPlainError):  # then gunicorn reads it, whatever it is
        same(received, which)


@pytest.mark.parametrize(
    ("which", "said", "scheme"),
    [
        ("as it comes", "X-Forwarded-Proto: https", "https"),
        ("as it comes", "X-Forwarded-Proto: http", "http"),
        ("no proxy", "X-Forwarded-Proto: https", "http"),
        ("every proxy", "X-Forwarded-SSL: on", "https"),
    ],
)
def test_only_a_proxy_of_ours_says_how_somebody_came(which: str, said: str, scheme: str) -> None:
    received = f"GET /s/one HTTP/1.1\r\nHost: localhost\r\n{said}\r\n\r\n".encode()
    same(received, which)
    assert Heads(config(which)).environ(received, line())["wsgi.url_scheme"] == scheme


@pytest.mark.parametrize(
    "head",
    [
        "GET /s/one HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        "GET /s/one HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n",
        "POST /s/one HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /s/one HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
        "POST /s/one HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcGET /",
        "GET /s/one HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET /s/one HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n",
        "GET /s/one HTTP/1.1\r\nHost: a\r\nX-Forwarded-Proto: https\r\nX-Forwarded-SSL: on\r\n\r\n",
        "GET /s/one?a HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /s/one HTTP/1.1\nHost: a\n\n",
        f"GET /s/one HTTP/1.1\r\nHost: a\r\nCookie: {'x' * LONGEST}\r\n\r\n",
        *(f"GET /s/one HTTP/1.1\r\nHost: a\r\n{line}\r\n\r\n" for line in NOT_PLAIN),
    ],
)
def test_what_is_less_than_plain_is_for_gunicorn(head: str) -> None:
    with pytest.raises(NotPlainError):
        Heads(config()).environ(head.encode(), line())


def test_a_line_without_an_address_a_proxy_before_the_head_and_a_place_below_are_for_gunicorn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plain = b"GET /s/one HTTP/1.1\r\nHost: a\r\n\r\n"
    assert Heads(config()).environ(plain, line())["PATH_INFO"] == "/s/one"
    with pytest.raises(NotPlainError):
        Heads(config()).environ(plain, line(client=""))  # a socket in the file system
    announced = config()
    announced.set("proxy_protocol", "auto")
    with pytest.raises(NotPlainError):
        Heads(announced).environ(plain, line())
    monkeypatch.setenv("SCRIPT_NAME", "/below")
    with pytest.raises(NotPlainError):
        Heads(config()).environ(plain, line())


@pytest.mark.parametrize(
    ("limit", "most"),
    [("limit_request_fields", 2), ("limit_request_line", 30), ("limit_request_field_size", 40)],
)
def test_a_limit_of_gunicorns_that_is_lower_holds_here_too(limit: str, most: int) -> None:
    received = b"GET /s/one HTTP/1.1\r\nHost: a\r\nAccept: b\r\nCookie: c\r\n\r\n"
    assert Heads(config()).environ(received, line())["HTTP_COOKIE"] == "c"
    lower = config()
    lower.set(limit, most)
    with pytest.raises(NotPlainError):
        Heads(lower).environ(received, line())


def test_more_headers_than_any_browser_sends_are_for_gunicorn() -> None:
    for count, read in ((MOST, True), (MOST + 1, False)):
        lines = "".join(f"A{number}: b\r\n" for number in range(count))
        received = f"GET /s/one HTTP/1.1\r\n{lines}\r\n".encode()
        if read:
            same(received)
        else:
            with pytest.raises(NotPlainError):
                same(received)
