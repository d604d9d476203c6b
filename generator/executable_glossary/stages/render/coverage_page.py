"""Renders the coverage page, which shows gaps and what to write next, and its data: coverage.json (schema 1)."""

from __future__ import annotations

import json
from typing import Any

from executable_glossary.adapters.jinja_env import TemplateFault, Templates
from executable_glossary.model.coverage import ConceptCoverage, Coverage, Gap, VariantCoverage, matrices
from executable_glossary.model.page import Document
from executable_glossary.model.problem import Problem
from executable_glossary.stages.render.breadcrumb import GLOSSARY

PATH, DATA = "coverage/index.md", "coverage.json"
SCHEMA = 1
# The maximum number of gaps on the page; the data contains all of them.
SHOWN = 12

Json = dict[str, Any]


def render_coverage(
    coverage: Coverage, templates: Templates
) -> tuple[tuple[Document, ...], tuple[Problem, ...]]:
    """The page and its data, or only the data if the template has an error."""
    data = Document(DATA, (coverage_as_json(coverage) + "\n").encode())
    try:
        text = templates.render(
            "indexes/coverage.md.j2",
            path=PATH,
            coverage=coverage,
            matrices=matrices(coverage),
            shown=[gap for gap in coverage.gaps if gap.missed][:SHOWN],
            elsewhere=_elsewhere(coverage),
            named=lambda variant: coverage.note(variant.key),
        )
    except TemplateFault as error:
        return (data,), (error.problem,)
    return (Document(PATH, text, parent=GLOSSARY), data), ()


def coverage_as_json(coverage: Coverage) -> str:
    """The data, whose format is described under "Published data" in generator/README.md."""
    concepts = [_concept(concept) for concept in coverage.concepts]
    data = {"schema": SCHEMA, "concepts": concepts, "next": [_gap(gap) for gap in coverage.gaps]}
    return json.dumps(data, ensure_ascii=False, indent=1)


def _elsewhere(coverage: Coverage) -> list[tuple[ConceptCoverage, list[VariantCoverage]]]:
    """Unpublished variants in formats that the concept has for other readers, whose pages are used
    instead."""
    concepts = []
    for concept in coverage.concepts:
        formats = {variant.key.format for variant in concept.variants if variant.status != "missing"}
        absent = [
            variant
            for variant in concept.variants
            if variant.key.format in formats and variant.status != "published"
        ]
        if absent:
            concepts.append((concept, absent))
    return concepts


def _concept(concept: ConceptCoverage) -> Json:
    return {
        "id": concept.entry.id,
        "term": concept.entry.term,
        "linked": concept.linked,
        "variants": [_variant(variant) for variant in concept.variants],
    }


def _variant(variant: VariantCoverage) -> Json:
    return {
        "format": variant.key.format,
        "role": variant.key.role,
        "audience": variant.key.audience,
        "status": variant.status,
        "written": round(variant.written, 3),
        "overlap": round(variant.overlap, 3),
        "lacks": list(variant.lacks),
        "url": variant.page.url if variant.page else None,
        "instead": variant.instead.url if variant.instead else None,
        "linked": variant.linked,
    }


def _gap(gap: Gap) -> Json:
    return {
        "concept": gap.concept.entry.id,
        "format": gap.format.id,
        "missed": gap.missed,
        "linked": gap.concept.linked,
        "lacks": list(gap.lacks),
        "readers": [
            {"role": variant.key.role, "audience": variant.key.audience, "missed": variant.missed}
            for variant in gap.variants
        ],
    }
