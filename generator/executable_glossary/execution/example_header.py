"""Reads an example's header: inline script metadata (PEP 723) with a `[tool.glossary]` table for its runs."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Annotated

from packaging.requirements import Requirement
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from executable_glossary.execution.example_cells import Script
from executable_glossary.execution.job import fixed_variables
from executable_glossary.model.chart import BarChart, LineChart
from executable_glossary.model.example import Settings
from executable_glossary.model.problem import Problem
from executable_glossary.model.rule import Rule

EXAMPLE_HEAD = Rule(
    code="example-head",
    when="an example is read",
    summary="An example's header is not valid inline script metadata (PEP 723).",
    details="The header is TOML in comments, between `# /// script` and `# ///`. The limit is 20,000 characters.",
    why="The build would run the example without its settings, such as its seeds and limits.",
    example="A header that starts with `# /// script` and never ends",
    instead="The same header with `# ///` as its last line",
)
EXAMPLE_SETTING = Rule(
    code="example-setting",
    when="an example is read",
    summary="A setting in an example's header does not exist or has an invalid value.",
    why="A misspelled setting would be ignored, so the example would run with the default value.",
    example="`seed = [0, 1, 2]` under `[tool.glossary]`",
    instead="`seeds = [0, 1, 2]`",
)

TOML_PLACE = re.compile(r" \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$")
LONGEST = 20_000  # characters; our longest header has about 2,000
# The values that each setting accepts, and a valid value to copy, keyed by setting.
FORMS: Mapping[str, tuple[str, str]] = {
    "dependencies": ("a list of packages in pip's format, each in quotes", '["matplotlib", "numpy>=2"]'),
    "requires-python": ("a Python version constraint, in quotes", '">=3.11"'),
    "tool": ("a table", "{glossary = {seeds = [0, 1, 2]}}"),
    "glossary": ("a table", "{seeds = [0, 1, 2]}"),
    "needs": ("a list of example names, each in quotes", '["first_part"]'),
    "outputs": ("a list of file names without folders, each in quotes", '["weights.safetensors"]'),
    "data": ("a list of names of files next to the example, each in quotes", '["measurements.csv"]'),
    "cache": ("a list of cache names from mkdocs.yml, each in quotes", '["photographs"]'),
    "seeds": (
        "a list of one to a thousand whole numbers, none below 0, or {together = [...]} with such a list",
        "[0, 1, 2], or {together = [0, 1, 2]} for one run that measures all seeds",
    ),
    "timeout": ("a number of seconds above 0, at most one week", "300"),
    "memory": ("a whole number of megabytes above 0, at most ten million", "2048"),
    "threads": ("a whole number above 0, at most a thousand", "1"),
    "isolated": ("true or false", "true"),
    "format": ('"markdown" or "rest"', '"rest"'),
    "thumbnail": ("the name of a figure, in quotes", '"errors"'),
    "may_fail": ("true or false", "true"),
    "stderr": (
        '"folded", "open", or "hidden", or a table with one of these for each cell\'s name',
        '"open", or {bake = "open", default = "folded"}',
    ),
    "env": ("a list of names of environment variables, each in quotes", '["DATA_YEAR"]'),
    "reads": ('"declared" or "project"', '"project"'),
    "tolerance": (
        'a table whose values are numbers of at least 0, or "none"',
        '{"*.share" = 0.02, "*.seconds" = "none"}',
    ),
    "charts": (
        "tables whose names start with a lowercase letter (a to z) and contain only lowercase letters, digits, _, and -",
        "{errors = {...}}",
    ),
}


def _installable(requirement: str) -> str:
    try:
        Requirement(requirement)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return requirement


class Tools(BaseModel):
    """The `[tool]` table; other tools' tables are ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    glossary: Settings = Settings()


