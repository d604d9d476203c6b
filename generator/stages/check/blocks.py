"""Blocks and titles stand under kinds and formats that exist, and speak to readers that exist."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from generator.model.entry import Entry
from generator.model.glossary import Glossary
from generator.model.problem import Problem
from generator.model.text import Text


def problems(glossary: Glossary) -> Iterator[Problem]:
    formats = [format.id for format in glossary.axes.formats]
    for entry in glossary.entries.values():
        for kind in entry.blocks:
            yield from _unknown("block", kind, sorted(glossary.block_kinds), "templates/blocks/{}.md.j2")
        for kind in entry.titles:
            yield from _unknown("format", kind, formats, "concepts/_axes.yml")
        yield from _readers(glossary, entry)


def _readers(glossary: Glossary, entry: Entry) -> Iterator[Problem]:
    roles = [role.id for role in glossary.axes.roles]
    audiences = [audience.id for audience in glossary.axes.audiences]
    for _, variant in entry.variants:
        if variant.reader.role is not None:
            yield from _unknown("role", variant.reader.role, roles, "concepts/_axes.yml")
        if variant.reader.audience is not None:
            yield from _unknown("audience", variant.reader.audience, audiences, "concepts/_axes.yml")


def _unknown(what: str, name: Text, known: Iterable[str], home: str) -> Iterator[Problem]:
    known = list(known)
    if name in known:
        return
    near = get_close_matches(name, known, n=1)
    add = f'add "{name}" to {home}' if "{}" not in home else f"add {home.format(name)}"
    mend = f'write "{near[0]}", or {add}' if near else add
    yield Problem(name.place, f"unknown-{what}", f'{what} "{name}" is not one of {", ".join(known)}', mend)
