"""Charts for claims: the right chart is chosen, and each appears only once on a page."""

from __future__ import annotations

from pathlib import Path

import pytest

from executable_glossary.app.pipeline import prepare
from executable_glossary.model.page import Page
from executable_glossary.model.plan import Plan
from executable_glossary.model.project import Project


@pytest.fixture(scope="module")
def our_plan() -> Plan:
    built = prepare(Project(root=Path(__file__).parents[1]))
    assert built.plan is not None
    return built.plan


def _charts(page: Page) -> list[tuple[str, str]]:
    return [
        (part.example.name, part.chart or part.name)
        for part in page.shown
        if part.kind == "chart" or part.chart
    ]


def test_no_claim_repeats_a_chart_that_is_already_on_its_page(our_plan: Plan) -> None:
    for page in our_plan.published:
        opened = [(part.example.name, part.chart) for part in page.shown if part.chart]
        shown = [(part.example.name, part.name) for part in page.shown if part.kind == "chart"]
        assert len(opened) == len(set(opened)), page.path
        assert not set(opened) & set(shown), page.path


def test_a_claim_links_only_to_charts_on_its_page(our_plan: Plan) -> None:
    led = 0
    for page in our_plan.published:
        drawn = {f"{example}-{name}" for example, name in _charts(page)}
        for part in page.shown:
            if part.drawn_at:
                led += 1
                assert any(part.drawn_at.endswith(f"-{name}") for name in drawn), (page.path, part.drawn_at)
    assert led


def test_every_claim_with_a_chart_of_its_numbers_shows_or_links_it(our_plan: Plan) -> None:
    claims = [part for page in our_plan.published for part in page.shown if part.kind == "claim"]
    for part in claims:
        points = {
            point.metric for chart in part.example.settings.charts.values() for point in chart.points_drawn
        }
        compared = str(part.claim.check) if part.claim else ""
        if any(metric in compared.split() for metric in points):
            assert part.chart or part.drawn_at, (part.example.name, compared)
