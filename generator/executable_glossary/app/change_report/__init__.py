"""A change as its reviewers see it: the working tree beside a revision of it. Nothing of either is run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import NamedTuple

from executable_glossary.adapters.git import Revision, lay_out
from executable_glossary.adapters.jinja_env import Templates
from executable_glossary.adapters.mkdocs_config import NAME, read_project
from executable_glossary.app.pipeline import prepare, prove
from executable_glossary.drawing.social_card import Cards
from executable_glossary.execution import FreshProcess
from executable_glossary.model.comparison import Comparison
from executable_glossary.model.problem import errors
from executable_glossary.model.project import Project, ProjectSettings, Site
from executable_glossary.model.snapshot import Side
from executable_glossary.stages.compare import compare
from executable_glossary.stages.render import render

# What a refuted claim is called: its page can be shown all the same, and is what a reviewer wants to see.
SHOWN_ANYWAY = {"claim-refuted", "finding-refuted"}

# Templates, and lists of words beside them; not the fonts and pictures, which say nothing.
SHAPING = (".j2", ".yml")
BORROWED = (
    "The templates of the base do not fit this generator: its pages were made with those of the working tree."
)


@dataclass(frozen=True)
class Review:
    """The revision that was compared with, and what is different now. `note`: what the base had to be helped with."""

    base: Revision
    comparison: Comparison
    note: str = ""


def review(project: Project, base: Revision) -> Review:
    """project: the working tree's; its settings are taken as frozen."""
    head = side(project)
    with TemporaryDirectory() as folder:
        before = _base_side(project, base, Path(folder).resolve())
    return Review(base, compare(before.side, head), before.note)


class _Base(NamedTuple):
    side: Side
    note: str = ""


def _base_side(project: Project, base: Revision, folder: Path) -> _Base:
    """Of the revision, only what makes pages: its settings, entries, templates, examples and their records."""
    lay_out(project.root, base, folder, lambda path: path == NAME)
    if not (folder / NAME).is_file():
        return _Base(Side(there=False))
    before, problems = read_project(folder, runs="frozen", strict=False)
    if before is None:
        return _Base(Side(problems=problems))
    lay_out(project.root, base, folder, partial(_makes_pages, before.settings))
    if not before.concepts.is_dir():
        return _Base(Side(there=False))
    found = side(before)
    if found.texts or not any("template" in problem.code for problem in errors(found.problems)):
        return _Base(found)
    return _Base(side(_with_templates_of(project, before)), BORROWED)


def _makes_pages(settings: ProjectSettings, path: str) -> bool:
    folders = (settings.concepts, settings.examples, settings.templates)
    concepts, examples, templates = (f"{PurePosixPath(name)}/" for name in folders)
    return path.startswith((concepts, examples)) or (path.startswith(templates) and path.endswith(SHAPING))


def _with_templates_of(project: Project, before: Project) -> Project:
    settings = before.settings.model_copy(update={"templates": str(project.templates)})
    return before.model_copy(update={"settings": settings})


def side(project: Project) -> Side:
    """One state of the glossary, as its files are. Without an address there are no cards and no feed, which
    nobody reads here."""
    plain = project.model_copy(update={"site": Site(name=project.site.name, language=project.site.language)})
    built = prove(plain, prepare(plain), FreshProcess(), lambda event: None)
    told = Side(built.glossary, built.plan, built.evidence, built.verdicts, problems=built.problems)
    if any(problem.code not in SHOWN_ANYWAY for problem in errors(built.problems)):
        return told
    return _rendered(plain, told)


def _rendered(project: Project, told: Side) -> Side:
    assert told.glossary is not None
    assert told.plan is not None
    templates = Templates(project.templates, project.root)
    cards = Cards(project.store, Path(), Path())
    documents, unset = render(
        told.glossary, told.plan, told.evidence, told.verdicts, templates, project.site, cards
    )
    texts = {
        document.path: document.content
        for document in documents
        if isinstance(document.content, str) and document.path.endswith(".md")
    }
    problems = tuple(sorted({*told.problems, *unset}))
    return replace(told, texts={} if unset else texts, problems=problems)
