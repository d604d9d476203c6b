"""Changes that no page shows but that decide what a build trusts: settings, and all other files in the repository."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from executable_glossary.adapters.files import SIZE_LIMITS
from executable_glossary.adapters.git import GitError, Revision, changed_since
from executable_glossary.adapters.mkdocs_config import NAME, read_mkdocs, written_mkdocs
from executable_glossary.app.change_report.value_changes import side_by_side, value_changes
from executable_glossary.model.build import Build
from executable_glossary.model.comparison import FileChange, SettingChange
from executable_glossary.model.project import Project

# Settings nested more deeply are compared as a whole.
DEEPEST = 4


def settings_changes(file: str, before: Any, after: Any) -> Iterator[SettingChange]:
    """Each setting whose value differs, in the order of the later file."""
    for change in value_changes(before, after, _written, DEEPEST):
        yield SettingChange(file, change.key, *side_by_side(change.before, change.after))


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


def file_changes(project: Project, base: Revision, entries: Collection[str]) -> tuple[FileChange, ...]:
    """All files in the repository that differ from the base, except the given entries, whose changes are described."""
    try:
        changed = changed_since(project.root, base)
    except GitError:
        return ()
    others = (change for change in sorted(changed.items()) if change[0] not in entries)
    return tuple(FileChange(path, how, _is_published(project, path)) for path, how in others)


def _is_published(project: Project, path: str) -> bool:
    """Whether the site contains the file as it is, or its theme does."""
    place = Path(os.path.normpath(project.root / path))
    folders = (project.root / project.docs_dir, project.theme)
    return any(place.is_relative_to(os.path.normpath(folder)) for folder in folders)


def _headers(build: Build | None) -> Mapping[str, Any]:
    examples = build.glossary.examples.values() if build and build.glossary else ()
    return {
        example.path: example.settings.model_dump(mode="json", exclude_unset=True) for example in examples
    }


def _written(value: Any) -> str:
    """The value on one line of YAML. Aliases are not expanded."""
    text = written_mkdocs({"value": value}, flow=True)
    return " ".join(text.split()).removeprefix("{value: ").removesuffix("}")
