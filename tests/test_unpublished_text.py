"""No text of an author disappears without a word: after any slip in an entry or the axes, it is on a page, or a problem
is reported."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from executable_glossary.adapters.mkdocs_config import read_project
from executable_glossary.app.pipeline import prepare
from executable_glossary.model.build import Build
from executable_glossary.model.diagram import Diagram
from executable_glossary.model.page import ConceptLink, Page, Prose, Shown, Wording
from executable_glossary.stages.plan.candidates import wording
from glossaries import change, lay_out

# Every text contains a word of its own.
ENTRY = """\
term: Dropout
aliases:
  - text: drop-out
    type: spelling
meaning:
  - text: Word01.
  - for: {audience: student}
    text: Word02.
see_also:
  - concept: overfitting
    relation: contrasts
    why: Word03.
sources:
  - {id: a-2014, authors: A. Author, year: 2014, title: Word04, url: "https://example.org"}
titles:
  blog:
    - text: Word05
    - for:
        audience: manager
      text: Word06
diagram:
  title: Word07
  says: Word08.
  nodes: [{id: one, label: Word09}, {id: two, label: Word10}]
  edges: [{from: one, to: two, label: word11}]
claims:
  - id: holds
    text:
      - text: Word12.
      - for: {audience: student}
        text: Word13.
    example: by_heart
    check: rule.unseen > 0.5
    over: mean
blocks:
  definition: Word14.
  intro:
    - text: |
        Word15 is the first one.

        Word16 is the second one.
      show:
        - claim: holds
    - for: {audience: manager}
      text: Word17 is for others.
  steps: >
    Word18 comes first,
    then comes word19.
  example:
    - text: Word20.
  overview: Word21.
  summary: Word22.
  why:
    - for: {role: engineer}
      text: Word23 was said by an engineer.
    - for: {role: architect}
      text: Word24 was said by an architect.
  questions:
    - for: {role: engineer, audience: student}
      questions:
        - question: Word25?
          answer: Word26.
        - question: Word27?
          answer: |
            Word28 is one.
            Word29 is another.
      show: [{claim: holds}]
    - for:
        role: architect
        audience: manager
      questions:
        - question: Word30?
          answer: Word31 and nothing that anybody else has said so far.
  recipe:
    - text: Word32.
      points: {do: [Word33.], dont: [Word34.]}
  self-check:
    - questions: [{question: "Word35?", answer: Word36.}]
