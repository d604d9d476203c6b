"""Cases as Markdown: a title, why it matters, the files that an author would write, and what comes of them.

After a title (`# ...`) and a sentence or two of why, each `### ...` heads a fenced block. Input:

    concepts/dropout.yml                    the content of that file
    concepts/dropout.yml in latin-1         the same, saved with another encoding
    concepts/dropout.yml is deleted         a file of the base glossary (cases/base) that is not there
    today                                   the day on which it is checked

and what comes of it:

    problems                                what an author is told
    plan, plan of dropout                   every page that could be, and why it is or is not published
    sections of /dropout/engineer/manager/  which sections a page has
    links of /dropout/engineer/manager/     where the links of a page lead
    page /dropout/blog/                     the page in Markdown
    page /dropout/blog/#steps               one section of it; #top is what stands before the first
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
    """One file of cases/, read. `files` are changes to the base glossary; None deletes."""

    name: str
    text: str
    title: str
    why: str
    files: Mapping[str, bytes | None]
    expected: Mapping[str, str]


def read_cases() -> tuple[Case, ...]:
    """All cases, by their folder and name."""
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
    """The case's text with the outcome in place of what it expected."""

    def renewed(part: re.Match[str]) -> str:
        if part["heading"] not in outcome:
            return part[0]
        language = "markdown" if part["heading"].startswith("page ") else "text"
        return f"### {part['heading']}\n{fenced(outcome[part['heading']], language)}"

    return _PART.sub(renewed, case.text)


def _file(part: re.Match[str]) -> tuple[str, bytes | None]:
    named = _FILE.fullmatch(part["heading"])
    assert named is not None, f"what is meant by ### {part['heading']}?"
    if named["deleted"]:
        return named["path"], None
    assert part["block"] is not None, f"### {part['heading']} has no content"
    return named["path"], part["text"].encode(named["encoding"] or "utf-8")
