"""Text in a drawing: how wide it will be, where its lines break, and the words of a value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from html import escape

from executable_glossary.model.chart import Unit
from executable_glossary.model.evidence import Statistic
from executable_glossary.model.plot import with_unit

SIZE, LEADING = 14.0, 17.0
BETWEEN_WORDS = 6.0
NARROW_SIGNS = frozenset(" .,:;'|!ijlftr()[]I-/–")
WIDE_SIGNS = frozenset("mMwW%@")
# Advance widths in ems of the site's sans-serif, rounded up: room may be left over, never missing.
NARROW, WIDE, OTHER = 0.34, 0.86, 0.55


def text_width(text: str) -> float:
    """Width in px of one line."""
    ems = (NARROW if sign in NARROW_SIGNS else WIDE if sign in WIDE_SIGNS else OTHER for sign in text)
    return SIZE * sum(ems)


def wrapped(text: str, width: float) -> tuple[str, ...]:
    """As many lines as it takes to stay within `width` px; a word is never broken."""
    lines: list[str] = []
    for word in text.split():
        if lines and text_width(f"{lines[-1]} {word}") <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return tuple(lines)


def in_a_row(words: Iterable[tuple[float, str]]) -> Iterator[tuple[float, str]]:
    """Of words around places from left to right those that do not touch the word before; the last one is kept."""
    kept: list[tuple[float, str]] = []
    *others, last = words
    for word in others:
        if all(_clear(*word, *other) for other in (*kept[-1:], last)):
            kept.append(word)
    yield from (*kept, last)


def on_axis(unit: Unit, tick: float) -> str:
    """A tick with all its digits: 2.5% or 1,250 or 0.5 s."""
    if unit == "percent":
        return f"{100 * tick:,.10g}%"
    # Written out: 2e-05 is a program's way to say it.
    written = f"{Decimal(f'{tick:.10g}'):,f}"
    return f"{written} s" if unit == "seconds" else written


def with_spread(unit: Unit, statistic: Statistic) -> str:
    """79%, 73–82%: the mean, then the least and the greatest where they differ."""
    mean, least, greatest = (
        with_unit(unit, value) for value in (statistic.mean, statistic.min, statistic.max)
    )
    if least == greatest:
        return mean
    sign = greatest.lstrip("<>-0123456789.,")
    dash = " to " if "-" in least + greatest else "–"
    return f"{mean}, {least.removesuffix(sign)}{dash}{greatest}"


def label(lines: tuple[str, ...], x: float, y: float, kind: str = "", anchor: str = "start") -> str:
    """Lines of text, the first with its middle at y."""
    rows = "".join(
        f'<tspan x="{px(x)}" y="{px(y + row * LEADING + SIZE * 0.35)}">{escape(line)}</tspan>'
        for row, line in enumerate(lines)
    )
    named = f"chart__text {kind}".strip()
    return f'<text class="{named}" fill="currentColor" font-size="{px(SIZE)}" text-anchor="{anchor}">{rows}</text>'


def line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    """A straight line; what it looks like is the style sheet's."""
    ends = f'x1="{px(x1)}" y1="{px(y1)}" x2="{px(x2)}" y2="{px(y2)}"'
    return f'<line class="chart__{kind}" stroke="currentColor" {ends}/>'


def px(value: float) -> str:
    """A length with a digit after the point at most."""
    return f"{round(value, 1) + 0.0:g}"


def _clear(x: float, word: str, other_x: float, other: str) -> bool:
    return abs(x - other_x) >= (text_width(word) + text_width(other)) / 2 + BETWEEN_WORDS
