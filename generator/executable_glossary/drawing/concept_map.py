"""Draws the map of concepts as self-contained SVG whose boxes are links.

The map is drawn once for each of three page widths, so the text stays the same size; the style sheet shows one of the
drawings (`display: none` also hides the others from the keyboard and from screen readers). Colors come from the style
sheet; without it, everything is drawn in the text color. In a crowded drawing, the style sheet shows a line that passes
other concepts only while one of its ends is selected.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from html import escape
from itertools import pairwise

from executable_glossary.drawing.lettering import px
from executable_glossary.drawing.map_layout import (
    CAPTION,
    LEADING,
    LETTER,
    Layout,
    Style,
    laid_out,
    name_lines,
)
from executable_glossary.drawing.map_routes import Point, Way, ways
from executable_glossary.model.concept_map import ConceptMap, Spot
from executable_glossary.model.words import Words

STYLES: Mapping[str, Style] = {
    "wide": Style(columns=5, box=152.0, apart=44.0, gap=58.0, margin=36.0),
    "middle": Style(columns=4, box=144.0, apart=28.0, gap=58.0, margin=22.0),
    "narrow": Style(columns=2, box=134.0, apart=44.0, gap=52.0, margin=16.0, crowded=True),
}
HEAD_LENGTH, HEAD_WIDTH = 8.0, 7.0
CAPTION_SIZE = 14.0


@cache
def draw_map(map: ConceptMap, title: str, words: Words) -> str:
    """Three `<svg>` elements. They contain no blank lines, so Markdown leaves them unchanged. `words` contains the
    band captions."""
    return "\n".join(_svg(map, title, words, form, style) for form, style in STYLES.items())


def _svg(map: ConceptMap, title: str, words: Words, form: str, style: Style) -> str:
    layout = laid_out(map, style)
    width, height = layout.size
    size = f'viewBox="0 0 {px(width)} {px(height)}" width="{px(width)}" height="{px(height)}"'
    return "\n".join(
        [
            f'<svg class="map__{form}" role="group" aria-label="{escape(title)}" {size} data-search-exclude="">',
            '<g aria-hidden="true">',
            *_rules(layout, width),
            *(_line(way, layout) for way in ways(map, layout)),
            *_captions(map, layout, words),
            "</g>",
            *(_box(spot, layout) for spot in map.spots),
            "</svg>",
        ]
    )


def _rules(layout: Layout, width: float) -> list[str]:
    """Hairlines between the bands."""
    return [
        f'<path class="map__rule" stroke="currentColor" d="M0 {px(layout.top(row) - CAPTION + 4)} H{px(width)}"/>'
        for row in layout.grid.starts[1:]
    ]


def _captions(map: ConceptMap, layout: Layout, words: Words) -> list[str]:
    """The band captions, drawn after the lines that cross them. In a crowded drawing, they are above the space
    between two boxes, where few lines end."""
    start = f'x="{px(layout.size[0] / 2)}" text-anchor="middle"' if layout.style.crowded else 'x="0"'
    headed = zip(map.headed(words), layout.grid.starts, strict=True)
    return [
        f'<text class="map__caption" fill="currentColor" font-size="{px(CAPTION_SIZE)}" {start} '
        f'y="{px(layout.top(row) - CAPTION + 22)}">{escape(text)}</text>'
        for (text, _), row in headed
    ]


def _line(way: Way, layout: Layout) -> str:
    tie = way.tie
    far = " map__line--far" if layout.style.crowded and len(way.points) > 2 else ""
    kind = (
        f'class="map__line map__line--{tie.kind}{far}" data-ends="{escape(tie.first)} {escape(tie.second)}"'
    )
    arrow = tie.kind == "prerequisite"
    tip = way.tip
    points = (*way.points[:-1], (tip[0], tip[1] - HEAD_LENGTH)) if arrow else way.points
    path = f'<path fill="none" stroke="currentColor" d="{_path(points, way.level, layout.style.gap)}"/>'
    return f"<g {kind}>{path}{_head(tip) if arrow else ''}</g>"


def _path(points: tuple[Point, ...], level: bool, gap: float) -> str:
    drawn = f"M{_point(points[0])}"
    if level:
        (a, top), (b, bottom) = points
        return (
            f"{drawn} C{_point((a, top + gap * 0.6))} {_point((b, bottom + gap * 0.6))} {_point((b, bottom))}"
        )
    for number, (start, end) in enumerate(pairwise(points)):
        drawn += f" L{_point(end)}" if number % 2 else _bend(start, end)
    return drawn


def _bend(start: Point, end: Point) -> str:
    half = (start[1] + end[1]) / 2
    return f" C{_point((start[0], half))} {_point((end[0], half))} {_point(end)}"


def _head(tip: Point) -> str:
    """An arrowhead that points down, because later concepts are always below. An SVG marker would need a unique id."""
    x, y = tip
    wing = HEAD_WIDTH / 2
    ends = f"L{_point((x - wing, y - HEAD_LENGTH))} L{_point((x + wing, y - HEAD_LENGTH))}"
    return f'<path class="map__head" fill="currentColor" stroke="none" d="M{_point(tip)} {ends} Z"/>'


def _box(spot: Spot, layout: Layout) -> str:
    cell = layout.grid.cells[spot.concept]
    left, top = layout.left(cell.column), layout.top(cell.row)
    kind = "map__box map__box--full" if spot.full else "map__box"
    place = f'x="{px(left)}" y="{px(top)}" width="{px(layout.width)}" height="{px(layout.height)}" rx="5"'
    lines = name_lines(spot, layout.width)
    first = top + layout.height / 2 - LEADING * (len(lines) - 1) / 2 + LETTER * 0.34
    # The space separates the words in the link's accessible name.
    rows = " ".join(
        f'<tspan x="{px(layout.middle(cell.column))}" y="{px(first + number * LEADING)}">{escape(line)}</tspan>'
        for number, line in enumerate(lines)
    )
    label = f'<text fill="currentColor" font-size="{px(LETTER)}" text-anchor="middle">{rows}</text>'
    link = f'href="{escape(spot.url)}" data-concept="{escape(spot.concept)}"'
    return f'<a class="{kind}" {link}><rect fill="none" stroke="currentColor" {place}/>{label}</a>'


def _point(point: Point) -> str:
    return f"{px(point[0])} {px(point[1])}"
