"""Fingerprints everything that a build of the site depends on, so a build can be skipped if nothing changed.

The list deliberately includes more than is necessary: if anything in it might have changed, the site is built. A
project whose plugins, hooks, or Markdown extensions could read files that are not in the list has no fingerprint.
"""

from __future__ import annotations

import json
import os
import platform
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from executable_glossary.adapters.git import last_changes
from executable_glossary.adapters.mkdocs_config import NAME, item_names, read_mkdocs
from executable_glossary.execution.file_hashes import FileHashes
from executable_glossary.model.project import PACKAGED, Project

PLUGINS = frozenset({"glossary", "search", "material/search"})
EXTENSIONS = ("markdown.extensions.", "pymdownx.")
# These extensions read files that a page names.
READERS = frozenset({"pymdownx.snippets", "pymdownx.b64"})
SHORT_NAMES = frozenset([
    "abbr", "admonition", "attr_list", "codehilite", "def_list", "extra", "fenced_code", "footnotes",
    "legacy_attrs", "legacy_em", "md_in_html", "meta", "nl2br", "sane_lists", "smarty", "tables", "toc",
    "wikilinks",
])  # fmt: skip
# The packages that turn Markdown into pages. Their files are part of the fingerprint, because the theme's templates are
# sometimes edited where they are installed; for other packages, their versions are.
PACKAGES = ("mkdocs", "material", "markdown", "pymdownx", "jinja2", "pygments")
ICONS = ".icons"  # thousands of files that only a new version changes
# Terminals and shells set these variables, each to its own value.
UNUSED_VARIABLES = frozenset(
    ("_", "COLUMNS", "LINES", "OLDPWD", "PWD", "SHLVL", "TERM", "TERM_SESSION_ID", "WINDOWID")
)


def fingerprint(project: Project, options: Mapping[str, Any], hashes: FileHashes) -> str | None:
    """A SHA-256 of the project's files and settings, the generator, the installed packages, the environment, and the day.

    options: the command's options. Results of examples are not included. None if the project may depend on more.
    """
    folders = _folders(project)
    if not reads_known_files(project) or any(_contains(folder, project.root) for folder in folders):
        return None
    files = [project.root / NAME, *files_in_folders([*folders, PACKAGED]), *_code()]
    parts = {
        "options": {name: str(value) for name, value in options.items()},
        "environment": _environment(project),
        "day": datetime.now(UTC).date().isoformat(),
        "version": generator_version(),
        "changes": dict(dates_of_pages(project)),
        "files": {str(path): hashes.file(str(path)) for path in sorted(set(files))},
    }
    return sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def dates_of_pages(project: Project) -> Mapping[str, str]:
    """The day of the last commit that changed each entry and hand-written page, keyed by its path in the project."""
    folders = (project.concepts, project.root / project.docs_dir)
    return last_changes(project.root, *(folder for folder in folders if folder.is_relative_to(project.root)))


def generator_version() -> str:
    """A SHA-256 of the code that builds pages: Python, this package, and everything that is installed."""
    python = [sys.version, platform.platform(), sys.executable, sys.path]
    files = [*_stamps(files_in_folders(package_folders())), *_stamps(_code())]
    return sha256(json.dumps([python, *_distributions(), *files]).encode()).hexdigest()


def _folders(project: Project) -> tuple[Path, ...]:
    """The folders, and a few single files, that the project's settings name."""
    folders = (project.concepts, project.templates, project.examples, project.theme, *project.site_folders)
    inventories = (project.root / path for path in project.settings.inventories.values())
    return (*folders, *project.outside, *inventories)


def _contains(folder: Path, root: Path) -> bool:
    """Whether the folder contains the project, and thus the site and the store, which every build changes."""
    return root.resolve().is_relative_to(folder.resolve())


def reads_known_files(project: Project) -> bool:
    """Whether no plugin, hook, or Markdown extension in mkdocs.yml can read files that are not in the fingerprint."""
    text = (project.root / NAME).read_text("utf-8")
    config = read_mkdocs(text)
    names = item_names(config.get("markdown_extensions"))
    return (
        not {"INHERIT", "hooks"} & config.keys()
        and item_names(config.get("plugins")) <= PLUGINS
        and all(name in SHORT_NAMES or name.startswith(EXTENSIONS) for name in names - READERS)
        and not names & READERS
        and set(re.findall(r"!!python/[\w/]+:(\w+)", text)) <= set(PACKAGES)
    )


def files_in_folders(folders: Iterable[Path]) -> Iterator[Path]:
    """All files in the folders. MkDocs follows links to folders as well. A path to a single file is returned as it is."""
    for folder in folders:
        if folder.is_file():
            yield folder
        for place, inside, files in os.walk(folder, followlinks=True):
            inside[:] = [name for name in inside if name not in ("__pycache__", ICONS)]
            yield from (Path(place, name) for name in files)


def _code() -> Iterator[Path]:
    """The generator's own code, which an editable installation changes without a new version."""
    return (path for path in files_in_folders([Path(__file__).parent.parent]) if path.suffix == ".py")


def _environment(project: Project) -> Mapping[str, str]:
    """Hashes of the environment variables, because settings, examples, and packages can use any of them."""
    text = (project.root / NAME).read_text("utf-8")
    return {
        name: sha256(value.encode("utf-8", "surrogateescape")).hexdigest()
        for name, value in project.environment.items()
        if name not in UNUSED_VARIABLES or re.search(rf"\b{name}\b", text)
    }


def _distributions() -> Iterator[tuple[str, int]]:
    """Everything that is installed, with the time of its installation."""
    for folder in sys.path:
        with suppress(OSError):
            paths = sorted(Path(folder).glob("*.*-info")) if folder else []
            yield from ((str(path), path.stat().st_mtime_ns) for path in paths)


def package_folders() -> Iterator[Path]:
    """The folders of the installed packages that build pages."""
    for name in PACKAGES:
        spec = find_spec(name)
        yield from map(Path, spec.submodule_search_locations or ()) if spec else ()


def _stamps(paths: Iterable[Path]) -> Iterator[tuple[str, int, int]]:
    for path in sorted(paths):
        state = path.stat()
        yield str(path), state.st_size, state.st_mtime_ns
