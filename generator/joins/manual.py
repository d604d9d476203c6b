"""A site's own documents, and the manual of the product where the project wants it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from generator.joins.pipeline import Built
from generator.model.manual import CommandLine
from generator.model.page import Document
from generator.model.problem import errors
from generator.model.project import Project
from generator.stages.render.manual import manual_documents
from generator.tools.jinja_env import Templates


def with_manual(project: Project, built: Built, ask: Callable[[], CommandLine]) -> Built:
    """What was built, with the manual behind it. `ask` says what the commands are, where it is wanted."""
    if built.failed or built.glossary is None or not project.settings.manual:
        return built
    templates = Templates(project.templates, project.root)
    documents, wrong = manual_documents(templates, built.glossary.axes, ask(), _data(built.documents))
    problems = (*built.problems, *wrong)
    return replace(
        built, documents=() if errors(wrong) else (*built.documents, *documents), problems=problems
    )


def _data(documents: Iterable[Document]) -> Mapping[str, bytes]:
    """The JSON files at the site's root, which programs read."""
    return {
        each.path: each.content
        for each in documents
        if each.path.endswith(".json") and "/" not in each.path and isinstance(each.content, bytes)
    }
