"""Pages about the whole: home, A–Z, map, path, evidence, all examples, all runs, and one for each example with its downloads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from generator.model.evidence import Evidence
from generator.model.glossary import Glossary
from generator.model.page import Document
from generator.model.plan import Plan
from generator.model.project import Site
from generator.model.verdict import Verdict
from generator.stages.render.concept_map import map_page
from generator.stages.render.example_pages import example_documents
from generator.stages.render.findings import evidence_page
from generator.stages.render.home import home
from generator.stages.render.paths import path_page
from generator.tools.jinja_env import Templates

INDEXES = {
    "home": "index.md",
    "glossary": "glossary/index.md",
    "examples": "examples/index.md",
    "runs": "runs/index.md",
}


def index_documents(
    glossary: Glossary,
    plan: Plan,
    evidence: Mapping[str, Evidence],
    verdicts: Mapping[tuple[str, str], Verdict],
    templates: Templates,
    site: Site,
) -> Iterator[Document]:
    shared = {"glossary": glossary, "plan": plan, "evidence": evidence, "verdicts": verdicts}
    counted = {"letters": _letters(glossary), "dates": _dates(evidence), "total": _seconds(evidence)}
    begun = {"site": site, "home": home(glossary, plan, evidence, verdicts)}
    for name, path in INDEXES.items():
        text = templates.render(f"indexes/{name}.md.j2", path=path, **begun, **counted, **shared)
        yield Document(path, text)
    yield map_page(glossary, plan, templates)
    yield path_page(glossary, plan, evidence, templates)
    yield evidence_page(glossary, plan, evidence, verdicts, templates)
    if site.url:
        yield Document("llms.txt", templates.render("indexes/llms.txt.j2", site=site, **shared).encode())
    yield from example_documents(shared, templates)


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
