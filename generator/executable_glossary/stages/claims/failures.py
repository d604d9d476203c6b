"""Reports claims, numbers, and figures that come from an example that may fail, and did."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from executable_glossary.model.entry import Claim, Entry
from executable_glossary.model.evidence import Evidence
from executable_glossary.model.findings import Findings
from executable_glossary.model.problem import Place, Problem
from executable_glossary.model.rule import Rule
from executable_glossary.stages.claims.shown_evidence import examples_in
from executable_glossary.text.markdown_spans import spans

RESULT_OF_FAILURE = Rule(
    code="result-of-failure",
    when="numbers and claims are compared with runs",
    summary="A claim, or a number or figure in an entry, comes from an example that may fail, and did.",
    details="`may_fail` lets the site be built although an example fails. It does not make up for its results.",
    why="Nothing supports the claim, and the page would have a gap where the result belongs.",
    example="`example: loaves` in a claim, where `loaves` has `may_fail = true` and raises an exception",
    instead="A corrected example, or an entry without the claim",
)


def claim_on_failure(claim: Claim, failed: Evidence) -> Problem:
    """The problem with a claim based on a failed example."""
    return _problem(f'claim "{claim.id}" is based on', claim.check.place, failed)


def results_of_failures(source: Entry | Findings, failed: Mapping[str, Evidence]) -> Iterator[Problem]:
    """Problems with results and numbers of failed examples. failed: keyed by the example's name."""
    for text in source.prose if failed else ():
        for span in spans(text):
            for name in examples_in(span) & failed.keys():
                yield _problem("this number comes from", text.at(span.offset, len(span.text)), failed[name])
    if isinstance(source, Entry):
        for _, variant in source.variants:
            for show in variant.show:
                name = show.target.partition(".")[0]
                if show.kind != "claim" and name in failed:
                    yield _problem("this result comes from", show.target.place, failed[name])


def _problem(subject: str, place: Place, failed: Evidence) -> Problem:
    failure = failed.failure
    reason = failure.message or failure.outcome if failure else ""
    message = f"{subject} {failed.example.name}, which failed ({reason})"
    return RESULT_OF_FAILURE.at(place, message, "correct the example, or remove what needs its results")
