"""The page of evidence: what is said and what we found, and every claim of every concept with its margin."""

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
    """A finding, filled. `verdict` is that of its check; None where nothing ran, or nothing was to run."""

    finding: Finding
    evidence: Evidence | None
    verdict: Verdict | None
    concepts: tuple[Page, ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class ClaimView:
    """A claim with the page of its concept; `verdict` is None where its example did not run.

    Where the text of the page shows all claims itself, no section is left for them, and no `anchor`.
    """

    page: Page
    anchor: str
    claim: Claim
    verdict: Verdict | None


def evidence_page(build: PlannedBuild, templates: Templates) -> Document:
    """All findings, and below them all claims; without a file of findings, the claims alone."""
    glossary, evidence = build.glossary, build.evidence
    used = [evidence[name] for name in sorted(_used(glossary) & evidence.keys())]
    text = templates.render(
        "indexes/evidence.md.j2",
        path=PATH,
        build=build,
        page={"path": PATH},
        prose=index_prose(build, PATH),
        findings=glossary.findings,
        groups=[*_groups(build)],
        counts=_counts(glossary),
        claims=[*claims_of(build)],
        used=len(used),
        recorded=[found for found in used if not found.ran],
        drifted=[found for found in used if found.drifts],
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
        if any(isinstance(one, Shown) and one.claim is claim for one in shown):
            return f"#{section.kind}"
    return ""


def findings_of(glossary: Glossary, example: str) -> list[Finding]:
    """The findings that rest on an example."""
    return [
        finding
        for finding in (glossary.findings.all if glossary.findings else ())
        if finding.example == example
    ]


def _groups(build: PlannedBuild) -> Iterator[tuple[Text, list[FindingView]]]:
    """Each heading with its findings."""
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
    """Verdict and how many findings have it, in the order of the verdicts, those that there are."""
    counted = Counter(
        str(finding.verdict) for finding in (glossary.findings.all if glossary.findings else ())
    )
    return [(verdict, counted[verdict]) for verdict in FINDING_VERDICTS if counted[verdict]]


def _used(glossary: Glossary) -> set[str]:
    """Examples whose results the page shows."""
    claimed = {str(claim.example) for entry in glossary.entries.values() for claim in entry.claims}
    found = glossary.findings
    tried = {str(finding.example) for finding in found.all if finding.example} if found else set()
    return claimed | tried | set(examples_in(found.prose if found else ()))
