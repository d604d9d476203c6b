"""Renders the evidence page: every finding with its verdict, and every concept's claims with their margins."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from executable_glossary.adapters.jinja_env import Templates
from executable_glossary.model.build import PlannedBuild
from executable_glossary.model.entry import Claim, Source
from executable_glossary.model.evidence import Evidence
from executable_glossary.model.findings import EVIDENCE, FINDING_VERDICTS, Finding
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.page import Document, Page, Shown
from executable_glossary.model.text import Text
from executable_glossary.model.verdict import Verdict
from executable_glossary.stages.render.page_prose import examples_in, index_prose

PATH = f"{EVIDENCE}/index.md"


@dataclass(frozen=True)
class FindingView:
    """A finding with its evidence. `verdict` is None if the finding has no example or its example did not run."""

    finding: Finding
    evidence: Evidence | None
    verdict: Verdict | None
    concepts: tuple[Page, ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class ClaimView:
    """A claim with its concept's page. `verdict` is None if its example did not run.

    `anchor` links to the page's section that lists the claim; it is empty if the claim is shown only within the text.
    """

    page: Page
    anchor: str
    claim: Claim
    verdict: Verdict | None


def evidence_page(build: PlannedBuild, templates: Templates) -> Document:
    """All findings, then all claims; a glossary without findings has only claims."""
    glossary, evidence = build.glossary, build.evidence
    used = [evidence[name] for name in sorted(_used(glossary) & evidence.keys())]
    text = templates.render(
        "indexes/evidence.md.j2",
        path=PATH,
        build=build,
        page={"path": PATH},
        prose=index_prose(build, PATH, glossary.findings.sources if glossary.findings else ()),
        findings=glossary.findings,
        groups=[*_groups(build)],
        counts=_counts(glossary),
        claims=[*claims_of(build)],
        used=len(used),
        recorded=[example_evidence for example_evidence in used if not example_evidence.ran],
        drifted=[example_evidence for example_evidence in used if example_evidence.drifts],
    )
    return Document(PATH, text, edit_path="_findings.yml" if glossary.findings else "")


def claims_of(build: PlannedBuild) -> Iterator[ClaimView]:
    """Every claim of every concept that has a page."""
    for entry in build.glossary.entries.values():
        for page in build.plan.of_concept(entry.id)[:1]:
            for claim in entry.claims:
                yield ClaimView(page, _anchor(page, claim), claim, build.verdicts.get((entry.id, claim.id)))


def _anchor(page: Page, claim: Claim) -> str:
    for section in page.sections:
        shown = section.content if isinstance(section.content, tuple) else ()
        if any(isinstance(part, Shown) and part.claim is claim for part in shown):
            return f"#{section.kind}"
    return ""


def findings_of(glossary: Glossary, example: str) -> list[Finding]:
    """The findings that an example supports or contradicts."""
    return [
        finding
        for finding in (glossary.findings.all if glossary.findings else ())
        if finding.example == example
    ]


def _groups(build: PlannedBuild) -> Iterator[tuple[Text, list[FindingView]]]:
    """Every heading with its findings."""
    findings = build.glossary.findings
    sources = {source.id: source for source in findings.sources} if findings else {}
    for group in findings.groups if findings else ():
        yield group.heading, [_view(build, finding, sources) for finding in group.findings]


def _view(build: PlannedBuild, finding: Finding, sources: Mapping[Text, Source]) -> FindingView:
    concepts = dict.fromkeys(name.partition(".")[0] for name in finding.claims)
    pages = (page for concept in concepts for page in build.plan.of_concept(concept)[:1])
    return FindingView(
        finding,
        build.evidence.get(finding.example or ""),
        build.verdicts.get((EVIDENCE, finding.id)),
        tuple(pages),
        tuple(sources[id] for id in finding.sources),
    )


def _counts(glossary: Glossary) -> list[tuple[str, int]]:
    """The number of findings for each verdict that occurs, in the order in which verdicts are defined."""
    counted = Counter(
        str(finding.verdict) for finding in (glossary.findings.all if glossary.findings else ())
    )
    return [(verdict, counted[verdict]) for verdict in FINDING_VERDICTS if counted[verdict]]


def _used(glossary: Glossary) -> set[str]:
    """The names of the examples whose results the page shows."""
    claimed = {str(claim.example) for entry in glossary.entries.values() for claim in entry.claims}
    findings = glossary.findings
    if findings is None:
        return claimed
    tested = {str(finding.example) for finding in findings.all if finding.example}
    return claimed | tested | set(examples_in(findings.prose))
