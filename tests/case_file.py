"""Test cases in Markdown: a title, a reason, the files that an author would write, and the expected outcome.

A case starts with a title (`# ...`) and a reason of one or two sentences. Each `### ...` is the heading of a fenced
block. The input is:

    concepts/dropout.yml                    the content of that file
    concepts/dropout.yml in latin-1         the same, saved with another encoding
    concepts/dropout.yml is deleted         this file of the base glossary (cases/base) is removed
    today                                   the date of the check

The outcome is:

    problems                                the problems reported to the author
    plan, plan of dropout                   every possible page, and why it is published or not
    sections of /dropout/engineer/manager/  the sections of a page
    links of /dropout/engineer/manager/     the targets of a page's links
    page /dropout/blog/                     the page in Markdown
    page /dropout/blog/#steps               one section of it; #top is the part before the first section
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from executable_glossary.stages.render.filters import fenced

FOLDER = Path(__file__).parent / "cases"

_PART = re.compile(
    r"^### (?P<heading>[^\n]+)\n(?:\s*^(?P<block>(?P<fence>`{3,})(?P<language>\w*)\n(?P<text>.*?)^(?P=fence))$)?",
    re.MULTILINE | re.DOTALL,
)
_EXPECTED = re.compile(r"(?:problems|plan|plan of .+|(?:sections|links) of /.*|page /.*)")
_FILE = re.compile(r"(?P<path>\S+)(?: in (?P<encoding>\S+)| is (?P<deleted>deleted))?")


@dataclass(frozen=True)
class Case:
    """A parsed case file. `files` are changes to the base glossary; None deletes a file."""

    name: str
    text: str
    title: str
    why: str
    files: Mapping[str, bytes | None]
    expected: Mapping[str, str]


def read_cases() -> tuple[Case, ...]:
    """All cases, sorted by folder and name."""
    return tuple(read_case(path) for path in sorted(FOLDER.glob("*/*.md")))


def read_case(path: Path) -> Case:
    text = path.read_text("utf-8")
    title, _, why = text.partition("\n### ")[0].partition("\n")
    files: dict[str, bytes | None] = {}
    expected: dict[str, str] = {}
    for part in _PART.finditer(text):
        if _EXPECTED.fullmatch(part["heading"]):
            expected[part["heading"]] = part["text"] or ""
        else:
            files.update([_file(part)])
    name = path.relative_to(FOLDER).with_suffix("").as_posix()
    return Case(name, text, title.removeprefix("# "), why.strip(), files, expected)


def rewritten(case: Case, outcome: Mapping[str, str]) -> str:
    """The case's text with `outcome` in place of the expected outcome."""

    def renewed(part: re.Match[str]) -> str:
        if part["heading"] not in outcome:
            return part[0]
        language = "markdown" if part["heading"].startswith("page ") else "text"
        return f"### {part['heading']}\n{fenced(outcome[part['heading']], language)}"

    return _PART.sub(renewed, case.text)


def _file(part: re.Match[str]) -> tuple[str, bytes | None]:
    named = _FILE.fullmatch(part["heading"])
    assert named is not None, f"unknown heading: ### {part['heading']}"
    if named["deleted"]:
        return named["path"], None
    assert part["block"] is not None, f"### {part['heading']} has no content"
    return named["path"], part["text"].encode(named["encoding"] or "utf-8")
