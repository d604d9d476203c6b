"""Chooses the concepts that a preview renders immediately: those being edited and their neighbors."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import PurePath

from executable_glossary.adapters.git import GitError, changed_since_commit
from executable_glossary.model.entry import Entry
from executable_glossary.model.glossary import Glossary
from executable_glossary.model.project import Project


def begun_in(project: Project, only: Collection[str]) -> tuple[frozenset[str], str]:
    """The concepts to render first, and a message about them: the concepts in `only` or, if it is empty,
    those that Git reports as changed."""
    if only:
        return frozenset(only), f"building first: {', '.join(only)}; any other page is built when you open it"
    try:
        changed = changed_since_commit(project.concepts)
    except GitError:
        now = "a page is built when you open it or change its entry"
        return frozenset(), f"this folder is not in a Git repository: {now}"
    names = sorted(PurePath(name).stem for name in changed if _is_entry(name))
    if not names:
        return frozenset(), "no entry has changed since the last commit; a page is built when you open it"
    shown = f"building first, because they changed since the last commit: {', '.join(names)}"
    return frozenset(names), f"{shown}; any other page is built when you open it"


def _is_entry(name: str) -> bool:
    return PurePath(name).suffix in (".yml", ".yaml") and "/" not in name and name[:1] not in "_."


class Focus:
    """Determines the concepts to render, and adds each concept that changes. `begun` contains the initial
    concepts."""

    def __init__(self, begun: Collection[str]) -> None:
        self._changed = set(begun)
        self._first: Mapping[str, Entry] | None = None

    def __call__(self, glossary: Glossary) -> frozenset[str]:
        """The edited concepts and their neighbors. An unchanged entry is the same object (`stages/load`)."""
        first = self._first = glossary.entries if self._first is None else self._first
        self._changed |= {id for id, entry in glossary.entries.items() if first.get(id) is not entry}
        shown = self._changed & glossary.entries.keys()
        return frozenset(shown).union(*(neighbors(glossary, id) for id in shown))


def neighbors(glossary: Glossary, concept: str) -> Iterator[str]:
    """The concepts that an entry refers to, and those that refer to it."""
    entry = glossary.entries[concept]
    names = [str(prerequisite.concept) for prerequisite in entry.prerequisites]
    names += [str(related.concept) for related in entry.see_also]
    yield from (name for name in names if name in glossary.entries)
    yield from (str(other.id) for other in glossary.named_by.get(concept, ()))
