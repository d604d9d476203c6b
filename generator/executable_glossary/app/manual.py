"""Adds the product manual to a site's own documents if the project includes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from executable_glossary.adapters.jinja_env import Templates
from executable_glossary.app.rule_index import prose_rules, rules
from executable_glossary.model.axes import Axes
from executable_glossary.model.build import Build
from executable_glossary.model.manual import CommandLine
from executable_glossary.model.page import Document
from executable_glossary.model.problem import Problem, errors
from executable_glossary.model.project import Project
from executable_glossary.stages.render.manual_pages import manual_documents
from executable_glossary.stages.render.manual_reference import reference


def with_manual(project: Project, built: Build, ask: Callable[[], CommandLine]) -> Build:
    """The build, followed by the manual if the project includes it. `ask` returns the description of the commands."""
    if built.failed or built.glossary is None or not project.settings.manual:
        return built
    templates = Templates(project.templates, project.root)
    documents, wrong = manual_of(built.glossary.axes, templates, ask(), _data(built.documents))
    problems = (*built.problems, *wrong)
    return replace(
        built, documents=() if errors(wrong) else (*built.documents, *documents), problems=problems
    )


def manual_of(
    axes: Axes, templates: Templates, command_line: CommandLine, data: Mapping[str, bytes]
) -> tuple[tuple[Document, ...], tuple[Problem, ...]]:
    """The manual's pages. data: the JSON files in the site root, whose fields the manual describes."""
    values = {
        **reference(templates, axes, data),
        "command_line": command_line,
        "rules": tuple(rules().values()),
    }
    return manual_documents(templates, tuple(prose_rules().values()), values)


def _data(documents: Iterable[Document]) -> Mapping[str, bytes]:
    """The JSON files in the site root, which programs read."""
    return {
        each.path: each.content
        for each in documents
        if each.path.endswith(".json") and "/" not in each.path and isinstance(each.content, bytes)
    }
