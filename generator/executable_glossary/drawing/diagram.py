"""Draws a diagram from its boxes and arrows, as self-contained HTML.

The figure contains two drawings, wide and narrow; the style sheet shows one of them (`display: none` also hides the
other from screen readers). Colors come from the style sheet; without it, lines are drawn in the text color.
"""

from __future__ import annotations

from functools import cache
from html import escape

from executable_glossary.drawing.diagram_arrows import VERB, VERB_LEADING, Arrow
from executable_glossary.drawing.diagram_geometry import Curve, Point, Rectangle
from executable_glossary.drawing.diagram_layout import LABEL, LABEL_LEADING, Box, Drawing, Style, placed
from executable_glossary.drawing.lettering import px
from executable_glossary.model.diagram import Diagram

WIDE_RIGHT = Style("right", breadth=4, width=760.0, text_widths=(132.0, 112.0, 96.0, 84.0))
WIDE_DOWN = Style("down", breadth=4, width=720.0, text_widths=(190.0, 150.0, 120.0))
NARROW = Style("down", breadth=2, width=346.0, text_widths=(250.0, 130.0, 112.0, 96.0))
HEAD_LENGTH, HEAD_WIDTH = 9.0, 8.0
SHEET = 4.0


@cache
def draw_diagram(diagram: Diagram, name: str) -> str:
    """A `<figure>`. It contains no blank lines, so Markdown leaves it unchanged. `name` must be unique on its
    page, because the ids of the text alternatives begin with it. Cached, because several pages show the same
    diagram."""
    drawings = {"wide": _wide(diagram), "narrow": placed(diagram, NARROW)}
    return "\n".join(
        [
            '<figure class="diagram">',
            *(_svg(drawing, diagram, f"{name}-{form}", form) for form, drawing in drawings.items()),
            f"<figcaption><strong>{_sentence(diagram.title)}</strong> {_text(diagram.says)}</figcaption>",
            "</figure>",
        ]
    )


def _wide(diagram: Diagram) -> Drawing:
    """The left-to-right drawing, but only if it fits: a different direction is better than text too small to read."""
    drawing = placed(diagram, WIDE_RIGHT if diagram.direction == "right" else WIDE_DOWN)
    too_wide = diagram.direction == "right" and drawing.width > WIDE_RIGHT.width * 1.2
    return placed(diagram, WIDE_DOWN) if too_wide else drawing


def _svg(drawing: Drawing, diagram: Diagram, name: str, form: str) -> str:
    box = " ".join(map(px, (drawing.left, drawing.top, drawing.width, drawing.height)))
    size = f'width="{px(drawing.width)}" height="{px(drawing.height)}"'
    alternative = f'aria-labelledby="{escape(name)}-title" aria-describedby="{escape(name)}-says"'
    return "\n".join(
        [
            f'<svg class="diagram__{form}" role="img" {alternative} viewBox="{box}" {size} data-search-exclude="">',
            f'<title id="{escape(name)}-title">{_text(diagram.title)}</title>',
            f'<desc id="{escape(name)}-says">{_text(diagram.says)}</desc>',
            *(_arrow(arrow, drawing.direction == "right") for arrow in drawing.arrows),
            *(_box(box) for box in drawing.boxes),
            *(_verb(arrow) for arrow in drawing.arrows if arrow.verb_place),
            "</svg>",
        ]
    )


def _arrow(arrow: Arrow, right: bool) -> str:
    """The line ends where the head begins. The head is a separate path, because an SVG marker would need a unique
    id."""
    back = HEAD_LENGTH if arrow.backward else -HEAD_LENGTH
    tip, wing = arrow.tip, HEAD_WIDTH / 2
    base = Point(tip.x + back, tip.y) if right else Point(tip.x, tip.y + back)
    ends = (
        (Point(base.x, base.y - wing), Point(base.x, base.y + wing))
        if right
        else (Point(base.x - wing, base.y), Point(base.x + wing, base.y))
    )
    head = f"M{_point(tip)} L{_point(ends[0])} L{_point(ends[1])} Z"
    line = f"M{_point(arrow.curves[0].start)} " + " ".join(map(_curve, arrow.curves))
    return f'<path class="diagram__line" fill="none" stroke="currentColor" d="{line}"/><path class="diagram__head" fill="currentColor" d="{head}"/>'


def _curve(curve: Curve) -> str:
    if curve.start.x == curve.end.x or curve.start.y == curve.end.y:
        return f"L{_point(curve.end)}"
    return f"C{_point(curve.bend)} {_point(curve.unbend)} {_point(curve.end)}"


def _box(box: Box) -> str:
    """The shape also shows the kind, for color-blind readers and black-and-white printers: data is a stack of sheets, a
    step has rounded ends, a model has a heavy outline, and a result has a double outline."""
    place, kind = box.place, box.node.kind
    corner = {"data": 2.0, "step": min(place.height / 2, 24.0)}.get(kind, 9.0)
    shapes = [_rectangle(place, corner, "diagram__shape")]
    if kind == "data":
        shapes.insert(0, _rectangle(_moved(place, SHEET), corner, "diagram__sheet"))
    if kind == "result":
        shapes.append(_rectangle(place.grown(-3.5), corner - 3, "diagram__inner"))
    label = _lines(box.lines, place, LABEL, LABEL_LEADING, "diagram__label")
    return f'<g class="diagram__box diagram__box--{kind}">{"".join(shapes)}{label}</g>'


def _moved(place: Rectangle, by: float) -> Rectangle:
    return Rectangle(place.x + by, place.y + by, place.width, place.height)


def _rectangle(place: Rectangle, corner: float, kind: str) -> str:
    at = f'x="{px(place.left)}" y="{px(place.top)}"'
    size = f'width="{px(place.width)}" height="{px(place.height)}" rx="{px(corner)}"'
    return f'<rect class="{kind}" fill="none" stroke="currentColor" {at} {size}/>'


def _verb(arrow: Arrow) -> str:
    place = arrow.verb_place
    if place is None:
        return ""
    return _rectangle(place, 3.0, "diagram__plate") + _lines(
        arrow.verb, place, VERB, VERB_LEADING, "diagram__verb"
    )


def _lines(lines: tuple[str, ...], place: Rectangle, size: float, leading: float, kind: str) -> str:
    first = place.y - leading * (len(lines) - 1) / 2 + size * 0.34
    rows = "".join(
        f'<tspan x="{px(place.x)}" y="{px(first + number * leading)}">{_text(line)}</tspan>'
        for number, line in enumerate(lines)
    )
    return (
        f'<text class="{kind}" fill="currentColor" font-size="{px(size)}" text-anchor="middle">{rows}</text>'
    )


def _point(point: Point) -> str:
    return f"{px(point.x)} {px(point.y)}"


def _text(text: str) -> str:
    return escape(" ".join(text.split()))


def _sentence(text: str) -> str:
    """The title with a period, so that a screen reader pauses before the next sentence."""
    return _text(text) if text.rstrip()[-1:] in tuple(".?!:") else f"{_text(text)}."
