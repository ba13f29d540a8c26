"""Draws the pictures of easy read: `python requirements/pictures/draw.py`, after a change of `shapes.toml`.

Chromium fills the shapes, and this writes them as PNG with a palette of sixteen colours or eight, which is a
tenth of the size. What it writes is committed; nothing of this runs in the service.
"""

from __future__ import annotations

import base64
import re
import struct
import tomllib
import zlib
from collections import Counter
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, sync_playwright

FOLDER = Path(__file__).parents[2] / "consult" / "static" / "easy"
SHAPES = tomllib.loads((Path(__file__).parent / "shapes.toml").read_text(encoding="utf-8"))
LINE, PAPER, WARM, COOL = "#0b5563", "#ffffff", "#f2c078", "#9fd0d8"
CHROMIUM = "/usr/bin/chromium"
QUESTION, IDEA, IDEAS_IN_A_ROW = 176, 72, 4
_STYLE = f"""
  * {{ stroke: {LINE}; stroke-width: 5; stroke-linecap: round; stroke-linejoin: round; fill: none }}
  .w {{ fill: {WARM} }} .c {{ fill: {COOL} }} .p {{ fill: {PAPER} }}
  .b {{ stroke-width: 8 }} .d {{ fill: {LINE} }} .n {{ stroke-width: 7 }}
"""
_PIXELS = """async ([svg, width, height]) => {
  const image = new Image(); image.src = 'data:image/svg+xml;base64,' + btoa(svg); await image.decode();
  const canvas = document.createElement('canvas'); canvas.width = width; canvas.height = height;
  canvas.getContext('2d').drawImage(image, 0, 0, width, height);
  const bytes = canvas.getContext('2d').getImageData(0, 0, width, height).data;
  let words = ''; for (const byte of bytes) words += String.fromCharCode(byte);
  return btoa(words);
}"""
_TILE = "#e6f1f2"
_PLAIN = (_TILE, LINE, PAPER, WARM, COOL)


def main() -> None:
    """Draw all pictures anew."""
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        for name, inside in SHAPES["questions"].items():
            _write(page, name, _svg([inside], 1), (QUESTION, QUESTION), bits=4)
        rows = -(-len(SHAPES["ideas"]) // IDEAS_IN_A_ROW)
        sheet = _svg(list(SHAPES["ideas"].values()), IDEAS_IN_A_ROW)
        _write(page, "ideas", sheet, (IDEA * IDEAS_IN_A_ROW, IDEA * rows), bits=3)
        browser.close()


def _svg(tiles: list[str], in_a_row: int) -> str:
    placed = "".join(
        f'<g transform="translate({place % in_a_row * 120} {place // in_a_row * 120})">'
        f'<rect width="120" height="120" style="stroke:none;fill:{_TILE}"/>{_quoted(tile)}</g>'
        for place, tile in enumerate(tiles)
    )
    width, height = 120 * min(in_a_row, len(tiles)), 120 * -(-len(tiles) // in_a_row)
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>' + f"<style>{_STYLE}</style>{placed}</svg>"


def _quoted(shape: str) -> str:
    """Shapes are written without quotation marks around plain values; XML wants them."""
    return re.sub(r'=([^"\s/>]+)', r'="\1"', shape)


def _write(page: Page, name: str, svg: str, size: tuple[int, int], *, bits: int) -> None:
    raw = base64.b64decode(page.evaluate(_PIXELS, [svg, *size]))
    pixels = np.frombuffer(raw, dtype=np.uint8).reshape(size[1], size[0], 4)[:, :, :3]
    (FOLDER / f"{name}.png").write_bytes(_png(pixels, 2**bits))


def _palette(pixels: np.ndarray, most: int) -> np.ndarray:
    """The plain colours first, then the blends between them that are met most often."""
    counted = Counter(map(tuple, pixels.reshape(-1, 3).tolist()))
    chosen: list[tuple[int, ...]] = [_rgb(each) for each in _PLAIN]
    for colour, _ in counted.most_common():
        if len(chosen) < most and all(
            sum(abs(a - b) for a, b in zip(colour, other, strict=True)) > 60 for other in chosen
        ):
            chosen.append(colour)
    return np.array(chosen, dtype=np.int32)


def _rgb(colour: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(colour.removeprefix("#")))


def _png(pixels: np.ndarray, most: int) -> bytes:
    palette = _palette(pixels, most)
    distance = ((pixels.astype(np.int32)[:, :, None, :] - palette[None, None]) ** 2).sum(axis=3)
    index = distance.argmin(axis=2).astype(np.uint8)
    height, width = index.shape
    depth = 4 if len(palette) > 4 else 2
    per_byte = 8 // depth
    padded = np.pad(index, ((0, 0), (0, -width % per_byte)))
    packed = np.zeros((height, padded.shape[1] // per_byte), dtype=np.uint8)
    for place in range(per_byte):
        packed |= padded[:, place::per_byte] << (8 - depth * (place + 1))
    lines = b"".join(b"\0" + row.tobytes() for row in packed)
    header = struct.pack(">IIBBBBB", width, height, depth, 3, 0, 0, 0)
    chunks = (
        (b"IHDR", header),
        (b"PLTE", palette.astype(np.uint8).tobytes()),
        (b"IDAT", zlib.compress(lines, 9)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, content) for kind, content in chunks)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


if __name__ == "__main__":
    main()
