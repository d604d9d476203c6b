"""Compares concepts: finds those that were added, removed, or orphaned, and those whose files have errors."""

from __future__ import annotations

from collections.abc import Iterator

from executable_glossary.model.build import Build
from executable_glossary.model.comparison import ConceptChanges
from executable_glossary.model.entry import Entry
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.problem import errors
from executable_glossary.text.markdown_spans import plain, spans
from executable_glossary.text.term_matcher import mentions


def concept_changes(base: Build, head: Build) -> ConceptChanges:
    """All differences, sorted by id."""
    before, after = _known(base), _known(head)
    orphans = _orphans(head.glossary)
    return ConceptChanges(
        added=tuple(sorted(after - before)),
        removed=tuple(sorted(before - after)),
        orphaned=tuple(sorted(orphans - (_orphans(base.glossary) & before))),
        broken=tuple(sorted(_broken(head) - _broken(base))),
    )


def _known(build: Build) -> frozenset[str]:
    """The ids of all concepts, including those whose file cannot be read."""
    return frozenset(build.glossary.entries) | build.glossary.unread if build.glossary else frozenset()


def _broken(build: Build) -> frozenset[str]:
    paths = {problem.place.path for problem in errors(build.problems)}
    entries = build.glossary.entries.values() if build.glossary else ()
    unread = build.glossary.unread if build.glossary else frozenset()
    return unread | {str(entry.id) for entry in entries if entry.term.place.path in paths}


def _orphans(glossary: Glossary | None) -> frozenset[str]:
    """The concepts that no other concept refers to; empty for a glossary with a single concept."""
    if glossary is None or len(glossary.entries) < 2:
        return frozenset()
    linked = {
        concept
        for entry in glossary.entries.values()
        for concept in _links(entry, glossary)
        if concept != entry.id
    }
    return frozenset(glossary.entries) - linked


def _links(entry: Entry, glossary: Glossary) -> Iterator[str]:
    """The concepts that an entry refers to: in its lists, through links in its text, or by mention."""
    yield from (str(related.concept) for related in entry.see_also)
    yield from (str(prerequisite.concept) for prerequisite in entry.prerequisites)
    names = mentions(glossary.mentioned.phrases)
    for text in entry.prose:
        links = (span.inner for span in spans(text) if span.kind == "concept")
        yield from (link.partition("|")[0].strip() for link in links)
        mentioned = (glossary.mentioned.concept(match[0]) for match in names.finditer(plain(text)))
        yield from filter(None, mentioned)
