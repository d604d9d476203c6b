"""Draws the card that a shared link shows: a name and a sentence, in the site's own type."""

from __future__ import annotations

import hashlib
from functools import cache
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

SIZE = (1200, 630)  # what those who show cards ask for
PAPER, INK, SOFT, ACCENT = "#fdfcf8", "#1c1b19", "#5c5953", "#0b5c7d"
MARGIN = 90
VERSION = "1"  # another one makes all cards anew


class Cards:
    """Cards as PNG. `fonts` is a folder with a serif and a sans; what was drawn is kept in `folder`."""

    def __init__(self, folder: Path, serif: Path, sans: Path) -> None:
        self._folder, self._serif, self._sans = folder, serif, sans
        self._font = cache(lambda file, size, weight: _font(file, size, weight))

    @property
    def possible(self) -> bool:
        """A project without these fonts has no cards."""
        return self._serif.is_file() and self._sans.is_file()

    def card(self, name: str, sentence: str, site: str) -> bytes:
        """The same words give the same bytes."""
        said = "\0".join((VERSION, name, sentence, site)).encode()
        kept = self._folder / f"{hashlib.sha256(said).hexdigest()}.png"
        if kept.is_file():
            return kept.read_bytes()
        drawn = self._drawn(name, sentence, site)
        self._folder.mkdir(parents=True, exist_ok=True)
        beside = kept.with_suffix(f".{hashlib.sha256(drawn).hexdigest()[:8]}")
        beside.write_bytes(drawn)
        beside.replace(kept)
        return drawn

    def _drawn(self, name: str, sentence: str, site: str) -> bytes:
        image = Image.new("RGB", SIZE, PAPER)
        pen = ImageDraw.Draw(image)
        pen.rectangle((0, 0, 18, SIZE[1]), fill=ACCENT)
        title = self._font(self._serif, 92 if len(name) < 20 else 72, 600)
        bottom = _write(pen, name, title, INK, MARGIN)
        _write(pen, sentence, self._font(self._serif, 44, 400), SOFT, bottom + 30)
        pen.text((MARGIN, SIZE[1] - 84), site, font=self._font(self._sans, 32, 600), fill=ACCENT)
        # Few colors, so that a card weighs a tenth.
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
    """Lines broken at spaces; returns where the next text may begin, in pixels."""
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
