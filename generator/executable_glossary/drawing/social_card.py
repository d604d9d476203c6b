"""Draws the preview image for a shared link (1200 × 630): a name and a sentence in the site's fonts."""

from __future__ import annotations

import hashlib
from functools import cache
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

SIZE = (1200, 630)  # The size recommended by sites that display such images.
PAPER, INK, SOFT, ACCENT = "#fdfcf8", "#1c1b19", "#5c5953", "#0b5c7d"
MARGIN = 90
VERSION = "1"  # Part of the cache key: change it whenever the design changes.


class Cards:
    """Draws cards as PNG images in two given fonts, and caches the images in `folder`."""

    def __init__(self, folder: Path, serif: Path, sans: Path) -> None:
        self._folder, self._serif, self._sans = folder, serif, sans
        self._font = cache(lambda file, size, weight: _font(file, size, weight))

    @property
    def possible(self) -> bool:
        """Whether both fonts exist; without them, a project has no cards."""
        return self._serif.is_file() and self._sans.is_file()

    def card(self, name: str, sentence: str, site: str) -> bytes:
        """The card's PNG; the same text always produces the same bytes."""
        key = "\0".join((VERSION, name, sentence, site)).encode()
        cached = self._folder / f"{hashlib.sha256(key).hexdigest()}.png"
        if cached.is_file():
            return cached.read_bytes()
        drawn = self._drawn(name, sentence, site)
        self._folder.mkdir(parents=True, exist_ok=True)
        temporary = cached.with_suffix(f".{hashlib.sha256(drawn).hexdigest()[:8]}")
        temporary.write_bytes(drawn)
        temporary.replace(cached)
        return drawn

    def _drawn(self, name: str, sentence: str, site: str) -> bytes:
        image = Image.new("RGB", SIZE, PAPER)
        pen = ImageDraw.Draw(image)
        pen.rectangle((0, 0, 18, SIZE[1]), fill=ACCENT)
        title = self._font(self._serif, 92 if len(name) < 20 else 72, 600)
        bottom = _write(pen, name, title, INK, MARGIN)
        _write(pen, sentence, self._font(self._serif, 44, 400), SOFT, bottom + 30)
        pen.text((MARGIN, SIZE[1] - 84), site, font=self._font(self._sans, 32, 600), fill=ACCENT)
        # A small palette makes the file ten times smaller.
        data = BytesIO()
        image.quantize(32).save(data, "PNG", optimize=True)
        return data.getvalue()


def _font(file: Path, size: int, weight: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(file, size)
    font.set_variation_by_axes([weight])
    return font


def _write(
    pen: ImageDraw.ImageDraw, text: str, font: ImageFont.FreeTypeFont, color: str, top: float
) -> float:
    """Draws text in lines broken at spaces, and returns the y-coordinate below it."""
    lines = _lines(text, font, SIZE[0] - 2 * MARGIN)
    step = font.size * 1.25
    for number, line in enumerate(lines):
        pen.text((MARGIN, top + number * step), line, font=font, fill=color)
    return top + len(lines) * step


def _lines(text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and font.getlength(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines
