"""Prepares text for drawings: predicts its width, breaks it into lines, and formats values."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cache
from html import escape
from itertools import combinations, pairwise

from executable_glossary.drawing.font_widths import ADVANCES, KERNING
from executable_glossary.model.chart import Unit
from executable_glossary.model.evidence import Statistic
from executable_glossary.model.plot import with_unit

SIZE, LEADING = 14.0, 17.0
BETWEEN_WORDS = 6.0
# Widths in ems of characters that are missing from the site's font and come from a different font.
OTHER, SYMBOL = 1.0, 1.4


def text_width(text: str, size: float = SIZE) -> float:
    """An upper bound on the width of a line, in px. The line is never drawn wider than this, in regular or semibold.

    Uses a table instead of the font, so drawings are byte-identical on every machine.
    """
    apart = sum(KERNING.get(a + b, 0) for a, b in pairwise(text))
    return size / 1000 * (sum(map(_advance, text)) + apart)


@cache
def _advance(character: str) -> float:
    """The width of a character in thousandths of an em."""
    if character in ADVANCES:
        return ADVANCES[character]
    category = unicodedata.category(character)
    if category in ("Mn", "Me", "Cf"):
        return 0
    return 1000 * (SYMBOL if category == "So" else OTHER)


def wrapped(text: str, width: float, size: float = SIZE) -> tuple[str, ...]:
    """The text in as many lines as it needs to fit within `width` px, each as full as possible; words are never
    broken."""
    lines: list[str] = []
    for word in text.split():
        if lines and text_width(f"{lines[-1]} {word}", size) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return tuple(lines)


@cache
def balanced(text: str, width: float, size: float) -> tuple[str, ...]:
    """The fewest lines in which the text fits within `width` px, as even in length as possible; words are never
    broken."""
    words = text.split()
    for count in range(1, len(words)):
        lines = min(_breaks(words, count), key=lambda lines: _widest(lines, size))
        if _widest(lines, size) <= width:
            return lines
    return tuple(words) or ("",)


def _breaks(words: list[str], count: int) -> list[tuple[str, ...]]:
    """All ways to break the words into `count` lines; for many words, only the most even one."""
    cuts = combinations(range(1, len(words)), count - 1) if len(words) <= 14 else [_even(words, count)]
    return [
        tuple(" ".join(words[a:b]) for a, b in zip((0, *cut), (*cut, len(words)), strict=True))
        for cut in cuts
    ]


def _even(words: list[str], count: int) -> tuple[int, ...]:
    return tuple(round(len(words) * line / count) for line in range(1, count))


def _widest(lines: tuple[str, ...], size: float) -> float:
    return max(text_width(line, size) for line in lines)


def in_a_row(words: Iterable[tuple[float, str]]) -> Iterator[tuple[float, str]]:
    """The labels, centered at their positions from left to right, without those that would touch another; the last
    label is always kept."""
    kept: list[tuple[float, str]] = []
    *others, last = words
    for word in others:
        if all(_clear(*word, *other) for other in (*kept[-1:], last)):
            kept.append(word)
    yield from (*kept, last)


def on_axis(unit: Unit, tick: float) -> str:
    """A tick's label, with all its digits: 2.5%, 1,250, 0.5 s."""
    if unit == "percent":
        return f"{100 * tick:,.10g}%"
    # Written in full, not as 2e-05.
    written = f"{Decimal(f'{tick:.10g}'):,f}"
    return f"{written} s" if unit == "seconds" else written


def with_spread(unit: Unit, statistic: Statistic) -> str:
    """The mean, followed by the lowest and the highest value if they differ: 79%, 73–82%."""
    mean, least, greatest = (
        with_unit(unit, value) for value in (statistic.mean, statistic.min, statistic.max)
    )
    if least == greatest:
        return mean
    sign = greatest.lstrip("<>-0123456789.,")
    dash = " to " if "-" in least + greatest else "–"
    return f"{mean}, {least.removesuffix(sign)}{dash}{greatest}"


def label(lines: tuple[str, ...], x: float, y: float, kind: str = "", anchor: str = "start") -> str:
    """Lines of text as SVG, with the middle of the first line at `y`."""
    rows = "".join(
        f'<tspan x="{px(x)}" y="{px(y + row * LEADING + SIZE * 0.35)}">{escape(line)}</tspan>'
        for row, line in enumerate(lines)
    )
    named = f"chart__text {kind}".strip()
    return f'<text class="{named}" fill="currentColor" font-size="{px(SIZE)}" text-anchor="{anchor}">{rows}</text>'


def line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    """A straight line as SVG, styled by its class."""
    ends = f'x1="{px(x1)}" y1="{px(y1)}" x2="{px(x2)}" y2="{px(y2)}"'
    return f'<line class="chart__{kind}" stroke="currentColor" {ends}/>'


def px(value: float) -> str:
    """A length formatted for SVG, with at most one decimal place."""
    return f"{round(value, 1) + 0.0:g}"


def _clear(x: float, word: str, other_x: float, other: str) -> bool:
    return abs(x - other_x) >= (text_width(word) + text_width(other)) / 2 + BETWEEN_WORDS
