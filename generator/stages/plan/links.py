"""Links between concepts, for the reader at hand: their own page, else the nearest, and then it says so."""

from __future__ import annotations

from generator.model.page import Page, PageKey, Plan, Target


def link(plan: Plan, reader: PageKey, concept: str) -> Target | None:
    """The page of `concept` for the reader (and in the format) of `reader`; None for an unknown concept."""
    page = plan.nearest(PageKey(concept, reader.format, reader.role, reader.audience))
    return target(page, reader) if page is not None else None


def target(page: Page, reader: PageKey) -> Target:
    """A link to the page, with a note where it is written for somebody else."""
    return Target(page.path, page.entry.term, _note(page, reader))


def _note(page: Page, reader: PageKey) -> str:
    """Empty where the page is this reader's own, along all axes along which its format varies."""
    wanted = {"role": reader.role, "audience": reader.audience}
    own = {"role": page.key.role, "audience": page.key.audience}
    if all(wanted[axis] == own[axis] for axis in page.format.varies):
        return ""
    names = [axis.name for axis in (page.role, page.audience) if axis is not None]
    return (
        f"{names[0]} to {names[1]}" if len(names) == 2 else f"for {names[0]}s" if names else "for everybody"
    )
