"""A finding has a name of its own, a check that can fail, and claims and sources that exist."""

from __future__ import annotations

from collections.abc import Iterator

from executable_glossary.model.findings import Finding, Findings
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.problem import Problem
from executable_glossary.model.slugs import ID
from executable_glossary.model.text import Text
from executable_glossary.stages.check.claim_checks import can_fail
from executable_glossary.stages.check.example_references import known_example
from executable_glossary.stages.check.names import ID_MEND


def problems(glossary: Glossary) -> Iterator[Problem]:
    if glossary.findings is None:
        return
    yield from _names(glossary.findings)
    for finding in glossary.findings.all:
        if finding.claim is not None:
            yield from can_fail(finding.claim)
            yield from known_example(glossary, finding.claim.example, finding.claim.example)
        for name in finding.claims:
            yield from _unknown_claim(glossary, name)
        yield from _unknown_sources(glossary.findings, finding)


def _names(findings: Findings) -> Iterator[Problem]:
    seen: dict[str, Finding] = {}
    for finding in findings.all:
        if not ID.fullmatch(finding.id):
            yield Problem(finding.id.place, "bad-id", f'"{finding.id}" cannot stand in a URL', ID_MEND)
        if seen.setdefault(finding.id, finding) is not finding:
            message = f'finding "{finding.id}" stands here and in line {seen[finding.id].id.place.line}'
            yield Problem(finding.id.place, "equal-findings", message, "rename one")


def _unknown_claim(glossary: Glossary, name: Text) -> Iterator[Problem]:
    concept, _, claim = name.partition(".")
    entry = glossary.entries.get(concept)
    if entry is None and not glossary.has_entry(concept):
        help = "write <concept>.<claim>, with the ids of both"
        yield Problem(name.place, "unknown-claim", f'"{name}" names no claim of a concept', help)
    elif entry is not None and entry.claim(claim) is None:
        help = f"use one of {', '.join(claim.id for claim in entry.claims) or 'none yet'}"
        yield Problem(name.place, "unknown-claim", f'{concept} has no claim "{claim}"', help)


def _unknown_sources(findings: Findings, finding: Finding) -> Iterator[Problem]:
    for id in finding.sources:
        if findings.source(id) is None:
            known = ", ".join(source.id for source in findings.sources) or "none yet"
            help = f"add it to `sources`, or use one of {known}"
            yield Problem(id.place, "unknown-source", f'there is no source "{id}"', help)
