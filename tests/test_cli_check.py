"""`glossary check`: its output in every format, and its exit codes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from glossaries import glossary, glossary_process, lay_out, tree


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return lay_out(tmp_path / "good", {})


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    return lay_out(tmp_path / "broken", {"concepts/dropout.yml": b"term: Dropout\ntermm: x\n"})


def test_check_of_good_content_exits_with_0(good: Path) -> None:
    result = glossary_process(good, "check")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("no problems in ")


def test_check_of_broken_content_reports_all_problems_and_exits_with_1(broken: Path) -> None:
    result = glossary_process(broken, "check")
    assert result.returncode == 1
    assert "concepts/dropout.yml:2:1: error[unknown-key]" in result.stdout
    assert "help:" in result.stdout
    assert re.fullmatch(r"\d+ errors?(, .*)?", result.stdout.splitlines()[-1])


def test_check_prints_json_and_github_annotations(broken: Path) -> None:
    assert glossary(broken, "check", "--format", "json").stdout.startswith("[\n")
    line = glossary(broken, "check", "--format", "github").stdout.splitlines()[0]
    assert line.startswith("::error file=concepts/dropout.yml,line=")


def test_check_writes_only_to_the_store(broken: Path) -> None:
    before = tree(broken)
    glossary(broken, "check")
    after = {path: content for path, content in tree(broken).items() if not path.startswith(".glossary/")}
    assert after == before


def test_strict_makes_a_warning_an_error(tmp_path: Path) -> None:
    hard = b"""term: Noise
meaning: What remains when all that can be explained is taken away.
see_also:
  - {concept: dropout, relation: used-with, why: It adds noise on purpose.}
blocks:
  questions:
    - questions:
        - question: Why?
          answer: Incomprehensibility characterizes institutionalized indeterminacy in multidimensional organizations.
"""
    glossary_folder = lay_out(tmp_path / "hard", {"concepts/noise.yml": hard})
    relaxed, strict = glossary(glossary_folder, "check"), glossary(glossary_folder, "check", "--strict")
    assert "warning[reading-grade]" in relaxed.stdout
    assert (relaxed.returncode, strict.returncode) == (0, 1)


POWERFUL = b"""\
term: Dropout
meaning: Switching units off at random while a network learns.
see_also:
  - {concept: overfitting, relation: contrasts, why: It is what dropout works against.}
blocks:
  definition: Dropout is powerful.
"""


@pytest.fixture
def powerful(tmp_path: Path) -> Path:
    return lay_out(tmp_path, {"concepts/dropout.yml": POWERFUL})


def test_check_mentions_explain_once_at_the_end(powerful: Path) -> None:
    result = glossary(powerful, "check")
    assert result.stderr == "for more information, run: glossary explain empty-word\n"
    assert "explain" not in result.stdout


def test_check_of_good_content_does_not_mention_explain(good: Path) -> None:
    result = glossary_process(good, "check")
    assert "explain" not in result.stdout + result.stderr


def test_json_has_the_explain_command_of_each_problem(powerful: Path) -> None:
    (problem,) = json.loads(glossary(powerful, "check", "--format", "json").stdout)
    assert problem["explain"] == "glossary explain empty-word"
