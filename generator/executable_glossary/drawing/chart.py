"""Draws a bar or line chart from its numbers, as self-contained SVG.

Each chart is drawn twice, wide and narrow, so the text stays the same size; the style sheet shows one of the two
(`display: none` also hides the other from screen readers). Colors come from the style sheet; without it, everything is
drawn in the text color.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from executable_glossary.drawing.bar_chart import bars
from executable_glossary.drawing.lettering import px
from executable_glossary.drawing.line_chart import lines
from executable_glossary.model.chart import LineChart
from executable_glossary.model.plot import Plot
from executable_glossary.model.words import Words

WIDTHS = {"wide": 680.0, "narrow": 346.0}


def draw_chart(plot: Plot, name: str, words: Words) -> str:
    """Two `<svg>` elements. They contain no blank lines, so Markdown leaves them unchanged. `name` must be unique
    on its page, because the ids of the text alternatives begin with it."""
    return "\n".join(_svg(plot, f"{name}-{form}", form, width, words) for form, width in WIDTHS.items())


def chart_drawer(words: Words) -> Callable[[Plot, str], str]:
    """`draw_chart` in one language, which draws each chart only once, because many pages show the same one."""
    drawn: dict[tuple[str, str], str] = {}

    def draw(plot: Plot, name: str) -> str:
        key = (repr(plot), name)
        if key not in drawn:
            drawn[key] = draw_chart(plot, name, words)
        return drawn[key]

    return draw


def _svg(plot: Plot, name: str, form: str, width: float, words: Words) -> str:
    chart = plot.chart
    layout = lines(plot, chart, width) if isinstance(chart, LineChart) else bars(plot, width)
    size = f'viewBox="0 0 {px(width)} {px(layout.height)}" width="{px(width)}" height="{px(layout.height)}"'
    title, says = f"{escape(name)}-title", f"{escape(name)}-says"
    return "\n".join(
        [
            f'<svg class="chart__{form}" role="img" aria-labelledby="{title} {says}" {size} data-search-exclude="">',
            f'<title id="{title}">{escape(chart.title)}</title>',
            f'<desc id="{says}">{escape(plot.alternative(words))}</desc>',
            *layout.marks(),
            "</svg>",
        ]
    )
