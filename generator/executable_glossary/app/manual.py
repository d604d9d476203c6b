"""A site's own documents, and the manual of the product where the project wants it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from executable_glossary.adapters.codes import codes
from executable_glossary.adapters.jinja_env import Templates
from executable_glossary.app.explain_code import lesson_of, lessons
from executable_glossary.model.axes import Axes
from executable_glossary.model.build import Build
from executable_glossary.model.manual import Code, CommandLine
from executable_glossary.model.page import Document
from executable_glossary.model.problem import Problem, errors
from executable_glossary.model.project import Project
from executable_glossary.stages.proofread import RULES
from executable_glossary.stages.render.manual_pages import manual_documents
from executable_glossary.stages.render.manual_reference import reference


def with_manual(project: Project, built: Build, ask: Callable[[], CommandLine]) -> Build:
    """What was built, with the manual behind it. `ask` says what the commands are, where it is wanted."""
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
    """The manual's pages. data: the JSON files at the site's root, whose fields it describes."""
    told = {"command_line": command_line, "codes": tuple(_explained(templates))}
    return manual_documents(templates, {**reference(templates, axes, data), **told})


def _explained(templates: Templates) -> Iterator[Code]:
    """Rules first, then the codes of the program, each with what `glossary explain` says of it."""
    known = lessons(templates)
    rules = (lesson for lesson in known.values() if lesson.is_rule)
    yield from (Code(rule.code, "warning", "", rule.title, is_rule=True) for rule in rules)
    for code in (code for code in codes() if code.name not in RULES):
        lesson = lesson_of(code.name, known)
        yield replace(code, means=lesson.text if lesson else "")


def _data(documents: Iterable[Document]) -> Mapping[str, bytes]:
    """The JSON files at the site's root, which programs read."""
    return {
        each.path: each.content
        for each in documents
        if each.path.endswith(".json") and "/" not in each.path and isinstance(each.content, bytes)
    }
