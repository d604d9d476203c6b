"""Every finding has a unique id, a check that can fail, and claims and sources that exist."""

from __future__ import annotations

from collections.abc import Iterator

from executable_glossary.model.findings import Finding, Findings
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.problem import Problem
from executable_glossary.model.rule import Rule
from executable_glossary.model.slugs import ID
from executable_glossary.model.text import Text
from executable_glossary.stages.check.claim_checks import cannot_fail
from executable_glossary.stages.check.example_references import (
    UNKNOWN_CLAIM,
    missing_example,
    names_of_claims,
    one_of,
)
from executable_glossary.stages.check.names import BAD_ID, ID_HELP

EQUAL_FINDINGS = Rule(
    code="equal-findings",
    when="the content is checked",
    summary="Two findings have the same id.",
    why="Both would have the same anchor on the findings page.",
    example="Two items `id: better` in `concepts/_findings.yml`",
    instead="`id: better` and `id: cheaper`",
)
UNKNOWN_SOURCE = Rule(
    code="unknown-source",
    when="the content is checked",
    summary="A finding cites a source that is not listed in the file.",
    why="Readers could not look up the publication.",
    example="`sources: [calvel]`, where the file lists a source with `id: calvel-1990`",
    instead="`sources: [calvel-1990]`",
)


def problems(glossary: Glossary) -> Iterator[Problem]:
    if glossary.findings is None:
        return
    yield from _ids(glossary.findings)
    for finding in glossary.findings.all:
        if finding.claim is not None:
            yield from cannot_fail(finding.claim)
            yield from missing_example(glossary, finding.claim.example, finding.claim.example)
        for name in finding.claims:
            yield from _unknown_claim(glossary, name)
        yield from _unknown_sources(glossary.findings, finding)


def _ids(findings: Findings) -> Iterator[Problem]:
    seen: dict[str, Finding] = {}
    for finding in findings.all:
        if not ID.fullmatch(finding.id):
            yield BAD_ID.at(finding.id.place, f'"{finding.id}" cannot be part of a URL', ID_HELP)
        if seen.setdefault(finding.id, finding) is not finding:
            message = f'the id "{finding.id}" is used here and on line {seen[finding.id].id.place.line}'
            yield EQUAL_FINDINGS.at(finding.id.place, message, "rename one")


def _unknown_claim(glossary: Glossary, name: Text) -> Iterator[Problem]:
    concept, _, claim = name.partition(".")
    entry = glossary.entries.get(concept)
    if entry is None and not glossary.has_entry(concept):
        help = "write <concept>.<claim>, with the ids of both"
        yield UNKNOWN_CLAIM.at(name.place, f'"{name}" does not refer to a claim of a concept', help)
    elif entry is not None and entry.claim(claim) is None:
        yield UNKNOWN_CLAIM.at(name.place, f'{concept} has no claim "{claim}"', names_of_claims(entry))


def _unknown_sources(findings: Findings, finding: Finding) -> Iterator[Problem]:
    for id in finding.sources:
        if findings.source(id) is None:
            help = one_of([source.id for source in findings.sources], "list it under `sources`")
            yield UNKNOWN_SOURCE.at(id.place, f'there is no source "{id}"', help)
