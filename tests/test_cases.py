"""Each file of cases/ is an input and its exact outcome; `pytest --update-cases` rewrites the outcomes."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from case_file import FOLDER, Case, read_cases, rewritten
from case_outcome import built_in, outcome
from glossaries import lay_out, tree
from source_files import SOURCES, nodes_of

from generator.model.run import Run
from generator.stages.proofread import RULES
from generator.tools.runner import FreshProcess, Job

CASES = read_cases()
ERRONEOUS = [case for case in CASES if "error[" in case.expected.get("problems", "")]
BEFORE_RUNS = [case for case in ERRONEOUS if case.name.startswith(("load/", "check/"))]

# What no case can bring about, because it depends on the system, and the test that shows it.
ELSEWHERE = {"not-isolated": "test_isolation.py", "link-outside": "test_hostile.py"}

# A problem's code is what these functions of the generator are called with.
REPORTING = {"Problem", "problem", "_report", "_problem", "_head_problem"}


def _name(case: Case) -> str:
    return case.name


class _Timeless(FreshProcess):
    """Runs as always, but when and how long depends on the machine, and no case can know it."""

    def run(self, job: Job, folder: Path) -> Run:
        return replace(super().run(job, folder), seconds=0.0, date="2026-01-01T00:00:00Z")


@pytest.mark.parametrize("case", CASES, ids=_name)
def test_comes_out_as_expected(case: Case, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    built = built_in(lay_out(tmp_path, case.files), _Timeless())
    found = outcome(built, case.expected)
    if request.config.getoption("--update-cases"):
        (FOLDER / f"{case.name}.md").write_text(rewritten(case, found), "utf-8")
    else:
        assert found == case.expected


def test_every_case_reads_as_documentation() -> None:
    assert [case.name for case in CASES if not (case.text.startswith("# ") and case.title)] == []
    assert [case.name for case in CASES if not case.why.endswith(".")] == []
    assert [case.name for case in CASES if not case.expected] == []


@pytest.mark.parametrize("case", BEFORE_RUNS, ids=_name)
def test_with_an_error_nothing_runs_and_nothing_is_written(case: Case, tmp_path: Path) -> None:
    before = tree(lay_out(tmp_path, case.files))
    built = built_in(tmp_path, _NeverRuns(), runs="auto")
    assert built.failed
    assert not built.documents
    assert tree(tmp_path) == before


def test_every_code_in_the_source_has_a_case() -> None:
    shown, known = _all_codes_shown() | set(ELSEWHERE), _codes_in_source()
    assert not [code for code in sorted(known) if not any(_fits(code, other) for other in shown)]


def test_every_code_in_a_case_is_in_the_source() -> None:
    shown, known = _all_codes_shown(), _codes_in_source()
    assert not [code for code in sorted(shown) if not any(_fits(other, code) for other in known)]


def test_every_problem_says_how_to_mend_it() -> None:
    for case in ERRONEOUS:
        told = case.expected["problems"]
        assert told.count("  mend: ") == len(_codes_shown(case)), case.name


class _NeverRuns(FreshProcess):
    def run(self, job: Job, folder: Path) -> Run:
        raise AssertionError(f"{job.example.name} was to be run")


def _codes_shown(case: Case) -> list[str]:
    return re.findall(r"(?:error|warning)\[([a-z0-9-]+)\]", case.expected.get("problems", ""))


def _all_codes_shown() -> set[str]:
    return {code for case in CASES for code in _codes_shown(case)}


def _fits(code: str, shown: str) -> bool:
    """Whether the code as the source writes it (`unknown-*` where a part varies) is the code that was shown."""
    return re.fullmatch(re.escape(code).replace(r"\*", "[a-z0-9-]+"), shown) is not None


@cache
def _codes_in_source() -> frozenset[str]:
    found = {code for path in SOURCES for code in _codes_of(nodes_of(path))}
    return frozenset(RULES) | {code for code in found if re.fullmatch(r"[a-z0-9*]+(-[a-z0-9*]+)*", code)}


def _codes_of(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Call) and _called(node.func) in REPORTING:
            yield from (text for argument in node.args[:2] for text in _texts(argument))
        elif isinstance(node, ast.Assign) and [_called(target) for target in node.targets] == ["code"]:
            yield from _texts(node.value)


def _called(node: Any) -> str:
    return getattr(node, "id", None) or getattr(node, "attr", None) or ""


def _texts(node: ast.expr) -> Iterator[str]:
    """Constant texts that the expression may be, with * for each part that varies."""
    if isinstance(node, ast.Constant):
        yield str(node.value)
    elif isinstance(node, ast.IfExp):
        yield from (*_texts(node.body), *_texts(node.orelse))
    elif isinstance(node, ast.JoinedStr):
        yield "".join(part.value if isinstance(part, ast.Constant) else "*" for part in node.values)
