"""Links a page to its concept's neighbors on the learning path: what to read first, and what to read next."""

from __future__ import annotations

from collections.abc import Iterable

from executable_glossary.model.entry import Entry
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.page import Page, PathLinks, Target
from executable_glossary.model.plan import Plan

# The maximum number of concepts that a page suggests reading next; the learning path lists all of them.
MOST = 3


def path_links(glossary: Glossary, plan: Plan, page: Page) -> PathLinks:
    """The direct prerequisites, in the entry's order, and the concepts that come right after this one."""
    return PathLinks(
        _targets(plan, page, _needed(page.entry)),
        _targets(plan, page, _following(glossary, page.entry))[:MOST],
    )


def _targets(plan: Plan, page: Page, concepts: Iterable[str]) -> tuple[Target, ...]:
    links = (plan.link_for_reader(page.key, concept) for concept in concepts)
    return tuple(link for link in links if link is not None)


def _needed(entry: Entry) -> list[str]:
    return list(dict.fromkeys(str(needed.concept) for needed in entry.prerequisites))


def _following(glossary: Glossary, entry: Entry) -> list[str]:
    """The concepts that require this one, those with the fewest prerequisites first. A concept that also requires
    another of them comes later on the path and is left out."""
    others = {str(other.id): _needed(other) for other in glossary.named_by.get(str(entry.id), ())}
    after = {name: needed for name, needed in others.items() if str(entry.id) in needed}
    next = [name for name, needed in after.items() if after.keys().isdisjoint(needed)]
    return sorted(next, key=lambda name: len(after[name]))
