"""Builds the files that accompany the pages: glossary.json, runs.json (schema 1), meaning previews, and
link preview images."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from executable_glossary.drawing.social_card import Cards
from executable_glossary.model.axes import Reader
from executable_glossary.model.block import chosen
from executable_glossary.model.build import PlannedBuild
from executable_glossary.model.entry import Entry
from executable_glossary.model.evidence import Evidence
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.page import Document, Page, Recipe
from executable_glossary.model.run import Run
from executable_glossary.stages.render.feed import feed
from executable_glossary.stages.render.skos import skos
from executable_glossary.text.markdown_spans import plain

Json = dict[str, Any]
EVERYBODY = "everybody"


def data_recipes(build: PlannedBuild, cards: Cards) -> Iterator[Recipe]:
    """The data files. Files that contain absolute URLs, or that pages refer to only by absolute URL, are built only for
    a site with a URL."""
    yield _recipe("glossary.json", lambda: _dumped(_glossary(build)))
    yield _recipe("runs.json", lambda: _dumped(_runs(build.evidence)))
    yield from _previews(build.glossary)
    if build.site.url:
        yield _recipe("glossary.ttl", lambda: skos(build).encode())
        yield _recipe("feed.xml", lambda: feed(build.glossary, build.site))
    if build.site.url and cards.possible:
        for entry in build.glossary.entries.values():
            yield _recipe(f"{entry.id}/card.png", partial(_card, entry, build, cards))


def _recipe(path: str, content: Callable[[], bytes]) -> Recipe:
    return path, lambda: Document(path, content())


def _dumped(value: Json) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


# glossary.json


def _glossary(build: PlannedBuild) -> Json:
    axes = build.glossary.axes
    return {
        "schema": 1,
        "concepts": [_concept(build, entry) for entry in build.glossary.entries.values()],
        "roles": [_reader(role) for role in axes.roles],
        "audiences": [_reader(audience) for audience in axes.audiences],
    }


def _concept(build: PlannedBuild, entry: Entry) -> Json:
    pages = build.plan.of_concept(entry.id)
    return {
        "id": str(entry.id),
        "term": entry.term,
        "aliases": list(entry.synonyms),
        "search": [*entry.related_words, *entry.search],
        "meaning": plain(pages[0].meaning) if pages else "",
        "claims": [
            {"id": claim.id, "example": claim.example, "check": claim.check, "verdict": verdict.kind}
            for claim in entry.claims
            if (verdict := build.verdicts.get((entry.id, claim.id))) is not None
        ],
        "pages": [_page(page) for page in pages],
    }


def _page(page: Page) -> Json:
    key = page.key
    return {
        "format": key.format,
        "role": key.role,
        "audience": key.audience,
        "url": page.url,
        "title": plain(page.title),
        "note": page.note if key.audience else "",
    }


def _reader(reader: Reader) -> Json:
    return {
        "id": reader.id,
        "label": reader.label,
        "aliases": list(dict.fromkeys([*([reader.short] if reader.short else []), *reader.aliases])),
    }


# runs.json


def _runs(evidence: Mapping[str, Evidence]) -> Json:
    return {
        "schema": 1,
        "runs": [
            _run(example_evidence, run)
            for example_evidence in evidence.values()
            for run in example_evidence.runs
        ],
    }


def _run(evidence: Evidence, run: Run) -> Json:
    return {
        "example": run.example,
        "seed": run.seed,
        "together": list(run.by_seed),
        "outcome": run.outcome,
        "origin": "executed" if evidence.ran else "none" if evidence.skipped else "recorded",
        "reason": evidence.reason,
        "metrics": dict(run.metrics),
        "seconds": run.seconds,
        "peak_memory": run.peak_memory,
        "versions": dict(run.versions),
        "device": run.device,
        "isolation": dict(run.isolation),
        "impure": list(run.impure),
        "key": run.key,
        "date": run.date,
        "reproduced": evidence.reproduced,
    }


# Meaning previews, one file per audience


def _previews(glossary: Glossary) -> Iterator[Recipe]:
    for audience in (None, *(audience.id for audience in glossary.axes.audiences)):
        path = f"assets/previews/{audience or EVERYBODY}.json"
        yield _recipe(path, partial(_meanings, glossary, audience))


def _meanings(glossary: Glossary, audience: str | None) -> bytes:
    """[term, meaning] keyed by concept, worded for the audience, or for everybody if `audience` is None."""
    meanings = {
        str(entry.id): [str(entry.term), plain(variant.text)]
        for entry in glossary.entries.values()
        if (variant := chosen(entry.meaning, None, audience)) is not None and variant.text is not None
    }
    return json.dumps(meanings, ensure_ascii=False, separators=(",", ":")).encode()


# Preview images for shared links


def _card(entry: Entry, build: PlannedBuild, cards: Cards) -> bytes:
    meaning = plain(build.plan.of_concept(entry.id)[0].meaning)
    return cards.card(str(entry.term), meaning, build.site.name)
