"""Compares the pages of two builds: added, removed, and altered pages, their edits, and the affected readers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import groupby

from executable_glossary.model.axes import Reader
from executable_glossary.model.build import Build
from executable_glossary.model.comparison import (
    Added,
    Altered,
    Edit,
    PageChanges,
    PageName,
    ReaderChanges,
    Removed,
    SharedEdit,
    Shift,
)
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.page import Page
from executable_glossary.model.plan import Plan
from executable_glossary.stages.compare.targets import Targets
from executable_glossary.text.markdown_spans import plain
from executable_glossary.text.page_text import Passage
from executable_glossary.text.readability import grade, without_terms
from executable_glossary.text.term_matcher import mentions
from executable_glossary.text.word_diff import ALIKE, alike

# Role and audience.
ReaderKey = tuple[str | None, str | None]


def page_changes(base: Build, head: Build) -> PageChanges:
    """All differences, with pages sorted by URL."""
    before, after = base.markdown, head.markdown
    differing = (path for path in before.keys() & after.keys() if before[path] != after[path])
    old, new = Targets(base), Targets(head)
    edits = {path: _edits(old.passages(path), new.passages(path)) for path in _ordered(differing)}
    names = {path: _name(path, head.pages) for path in edits}
    altered = tuple(
        Altered(names[path], page_edits, **_shares(base, head, path))
        for path, page_edits in edits.items()
        if page_edits
    )
    added = tuple(_added(head, new, path) for path in _ordered(after.keys() - before.keys()))
    removed = tuple(_removed(base, head, old, path) for path in _ordered(before.keys() - after.keys()))
    return PageChanges(
        added=added,
        removed=removed,
        altered=altered,
        markup=tuple(names[path] for path, page_edits in edits.items() if not page_edits),
        shared=tuple(_shared(altered)),
        written=tuple(_shared(added)),
        lost=tuple(_shared(removed)),
    )


def reader_changes(pages: PageChanges, glossary: Glossary | None) -> tuple[ReaderChanges, ...]:
    """The number of pages that change for each reader: pages for everybody first, then in the order of the axes."""
    added, removed, altered = (
        Counter((change.page.role, change.page.audience) for change in changes)
        for changes in (pages.added, pages.removed, pages.altered)
    )
    concerned = sorted({*added, *removed, *altered}, key=lambda reader: _reader_order(reader, glossary))
    return tuple(
        ReaderChanges(*reader, added[reader], removed[reader], altered[reader]) for reader in concerned
    )


def _ordered(paths: Iterable[str]) -> list[str]:
    """The paths sorted by URL, which puts a concept's own page before the pages under it."""
    return sorted(paths, key=_url)


def _url(path: str) -> str:
    url = path.removesuffix("index.md")
    return f"{url.removesuffix('.md')}/" if url.endswith(".md") else url


def _name(path: str, pages: Mapping[str, Page]) -> PageName:
    page = pages.get(path)
    return PageName(_url(path), *page.key) if page else PageName(_url(path))


# Altered pages


def _edits(before: Sequence[Passage], after: Sequence[Passage]) -> tuple[Edit, ...]:
    """Edits in the order in which they appear on the new page; edits in deleted sections come last."""
    sections = dict.fromkeys(passage.section for passage in (*after, *before))
    return tuple(
        edit
        for section in sections
        for edit in _section_edits(
            [passage for passage in before if passage.section == section],
            [passage for passage in after if passage.section == section],
        )
    )


def _section_edits(before: Sequence[Passage], after: Sequence[Passage]) -> Iterator[Edit]:
    old, new = ([passage.text for passage in passages] for passages in (before, after))
    heading = (after or before)[-1].heading
    section = (after or before)[0].section
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            yield from (Edit(section, heading, *pair) for pair in _pairs(old[i:j], new[k:m]))


