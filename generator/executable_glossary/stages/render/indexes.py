"""Pages about the whole: home, A–Z, map, path, evidence, all examples, all runs, and one for each example with its downloads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from executable_glossary.adapters.jinja_env import Templates
from executable_glossary.model.evidence import Evidence
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.number_format import measures
from executable_glossary.model.page import Document, PageKey
from executable_glossary.model.plan import Plan
from executable_glossary.model.project import Site
from executable_glossary.model.recipe import Recipe
from executable_glossary.model.verdict import Verdict
from executable_glossary.stages.render.concept_map import PATH as MAP
from executable_glossary.stages.render.concept_map import map_page
from executable_glossary.stages.render.evidence_page import PATH as EVIDENCE
from executable_glossary.stages.render.evidence_page import evidence_page
from executable_glossary.stages.render.example_pages import example_recipes
from executable_glossary.stages.render.home import home
from executable_glossary.stages.render.learning_path import PATH, path_page
from executable_glossary.stages.render.page_prose import PageProse

INDEXES = {
    "home": "index.md",
    "glossary": "glossary/index.md",
    "examples": "examples/index.md",
    "runs": "runs/index.md",
}
LLMS = "llms.txt"


def index_recipes(
    glossary: Glossary,
    plan: Plan,
    evidence: Mapping[str, Evidence],
    verdicts: Mapping[tuple[str, str], Verdict],
    templates: Templates,
    site: Site,
) -> Iterator[Recipe]:
    shared = {"glossary": glossary, "plan": plan, "evidence": evidence, "verdicts": verdicts}
    for name, path in INDEXES.items():
        yield path, partial(_index, name, path, site, templates, shared)
    yield MAP, partial(map_page, glossary, plan, templates)
    yield PATH, partial(path_page, glossary, plan, evidence, templates)
    yield EVIDENCE, partial(evidence_page, glossary, plan, evidence, verdicts, templates)
    if site.url:
        yield LLMS, partial(_llms, site, templates, shared)
    yield from example_recipes(shared, templates)


def _index(name: str, path: str, site: Site, templates: Templates, shared: Mapping[str, Any]) -> Document:
    glossary, evidence = shared["glossary"], shared["evidence"]
    counted = {"letters": _letters(glossary), "dates": _dates(evidence), "total": _seconds(evidence)}
    prose = PageProse(shared["plan"], PageKey("", ""), path, measures(evidence))
    begun = {"site": site, "home": home(**shared), "prose": prose}
    return Document(path, templates.render(f"indexes/{name}.md.j2", path=path, **begun, **counted, **shared))


def _llms(site: Site, templates: Templates, shared: Mapping[str, Any]) -> Document:
    return Document(LLMS, templates.render("indexes/llms.txt.j2", site=site, **shared).encode())


def _dates(evidence: Mapping[str, Evidence]) -> list[tuple[str, int]]:
    """Days on which the runs were made, oldest first, with how many there were."""
    days = Counter(run.date[:10] for found in evidence.values() for run in found.runs if run.date)
    return sorted(days.items())


def _seconds(evidence: Mapping[str, Evidence]) -> float:
    return sum(run.seconds for found in evidence.values() for run in found.runs)


def _letters(glossary: Glossary) -> dict[str, list[tuple[str, str]]]:
    """Letter → (name, concept), every term and alias in its alphabetical place."""
    letters: dict[str, list[tuple[str, str]]] = {}
    named = [(str(name), entry.id) for entry in glossary.entries.values() for name in entry.names]
    for name, concept in sorted(named, key=lambda pair: (pair[0].casefold(), pair[1])):
        letters.setdefault(name[0].upper() if name[0].isalpha() else "#", []).append((name, concept))
    return letters
