"""The headers of every answer, and which of the two policies an address gets."""

from __future__ import annotations

from collections.abc import Callable, Collection

from flask import Flask, Response, request

from consult.web.areas import is_onion, is_staff

TEMPLATE_SCRIPT = "sha256-GUQ5ad8JK5KmEWmROf3LZd9ge94daqNvd8xy9YS1iDw="
"""Hash of the one inline script in the GOV.UK template, which staff pages use; a test computes it again."""

PUBLIC_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; object-src 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
STAFF_POLICY = (
    f"default-src 'none'; script-src 'self' '{TEMPLATE_SCRIPT}'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "object-src 'none'"
)
_ALWAYS: Collection[tuple[str, str]] = {
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), accelerometer=(), "
    "gyroscope=(), magnetometer=(), browsing-topics=()",
    "X-Robots-Tag": "noindex",
    "Cache-Control": "no-store",
}.items()
_LANDING = "doors.landing"
"""The one page that search engines may show."""
_TWO_YEARS = "max-age=63072000; includeSubDomains"


def init_app(app: Flask, *, secure: bool, onion: str) -> None:
    """Put the headers on every answer; `secure` adds those that only make sense over HTTPS."""

    @app.after_request
    def add_headers(response: Response) -> Response:
        path = request.path
        # An onion address has no HTTPS to insist on.
        wanted = _wanted(path, secure=secure and not is_onion(request.host), onion=onion)
        said = {name.lower() for name in response.headers.keys()}  # noqa: SIM118 - it holds pairs
        response.headers.extend([pair for pair in wanted if pair[0].lower() not in said])
        if request.endpoint == _LANDING and response.status_code == 200:
            del response.headers["X-Robots-Tag"]
        if "server" in said:
            del response.headers["Server"]
        return response


def of_a_survey(*, secure: bool, onion: str) -> Callable[[str, int], list[tuple[str, str]]]:
    """Gives all headers of a page of a survey, from its path and length. Not for onion addresses."""

    def headers(path: str, length: int) -> list[tuple[str, str]]:
        own = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(length))]
        return own + _wanted(path, secure=secure, onion=onion)

    return headers


def _wanted(path: str, *, secure: bool, onion: str) -> list[tuple[str, str]]:
    wanted = [*_ALWAYS, ("Content-Security-Policy", STAFF_POLICY if is_staff(path) else PUBLIC_POLICY)]
    if secure:
        wanted.append(("Strict-Transport-Security", _TWO_YEARS))
        if onion:  # path only: a query could carry something of a person
            wanted.append(("Onion-Location", onion.rstrip("/") + path))
    return wanted
