"""What a fit leaves behind, and how it is kept as bytes.

The bytes are a JSON header and plain arrays; nothing in them can run when read. They hold words of answers:
the caller seals them and destroys them after a withdrawal. Knows nothing of where bytes are kept.
"""

from __future__ import annotations

import io
import json
import struct
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from analysis.features import Floats, Small, Weights, Words
from analysis.quality import Likelihood, Refused, Stated, ThemeQuality
from analysis.vectors import Backend

FORMAT = 2


class StaleError(ValueError):
    """Bytes of another format, another back-end or another version of the frame: fit again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What may be set for a fit.

    seed: for the bootstrap; ridge: shrinkage; mix: share of the best phrase in a score; em: whether themes
    choose phrases; miss: share of an answer's themes that its shortlist may miss; target: precision of the
    confident band.
    """

    seed: int
    ridge: float = 1.0
    mix: float = 0.5
    em: bool = True
    miss: float = 0.10
    target: float = 0.90


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fitted:
    """All that is needed to suggest again for prepared answers.

    coded: answers that taught, in order; dual: their weights (R x L); left_out: their scores without
    themselves (R x L); languages: those whose answers get suggestions; listed_from: None for the first eight.
    """

    backend: Backend
    frame_version: str
    themes: tuple[str, ...]
    options: Options
    n: int
    words: Words
    weights: Weights
    coded: tuple[str, ...]
    dual: Small
    left_out: Small
    cuts: Floats
    likelihood: Likelihood | None
    listed_from: float | None
    confident_from: float | None
    languages: tuple[str, ...]
    stated: Stated | Refused


def to_bytes(fitted: Fitted) -> bytes:
    """Length of the header, header, arrays."""
    weights, likelihood = fitted.weights, fitted.likelihood
    arrays: dict[str, Any] = {
        "vocabulary": np.frombuffer("\n".join(fitted.words.terms).encode(), dtype=np.uint8),
        "term_weights": fitted.words.weights,
        "terms": weights.terms.astype(np.int32),
        "words": weights.words,
        "intercept": weights.intercept,
        "dual": fitted.dual,
        "left_out": fitted.left_out,
        "cuts": fitted.cuts,
    }
    if weights.meaning is not None:
        arrays["meaning"] = weights.meaning
    if likelihood is not None:
        arrays |= {"likelihood_at": likelihood.at, "likelihood_share": likelihood.share}
    header = {
        "format": FORMAT,
        "backend": asdict(fitted.backend),
        "frame_version": fitted.frame_version,
        "themes": fitted.themes,
        "options": asdict(fitted.options),
        "n": fitted.n,
        "coded": fitted.coded,
        "listed_from": fitted.listed_from,
        "confident_from": fitted.confident_from,
        "languages": fitted.languages,
        "stated": {"kind": type(fitted.stated).__name__, **asdict(fitted.stated)},
        "arrays": list(arrays),
    }
    head = json.dumps(header, sort_keys=True).encode()
    body = io.BytesIO()
    for array in arrays.values():
        np.save(body, np.ascontiguousarray(array), allow_pickle=False)
    return struct.pack(">I", len(head)) + head + body.getvalue()


def from_bytes(blob: bytes, backend: Backend, frame_version: str) -> Fitted:
    """Read `to_bytes` back; raises `StaleError` for another format, back-end or frame version, or for other
    bytes.
    """
    try:
        (length,) = struct.unpack_from(">I", blob)
        header = json.loads(blob[4 : 4 + length])
        written = (header["format"], header["backend"], header["frame_version"])
    except (struct.error, ValueError, KeyError, TypeError) as fault:
        raise StaleError("These bytes are not a kept suggester.") from fault
    if written != (FORMAT, asdict(backend), frame_version):
        raise StaleError("The kept suggester is of another format, back-end or version of the frame.")
    try:
        body = io.BytesIO(blob[4 + length :])
        arrays = {name: np.load(body, allow_pickle=False) for name in header["arrays"]}
    except (ValueError, EOFError) as fault:
        raise StaleError("The kept suggester is cut short.") from fault
    return _rebuild(header, arrays, backend)


def _rebuild(header: dict[str, Any], arrays: dict[str, Any], backend: Backend) -> Fitted:
    text = arrays["vocabulary"].tobytes().decode()
    likelihood = None
    if "likelihood_at" in arrays:
        likelihood = Likelihood(at=arrays["likelihood_at"], share=arrays["likelihood_share"])
    return Fitted(
        backend=backend,
        frame_version=header["frame_version"],
        themes=tuple(header["themes"]),
        options=Options(**header["options"]),
        n=header["n"],
        words=Words(terms=tuple(text.split("\n")) if text else (), weights=arrays["term_weights"]),
        weights=Weights(
            terms=arrays["terms"].astype(np.intp),
            words=arrays["words"],
            meaning=arrays.get("meaning"),
            intercept=arrays["intercept"],
        ),
        coded=tuple(header["coded"]),
        dual=arrays["dual"],
        left_out=arrays["left_out"],
        cuts=arrays["cuts"],
        likelihood=likelihood,
        listed_from=header["listed_from"],
        confident_from=header["confident_from"],
        languages=tuple(header["languages"]),
        stated=_stated(header["stated"]),
    )


def _stated(kept: dict[str, Any]) -> Stated | Refused:
    if kept.pop("kind") == Refused.__name__:
        return Refused(**kept)
    per_theme = tuple(ThemeQuality(**theme) for theme in kept.pop("per_theme"))
    return Stated(**kept, per_theme=per_theme)
