"""Templates compiled beforehand: written once by whoever installs the service, and only read by a server.

They lie beside the templates as Python's own compiled files do beside its modules, and are trusted as these
are. Each belongs to the very text that it was made of, which is read as ever: a template that was changed is
compiled anew, in memory, and never served old. So it is where nothing was written, or by another Jinja.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import jinja2
from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket

from consult.resources import TEMPLATES

FOLDER = TEMPLATES / "__pycache__"
_KINDS = ("html", "txt")


class Compiled(BytecodeCache):
    """Reads what was written for this Jinja and for `settings`, whatever else templates are compiled by."""

    def __init__(self, settings: bytes, folder: Path | None = None) -> None:
        self._folder = folder or FOLDER
        self._mark = sha256(jinja2.__version__.encode() + b"\0" + settings).hexdigest()[:16]

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill the bucket. A file of another text, a broken one or none leaves it empty."""
        try:
            with self.file(bucket).open("rb") as written:
                bucket.load_bytecode(written)
        except Exception:  # noqa: BLE001 - whatever is wrong with it, the template itself is there
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep nothing: a server writes to its database alone."""

    def file(self, bucket: Bucket) -> Path:
        """Where a template's code is."""
        return self._folder / f"{bucket.key}.{self._mark}"

    def write(self, environment: Environment) -> int:
        """Compile every template of an environment; returns how many there are. Raises OSError."""
        self._folder.mkdir(exist_ok=True)
        for left in self._folder.iterdir():
            left.unlink()
        environment.bytecode_cache = _Writing(self)
        names = environment.list_templates(extensions=_KINDS)
        for name in names:
            environment.get_template(name)
        return len(names)


class _Writing(BytecodeCache):
    """Reads nothing and writes what was compiled."""

    def __init__(self, compiled: Compiled) -> None:
        self._compiled = compiled

    def load_bytecode(self, bucket: Bucket) -> None:
        pass

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._compiled.file(bucket).write_bytes(bucket.bytecode_to_string())
