"""Which pages came, went, or read differently."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from executable_glossary.model.build import Build
from executable_glossary.model.comparison import (
    Added,
    Altered,
    Edit,
    PageChanges,
    PageName,
    Removed,
    SharedEdit,
)
from executable_glossary.model.page import Page
from executable_glossary.stages.compare.passages import edits, sections
from executable_glossary.stages.compare.shares import shares
from executable_glossary.text.page_text import visible


def page_changes(base: Build, head: Build) -> PageChanges:
    """Pages in the order of their addresses."""
    before, after = base.markdown, head.markdown
    both = (path for path in before.keys() & after.keys() if before[path] != after[path])
    found = {path: edits(visible(before[path]), visible(after[path])) for path in _ordered(both)}
    named = {path: _name(path, head.pages) for path in found}
    altered = tuple(
        Altered(named[path], seen, **shares(base, head, path)) for path, seen in found.items() if seen
    )
    added = tuple(_added(head, path) for path in _ordered(after.keys() - before.keys()))
    removed = tuple(_removed(base, head, path) for path in _ordered(before.keys() - after.keys()))
    return PageChanges(
        added=added,
        removed=removed,
        altered=altered,
        markup=tuple(named[path] for path, seen in found.items() if not seen),
        shared=tuple(_shared(altered)),
        written=tuple(_shared(added)),
        lost=tuple(_shared(removed)),
    )


def _ordered(paths: Iterable[str]) -> list[str]:
    """By address: a concept's own page stands before those below it."""
    return sorted(paths, key=_url)


def _url(path: str) -> str:
    return path.removesuffix("index.md")


def _name(path: str, pages: Mapping[str, Page]) -> PageName:
    page = pages.get(path)
    return PageName(_url(path), *page.key) if page else PageName(_url(path))


def _added(head: Build, path: str) -> Added:
    said = sections(visible(head.markdown[path]))
    return Added(_name(path, head.pages), tuple(Edit(*where, "", text) for where, text in said))


def _removed(base: Build, head: Build, path: str) -> Removed:
    reason, instead = _why(base, head, path)
    said = sections(visible(base.markdown[path]))
    edits = tuple(Edit(*where, text, "") for where, text in said)
    return Removed(_name(path, base.pages), reason, instead, edits)


def _why(base: Build, head: Build, path: str) -> tuple[str, str]:
    """The reason, and the address that is nearest now."""
    page = base.pages.get(path)
    if page is None or head.plan is None:
        return "nothing makes it any more", ""
    planned, nearest = head.plan.pages.get(page.key), head.plan.nearest(page.key)
    if not head.plan.of_concept(page.key.concept):
        reason = "the concept is gone"
    else:
        reason = planned.reason if planned else f"it lacks {', '.join(page.format.requires) or 'its format'}"
    return reason, nearest.url if nearest else ""


def _shared(changes: Iterable[Altered | Added | Removed]) -> Iterator[SharedEdit]:
    """Each edit once, with all pages that have it, those of the most pages first."""
    seen: dict[tuple[str, str], list[tuple[Edit, PageName]]] = {}
    for change in changes:
        for edit in change.edits:
            seen.setdefault((edit.before, edit.after), []).append((edit, change.page))
    found = [
        SharedEdit(_titled(uses), tuple(dict.fromkeys(page for _, page in uses))) for uses in seen.values()
    ]
    yield from sorted(found, key=lambda shared: -len(shared.pages))


def _titled(uses: Sequence[tuple[Edit, PageName]]) -> Edit:
    """Formats have headings of their own for one block: the two that are seen first are enough to know it."""
    headings = dict.fromkeys(edit.heading for edit, _ in uses if edit.heading)
    return replace(uses[0][0], heading=" / ".join(list(headings)[:2]))
