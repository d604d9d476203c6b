"""Lists every file of a site with the function that builds it: the glossary's files, coverage, and the manual
if enabled."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial

from executable_glossary.adapters.jinja_env import TemplateFault, Templates
from executable_glossary.app.manual import manual_of
from executable_glossary.app.pipeline import cards_of
from executable_glossary.model.build import PlannedBuild
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.manual import CommandLine
from executable_glossary.model.page import Document, Recipe
from executable_glossary.model.problem import Problem
from executable_glossary.model.project import Project
from executable_glossary.stages.coverage import survey
from executable_glossary.stages.render import recipes
from executable_glossary.stages.render.coverage_page import DATA, PATH, render_coverage
from executable_glossary.stages.render.manual_pages import FOLDER

# Builds several documents at once and returns them with their templates' problems.
Batch = Callable[[], tuple[tuple[Document, ...], tuple[Problem, ...]]]


class SiteFiles:
    """The files of one site. `ask` returns a description of the commands for the manual."""

    def __init__(self, ask: Callable[[], CommandLine]) -> None:
        self._ask = ask
        self._manual_paths: tuple[str, ...] = ()

    def recipes(
        self,
        project: Project,
        build: PlannedBuild,
        templates: Templates,
    ) -> Iterator[Recipe]:
        own = dict(recipes(build, templates, cards_of(project)))
        own |= _together((PATH, DATA), lambda: render_coverage(survey(build.glossary, build.plan), templates))
        yield from own.items()
        if project.settings.manual:
            yield from self._manual(build.glossary, own, templates).items()

    def _manual(
        self, glossary: Glossary, own: Mapping[str, Callable[[], Document]], templates: Templates
    ) -> Mapping[str, Callable[[], Document]]:
        """The manual's files. Their paths are not known until the manual has been built once."""

        def data() -> dict[str, bytes]:
            files = (make() for path, make in own.items() if path.endswith(".json") and "/" not in path)
            return {file.path: file.content for file in files if isinstance(file.content, bytes)}

        made = cache(lambda: manual_of(glossary.axes, templates, self._ask(), data()))
        if not self._manual_paths:
            self._manual_paths = tuple(document.path for document in made()[0])
        return _together(self._manual_paths, made)


def is_of_all(path: str) -> bool:
    """Whether the file depends on the links on all pages, or describes files that do."""
    return path in (PATH, DATA) or path.startswith(f"{FOLDER}/")


def _together(paths: tuple[str, ...], made: Batch) -> Mapping[str, Callable[[], Document]]:
    made = cache(made)
    return {path: partial(_of, made, path) for path in paths}


def _of(made: Batch, path: str) -> Document:
    documents, problems = made()
    for document in documents:
        if document.path == path:
            return document
    raise TemplateFault(problems[0])
