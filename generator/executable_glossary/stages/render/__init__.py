"""From pages and evidence to documents: Markdown through templates, figures, and files for machines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from executable_glossary.adapters.jinja_env import TemplateFault, Templates
from executable_glossary.drawing.chart import draw_chart
from executable_glossary.drawing.diagram import draw_diagram
from executable_glossary.drawing.social_card import Cards
from executable_glossary.model.evidence import Evidence
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.number_format import NumberFormat, measures, number_filters
from executable_glossary.model.page import Document, Page, Section
from executable_glossary.model.plan import Plan
from executable_glossary.model.problem import Problem
from executable_glossary.model.project import Site
from executable_glossary.model.recipe import Recipe
from executable_glossary.model.shown import Shown
from executable_glossary.model.verdict import Verdict
from executable_glossary.model.words import Words
from executable_glossary.stages.render.data_files import data_recipes
from executable_glossary.stages.render.evidence_views import ShownView, view
from executable_glossary.stages.render.filters import FILTERS
from executable_glossary.stages.render.indexes import index_recipes
from executable_glossary.stages.render.json_ld import structured
from executable_glossary.stages.render.page_prose import PageProse, examples_in, href
from executable_glossary.stages.render.social_cards import card_recipes
from executable_glossary.text.markdown_spans import plain
from executable_glossary.text.sanitize_html import harmless

Verdicts = Mapping[tuple[str, str], Verdict]


def recipes(
    glossary: Glossary,
    plan: Plan,
    evidence: Mapping[str, Evidence],
    verdicts: Verdicts,
    templates: Templates,
    site: Site,
    cards: Cards,
) -> Iterator[Recipe]:
    """How each file is made that the site gets from the model. Making it raises TemplateFault."""
    _provide(templates, glossary.words)
    rendering = _Rendering(plan, evidence, verdicts, templates, site)
    yield from ((page.path, partial(rendering.document, page)) for page in plan.published)
    yield from index_recipes(glossary, plan, evidence, verdicts, templates, site)
    yield from data_recipes(glossary, plan, evidence, verdicts, site)
    yield from card_recipes(glossary, plan, site, cards)


def render(
    glossary: Glossary,
    plan: Plan,
    evidence: Mapping[str, Evidence],
    verdicts: Verdicts,
    templates: Templates,
    site: Site,
    cards: Cards,
) -> tuple[tuple[Document, ...], tuple[Problem, ...]]:
    """All of these files. A wrong template is a problem, told once."""
    documents: list[Document] = []
    problems: dict[Problem, None] = {}
    for _, make in recipes(glossary, plan, evidence, verdicts, templates, site, cards):
        try:
            documents.append(make())
        except TemplateFault as error:
            problems[error.problem] = None
    return tuple(documents), tuple(problems)


def _provide(templates: Templates, words: Words) -> None:
    said = {**number_filters(words), "moved": NumberFormat(words).moved}
    templates.provide(
        {**said, **FILTERS, "plain": plain, "harmless": harmless},
        {"href": href, "draw_chart": partial(draw_chart, words=words), "words": words},
    )


class _Rendering:
    """What all pages of one build share."""

    def __init__(
        self,
        plan: Plan,
        evidence: Mapping[str, Evidence],
        verdicts: Verdicts,
        templates: Templates,
        site: Site,
    ) -> None:
        self._plan, self._evidence, self._verdicts = plan, evidence, verdicts
        self._templates, self._site = templates, site
        self._measures = measures(evidence)

    def document(self, page: Page) -> Document:
        prose = PageProse(self._plan, page.key, page.path, self._measures)
        values = {
            "page": page,
            "prose": prose,
            "unlinked": prose.unlinked,
            "view": lambda shown: self._view(page, shown),
            "draw": draw_diagram,
            "recorded": self._recorded(page),
            "drifted": self._drifted(page),
            "structured": structured(self._site, page),
        }
        sections = [(section, self._section(section, values)) for section in page.sections]
        text = self._templates.render(f"formats/{page.format.id}.md.j2", sections=sections, **values)
        edit = f"{page.entry.id}.yml"
        return Document(page.path, text, edit_path=edit)

    def _section(self, section: Section, values: Mapping[str, Any]) -> str:
        name = f"blocks/{section.kind}.md.j2"
        return self._templates.render(name, section=section, content=section.content, **values)

    def _view(self, page: Page, shown: Shown) -> ShownView:
        return view(shown, self._evidence.get(shown.example.name), self._verdicts, page.entry.id)

    def _recorded(self, page: Page) -> list[Evidence]:
        return [found for found in self._used(page) if not found.ran and not found.skipped]

    def _drifted(self, page: Page) -> list[Evidence]:
        return [found for found in self._used(page) if found.drifts]

    def _used(self, page: Page) -> Iterator[Evidence]:
        """Evidence of the examples whose results the page shows, or says in its sentences."""
        names = {shown.example.name for shown in page.shown} | set(examples_in(_texts(page)))
        yield from (found for name, found in self._evidence.items() if name in names)


def _texts(page: Page) -> Iterator[str]:
    yield from (page.title, page.meaning)
    for _, prose in page.prose:
        yield from prose.texts
    yield from (shown.text for shown in page.shown if shown.text)
