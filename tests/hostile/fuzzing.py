"""S25: bytes led by coverage against everything that reads what others wrote: a value, or the declared error.

`python -m tests.hostile.fuzzing TARGET FOLDER SECONDS` fuzzes one reader with atheris, which make hostile
installs. FOLDER takes the corpus. An error that was not declared ends it with a status other than 0.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

Reader = Callable[[bytes], object]
INSTRUMENTED = ["consult.vault", "consult.faults", "surveys", "tomllib", "base64", "json"]


def _envelopes() -> tuple[Reader, list[bytes], type[Exception]]:
    from consult.vault import envelope  # noqa: PLC0415 - imported under instrumentation
    from consult.vault.envelope import EnvelopeError, PrivateKey, PublicKey, Type  # noqa: PLC0415

    private = PrivateKey(b"\x05" * 96)
    key = bytes(32)
    kinds = tuple(Type)

    def read(raw: bytes) -> None:
        kind = kinds[raw[0] % len(kinds)] if raw else Type.BODY
        for opener in (
            lambda: envelope.unseal(kind, key, raw[1:], "x"),
            lambda: envelope.unseal_with(kind, private, raw[1:], "x"),
            lambda: PublicKey(raw[1:]),
        ):
            try:
                opener()
            except EnvelopeError:
                continue

    public = PublicKey(private.public)
    seeds = [bytes([place]) + envelope.seal(kind, key, b"{}", "x") for place, kind in enumerate(kinds)]
    seeds += [bytes([1]) + envelope.seal_to(Type.SLOT, public, b"k" * 32, "x"), b"\0" + private.public]
    return read, seeds, EnvelopeError


def _fillings() -> tuple[Reader, list[bytes], type[Exception]]:
    from consult.vault import padding  # noqa: PLC0415
    from consult.vault.envelope import EnvelopeError  # noqa: PLC0415

    def read(raw: bytes) -> None:
        # Cut to the size of a note, so that most of what is tried gets as far as the JSON.
        padding.unpad(raw[:256].ljust(256, b"\0"), padding.NOTES)

    return read, [padding.pad({"a": ["b", 1, None]}, padding.NOTES)], EnvelopeError


def _shares() -> tuple[Reader, list[bytes], type[Exception]]:
    from consult.vault import shares  # noqa: PLC0415

    made = shares.split(bytes(32), b"\x01" * 16, 2, 3)
    return (
        lambda raw: shares.read(_text(raw)),
        [share.text.encode() for share in made],
        shares.ShareError,
    )


def _codes() -> tuple[Reader, list[bytes], type[Exception]]:
    from consult.vault import receipts  # noqa: PLC0415

    code = receipts.Code(bytes(range(10)))
    seeds = [code.words.encode(), code.digits.encode(), b"abacus " * 8, "²".encode() * 32]
    return lambda raw: receipts.parse(_text(raw)), seeds, receipts.UnreadableCodeError


def _backups() -> tuple[Reader, list[bytes], type[Exception]]:
    from consult.vault import backup  # noqa: PLC0415
    from consult.vault.envelope import EnvelopeError, PrivateKey, PublicKey  # noqa: PLC0415

    private = PrivateKey(b"\x05" * 96)
    file = b"".join(backup.seal(PublicKey(private.public), "bodies", "2027-01-04", [b"plain" * 9]))
    pieces = len(file) - 4 - 45 - 16

    def read(raw: bytes) -> None:
        # Half of what is tried begins with a right key, so that the pieces are read too.
        whole = file[:pieces] + raw[1:] if raw[:1] < b"\x80" else raw[1:]
        with suppress(EnvelopeError):
            backup.key_id(io.BytesIO(whole))
        for _ in backup.open_(private, "bodies", "2027-01-04", io.BytesIO(whole)):
            pass

    return read, [b"\0" + file[pieces:], b"\xff" + file], EnvelopeError


def _forms() -> tuple[Reader, list[bytes], type[Exception]]:
    import surveys  # noqa: PLC0415

    definition = surveys.parse(surveys.shipped_source("survivors"))
    fields = [name for question in definition.questions for name in surveys.fields_of(question)]

    def read(raw: bytes) -> None:
        form: dict[str, list[str]] = {}
        for line in _text(raw).split("\n"):
            place, _, value = line.partition("=")
            known = fields[ord(place[0]) % len(fields)] if place else ""
            form.setdefault(known, []).append(value)
        reading = surveys.read(definition.questions, form)
        if not reading.values.keys() <= set(fields):
            raise AssertionError("an answer beyond the definition")

    return read, [b"a=yes\nb=1\nc=words of a person\na=no", "ä=²\nz=\x00".encode()], _Never


def _definitions() -> tuple[Reader, list[bytes], type[Exception]]:
    import surveys  # noqa: PLC0415
    from surveys.check import check  # noqa: PLC0415

    def read(raw: bytes) -> None:
        definition = surveys.parse(_text(raw))
        list(check(definition))
        surveys.fingerprint(definition)

    return read, [SMALL.encode(), b'id = "x"\nlike = "y"'], surveys.DefinitionError


class _Never(Exception):  # noqa: N818 - a reader that declares no error
    """What nothing raises."""


TARGETS: Mapping[str, Callable[[], tuple[Reader, list[bytes], type[Exception]]]] = {
    "envelopes": _envelopes,
    "fillings": _fillings,
    "backups": _backups,
    "shares": _shares,
    "codes": _codes,
    "forms": _forms,
    "definitions": _definitions,
}
SMALL = """id = "small"
strand = "survivors"
title = { en = "A survey", cy = "Arolwg" }
[[sections]]
id = "part"
title = "Part"
[[sections.questions]]
id = "looked"
kind = "choice"
text = "Looked?"
options = [{ id = "yes", text = "Yes", detail = "How?" }, { id = "no", text = "No", exclusive = true }]
[[sections.questions]]
id = "words"
kind = "free_text"
text = "Words?"
show_if = { and = [{ question = "looked", equals = "yes" }, { not = { question = "looked", empty = true } }] }
[[sections.questions]]
id = "scale"
kind = "scale"
from = 1
to = 9
text = "How much?"
"""


def _text(raw: bytes) -> str:
    """Any text, lone surrogates too."""
    try:
        return raw.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def main() -> None:
    """Fuzz for so many seconds."""
    import atheris  # noqa: PLC0415 - only here, and only in the long form

    target, folder, seconds = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
    with atheris.instrument_imports(include=INSTRUMENTED):
        read, seeds, declared = TARGETS[target]()
    for place, seed in enumerate(seeds):
        (folder / f"seed{place}").write_bytes(seed)

    def one(raw: bytes) -> None:
        try:
            read(raw)
        except declared:
            return

    options: list[Any] = [f"-max_total_time={seconds}", "-max_len=6000", f"-artifact_prefix={folder}/"]
    # Single pieces of memory, not the whole: Linux counts what the process had that began this one.
    options += ["-rss_limit_mb=0", "-malloc_limit_mb=256"]
    atheris.Setup([sys.argv[0], *options, "-print_final_stats=1", str(folder)], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
