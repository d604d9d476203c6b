"""Which chart shows what a claim compares, and where on its page that chart is drawn: once on each page."""

from __future__ import annotations

from dataclasses import replace

from executable_glossary.model.page import Page, Prose, Section, Shown
from executable_glossary.text.expressions import metrics_in


def best_chart(claim: Shown) -> str:
    """Of the charts of its example, the one that draws most of what the claim compares; empty if none does."""
    assert claim.claim is not None
    compared = set(metrics_in(claim.claim.check))
    drawn = {
        name: len(compared & {point.metric for point in chart.points_drawn})
        for name, chart in claim.example.settings.charts.items()
    }
    best = max(drawn, key=lambda name: drawn[name], default="")
    return best if best and drawn[best] else ""


def with_charts(page: Page) -> Page:
    """The page whose claims open their chart, or lead to where the page draws it already."""
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
    told = tuple(_opened(section, part, places) if part.kind == "claim" else part for part in pieces)
    content = section.content
    return replace(section, content=replace(content, shown=told) if isinstance(content, Prose) else told)


def _opened(section: Section, claim: Shown, places: dict[tuple[str, str], str]) -> Shown:
    """The first claim that wants a chart draws it; those after it lead there."""
    chart = best_chart(claim)
    if not chart:
        return claim
    key = (claim.example.name, chart)
    if key in places:
        return replace(claim, drawn_at=places[key])
    places[key] = f"{section.kind}-{claim.example.name}-{chart}"
    return replace(claim, chart=chart)
