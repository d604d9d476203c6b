"""Compares the working tree with a git revision for `glossary report`, without running any examples."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import NamedTuple

from executable_glossary.adapters.git import Revision, lay_out
from executable_glossary.adapters.jinja_env import Templates
from executable_glossary.adapters.mkdocs_config import NAME, read_project
from executable_glossary.app.change_report.entry_fields import field_changes
from executable_glossary.app.change_report.other_changes import (
    file_changes,
    header_changes,
    settings_changes,
    site_settings,
)
from executable_glossary.app.change_report.written_pages import written_pages
from executable_glossary.app.pipeline import prepare, verify
from executable_glossary.drawing.social_card import Cards
from executable_glossary.execution import SubprocessRunner
from executable_glossary.model.build import Build
from executable_glossary.model.comparison import Comparison
from executable_glossary.model.problem import errors
from executable_glossary.model.project import Project, Site
from executable_glossary.stages.compare import compare
from executable_glossary.stages.render import render

# Errors that do not prevent rendering, because a reviewer needs to see the page that makes a refuted claim.
RENDERED_ANYWAY = {"claim-refuted", "finding-refuted"}

# File extensions of templates that determine a page's text; fonts and pictures do not.
TEMPLATE_FILES = (".j2", ".yml")
BORROWED = "The base revision's templates do not work with this generator; the working tree's templates were used instead."


@dataclass(frozen=True)
class Review:
    """The base revision, and how the working tree differs from it. `note` explains how the base had to be adapted."""

    base: Revision
    comparison: Comparison
    note: str = ""


def review(project: Project, base: Revision) -> Review:
    """Compare the base with the working tree. `project` is the project in the working tree, with `runs` set
    to frozen."""
    head = build_from_records(project)
    with TemporaryDirectory() as folder:
        before = _base_build(project, base, Path(folder).resolve())
        comparison = compare(before.build, head)
        fields, entries = field_changes(
            comparison, (Path(folder).resolve(), before.build), (project.root, head)
        )
        settings = settings_changes(NAME, site_settings(Path(folder)), site_settings(project.root))
        changed = (*settings, *header_changes(before.build, head))
    files = file_changes(project, base, entries)
    return Review(base, replace(comparison, settings=changed, fields=fields, files=files), before.note)


def build_from_records(project: Project) -> Build:
    """Build all pages without running any examples, and add those written by hand.

    The site's URL is left out, because the report does not show the files that depend on it.
    """
    plain = project.model_copy(update={"site": Site(name=project.site.name, language=project.site.language)})
    build = verify(plain, prepare(plain), SubprocessRunner(), lambda event: None)
    planned = build.planned
    if planned is None or any(problem.code not in RENDERED_ANYWAY for problem in errors(build.problems)):
        return build
    templates = Templates(plain.templates, plain.root)
    documents, template_problems = render(planned, templates, Cards(plain.store, Path(), Path()))
    problems = tuple(sorted({*build.problems, *template_problems}))
    if template_problems:
        return replace(build, documents=(), problems=problems)
    written = written_pages(plain, {document.path for document in documents})
    return replace(build, documents=(*documents, *written), problems=problems)


class _Base(NamedTuple):
    """The build of the base revision. `build` is None if the revision has no glossary."""

    build: Build | None
    note: str = ""


def _base_build(project: Project, base: Revision, folder: Path) -> _Base:
    """Extract from the revision only the files that pages are built from, and build them."""
    lay_out(project.root, base, folder, lambda path: path == NAME)
    if not (folder / NAME).is_file():
        return _Base(None)
    before, problems = read_project(folder, runs="frozen", strict=False)
    if before is None:
        return _Base(Build(problems=problems))
    lay_out(project.root, base, folder, partial(_is_source, before))
    if not before.concepts.is_dir():
        return _Base(None)
    build = build_from_records(before)
    if build.documents or not any("template" in problem.code for problem in errors(build.problems)):
        return _Base(build)
    return _Base(build_from_records(_with_templates_of(project, before)), BORROWED)


def _is_source(project: Project, path: str) -> bool:
    """Whether the file is a source of pages: an entry, an example or its record, a template, a word list, or a page that is
    written by hand."""
    settings = project.settings
    if path.endswith(".md") and path.startswith(f"{PurePosixPath(project.docs_dir)}/"):
        return True
    folders = (settings.concepts, settings.examples, settings.templates)
    concepts, examples, templates = (f"{PurePosixPath(name)}/" for name in folders)
    is_template = path.startswith(templates) and path.endswith(TEMPLATE_FILES)
    return path.startswith((concepts, examples)) or is_template


def _with_templates_of(project: Project, before: Project) -> Project:
    settings = before.settings.model_copy(update={"templates": str(project.templates)})
    return before.model_copy(update={"settings": settings})
