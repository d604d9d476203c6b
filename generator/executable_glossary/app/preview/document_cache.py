"""Caches rendered documents: a page is rendered again only if its own values or shared values changed."""

from __future__ import annotations

from collections.abc import Iterable

from executable_glossary.adapters.jinja_env import TemplateFault
from executable_glossary.app.preview.file_stamps import stamps
from executable_glossary.model.build import PlannedBuild
from executable_glossary.model.page import Document, Page, Recipe
from executable_glossary.model.problem import Problem
from executable_glossary.model.project import PACKAGED, Project


class LastDocuments:
    """Caches documents by path. A change to the values that all pages share invalidates every page."""

    def __init__(self) -> None:
        self._documents: dict[str, Document] = {}
        self._pages: dict[str, Page] = {}
        self._shared: tuple[object, ...] = ()

    def documents(
        self, project: Project, build: PlannedBuild, chosen: Iterable[Recipe]
    ) -> tuple[tuple[Document, ...], tuple[Problem, ...]]:
        """The chosen documents. If a document's template has an error, the last version of the document is
        returned or, if no version exists, an empty document."""
        self._invalidate(project, build)
        pages = build.pages
        problems: list[Problem] = []
        paths: list[str] = []
        for path, make in chosen:
            paths.append(path)
            if path in pages and self._pages.get(path) == pages[path]:
                continue
            try:
                self._documents[path] = make()
                self._pages |= {path: pages[path]} if path in pages else {}
            except TemplateFault as error:
                problems.append(error.problem)
                self._documents.setdefault(path, empty(path))
        return tuple(self._documents[path] for path in paths), tuple(problems)

    def _invalidate(self, project: Project, build: PlannedBuild) -> None:
        """Drop all pages if shared values changed. These include all names and page keys, because prose may
        link to any page."""
        plan = build.plan
        published = tuple(page.key for page in plan.published)
        templates = (path for folder in (project.templates, PACKAGED) for path in folder.rglob("*.j2"))
        shared = (build.evidence, build.verdicts, build.site, plan.words)
        now = (*shared, plan.names, published, stamps(templates))
        if now != self._shared:
            self._pages.clear()
            self._shared = now


def empty(path: str) -> Document:
    """A placeholder for a file that has never been built without errors. Its errors are shown above it, as on
    any page."""
    name = path.removesuffix("index.md").rstrip("/") or "This glossary"
    return Document(path, f"# {name}\n\nThis page cannot be shown yet.\n" if path.endswith(".md") else b"")
