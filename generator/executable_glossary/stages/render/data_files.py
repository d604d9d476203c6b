"""The files for machines at the site's root: glossary.json and runs.json (schema 1), SKOS, the feed of changes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from executable_glossary.model.axes import Reader
from executable_glossary.model.block import chosen
from executable_glossary.model.build import PlannedBuild
from executable_glossary.model.evidence import Evidence
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.page import Document, Page, Recipe
from executable_glossary.model.run import Run
from executable_glossary.stages.render.feed import feed
from executable_glossary.stages.render.skos import skos
from executable_glossary.text.markdown_spans import plain

Json = dict[str, Any]
EVERYBODY = "everybody"


def data_recipes(build: PlannedBuild) -> Iterator[Recipe]:
    """What tells addresses that stand alone is only there where the site has one."""
    yield _recipe("glossary.json", lambda: _dumped(_described(build)))
    yield _recipe("runs.json", lambda: _dumped(_runs(build.evidence)))
    yield from _previews(build.glossary)
    if build.site.url:
        yield _recipe("glossary.ttl", lambda: skos(build).encode())
        yield _recipe("feed.xml", lambda: feed(build.glossary, build.site))


def _recipe(path: str, content: Callable[[], bytes]) -> Recipe:
    return path, lambda: Document(path, content())


def _described(build: PlannedBuild) -> Json:
    axes = build.glossary.axes
    return {
        "schema": 1,
        "concepts": [_concept(build, concept) for concept in build.glossary.entries],
        "roles": [_reader(role) for role in axes.roles],
        "audiences": [_reader(audience) for audience in axes.audiences],
    }


def _previews(glossary: Glossary) -> Iterator[Recipe]:
    for audience in (None, *(audience.id for audience in glossary.axes.audiences)):
        path = f"assets/previews/{audience or EVERYBODY}.json"
        yield _recipe(path, partial(_meanings, glossary, audience))


def _meanings(glossary: Glossary, audience: str | None) -> bytes:
    """The meanings in the words of an audience, or of none: [term, meaning] by concept."""
    meanings = {
        str(entry.id): [str(entry.term), plain(said.text)]
        for entry in glossary.entries.values()
        if (said := chosen(entry.meaning, None, audience)) is not None and said.text is not None
    }
    return json.dumps(meanings, ensure_ascii=False, separators=(",", ":")).encode()


def _dumped(value: Json) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def _concept(build: PlannedBuild, concept: str) -> Json:
    entry, pages = build.glossary.entries[concept], build.plan.of_concept(concept)
    return {
        "id": concept,
        "term": entry.term,
        "aliases": [alias.text for alias in entry.aliases],
        "meaning": plain(pages[0].meaning) if pages else "",
        "claims": [
            {"id": claim.id, "example": claim.example, "check": claim.check, "verdict": verdict.kind}
            for claim in entry.claims
            if (verdict := build.verdicts.get((concept, claim.id))) is not None
        ],
        "pages": [_page(page) for page in pages],
    }


def _page(page: Page) -> Json:
    return {"format": page.key.format, "role": page.key.role, "audience": page.key.audience, "url": page.url}


def _reader(reader: Reader) -> Json:
    return {
        "id": reader.id,
        "label": reader.label,
        "aliases": list(dict.fromkeys([*([reader.short] if reader.short else []), *reader.aliases])),
    }


def _runs(evidence: Mapping[str, Evidence]) -> Json:
    return {"schema": 1, "runs": [_run(found, run) for found in evidence.values() for run in found.runs]}


def _run(found: Evidence, run: Run) -> Json:
    return {
        "example": run.example,
        "seed": run.seed,
        "outcome": run.outcome,
        "origin": "executed" if found.ran else "none" if found.skipped else "recorded",
        "reason": found.reason,
        "metrics": dict(run.metrics),
        "seconds": run.seconds,
        "peak_memory": run.peak_memory,
        "versions": dict(run.versions),
        "device": run.device,
        "isolation": dict(run.isolation),
        "impure": list(run.impure),
        "key": run.key,
        "date": run.date,
        "reproduced": found.reproduced,
    }
