"""Each file in cases/ contains an input and its exact outcome. `pytest --update-cases` rewrites the outcomes."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from case_file import FOLDER, Case, read_cases, rewritten
from case_outcome import built_in, outcome
from executable_glossary.app.rule_index import rules
from executable_glossary.execution import Job, SubprocessRunner
from executable_glossary.model.run import Run
from glossaries import lay_out, tree

CASES = read_cases()
ERRONEOUS = [case for case in CASES if "error[" in case.expected.get("problems", "")]
BEFORE_RUNS = [case for case in ERRONEOUS if case.name.startswith(("load/", "check/"))]

# Rules that no case can break because they depend on the system, and the test that covers each of them.
ELSEWHERE = {
    "not-isolated": "test_isolation.py",
    "tracked-store": "test_tracked_store.py",
    "special-file": "test_odd_files.py",
    "link-outside": "test_hostile.py",
    "unreadable": "test_unreadable.py",
    "rest-not-converted": "test_foreign_gallery.py",
}
# Rules that report a warning instead of an error if nothing is known to go wrong.
ALSO = {("shadowing-name", "warning")}


def _name(case: Case) -> str:
    return case.name


class _Timeless(SubprocessRunner):
    """Runs jobs as usual, but removes times and dates, which a case cannot predict."""

    def run(self, job: Job, folder: Path) -> Run:
        return replace(super().run(job, folder), seconds=0.0, date="2026-01-01T00:00:00Z")


@pytest.mark.parametrize("case", CASES, ids=_name)
def test_outcome_is_as_expected(case: Case, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    built = built_in(lay_out(tmp_path, case.files), _Timeless())
    actual = outcome(built, case.expected)
    if request.config.getoption("--update-cases"):
        (FOLDER / f"{case.name}.md").write_text(rewritten(case, actual), "utf-8")
    else:
        assert actual == case.expected


def test_every_case_has_a_title_a_reason_and_an_outcome() -> None:
    assert [case.name for case in CASES if not (case.text.startswith("# ") and case.title)] == []
    assert [case.name for case in CASES if not case.why.endswith(".")] == []
    assert [case.name for case in CASES if not case.expected] == []


@pytest.mark.parametrize("case", BEFORE_RUNS, ids=_name)
def test_an_error_prevents_all_runs_and_writes(case: Case, tmp_path: Path) -> None:
    before = tree(lay_out(tmp_path, case.files))
    built = built_in(tmp_path, _NeverRuns(), runs="auto")
    assert built.failed
    assert not built.documents
    assert tree(tmp_path) == before


def test_every_rule_has_a_case() -> None:
    reported = _all_codes_shown() | set(ELSEWHERE)
    assert not [code for code in rules() if code not in reported]


def test_every_code_in_a_case_is_a_rule() -> None:
    assert not [code for code in sorted(_all_codes_shown()) if code not in rules()]


def test_a_case_shows_the_severity_declared_by_the_rule() -> None:
    """In a strict case, every warning is an error instead."""
    for case in CASES:
        for severity, code in _problems_shown(case):
            strict = "strict: true" in case.text
            expected = "error" if strict else rules()[code].severity
            assert severity == expected or (code, severity) in ALSO, case.name


def test_every_problem_has_a_help_line() -> None:
    for case in ERRONEOUS:
        reported = case.expected["problems"]
        assert reported.count("  help: ") == len(_codes_shown(case)), case.name


class _NeverRuns(SubprocessRunner):
    def run(self, job: Job, folder: Path) -> Run:
        raise AssertionError(f"{job.example.name} was to be run")


def _problems_shown(case: Case) -> list[tuple[str, str]]:
    return re.findall(r"(error|warning)\[([a-z0-9-]+)\]", case.expected.get("problems", ""))


def _codes_shown(case: Case) -> list[str]:
    return [code for _, code in _problems_shown(case)]


def _all_codes_shown() -> set[str]:
    return {code for case in CASES for code in _codes_shown(case)}
