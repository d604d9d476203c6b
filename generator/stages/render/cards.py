"""A picture for each concept, which those who show links put beside the address."""

from __future__ import annotations

from collections.abc import Iterator

from generator.model.glossary import Glossary
from generator.model.page import Document
from generator.model.plan import Plan
from generator.model.project import Site
from generator.tools.card import Cards
from generator.tools.prose import plain


def card_documents(glossary: Glossary, plan: Plan, site: Site, cards: Cards) -> Iterator[Document]:
    """They are named by address, so a site without one has none."""
    if not (site.url and cards.possible):
        return
    for entry in glossary.entries.values():
        meaning = plain(plan.of_concept(entry.id)[0].meaning)
        yield Document(f"{entry.id}/card.png", cards.card(str(entry.term), meaning, site.name))
