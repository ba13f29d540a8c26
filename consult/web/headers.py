"""The headers of every answer, and which of the two policies an address gets."""

from __future__ import annotations

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
_ALWAYS = {
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
}
_LANDING = "doors.landing"
"""The one page that search engines may show."""
_TWO_YEARS = "max-age=63072000; includeSubDomains"


def init_app(app: Flask, *, secure: bool, onion: str) -> None:
    """Put the headers on every answer; `secure` adds those that only make sense over HTTPS."""

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in _ALWAYS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault(
            "Content-Security-Policy", STAFF_POLICY if is_staff(request.path) else PUBLIC_POLICY
        )
        if request.endpoint == _LANDING and response.status_code == 200:
            del response.headers["X-Robots-Tag"]
        if secure and not is_onion(request.host):  # an onion address has no HTTPS to insist on
            response.headers.setdefault("Strict-Transport-Security", _TWO_YEARS)
            if onion:  # path only: a query could carry something of a person
                response.headers.setdefault("Onion-Location", onion.rstrip("/") + request.path)
        response.headers.pop("Server", None)
        return response
