"""Builds candidate pages: the sections of a format, filled with the wording for one reader."""

from __future__ import annotations

from collections.abc import Iterator

from executable_glossary.model.axes import (
    Audience,
    Code,
    Format,
    Part,
    Role,
    addressed,
    addressed_note,
    parts_for,
)
from executable_glossary.model.block import Show, Variant, chosen
from executable_glossary.model.entry import Entry
from executable_glossary.model.glossary import DERIVED, Glossary
from executable_glossary.model.page import Page, PageKey, Prose, Section, Shown
from executable_glossary.model.slugs import inside_a_sentence
from executable_glossary.model.text import Text
from executable_glossary.model.words import Words


def candidate(glossary: Glossary, key: PageKey) -> Page | None:
    """The page with all sections that authors wrote; None if a required block is missing."""
    entry, format = glossary.entries[key.concept], glossary.axes.format(key.format)
    assert format is not None
    if any(entry.block(kind, key.role, key.audience) is None for kind in format.requires):
        return None
    role = glossary.axes.role(key.role) if key.role else None
    audience = glossary.axes.audience(key.audience) if key.audience else None
    sections = tuple(_sections(glossary, entry, format, role, audience))
    meaning = wording(entry.meaning, key.audience)
    title, words = _title(entry, format, key), glossary.words
    return Page(
        *(key, entry, format, role, audience, title, meaning, sections),
        readers=addressed(words, role, audience),
        note=addressed_note(words, role, audience),
        label=_label(words, format, role, audience),
    )


def wording(variants: tuple[Variant, ...], audience: str | None) -> Text:
    """The text for an audience; empty if no variant fits."""
    variant = chosen(variants, None, audience)
    return variant.text if variant and variant.text is not None else Text("")


def _label(words: Words, format: Format, role: Role | None, audience: Audience | None) -> str:
    if role and audience:
        return addressed(words, role, audience)
    name = inside_a_sentence(format.label)
    if role is None and audience is None:
        return name
    return words("page.format_for_reader", format=name, note=addressed_note(words, role, audience))


def _title(entry: Entry, format: Format, key: PageKey) -> str:
    own = wording(entry.titles.get(format.id, ()), key.audience)
    return own or format.title.replace("{term}", entry.term)


def _sections(
    glossary: Glossary, entry: Entry, format: Format, role: Role | None, audience: Audience | None
) -> Iterator[Section]:
    for part in parts_for(format, role, audience):
        if part.block in DERIVED:
            yield Section(part.block, part.heading, ())
            continue
        reader = (role.id if role else None, audience.id if audience else None)
        variant = entry.block(part.block, *reader)
        if variant is not None:
            prose = _prose(glossary, entry, part, variant, role, audience)
            own = variant.reader.rank > 0 or reader == (None, None)
            yield Section(part.block, part.heading, prose, own)


def _prose(
    glossary: Glossary,
    entry: Entry,
    part: Part,
    variant: Variant,
    role: Role | None,
    audience: Audience | None,
) -> Prose:
    code: Code = audience.code if audience else "open"
    shown = tuple(
        piece for show in variant.show if (piece := _shown(glossary, entry, show, code, audience)) is not None
    )
    listed = role is not None and role.questions == "listed"
    layout = "folded" if part.block == "self-check" else "listed" if listed else "inline"
    return Prose(variant.text, variant.questions, layout, shown, variant.points)  # type: ignore[arg-type]


def _shown(
    glossary: Glossary, entry: Entry, show: Show, code: Code, audience: Audience | None
) -> Shown | None:
    """The part to show; None for code that the reader should not see, or for an unknown target, which a check reports."""
    name = str(show.target)
    claim = entry.claim(name) if show.kind == "claim" else None
    example_name, _, part = (str(claim.example), "", name) if claim else name.partition(".")
    example = glossary.examples.get(example_name)
    if example is None or (code == "absent" and show.kind in ("cell", "script", "output", "metrics")):
        return None
    text = wording(claim.text, audience.id if audience else None) if claim else None
    return Shown(show.kind, example, part, code, claim, text)  # type: ignore[arg-type]
