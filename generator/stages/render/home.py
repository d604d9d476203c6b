"""The first page: where each kind of reader begins, one claim with its proof, and the concepts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from generator.model.axes import Audience
from generator.model.block import chosen
from generator.model.entry import Claim, Entry
from generator.model.evidence import Evidence
from generator.model.example import Example
from generator.model.glossary import Glossary
from generator.model.page import Page
from generator.model.plan import Plan
from generator.model.plot import Plot
from generator.model.verdict import Verdict
from generator.stages.render.evidence import plots_of
from generator.tools.expressions import parse_expression

Verdicts = Mapping[tuple[str, str], Verdict]


@dataclass(frozen=True)
class Proof:
    """A claim of a concept, the verdict of this build, and the chart that shows what is compared."""

    claim: Claim
    text: str
    example: Example
    verdict: Verdict
    plot: Plot | None


@dataclass(frozen=True)
class Home:
    """`first` is the concept to begin with; `starts` its pages for each audience, one for each role."""

    first: Entry | None
    starts: tuple[tuple[Audience, tuple[Page, ...]], ...]
    proof: Proof | None
    told: tuple[Page, ...]
    named: tuple[Page, ...]


def home(glossary: Glossary, plan: Plan, evidence: Mapping[str, Evidence], verdicts: Verdicts) -> Home:
    """The concept to begin with has most pages; of several, most links lead to it."""
    linked = Counter(
        str(name)
        for entry in glossary.entries.values()
        for name in (*(n.concept for n in entry.prerequisites), *(o.concept for o in entry.see_also))
    )
    entries = glossary.entries.values()
    first = max(entries, key=lambda one: (len(plan.of_concept(one.id)), linked[str(one.id)]), default=None)
    own = [plan.of_concept(entry.id) for entry in entries]
    return Home(
        first,
        tuple(_starts(glossary, plan, first)) if first else (),
        _proof(glossary, first, evidence, verdicts) if first else None,
        tuple(pages[0] for pages in own if len(pages) > 1),
        tuple(pages[0] for pages in own if len(pages) == 1),
    )


def _starts(glossary: Glossary, plan: Plan, entry: Entry) -> list[tuple[Audience, tuple[Page, ...]]]:
    pages = [page for page in plan.of_concept(entry.id) if page.role and page.audience]
    found = (
        (audience, tuple(page for page in pages if page.audience == audience))
        for audience in glossary.axes.audiences
    )
    return [(audience, own) for audience, own in found if own]


def _proof(
    glossary: Glossary, entry: Entry, evidence: Mapping[str, Evidence], verdicts: Verdicts
) -> Proof | None:
    """The concept's first claim: authors put the strongest first."""
    for claim in entry.claims:
        example, verdict = glossary.examples.get(claim.example), verdicts.get((entry.id, claim.id))
        said = chosen(claim.text, None, None)
        if example is not None and verdict is not None and said is not None and said.text is not None:
            plot = _plot(claim, example, evidence.get(example.name))
            return Proof(claim, str(said.text), example, verdict, plot)
    return None


def _plot(claim: Claim, example: Example, found: Evidence | None) -> Plot | None:
    """The chart that shows most of what the claim compares."""
    compared = set(parse_expression(claim.check).metrics)
    plots = plots_of(example, found).values()
    shown = [(len(compared & {point.metric for point in plot.chart.points_drawn}), plot) for plot in plots]
    most = max(shown, key=lambda pair: pair[0], default=(0, None))
    return most[1] if most[0] else None
