"""Changes that no page shows but that decide what a build trusts: settings, and all other files in the repository."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from executable_glossary.adapters.files import SIZE_LIMITS
from executable_glossary.adapters.git import GitError, Revision, changed_since
from executable_glossary.adapters.mkdocs_config import NAME, read_mkdocs, written_mkdocs
from executable_glossary.model.build import Build
from executable_glossary.model.comparison import Comparison, FileChange, SettingChange
from executable_glossary.model.project import Project

# Settings nested more deeply are compared as a whole.
DEEPEST = 4
LONGEST = 300  # characters of a value
Values = Mapping[str, str]


def settings_changes(file: str, before: Any, after: Any) -> Iterator[SettingChange]:
    """Each setting whose value differs, in the order of the later file."""
    old, new = dict(_flat(before)), dict(_flat(after))
    for key in dict.fromkeys((*new, *old)):
        if old.get(key) != new.get(key):
            was, now = (shortened_value(side.get(key, "")) for side in (old, new))
            yield SettingChange(file, key, was, now)


def site_settings(root: Path) -> Any:
    """Everything that mkdocs.yml sets; empty if there is no such file or it is not valid."""
    try:
        if (root / NAME).stat().st_size > SIZE_LIMITS[".yml"]:
            return {}
        return read_mkdocs((root / NAME).read_text("utf-8"))
    except (yaml.YAMLError, ValueError, LookupError, AttributeError, TypeError, OSError, RecursionError):
        return {}


def header_changes(base: Build | None, head: Build) -> Iterator[SettingChange]:
    """The settings that differ in the headers of the examples that both sides have."""
    old, new = _headers(base), _headers(head)
    for path in (path for path in new if path in old):
        yield from settings_changes(path, old[path], new[path])


def file_changes(
    project: Project, base: Revision, comparison: Comparison, *builds: Build | None
) -> tuple[FileChange, ...]:
    """All files in the repository that differ from the base, except entries whose pages show what changed."""
    concepts = {page.concept for page in comparison.pages.all}
    entries = [
        entry for build in builds if build and build.glossary for entry in build.glossary.entries.values()
    ]
    described = {entry.term.place.path for entry in entries if entry.id in concepts}
    try:
        changed = changed_since(project.root, base)
    except GitError:
        return ()
    return tuple(FileChange(path, how) for path, how in sorted(changed.items()) if path not in described)


def shortened_value(text: str) -> str:
    more = len(text) - LONGEST
    return f"{text[:LONGEST]}… ({more:,} more characters)" if more > 0 else text


def _headers(build: Build | None) -> Mapping[str, Any]:
    examples = build.glossary.examples.values() if build and build.glossary else ()
    return {
        example.path: example.settings.model_dump(mode="json", exclude_unset=True) for example in examples
    }


def _flat(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """The values in nested mappings and in lists of named items, such as plugins, keyed by their path."""
    inside = _named(value) if key.count(".") < DEEPEST else None
    if inside:
        for name, inner in inside.items():
            yield from _flat(inner, f"{key}.{name}" if key else str(name))
    elif key:
        yield key, _written(value)


def _named(value: Any) -> Mapping[Any, Any] | None:
    """The items of a mapping, or of a list whose items have names; None for any other value."""
    if not isinstance(value, list):
        return value if isinstance(value, Mapping) else None
    single = [
        item if isinstance(item, Mapping) and len(item) == 1 else {item: True}
        for item in value
        if _is_item(item)
    ]
    named = {name: inner for item in single for name, inner in item.items()}
    return named if len(named) == len(value) else None


def _is_item(item: Any) -> bool:
    return isinstance(item, str) or (isinstance(item, Mapping) and len(item) == 1)


def _written(value: Any) -> str:
    """The value on one line of YAML. Aliases are not expanded."""
    text = written_mkdocs({"value": value}, flow=True)
    return " ".join(text.split()).removeprefix("{value: ").removesuffix("}")
