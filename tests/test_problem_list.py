"""Problems in the formats for people, programs, and code reviews."""

from __future__ import annotations

import errno
import json
import os
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from executable_glossary.app.tables.problem_list import FORMATS, as_github, as_json, as_text, refusal, summed
from executable_glossary.model.problem import Place, Problem

NEWCOMER = Problem(
    Place("concepts/dropout.yml", 14, 23, 7, "    - for: {audience: newcomr}"),
    "unknown-audience",
    'audience "newcomr" is not one of manager, developer, student',
    'write "developer", or add "newcomr" to concepts/_axes.yml',
)
LONG = Problem(Place("concepts/batch.yml"), "too-long", "800 words", "cut some", "warning")


# For people


def test_a_problem_shows_its_line_with_a_marker_and_a_fix() -> None:
    assert as_text([NEWCOMER]) == "\n".join(
        [
            'concepts/dropout.yml:14:23: error[unknown-audience]: audience "newcomr" is not one of manager, '
            "developer, student",
            "   14 |     - for: {audience: newcomr}",
            "                              ^^^^^^^",
            '  help: write "developer", or add "newcomr" to concepts/_axes.yml',
            "1 error",
        ]
    )


def test_a_problem_with_a_whole_file_shows_no_line() -> None:
    assert as_text([LONG]) == "\n".join(
        ["concepts/batch.yml: warning[too-long]: 800 words", "  help: cut some", "1 warning"]
    )


def test_problems_are_sorted_by_location() -> None:
    output = as_text([NEWCOMER, LONG])
    assert output.index("concepts/batch.yml") < output.index("concepts/dropout.yml")


@pytest.mark.parametrize(
    ("errors", "warnings", "total"),
    [
        (0, 0, "no problems"),
        (1, 0, "1 error"),
        (2, 1, "2 errors, 1 warning"),
        (0, 3, "3 warnings"),
    ],
)
def test_the_last_line_is_a_summary(errors: int, warnings: int, total: str) -> None:
    problems = [NEWCOMER] * errors + [LONG] * warnings
    assert summed(problems) == total
    assert as_text(problems).splitlines()[-1] == total


@pytest.mark.parametrize("column", [1, 60, 150, 300])
def test_a_long_line_is_shortened_around_the_location(column: int) -> None:
    line = "".join(chr(ord("a") + number % 26) for number in range(400))
    problem = Problem(Place("a.yml", 3, column, 5, line), "code", "message")
    _, shown, mark, _ = as_text([problem]).splitlines()
    assert len(shown) <= 110
    assert shown[mark.index("^") : mark.rindex("^") + 1] == line[column - 1 : column + 4]


def test_a_marker_does_not_extend_beyond_the_line() -> None:
    problem = Problem(Place("a.yml", 3, 5, 99, "why: no"), "code", "message")
    _, shown, mark, _ = as_text([problem]).splitlines()
    assert len(mark) == len(shown)


# For programs


def test_the_json_contains_all_parts_of_each_problem() -> None:
    first, second = json.loads(as_json([NEWCOMER, LONG]))
    assert first == {
        "path": "concepts/batch.yml",
        "line": 0,
        "column": 0,
        "code": "too-long",
        "severity": "warning",
        "message": "800 words",
        "help": "cut some",
        "explain": "glossary explain too-long",
    }
    assert (second["line"], second["column"]) == (14, 23)


def test_without_problems_the_list_is_empty() -> None:
    assert json.loads(as_json([])) == []


# For code reviews


def test_a_review_shows_each_problem_on_its_line() -> None:
    first, second = as_github([NEWCOMER, LONG]).splitlines()
    assert (
        first == "::warning file=concepts/batch.yml,line=1,col=1,title=too-long::800 words%0Ahelp: cut some"
    )
    assert second.startswith("::error file=concepts/dropout.yml,line=14,col=23,title=unknown-audience::")


def test_characters_that_end_a_workflow_command_are_escaped() -> None:
    problem = Problem(Place("con,cepts/50%:a.yml", 1), "code", "50 %\r\nof it")
    assert as_github([problem]) == (
        "::error file=con%2Ccepts/50%25%3Aa.yml,line=1,col=1,title=code::50 %25%0D%0Aof it"
    )


# Any problem

places = st.builds(
    Place,
    st.text(max_size=9),
    st.integers(0, 9),
    st.integers(0, 400),
    st.integers(0, 400),
    st.text(max_size=200),
)
problems = st.builds(
    Problem,
    places,
    st.text(max_size=9),
    st.text(),
    st.text(max_size=9),
    st.sampled_from(["error", "warning"]),
)


@pytest.mark.parametrize("name", sorted(FORMATS))
@settings(max_examples=100, deadline=None)
@given(found=st.lists(problems, max_size=4))
def test_any_problem_can_be_formatted(name: str, found: list[Problem]) -> None:
    output = FORMATS[name](found)
    if name == "json":
        assert len(json.loads(output)) == len(found)
    if name == "github":
        assert len(re.findall(r"^::(?:error|warning) file=", output, re.MULTILINE)) == len(found)
    if name == "text":
        assert output.endswith(summed(found))


# Errors of the operating system


@pytest.mark.parametrize(
    "number", [errno.EACCES, errno.EROFS, errno.ENOSPC, errno.EFBIG, errno.EIO, errno.ENOTDIR]
)
def test_an_operating_system_error_is_not_an_internal_error(number: int) -> None:
    assert refusal(OSError(number, os.strerror(number), "site")) == f"{os.strerror(number)}: site"
    assert refusal(OSError(number, os.strerror(number))) == os.strerror(number)


@pytest.mark.parametrize("error", [FileNotFoundError(errno.ENOENT, "gone", "site"), KeyError("site")])
def test_any_other_error_is_an_internal_error(error: Exception) -> None:
    assert refusal(error) is None


ESCAPING = "x\n::add-mask::secret\n##[error]boo\r::error::\x1b[31m\u2028"


@pytest.mark.parametrize("name", FORMATS)
def test_no_name_or_message_is_executed_by_a_ci_service(name: str) -> None:
    """GitHub executes `::...` at the beginning of a line, and `##[...]` anywhere."""
    place = Place(f"{ESCAPING}.yml", 1, 1, excerpt=f"##[group]{ESCAPING}".replace("\n", " "))
    odd = [
        Problem(place, "bad-name", ESCAPING, ESCAPING),
        Problem(Place("::error::.yml"), "bad-name", "a", "b"),
    ]
    lines = FORMATS[name](odd).splitlines()
    ours = [line for line in lines if line.startswith("::")] if name == "github" else []
    assert len(ours) == (2 if name == "github" else 0)
    assert not [
        line for line in lines if "##[" in line or (line.lstrip().startswith("::") and line not in ours)
    ]


def test_as_json_a_name_keeps_its_characters() -> None:
    (described,) = json.loads(as_json([Problem(Place("a.yml"), "bad-name", "##[error]\n::", "b")]))
    assert described["message"] == "##[error]\n::"
