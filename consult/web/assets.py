"""Static files under names that carry their hash, so that they can be kept for ever and never go stale."""

from __future__ import annotations

import functools
import gzip
import hashlib
from importlib import resources
from pathlib import Path

from flask import Flask, Response, abort, request

_KINDS = {".css": "text/css", ".js": "text/javascript", ".png": "image/png", ".txt": "text/plain"}


class Assets:
    """Every servable file of `consult/static`, by hashed name. Read once, when the application is made."""

    def __init__(self, folder: Path) -> None:
        self._urls: dict[str, str] = {}
        self._files: dict[str, tuple[bytes, bytes, str]] = {}
        for path in sorted(folder.rglob("*")):
            if not path.is_file() or path.suffix not in _KINDS:
                continue
            name = path.relative_to(folder).as_posix()
            content = path.read_bytes()
            digest = hashlib.sha256(content).hexdigest()[:10]
            hashed = f"{name.removesuffix(path.suffix)}.{digest}{path.suffix}"
            self._urls[name] = f"/static/{hashed}"
            # Static files hold no secret beside a guess, so compressing them gives nothing away.
            self._files[hashed] = (content, _packed(content), _KINDS[path.suffix])

    def url(self, name: str) -> str:
        """The address of a file. Raises KeyError for one that is not there: a fault in a template."""
        return self._urls[name]

    def answer(self, hashed: str) -> Response:
        """The file itself, immutable; 404 for a name that was never given out."""
        if hashed not in self._files:
            abort(404)
        content, packed, kind = self._files[hashed]
        if request.accept_encodings.quality("gzip") > 0:
            response = Response(packed, mimetype=kind, headers={"Content-Encoding": "gzip"})
        else:
            response = Response(content, mimetype=kind)
        response.headers["Vary"] = "Accept-Encoding"
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


@functools.cache
def _packed(content: bytes) -> bytes:
    """Compressed once in a process, however many applications are made in it."""
    return gzip.compress(content, mtime=0)


def init_app(app: Flask) -> None:
    """Serve the files and give templates `asset(name)`."""
    with resources.as_file(resources.files("consult") / "static") as folder:
        assets = Assets(folder)
    app.add_url_rule("/static/<path:hashed>", "static", assets.answer)
    app.jinja_env.globals["asset"] = assets.url
