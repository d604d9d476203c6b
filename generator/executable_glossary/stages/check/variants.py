"""No two wordings of one block are meant for the same reader."""

from __future__ import annotations

from collections.abc import Iterator

from executable_glossary.model.block import Variant
from executable_glossary.model.entry import Entry
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.problem import Place, Problem


def problems(glossary: Glossary) -> Iterator[Problem]:
    for entry in glossary.entries.values():
        yield from _equal_ranks(entry)


def _equal_ranks(entry: Entry) -> Iterator[Problem]:
    groups = [("meaning", entry.meaning), *entry.titles.items(), *entry.blocks.items()]
    groups += [(claim.id, claim.text) for claim in entry.claims]
    for kind, variants in groups:
        seen: dict[tuple[str | None, str | None], Variant] = {}
        for variant in variants:
            first = seen.setdefault((variant.reader.role, variant.reader.audience), variant)
            if first is not variant:
                here, there = place(variant, entry), place(first, entry)
                message = f'"{kind}" is written twice for {_reader(variant)}: here and in line {there.line}'
                yield Problem(here, "equal-variants", message, "keep one, or say in `for` whom each is for")


def place(variant: Variant, entry: Entry) -> Place:
    """Where the variant stands: its reader, else its first text, else the entry."""
    texts = (variant.reader.role, variant.reader.audience, *variant.texts)
    return next((text.place for text in texts if text is not None), entry.term.place)


def _reader(variant: Variant) -> str:
    named = [name for name in (variant.reader.role, variant.reader.audience) if name]
    return " and ".join(named) or "everybody"
