"""The command that explains, as somebody uses it who has just been told a code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from executable_glossary.cli import cli
from glossaries import lay_out

POWERFUL = b"""\
term: Dropout
meaning: Switching units off at random while a network learns.
see_also:
  - {concept: overfitting, relation: contrasts, why: It is what dropout works against.}
blocks:
  definition: Dropout is powerful.
"""


def glossary(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["-C", str(folder), *arguments])


@pytest.fixture
def powerful(tmp_path: Path) -> Path:
    return lay_out(tmp_path, {"concepts/dropout.yml": POWERFUL})


def test_a_rule_is_explained_with_a_way_to_silence_it(powerful: Path) -> None:
    told = glossary(powerful, "explain", "empty-word")
    assert told.exit_code == 0
    assert "A word adds nothing to the sentence" in told.output
    assert "accept: [{rule: empty-word" in told.output


def test_it_works_where_there_is_no_glossary_yet(tmp_path: Path) -> None:
    assert "Why it matters." in glossary(tmp_path, "explain", "jargon").output


@pytest.mark.parametrize("code", ["warning[jargon]", "[jargon]:", "jargon"])
def test_a_code_may_be_given_as_it_was_told(tmp_path: Path, code: str) -> None:
    assert glossary(tmp_path, "explain", code).output.startswith("jargon\n")


def test_an_unknown_code_names_near_ones(tmp_path: Path) -> None:
    told = glossary(tmp_path, "explain", "reading-grad")
    assert told.exit_code == 2
    assert "did you mean reading-grade" in told.output


def test_without_a_code_all_are_listed(tmp_path: Path) -> None:
    told = glossary(tmp_path, "explain").output
    assert "stale-review" in told
    assert "broken-link" in told


def test_a_project_s_own_page_is_told(tmp_path: Path) -> None:
    own = b"# We do not sell\n\nAt all.\n\nCode: `empty-word`\n"
    lay_out(tmp_path, {"templates/docs/rules/empty-word.md": own})
    assert "We do not sell" in glossary(tmp_path, "explain", "empty-word").output


def test_check_names_it_once_at_the_end(powerful: Path) -> None:
    told = glossary(powerful, "check").output
    assert told.endswith("for more, run: glossary explain empty-word\n")
    assert told.count("explain") == 1


def test_check_of_what_is_right_names_nothing(tmp_path: Path) -> None:
    assert "explain" not in glossary(lay_out(tmp_path, {}), "check").output


def test_programs_are_told_it_of_each_problem(powerful: Path) -> None:
    (problem,) = json.loads(glossary(powerful, "check", "--format", "json").output)
    assert problem["explain"] == "glossary explain empty-word"
