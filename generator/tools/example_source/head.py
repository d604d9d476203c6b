"""The head of a script: inline metadata (PEP 723), whose `[tool.glossary]` says what a run needs."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from generator.model.example import Settings
from generator.model.problem import Problem
from generator.tools.example_source.script import Script

TOML_PLACE = re.compile(r" \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$")
SAMPLES = {
    "dependencies": '["matplotlib"]',
    "requires-python": '">=3.11"',
    "needs": '["pretraining"]',
    "outputs": '["weights.safetensors"]',
    "data": '["measurements.csv"]',
    "seeds": "[0, 1, 2]",
    "timeout": "300",
    "memory": "2048",
    "threads": "1",
}


class Tools(BaseModel):
    """The part of `[tool]` that is ours; other tools may keep their settings beside it."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    glossary: Settings = Settings()


class Head(BaseModel):
    """What stands between `# /// script` and `# ///`."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    requires_python: str = Field(default="", alias="requires-python")
    dependencies: tuple[str, ...] = Field(default=(), strict=False)
    tool: Tools = Tools()


def read_head(script: Script) -> tuple[Head | None, tuple[Problem, ...]]:
    """The metadata; a script without any has the default settings."""
    starts = [number for number, line in enumerate(script.lines, 1) if line.rstrip() == "# /// script"]
    if not starts:
        return Head.model_validate({}), ()
    start, *others = starts
    if others:
        mend = "keep one, with all settings in it"
        return None, (script.problem("example-head", "a second script head", mend, others[0], 1),)
    table = _table(script, start)
    if isinstance(table, Problem):
        return None, (table,)
    try:
        return Head.model_validate(table), ()
    except ValidationError as invalid:
        return None, tuple(_setting_problems(script, start, invalid))


def _table(script: Script, start: int) -> Mapping[str, object] | Problem:
    """The TOML table whose opening comment is line `start`."""
    body = []
    for line in script.lines[start:]:
        if line.rstrip() == "# ///":
            break
        if not line.startswith("#"):
            return _head_problem(script, "the script head is not closed", 'close it with "# ///"', start)
        body.append(line)
    else:
        return _head_problem(script, "the script head is not closed", 'close it with "# ///"', start)
    try:
        return tomllib.loads("\n".join(line.removeprefix("#").removeprefix(" ") for line in body))
    except tomllib.TOMLDecodeError as bad:
        return _toml_problem(script, start, len(body), str(bad))


def _head_problem(script: Script, message: str, mend: str, line: int) -> Problem:
    return script.problem("example-head", message, mend, line, 1)


def _toml_problem(script: Script, start: int, length: int, message: str) -> Problem:
    place = TOML_PLACE.search(message)
    line = int(place["line"]) if place and place["line"] else length
    # Two columns more: each line of the table stands behind "# ".
    column = int(place["column"]) + 2 if place and place["column"] else 1
    said = TOML_PLACE.sub("", message)
    return script.problem(
        "example-head", f"the script head is not TOML: {said}", "see toml.io", start + line, column
    )


def _setting_problems(script: Script, start: int, invalid: ValidationError) -> Iterator[Problem]:
    for error in invalid.errors():
        where = tuple(part for part in error["loc"] if isinstance(part, str))
        line, column = _setting_place(script, start, where)
        name = ".".join(where)
        if error["type"] == "extra_forbidden":
            known = (
                Settings.model_fields if "glossary" in where else ("dependencies", "requires-python", "tool")
            )
            mend = "one of " + ", ".join(sorted(known))
            yield script.problem("example-setting", f'unknown setting "{name}"', mend, line, column)
        else:
            said = error["msg"][0].lower() + error["msg"][1:]
            mend = f"{where[-1]} = {_sample(where)}" if where else ""
            yield script.problem("example-setting", f"{name}: {said}", mend, line, column)


def _setting_place(script: Script, start: int, where: tuple[str, ...]) -> tuple[int, int]:
    """Line and column of the innermost name of `where` that stands in the head."""
    for name in reversed(where):
        for number, line in enumerate(script.lines[start:], start + 1):
            if line.rstrip() == "# ///":
                break
            if found := re.match(rf"#\s*\[?(?:[\w.]+\.)?[\"']?({re.escape(name)})[\"']?\s*[=\]]", line):
                return number, found.start(1) + 1
    return start, 1


def _sample(where: tuple[str, ...]) -> str:
    """A right value for a setting, to show its form."""
    return next((SAMPLES[name] for name in reversed(where) if name in SAMPLES), '0.02, or "none"')