"""
Lines = list[str]
# What happens to one line, given all lines and its number.
SLIPS: Mapping[str, Callable[[Lines, int], Lines]] = {
    "deleted": lambda lines, at: lines[:at] + lines[at + 1 :],
    "two deleted": lambda lines, at: lines[:at] + lines[at + 2 :],
    "four deleted": lambda lines, at: lines[:at] + lines[at + 4 :],
    "blank": lambda lines, at: [*lines[:at], "", *lines[at + 1 :]],
    "commented out": lambda lines, at: [*lines[:at], f"# {lines[at]}", *lines[at + 1 :]],
    "comment": lambda lines, at: [*lines[:at], lines[at].replace(": ", ": # ", 1), *lines[at + 1 :]],
    "further in": lambda lines, at: [*lines[:at], f"  {lines[at]}", *lines[at + 1 :]],
    "further out": lambda lines, at: [*lines[:at], lines[at].removeprefix("  "), *lines[at + 1 :]],
    "rest further out": lambda lines, at: [*lines[:at], *(line.removeprefix("  ") for line in lines[at:])],
    "twice": lambda lines, at: [*lines[: at + 1], *lines[at:]],
    "swapped": lambda lines, at: [*lines[:at], *lines[at : at + 2][::-1], *lines[at + 2 :]],
    "joined": lambda lines, at: [*lines[:at], " ".join([lines[at], *(line.strip() for line in lines[at + 1 : at + 2])]), *lines[at + 2 :]],
    "half": lambda lines, at: [*lines[:at], lines[at][: len(lines[at]) // 2], *lines[at + 1 :]],
    "no colon": lambda lines, at: [*lines[:at], lines[at].replace(":", "", 1), *lines[at + 1 :]],
    "other key": lambda lines, at: [*lines[:at], re.sub(r"(\w+):", r"\1s:", lines[at], count=1), *lines[at + 1 :]],
    "new item": lambda lines, at: [*lines[:at], re.sub(r"(\S)", r"- \1", lines[at], count=1), *lines[at + 1 :]],
    "no item": lambda lines, at: [*lines[:at], lines[at].replace("- ", "  ", 1), *lines[at + 1 :]],
    "last": lambda lines, at: lines[:at],
}  # fmt: skip
WORD = re.compile(r"word\d\d", re.IGNORECASE)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return lay_out(tmp_path / "glossary", {"concepts/dropout.yml": ENTRY.encode()})


def built(root: Path) -> Build:
    project, problems = read_project(root, runs="frozen")
    assert project is not None, problems
    return prepare(project)


def said(built: Build) -> Counter[str]:
    """The problems without their places."""
    return Counter(f"{problem.code}: {problem.message}" for problem in built.problems)


def published(built: Build) -> set[str]:
    """The words on all pages."""
    if built.plan is None:
        return set()
    pages = built.plan.published
    claims = [wording(claim.text, None) for page in pages for claim in page.entry.claims]
    return words(" ".join([*claims, *(text for page in pages for text in texts(page))]))


def texts(page: Page) -> Iterator[str]:
    yield from (page.title, page.meaning)
    yield from (str(shown.text) for shown in page.shown)
    for section in page.sections:
        content: Any = section.content
        yield from map(str, content.texts if isinstance(content, Prose) else ())
        if isinstance(content, Diagram):
            yield repr(content)
        for part in content if isinstance(content, tuple) else ():
            if isinstance(part, ConceptLink):
                yield part.why
            elif isinstance(part, Wording):
                yield part.text
            elif not isinstance(part, Shown):
                yield repr(part)


def words(text: str) -> set[str]:
    return {word.lower() for word in WORD.findall(text)}


def written(root: Path) -> set[str]:
    """The words of the entry as YAML sees them, without comments; empty if it is not valid YAML."""
    try:
        return words(repr(yaml.safe_load((root / "concepts/dropout.yml").read_text("utf-8"))))
    except yaml.YAMLError:
        return set()


def test_every_text_of_the_entry_is_published(root: Path) -> None:
    found = built(root)
    assert written(root) == published(found) == {f"word{number:02}" for number in range(1, 37)}
    assert "unpublished-text" not in " ".join(said(found))


PARTS = 4  # the lines are divided into this many parts, and each slip begins with a different part


@pytest.mark.parametrize("file", ["concepts/dropout.yml", "concepts/_axes.yml"])
@pytest.mark.parametrize(
    "part", [0, *(pytest.param(part, marks=pytest.mark.slow) for part in range(1, PARTS))]
)
def test_after_a_slip_every_text_is_published_or_reported(root: Path, file: str, part: int) -> None:
    """Slow: every slip in three quarters of the lines. All slips always happen, each in a different quarter."""
    before, path = said(built(root)), root / file
    lines, lost = path.read_text("utf-8").split("\n"), {}
    tried = {tuple(lines)}
    for number, slip in enumerate(SLIPS):
        for at in range((part + number) % PARTS, len(lines), PARTS):
            if (changed := tuple(SLIPS[slip](lines, at))) in tried:
                continue
            tried.add(changed)
            path.write_text("\n".join(changed), "utf-8")
            found = built(root)
            if not said(found) - before and (missing := written(root) - published(found)):
                lost[slip, at + 1, lines[at]] = missing
    assert lost == {}


ENTRY_FILE, AXES = "concepts/dropout.yml", "concepts/_axes.yml"
REASONS = {
    "no format has a section": (
        AXES,
        "sections: [{block: recipe, heading: The recipe}]",
        "sections: []",
        'no format has a section "recipe"',
    ),
    "a block is missing": (
        ENTRY_FILE,
        "  steps: >\n    Word18 comes first,\n    then comes word19.\n",
        "",
        "its page (blog) needs the block steps",
    ),
    "a page has too much in common with another": (
        ENTRY_FILE,
        "Word17 is for others.",
        "Word15 is the first one.\n\n        Word16 is the second one.",
        "its page, blog post for a manager, shares 100% with the page for everybody",
    ),
    "hidden": (
        ENTRY_FILE,
        "  why:\n",
        "  why:\n    - text: Word40.\n",
        "more specific texts replace it",
    ),
    "a claim that nobody reads": (
        ENTRY_FILE,
        "      show: [{claim: holds}]\n",
        "",
        "no page for this reader shows the claim",
    ),
    "a title without a page": (
        ENTRY_FILE,
        "titles:\n",
        "titles:\n  article: [{for: {audience: manager}, text: Word41}]\n",
        "there is no such page for this reader",
    ),
    "a meaning for a role": (
        ENTRY_FILE,
        "  - for: {audience: student}\n    text: Word02.",
        "  - for: {role: engineer}\n    text: Word02.",
        "all roles have the same wording",
    ),
    "no section for a diagram": (
        AXES,
        "      - {block: diagram, heading: In one picture}\n",
        "",
        'no page has the section "diagram"',
    ),
}


@pytest.mark.parametrize("reason", REASONS)
def test_the_message_says_why(root: Path, reason: str) -> None:
    file, old, new, expected = REASONS[reason]
    change(root / file, old, new)
    found = [said for said in said(built(root)) if said.startswith("unpublished-text")]
    assert any(expected in said for said in found), found
