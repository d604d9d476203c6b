"""Renders a planned build: concept pages, pages about the whole glossary, and data files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from executable_glossary.adapters.jinja_env import TemplateFault, Templates
from executable_glossary.drawing.chart import chart_drawer
from executable_glossary.drawing.diagram import draw_diagram
from executable_glossary.drawing.social_card import Cards
from executable_glossary.execution.example_markup import shown_code
from executable_glossary.model.build import PlannedBuild
from executable_glossary.model.evidence import Evidence
from executable_glossary.model.example import install_command
from executable_glossary.model.number_format import NumberFormat, measures, number_filters
from executable_glossary.model.page import Document, Page, Recipe, Section, Shown
from executable_glossary.model.problem import Problem
from executable_glossary.model.words import Words
from executable_glossary.stages.render.breadcrumb import GLOSSARY, breadcrumb
from executable_glossary.stages.render.data_files import data_recipes
from executable_glossary.stages.render.evidence_views import ShownView, stderr_view, view
from executable_glossary.stages.render.filters import FILTERS
from executable_glossary.stages.render.indexes import index_recipes
from executable_glossary.stages.render.json_ld import structured
from executable_glossary.stages.render.page_prose import PageProse, examples_in, href
from executable_glossary.stages.render.value_views import value_view
from executable_glossary.text.markdown_spans import plain
from executable_glossary.text.sanitize_html import harmless


def recipes(build: PlannedBuild, templates: Templates, cards: Cards) -> Iterator[Recipe]:
    """The path of every file, with the function that builds the file and can raise TemplateFault."""
    _provide(templates, build.glossary.words)
    renderer = _PageRenderer(build, templates)
    yield from ((page.path, partial(renderer.document, page)) for page in build.plan.published)
    yield from index_recipes(build, templates)
    yield from data_recipes(build, cards)


def render(
    build: PlannedBuild, templates: Templates, cards: Cards
) -> tuple[tuple[Document, ...], tuple[Problem, ...]]:
    """Build all files. A template with an error is reported once, regardless of how many pages use it."""
    documents: list[Document] = []
    problems: dict[Problem, None] = {}
    for _, make in recipes(build, templates, cards):
        try:
            documents.append(make())
        except TemplateFault as error:
            problems[error.problem] = None
    return tuple(documents), tuple(problems)


def _provide(templates: Templates, words: Words) -> None:
    filters = {**number_filters(words), "moved": NumberFormat(words).moved}
    templates.provide(
        {**filters, **FILTERS, "plain": plain, "harmless": harmless, "shown_code": shown_code},
        {
            "href": href,
            "value_view": value_view,
            "stderr_view": stderr_view,
            "draw_chart": chart_drawer(words),
            "words": words,
            "install_command": install_command,
        },
    )


class _PageRenderer:
    """Renders concept pages. Each page depends only on its own values, so a preview can reuse it."""

    def __init__(self, build: PlannedBuild, templates: Templates) -> None:
        self._build, self._templates = build, templates
        self._measures = measures(build.evidence)

    def document(self, page: Page) -> Document:
        prose = PageProse(self._build.plan, page.key, page.path, self._measures, page.sources)
        crumbs = breadcrumb(self._build, page)
        values = {
            "page": page,
            "prose": prose,
            "unlinked": prose.unlinked,
            "view": lambda shown: self._view(page, shown),
            "draw": draw_diagram,
            "recorded": self._recorded(page),
            "drifted": self._drifted(page),
            "crumbs": crumbs,
            "structured": structured(self._build.site, page, crumbs),
        }
        sections = [(section, self._section(section, values)) for section in page.sections]
        text = self._templates.render(f"formats/{page.format.id}.md.j2", sections=sections, **values)
        edit = f"{page.entry.id}.yml"
        return Document(page.path, text, edit_path=edit, parent=GLOSSARY)

    def _section(self, section: Section, values: Mapping[str, Any]) -> str:
        name = f"blocks/{section.kind}.md.j2"
        return self._templates.render(name, section=section, content=section.content, **values)

    def _view(self, page: Page, shown: Shown) -> ShownView:
        return view(shown, self._build.evidence.get(shown.example.name), self._build.verdicts, page.entry.id)

    def _recorded(self, page: Page) -> list[Evidence]:
        return [evidence for evidence in self._used(page) if not evidence.ran and not evidence.skipped]

    def _drifted(self, page: Page) -> list[Evidence]:
        return [evidence for evidence in self._used(page) if evidence.drifts]

    def _used(self, page: Page) -> Iterator[Evidence]:
        """The evidence of the examples whose results the page shows or cites in its text."""
        names = {shown.example.name for shown in page.shown} | set(examples_in(_texts(page)))
        yield from (evidence for name, evidence in self._build.evidence.items() if name in names)


def _texts(page: Page) -> Iterator[str]:
    yield from (page.title, page.meaning)
    for _, prose in page.prose:
        yield from prose.texts
    yield from (shown.text for shown in page.shown if shown.text)
