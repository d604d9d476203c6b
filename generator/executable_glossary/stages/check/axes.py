"""Roles, audiences, and formats have unique ids and URLs and use known blocks; each format has a template."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from executable_glossary.model.axes import Format
from executable_glossary.model.glossary import DERIVED, RESERVED, Glossary
from executable_glossary.model.problem import Problem
from executable_glossary.model.rule import Rule
from executable_glossary.model.slugs import CLASHING_ID, ID
from executable_glossary.model.text import Text
from executable_glossary.stages.check.blocks import UNKNOWN_BLOCK, unknown
from executable_glossary.stages.check.names import BAD_ID, ID_HELP, RESERVED_ID

MISSING_TEMPLATE = Rule(
    code="missing-template",
    when="the content is checked",
    summary="A format has no template.",
    why="Its pages could not be built.",
    example="A format `id: slides` in `concepts/_axes.yml`, without `templates/formats/slides.md.j2`",
    instead="Write the template, or remove the format.",
)


def problems(glossary: Glossary) -> Iterator[Problem]:
    yield from _ids(glossary)
    yield from _urls(glossary)
    for format in glossary.axes.formats:
        if f"formats/{format.id}.md.j2" not in glossary.templates:
            help = f"write templates/formats/{format.id}.md.j2"
            yield MISSING_TEMPLATE.at(format.id.place, f'format "{format.id}" has no template', help)
        yield from _blocks(glossary, format.requires)
    yield from _blocks(glossary, (part.block for part in glossary.axes.parts))


def _ids(glossary: Glossary) -> Iterator[Problem]:
    axes = glossary.axes
    seen: dict[str, Text] = {}
    for kind in (axes.roles, axes.audiences, axes.formats):
        for axis in kind:
            if axis.id in seen:
                message = f'the id "{axis.id}" is used here and on line {seen[axis.id].place.line}'
                help = "give each role, audience, and format its own id"
                yield CLASHING_ID.at(axis.id.place, message, help)
            if not ID.fullmatch(axis.id):
                yield BAD_ID.at(axis.id.place, f'"{axis.id}" cannot be part of a URL', ID_HELP)
            if axis.id in RESERVED:
                yield RESERVED_ID.at(
                    axis.id.place, f'"{axis.id}" is reserved by the site', "choose a different id"
                )
            seen.setdefault(axis.id, axis.id)


def _urls(glossary: Glossary) -> Iterator[Problem]:
    """Formats with the same path would overwrite each other's pages unless they vary along different axes."""
    owner: dict[tuple[str, tuple[str, ...]], Format] = {}
    for format in glossary.axes.formats:
        yield from _path(glossary, format)
        shapes = {tuple(sorted(format.varies)), *([()] if format.general else [])}
        taken = [owner.setdefault((format.path, shape), format) for shape in sorted(shapes)]
        if other := next((first for first in taken if first is not format), None):
            message = (
                f'pages of format "{format.id}" would have the same URLs as those of format "{other.id}"'
            )
            yield CLASHING_ID.at(format.id.place, message, "give it its own path")


def _path(glossary: Glossary, format: Format) -> Iterator[Problem]:
    if format.path and not ID.fullmatch(format.path):
        message = f'the path "{format.path}" of format "{format.id}" cannot be part of a URL'
        yield BAD_ID.at(format.id.place, message, ID_HELP)
    if glossary.axes.role(format.path) or glossary.axes.audience(format.path):
        message = f'the path "{format.path}" of format "{format.id}" is also the id of a role or an audience'
        yield CLASHING_ID.at(format.id.place, message, "give it its own path")


def _blocks(glossary: Glossary, kinds: Iterable[Text]) -> Iterator[Problem]:
    known = sorted(glossary.block_kinds | DERIVED)
    for kind in kinds:
        yield from unknown(UNKNOWN_BLOCK, "block", kind, known, "templates/blocks/{}.md.j2")
