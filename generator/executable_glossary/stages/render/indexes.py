"""Renders the pages about the whole glossary: home, A–Z, map, path, evidence, examples, runs, and llms.txt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import partial

from executable_glossary.adapters.jinja_env import Templates
from executable_glossary.model.build import PlannedBuild
from executable_glossary.model.evidence import Evidence
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.page import Document, Recipe
from executable_glossary.stages.render.breadcrumb import GLOSSARY
from executable_glossary.stages.render.concept_map import map_recipes
from executable_glossary.stages.render.evidence_page import PATH as EVIDENCE
from executable_glossary.stages.render.evidence_page import evidence_page
from executable_glossary.stages.render.example_lists import EXAMPLES, examples_page, folder_recipes
from executable_glossary.stages.render.example_pages import example_recipes
from executable_glossary.stages.render.gallery import folder_views
from executable_glossary.stages.render.home import home
from executable_glossary.stages.render.learning_path import PATH, path_page
from executable_glossary.stages.render.page_prose import index_prose
from executable_glossary.text.search_index import fold

HOME = "index.md"
RUNS = "runs/index.md"
LLMS = "llms.txt"


def index_recipes(build: PlannedBuild, templates: Templates) -> Iterator[Recipe]:
    pages: Mapping[str, Callable[[PlannedBuild, Templates], Document]] = {
        HOME: _home_page,
        GLOSSARY: _glossary_page,
        EXAMPLES: examples_page,
        RUNS: _runs_page,
        PATH: path_page,
        EVIDENCE: evidence_page,
    }
    yield from ((path, partial(page, build, templates)) for path, page in pages.items())
    if build.site.url:
        yield LLMS, partial(_llms, build, templates)
    yield from map_recipes(build, templates)
    yield from example_recipes(build, templates)
    yield from folder_recipes(build, templates)


def _home_page(build: PlannedBuild, templates: Templates) -> Document:
    text = templates.render(
        "indexes/home.md.j2",
        path=HOME,
        build=build,
        glossary=build.glossary,
        site=build.site,
        home=home(build),
        views=[*folder_views(build, "")] if not build.glossary.entries else [],
        prose=index_prose(build, HOME),
    )
    return Document(HOME, text)


def _glossary_page(build: PlannedBuild, templates: Templates) -> Document:
    letters = _letters(build.glossary)
    text = templates.render(
        "indexes/glossary.md.j2", path=GLOSSARY, build=build, plan=build.plan, letters=letters
    )
    return Document(GLOSSARY, text)


def _runs_page(build: PlannedBuild, templates: Templates) -> Document:
    text = templates.render(
        "indexes/runs.md.j2",
        path=RUNS,
        build=build,
        evidence=build.evidence,
        dates=_dates(build.evidence),
        total=_seconds(build.evidence),
    )
    return Document(RUNS, text, parent=EXAMPLES)


def _llms(build: PlannedBuild, templates: Templates) -> Document:
    text = templates.render(
        "indexes/llms.txt.j2", build=build, site=build.site, glossary=build.glossary, plan=build.plan
    )
    return Document(LLMS, text.encode())


def _dates(evidence: Mapping[str, Evidence]) -> list[tuple[str, int]]:
    """The number of runs on each day, oldest day first."""
    days = Counter(
        run.date[:10]
        for example_evidence in evidence.values()
        for run in example_evidence.executions
        if run.date
    )
    return sorted(days.items())


def _seconds(evidence: Mapping[str, Evidence]) -> float:
    return sum(run.seconds for example_evidence in evidence.values() for run in example_evidence.executions)


def _letters(glossary: Glossary) -> dict[str, list[tuple[str, str]]]:
    """Every term and alias with its concept, in alphabetical order and keyed by initial letter: Å is listed under A."""
    letters: dict[str, list[tuple[str, str]]] = {}
    names = [(str(name), entry.id) for entry in glossary.entries.values() for name in entry.names]
    for name, concept in sorted(names, key=lambda pair: (fold(pair[0]), pair)):
        first = fold(name)[:1].upper()
        letters.setdefault(first if first.isalpha() else "#", []).append((name, concept))
    return letters
