"""Chooses a chart for each claim on a page and draws each chart only once per page."""

from __future__ import annotations

from dataclasses import replace

from executable_glossary.model.page import Page, Prose, Section, Shown
from executable_glossary.text.expressions import metrics_in


def best_chart(claim: Shown) -> str:
    """The name of the example's chart that shows the most metrics from the claim's check; empty if none shows any."""
    assert claim.claim is not None
    metrics = set(metrics_in(claim.claim.check))
    shared = {
        name: len(metrics & {point.metric for point in chart.points_drawn})
        for name, chart in claim.example.settings.charts.items()
    }
    best = max(shared, key=lambda name: shared[name], default="")
    return best if best and shared[best] else ""


def with_charts(page: Page) -> Page:
    """The page with each chart drawn once: where a section shows it first or, if none does, at the first claim about its
    numbers. All other places link to it."""
    places: dict[tuple[str, str], str] = {}
    for section in page.sections:
        for part in _pieces(section):
            if part.kind == "chart":
                places.setdefault((part.example.name, part.name), _place(section, part))
    return replace(page, sections=tuple(_with_charts(section, places) for section in page.sections))


def _place(section: Section, chart: Shown) -> str:
    return f"{section.kind}-{chart.example.name}-{chart.name}"


def _pieces(section: Section) -> tuple[Shown, ...]:
    content = section.content
    parts = content.shown if isinstance(content, Prose) else content if isinstance(content, tuple) else ()
    return tuple(part for part in parts if isinstance(part, Shown))


def _with_charts(section: Section, places: dict[tuple[str, str], str]) -> Section:
    pieces = _pieces(section)
    if not any(part.kind in ("claim", "chart") for part in pieces):
        return section
    shown = tuple(_drawn_once(section, part, places) for part in pieces)
    content = section.content
    return replace(section, content=replace(content, shown=shown) if isinstance(content, Prose) else shown)


def _drawn_once(section: Section, part: Shown, places: dict[tuple[str, str], str]) -> Shown:
    if part.kind == "chart":
        first = places[part.example.name, part.name]
        return part if first == _place(section, part) else replace(part, drawn_at=first)
    chart = best_chart(part) if part.kind == "claim" else ""
    if not chart:
        return part
    key = (part.example.name, chart)
    if key in places:
        return replace(part, drawn_at=places[key])
    places[key] = _place(section, replace(part, name=chart))
    return replace(part, chart=chart)
