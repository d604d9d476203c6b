"""Evidence on pages: the picture and the strongest claim come first, and no claim or chart appears twice on a page."""

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
        if (part.kind == "chart" and not part.drawn_at) or part.chart
    ]


def test_the_picture_and_the_first_claim_come_before_the_explanations(our_plan: Plan) -> None:
    """A blog post is the exception: it tells the evidence in its own order."""
    for page in our_plan.published:
        kinds = [section.kind for section in page.sections if section.kind != "decision"]
        if page.format.id != "blog":
            assert ("diagram" in kinds[:1]) == (page.entry.diagram is not None), page.path
            early = kinds[: kinds.index("strongest")] if page.entry.claims else []
            assert set(early) <= {"diagram", "definition", "overview"}, page.path


def test_no_claim_and_no_chart_appears_twice_on_a_page(our_plan: Plan) -> None:
    for page in our_plan.published:
        claims = [part.name for part in page.shown if part.kind == "claim"]
        assert len(claims) == len(set(claims)), page.path
        drawn = _charts(page)
        assert len(drawn) == len(set(drawn)), page.path


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
