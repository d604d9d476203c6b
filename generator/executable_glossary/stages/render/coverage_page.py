"""The page of what is written for whom and what to write next, and the same as data: coverage.json (schema 1)."""

from __future__ import annotations

import json
from typing import Any

from executable_glossary.adapters.jinja_env import TemplateFault, Templates
from executable_glossary.model.coverage import ConceptCoverage, Coverage, Gap, VariantCoverage
from executable_glossary.model.coverage_matrix import matrices
from executable_glossary.model.page import Document
from executable_glossary.model.problem import Problem

PATH, DATA = "coverage/index.md", "coverage.json"
SCHEMA = 1
# So many gaps are shown on the page; all of them are in the data.
SHOWN = 12

Json = dict[str, Any]


def render_coverage(
    coverage: Coverage, templates: Templates
) -> tuple[tuple[Document, ...], tuple[Problem, ...]]:
    """The page and its data. A wrong template is a problem."""
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
    return (Document(PATH, text), data), ()


def coverage_as_json(coverage: Coverage) -> str:
    """See "Published data" in generator/README.md."""
    concepts = [_concept(concept) for concept in coverage.concepts]
    told = {"schema": SCHEMA, "concepts": concepts, "next": [_gap(gap) for gap in coverage.gaps]}
    return json.dumps(told, ensure_ascii=False, indent=1)


def _elsewhere(coverage: Coverage) -> list[tuple[ConceptCoverage, list[VariantCoverage]]]:
    """What is not published of formats that a concept has for somebody: its reader gets another's page."""
    found = []
    for concept in coverage.concepts:
        begun = {one.key.format for one in concept.variants if one.status != "missing"}
        absent = [one for one in concept.variants if one.key.format in begun and one.status != "published"]
        if absent:
            found.append((concept, absent))
    return found


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
            {"role": one.key.role, "audience": one.key.audience, "missed": one.missed} for one in gap.variants
        ],
    }
