"""The change report as JSON for programs. generator/README.md describes its schema under "Published data"."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from executable_glossary.app.change_report import Review
from executable_glossary.app.change_report.escaping import for_programs
from executable_glossary.app.change_report.wording import summary
from executable_glossary.app.tables.problem_list import described
from executable_glossary.model.comparison import (
    Altered,
    ClaimChange,
    ClaimState,
    Comparison,
    Edit,
    EvidenceChanges,
    PageChanges,
    PageName,
    Shift,
)

SCHEMA = 2
Json = dict[str, Any]


def review_as_json(review: Review) -> str:
    comparison = review.comparison
    document: Json = {
        "schema": SCHEMA,
        "base": {"name": review.base.name, "commit": review.base.commit},
        "note": review.note,
        "summary": list(summary(comparison)),
        "compared": not comparison.obstacle,
        "obstacle": comparison.obstacle,
        "pages": _pages(comparison.pages),
        "readers": _readers(comparison),
        "evidence": _evidence(comparison.evidence),
        "concepts": _concepts(comparison),
        "settings": [asdict(change) for change in comparison.settings],
        "fields": [asdict(change) for change in comparison.fields],
        "files": [asdict(change) for change in comparison.files],
        "problems": {
            "new": [described(problem) for problem in comparison.new_problems],
            "gone": [described(problem) for problem in comparison.gone_problems],
        },
    }
    return for_programs(json.dumps(document, ensure_ascii=False, indent=1))


def _pages(pages: PageChanges) -> Json:
    return {
        "added": [{**_page(added.page), "edits": _edits(added.edits)} for added in pages.added],
        "removed": [
            {
                **_page(removed.page),
                "reason": removed.reason,
                "instead": removed.instead or None,
                "edits": _edits(removed.edits),
            }
            for removed in pages.removed
        ],
        "altered": [_altered(change) for change in pages.altered],
        "markup": [_page(page) for page in pages.markup],
    }


def _page(page: PageName) -> Json:
    return {
        "url": page.url,
        "concept": page.concept or None,
        "format": page.format or None,
        "role": page.role,
        "audience": page.audience,
    }


def _altered(change: Altered) -> Json:
    shares = {name: _shift(getattr(change, name)) for name in ("grade", "overlap", "coverage")}
    return {**_page(change.page), **shares, "edits": _edits(change.edits)}


def _edits(edits: tuple[Edit, ...]) -> list[Json]:
    return [
        {"section": edit.section, "heading": edit.heading, "before": edit.before, "after": edit.after}
        for edit in edits
    ]


def _shift(shift: Shift | None) -> Json | None:
    return {"before": shift.before, "after": shift.after} if shift else None


def _readers(comparison: Comparison) -> list[Json]:
    return [
        {
            "role": changes.role,
            "audience": changes.audience,
            "added": changes.added,
            "removed": changes.removed,
            "altered": changes.altered,
        }
        for changes in comparison.readers
    ]


def _evidence(evidence: EvidenceChanges) -> Json:
    return {
        "metrics": [
            {
                "example": moved.example,
                "metric": moved.metric,
                "mean": _shift(moved.mean),
                "runs": _shift(moved.runs),
                "tolerated": moved.tolerated,
                "exempt": moved.exempt,
            }
            for moved in evidence.metrics
        ],
        "claims": [_claim(change) for change in evidence.claims],
        "unrecorded": list(evidence.unrecorded),
    }


def _claim(change: ClaimChange) -> Json:
    return {
        "concept": change.concept,
        "claim": change.claim,
        "before": _state(change.before),
        "after": _state(change.after),
    }


def _state(state: ClaimState | None) -> Json | None:
    if state is None:
        return None
    return {"text": state.text, "check": state.check, "verdict": state.verdict, "margin": state.margin}


def _concepts(comparison: Comparison) -> Json:
    names = ("added", "removed", "orphaned", "broken")
    return {name: list(getattr(comparison.concepts, name)) for name in names}
