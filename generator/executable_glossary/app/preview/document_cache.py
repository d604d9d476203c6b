"""The files that were made last: a page that would say the same again is taken from there."""

from __future__ import annotations

from collections.abc import Iterable

from executable_glossary.adapters.jinja_env import TemplateFault
from executable_glossary.app.preview.file_stamps import stamps
from executable_glossary.model.page import Document, Page
from executable_glossary.model.plan import Plan
from executable_glossary.model.problem import Problem
from executable_glossary.model.project import PACKAGED, Project
from executable_glossary.model.recipe import Recipe


class LastDocuments:
    """Documents by path. `around` is all that pages rest on besides themselves: where it changes, all are made anew."""

    def __init__(self) -> None:
        self._documents: dict[str, Document] = {}
        self._pages: dict[str, Page] = {}
        self._around: tuple[object, ...] = ()

    def documents(
        self, project: Project, chosen: Iterable[Recipe], plan: Plan, *around: object
    ) -> tuple[tuple[Document, ...], tuple[Problem, ...]]:
        """Where a template is wrong, the file as it was made last, if it was."""
        self._look_around(project, plan, *around)
        pages = {page.path: page for page in plan.published}
        faults: list[Problem] = []
        paths: list[str] = []
        for path, make in chosen:
            paths.append(path)
            if path in pages and self._pages.get(path) == pages[path]:
                continue
            try:
                self._documents[path] = make()
                self._pages |= {path: pages[path]} if path in pages else {}
            except TemplateFault as error:
                faults.append(error.problem)
                self._documents.setdefault(path, empty(path))
        return tuple(self._documents[path] for path in paths), tuple(faults)

    def _look_around(self, project: Project, plan: Plan, *around: object) -> None:
        """A link in prose may lead to any page, under any name."""
        published = tuple(page.key for page in plan.published)
        templates = (path for folder in (project.templates, PACKAGED) for path in folder.rglob("*.j2"))
        now = (
            *around,
            dict(plan.names),
            plan.phrases,
            plan.words,
            published,
            stamps(templates),
            project.site,
        )
        if now != self._around:
            self._pages.clear()
            self._around = now


def empty(path: str) -> Document:
    """Where there was never anything good; what is wrong is told above it, as on every page."""
    name = path.removesuffix("index.md").rstrip("/") or "This glossary"
    return Document(path, f"# {name}\n\nNot to be shown yet.\n" if path.endswith(".md") else b"")
