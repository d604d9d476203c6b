"""Pages about the whole: home, A–Z, evidence, all examples, all runs, and one for each example with its downloads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from generator.model.evidence import Evidence
from generator.model.example import Example
from generator.model.glossary import Glossary
from generator.model.page import Document
from generator.model.plan import Plan
from generator.model.project import Site
from generator.model.verdict import Verdict
from generator.stages.render.evidence import figures_of, outputs_of, plots_of
from generator.stages.render.findings import claims_of, evidence_page, findings_of
from generator.stages.render.notebook import notebook
from generator.stages.render.uses import concepts_by_example, modules_of
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
    for name, path in INDEXES.items():
        text = templates.render(f"indexes/{name}.md.j2", path=path, **counted, **shared)
        yield Document(path, text)
    yield evidence_page(glossary, plan, evidence, verdicts, templates)
    if site.url:
        yield Document("llms.txt", templates.render("indexes/llms.txt.j2", site=site, **shared).encode())
    uses = concepts_by_example(glossary)
    for example in glossary.examples.values():
        found = evidence.get(example.name)
        pages = [page for concept in uses[example.name] for page in plan.of_concept(concept)[:1]]
        modules = modules_of(example, found, glossary.modules)
        needs = [glossary.examples[need] for need in example.settings.needs]
        around = {"concepts": pages, "modules": modules, "needs": needs}
        yield _example_page(example, found, templates, {**shared, **around})
        yield from _downloads(example, found, modules)


def _downloads(example: Example, found: Evidence | None, modules: Mapping[str, bytes]) -> Iterator[Document]:
    folder = f"examples/{example.name}"
    yield Document(f"{folder}/{example.name}.py", example.source.encode())
    yield Document(f"{folder}/{example.name}.ipynb", notebook(example, found))
    yield from (Document(f"{folder}/{name}", content) for name, content in modules.items())
    for figure in figures_of(found):
        yield Document(f"{folder}/{figure.name}.png", figure.file.read_bytes())


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


def _example_page(
    example: Example, found: Evidence | None, templates: Templates, shared: Mapping[str, Any]
) -> Document:
    outputs = {output.cell: output for output in outputs_of(found)}
    claims = claims_of(shared["glossary"], shared["plan"], shared["verdicts"])
    path = f"examples/{example.name}/index.md"
    text = templates.render(
        "indexes/example.md.j2",
        path=path,
        example=example,
        found=found,
        outputs=outputs,
        plots=plots_of(example, found),
        claims=[view for view in claims if view.verdict and view.claim.example == example.name],
        findings=findings_of(shared["glossary"], example.name),
        made_with=_made_with(found),
        **shared,
    )
    return Document(path, text)


def _made_with(found: Evidence | None) -> str:
    versions = found.runs[0].versions if found and found.runs else {}
    return ", ".join(f"{name} {version}" for name, version in versions.items()) or "nothing but Python"
