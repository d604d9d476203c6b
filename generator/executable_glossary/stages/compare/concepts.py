"""Concepts that came or went, that nobody leads to any more, or whose file is wrong now."""

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
    """Each in the order of ids."""
    before, after = _known(base), _known(head)
    alone = _alone(head.glossary)
    return ConceptChanges(
        added=tuple(sorted(after - before)),
        removed=tuple(sorted(before - after)),
        orphaned=tuple(sorted(alone - (_alone(base.glossary) & before))),
        broken=tuple(sorted(_broken(head) - _broken(base))),
    )


def _known(build: Build) -> frozenset[str]:
    """A file that cannot be read is there all the same."""
    return frozenset(build.glossary.entries) | build.glossary.unread if build.glossary else frozenset()


def _broken(build: Build) -> frozenset[str]:
    paths = {problem.place.path for problem in errors(build.problems)}
    found = build.glossary.entries.values() if build.glossary else ()
    unread = build.glossary.unread if build.glossary else frozenset()
    return unread | {str(entry.id) for entry in found if entry.term.place.path in paths}


def _alone(glossary: Glossary | None) -> frozenset[str]:
    """Concepts that no other concept leads to. A glossary of one has no others."""
    if glossary is None or len(glossary.entries) < 2:
        return frozenset()
    reached = {
        goal for entry in glossary.entries.values() for goal in _leads_to(entry, glossary) if goal != entry.id
    }
    return frozenset(glossary.entries) - reached


def _leads_to(entry: Entry, glossary: Glossary) -> Iterator[str]:
    """By its lists, by a link in a text, or by naming the other: a first mention is a link."""
    yield from (str(other.concept) for other in entry.see_also)
    yield from (str(needed.concept) for needed in entry.prerequisites)
    named = mentions(glossary.phrases)
    for text in entry.prose:
        links = (span.inner for span in spans(text) if span.kind == "concept")
        yield from (link.partition("|")[0].strip() for link in links)
        said = (match[0].casefold() for match in named.finditer(plain(text)))
        yield from (glossary.names[name] for name in said if name in glossary.names)
