"""Blocks stand under kinds that exist, speak to readers that exist, and are enough for a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from executable_glossary.model.entry import Entry
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.problem import Problem
from executable_glossary.model.text import Text

# A longer list would bury what the message says.
_FEW = 8


def problems(glossary: Glossary) -> Iterator[Problem]:
    formats = [format.id for format in glossary.axes.formats]
    for entry in glossary.entries.values():
        for kind in entry.blocks:
            yield from unknown("block", kind, sorted(glossary.block_kinds), "templates/blocks/{}.md.j2")
        for kind in entry.titles:
            yield from unknown("format", kind, formats, "concepts/_axes.yml")
        yield from _readers(glossary, entry)
        yield from _without_page(glossary, entry)


def _readers(glossary: Glossary, entry: Entry) -> Iterator[Problem]:
    roles = [role.id for role in glossary.axes.roles]
    audiences = [audience.id for audience in glossary.axes.audiences]
    for _, variant in entry.variants:
        yield from _on_axis("role", variant.reader.role, roles, "audience", audiences)
        yield from _on_axis("audience", variant.reader.audience, audiences, "role", roles)


def _on_axis(
    axis: str, name: Text | None, known: Sequence[str], other: str, others: Sequence[str]
) -> Iterator[Problem]:
    """Roles and audiences are easily taken for each other, and no id is both."""
    if name is None:
        return
    if name in others and name not in known:
        message = f'{axis} "{name}" is not one of {", ".join(known)}'
        yield Problem(name.place, f"unknown-{axis}", message, f"write {other}: {name}")
    else:
        yield from unknown(axis, name, known, "concepts/_axes.yml")


def _without_page(glossary: Glossary, entry: Entry) -> Iterator[Problem]:
    """Links to such a concept would lead nowhere. Kinds that do not exist are told already."""
    kinds = glossary.block_kinds - entry.blocks.keys()
    lacking = [[kind for kind in format.requires if kind in kinds] for format in glossary.axes.formats]
    if all(lacking):
        nearest = min(lacking, key=len)
        message = f'"{entry.term}" has no page: each format requires a block that it lacks'
        yield Problem(entry.term.place, "no-page", message, f"write {' and '.join(nearest)}")


def unknown(what: str, name: Text, known: Sequence[str], home: str) -> Iterator[Problem]:
    """The name is not among the known ones; `home` is where a new one would be added, {} its name."""
    if name in known:
        return
    near, named = get_close_matches(name, known, n=1, cutoff=0.7), ", ".join(known)
    few = len(known) <= _FEW
    message = f'{what} "{name}" is not one of {named}' if few else f'there is no {what} "{name}"'
    add = f"add {home.format(name)}" if "{}" in home else f'add "{name}" to {home}'
    other = f'write "{near[0]}", or ' if near else "" if few else f"use one of {named}, or "
    yield Problem(name.place, f"unknown-{what}", message, other + add)
