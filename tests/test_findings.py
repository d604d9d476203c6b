"""Findings: every verdict has a check, and the real page includes every finding that it should."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from executable_glossary.adapters.mkdocs_config import read_project
from executable_glossary.model.findings import Finding, Findings
from executable_glossary.stages.load import load
from glossaries import REPOSITORY


def finding(**changes: Any) -> Finding:
    values = {"id": "holds", "statement": "It holds.", "verdict": "shown", "found": "It does."}
    checked = {"example": "flowers", "check": "a >= 1"}
    return Finding.model_validate({**values, **checked, **changes})


@pytest.fixture(scope="module")
def real() -> Findings:
    project, _ = read_project(REPOSITORY)
    assert project is not None
    glossary, _ = load(project)
    assert glossary is not None
    assert glossary.findings is not None
    return glossary.findings


@pytest.mark.parametrize("verdict", ["shown", "partly", "not shown", "contradicted"])
def test_each_verdict_has_a_check_like_a_claim(verdict: str) -> None:
    claim = finding(verdict=verdict, over="mean").claim
    assert claim is not None
    assert (claim.id, claim.example, claim.check, claim.over) == ("holds", "flowers", "a >= 1", "mean")


@pytest.mark.parametrize("missing", ["example", "check"])
def test_a_verdict_without_a_check_is_rejected(missing: str) -> None:
    with pytest.raises(ValidationError, match="needs evidence"):
        finding(**{missing: None})


def test_an_untested_finding_has_no_claim() -> None:
    assert finding(verdict="not tried", example=None, check=None).claim is None


def test_an_untested_finding_cannot_have_a_check() -> None:
    with pytest.raises(ValidationError, match="not tried"):
        finding(verdict="not tried")


def test_all_prose_of_the_page_is_checked() -> None:
    group = {"heading": "One", "findings": [finding(), finding(id="too", statement="It too.")]}
    page = Findings.model_validate({"title": "Said", "introduction": "Read.", "groups": [group]})
    assert [*page.prose] == ["Read.", "It holds.", "It does.", "It too.", "It does."]
    assert [*page.headings] == ["Said", "One"]
    assert page.source("nobody-1999") is None


def test_the_real_page_contains_all_verdicts(real: Findings) -> None:
    """A page with only positive verdicts would be an advertisement."""
    verdicts = [found.verdict for found in real.all]
    assert {"shown", "partly", "not shown", "contradicted", "not tried"} == set(verdicts)
    assert len(verdicts) >= 20
    assert all(found.claim is not None for found in real.all if found.verdict != "not tried")


def test_a_contradiction_holds_on_every_repeat(real: Findings) -> None:
    """The page states this rule for its verdicts."""
    weak = [found.id for found in real.all if found.verdict == "contradicted" and found.over != "every"]
    assert weak == []


def test_every_source_of_the_real_page_is_used(real: Findings) -> None:
    used = {str(id) for found in real.all for id in found.sources}
    assert used == {str(source.id) for source in real.sources}
