"""Holds what is written against what was measured: every claim, and every number in prose, at every build."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from generator.model.entry import Claim
from generator.model.evidence import Evidence
from generator.model.findings import EVIDENCE, Finding
from generator.model.glossary import Glossary
from generator.model.problem import Problem
from generator.model.verdict import Verdict
from generator.stages.judge.shown import missing_figures, nothing_to_show, wrong_charts, wrong_numbers
from generator.stages.judge.verdict import Refuted, judged

Verdicts = Mapping[tuple[str, str], Verdict]


def judge(glossary: Glossary, evidence: Mapping[str, Evidence]) -> tuple[Verdicts, tuple[Problem, ...]]:
    """Verdicts by concept and claim. An example that failed is reported by `execute`; one that was skipped leaves
    its claims open, and is a problem only where a text rests on its results."""
    passed = {name: found for name, found in evidence.items() if _passed(found)}
    empty = {name: found for name, found in evidence.items() if found.skipped}
    problems = list(_nothing_behind(glossary, passed, empty))
    verdicts: dict[tuple[str, str], Verdict] = {}
    for whose, claim, refuted in _claims(glossary):
        if claim.example in empty:
            verdicts[whose, claim.id] = Verdict(claim, "not run here", (), (), 0)
            continue
        verdict, wrong = judged(claim, passed.get(claim.example), refuted)
        problems += wrong
        if verdict is not None:
            verdicts[whose, claim.id] = verdict
    return verdicts, tuple(problems)


def _passed(found: Evidence) -> bool:
    return bool(found.runs) and all(run.outcome == "passed" for run in found.runs)


def _nothing_behind(
    glossary: Glossary, passed: Mapping[str, Evidence], empty: Mapping[str, Evidence]
) -> Iterator[Problem]:
    """What is shown and was not measured."""
    for written in glossary.written:
        yield from wrong_numbers(written.prose, passed)
    for entry in glossary.entries.values():
        yield from missing_figures(entry, passed)
        yield from nothing_to_show(entry, empty)
    for found in passed.values():
        yield from wrong_charts(found)


def _claims(glossary: Glossary) -> Iterator[tuple[str, Claim, Refuted]]:
    """Every sentence that an example can refute: whose it is, and how it is told that it was."""
    for entry in glossary.entries.values():
        yield from ((entry.id, claim, _claim_refuted) for claim in entry.claims)
    for finding in glossary.findings.all if glossary.findings else ():
        if finding.claim is not None:
            yield EVIDENCE, finding.claim, partial(_finding_refuted, finding)


def _claim_refuted(claim: Claim, values: str, found: Evidence) -> Problem:
    message = f'claim "{claim.id}" is refuted by {claim.example} ({found.origin}): {values}'
    mend = "correct the claim's text and check, or find out why the example's result changed"
    return Problem(claim.check.place, "claim-refuted", message, mend)


def _finding_refuted(finding: Finding, claim: Claim, values: str, found: Evidence) -> Problem:
    message = f'"{finding.verdict}" no longer stands for "{finding.id}": {found.example.name} ({found.origin}) has {values}'
    mend = "write the verdict that the numbers give and what was found, or find out why the example's result changed"
    return Problem(claim.check.place, "finding-refuted", message, mend)
