"""Roles, audiences and formats have ids of their own, recipes of known blocks, and a template each."""

from __future__ import annotations

from collections.abc import Iterator

from executable_glossary.model.axes import Format
from executable_glossary.model.glossary import DERIVED, RESERVED, Glossary
from executable_glossary.model.problem import Problem
from executable_glossary.model.slugs import ID
from executable_glossary.model.text import Text
from executable_glossary.stages.check.blocks import unknown
from executable_glossary.stages.check.names import ID_MEND


def problems(glossary: Glossary) -> Iterator[Problem]:
    yield from _ids(glossary)
    yield from _addresses(glossary)
    for format in glossary.axes.formats:
        if f"formats/{format.id}.md.j2" not in glossary.templates:
            help = f"write templates/formats/{format.id}.md.j2"
            yield Problem(format.id.place, "missing-template", f'format "{format.id}" has no template', help)
        yield from _unknown(glossary, [*format.requires, *(part.block for part in format.parts)])
    parts = [part for role in glossary.axes.roles for part in role.sections]
    yield from _unknown(glossary, [part.block for part in parts])


def _ids(glossary: Glossary) -> Iterator[Problem]:
    axes = glossary.axes
    seen: dict[str, Text] = {}
    for kind in (axes.roles, axes.audiences, axes.formats):
        for axis in kind:
            if axis.id in seen:
                message = f'id "{axis.id}" stands here and in line {seen[axis.id].place.line}'
                yield Problem(
                    axis.id.place, "clashing-id", message, "give each role, audience and format its own"
                )
            if not ID.fullmatch(axis.id):
                message = f'"{axis.id}" cannot stand in a URL'
                yield Problem(axis.id.place, "bad-id", message, ID_MEND)
            if axis.id in RESERVED:
                message = f'the site uses "{axis.id}" itself'
                yield Problem(axis.id.place, "reserved-id", message, "choose another id")
            seen.setdefault(axis.id, axis.id)


def _addresses(glossary: Glossary) -> Iterator[Problem]:
    """Formats with one path would take each other's pages, unless they vary along other axes."""
    owner: dict[tuple[str, tuple[str, ...]], Format] = {}
    for format in glossary.axes.formats:
        yield from _path(glossary, format)
        shapes = {tuple(sorted(format.varies)), *([()] if format.general else [])}
        taken = [owner.setdefault((format.path, shape), format) for shape in sorted(shapes)]
        if other := next((first for first in taken if first is not format), None):
            message = f'pages of format "{format.id}" would have the addresses of format "{other.id}"'
            yield Problem(format.id.place, "clashing-id", message, "give it a path of its own")


def _path(glossary: Glossary, format: Format) -> Iterator[Problem]:
    if format.path and not ID.fullmatch(format.path):
        message = f'the path "{format.path}" of format "{format.id}" cannot stand in a URL'
        yield Problem(format.id.place, "bad-id", message, ID_MEND)
    if glossary.axes.role(format.path) or glossary.axes.audience(format.path):
        message = f'the path "{format.path}" of format "{format.id}" is the id of a reader'
        yield Problem(format.id.place, "clashing-id", message, "give it a path of its own")


def _unknown(glossary: Glossary, kinds: list[Text]) -> Iterator[Problem]:
    known = sorted(glossary.block_kinds | DERIVED)
    for kind in kinds:
        yield from unknown("block", kind, known, "templates/blocks/{}.md.j2")
