"""The files for machines at the site's root: glossary.json and runs.json (schema 1), SKOS, the feed of changes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from generator.model.axes import Reader
from generator.model.block import chosen
from generator.model.evidence import Evidence
from generator.model.glossary import Glossary
from generator.model.page import Document, Page
from generator.model.plan import Plan
from generator.model.project import Site
from generator.model.run import Run
from generator.model.verdict import Verdict
from generator.stages.render.feed import feed
from generator.stages.render.skos import skos
from generator.tools.prose import plain

Json = dict[str, Any]
EVERYBODY = "everybody"


def data_documents(
    glossary: Glossary,
    plan: Plan,
    evidence: Mapping[str, Evidence],
    verdicts: Mapping[tuple[str, str], Verdict],
    site: Site,
) -> tuple[Document, ...]:
    """What tells addresses that stand alone is only there where the site has one."""
    runs = {"schema": 1, "runs": [_run(found, run) for found in evidence.values() for run in found.runs]}
    data = (
        Document("glossary.json", _dumped(_described(glossary, plan, verdicts))),
        Document("runs.json", _dumped(runs)),
        *_previews(glossary),
    )
    if not site.url:
        return data
    turtle = Document("glossary.ttl", skos(glossary, plan, site).encode())
    return (*data, turtle, Document("feed.xml", feed(glossary, site)))


def _described(glossary: Glossary, plan: Plan, verdicts: Mapping[tuple[str, str], Verdict]) -> Json:
    axes = glossary.axes
    return {
        "schema": 1,
        "concepts": [_concept(glossary, plan, verdicts, concept) for concept in glossary.entries],
        "roles": [_reader(role) for role in axes.roles],
        "audiences": [_reader(audience) for audience in axes.audiences],
    }


def _previews(glossary: Glossary) -> Iterator[Document]:
    """The meanings in the words of each audience, and of none: [term, meaning] by concept."""
    for audience in (None, *(audience.id for audience in glossary.axes.audiences)):
        meanings = {
            str(entry.id): [str(entry.term), plain(said.text)]
            for entry in glossary.entries.values()
            if (said := chosen(entry.meaning, None, audience)) is not None and said.text is not None
        }
        text = json.dumps(meanings, ensure_ascii=False, separators=(",", ":"))
        yield Document(f"assets/previews/{audience or EVERYBODY}.json", text.encode())


def _dumped(value: Json) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def _concept(
    glossary: Glossary, plan: Plan, verdicts: Mapping[tuple[str, str], Verdict], concept: str
) -> Json:
    entry, pages = glossary.entries[concept], plan.of_concept(concept)
    return {
        "id": concept,
        "term": entry.term,
        "aliases": [alias.text for alias in entry.aliases],
        "meaning": plain(pages[0].meaning) if pages else "",
        "claims": [
            {"id": claim.id, "example": claim.example, "check": claim.check, "verdict": verdict.kind}
            for claim in entry.claims
            if (verdict := verdicts.get((concept, claim.id))) is not None
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