class Header(BaseModel):
    """The metadata between `# /// script` and `# ///`."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    requires_python: str = Field(default="", alias="requires-python")
    dependencies: tuple[Annotated[str, Field(max_length=200), AfterValidator(_installable)], ...] = Field(
        default=(), strict=False
    )
    tool: Tools = Tools()

    @property
    def has_settings(self) -> bool:
        """Whether there is a `[tool.glossary]` table, so that the script was written or changed for this generator."""
        return "glossary" in self.tool.model_fields_set


def read_header(script: Script) -> tuple[Header | None, tuple[Problem, ...]]:
    """The metadata of a script, or its problems. A script without metadata has the default settings."""
    starts = [number for number, line in enumerate(script.lines, 1) if line.rstrip() == "# /// script"]
    if not starts:
        return Header.model_validate({}), ()
    start, *others = starts
    if others:
        help = "keep one header that contains all settings"
        return None, (script.problem(EXAMPLE_HEAD, "the script has a second header", help, others[0], 1),)
    table = _table(script, start)
    if isinstance(table, Problem):
        return None, (table,)
    if misspelled := _misspelled(script, start, table):
        return None, misspelled
    try:
        header = Header.model_validate(table)
    except ValidationError as invalid:
        problems = (_setting_problem(script, start, error) for error in invalid.errors())
        # One setting can cause several identical errors, for example, one for each item in a list.
        return None, tuple(dict.fromkeys(problems))
    fixed = _fixed_variables(script, start, header)
    return (None, fixed) if fixed else (header, ())


def _fixed_variables(script: Script, start: int, header: Header) -> tuple[Problem, ...]:
    """A problem for each declared environment variable whose value a run does not take from the builder."""
    line, column = script.name_place(start, ("tool", "glossary", "env"))
    help = "remove it, and set it in the script if its value matters"
    return tuple(
        script.problem(EXAMPLE_SETTING, f'env: "{name}" is the same in every run', help, line, column)
        for name in header.tool.glossary.env
        if name in fixed_variables()
    )


def _table(script: Script, start: int) -> Mapping[str, object] | Problem:
    """The TOML table whose opening comment is on line `start`, or a problem if it is invalid."""
    body = []
    for line in script.lines[start:]:
        if line.rstrip() == "# ///":
            break
        if not line.startswith("#"):
            return _head_problem(script, "the script header is not closed", 'close it with "# ///"', start)
        body.append(line)
    else:
        return _head_problem(script, "the script header is not closed", 'close it with "# ///"', start)
    if (length := sum(map(len, body))) > LONGEST:
        message = f"the script header is {length:,} characters long; the limit is {LONGEST:,}"
        return _head_problem(script, message, "shorten it", start)
    try:
        return tomllib.loads("\n".join(line.removeprefix("#").removeprefix(" ") for line in body))
    except tomllib.TOMLDecodeError as bad:
        return _toml_problem(script, start, len(body), str(bad))
    except (ValueError, RecursionError):
        message = "the script header is not valid TOML: a number is too long, or the nesting is too deep"
        return _head_problem(script, message, "shorten it", start)


def _misspelled(script: Script, start: int, table: Mapping[str, object]) -> tuple[Problem, ...]:
    """A problem if the name of our table is misspelled. Without this check, the table would be ignored, as other
    tools' tables are."""
    tools = table.get("tool")
    near = get_close_matches("glossary", tools if isinstance(tools, Mapping) else (), n=1, cutoff=0.8)
    if not near or near == ["glossary"]:
        return ()
    line, column = script.name_place(start, ("tool", near[0]))
    message = f'the settings are in "tool.{near[0]}", which is ignored'
    return (script.problem(EXAMPLE_SETTING, message, "write [tool.glossary]", line, column),)


def _head_problem(script: Script, message: str, help: str, line: int) -> Problem:
    return script.problem(EXAMPLE_HEAD, message, help, line, 1)


def _toml_problem(script: Script, start: int, length: int, message: str) -> Problem:
    place = TOML_PLACE.search(message)
    line = int(place["line"]) if place and place["line"] else length
    # Add two columns, because each line of the table follows "# ".
    column = int(place["column"]) + 2 if place and place["column"] else 1
    message = f"the script header is not valid TOML: {TOML_PLACE.sub('', message)}"
    return script.problem(EXAMPLE_HEAD, message, "correct the TOML syntax; see toml.io", start + line, column)


