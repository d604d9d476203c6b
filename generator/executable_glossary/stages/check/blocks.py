"""Blocks have known kinds and readers and only one version per reader, and there are enough for at least one page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from executable_glossary.model.block import Variant
from executable_glossary.model.entry import Entry
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.problem import Place, Problem
from executable_glossary.model.rule import Rule
from executable_glossary.model.text import Text

UNKNOWN_BLOCK = Rule(
    code="unknown-block",
    when="the content is checked",
    summary="An entry or a format uses a kind of block that has no template.",
    why="No page could show the text, and nobody would notice that it is missing.",
    example="A block `defintion:` in an entry",
    instead="`definition:`, or a new template `templates/blocks/<kind>.md.j2`",
)
UNKNOWN_FORMAT = Rule(
    code="unknown-format",
    when="the content is checked",
    summary="An entry has a title for a format that does not exist.",
    why="No page could show the title.",
    example="`titles: {blogpost: When to bake}`",
    instead="`titles: {blog: When to bake}`. `concepts/_axes.yml` lists the formats.",
)
UNKNOWN_ROLE = Rule(
    code="unknown-role",
    when="the content is checked",
    summary="Text is written for a role that does not exist.",
    why="No reader would ever see the text.",
    example="`for: {role: baker}`, where `baker` is an audience",
    instead="`for: {audience: baker}`. `concepts/_axes.yml` lists the roles.",
)
UNKNOWN_AUDIENCE = Rule(
    code="unknown-audience",
    when="the content is checked",
    summary="Text is written for an audience that does not exist.",
    why="No reader would ever see the text.",
    example="`for: {audience: bakers}`",
    instead="`for: {audience: baker}`. `concepts/_axes.yml` lists the audiences.",
)
UNKNOWN_THEME = Rule(
    code="unknown-theme",
    when="the content is checked",
    summary="An entry belongs to a theme that does not exist.",
    why="The home page would list the concept with those that have no theme.",
    example="`theme: bred`",
    instead="`theme: bread`. `concepts/_axes.yml` lists the themes.",
)
EQUAL_VARIANTS = Rule(
    code="equal-variants",
    when="the content is checked",
    summary="A block has two versions for the same reader.",
    details="The rule also applies to meanings, titles, and claims.",
    why="A page can show only one of them, and nothing determines which.",
    example="""
        ```yaml
        why:
          - {for: {audience: baker}, text: It saves money.}
          - {for: {audience: baker}, text: It saves time.}
        ```
        """,
    instead="Keep one version, or give each a different `for`.",
)
NO_PAGE = Rule(
    code="no-page",
    when="the content is checked",
    summary="An entry has no page, because it lacks required blocks for every format.",
    why="The concept would have no page, and links to it would be broken.",
    example="An entry whose only block is `why`",
    instead="Write the missing blocks. The message names blocks that would be enough for a page.",
)

# A longer list would bury the message.
_FEW = 8


def problems(glossary: Glossary) -> Iterator[Problem]:
    formats = [format.id for format in glossary.axes.formats]
    kinds = sorted(glossary.block_kinds)
    themes = [theme.id for theme in glossary.axes.themes]
    for entry in glossary.entries.values():
        for kind in entry.blocks:
            yield from unknown(UNKNOWN_BLOCK, "block", kind, kinds, "templates/blocks/{}.md.j2")
        for kind in entry.titles:
            yield from unknown(UNKNOWN_FORMAT, "format", kind, formats, "concepts/_axes.yml")
        if entry.theme is not None:
            yield from unknown(UNKNOWN_THEME, "theme", entry.theme, themes, "concepts/_axes.yml")
        yield from _readers(glossary, entry)
        yield from _equal_variants(entry)
        yield from _without_page(glossary, entry)


def unknown(rule: Rule, what: str, name: Text, known: Sequence[str], home: str) -> Iterator[Problem]:
    """Reports a name that is not known. `home` is the file in which to add a new name; {} stands for the name."""
    if name in known:
        return
    near, names = get_close_matches(name, known, n=1, cutoff=0.7), ", ".join(known)
    few = 0 < len(known) <= _FEW
    message = f'{what} "{name}" is not one of {names}' if few else f'there is no {what} "{name}"'
    add = f"add {home.format(name)}" if "{}" in home else f'add "{name}" to {home}'
    other = f'write "{near[0]}", or ' if near else "" if few or not known else f"use one of {names}, or "
    yield rule.at(name.place, message, other + add)


def _readers(glossary: Glossary, entry: Entry) -> Iterator[Problem]:
    roles = [role.id for role in glossary.axes.roles]
    audiences = [audience.id for audience in glossary.axes.audiences]
    for _, variant in entry.variants:
        yield from _on_axis(UNKNOWN_ROLE, "role", variant.reader.role, roles, "audience", audiences)
        yield from _on_axis(UNKNOWN_AUDIENCE, "audience", variant.reader.audience, audiences, "role", roles)


def _on_axis(
    rule: Rule, axis: str, name: Text | None, known: Sequence[str], other: str, others: Sequence[str]
) -> Iterator[Problem]:
    """Authors sometimes confuse roles and audiences. No id belongs to both axes, so the help can name the right one."""
    if name is None:
        return
    if name in others and name not in known:
        message = f'{axis} "{name}" is not one of {", ".join(known)}'
        yield rule.at(name.place, message, f"write {other}: {name}")
    else:
        yield from unknown(rule, axis, name, known, "concepts/_axes.yml")


def _equal_variants(entry: Entry) -> Iterator[Problem]:
    groups = [("meaning", entry.meaning), *entry.titles.items(), *entry.blocks.items()]
    groups += [(claim.id, claim.text) for claim in entry.claims]
    for kind, variants in groups:
        seen: dict[tuple[str | None, str | None], Variant] = {}
        for variant in variants:
            first = seen.setdefault((variant.reader.role, variant.reader.audience), variant)
            if first is not variant:
                here, there = _place(variant, entry), _place(first, entry)
                message = f'"{kind}" is written twice for {_reader(variant)}: here and on line {there.line}'
                yield EQUAL_VARIANTS.at(here, message, "keep one, or give each a different `for`")


def _place(variant: Variant, entry: Entry) -> Place:
    """The location of the variant's reader or, if it has none, of its first text; if it has neither, the location of
    the entry."""
    texts = (variant.reader.role, variant.reader.audience, *variant.texts)
    return next((text.place for text in texts if text is not None), entry.term.place)


def _reader(variant: Variant) -> str:
    names = [name for name in (variant.reader.role, variant.reader.audience) if name]
    return " and ".join(names) or "all readers"


def _without_page(glossary: Glossary, entry: Entry) -> Iterator[Problem]:
    """Required kinds that do not exist are ignored here, because they are reported at the format that requires them."""
    kinds = glossary.block_kinds - entry.blocks.keys()
    lacking = [[kind for kind in format.requires if kind in kinds] for format in glossary.axes.formats]
    if all(lacking):
        nearest = min(lacking, key=len)
        message = f'"{entry.term}" has no page: it lacks required blocks for every format'
        yield NO_PAGE.at(entry.term.place, message, f"write {' and '.join(nearest)}")
