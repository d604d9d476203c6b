"""`glossary explain`: the meaning of a code."""

from __future__ import annotations

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


def test_a_rule_is_explained_with_the_way_to_silence_it(powerful: Path) -> None:
    result = glossary(powerful, "explain", "empty-word")
    assert result.exit_code == 0
    assert "A word adds nothing to the sentence" in result.output
    assert "accept: [{rule: empty-word" in " ".join(result.output.split())


def test_explain_works_outside_a_glossary(tmp_path: Path) -> None:
    assert "Why it matters." in glossary(tmp_path, "explain", "jargon").output


@pytest.mark.parametrize("code", ["warning[jargon]", "[jargon]:", "jargon"])
def test_a_code_can_be_copied_from_a_problem(tmp_path: Path, code: str) -> None:
    assert glossary(tmp_path, "explain", code).output.startswith("jargon\n")


def test_an_unknown_code_suggests_similar_ones(tmp_path: Path) -> None:
    result = glossary(tmp_path, "explain", "reading-grad")
    assert result.exit_code == 2
    assert "did you mean reading-grade" in result.output


def test_without_a_code_all_are_listed(tmp_path: Path) -> None:
    result = glossary(tmp_path, "explain").output
    assert "stale-review" in result
    assert "broken-link" in result


def test_a_page_of_the_project_overrides_the_packaged_one(tmp_path: Path) -> None:
    own = b"# We do not sell\n\nAt all.\n\nCode: `empty-word`\n"
    lay_out(tmp_path, {"templates/docs/rules/empty-word.md": own})
    assert "We do not sell" in glossary(tmp_path, "explain", "empty-word").output


@pytest.mark.parametrize("config", [b"plugins: [", b"plugins: [{glossary: {run: frozen}}]\n", b"\xff"])
def test_explain_works_despite_an_error_in_the_configuration(tmp_path: Path, config: bytes) -> None:
    (tmp_path / "mkdocs.yml").write_bytes(config)
    result = glossary(tmp_path, "explain", "bad-setting")
    assert (result.exit_code, result.output.startswith("bad-setting\n")) == (0, True)