def _setting_problem(script: Script, start: int, error: ErrorDetails) -> Problem:
    where = tuple(part for part in error["loc"] if isinstance(part, str))
    if where[2:3] == ("charts",) and len(where) > 3:
        return _chart_problem(script, start, where[3], where[4:], error)
    # The rest of the location names the type that pydantic tried to match, which means nothing to an author.
    where = where[:3] if where[2:3] in (("seeds",), ("stderr",)) else where
    line, column = script.name_place(start, where)
    if error["type"] == "extra_forbidden" and where[2:3] not in (("seeds",), ("stderr",)):
        known = Settings.model_fields if "glossary" in where else ("dependencies", "requires-python", "tool")
        message, help = f'unknown setting "{".".join(where)}"', f"use one of {', '.join(sorted(known))}"
        help = "write seeds = {together = [0, 1, 2]}" if where[2:] == ("together",) else help
    else:
        name = next(part for part in where[2:] or where[::-1] if part in FORMS)
        form, sample = FORMS[name]
        message, help = f"{name} must be {form}", f"{name} = {sample}"
    return script.problem(EXAMPLE_SETTING, message, help, line, column)


# The values that each chart setting accepts, and a valid value to copy, keyed by setting.
CHART_FORMS: Mapping[str, tuple[str, str]] = {
    "kind": ("bars or lines, in quotes", '"bars"'),
    "title": ("a few words in quotes", '"The head start"'),
    "caption": ("a sentence in quotes", '"Errors of both in one hour."'),
    "axis": ("what the metrics measure, in quotes", '"test pictures classified correctly"'),
    "unit": ("percent, number, or seconds, in quotes", '"percent"'),
    "reference": ("a table of label = metric, with at most three entries", '{guessing = "chance"}'),
    "bars": ("a table of label = metric, with one to twelve entries", '{"careful" = "careful.errors"}'),
    "along": ("the quantity along the x-axis and its unit, in quotes", '"hours of practice"'),
    "scale": ("linear or log, in quotes", '"log"'),
    "points": ("a list of numbers", "[2, 5, 10]"),
    "lines": (
        "a table of label = {number = metric}, with one to six entries; put decimal numbers in quotes",
        '{"careful" = {2 = "n2.errors", 5 = "n5.errors"}}',
    ),
}
CHART_KEYS: Mapping[str, Iterable[str]] = {"bars": BarChart.model_fields, "lines": LineChart.model_fields}
CHART_NAME = "the name must start with a lowercase letter (a to z) and contain only lowercase letters, digits, _, and -"


def _chart_problem(
    script: Script, start: int, chart: str, inside: tuple[str, ...], error: ErrorDetails
) -> Problem:
    """The problem with a chart setting. `inside` contains the kind of chart and the invalid key; it is
    empty if the kind is unknown."""
    kind, key = inside[0] if inside else "", inside[1] if len(inside) > 1 else ""
    is_name, missing = kind == "[key]", error["type"] in ("missing", "union_tag_not_found")
    inner = "lines" if error["type"] == "value_error" else key or "kind"
    line, column = script.name_place(start, ("charts", chart, *(() if is_name or missing else (inner,))))
    message, help = (CHART_NAME, "rename it") if is_name else _chart_message(kind, key, missing, error)
    return script.problem(EXAMPLE_SETTING, f'chart "{chart}": {message}', help, line, column)


def _chart_message(kind: str, key: str, missing: bool, error: ErrorDetails) -> tuple[str, str]:
    if error["type"] == "extra_forbidden":
        return (
            f'a chart of kind "{kind}" has no setting "{key}"',
            f"use one of {', '.join(sorted(CHART_KEYS[kind]))}",
        )
    if error["type"] == "value_error":
        return str(error["ctx"]["error"]), f"lines = {CHART_FORMS['lines'][1]}"
    form, sample = CHART_FORMS[key or "kind"]
    verb = "is missing; it must be " if missing else "must be "
    return f"{key or 'kind'} {verb}{form}", f"{key or 'kind'} = {sample}"
