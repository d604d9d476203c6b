"""Draws the preview image for a shared link (1200 × 630): a name and a sentence in the site's fonts."""

from __future__ import annotations

import hashlib
from functools import cache
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageColor, ImageDraw, ImageFont

SIZE = (1200, 630)  # The size recommended by sites that display such images.
PAPER, INK, SOFT, ACCENT = "#fdfcf8", "#1c1b19", "#5c5953", "#0b5c7d"
MARGIN = 90
WIDTH = SIZE[0] - 2 * MARGIN  # the width of a line of text, in pixels
FOOT = SIZE[1] - 84  # the y-coordinate of the site's name
TITLE_HEIGHT = 220  # the maximum height of the lines of the name, in pixels
LINE_HEIGHT = 1.25  # as a multiple of the font size
SHADES = 10  # the number of shades between the paper and each text color, for smooth edges
VERSION = "3"  # Part of the cache key: change it whenever the design changes.

Lines = tuple[list[str], ImageFont.FreeTypeFont]  # lines of text, and their font


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
        bottom = _write(pen, self._title_lines(name), INK, MARGIN)
        font = self._font(self._serif, 44, 400)
        room = int((FOOT - bottom - 40) / (font.size * LINE_HEIGHT))
        _write(pen, (_clipped(_lines(sentence, font), room, font), font), SOFT, bottom + 30)
        font = self._font(self._sans, 32, 600)
        _write(pen, (_clipped(_lines(site, font), 1, font), font), ACCENT, FOOT)
        # A small palette makes the file ten times smaller. Colors chosen for each card would take most of the time.
        data = BytesIO()
        image.quantize(palette=_palette(), dither=Image.Dither.NONE).save(data, "PNG")
        return data.getvalue()

    def _title_lines(self, name: str) -> Lines:
        """The name in the largest size that breaks no word and leaves room for the sentence."""
        for size in (92, 72, 56, 44, 34) if len(name) < 20 else (72, 56, 44, 34):
            font = self._font(self._serif, size, 600)
            lines = _lines(name, font)
            whole = all(font.getlength(word) <= WIDTH for word in name.split())
            if whole and len(lines) * size <= TITLE_HEIGHT:
                return lines, font
        return _clipped(lines, int(TITLE_HEIGHT / font.size), font), font


@cache
def _palette() -> Image.Image:
    """All colors on a card: from the paper to each color of the text."""
    paper = ImageColor.getrgb(PAPER)
    colors = [
        round(start + (end - start) * shade / SHADES)
        for color in (INK, SOFT, ACCENT)
        for shade in range(1, SHADES + 1)
        for start, end in zip(paper, ImageColor.getrgb(color), strict=True)
    ]
    palette = Image.new("P", (1, 1))
    palette.putpalette([*paper, *colors])
    return palette


def _font(file: Path, size: int, weight: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(file, size)
    font.set_variation_by_axes([weight])
    return font


def _write(pen: ImageDraw.ImageDraw, text: Lines, color: str, top: float) -> float:
    """Draws the lines and returns the y-coordinate below them."""
    lines, font = text
    step = font.size * LINE_HEIGHT
    for number, line in enumerate(lines):
        pen.text((MARGIN, top + number * step), line, font=font, fill=color)
    return top + len(lines) * step


def _lines(text: str, font: ImageFont.FreeTypeFont) -> list[str]:
    """The text split into lines at spaces; a word is split only if it is wider than a line."""
    lines = [""]
    for word in (piece for whole in text.split() for piece in _pieces(whole, font)):
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and font.getlength(longer) > WIDTH:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _pieces(word: str, font: ImageFont.FreeTypeFont) -> list[str]:
    """The word, or its parts if it is wider than a line."""
    pieces = [""]
    for letter in word:
        if pieces[-1] and font.getlength(pieces[-1] + letter) > WIDTH:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def _clipped(lines: list[str], room: int, font: ImageFont.FreeTypeFont) -> list[str]:
    """At most the first `room` lines; an ellipsis shows that text is missing."""
    if len(lines) <= room:
        return lines
    last = lines[:room][-1] if room > 0 else ""
    while last and font.getlength(f"{last}…") > WIDTH:
        last = last[:-1]
    return [*lines[: room - 1], f"{last.rstrip()}…"] if room > 0 else []
