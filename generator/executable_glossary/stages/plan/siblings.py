"""Links a page to the same concept's pages for other readers and in other formats."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from executable_glossary.model.axes import Axes, Format
from executable_glossary.model.page import Page, PageKey, Sibling, SiblingGroup
from executable_glossary.model.plan import Plan, target


def siblings(axes: Axes, plan: Plan, page: Page) -> tuple[SiblingGroup, ...]:
    """A group of links for each choice that a reader has: role, audience, and format. The concept's own page links
    to one page for each audience; its section `readers` lists all pages."""
    if page.is_own:
        own = SiblingGroup(plan.words("siblings.read_as"), tuple(_for_each_audience(axes, plan, page)))
        return (own,) if own.siblings else ()
    groups = (_roles(axes, plan, page), _audiences(axes, plan, page))
    formats = _formats(axes, plan, page)
    # Role and audience are shown even if there is only one.
    return (*(group for group in groups if group.siblings), *([formats] if len(formats.siblings) > 1 else []))


def all_readers(axes: Axes, plan: Plan, page: Page) -> tuple[SiblingGroup, ...]:
    """The groups for the concept's own page: one for each format, with all its readers."""
    groups = (_readers_of(plan, page, format) for format in axes.formats)
    return tuple(group for group in groups if group.siblings)


def _roles(axes: Axes, plan: Plan, page: Page) -> SiblingGroup:
    if page.role is None:
        return SiblingGroup("", ())
    keys = [(role.name, page.key._replace(role=role.id)) for role in axes.roles]
    return SiblingGroup(plan.words("siblings.roles"), tuple(_chosen(plan, page, keys)))


def _audiences(axes: Axes, plan: Plan, page: Page) -> SiblingGroup:
    if "audience" not in page.format.varies:
        return SiblingGroup("", ())
    keys = [(audience.name, page.key._replace(audience=audience.id)) for audience in axes.audiences]
    if page.format.general:
        keys.insert(0, (plan.words("reader.everybody"), page.key._replace(audience=None)))
    return SiblingGroup(plan.words("siblings.audiences"), tuple(_chosen(plan, page, keys)))


def _formats(axes: Axes, plan: Plan, page: Page) -> SiblingGroup:
    keys = [(format.label, page.key._replace(format=format.id)) for format in axes.formats]
    existing = [
        (label, key)
        for label, key in keys
        if any(p.key.format == key.format for p in plan.of_concept(key.concept))
    ]
    return SiblingGroup(plan.words("siblings.formats"), tuple(_chosen(plan, page, existing)))


def _chosen(plan: Plan, page: Page, keys: Sequence[tuple[str, PageKey]]) -> Iterator[Sibling]:
    for label, key in keys:
        nearest = plan.nearest(key)
        # If this page is itself the nearest one to a missing page, there is nothing to link to.
        if nearest is not None and (key == page.key or nearest.key != page.key):
            missing = nearest.key != key and key.format == page.key.format
            yield Sibling(label, target(nearest, key), key == page.key, _reader(key), missing)


def _for_each_audience(axes: Axes, plan: Plan, page: Page) -> Iterator[Sibling]:
    pages = plan.of_concept(page.key.concept)
    for audience in axes.audiences:
        own = next((other for other in pages if other.key.audience == audience.id), None)
        if own is not None:
            yield Sibling(audience.name, target(own, own.key), reader=_reader(own.key))


def _readers_of(plan: Plan, page: Page, format: Format) -> SiblingGroup:
    pages = [other for other in plan.of_concept(page.key.concept) if other.key.format == format.id]
    everybody = plan.words("reader.everybody")
    siblings = tuple(
        Sibling(other.readers or everybody, target(other, other.key), reader=_reader(other.key))
        for other in pages
        if other.key != page.key
    )
    return SiblingGroup(format.label, siblings)


def _reader(key: PageKey) -> str:
    return f"{key.role or ''}/{key.audience or ''}"