def _pairs(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Pairs each old passage with the first similar new one. A passage without a counterpart is paired with ""."""
    if len(old) == len(new) == 1:
        yield old[0], new[0]
        return
    unpaired = list(new)
    for text in old:
        partner = next((other for other in unpaired if alike(text, other) >= ALIKE), None)
        if partner is None:
            yield text, ""
            continue
        yield from (("", skipped) for skipped in unpaired[: unpaired.index(partner)])
        del unpaired[: unpaired.index(partner) + 1]
        yield text, partner
    yield from (("", text) for text in unpaired)


def _shares(base: Build, head: Build, path: str) -> dict[str, Shift]:
    """Grade, overlap, and coverage before and after, keyed by name; empty for pages about the whole site."""
    before, after = base.pages.get(path), head.pages.get(path)
    if before is None or after is None or base.plan is None or head.plan is None:
        return {}
    shares = {
        "overlap": Shift(before.overlap, after.overlap),
        "coverage": Shift(before.coverage, after.coverage),
    }
    if before.audience is None and after.audience is None:
        return shares
    return {"grade": Shift(_grader(base.plan)(before), _grader(head.plan)(after)), **shares}


def _grader(plan: Plan) -> Callable[[Page], float]:
    """A function that grades pages as the `reading-grade` rule does: only authors' prose, with glossary terms
    masked."""
    terms = mentions(tuple(plan.names.concepts), plural=True)

    def grade_of(page: Page) -> float:
        texts = (plain(text) for _, prose in page.prose for text in prose.texts)
        return grade(without_terms("\n".join(texts), terms))

    return grade_of


# Added and removed pages


def _added(head: Build, targets: Targets, path: str) -> Added:
    edits = tuple(Edit(*section, "", text) for section, text in _sections(targets.passages(path)))
    return Added(_name(path, head.pages), edits)


def _removed(base: Build, head: Build, targets: Targets, path: str) -> Removed:
    reason, instead = _removal(base, head, path)
    edits = tuple(Edit(*section, text, "") for section, text in _sections(targets.passages(path)))
    return Removed(_name(path, base.pages), reason, instead, edits)


def _sections(passages: Iterable[Passage]) -> Iterator[tuple[tuple[str, str], str]]:
    """The id and heading of each section, with its passages separated by blank lines."""
    for section, group in groupby(passages, key=lambda passage: (passage.section, passage.heading)):
        texts = [passage.text for passage in group]
        yield section, "\n\n".join(texts[1:] if texts[0] == section[1] and texts[1:] else texts)


def _removal(base: Build, head: Build, path: str) -> tuple[str, str]:
    """Why the page no longer exists, and the URL of the page that is now closest to it."""
    page = base.pages.get(path)
    if page is None or head.plan is None:
        return "it is no longer generated", ""
    planned, nearest = head.plan.pages.get(page.key), head.plan.nearest(page.key)
    if not head.plan.of_concept(page.key.concept):
        reason = "the concept no longer exists"
    else:
        reason = planned.reason if planned else f"it lacks {', '.join(page.format.requires) or 'its format'}"
    return reason, nearest.url if nearest else ""


# Edits that several pages share


def _shared(changes: Iterable[Altered | Added | Removed]) -> Iterator[SharedEdit]:
    """Each edit once, with all its pages; the edits that the most pages share come first."""
    uses: dict[tuple[str, str], list[tuple[Edit, PageName]]] = {}
    for change in changes:
        for edit in change.edits:
            uses.setdefault((edit.before, edit.after), []).append((edit, change.page))
    shared = [
        SharedEdit(_with_headings(pairs), tuple(dict.fromkeys(page for _, page in pairs)))
        for pairs in uses.values()
    ]
    yield from sorted(shared, key=lambda edit: -len(edit.pages))


def _with_headings(uses: Sequence[tuple[Edit, PageName]]) -> Edit:
    """The edit with its first two headings, because formats can give the same block different headings."""
    headings = dict.fromkeys(edit.heading for edit, _ in uses if edit.heading)
    return replace(uses[0][0], heading=" / ".join(list(headings)[:2]))


# Readers


def _reader_order(reader: ReaderKey, glossary: Glossary | None) -> tuple[int, int, str]:
    role, audience = reader
    if glossary is None:
        return (0, 0, str(reader))
    axes = glossary.axes
    return (_position(audience, axes.audiences), _position(role, axes.roles), str(reader))


def _position(name: str | None, readers: Iterable[Reader]) -> int:
    names = [None, *(str(reader.id) for reader in readers)]
    return names.index(name) if name in names else len(names)
