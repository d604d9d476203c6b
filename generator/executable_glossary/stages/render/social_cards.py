"""A picture for each concept, which those who show links put beside the address."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from executable_glossary.drawing.social_card import Cards
from executable_glossary.model.build import PlannedBuild
from executable_glossary.model.entry import Entry
from executable_glossary.model.page import Document, Recipe
from executable_glossary.text.markdown_spans import plain


def card_recipes(build: PlannedBuild, cards: Cards) -> Iterator[Recipe]:
    """They are named by address, so a site without one has none."""
    if not (build.site.url and cards.possible):
        return
    for entry in build.glossary.entries.values():
        path = f"{entry.id}/card.png"
        yield path, partial(_card, path, entry, build, cards)


def _card(path: str, entry: Entry, build: PlannedBuild, cards: Cards) -> Document:
    meaning = plain(build.plan.of_concept(entry.id)[0].meaning)
    return Document(path, cards.card(str(entry.term), meaning, build.site.name))
