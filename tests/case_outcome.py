"""The outcome of building a glossary, in the format that cases use."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from executable_glossary.adapters.mkdocs_config import read_project
from executable_glossary.app.pipeline import build
from executable_glossary.app.tables.plan_table import plan_table
from executable_glossary.app.tables.problem_list import as_text
from executable_glossary.execution import Runner
from executable_glossary.model.build import Build
from executable_glossary.model.page import ConceptLink, Page, SiblingGroup, Target


def built_in(folder: Path, runner: Runner, **settings: Any) -> Build:
    """The result of a build of the glossary in `folder`, even if its settings have errors.

    A file `today` contains the date of the check; without it, nothing that depends on the date is reported.
    """
    project, problems = read_project(folder, **settings)
    today = folder / "today"
    day = date.fromisoformat(today.read_text("utf-8").strip()) if today.is_file() else None
    return Build(problems=problems) if project is None else build(project, runner, lambda line: None, day)


def outcome(built: Build, headings: Iterable[str]) -> Mapping[str, str]:
    """The outcome for each heading of a case. Problems are always included."""
    outcomes = {heading: _shown(built, heading) for heading in headings if heading != "problems"}
    return {**({"problems": f"{as_text(built.problems)}\n"} if built.problems else {}), **outcomes}


def _shown(built: Build, heading: str) -> str:
    kind, _, rest = heading.partition(" ")
    if kind == "page":
        return _page(built, *rest.partition("#")[::2])
    assert built.plan is not None, f"there is no plan: {as_text(built.problems)}"
    if kind == "sections":
        page = _published(built, rest.removeprefix("of "))
        return "".join(f"{section.kind}: {section.heading}\n" for section in page.sections)
    if kind == "links":
        return "\n".join(_links(_published(built, rest.removeprefix("of ")))) + "\n"
    return plan_table(built.plan, rest.removeprefix("of ") or None) + "\n"


def _page(built: Build, url: str, section: str) -> str:
    path = url.removeprefix("/") + "index.md"
    match = [document.content for document in built.documents if document.path == path]
    assert match, f"there is no page {url}: {as_text(built.problems)}"
    text = _squeezed(str(match[0]))
    return _section(text, section) if section else text


def _squeezed(text: str) -> str:
    """Removes repeated empty lines, which templates leave behind and which have no meaning."""
    return re.sub(r"\n\n+", "\n\n", text).strip() + "\n"


def _section(text: str, section: str) -> str:
    """The section from the heading with that id to the next heading at the same level; `top` is the part before the
    first."""
    if section == "top":
        return text.split("\n## ", 1)[0].split("---\n", 2)[2].strip() + "\n"
    heading = rf"^## [^\n]*{{ #{re.escape(section)} }}$"
    match = re.search(rf"{heading}.*?(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert match, f"the page has no section {section}"
    return match[0].strip() + "\n"


def _published(built: Build, url: str) -> Page:
    assert built.plan is not None
    return next(page for page in built.plan.published if f"/{page.url}" == url)


def _links(page: Page) -> Iterator[str]:
    """A line for each link in the model: its text, its target, and the note for the reader."""
    for group in page.siblings:
        yield from _siblings(group)
    for section in page.sections:
        for part in section.content if isinstance(section.content, tuple) else ():
            if isinstance(part, ConceptLink):
                yield f"{section.kind}: {part.relation or 'concept'} → {_target(part.target)}"
            elif isinstance(part, SiblingGroup):
                yield from _siblings(part)


def _siblings(group: SiblingGroup) -> Iterator[str]:
    for sibling in group.siblings:
        yield f"{group.label}: {sibling.label} → {'this page' if sibling.current else _target(sibling.target)}"


def _target(target: Target) -> str:
    url = f"/{target.path.removesuffix('index.md')}"
    return f"{url} ({target.note})" if target.note else url
