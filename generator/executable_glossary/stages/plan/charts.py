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
    """The page with a chart for each claim, or with a link to the chart if the page already draws it
    elsewhere."""
    places = {
        (part.example.name, part.name): f"{section.kind}-{part.example.name}-{part.name}"
        for section in page.sections
        for part in _pieces(section)
        if part.kind == "chart"
    }
    return replace(page, sections=tuple(_with_charts(section, places) for section in page.sections))


def _pieces(section: Section) -> tuple[Shown, ...]:
    content = section.content
    parts = content.shown if isinstance(content, Prose) else content if isinstance(content, tuple) else ()
    return tuple(part for part in parts if isinstance(part, Shown))


def _with_charts(section: Section, places: dict[tuple[str, str], str]) -> Section:
    pieces = _pieces(section)
    if not any(part.kind == "claim" for part in pieces):
        return section
    shown = tuple(_with_chart(section, part, places) if part.kind == "claim" else part for part in pieces)
    content = section.content
    return replace(section, content=replace(content, shown=shown) if isinstance(content, Prose) else shown)


def _with_chart(section: Section, claim: Shown, places: dict[tuple[str, str], str]) -> Shown:
    """The claim with its chart if it is the first to show that chart, otherwise with a link to the chart."""
    chart = best_chart(claim)
    if not chart:
        return claim
    key = (claim.example.name, chart)
    if key in places:
        return replace(claim, drawn_at=places[key])
    places[key] = f"{section.kind}-{claim.example.name}-{chart}"
    return replace(claim, chart=chart)
