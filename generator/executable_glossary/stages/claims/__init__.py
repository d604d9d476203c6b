"""Holds what is written against what was measured: every claim, and every number in prose, at every build."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from executable_glossary.adapters.memoize import memoized
from executable_glossary.model.entry import Claim, Entry
from executable_glossary.model.evidence import Evidence
from executable_glossary.model.findings import Finding, Findings
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.problem import Problem
from executable_glossary.model.verdict import Verdict
from executable_glossary.stages.claims.shown_evidence import (
    missing_figures,
    nothing_to_show,
    wrong_charts,
    wrong_numbers,
)
from executable_glossary.stages.claims.verdict import Refuted, judged

Verdicts = Mapping[tuple[str, str], Verdict]


def judge(glossary: Glossary, evidence: Mapping[str, Evidence]) -> tuple[Verdicts, tuple[Problem, ...]]:
    """Verdicts by concept and claim. An example that failed is reported by `execute`; one that was skipped leaves
    its claims open, and is a problem only where a text rests on its results."""
    verdicts: dict[tuple[str, str], Verdict] = {}
    problems: list[Problem] = []
    for written in glossary.written:
        found, wrong = _held(written, *evidence.values())
        verdicts |= found
        problems += wrong
    for one in evidence.values():
        problems += wrong_charts(one) if _passed(one) else ()
    return verdicts, tuple(problems)


@memoized(lambda written, *_: written.id)
def _held(written: Entry | Findings, *evidence: Evidence) -> tuple[Verdicts, tuple[Problem, ...]]:
    """What one entry, or the findings, say against what was measured."""
    passed = {found.example.name: found for found in evidence if _passed(found)}
    empty = {found.example.name: found for found in evidence if found.skipped}
    problems = list(_nothing_behind(written, passed, empty))
    verdicts: dict[tuple[str, str], Verdict] = {}
    for claim, refuted in _claims(written):
        if claim.example in empty:
            verdicts[written.id, claim.id] = Verdict(claim, "not run here", (), (), 0)
            continue
        verdict, wrong = judged(claim, passed.get(claim.example), refuted)
        problems += wrong
        if verdict is not None:
            verdicts[written.id, claim.id] = verdict
    return verdicts, tuple(problems)


def _passed(found: Evidence) -> bool:
    return bool(found.runs) and all(run.outcome == "passed" for run in found.runs)


def _nothing_behind(
    written: Entry | Findings, passed: Mapping[str, Evidence], empty: Mapping[str, Evidence]
) -> Iterator[Problem]:
    """What is shown and was not measured."""
    yield from wrong_numbers(written.prose, passed)
    if isinstance(written, Entry):
        yield from missing_figures(written, passed)
        yield from nothing_to_show(written, empty)


def _claims(written: Entry | Findings) -> Iterator[tuple[Claim, Refuted]]:
    """Every sentence that an example can refute, and how it is told that it was."""
    if isinstance(written, Entry):
        yield from ((claim, _claim_refuted) for claim in written.claims)
        return
    for finding in written.all:
        if finding.claim is not None:
            yield finding.claim, partial(_finding_refuted, finding)


def _claim_refuted(claim: Claim, values: str, found: Evidence) -> Problem:
    message = f'claim "{claim.id}" is refuted by {claim.example} ({found.origin}): {values}'
    help = "correct the claim's text and check, or find out why the example's result changed"
    return Problem(claim.check.place, "claim-refuted", message, help)


def _finding_refuted(finding: Finding, claim: Claim, values: str, found: Evidence) -> Problem:
    message = f'"{finding.verdict}" no longer stands for "{finding.id}": {found.example.name} ({found.origin}) has {values}'
    help = "write the verdict that the numbers give and what was found, or find out why the example's result changed"
    return Problem(claim.check.place, "finding-refuted", message, help)
