"""Checks every claim, and every number in prose, against the metrics that the examples measured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from executable_glossary.adapters.memoize import memoized
from executable_glossary.model.entry import Claim, Entry
from executable_glossary.model.evidence import Evidence
from executable_glossary.model.findings import Finding, Findings
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.problem import Problem
from executable_glossary.model.rule import Rule
from executable_glossary.model.verdict import Verdict
from executable_glossary.stages.claims.failures import claim_on_failure, results_of_failures
from executable_glossary.stages.claims.shown_evidence import (
    missing_figures,
    missing_records,
    wrong_charts,
    wrong_numbers,
)
from executable_glossary.stages.claims.verdict import Refuted, judge_claim

Verdicts = Mapping[tuple[str, str], Verdict]

CLAIM_REFUTED = Rule(
    code="claim-refuted",
    when="numbers and claims are compared with runs",
    summary="A run contradicts a claim.",
    details="The message shows the check with the numbers filled in. `glossary why NAME` shows whether the example changed.",
    why="The page would make a statement that the runs contradict.",
    example="`check: loaves.risen > 0.9` when the share is 0.85",
    instead="A claim that the numbers support, or a corrected example",
)
FINDING_REFUTED = Rule(
    code="finding-refuted",
    when="numbers and claims are compared with runs",
    summary="The check of a finding no longer holds.",
    why="The evidence page would keep showing a verdict that the runs no longer support.",
    example="`verdict: shown` with `check: loaves.gain > 0` when the gain is -0.01",
    instead="`verdict: not shown`, with a check and text that fit the numbers",
)


def judge(glossary: Glossary, evidence: Mapping[str, Evidence]) -> tuple[Verdicts, tuple[Problem, ...]]:
    """The verdicts, keyed by concept and claim id, and all problems.

    Claims based on a failed example have no verdict (`execute` reports the failure). Claims based on a
    skipped example have the verdict "not run here", which is a problem only if prose uses the example's
    results.
    """
    verdicts: dict[tuple[str, str], Verdict] = {}
    problems: list[Problem] = []
    for source in glossary.written:
        source_verdicts, source_problems = _judge_source(source, *evidence.values())
        verdicts |= source_verdicts
        problems += source_problems
    for result in evidence.values():
        problems += wrong_charts(result) if _passed(result) else ()
    return verdicts, tuple(problems)


@memoized(lambda source, *_: source.id)
def _judge_source(source: Entry | Findings, *evidence: Evidence) -> tuple[Verdicts, tuple[Problem, ...]]:
    """The verdicts and problems of one entry, or of the findings."""
    passed = {result.example.name: result for result in evidence if _passed(result)}
    skipped = {result.example.name: result for result in evidence if result.skipped}
    failed = {
        result.example.name: result
        for result in evidence
        if result.failure and not result.failed_unexpectedly
    }
    problems = list(_missing_evidence(source, passed, skipped, failed))
    verdicts: dict[tuple[str, str], Verdict] = {}
    for claim, refuted in _claims(source):
        if claim.example in skipped:
            verdicts[source.id, claim.id] = Verdict(claim, "not run here", (), (), 0)
            continue
        if claim.example in failed:
            problems.append(claim_on_failure(claim, failed[claim.example]))
        verdict, claim_problems = judge_claim(claim, passed.get(claim.example), refuted)
        problems += claim_problems
        if verdict is not None:
            verdicts[source.id, claim.id] = verdict
    return verdicts, tuple(problems)


def _passed(evidence: Evidence) -> bool:
    return bool(evidence.runs) and all(run.outcome == "passed" for run in evidence.runs)


def _missing_evidence(
    source: Entry | Findings,
    passed: Mapping[str, Evidence],
    skipped: Mapping[str, Evidence],
    failed: Mapping[str, Evidence],
) -> Iterator[Problem]:
    """Problems with numbers and figures that no run has produced."""
    yield from wrong_numbers(source.prose, passed)
    yield from results_of_failures(source, failed)
    if isinstance(source, Entry):
        yield from missing_figures(source, passed)
        yield from missing_records(source, skipped)


def _claims(written: Entry | Findings) -> Iterator[tuple[Claim, Refuted]]:
    """Every claim, and every finding that has a check, each with the function that reports a refutation."""
    if isinstance(written, Entry):
        yield from ((claim, _claim_refuted) for claim in written.claims)
        return
    for finding in written.all:
        if finding.claim is not None:
            yield finding.claim, partial(_finding_refuted, finding)


def _claim_refuted(claim: Claim, values: str, evidence: Evidence) -> Problem:
    message = f'claim "{claim.id}" is refuted by {claim.example} ({evidence.origin}): {values}'
    help = "correct the text and the check of the claim, or find out why the example's result changed"
    return CLAIM_REFUTED.at(claim.check.place, message, help)


def _finding_refuted(finding: Finding, claim: Claim, values: str, evidence: Evidence) -> Problem:
    message = (
        f'the verdict "{finding.verdict}" of finding "{finding.id}" no longer holds for '
        f"{evidence.example.name} ({evidence.origin}): {values}"
    )
    help = "change the verdict to one that the numbers support, or find out why the example's result changed"
    return FINDING_REFUTED.at(claim.check.place, message, help)
