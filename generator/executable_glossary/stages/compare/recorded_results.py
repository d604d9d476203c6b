"""Compares recorded results: metrics, and the claims and findings based on them."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping

from executable_glossary.model.build import Build
from executable_glossary.model.comparison import ClaimChange, ClaimState, EvidenceChanges, Moved, Shift
from executable_glossary.model.evidence import Evidence, Statistic
from executable_glossary.model.example import tolerance
from executable_glossary.model.findings import EVIDENCE
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.verdict import Verdict

NOTHING = Statistic(())


def evidence_changes(base: Build, head: Build) -> EvidenceChanges:
    names = dict.fromkeys((*head.evidence, *base.evidence))
    unread = frozenset[str]().union(*(build.glossary.unread for build in (base, head) if build.glossary))
    return EvidenceChanges(
        metrics=tuple(
            moved
            for name in names
            for moved in _moved(name, base.evidence.get(name), head.evidence.get(name))
        ),
        claims=tuple(_claim_changes(_claims(base, unread), _claims(head, unread))),
        unrecorded=tuple(
            name
            for name, evidence in head.evidence.items()
            if evidence.outdated and not _outdated(base.evidence.get(name))
        ),
    )


def _moved(name: str, before: Evidence | None, after: Evidence | None) -> Iterator[Moved]:
    old, new = (evidence.metrics if evidence else {} for evidence in (before, after))
    for metric in sorted({*old, *new}):
        was, now = old.get(metric, NOTHING), new.get(metric, NOTHING)
        if was.values != now.values:
            mean = Shift(was.mean if was.n else None, now.mean if now.n else None)
            runs = Shift(was.n, now.n)
            allowed = min(_allowed(metric, side) for side in (before, after) if side)
            within = _within(allowed, was, now)
            yield Moved(name, metric, mean, runs, within, within and allowed == math.inf)


def _allowed(metric: str, evidence: Evidence) -> float:
    """The tolerance of a metric; 0 if the example does not specify one. The narrower side counts, so that a change
    cannot excuse its own numbers."""
    return tolerance(metric, evidence.example.settings.tolerance, unsaid=0.0)


def _within(allowed: float, was: Statistic, now: Statistic) -> bool:
    """Whether the values before and after are equal for each seed, within the tolerance."""
    if was.n != now.n:
        return False
    pairs = zip(was.values, now.values, strict=True)
    return all(abs(old - new) <= allowed for old, new in pairs)


def _outdated(evidence: Evidence | None) -> bool:
    return evidence is not None and evidence.outdated


def _claims(build: Build, unread: Collection[str]) -> Mapping[tuple[str, str], ClaimState]:
    """Every claim and finding, with or without a verdict.

    Claims of entries in `unread`, which one of the builds could not read, are left out: they are neither new nor
    removed.
    """
    if build.glossary is None:
        return {}
    return {
        key: _state(text, check, build.verdicts.get(key), word)
        for key, text, check, word in _written(build.glossary)
        if key[0] not in unread
    }


def _written(glossary: Glossary) -> Iterator[tuple[tuple[str, str], str, str, str]]:
    for entry in glossary.entries.values():
        for claim in entry.claims:
            texts = "\n".join(" ".join(variant.text.split()) for variant in claim.text if variant.text)
            yield (str(entry.id), str(claim.id)), texts, str(claim.check), ""
    for finding in glossary.findings.all if glossary.findings else ():
        yield (EVIDENCE, str(finding.id)), str(finding.statement), str(finding.check or ""), finding.verdict


def _state(text: str, check: str, verdict: Verdict | None, word: str) -> ClaimState:
    """The claim's state: whether it holds, regardless of whether its example ran or was recorded."""
    holds = (
        "open" if verdict is None or not verdict.held else "refuted" if verdict.kind == "refuted" else "holds"
    )
    return ClaimState(text, check, f"{word}, {holds}" if word else holds, verdict.margin if verdict else None)


def _claim_changes(
    before: Mapping[tuple[str, str], ClaimState], after: Mapping[tuple[str, str], ClaimState]
) -> Iterable[ClaimChange]:
    for key in dict.fromkeys((*after, *before)):
        if before.get(key) != after.get(key):
            yield ClaimChange(*key, before.get(key), after.get(key))
