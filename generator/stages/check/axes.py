"""Roles, audiences and formats have ids of their own, recipes of known blocks, and a template each."""

from __future__ import annotations

from collections.abc import Iterator

from generator.model.axes import Part
from generator.model.glossary import DERIVED, RESERVED, Glossary
from generator.model.problem import Problem
from generator.model.text import Text
from generator.stages.check.blocks import unknown


def problems(glossary: Glossary) -> Iterator[Problem]:
    yield from _ids(glossary)
    for format in glossary.axes.formats:
        if f"formats/{format.id}.md.j2" not in glossary.templates:
            mend = f"write templates/formats/{format.id}.md.j2"
            yield Problem(format.id.place, "missing-template", f'format "{format.id}" has no template', mend)
        yield from _unknown(glossary, [*format.requires, *(part.block for part in format.parts)])
    parts = [part for role in glossary.axes.roles for part in role.sections]
    yield from _unknown(glossary, [part.block for part in parts])
    yield from _without_template(glossary, [*parts, *(p for f in glossary.axes.formats for p in f.parts)])


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
            if axis.id in RESERVED:
                message = f'the site uses "{axis.id}" itself'
                yield Problem(axis.id.place, "reserved-id", message, "choose another id")
            seen.setdefault(axis.id, axis.id)


def _unknown(glossary: Glossary, kinds: list[Text]) -> Iterator[Problem]:
    known = sorted(glossary.block_kinds | DERIVED)
    for kind in kinds:
        yield from unknown("block", kind, known, "templates/blocks/{}.md.j2")


def _without_template(glossary: Glossary, parts: list[Part]) -> Iterator[Problem]:
    for part in parts:
        derived = part.block in DERIVED and part.block != "role-sections"
        if derived and f"blocks/{part.block}.md.j2" not in glossary.templates:
            message = f'section "{part.block}" has no template'
            yield Problem(
                part.block.place, "missing-template", message, f"write templates/blocks/{part.block}.md.j2"
            )
